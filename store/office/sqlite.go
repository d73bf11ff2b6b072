package office

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"os"
	"path/filepath"

	"github.com/pressly/goose/v3"
	driver "modernc.org/sqlite" // the driver "sqlite" too
	codes "modernc.org/sqlite/lib"

	"permanence/store/prepared"
)

// readers is how many queries may run beside SQLite's one writer.
const readers = 4

// sqlite is a file on this machine. One process has it open; it is enough for a
// bureau, and needs nothing installed.
type sqlite struct {
	driver string // of database/sql
	path   string
}

func (s *sqlite) open(context.Context) (writer, reader *sql.DB, err error) {
	if err := makePrivate(s.path); err != nil {
		return nil, nil, err
	}
	// synchronous=FULL is what makes a commit survive a power cut; secure_delete
	// overwrites what is erased.
	writer, err = s.connect(url.Values{"_txlock": {"immediate"}, "_pragma": {
		"busy_timeout(5000)", "journal_mode(WAL)", "synchronous(FULL)", "secure_delete(1)",
		"temp_store(MEMORY)", "journal_size_limit(16777216)",
	}})
	if err != nil {
		return nil, nil, err
	}
	writer.SetMaxOpenConns(1)
	reader, err = s.connect(url.Values{"_pragma": {
		"busy_timeout(5000)", "query_only(1)", "temp_store(MEMORY)", "cache_size(-16384)",
	}})
	if err != nil {
		return nil, nil, errors.Join(err, writer.Close())
	}
	reader.SetMaxOpenConns(readers)
	reader.SetMaxIdleConns(readers)
	return writer, reader, nil
}

// makePrivate creates the database file before SQLite does, since SQLite gives its
// WAL and its shared memory the permissions of the database.
func makePrivate(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(f.Chmod(0o600), f.Close())
}

func (s *sqlite) connect(query url.Values) (*sql.DB, error) {
	path, err := filepath.Abs(s.path)
	if err != nil {
		return nil, err
	}
	name := url.URL{Scheme: "file", Path: path, RawQuery: query.Encode()}
	return prepared.Open(s.driver, name.String())
}

// snapshot: there is no other isolation.
func (*sqlite) snapshot() sql.IsolationLevel { return sql.LevelDefault }

func (*sqlite) dialect() goose.Dialect { return goose.DialectSQLite3 }

func (*sqlite) options() ([]goose.ProviderOption, error) { return nil, nil }

// prepare: a crash after an erasure leaves what was erased in the file.
func (s *sqlite) prepare(ctx context.Context, db *Database) error {
	if err := s.scour(ctx, db); err != nil && !errors.Is(err, errReaders) {
		return err
	}
	return nil
}

// again: another program that looks into the file may hold its lock.
func (*sqlite) again(err error) bool {
	var e *driver.Error
	return errors.As(err, &e) && e.Code()&0xff == codes.SQLITE_BUSY
}

func (*sqlite) refuses(err error) bool {
	var e *driver.Error
	if !errors.As(err, &e) {
		return false
	}
	primary := e.Code() & 0xff
	return primary == codes.SQLITE_CONSTRAINT || primary == codes.SQLITE_TOOBIG || primary == codes.SQLITE_MISMATCH
}

// poke has nobody to tell.
func (*sqlite) poke(context.Context, *sql.Tx, string, string) error { return nil }

// life: a file that was put back looks like any other, so who does that must say so.
func (*sqlite) life() string { return `''` }

// listen has nobody to hear.
func (*sqlite) listen(context.Context, *Database, func(), func(string, string)) error { return nil }

// owe: the file's user_version says that bytes of what was erased may be in it.
func (*sqlite) owe(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, `PRAGMA user_version = 1`)
	return err
}

// scour writes the file anew and empties the WAL: secure_delete overwrites a row where it
// lies, but not the copies that stay in the gaps of pages when rows are moved to others.
func (*sqlite) scour(ctx context.Context, db *Database) error {
	var owes, busy, pages, moved int
	err := db.writer.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&owes)
	if err == nil && owes != 0 {
		_, err = db.writer.ExecContext(ctx, `VACUUM`)
	}
	if err != nil {
		return err
	}
	err = db.writer.QueryRowContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &pages, &moved)
	switch {
	case err != nil:
		return err
	case busy != 0:
		return errReaders
	case owes != 0:
		_, err = db.writer.ExecContext(ctx, `PRAGMA user_version = 0`)
	}
	return err
}

var errReaders = errors.New("somebody reads what is to go")

// hold has nothing to add: the one writer sees everything.
func (*sqlite) hold(context.Context, *sql.Tx, slot) error { return nil }
