package office

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/pressly/goose/v3"

	"permanence/store/office/migration"
)

// tries is how often a transaction that another one got in the way of is begun.
const tries = 8

// Database is where offices keep their data: a SQLite file, or a PostgreSQL database
// before which several processes may stand. Several bureaus may share one.
type Database struct {
	engine engine
	writer *sql.DB
	reader *sql.DB
}

// engine is in what the two databases differ.
type engine interface {
	open(ctx context.Context) (writer, reader *sql.DB, err error)
	// snapshot is the weakest isolation in which all queries of a transaction see the same
	// moment.
	snapshot() sql.IsolationLevel
	dialect() goose.Dialect
	options() ([]goose.ProviderOption, error)
	// life is SQL for which life of the database this is; empty when it has only one.
	life() string
	// prepare comes after the migrations.
	prepare(ctx context.Context, db *Database) error
	// again reports whether a transaction failed through another's, and not by itself.
	again(err error) bool
	// refuses reports whether the database will never take what was to be written.
	refuses(err error) bool
	// poke tells the other processes, when tx commits, that there is something new.
	poke(ctx context.Context, tx *sql.Tx, bureau, what string) error
	// listen hears what other processes poke, until ctx ends; it calls ready once it
	// hears. It returns nil at once when there can be no other processes.
	listen(ctx context.Context, db *Database, ready func(), heard func(bureau, what string)) error
	// owe notes, with an erasure, that scour is to be called.
	owe(ctx context.Context, tx *sql.Tx) error
	// scour takes what was erased out of the files, as far as the engine can.
	scour(ctx context.Context, db *Database) error
	// hold keeps the slots of an appointment apart from the rules' own look.
	hold(ctx context.Context, tx *sql.Tx, s slot) error
}

// OpenDatabase opens the database at an address, "postgres://…", or the file at a
// path, makes it when it is missing, and brings it to this program's version.
func OpenDatabase(ctx context.Context, address string) (*Database, error) {
	return openDatabase(ctx, engineOf(address))
}

// OpenSQLite opens a file through another driver of database/sql than the usual one:
// tests put one that fails in between.
func OpenSQLite(ctx context.Context, driver, path string) (*Database, error) {
	return openDatabase(ctx, &sqlite{driver: driver, path: path})
}

func openDatabase(ctx context.Context, e engine) (*Database, error) {
	d := &Database{engine: e}
	var err error
	if d.writer, d.reader, err = d.engine.open(ctx); err != nil {
		return nil, fmt.Errorf("office: opening the database: %w", err)
	}
	if err := d.migrate(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("office: preparing the database: %w", err), d.Close())
	}
	return d, nil
}

func engineOf(address string) engine {
	if strings.HasPrefix(address, "postgres://") || strings.HasPrefix(address, "postgresql://") {
		return &postgres{address: address}
	}
	return &sqlite{driver: "sqlite", path: address}
}

func (d *Database) migrate(ctx context.Context) error {
	options, err := d.engine.options()
	if err != nil {
		return err
	}
	options = append(options, goose.WithDisableGlobalRegistry(true))
	p, err := goose.NewProvider(d.engine.dialect(), d.writer, migration.Files, options...)
	if err != nil {
		return err
	}
	have, want, err := p.GetVersions(ctx)
	if err != nil {
		return err
	}
	if have > want {
		return fmt.Errorf("the database is of version %d, this program knows %d", have, want)
	}
	if _, err := p.Up(ctx); err != nil {
		return err
	}
	return d.engine.prepare(ctx, d)
}

// Close waits for what is under way and closes the database.
func (d *Database) Close() error {
	return errors.Join(d.reader.Close(), d.writer.Close())
}

// write runs f in one transaction, and again when another one got in its way: f must
// leave nothing behind but what it wrote. It returns nil only after the commit.
func (d *Database) write(ctx context.Context, f func(*sql.Tx) error) error {
	for try := 1; ; try++ {
		err := d.once(ctx, f)
		if err == nil || try == tries || !d.engine.again(err) {
			return err
		}
		if err := pause(ctx, time.Duration(try*try)*time.Millisecond); err != nil {
			return err
		}
	}
}

func (d *Database) once(ctx context.Context, f func(*sql.Tx) error) error {
	tx, err := d.writer.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := f(tx); err != nil {
		_ = tx.Rollback() // the first error tells more
		return err
	}
	return tx.Commit()
}

// read runs f in one transaction that sees one moment and writes nothing.
func (d *Database) read(ctx context.Context, f func(*sql.Tx) error) error {
	tx, err := d.reader.BeginTx(ctx, &sql.TxOptions{ReadOnly: true, Isolation: d.engine.snapshot()})
	if err != nil {
		return err
	}
	defer tx.Rollback() // it read only
	return f(tx)
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// collect reads all rows of a query.
func collect[T any](rows *sql.Rows, err error, scan func(*sql.Rows) (T, error)) ([]T, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, rows.Err()
}

// exists reports whether a query gives a row.
func exists(ctx context.Context, tx *sql.Tx, query string, args ...any) (bool, error) {
	var one int
	err := tx.QueryRowContext(ctx, query, args...).Scan(&one)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// micros is how a time stands in a column: microseconds since 1970, 0 for none.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// timeOf reads what micros wrote.
func timeOf(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}
