package officesim

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
)

// refusals are what SQLite says of a full disk and of a file that another program
// holds. They are had from SQLite itself: programs tell them apart by what they are.
func refusals(dir string) (full, busy error, err error) {
	path := "file:" + filepath.Join(dir, "refusals.db") + "?_txlock=immediate&_pragma=busy_timeout(1)"
	db, err := sql.Open("sqlite", path)
	if err != nil {
		return nil, nil, err
	}
	defer db.Close() // what it holds is of no use
	_, err = db.Exec(`CREATE TABLE t (x); PRAGMA max_page_count = 3`)
	if err != nil {
		return nil, nil, err
	}
	_, full = db.Exec(`INSERT INTO t VALUES (zeroblob(100000))`)
	held, err := db.BeginTx(context.Background(), nil)
	if err != nil {
		return nil, nil, err
	}
	other, busy := db.Begin()
	if busy == nil {
		err = errors.Join(err, other.Rollback())
	}
	if full == nil || busy == nil {
		err = fmt.Errorf("officesim: SQLite refuses nothing: %v, %v", full, busy)
	}
	return full, busy, errors.Join(err, held.Rollback())
}
