package prepared_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"testing"

	_ "modernc.org/sqlite" // the driver "sqlite"

	"permanence/store/prepared"
)

// readings counts the texts that SQLite was given to read.
var readings atomic.Int64

// counting is SQLite's driver, and counts.
type counting struct{ driver.Driver }

type plain interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.SessionResetter
	driver.Validator
}

type countingConn struct{ plain }

func (d counting) Open(name string) (driver.Conn, error) {
	c, err := d.Driver.Open(name)
	if err != nil {
		return nil, err
	}
	return countingConn{c.(plain)}, nil
}

func (c countingConn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	readings.Add(1)
	return c.plain.PrepareContext(ctx, query)
}

func init() {
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		panic(err)
	}
	sql.Register("counting", counting{db.Driver()})
}

// open opens a new database with one connection and a table t of the numbers 1 to 3.
func open(t *testing.T) *sql.DB {
	t.Helper()
	db, err := prepared.Open("counting", filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { must(t, db.Close()) })
	db.SetMaxOpenConns(1)
	exec(t, db, `CREATE TABLE t (n INTEGER PRIMARY KEY); INSERT INTO t VALUES (1), (2), (3)`)
	return db
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func exec(t *testing.T, db *sql.DB, query string, args ...any) {
	t.Helper()
	_, err := db.ExecContext(t.Context(), query, args...)
	must(t, err)
}

// mustRead checks how many texts SQLite had to read for f.
func mustRead(t *testing.T, want int64, f func()) {
	t.Helper()
	before := readings.Load()
	f()
	if n := readings.Load() - before; n != want {
		t.Errorf("%d texts were read; want %d", n, want)
	}
}

const sum = `SELECT coalesce(sum(n), 0) FROM t WHERE n >= ?`

func mustSum(t *testing.T, db *sql.DB, from, want int) {
	t.Helper()
	var got int
	must(t, db.QueryRowContext(t.Context(), sum, from).Scan(&got))
	if got != want {
		t.Errorf("the sum from %d on is %d; want %d", from, got, want)
	}
}

func TestTextIsReadOnce(t *testing.T) {
	db := open(t)
	mustRead(t, 2, func() {
		for n := 4; n < 20; n++ {
			exec(t, db, `INSERT INTO t VALUES (?)`, n)
			mustSum(t, db, n, n)
		}
	})
}

// TestBindingsDoNotStay: an argument that is left out is none, and not the last one.
func TestBindingsDoNotStay(t *testing.T) {
	db := open(t)
	mustSum(t, db, 2, 5)
	var got int
	if err := db.QueryRowContext(t.Context(), sum).Scan(&got); err == nil {
		t.Errorf("a query without its argument gave %d", got)
	}
	mustSum(t, db, 3, 3)
}

func TestStatementThatFailedIsUsedAgain(t *testing.T) {
	db := open(t)
	const insert = `INSERT INTO t VALUES (?)`
	mustRead(t, 2, func() {
		if _, err := db.ExecContext(t.Context(), insert, 1); err == nil {
			t.Error("a key was given twice")
		}
		exec(t, db, insert, 7)
		mustSum(t, db, 4, 7)
	})
}

// TestTextInUseIsReadOnceMore: two of the same text may be under way, as when rows of
// one are looked up by another.
func TestTextInUseIsReadOnceMore(t *testing.T) {
	db := open(t)
	tx, err := db.BeginTx(t.Context(), nil)
	must(t, err)
	defer tx.Rollback() // it read only
	const all = `SELECT n FROM t ORDER BY n`
	var pairs []string
	mustRead(t, 2, func() {
		outer, err := tx.QueryContext(t.Context(), all)
		must(t, err)
		defer outer.Close()
		for outer.Next() {
			var a, b int
			must(t, errors.Join(outer.Scan(&a), tx.QueryRowContext(t.Context(), all).Scan(&b)))
			pairs = append(pairs, fmt.Sprint(a, b))
		}
	})
	if fmt.Sprint(pairs) != "[1 1 2 1 3 1]" {
		t.Errorf("read %q", pairs)
	}
}

// TestStatementKnowsTheNewSchema: what was read before a table changed is still right.
func TestStatementKnowsTheNewSchema(t *testing.T) {
	db := open(t)
	mustSum(t, db, 1, 6)
	exec(t, db, `DROP TABLE t; CREATE TABLE t (m TEXT, n INTEGER); INSERT INTO t VALUES ('x', 40), ('y', 2)`)
	mustSum(t, db, 1, 42)
}

// TestOldestGoes: a connection does not keep what is asked for only once.
func TestOldestGoes(t *testing.T) {
	db := open(t)
	mustSum(t, db, 1, 6)
	for i := range 1000 {
		exec(t, db, fmt.Sprintf(`DELETE FROM t WHERE n = %d`, 1000+i))
		if i%100 == 0 {
			mustRead(t, 0, func() { mustSum(t, db, 1, 6) })
		}
	}
	mustRead(t, 1, func() { exec(t, db, `DELETE FROM t WHERE n = 1000`) })
}

// TestNothingIsLocked: a statement that is kept does not hold the log back.
func TestNothingIsLocked(t *testing.T) {
	db := open(t)
	exec(t, db, `PRAGMA journal_mode = WAL`)
	must(t, db.QueryRowContext(t.Context(), `SELECT n FROM t`).Scan(new(int))) // more rows would follow
	exec(t, db, `INSERT INTO t VALUES (8)`)
	var busy, pages, moved int
	must(t, db.QueryRowContext(t.Context(), `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &pages, &moved))
	if busy != 0 || pages != moved {
		t.Errorf("the log could not be emptied: %d, %d of %d pages", busy, moved, pages)
	}
}
