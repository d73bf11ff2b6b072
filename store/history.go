package store

import (
	"context"
	"database/sql"
	"errors"

	"permanence/clients"
	"permanence/phone"
	"permanence/ui/desk"
)

// changesOf selects what was changed of a client with its authors' names, and whether
// it was changed at this desk.
const changesOf = `SELECT change.row, change.at, coalesce(operator.name, change.actor), change.field,
		change.body -> 'before', change.body -> 'after', change.seq,
		change.desk = (SELECT iif(body = '', '', body ->> 'desk') FROM membership)
	FROM change LEFT JOIN operator ON operator.id = change.actor
	WHERE change.kind = 'client' AND change.row = ?`

// newestFirst orders changes: those that the office does not have are the last made.
const newestFirst = ` ORDER BY change.seq = 0 DESC, change.seq DESC, change.place DESC`

func scanChange(r *sql.Rows) (desk.ClientChange, error) {
	var c desk.ClientChange
	var at int64
	err := r.Scan(&c.Client, &at, &c.By, &c.Field, &c.Before, &c.After, &c.Seq, &c.Here)
	c.At = timeOf(at)
	return c, err
}

// ClientHistory lists what changed in a client's card, the newest first; a
// field's value before it was first set is "null".
func (s *Store) ClientHistory(ctx context.Context, id clients.ID, limit int) ([]desk.ClientChange, error) {
	rows, err := s.reader.QueryContext(ctx, changesOf+newestFirst+` LIMIT ?`, id, limit)
	list, err := collect(rows, err, scanChange)
	return list, failed("reading a client's history", err)
}

// News lists what others changed in a client's card since the operator last
// answered a call for it, one line per field from what it was then to what it
// became, the newest first. A call still in hand does not count as the last one.
// For who never answered for the client there is no news: all of it is new.
func (s *Store) News(ctx context.Context, client, operator clients.ID) ([]desk.ClientChange, error) {
	var list []desk.ClientChange
	err := s.read(ctx, "reading the news", func(tx *sql.Tx) error {
		head, err := lastAnswered(ctx, tx, client, operator)
		if err != nil || head < 0 {
			return err
		}
		rows, err := tx.QueryContext(ctx, changesOf+` AND change.seq > ? AND change.actor <> ?`+newestFirst,
			client, head, operator)
		list, err = collect(rows, err, scanChange)
		return err
	})
	return perField(list), err
}

// lastAnswered is the sequence of the shared data when the operator last
// answered for the client a call that is over; -1 when she never did. Sequences
// are compared and not times, because clocks differ between desks.
func lastAnswered(ctx context.Context, tx *sql.Tx, client, operator clients.ID) (int64, error) {
	var head int64
	err := tx.QueryRowContext(ctx, `SELECT answered_head FROM call
		WHERE client = ? AND answered_by = ? AND answered_by <> '' AND ended <> 0
		ORDER BY answered_head DESC LIMIT 1`, client, operator).Scan(&head)
	if errors.Is(err, sql.ErrNoRows) {
		return -1, nil
	}
	return head, err
}

// perField joins the changes of one field, given newest first, and drops fields
// that came back to what they were.
func perField(list []desk.ClientChange) []desk.ClientChange {
	var joined []desk.ClientChange
	place := map[string]int{}
	for _, c := range list {
		if i, ok := place[c.Field]; ok {
			joined[i].Before = c.Before
			continue
		}
		place[c.Field] = len(joined)
		joined = append(joined, c)
	}
	kept := joined[:0]
	for _, c := range joined {
		if c.Before != c.After {
			kept = append(kept, c)
		}
	}
	return kept
}

// Earlier tells what the messages and the journal know of a caller: the name it
// last gave, to this client rather than to another; its calls to this client
// that are over; and its last message to this client.
func (s *Store) Earlier(ctx context.Context, client clients.ID, number phone.Number) (desk.Earlier, error) {
	var e desk.Earlier
	if number == "" {
		return e, nil
	}
	err := s.read(ctx, "looking a caller up", func(tx *sql.Tx) (err error) {
		if e.Name, err = callerName(ctx, tx, client, number); err != nil {
			return err
		}
		var at int64
		err = tx.QueryRowContext(ctx, `SELECT count(*), coalesce(max(arrived), 0) FROM call
			WHERE number = ? AND client = ? AND ended <> 0`, number, client).Scan(&e.Calls, &at)
		if err != nil {
			return err
		}
		e.LastAt = timeOf(at)
		e.LastText, err = lastText(ctx, tx, client, number)
		return err
	})
	return e, err
}

// callerName is the name in the caller's newest message that has one, else the
// name that its newest call showed.
func callerName(ctx context.Context, tx *sql.Tx, client clients.ID, number phone.Number) (string, error) {
	var name string
	err := tx.QueryRowContext(ctx, `SELECT name FROM (
			SELECT 1 AS typed, client, at, body ->> 'name' AS name FROM message WHERE number = ?1
			UNION ALL
			SELECT 0, client, arrived, name FROM call WHERE number = ?1 AND ended <> 0
		) WHERE name <> '' ORDER BY typed DESC, client = ?2 DESC, at DESC LIMIT 1`, number, client).Scan(&name)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return name, err
}

func lastText(ctx context.Context, tx *sql.Tx, client clients.ID, number phone.Number) (string, error) {
	var text string
	err := tx.QueryRowContext(ctx, `SELECT coalesce(body ->> 'text', '') FROM message
		WHERE number = ? AND client = ? ORDER BY at DESC LIMIT 1`, number, client).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return beginning(text), err
}
