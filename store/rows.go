package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"permanence/clients"
	"permanence/store/link"
	"permanence/store/shared"
)

// rows are the shared rows as they lie in this desk's tables, within one transaction.
type rows struct {
	statements
	store    *Store
	office   link.Membership // zero when the desk stands alone
	ahead    bool            // keep the office's rows of what is touched
	scrubbed bool            // something was erased: the search still holds its words
	traces   traces          // where else this desk has something of it
}

var _ shared.Rows = (*rows)(nil)

func (s *Store) rows(ctx context.Context, tx *sql.Tx) (*rows, error) {
	r := &rows{statements: statements{tx: tx}, store: s}
	var err error
	r.office, err = loadMembership(ctx, tx)
	return r, err
}

func (r *rows) linked() bool { return r.office.Desk != "" }

// rowOf are the queries that read a row of a kind: its number, client, desk and body.
// Kinds that are not here lie in the table other.
var rowOf = map[shared.Kind]string{
	shared.Operator:    `SELECT seq, '', '', body FROM operator WHERE id = ?`,
	shared.Client:      `SELECT seq, id, '', body FROM client WHERE id = ?`,
	shared.Message:     `SELECT seq, client, '', body FROM message WHERE id = ?`,
	shared.Appointment: `SELECT seq, client, '', body FROM appointment WHERE id = ?`,
	shared.Delivery:    `SELECT seq, coalesce(body ->> 'client', ''), '', body FROM delivery WHERE id = ?`,
	shared.Change:      `SELECT seq, client, '', body FROM change WHERE id = ?`,
	shared.Conflict:    `SELECT seq, client, '', body FROM conflict WHERE id = ?`,
	shared.Lease:       `SELECT seq, client, desk, body FROM lease WHERE id = ?`,
}

// Row reads a row, or ErrNoRow.
func (r *rows) Row(ctx context.Context, kind shared.Kind, id clients.ID) (shared.Row, error) {
	row := shared.Row{Kind: kind, ID: id}
	if query, ok := rowOf[kind]; ok {
		err := r.row(ctx, query, id).Scan(&row.Seq, &row.Client, &row.Desk, (*[]byte)(&row.Body))
		if !errors.Is(err, sql.ErrNoRows) {
			return row, err
		}
	}
	err := r.row(ctx, `SELECT seq, client, desk, gone, body FROM other WHERE kind = ? AND id = ?`, kind, id).
		Scan(&row.Seq, &row.Client, &row.Desk, &row.Gone, (*[]byte)(&row.Body))
	if errors.Is(err, sql.ErrNoRows) {
		return row, shared.ErrNoRow
	}
	if row.Gone {
		row.Body = nil
	}
	return row, err
}

// Owner finds the client that a number reaches.
func (r *rows) Owner(ctx context.Context, did string) (clients.Client, bool, error) {
	var c clients.Client
	var body []byte
	err := r.row(ctx, `SELECT body FROM client JOIN did ON did.client = client.id WHERE number = ?`, did).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return c, false, nil
	}
	if err == nil {
		err = json.Unmarshal(body, &c)
	}
	return c, err == nil, err
}

// Overlapping lists the appointments that have a moment in [start, end).
func (r *rows) Overlapping(ctx context.Context, client clients.ID, start, end time.Time) ([]shared.Row, error) {
	list, err := r.query(ctx, `SELECT id, seq, body FROM appointment
		WHERE client = ? AND cancelled = 0 AND start < ? AND stop > ? ORDER BY start, id`, client, micros(end), micros(start))
	return collect(list, err, func(s *sql.Rows) (shared.Row, error) {
		row := shared.Row{Kind: shared.Appointment, Client: client}
		return row, s.Scan(&row.ID, &row.Seq, (*[]byte)(&row.Body))
	})
}

// Lent lists the leases that have a moment in [start, end): the office takes back those
// that do not bind it any more.
func (r *rows) Lent(ctx context.Context, client clients.ID, start, end time.Time) ([]clients.Lease, error) {
	list, err := r.query(ctx, `SELECT body FROM lease WHERE client = ? AND start < ? AND stop > ? ORDER BY start, id`,
		client, micros(end), micros(start))
	return collect(list, err, scanJSON[clients.Lease])
}

// Doubtful: a desk confirms nothing but what it set alone, and then there are no leases.
func (r *rows) Doubtful(context.Context) (bool, error) { return false, nil }

// Changed finds the newest change of a field after a number that came from elsewhere.
func (r *rows) Changed(ctx context.Context, kind shared.Kind, row clients.ID, field string, after int64, but clients.ID) (shared.FieldChange, bool, error) {
	var c shared.FieldChange
	var body []byte
	err := r.row(ctx, `SELECT body FROM change WHERE row = ? AND kind = ? AND field = ? AND seq > ? AND desk <> ?
		ORDER BY seq DESC, place DESC LIMIT 1`, row, kind, field, after, but).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return c, false, nil
	}
	if err == nil {
		err = json.Unmarshal(body, &c)
	}
	return c, err == nil, err
}

// OpenConflicts lists the conflicts of a client that are not settled.
func (r *rows) OpenConflicts(ctx context.Context, client clients.ID) ([]clients.Conflict, error) {
	list, err := r.query(ctx, `SELECT seq, body FROM conflict WHERE client = ? AND open = 1 ORDER BY rowid`, client)
	return collect(list, err, scanConflict)
}

// MailHost is the domain that the mails come from, or one that cannot exist
// (RFC 2606) before that is set.
func (r *rows) MailHost(ctx context.Context) (string, error) {
	s, err := loadSettings(ctx, r.tx)
	_, host, _ := strings.Cut(s.Mail.From, "@")
	host = strings.Trim(host, "<> ")
	if host == "" {
		host = "permanence.invalid"
	}
	return host, err
}

// Belonging lists the rows that go when this one is erased.
func (r *rows) Belonging(ctx context.Context, kind shared.Kind, id clients.ID) ([]shared.Row, error) {
	query := `SELECT 'conflict' AS kind, id FROM conflict WHERE instr(body, ?1) > 0`
	switch kind {
	case shared.Message:
		query += ` UNION SELECT 'delivery', id FROM delivery WHERE message = ?1`
	case shared.Client:
		query += ` UNION SELECT 'conflict', id FROM conflict WHERE client = ?1
			UNION SELECT 'message', id FROM message WHERE client = ?1
			UNION SELECT 'appointment', id FROM appointment WHERE client = ?1
			UNION SELECT 'delivery', id FROM delivery WHERE body ->> 'client' = ?1
			UNION SELECT 'lease', id FROM lease WHERE client = ?1
			UNION SELECT kind, id FROM other WHERE client = ?1 AND gone = 0`
	}
	list, err := r.query(ctx, query+` ORDER BY kind, id`, id)
	keys, err := collect(list, err, scanKey)
	var with []shared.Row
	for _, k := range keys {
		row, err := r.Row(ctx, k.kind, k.id)
		if err != nil {
			return nil, err
		}
		with = append(with, row)
	}
	return with, err
}

// key names a row.
type key struct {
	kind shared.Kind
	id   clients.ID
}

func scanKey(s *sql.Rows) (k key, err error) { return k, s.Scan(&k.kind, &k.id) }

func scanConflict(s *sql.Rows) (clients.Conflict, error) {
	return versioned(s, func(c *clients.Conflict) *int64 { return &c.Seq })
}
