//go:build !office

package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"permanence/store"
	"permanence/store/exchange"
	"permanence/store/secret"
)

// runImport brings a YAML file into the desk's folder, all of it or nothing.
func runImport(ctx context.Context, w outputs, args []string) error {
	f := flags("import")
	dir := f.String("data", defaultDir(), "")
	secretsFile := f.String("secrets", "", "")
	if err := parse(f, w, args); err != nil {
		return err
	}
	if f.NArg() != 1 {
		return usageError{"import demande un fichier YAML"}
	}
	doc, err := readDocument(f.Arg(0))
	if err != nil {
		return err
	}
	passwords, err := readSecrets(*secretsFile)
	if err != nil {
		return err
	}
	for name, word := range passwords {
		doc.Secrets = with(doc.Secrets, name, word)
	}
	return withStore(ctx, *dir, func(s *store.Store) error {
		done, err := exchange.Import(ctx, s, doc, "", time.Now())
		if err != nil {
			return err
		}
		if err := keepSecrets(*dir, doc.Secrets); err != nil {
			return err
		}
		_, err = fmt.Fprintf(w.out, "Clients : %d créés, %d modifiés, %d inchangés. Lignes : %d.\n",
			done.Created, done.Updated, done.Unchanged, done.Lines)
		if err != nil {
			return err
		}
		taken, missing, err := takeSounds(ctx, s, soundsBeside(f.Arg(0)), time.Now())
		if taken+missing > 0 {
			_, told := fmt.Fprintf(w.out, "Sons : %d repris, %d manquants.\n", taken, missing)
			err = errors.Join(err, told)
		}
		return err
	})
}

func with(m map[string]string, key, value string) map[string]string {
	if m == nil {
		m = map[string]string{}
	}
	m[key] = value
	return m
}

// runExport writes what the folder holds as one YAML file, without passwords.
func runExport(ctx context.Context, w outputs, args []string) error {
	f := flags("export")
	dir := f.String("data", defaultDir(), "")
	if err := parse(f, w, args); err != nil {
		return err
	}
	if f.NArg() > 1 {
		return usageError{"export demande un seul fichier"}
	}
	if _, err := os.Stat(*dir); err != nil {
		return fmt.Errorf("pas de poste dans %s", *dir)
	}
	return withStore(ctx, *dir, func(s *store.Store) error {
		doc, err := exchange.Export(ctx, s)
		if err != nil {
			return err
		}
		if f.NArg() == 0 {
			return exchange.Write(w.out, doc)
		}
		if err := writeFile(f.Arg(0), func(to io.Writer) error { return exchange.Write(to, doc) }); err != nil {
			return err
		}
		_, err = giveSounds(ctx, s, f.Arg(0))
		return err
	})
}

// withStore opens the folder for the time of f.
func withStore(ctx context.Context, dir string, f func(*store.Store) error) error {
	s, err := store.Open(ctx, dir, store.Options{})
	if err != nil {
		return err
	}
	return errors.Join(f(s), s.Close())
}

func readDocument(path string) (exchange.Document, error) {
	file, err := os.Open(path)
	if err != nil {
		return exchange.Document{}, fmt.Errorf("lecture : %w", err)
	}
	defer func() { _ = file.Close() }()
	doc, err := exchange.Read(file)
	if err != nil {
		return doc, fmt.Errorf("%s, rien n'est repris :\n%w", path, err)
	}
	return doc, nil
}

// writeFile writes beside the file and then takes its name, so that a full disk
// does not cost the export that was there before.
func writeFile(path string, write func(io.Writer) error) error {
	temp, err := os.CreateTemp(filepath.Dir(path), ".permanence-*")
	if err != nil {
		return err
	}
	err = errors.Join(write(temp), temp.Sync(), temp.Close())
	if err == nil {
		err = os.Rename(temp.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(temp.Name()))
	}
	return nil
}

// readSecrets reads "name=password" lines from a file that only its user may
// read; no name gives none.
func readSecrets(path string) (map[string]string, error) {
	if path == "" {
		return nil, nil
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("mots de passe : %w", err)
	}
	if othersMayRead(info.Mode()) {
		return nil, fmt.Errorf("mots de passe : %s est lisible par d'autres ; « chmod 600 » d'abord", path)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("mots de passe : %w", err)
	}
	defer func() { _ = file.Close() }()
	return parseSecrets(file)
}

func othersMayRead(m fs.FileMode) bool { return m.Perm()&0o077 != 0 && os.PathSeparator == '/' }

func parseSecrets(r io.Reader) (map[string]string, error) {
	secrets := map[string]string{}
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		text := strings.TrimSpace(lines.Text())
		if text == "" || strings.HasPrefix(text, "#") {
			continue
		}
		name, word, ok := strings.Cut(text, "=")
		if !ok || (name != "mail" && !strings.HasPrefix(name, "line:")) {
			return nil, fmt.Errorf("mots de passe, ligne %d : « line:IDENTIFIANT=… » ou « mail=… » attendu", n)
		}
		secrets[name] = word
	}
	return secrets, lines.Err()
}

func keepSecrets(dir string, secrets map[string]string) error {
	if len(secrets) == 0 {
		return nil
	}
	keep, err := secret.Open(dir)
	if err != nil {
		return err
	}
	for name, word := range secrets {
		if err := keep.Set(name, word); err != nil {
			return err
		}
	}
	return nil
}
