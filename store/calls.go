package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"permanence/clients"
	"permanence/phone"
	"permanence/ui/desk"
)

// Calls lists past calls that fit, newest first, older than before unless that
// is zero. The query is compared as a search compares: words of the caller's and
// the client's name as they begin, a number also from its middle.
//
// No two of these entries have the same ArrivedAt: calls that arrived in one
// microsecond are told apart by one each. So the ArrivedAt of a page's last
// entry, as it stands, begins the next page, with none lost and none twice.
func (s *Store) Calls(ctx context.Context, f desk.CallFilter, before time.Time, limit int) ([]desk.Entry, error) {
	expression, ok := narrow(f)
	if !ok || limit <= 0 {
		return nil, nil
	}
	var list []desk.Entry
	err := s.read(ctx, "listing calls", func(tx *sql.Tx) (err error) {
		list, err = listed(ctx, tx, expression, until(before), limit)
		return err
	})
	return list, err
}

// until is the first moment that a page leaves out.
func until(before time.Time) int64 {
	if before.IsZero() {
		return 1<<63 - 1
	}
	return before.UnixMicro()
}

// listed reads a page of the list. Everything of it comes from an index in the
// order wanted, so that a page costs the same however many calls there are.
func listed(ctx context.Context, tx *sql.Tx, expression string, before int64, limit int) ([]desk.Entry, error) {
	from, args := `SELECT at, call FROM listed WHERE at < ?1 ORDER BY at DESC LIMIT ?2`, []any{before, limit}
	if expression != "" {
		from = `SELECT listed.at, listed.call FROM listed_search JOIN listed ON listed.at = listed_search.rowid
			WHERE listed_search MATCH ?3 AND listed_search.rowid < ?1 ORDER BY listed_search.rowid DESC LIMIT ?2`
		args = append(args, expression)
	}
	rows, err := tx.QueryContext(ctx, `SELECT page.at, entry, `+messageOfCall+`
		FROM (`+from+`) AS page JOIN call ON call.id = page.call ORDER BY page.at DESC`, args...)
	list, err := collect(rows, err, scanListed)
	if err != nil {
		return nil, err
	}
	return list, withDeliveries(ctx, tx, list)
}

// messageOfCall is the newest message of a call, which is there even when the
// program died before the journal could say so.
const messageOfCall = `coalesce((SELECT id FROM message WHERE message.call = call.id ORDER BY seq = 0 DESC, seq DESC LIMIT 1), '')`

// scanListed reads when a call is listed, its entry and its message.
func scanListed(r *sql.Rows) (desk.Entry, error) {
	var at int64
	var body []byte
	var message clients.ID
	var e desk.Entry
	if err := r.Scan(&at, &body, &message); err != nil {
		return e, err
	}
	err := json.Unmarshal(body, &e)
	keep(&e.Message, message)
	if micros(e.ArrivedAt) != at {
		e.ArrivedAt = time.UnixMicro(at).In(e.ArrivedAt.Location())
	}
	return e, err
}

// withDeliveries says of each entry's message how it stands.
func withDeliveries(ctx context.Context, tx *sql.Tx, list []desk.Entry) error {
	var messages []clients.ID
	for _, e := range list {
		if e.Message != "" {
			messages = append(messages, e.Message)
		}
	}
	states, err := deliveryStates(ctx, tx, messages)
	for i := range list {
		list[i].Delivery = states[list[i].Message]
	}
	return err
}

// deliveryStates sums up the deliveries of messages: the worst counts.
func deliveryStates(ctx context.Context, tx *sql.Tx, messages []clients.ID) (map[clients.ID]clients.DeliveryState, error) {
	if len(messages) == 0 {
		return nil, nil
	}
	names, err := json.Marshal(messages)
	if err != nil {
		return nil, err
	}
	rows, err := tx.QueryContext(ctx, `SELECT message, state FROM delivery
		WHERE message IN (SELECT value FROM json_each(?))
		ORDER BY state = 'failed', state = 'waiting'`, string(names))
	states := map[clients.ID]clients.DeliveryState{}
	_, err = collect(rows, err, func(r *sql.Rows) (struct{}, error) {
		var message clients.ID
		var state clients.DeliveryState
		err := r.Scan(&message, &state)
		states[message] = state // the worst comes last
		return struct{}{}, err
	})
	return states, err
}

// Call tells all of one past call.
func (s *Store) Call(ctx context.Context, id phone.CallID) (desk.CallRecord, error) {
	var r desk.CallRecord
	err := s.read(ctx, "reading a call", func(tx *sql.Tx) (err error) {
		if r.Entry, err = listedCall(ctx, tx, id); err != nil {
			return err
		}
		if r.Steps, err = steps(ctx, tx, id); err != nil {
			return err
		}
		r.Raw, err = firstRequest(ctx, tx, id)
		return err
	})
	r.Diversions = r.Entry.Diversions
	return r, err
}

func listedCall(ctx context.Context, tx *sql.Tx, id phone.CallID) (desk.Entry, error) {
	rows, err := tx.QueryContext(ctx, `SELECT listed.at, entry, `+messageOfCall+`
		FROM call JOIN listed ON listed.call = call.id WHERE call.id = ?`, id)
	list, err := collect(rows, err, scanListed)
	if err != nil {
		return desk.Entry{}, err
	}
	if len(list) == 0 {
		return desk.Entry{}, notFound("call", clients.ID(id))
	}
	return list[0], withDeliveries(ctx, tx, list)
}

// steps are a call's lines in the journal, oldest first, without the request
// that began it.
func steps(ctx context.Context, tx *sql.Tx, id phone.CallID) ([]desk.JournalEntry, error) {
	rows, err := tx.QueryContext(ctx, `SELECT at, kind, actor, entry FROM journal WHERE call = ? ORDER BY id`, id)
	return collect(rows, err, func(r *sql.Rows) (desk.JournalEntry, error) {
		var e desk.JournalEntry
		var at int64
		var body []byte
		if err := r.Scan(&at, &e.Kind, &e.Actor, &body); err != nil {
			return e, err
		}
		e.At = timeOf(at)
		return e, json.Unmarshal(body, &e.Entry)
	})
}

func firstRequest(ctx context.Context, tx *sql.Tx, id phone.CallID) ([]byte, error) {
	var raw []byte
	err := tx.QueryRowContext(ctx, `SELECT raw FROM journal WHERE call = ? AND raw IS NOT NULL ORDER BY id LIMIT 1`, id).Scan(&raw)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return raw, err
}
