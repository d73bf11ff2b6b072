package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strings"

	"permanence/clients"
	"permanence/phone"
	"permanence/ui/desk"
)

// mark begins the words by which the list of calls is narrowed. No folded word
// has it, so that no query can mean them.
const mark = "#"

const (
	markMissed      = mark + "missed"
	markIncoming    = mark + "in"
	markOutgoing    = mark + "out"
	markTransferred = mark + "passed"
)

// markClient is the mark of a client's calls. An ID may hold anything.
func markClient(id clients.ID) string { return mark + "c" + hex.EncodeToString([]byte(id)) }

// listWords is what a call is found by in the list of all calls.
func (c *call) listWords() string {
	marks := []string{markClient(c.entry.Client)}
	if c.entry.Direction == phone.Outgoing {
		marks = append(marks, markOutgoing)
	} else {
		marks = append(marks, markIncoming)
	}
	if c.entry.Missed {
		marks = append(marks, markMissed)
	}
	if c.transferred() {
		marks = append(marks, markTransferred)
	}
	return strings.Join(marks, " ") + " " + indexWords(c.entry.Number.National(), c.entry.Name, c.entry.ClientName)
}

// transferred reports whether the call was put through to somebody else, or sent
// to them before it was answered.
func (c *call) transferred() bool {
	return c.passed || c.entry.TransferredTo != "" || c.entry.Cause == phone.Transferred || c.entry.Cause == phone.Forwarded
}

// list keeps the call in the list of all calls.
func (c *call) list(ctx context.Context, tx *sql.Tx) error {
	var at int64
	var words string
	err := tx.QueryRowContext(ctx, `SELECT at, words FROM listed WHERE call = ?`, c.entry.Call).Scan(&at, &words)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return c.listAnew(ctx, tx)
	case err != nil:
		return err
	case c.moved:
		if _, err := tx.ExecContext(ctx, `DELETE FROM listed WHERE at = ?`, at); err != nil {
			return err
		}
		return c.listAnew(ctx, tx)
	}
	if now := c.listWords(); now != words {
		_, err = tx.ExecContext(ctx, `UPDATE listed SET words = ? WHERE at = ?`, now, at)
	}
	return err
}

// listAnew gives the call the first free moment from its arrival on.
func (c *call) listAnew(ctx context.Context, tx *sql.Tx) error {
	words := c.listWords()
	for at := micros(c.entry.ArrivedAt); ; at++ {
		done, err := tx.ExecContext(ctx, `INSERT INTO listed (at, call, words) VALUES (?, ?, ?)
			ON CONFLICT (at) DO NOTHING`, at, c.entry.Call, words)
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); n > 0 || err != nil {
			return err
		}
	}
}

// relistBatch is how many calls are read at once when the list is made anew.
const relistBatch = 1000

// relist makes the list of all calls from the calls, in the order of their
// arrival: words are folded by this program, not by SQL.
func relist(ctx context.Context, tx *sql.Tx) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM listed`); err != nil {
		return err
	}
	for arrived, journal := int64(-1<<62), int64(0); ; {
		batch, err := relistRead(ctx, tx, arrived, journal)
		if err != nil || len(batch) == 0 {
			return err
		}
		for i := range batch {
			if err := batch[i].listAnew(ctx, tx); err != nil {
				return err
			}
		}
		last := batch[len(batch)-1]
		arrived, journal = micros(last.entry.ArrivedAt), last.journal
	}
}

func relistRead(ctx context.Context, tx *sql.Tx, arrived, journal int64) ([]call, error) {
	rows, err := tx.QueryContext(ctx, `SELECT journal, passed, entry FROM call
		WHERE (arrived, journal) > (?, ?) ORDER BY arrived, journal LIMIT ?`, arrived, journal, relistBatch)
	return collect(rows, err, func(r *sql.Rows) (call, error) {
		var c call
		var body []byte
		if err := r.Scan(&c.journal, &c.passed, &body); err != nil {
			return c, err
		}
		return c, json.Unmarshal(body, &c.entry)
	})
}

// narrow is the FTS5 expression for a filter; "" fits every call. A filter that
// asks for words of which none is left fits none, and ok is false.
func narrow(f desk.CallFilter) (expression string, ok bool) {
	var terms []string
	if f.Client != "" {
		terms = append(terms, quote(markClient(f.Client)))
	}
	if f.Kind != "" {
		m, known := markOf[f.Kind]
		if !known {
			return "", false
		}
		terms = append(terms, quote(m))
	}
	words := foldWords(f.Query)
	for _, w := range words {
		terms = append(terms, anywhere(w))
	}
	return strings.Join(terms, " AND "), len(words) > 0 || strings.TrimSpace(f.Query) == ""
}

var markOf = map[desk.CallKind]string{
	desk.CallsMissed:      markMissed,
	desk.CallsIncoming:    markIncoming,
	desk.CallsOutgoing:    markOutgoing,
	desk.CallsTransferred: markTransferred,
}

// anywhere is the term for a word as it begins, or a number from its middle.
func anywhere(w string) string {
	if !isInner(w) {
		return start(w)
	}
	return "(" + start(w) + " OR " + prefix(innerMark+w) + ")"
}

// quote makes a whole word of an expression.
func quote(w string) string { return `"` + w + `"` }
