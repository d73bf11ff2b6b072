package office

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// ErrElsewhere says that a database is not a file of ours: its own server's tools back
// it up.
var ErrElsewhere = errors.New("office: the database is PostgreSQL's: its own tools back it up")

// ErrItself refuses to back a database up onto itself.
var ErrItself = errors.New("office: that is the database itself, or belongs to it")

// Backup writes a copy of the whole database to path while the office goes on working.
// The copy is read through before it takes its name, so a file at path is always a
// good one; an earlier copy there is replaced.
func (d *Database) Backup(ctx context.Context, path string) error {
	s, ok := d.engine.(*sqlite)
	if !ok {
		return ErrElsewhere
	}
	if s.owns(path) {
		return ErrItself
	}
	part := path + ".part"
	err := makeEmpty(part)
	if err == nil {
		err = s.copyTo(ctx, part)
	}
	if err == nil {
		_, err = CheckBackup(ctx, part)
	}
	if err == nil {
		err = os.Rename(part, path)
	}
	if err != nil {
		_ = os.Remove(part) // it may never have been made
		return fmt.Errorf("office: backing up: %w", err)
	}
	return syncFile(filepath.Dir(path))
}

// owns reports whether a path is the database's file, or one that SQLite keeps beside it:
// a copy in its place would have the office write into a file that has no name any more.
func (s *sqlite) owns(path string) bool {
	file, err := os.Stat(path)
	if err != nil {
		return false // it is not there
	}
	for _, end := range []string{"", "-wal", "-shm"} {
		if own, err := os.Stat(s.path + end); err == nil && os.SameFile(file, own) {
			return true
		}
	}
	return false
}

// makeEmpty makes an empty file that others cannot read: VACUUM INTO takes it, and
// would itself make one that they can.
func makeEmpty(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

// copyTo copies through a connection of its own: the readers may not write even a
// copy, and the writer must not wait for one.
func (s *sqlite) copyTo(ctx context.Context, path string) error {
	db, err := s.connect(nil)
	if err != nil {
		return err
	}
	defer db.Close()
	if _, err := db.ExecContext(ctx, `VACUUM INTO $1`, path); err != nil {
		return err
	}
	return syncFile(path)
}

func syncFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// ErrNoBackup is a file that is no copy of an office's database, or a damaged one.
var ErrNoBackup = errors.New("office: this is no back-up, or a damaged one")

// CheckBackup reads a copy through: every page and every index, and that it is an
// office's. It tells of which bureaus.
func CheckBackup(ctx context.Context, path string) (bureaus []string, err error) {
	if _, err := os.Stat(path); err != nil {
		return nil, err
	}
	if bureaus, err = readThrough(ctx, path); err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrNoBackup, path, err)
	}
	return bureaus, nil
}

func readThrough(ctx context.Context, path string) ([]string, error) {
	db, err := (&sqlite{driver: "sqlite", path: path}).connect(map[string][]string{"mode": {"ro"}})
	if err != nil {
		return nil, err
	}
	defer db.Close()
	var verdict string
	if err := db.QueryRowContext(ctx, `PRAGMA integrity_check(1)`).Scan(&verdict); err != nil {
		return nil, err
	}
	if verdict != "ok" {
		return nil, errors.New(verdict)
	}
	return bureausIn(ctx, db)
}

// bureausIn asks for the bureaus and all their rows, as an office would.
func bureausIn(ctx context.Context, db *sql.DB) ([]string, error) {
	var rows int
	if err := db.QueryRowContext(ctx, `SELECT count(*) FROM shared_row WHERE length(body) >= 0`).Scan(&rows); err != nil {
		return nil, err
	}
	found, err := db.QueryContext(ctx, bureausQuery)
	return collect(found, err, scanBureau)
}

const bureausQuery = `SELECT bureau FROM head ORDER BY bureau`

func scanBureau(r *sql.Rows) (id string, err error) { return id, r.Scan(&id) }

// Bureaus lists whose data a database holds.
func (d *Database) Bureaus(ctx context.Context) (list []string, err error) {
	err = d.read(ctx, func(tx *sql.Tx) error {
		found, err := tx.QueryContext(ctx, bureausQuery)
		list, err = collect(found, err, scanBureau)
		return err
	})
	return list, err
}
