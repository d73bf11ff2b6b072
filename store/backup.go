package store

import (
	"context"
	"errors"
	"os"
	"path/filepath"
)

// Backup writes a copy of the whole database to path while the store goes on
// working. The copy is checked before it takes its name, so a file at path is
// always a good one; an earlier copy there is replaced.
//
// The files of the sounds are not in it. No step of a migration touches them, and
// a copy would keep callers' voices beyond the date that they were promised.
func (s *Store) Backup(ctx context.Context, path string) error {
	part := path + ".part"
	if err := freshFile(part); err != nil {
		return err
	}
	err := s.copyTo(ctx, part)
	if err == nil {
		err = os.Rename(part, path)
	}
	if err == nil {
		err = syncDir(filepath.Dir(path))
	}
	if err != nil {
		return errors.Join(failed("backing up", err), os.Remove(part))
	}
	return nil
}

// freshFile makes an empty file that others cannot read: VACUUM INTO accepts an
// empty file, and would itself make one that they can.
func freshFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return failed("backing up", err)
	}
	return failed("backing up", f.Close())
}

// copyTo copies through a connection of its own: the readers may not write even
// a copy, and the writer must not wait for one.
func (s *Store) copyTo(ctx context.Context, path string) error {
	db, err := connect(filepath.Join(s.dir, fileName), nil)
	if err != nil {
		return err
	}
	defer db.Close()
	if _, err := db.ExecContext(ctx, `VACUUM INTO ?`, path); err != nil {
		return err
	}
	if err := syncFile(path); err != nil {
		return err
	}
	return check(ctx, path)
}

// check reads every page of the database at path.
func check(ctx context.Context, path string) error {
	db, err := connect(path, map[string][]string{"mode": {"ro"}})
	if err != nil {
		return err
	}
	defer db.Close()
	var verdict string
	if err := db.QueryRowContext(ctx, `PRAGMA quick_check(1)`).Scan(&verdict); err != nil {
		return err
	}
	if verdict != "ok" {
		return refuse(codeCorrupt, "%s: %s", path, verdict)
	}
	return nil
}

func syncFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// syncDir makes a rename in dir survive a power cut.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
