package office

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib" // the driver "pgx" too
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// How many connections one process keeps at most. Writers of a bureau follow one
// another anyway; readers have their own, so that they never wait behind those.
const (
	writeConnections = 8
	readConnections  = 12
)

// channel is where office processes tell each other that there is something new.
const channel = "permanence_office"

// postgres is a database on a server, PostgreSQL 15 or newer.
type postgres struct {
	address string
	// exclusive: the server itself refuses two confirmed appointments at once.
	exclusive bool
}

func (p *postgres) open(ctx context.Context) (writer, reader *sql.DB, err error) {
	if writer, err = p.connect(writeConnections); err != nil {
		return nil, nil, err
	}
	if reader, err = p.connect(readConnections); err != nil {
		return nil, nil, errors.Join(err, writer.Close())
	}
	if err := writer.PingContext(ctx); err != nil {
		return nil, nil, errors.Join(err, reader.Close(), writer.Close())
	}
	return writer, reader, nil
}

func (p *postgres) connect(most int) (*sql.DB, error) {
	db, err := sql.Open("pgx", p.address)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(most)
	db.SetMaxIdleConns(most)
	db.SetConnMaxIdleTime(5 * time.Minute)
	return db, nil
}

// snapshot: in the default isolation each query would see a moment of its own.
func (*postgres) snapshot() sql.IsolationLevel { return sql.LevelRepeatableRead }

func (*postgres) dialect() goose.Dialect { return goose.DialectPostgres }

// options: several processes that are started together migrate one after the other.
func (*postgres) options() ([]goose.ProviderOption, error) {
	locker, err := lock.NewPostgresSessionLocker()
	return []goose.ProviderOption{goose.WithSessionLocker(locker)}, err
}

// life is the server, its timeline, which a promotion and a recovery end (PostgreSQL,
// "Continuous Archiving and Point-in-Time Recovery", Timelines), and the database on it.
func (*postgres) life() string {
	return `(SELECT concat_ws('/', (SELECT system_identifier FROM pg_control_system()),
		left(pg_walfile_name(pg_current_wal_lsn()), 8), (SELECT oid FROM pg_database WHERE datname = current_database())))`
}

// prepare adds the second lock on slots where the server has the extension for it
// (btree_gist comes with PostgreSQL, but need not be installed).
func (p *postgres) prepare(ctx context.Context, db *Database) error {
	available, err := p.available(ctx, db.writer)
	if err != nil || !available {
		return err
	}
	p.exclusive = true
	return db.write(ctx, func(tx *sql.Tx) error { return p.lockSlots(ctx, tx) })
}

func (*postgres) available(ctx context.Context, db *sql.DB) (bool, error) {
	var n int
	err := db.QueryRowContext(ctx, `SELECT count(*) FROM pg_available_extensions WHERE name = 'btree_gist'`).Scan(&n)
	return n > 0, err
}

// lockSlots makes the table of confirmed slots. The constraint is looked at when a
// transaction commits, since within one an appointment may move into the place that
// another leaves.
func (*postgres) lockSlots(ctx context.Context, tx *sql.Tx) error {
	for _, query := range []string{
		`SELECT pg_advisory_xact_lock(hashtext('permanence_office_slot'))`,
		`CREATE EXTENSION IF NOT EXISTS btree_gist`,
		`CREATE TABLE IF NOT EXISTS slot (
			bureau TEXT NOT NULL,
			appointment TEXT NOT NULL,
			client TEXT NOT NULL,
			during int8range NOT NULL,
			PRIMARY KEY (bureau, appointment),
			EXCLUDE USING gist (bureau WITH =, client WITH =, during WITH &&) DEFERRABLE INITIALLY DEFERRED)`,
	} {
		if _, err := tx.ExecContext(ctx, query); err != nil {
			return err
		}
	}
	return nil
}

// hold writes a confirmed slot down, or that it is none any more.
func (p *postgres) hold(ctx context.Context, tx *sql.Tx, s slot) error {
	if !p.exclusive {
		return nil
	}
	if !s.confirmed {
		_, err := tx.ExecContext(ctx, `DELETE FROM slot WHERE bureau = $1 AND appointment = $2`, s.bureau, s.appointment)
		return err
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO slot (bureau, appointment, client, during)
		VALUES ($1, $2, $3, int8range($4, $5))
		ON CONFLICT (bureau, appointment) DO UPDATE SET client = excluded.client, during = excluded.during`,
		s.bureau, s.appointment, s.client, s.start, s.stop)
	return err
}

// again knows the SQLSTATEs of class 40 (serialization failure, deadlock) and of a
// slot that was taken between the look and the commit.
func (*postgres) again(err error) bool {
	var e *pgconn.PgError
	return errors.As(err, &e) && (strings.HasPrefix(e.Code, "40") || e.Code == "23P01")
}

// refuses knows the SQLSTATEs of bad data (22), of broken constraints (23) and of what
// exceeds a limit of the server (54).
func (*postgres) refuses(err error) bool {
	var e *pgconn.PgError
	return errors.As(err, &e) && slices.Contains([]string{"22", "23", "54"}, e.Code[:2])
}

func (*postgres) poke(ctx context.Context, tx *sql.Tx, bureau, what string) error {
	_, err := tx.ExecContext(ctx, `SELECT pg_notify($1, $2)`, channel, bureau+" "+what)
	return err
}

// owe has nothing to note: what a crash leaves, PostgreSQL's own vacuum finds.
func (*postgres) owe(context.Context, *sql.Tx) error { return nil }

// scour has the server give up the old versions of rows, in every table that an erasure
// deletes from. What it archived of its own log goes with its backups.
func (p *postgres) scour(ctx context.Context, db *Database) error {
	query := `VACUUM shared_row, mutation, draft, sound, sound_part, did, lent`
	if p.exclusive {
		query += `, slot`
	}
	_, err := db.writer.ExecContext(ctx, query)
	return err
}

func (*postgres) listen(ctx context.Context, db *Database, ready func(), heard func(bureau, what string)) error {
	conn, err := db.reader.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	return conn.Raw(func(c any) error {
		pg := c.(*stdlib.Conn).Conn()
		if _, err := pg.Exec(ctx, "LISTEN "+channel); err != nil {
			return err
		}
		ready()
		for {
			n, err := pg.WaitForNotification(ctx)
			if err != nil {
				// An interrupted wait leaves the connection closed: it must not go back.
				return errors.Join(fmt.Errorf("listening: %w", err), pg.Close(context.WithoutCancel(ctx)))
			}
			if bureau, what, ok := strings.Cut(n.Payload, " "); ok {
				heard(bureau, what)
			}
		}
	})
}
