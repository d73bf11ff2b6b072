package store

import (
	"context"
	"database/sql"
	"fmt"

	"permanence/clients"
	"permanence/store/shared"
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
// without effect. A refused mutation leaves nothing behind. On a desk that has an
// office it is kept at the same time as what the office does not have yet.
//
// Errors: *clients.DIDTakenError, *clients.OverlapError, *clients.LentError,
// *shared.Error, or *Error.
func (s *Store) Apply(ctx context.Context, m clients.Mutation) error {
	return s.change(ctx, "applying "+name(m), func(r *rows) error { return r.apply(ctx, m) })
}

// ApplyAll carries out all mutations in one transaction, or none. The error
// wraps a *MutationError when it is due to one of them.
func (s *Store) ApplyAll(ctx context.Context, ms []clients.Mutation) error {
	return s.change(ctx, "applying", func(r *rows) error { return r.applyAll(ctx, ms) })
}

// Import is ApplyAll together with new settings, in one transaction.
func (s *Store) Import(ctx context.Context, ms []clients.Mutation, settings desk.Settings) error {
	return s.change(ctx, "importing", func(r *rows) error {
		if err := saveSettings(ctx, r.tx, settings); err != nil {
			return err
		}
		return r.applyAll(ctx, ms)
	})
}

// change runs f on the shared rows in one transaction, and sees to it that what f
// erased is nowhere any more.
func (s *Store) change(ctx context.Context, doing string, f func(*rows) error) error {
	scrubbed := false
	err := s.write(ctx, doing, func(tx *sql.Tx) error {
		r, err := s.rows(ctx, tx)
		if err != nil {
			return err
		}
		if err := f(r); err != nil {
			return err
		}
		scrubbed = r.scrubbed
		return r.sweep(ctx)
	})
	if err == nil && (scrubbed || s.owing.Load()) {
		s.scour(ctx)
	}
	return err
}

func (r *rows) applyAll(ctx context.Context, ms []clients.Mutation) error {
	for i, m := range ms {
		if err := r.apply(ctx, m); err != nil {
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

// apply is the one way in which this desk changes shared data.
func (r *rows) apply(ctx context.Context, m clients.Mutation) error {
	sm, err := shared.NewMutation(m, r.office.Desk)
	if err != nil {
		return err
	}
	known, err := r.known(ctx, m.ID)
	if known || err != nil {
		return err
	}
	if r.linked() {
		return r.applyAhead(ctx, sm, m.Change)
	}
	return r.applyAlone(ctx, sm)
}

func (r *rows) known(ctx context.Context, id clients.ID) (bool, error) {
	return r.found(ctx, `SELECT 1 FROM mutation WHERE uuid = ?1 UNION ALL SELECT 1 FROM pending WHERE uuid = ?1`, id)
}

// applyAlone takes the next number of this desk's own and writes the mutation down
// under it.
func (r *rows) applyAlone(ctx context.Context, m shared.Mutation) error {
	seq, err := r.next(ctx)
	if err != nil {
		return err
	}
	err = r.exec(ctx, `INSERT INTO mutation (uuid, seq, name, args, actor, at) VALUES (?, ?, ?, ?, ?, ?)`,
		m.ID, seq, m.Name, string(m.Args), m.Actor, micros(m.At))
	if err != nil {
		return err
	}
	done, err := shared.Apply(ctx, r, seq, m)
	return mustBeDone(done, err)
}

func (r *rows) next(ctx context.Context) (seq int64, err error) {
	err = r.row(ctx, `UPDATE head SET seq = seq + 1 RETURNING seq`).Scan(&seq)
	return seq, err
}

// mustBeDone refuses a change that has no rule, since it comes from this very program.
func mustBeDone(r shared.Result, err error) error {
	if err == nil && r.Outcome == shared.Unknown {
		return shared.Refuse(shared.CodeBadChange, "%s", r.Detail)
	}
	return err
}
