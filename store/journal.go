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

// Append adds a line to the call journal.
func (s *Store) Append(ctx context.Context, e desk.JournalEntry) error {
	return s.AppendAll(ctx, []desk.JournalEntry{e})
}

// AppendAll adds lines to the call journal in one transaction.
func (s *Store) AppendAll(ctx context.Context, list []desk.JournalEntry) error {
	return s.write(ctx, "writing the journal", func(tx *sql.Tx) error {
		for _, e := range list {
			if err := appendEntry(ctx, tx, e); err != nil {
				return err
			}
		}
		return nil
	})
}

// appendEntry writes the journal line and folds it into its call.
func appendEntry(ctx context.Context, tx *sql.Tx, e desk.JournalEntry) error {
	if e.Entry.Call == "" {
		return refuse(codeBadChange, "a journal line needs a call")
	}
	body, err := json.Marshal(e.Entry)
	if err != nil {
		return refuse(codeBadChange, "journal of call %s: %v", e.Entry.Call, err)
	}
	var id, head int64
	err = tx.QueryRowContext(ctx, `INSERT INTO journal (at, kind, call, actor, head, entry, raw)
		SELECT ?, ?, ?, ?, seq, ?, ? FROM head RETURNING id, head`,
		micros(e.At), e.Kind, e.Entry.Call, e.Actor, string(body), e.Raw).Scan(&id, &head)
	if err != nil {
		return err
	}
	c, err := loadCall(ctx, tx, e.Entry.Call)
	if err != nil {
		return err
	}
	c.journal = id
	c.take(e, head)
	if err := c.save(ctx, tx); err != nil {
		return err
	}
	if err := c.list(ctx, tx); err != nil {
		return err
	}
	return c.index(ctx, tx)
}

// call is the journal of one call, folded.
type call struct {
	journal      int64 // its last line
	answeredBy   clients.ID
	answeredHead int64 // the sequence of the shared data when it was answered
	passed       bool  // put through, or sent on before it was answered
	moved        bool  // its time of arrival is another than it was
	entry        desk.Entry
}

func loadCall(ctx context.Context, tx *sql.Tx, id phone.CallID) (call, error) {
	c := call{entry: desk.Entry{Call: id}}
	var body []byte
	err := tx.QueryRowContext(ctx, `SELECT answered_by, answered_head, passed, entry FROM call WHERE id = ?`, id).
		Scan(&c.answeredBy, &c.answeredHead, &c.passed, &body)
	if errors.Is(err, sql.ErrNoRows) {
		return c, nil
	}
	if err != nil {
		return c, err
	}
	return c, json.Unmarshal(body, &c.entry)
}

// take folds one line into the call: the line says how the call stands now, and
// what it leaves blank stays known.
func (c *call) take(e desk.JournalEntry, head int64) {
	if e.Kind == desk.JournalAnswered {
		c.answeredBy, c.answeredHead = e.Actor, head
	}
	c.passed = c.passed || e.Kind == desk.JournalPassed
	was := c.entry
	c.entry = e.Entry
	keep(&c.entry.Line, was.Line)
	keep(&c.entry.Client, was.Client)
	keep(&c.entry.ClientName, was.ClientName)
	keep(&c.entry.Number, was.Number)
	keep(&c.entry.Name, was.Name)
	keep(&c.entry.ArrivedAt, was.ArrivedAt)
	keep(&c.entry.AnsweredAt, was.AnsweredAt)
	keep(&c.entry.EndedAt, was.EndedAt)
	keep(&c.entry.Cause, was.Cause)
	keep(&c.entry.Message, was.Message)
	keep(&c.entry.Called, was.Called)
	keep(&c.entry.TransferredTo, was.TransferredTo)
	keep(&c.entry.Appointment, was.Appointment)
	keep(&c.entry.Shown, was.Shown)
	keep(&c.entry.Quality, was.Quality)
	if c.entry.Diversions == nil {
		c.entry.Diversions = was.Diversions
	}
	if c.entry.Sounds == nil {
		c.entry.Sounds = was.Sounds
	}
	c.moved = micros(c.entry.ArrivedAt) != micros(was.ArrivedAt)
	c.entry.Missed = c.entry.Missed || was.Missed
	c.entry.Booked = c.entry.Booked || was.Booked
	c.entry.Machine = c.entry.Machine || was.Machine
}

// keep gives *v its former value when it has none now.
func keep[T comparable](v *T, was T) {
	var zero T
	if *v == zero {
		*v = was
	}
}

func (c *call) save(ctx context.Context, tx *sql.Tx) error {
	body, err := json.Marshal(c.entry)
	if err != nil {
		return err
	}
	e := c.entry
	_, err = tx.ExecContext(ctx, `INSERT INTO call
		(id, journal, client, number, name, arrived, ended, answered_by, answered_head, passed, entry)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET journal = excluded.journal, client = excluded.client,
			number = excluded.number, name = excluded.name, arrived = excluded.arrived, ended = excluded.ended,
			answered_by = excluded.answered_by, answered_head = excluded.answered_head,
			passed = excluded.passed, entry = excluded.entry`,
		e.Call, c.journal, e.Client, e.Number, e.Name, micros(e.ArrivedAt), micros(e.EndedAt),
		c.answeredBy, c.answeredHead, c.passed, string(body))
	return err
}

// index makes the caller findable once the call is over: before, the call itself
// is on the screen.
func (c *call) index(ctx context.Context, tx *sql.Tx) error {
	e := c.entry
	if e.Number == "" || e.EndedAt.IsZero() {
		return nil
	}
	return indexer{ctx: ctx, db: &statements{tx: tx}}.caller(e.Number, e.Name, e.Client, micros(e.ArrivedAt))
}

// closeInterrupted ends, in the journal, the calls that were alive when an
// earlier run of the program stopped without ending them. Nobody knows when they
// ended: at the latest sign of life that the desk left.
func (s *Store) closeInterrupted(ctx context.Context, now time.Time) ([]desk.Entry, error) {
	var ended []desk.Entry
	err := s.write(ctx, "closing interrupted calls", func(tx *sql.Tx) error {
		alive, at, err := s.interrupted(ctx, tx)
		for _, e := range alive {
			e.EndedAt, e.Cause = later(at, later(e.ArrivedAt, e.AnsweredAt)), phone.Shutdown
			e.Missed = e.Direction == phone.Incoming && e.AnsweredAt.IsZero()
			if err == nil {
				e.Sounds, err = soundsOf(ctx, tx, e.Call)
			}
			if err == nil {
				err = appendEntry(ctx, tx, desk.JournalEntry{At: now, Kind: desk.JournalEnded, Entry: e})
			}
			ended = append(ended, e)
		}
		return err
	})
	return ended, err
}

// interrupted lists the calls of earlier runs that never ended, and the desk's
// last sign of life in those runs.
func (s *Store) interrupted(ctx context.Context, tx *sql.Tx) ([]desk.Entry, time.Time, error) {
	rows, err := tx.QueryContext(ctx, `SELECT entry FROM call WHERE ended = 0 AND journal <= ? ORDER BY journal`, s.past)
	alive, err := collect(rows, err, scanJSON[desk.Entry])
	if err != nil || len(alive) == 0 {
		return nil, time.Time{}, err
	}
	var sign int64
	err = tx.QueryRowContext(ctx, `SELECT max(coalesce((SELECT at FROM journal WHERE id = ?), 0),
		coalesce((SELECT max(saved) FROM draft), 0))`, s.past).Scan(&sign)
	return alive, timeOf(sign), err
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
