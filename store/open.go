package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite"

	"permanence/store/boot"
	"permanence/store/prepared"
	"permanence/ui/desk"
)

// fileName is the database inside its folder.
const fileName = "permanence.db"

// sqliteDriver is the name of the driver.
const sqliteDriver = "sqlite"

// readers is how many queries may run beside the writer.
const readers = 4

// Options change how a store is opened. The zero value is what a desk uses.
type Options struct {
	// BusyTimeout is how long a writer waits for another connection, such as a
	// program that inspects the database. 5 s when zero.
	BusyTimeout time.Duration
	// Driver is the database/sql driver; "sqlite" when empty. Tests put one that fails
	// in between.
	Driver string
	// Now is the clock by which what the office has is kept for a while; time.Now when nil.
	Now func() time.Time
	// Boot is the clock of leases; the machine's own when nil.
	Boot boot.Clock
}

// Store is an open folder. Its methods may be called from any goroutine; writes
// happen one after the other.
type Store struct {
	dir    string
	lock   *os.File
	writer *sql.DB // one connection
	reader *sql.DB
	// past is the last journal row of earlier runs: calls that are alive no later
	// than this were cut off by a crash.
	past int64

	now  func() time.Time
	boot boot.Clock
	// asked is when the last pull began: what it brings is not older than that.
	asked atomic.Pointer[boot.Moment]
	owing atomic.Bool // bytes of what was erased may still be in the file
}

var _ desk.Store = (*Store)(nil)

// Open opens the folder dir, makes it when it is missing, and brings its
// database to this program's version, after a backup beside it. Errors have a
// Code: "store.in-use", "store.newer", "store.disk-full", "store.read-only",
// "store.corrupt" or "store.failed".
func Open(ctx context.Context, dir string, opts Options) (*Store, error) {
	dir, err := prepare(dir)
	if err != nil {
		return nil, err
	}
	s := &Store{dir: dir, now: opts.Now, boot: opts.Boot}
	if s.now == nil {
		s.now = time.Now
	}
	if s.boot == nil {
		s.boot = boot.Machine
	}
	if s.lock, err = lock(dir); err != nil {
		return nil, err
	}
	if err := s.open(ctx, opts); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// prepare makes the folder, and private: it holds what callers confided.
func prepare(dir string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", failed("finding the folder", err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", failed("making the folder", err)
	}
	if err := os.Chmod(dir, 0o700); err != nil {
		return "", failed("closing the folder to others", err)
	}
	return dir, nil
}

func (s *Store) open(ctx context.Context, opts Options) error {
	path := filepath.Join(s.dir, fileName)
	if err := refuseNewer(ctx, path); err != nil {
		return err
	}
	if err := touch(path); err != nil {
		return err
	}
	if opts.Driver == "" {
		opts.Driver = sqliteDriver
	}
	if opts.BusyTimeout == 0 {
		opts.BusyTimeout = 5 * time.Second
	}
	var err error
	if s.writer, err = connectBy(opts.Driver, path, writerPragmas(opts)); err != nil {
		return err
	}
	s.writer.SetMaxOpenConns(1)
	if s.reader, err = connectBy(opts.Driver, path, readerPragmas(opts)); err != nil {
		return err
	}
	s.reader.SetMaxOpenConns(readers)
	s.reader.SetMaxIdleConns(readers)
	if err := s.migrate(ctx); err != nil {
		return err
	}
	if err := s.completeCutOff(ctx); err != nil {
		return err
	}
	s.scour(ctx) // a crash after an erasure leaves what was erased in the file
	err = s.reader.QueryRowContext(ctx, `SELECT coalesce(max(id), 0) FROM journal`).Scan(&s.past)
	return failed("opening", err)
}

// touch creates the database file before SQLite does, since SQLite gives its
// WAL and its shared memory the permissions of the database.
func touch(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return failed("creating the database", err)
	}
	return failed("creating the database", errors.Join(f.Chmod(0o600), f.Close()))
}

func connect(path string, query url.Values) (*sql.DB, error) {
	return connectBy(sqliteDriver, path, query)
}

func connectBy(driver, path string, query url.Values) (*sql.DB, error) {
	name := url.URL{Scheme: "file", Path: path, RawQuery: query.Encode()}
	db, err := prepared.Open(driver, name.String())
	return db, failed("opening the database", err)
}

// writerPragmas: synchronous=FULL is what makes a commit survive a power cut;
// with NORMAL a WAL is synchronised only at checkpoints. Foreign keys are not
// enforced: rows come from an office in the order of their last change, so an
// appointment may come before its client; that in the end each finds what
// it names is for the tests to look at.
func writerPragmas(opts Options) url.Values {
	return url.Values{
		"_txlock": {"immediate"},
		"_pragma": {
			busy(opts), "journal_mode(WAL)", "synchronous(FULL)",
			"secure_delete(1)", "recursive_triggers(1)", "temp_store(MEMORY)", "journal_size_limit(16777216)",
		},
	}
}

func readerPragmas(opts Options) url.Values {
	return url.Values{"_pragma": {busy(opts), "query_only(1)", "temp_store(MEMORY)", "cache_size(-16384)"}}
}

func busy(opts Options) string {
	return fmt.Sprintf("busy_timeout(%d)", opts.BusyTimeout.Milliseconds())
}

// Dir is the folder that is open.
func (s *Store) Dir() string { return s.dir }

// Close waits for the methods under way, closes the database and lets the folder go.
func (s *Store) Close() error {
	var errs []error
	for _, db := range []*sql.DB{s.reader, s.writer} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	if s.lock != nil {
		errs = append(errs, s.lock.Close())
	}
	return failed("closing", errors.Join(errs...))
}

// write runs f in one transaction that holds the write lock from its beginning.
// It returns nil only after the commit is on the disk.
func (s *Store) write(ctx context.Context, doing string, f func(*sql.Tx) error) error {
	tx, err := s.writer.BeginTx(ctx, nil)
	if err != nil {
		return failed(doing, err)
	}
	if err := f(tx); err != nil {
		_ = tx.Rollback() // the first error tells more
		return failed(doing, err)
	}
	return failed(doing, tx.Commit())
}

// read runs f in one transaction, so that all its queries see the same moment.
func (s *Store) read(ctx context.Context, doing string, f func(*sql.Tx) error) error {
	tx, err := s.reader.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return failed(doing, err)
	}
	defer tx.Rollback() // it read only
	return failed(doing, f(tx))
}
