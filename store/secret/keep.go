package secret

import (
	"errors"
	"fmt"
	"path/filepath"
	"sync"

	"github.com/zalando/go-keyring"

	"permanence/phone"
	"permanence/ui/desk"
)

// ErrNotFound says that no secret of that name is kept.
var ErrNotFound = errors.New("secret: not found")

// Keep holds the passwords of one data folder. Its methods may be called from
// any goroutine. It prints as nothing but its kind.
type Keep struct {
	work sync.Mutex // one change or look-up at a time; held while the keyring thinks
	ring ring       // nil when there is no keyring
	file file

	mu    sync.Mutex
	known map[string]string // read or written in this run: a keyring may be slow
}

var _ phone.Credentials = (*Keep)(nil)

// Open finds out where passwords can be kept for the data folder dir.
func Open(dir string) (*Keep, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("secret: %w", err)
	}
	return open(dir, systemRing("permanence:"+dir)), nil
}

func open(dir string, r ring) *Keep {
	if !works(r) {
		r = nil
	}
	return &Keep{ring: r, file: file{path: filepath.Join(dir, fileName)}, known: map[string]string{}}
}

// Place says where new passwords go: "keyring" or "file".
func (k *Keep) Place() string {
	if k.ring != nil {
		return "keyring"
	}
	return "file"
}

// String keeps passwords out of everything that prints.
func (k *Keep) String() string { return "secret.Keep(" + k.Place() + ")" }

// GoString keeps passwords out of everything that prints in detail.
func (k *Keep) GoString() string { return k.String() }

// Set keeps a secret under a name, in place of an earlier one. An empty secret
// is deleted. It returns when the secret is in the keyring or on the disk.
//
// The file wins over the keyring, so a secret that the keyring refuses to
// replace is replaced all the same.
func (k *Keep) Set(name, secret string) error {
	if secret == "" {
		return k.Delete(name)
	}
	k.work.Lock()
	defer k.work.Unlock()
	var err error
	if k.ring != nil && k.ring.Set(name, secret) == nil {
		err = k.file.delete(name)
	} else {
		err = k.file.set(name, secret)
	}
	if err == nil {
		k.remember(name, secret)
	}
	return err
}

// Get reads a secret, or fails with ErrNotFound.
func (k *Keep) Get(name string) (string, error) {
	if s, ok := k.remembered(name); ok {
		return s, nil
	}
	k.work.Lock()
	defer k.work.Unlock()
	if s, ok := k.remembered(name); ok {
		return s, nil
	}
	s, err := k.file.get(name)
	if errors.Is(err, ErrNotFound) && k.ring != nil {
		s, err = k.ring.Get(name)
	}
	switch {
	case errors.Is(err, ErrNotFound), errors.Is(err, keyring.ErrNotFound):
		return "", ErrNotFound
	case err != nil:
		return "", fmt.Errorf("secret: reading: %w", err)
	}
	k.remember(name, s)
	return s, nil
}

// Delete forgets a secret; one that is not there is no error.
func (k *Keep) Delete(name string) error {
	k.work.Lock()
	defer k.work.Unlock()
	k.remember(name, "")
	err := k.file.delete(name)
	if k.ring == nil {
		return err
	}
	if e := k.ring.Delete(name); e != nil && !errors.Is(e, keyring.ErrNotFound) {
		err = errors.Join(err, fmt.Errorf("secret: keyring: %w", e))
	}
	return err
}

func (k *Keep) remembered(name string) (string, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	s, ok := k.known[name]
	return s, ok
}

// remember keeps a secret in memory; "" forgets it.
func (k *Keep) remember(name, secret string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if secret == "" {
		delete(k.known, name)
	} else {
		k.known[name] = secret
	}
}

// Password is a line's password, "" when none is kept: the registrar then says
// what it thinks of that.
func (k *Keep) Password(line phone.LineID) (string, error) {
	s, err := k.Get(desk.SecretOfLine(line))
	if errors.Is(err, ErrNotFound) {
		return "", nil
	}
	return s, err
}
