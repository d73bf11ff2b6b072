package secret

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
)

// fileName is the file of the passwords, for desks without a keyring.
const fileName = "secrets.json"

// file keeps secrets in a file that only its owner can read.
type file struct{ path string }

func (f file) get(name string) (string, error) {
	all, err := f.read()
	if err != nil {
		return "", err
	}
	s, ok := all[name]
	if !ok {
		return "", ErrNotFound
	}
	return s, nil
}

func (f file) set(name, secret string) error {
	all, err := f.read()
	if err != nil {
		return err
	}
	all[name] = secret
	return f.write(all)
}

func (f file) delete(name string) error {
	all, err := f.read()
	if err != nil {
		return err
	}
	if _, ok := all[name]; !ok {
		return nil
	}
	delete(all, name)
	return f.write(all)
}

func (f file) read() (map[string]string, error) {
	all := map[string]string{}
	b, err := os.ReadFile(f.path)
	if errors.Is(err, fs.ErrNotExist) {
		return all, nil
	}
	if err != nil {
		return nil, fmt.Errorf("secret: %w", err)
	}
	// The parser's own words may quote the file: they are not passed on.
	if json.Unmarshal(b, &all) != nil {
		return nil, fmt.Errorf("secret: %s is damaged", f.path)
	}
	return maps.Clone(all), nil
}

// write replaces the file in one step, so that a crash leaves the old one or the
// new one. Without any secret there is no file.
func (f file) write(all map[string]string) error {
	if len(all) == 0 {
		return wrap(os.Remove(f.path))
	}
	b, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		return wrap(err)
	}
	part := f.path + ".part"
	if err := writeSynced(part, b); err != nil {
		return errors.Join(wrap(err), os.Remove(part))
	}
	if err := os.Rename(part, f.path); err != nil {
		return wrap(err)
	}
	return wrap(syncDir(filepath.Dir(f.path)))
}

// writeSynced makes the file anew, so that it never has another's permissions.
func writeSynced(path string, b []byte) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	w, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = w.Write(b)
	return errors.Join(err, w.Sync(), w.Close())
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

func wrap(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("secret: %w", err)
}
