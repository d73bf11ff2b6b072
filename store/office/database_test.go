package office

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"permanence/clients"
	"permanence/store/office/pgtest"
	"permanence/store/shared"
)

// onBoth runs a test on each engine, with an empty database.
func onBoth(t *testing.T, f func(t *testing.T, address string)) {
	t.Run("sqlite", func(t *testing.T) { f(t, filepath.Join(t.TempDir(), "office.db")) })
	t.Run("postgres", func(t *testing.T) { f(t, pgtest.Database(t)) })
}

func open(t *testing.T, address string) *Database {
	t.Helper()
	db, err := OpenDatabase(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

func inTx(t *testing.T, db *Database, f func(*sql.Tx) error) {
	t.Helper()
	if err := db.write(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

func TestADatabaseIsOpenedTwice(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		open(t, address)
		open(t, address)
	})
}

func TestANewerDatabaseIsNotTouched(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		db := open(t, address)
		inTx(t, db, func(tx *sql.Tx) error {
			_, err := tx.Exec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, $1)`, true)
			return err
		})
		if again, err := OpenDatabase(t.Context(), address); err == nil {
			again.Close()
			t.Error("a database of version 99 was opened")
		}
	})
}

func TestAFileIsPrivate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "office.db")
	open(t, path)
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Mode().Perm(); got != 0o600 {
		t.Errorf("the database has the permissions %o", got)
	}
}

func TestAnAddressWithoutServerIsAnError(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if _, err := OpenDatabase(ctx, "postgres://localhost:1/none"); err == nil {
		t.Error("no error")
	}
}

func TestRowsOfOneBureauAreNotAnothers(t *testing.T) {
	onBoth(t, func(t *testing.T, address string) {
		db, ctx := open(t, address), t.Context()
		inTx(t, db, func(tx *sql.Tx) error {
			mine, other := &rows{tx: tx, db: db, bureau: "a"}, &rows{tx: tx, db: db, bureau: "b"}
			card := shared.Row{
				Kind: shared.Client, ID: "c", Client: "c", Seq: 1,
				Body: []byte(`{"id":"c","name":"Durand","dids":["+33561000000"]}`),
			}
			if err := mine.Put(ctx, card); err != nil {
				return err
			}
			if _, err := other.Row(ctx, shared.Client, "c"); !errors.Is(err, shared.ErrNoRow) {
				t.Errorf("reading another bureau's row: %v", err)
			}
			if _, found, err := other.Owner(ctx, "+33561000000"); found || err != nil {
				t.Errorf("another bureau's number is found: %v, %v", found, err)
			}
			owner, found, err := mine.Owner(ctx, "+33561000000")
			if !found || err != nil || owner.Name != "Durand" {
				t.Errorf("Owner() = %+v, %v, %v", owner, found, err)
			}
			return nil
		})
	})
}

func TestPostgresRefusesTwoConfirmedAppointmentsAtOnce(t *testing.T) {
	db, ctx := open(t, pgtest.Database(t)), t.Context()
	put := func(id clients.ID, body string) error {
		return db.once(ctx, func(tx *sql.Tx) error {
			r := &rows{tx: tx, db: db, bureau: "a"}
			return r.Put(ctx, shared.Row{Kind: shared.Appointment, ID: id, Client: "c", Seq: 1, Body: []byte(body)})
		})
	}
	for _, c := range []struct {
		id, body string
		held     bool
	}{
		{"first", `{"start":"2026-11-26T09:00:00Z","end":"2026-11-26T09:20:00Z"}`, false},
		{"after", `{"start":"2026-11-26T09:20:00Z","end":"2026-11-26T09:40:00Z"}`, false},
		{"contested", `{"start":"2026-11-26T09:00:00Z","end":"2026-11-26T09:20:00Z","contested":true}`, false},
		{"unconfirmed", `{"start":"2026-11-26T09:00:00Z","end":"2026-11-26T09:20:00Z","unconfirmed":true}`, false},
		{"cancelled", `{"start":"2026-11-26T09:00:00Z","end":"2026-11-26T09:20:00Z","cancelled":true}`, false},
		{"second", `{"start":"2026-11-26T09:10:00Z","end":"2026-11-26T09:30:00Z"}`, true},
	} {
		if err := put(clients.ID(c.id), c.body); (err != nil) != c.held || c.held && !db.engine.again(err) {
			t.Errorf("%s: %v", c.id, err)
		}
	}
}
