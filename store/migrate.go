package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/pressly/goose/v3"

	"permanence/store/migration"
)

// refuseNewer looks at an existing database through a connection that cannot
// write, before anything else opens it.
func refuseNewer(ctx context.Context, path string) error {
	if info, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) || (err == nil && info.Size() == 0) {
		return nil
	}
	db, err := connect(path, map[string][]string{"mode": {"ro"}})
	if err != nil {
		return err
	}
	defer db.Close()
	have, err := version(ctx, db)
	if err != nil {
		return failed("reading the database's version", err)
	}
	want, err := latest(db)
	if err != nil {
		return err
	}
	if have > want {
		return refuse(codeNewer, "the database is of version %d, this program knows %d", have, want)
	}
	return nil
}

// version is the number of the last migration in the database, 0 when none.
func version(ctx context.Context, db *sql.DB) (int64, error) {
	var tables int
	err := db.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_schema WHERE name = 'goose_db_version'`).Scan(&tables)
	if err != nil || tables == 0 {
		return 0, err
	}
	var v int64
	err = db.QueryRowContext(ctx, `SELECT coalesce(max(version_id), 0) FROM goose_db_version`).Scan(&v)
	return v, err
}

func latest(db *sql.DB) (int64, error) {
	p, err := migrations(db)
	if err != nil {
		return 0, err
	}
	steps := p.ListSources()
	return steps[len(steps)-1].Version, nil
}

func migrations(db *sql.DB) (*goose.Provider, error) {
	p, err := goose.NewProvider(goose.DialectSQLite3, db, migration.Files,
		goose.WithDisableGlobalRegistry(true), goose.WithGoMigrations(inGo()...))
	return p, failed("reading the migrations", err)
}

// inGo are the steps that need this program's own functions; their numbers stand
// between those of the files.
func inGo() []*goose.Migration {
	return []*goose.Migration{goose.NewGoMigration(5, &goose.GoFunc{RunTx: relist}, nil)}
}

// copyPrefix begins the names of the copies that are made before a migration.
const copyPrefix = "before-version-"

// migrate brings the database to this program's version. A database that holds
// something is copied first, under a name that says which version it had.
func (s *Store) migrate(ctx context.Context) error {
	p, err := migrations(s.writer)
	if err != nil {
		return err
	}
	have, want, err := p.GetVersions(ctx)
	if err != nil {
		return failed("reading the database's version", err)
	}
	if have == want {
		return nil
	}
	if have > 0 {
		if err := s.Backup(ctx, filepath.Join(s.dir, fmt.Sprintf(copyPrefix+"%d.db", want))); err != nil {
			return err
		}
	}
	_, err = p.Up(ctx)
	return failed("migrating", err)
}
