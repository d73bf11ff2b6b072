package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"permanence/clients"
	"permanence/ui/desk"
)

// MutationError says which mutation of several was refused.
type MutationError struct {
	Index int // in the list that was given
	Err   error
}

// Error names the mutation by its place and says why it was refused.
func (e *MutationError) Error() string { return fmt.Sprintf("mutation %d: %v", e.Index, e.Err) }

// Unwrap gives why it was refused.
func (e *MutationError) Unwrap() error { return e.Err }

// Apply carries out a mutation once: a UUID that is known already is a success
// without effect. A refused mutation leaves nothing behind.
//
// Errors: *clients.DIDTakenError, *clients.OverlapError, or *Error.
func (s *Store) Apply(ctx context.Context, m clients.Mutation) error {
	return s.write(ctx, "applying "+name(m), func(tx *sql.Tx) error { return s.apply(ctx, tx, m) })
}

// ApplyAll carries out all mutations in one transaction, or none. The error
// wraps a *MutationError when it is due to one of them.
func (s *Store) ApplyAll(ctx context.Context, ms []clients.Mutation) error {
	return s.write(ctx, "applying", func(tx *sql.Tx) error { return s.applyAll(ctx, tx, ms) })
}

// Import is ApplyAll together with new settings, in one transaction.
func (s *Store) Import(ctx context.Context, ms []clients.Mutation, settings desk.Settings) error {
	return s.write(ctx, "importing", func(tx *sql.Tx) error {
		if err := saveSettings(ctx, tx, settings); err != nil {
			return err
		}
		return s.applyAll(ctx, tx, ms)
	})
}

func (s *Store) applyAll(ctx context.Context, tx *sql.Tx, ms []clients.Mutation) error {
	for i, m := range ms {
		if err := s.apply(ctx, tx, m); err != nil {
			return &MutationError{Index: i, Err: failed("applying "+name(m), err)}
		}
	}
	return nil
}

func name(m clients.Mutation) string {
	if m.Change == nil {
		return "nothing"
	}
	return m.Change.MutationName()
}

// applier is one mutation on its way into one transaction.
type applier struct {
	ctx   context.Context
	tx    *sql.Tx
	store *Store
	m     clients.Mutation
	seq   int64 // the mutation's number in the bureau's one sequence
}

// apply is the one way in which shared data changes.
func (s *Store) apply(ctx context.Context, tx *sql.Tx, m clients.Mutation) error {
	if m.ID == "" || m.Change == nil {
		return refuse(codeBadChange, "a mutation needs a UUID and a change")
	}
	a := &applier{ctx: ctx, tx: tx, store: s, m: m}
	known, err := a.known()
	if known || err != nil {
		return err
	}
	if err := a.record(); err != nil {
		return err
	}
	return a.change()
}

func (a *applier) known() (bool, error) {
	var n int
	err := a.row(`SELECT count(*) FROM mutation WHERE uuid = ?`, a.m.ID).Scan(&n)
	return n > 0, err
}

// record takes the next number and writes the mutation down under it.
func (a *applier) record() error {
	if err := a.row(`UPDATE head SET seq = seq + 1 RETURNING seq`).Scan(&a.seq); err != nil {
		return err
	}
	args, err := json.Marshal(a.m.Change)
	if err != nil {
		return refuse(codeBadChange, "%s cannot be written as JSON: %v", name(a.m), err)
	}
	return a.exec(`INSERT INTO mutation (uuid, seq, name, args, actor, at) VALUES (?, ?, ?, ?, ?, ?)`,
		a.m.ID, a.seq, name(a.m), string(args), a.m.Actor, micros(a.m.At))
}

func (a *applier) change() error {
	switch c := a.m.Change.(type) {
	case clients.CreateClient:
		return a.createClient(c)
	case clients.PatchClient:
		return a.patchClient(c)
	case clients.TakeMessage:
		return a.takeMessage(c)
	case clients.BookAppointment:
		return a.book(c)
	case clients.MoveAppointment:
		return a.move(c)
	case clients.CancelAppointment:
		return a.cancel(c)
	case clients.SaveOperator:
		return a.saveOperator(c)
	}
	return refuse(codeBadChange, "unknown change %s", name(a.m))
}

func (a *applier) exec(query string, args ...any) error {
	_, err := a.tx.ExecContext(a.ctx, query, args...)
	return err
}

func (a *applier) row(query string, args ...any) *sql.Row {
	return a.tx.QueryRowContext(a.ctx, query, args...)
}

// body reads a row's body. kind is the table: a word of this package, never input.
func (a *applier) body(kind string, id clients.ID) (fields, error) {
	var body []byte
	err := a.row(`SELECT body FROM `+kind+` WHERE id = ?`, id).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, notFound(kind, id)
	}
	if err != nil {
		return nil, err
	}
	return parseFields(body)
}

// mustBeNew refuses a row that exists.
func (a *applier) mustBeNew(kind string, id clients.ID) error {
	if id == "" {
		return refuse(codeBadChange, "a %s needs an ID", kind)
	}
	_, err := a.body(kind, id)
	if err == nil {
		return refuse(codeExists, "%s %q exists", kind, id)
	}
	if hasCode(err, codeNotFound) {
		return nil
	}
	return err
}

// audit writes down the changed fields of a row.
func (a *applier) audit(kind string, id clients.ID, before, after fields, changed []string) error {
	for _, key := range changed {
		err := a.exec(`INSERT INTO audit (seq, kind, row, field, before, after, actor, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
			a.seq, kind, id, key, before.get(key), after.get(key), a.m.Actor, micros(a.m.At))
		if err != nil {
			return err
		}
	}
	return nil
}
