package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"permanence/clients"
	"permanence/store/link"
	"permanence/store/shared"
)

var _ link.Replica = (*Store)(nil)

// keepAcked is how long what the office has is kept, in case that it is restored from a
// backup: backups go after 30 days.
const keepAcked = 45 * 24 * time.Hour

// Membership tells to which office this desk belongs.
func (s *Store) Membership(ctx context.Context) (link.Membership, error) {
	var m link.Membership
	err := s.read(ctx, "reading the membership", func(tx *sql.Tx) (err error) {
		m, err = loadMembership(ctx, tx)
		return err
	})
	return m, err
}

func loadMembership(ctx context.Context, tx *sql.Tx) (m link.Membership, err error) {
	var body []byte
	err = tx.QueryRowContext(ctx, `SELECT body FROM membership`).Scan(&body)
	if err != nil || len(body) == 0 {
		return m, err
	}
	return m, json.Unmarshal(body, &m)
}

// Cursor is where the next pull begins.
func (s *Store) Cursor(ctx context.Context) (string, error) {
	var cursor string
	err := s.reader.QueryRowContext(ctx, `SELECT cursor FROM membership`).Scan(&cursor)
	return cursor, failed("reading the cursor", err)
}

// Asking says that a pull begins: the leases that it brings count from now.
func (s *Store) Asking() {
	now := s.boot.Now()
	s.asked.Store(&now)
}

// Pending lists what the office has not been told, the oldest first.
func (s *Store) Pending(ctx context.Context, after int64, limit int) (list []shared.Mutation, place int64, err error) {
	err = s.read(ctx, "reading what is pending", func(tx *sql.Tx) error {
		r, err := s.rows(ctx, tx)
		if err != nil {
			return err
		}
		list, place, err = r.pending(ctx, `told = 0 AND acked = 0 AND place > ?`, after, limit)
		return err
	})
	return list, place, err
}

// Pushed keeps what the office said of mutations. What it does not know it has not been
// told: it will be, when it is upgraded.
func (s *Store) Pushed(ctx context.Context, results map[clients.ID]shared.Result) error {
	return s.change(ctx, "keeping the office's answers", func(r *rows) error {
		for id, result := range results {
			err := r.exec(ctx, `UPDATE pending SET told = ?, outcome = ? WHERE uuid = ? AND acked = 0`,
				result.Outcome != shared.Unknown, result.Outcome, id)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// Unacknowledged lists what a pull may acknowledge, the oldest first.
func (s *Store) Unacknowledged(ctx context.Context, limit int) ([]clients.ID, error) {
	rows, err := s.reader.QueryContext(ctx, `SELECT uuid FROM pending WHERE told = 1 AND acked = 0 ORDER BY place LIMIT ?`, limit)
	list, err := collect(rows, err, func(r *sql.Rows) (id clients.ID, err error) { return id, r.Scan(&id) })
	return list, failed("reading what is not acknowledged", err)
}

// Progress tells how far the desk has come.
func (s *Store) Progress(ctx context.Context) (p link.Progress, err error) {
	var stepped int64
	err = s.reader.QueryRowContext(ctx, `SELECT stepped, anew FROM membership`).Scan(&stepped, &p.Copying)
	p.InStep = timeOf(stepped)
	return p, failed("reading the membership", err)
}

// work is what the office has not been told and somebody may wait for. There is an
// index of just this.
var work = ` FROM pending WHERE told = 0 AND acked = 0 AND body ->> 'name' <> '` + (clients.NoteReading{}).MutationName() + `'`

// Waiting counts the work that the office has not been told, and since when the oldest
// waits. That something was read is none: nobody waits for it.
func (s *Store) Waiting(ctx context.Context) (n int, oldest time.Time, err error) {
	err = s.reader.QueryRowContext(ctx, `SELECT count(*)`+work).Scan(&n)
	if err != nil || n == 0 {
		return n, oldest, failed("counting what waits", err)
	}
	var at string
	err = s.reader.QueryRowContext(ctx, `SELECT body ->> 'at'`+work+` ORDER BY place LIMIT 1`).Scan(&at)
	if err == nil {
		oldest, err = time.Parse(time.RFC3339Nano, at)
	}
	return n, oldest, failed("finding the oldest that waits", err)
}
