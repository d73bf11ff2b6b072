package store_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/pressly/goose/v3"

	"permanence/clients"
	"permanence/store"
	"permanence/store/migration"
)

// wantCode checks that err has the code.
func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	var coded interface{ Code() string }
	if !errors.As(err, &coded) || coded.Code() != code {
		t.Fatalf("got %v; want an error with code %q", err, code)
	}
}

func newClient(id string) clients.Mutation {
	return clients.Mutation{ID: clients.ID("mut-" + id), At: now, Actor: "claire", Change: clients.CreateClient{
		Client: clients.Client{ID: clients.ID(id), Name: "Cabinet " + id},
	}}
}

func apply(t testing.TB, s *store.Store, ms ...clients.Mutation) {
	t.Helper()
	for _, m := range ms {
		if err := s.Apply(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
}

func count(t *testing.T, s *store.Store) int {
	t.Helper()
	list, err := s.Clients(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return len(list)
}

func TestOneDeskPerFolder(t *testing.T) {
	dir := t.TempDir()
	first := open(t, dir)
	_, err := store.Open(t.Context(), dir, store.Options{})
	wantCode(t, err, "store.in-use")
	if !strings.Contains(err.Error(), strconv.Itoa(os.Getpid())) {
		t.Errorf("%q does not say which process has the folder", err)
	}
	apply(t, first, newClient("a"))
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if n := count(t, open(t, dir)); n != 1 {
		t.Errorf("%d clients after reopening; want 1", n)
	}
}

func TestPrivateFiles(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a b?c#d%20", "data")
	s := open(t, dir)
	apply(t, s, newClient("a"))
	if err := s.Backup(t.Context(), filepath.Join(dir, "copy.db")); err != nil {
		t.Fatal(err)
	}
	files := 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", path, info.Mode())
		}
		files++
		return err
	})
	if err != nil || files < 5 { // the folder, database, WAL, shared memory, copy, lock
		t.Errorf("saw %d files, error %v", files, err)
	}
}

// sums tells the contents of all files of a folder apart from others'.
func sums(t *testing.T, dir string) map[string][32]byte {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	m := map[string][32]byte{}
	for _, f := range list {
		b, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if f.Name() != "permanence.lock" {
			m[f.Name()] = sha256.Sum256(b)
		}
	}
	return m
}

func TestNewerIsNotTouched(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	apply(t, s, newClient("a"))
	if _, err := s.Writer().Exec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, 1)`); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	before := sums(t, dir)
	_, err := store.Open(t.Context(), dir, store.Options{})
	wantCode(t, err, "store.newer")
	after := sums(t, dir)
	for name, sum := range before {
		if after[name] != sum {
			t.Errorf("%s was changed", name)
		}
	}
}

func TestDamaged(t *testing.T) {
	t.Run("not a database", func(t *testing.T) {
		dir := t.TempDir()
		path := filepath.Join(dir, store.FileName)
		if err := os.WriteFile(path, bytes.Repeat([]byte("Cher journal, "), 1000), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := store.Open(t.Context(), dir, store.Options{})
		wantCode(t, err, "store.corrupt")
	})
	t.Run("overwritten inside", func(t *testing.T) {
		dir := t.TempDir()
		s := open(t, dir)
		apply(t, s, newClient("a"))
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		damage(t, filepath.Join(dir, store.FileName))
		s, err := store.Open(t.Context(), dir, store.Options{})
		if err == nil {
			t.Cleanup(func() { s.Close() })
			_, err = s.Load(t.Context(), now)
		}
		wantCode(t, err, "store.corrupt")
	})
}

// damage overwrites everything behind the first page.
func damage(t *testing.T, path string) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := 4096; i < len(b); i++ {
		b[i] = 0xA5
	}
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestMigrationBacksUp(t *testing.T) {
	dir := t.TempDir()
	old, err := sql.Open("sqlite", filepath.Join(dir, store.FileName))
	if err != nil {
		t.Fatal(err)
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, old, migration.Files)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.UpTo(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	if _, err := old.Exec(`INSERT INTO operator (id, seq, name, body) VALUES ('o', 1, 'Claire', '{"id":"o","name":"Claire"}')`); err != nil {
		t.Fatal(err)
	}
	if err := old.Close(); err != nil {
		t.Fatal(err)
	}
	s := open(t, dir)
	if list, err := s.Operators(t.Context()); err != nil || len(list) != 1 || list[0].Name != "Claire" {
		t.Fatalf("operators are %+v, %v", list, err)
	}
	saved, err := filepath.Glob(filepath.Join(dir, "before-version-*.db"))
	if err != nil || len(saved) != 1 {
		t.Fatalf("backups are %v, %v; want one", saved, err)
	}
	if _, err := os.Stat(saved[0]); err != nil {
		t.Fatal(err)
	}
}

func TestBackup(t *testing.T) {
	s := open(t, t.TempDir())
	apply(t, s, newClient("a"), newClient("b"))
	ctx, stop := context.WithCancel(t.Context())
	writing := make(chan struct{})
	go func() {
		defer close(writing)
		for i := 0; ctx.Err() == nil; i++ {
			if err := s.Apply(t.Context(), newClient(strconv.Itoa(i))); err != nil {
				t.Error(err)
				return
			}
		}
	}()
	copyDir := t.TempDir()
	path := filepath.Join(copyDir, store.FileName)
	for range 3 {
		if err := s.Backup(t.Context(), path); err != nil {
			t.Fatal(err)
		}
	}
	stop()
	<-writing
	if n := count(t, open(t, copyDir)); n < 2 {
		t.Errorf("the copy has %d clients; want at least the first two", n)
	}
	err := s.Backup(t.Context(), filepath.Join(copyDir, "missing", "x.db"))
	wantCode(t, err, "store.failed")
}

func TestBackupLeavesNoPart(t *testing.T) {
	s := open(t, t.TempDir())
	apply(t, s, newClient("a"))
	dir := t.TempDir()
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if err := s.Backup(ctx, filepath.Join(dir, "x.db")); err == nil {
		t.Fatal("a backup that was called off succeeded")
	}
	if list, err := os.ReadDir(dir); err != nil || len(list) != 0 {
		t.Errorf("left behind: %v, %v", list, err)
	}
}
