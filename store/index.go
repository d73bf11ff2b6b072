package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"permanence/clients"
	"permanence/phone"
	"permanence/ui/desk"
)

// found is a row of the search: what a hit shows, and the words that find it.
type found struct {
	kind   desk.HitKind
	ref    string // ID of the row, or the number of a caller
	client clients.ID
	number phone.Number
	at     int64
	title  string
	detail string
	words  string
}

// indexer keeps the search in step, inside the transaction that changes the data.
type indexer struct {
	ctx context.Context
	db  interface {
		exec(ctx context.Context, query string, args ...any) error
		insert(ctx context.Context, query string, args ...any) (id int64, err error)
		row(ctx context.Context, query string, args ...any) *sql.Row
	}
}

// put makes a row findable, as the most recent of all.
func (x indexer) put(f found) error {
	if err := x.remove(f.kind, f.ref); err != nil {
		return err
	}
	// RETURNING would be a trigger: see the migration that took the others away.
	id, err := x.db.insert(x.ctx, `INSERT INTO found (kind, ref, client, number, at, title, detail, words)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)`, f.kind, f.ref, f.client, f.number, f.at, f.title, f.detail, f.words)
	if err != nil {
		return err
	}
	return x.db.exec(x.ctx, `INSERT INTO search (rowid, words) VALUES (?, ?)`, id, f.words)
}

// remove makes a row unfindable.
func (x indexer) remove(kind desk.HitKind, ref string) error {
	var id int64
	var words string
	err := x.db.row(x.ctx, `SELECT id, words FROM found WHERE kind = ? AND ref = ?`, kind, ref).Scan(&id, &words)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err == nil {
		err = x.db.exec(x.ctx, `INSERT INTO search (search, rowid, words) VALUES ('delete', ?, ?)`, id, words)
	}
	if err != nil {
		return err
	}
	return x.db.exec(x.ctx, `DELETE FROM found WHERE id = ?`, id)
}

// callerFresh is how long a caller keeps its place among the recent ones: moving
// it at each call would make the index work without anybody seeing a difference.
const callerFresh = int64(12 * time.Hour / time.Microsecond)

// caller makes a caller findable under its number and the last name it gave.
func (x indexer) caller(n phone.Number, name string, client clients.ID, at int64) error {
	var known string
	var placed int64
	err := x.db.row(x.ctx, `SELECT title, at FROM found WHERE kind = ? AND ref = ?`, desk.HitCaller, n).
		Scan(&known, &placed)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if err == nil && (name == "" || name == known) && at-placed < callerFresh {
		return nil
	}
	if name == "" {
		name = known
	}
	return x.put(found{
		kind: desk.HitCaller, ref: string(n), client: client, number: n, at: at,
		title: name, words: indexWords(name, n.National()),
	})
}

// clientWords is what a client is found by.
func clientWords(c *clients.Client) string {
	texts := []string{c.Name, c.Trade}
	for _, did := range c.DIDs {
		texts = append(texts, phone.Number(did).National())
	}
	for _, k := range c.Contacts {
		texts = append(texts, k.Name, k.Role, k.Number, k.Email)
	}
	return indexWords(texts...)
}
