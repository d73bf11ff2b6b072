package office

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"permanence/clients"
	"permanence/store/shared"
	"permanence/store/shared/planted"
	"permanence/store/wire"
)

// maxArgs is how much a mutation may say, in bytes. One that says more is kept in the
// log and not as a row, which no desk could read.
const maxArgs = 1 << 20

// maxRow is how large a row may be, in bytes: a page with one of them is an answer that
// desks still read. A row that tells of a change holds what was there before as well.
const maxRow = wire.MaxBody / 2

// maxHeld is how many mutations of a revoked desk are kept: a thief has no more to say.
const maxHeld = 2000

// push takes mutations in, each in a transaction of its own. When one cannot be looked
// at now, the answer ends before it.
func (o *Office) push(w http.ResponseWriter, r *http.Request, v viewer) error {
	var q wire.PushRequest
	if err := read(r, w, wire.MaxBody, &q); err != nil {
		return err
	}
	if err := plausible(q.Mutations); err != nil {
		return err
	}
	if err := o.mayBegin(r, v, q.Cursor); err != nil {
		return err
	}
	answer := wire.PushAnswer{Results: []shared.Result{}}
	for _, m := range q.Mutations {
		m.Desk = v.Desk
		result, err := o.apply(r.Context(), petition{Mutation: tame(m), judge: v.judge, ask: q.Ask})
		if err != nil && len(answer.Results) == 0 {
			return err
		}
		if err != nil {
			o.logged("carrying out "+m.Name, err)
			break
		}
		answer.Results = append(answer.Results, result)
	}
	return write(w, http.StatusOK, answer)
}

// mayBegin refuses what comes before its turn: a desk that does not know yet that the
// office's data came from a backup has first to bring again what is missing. One that
// may not pull cannot know, and is not held up.
func (o *Office) mayBegin(r *http.Request, v viewer, cursor string) error {
	if cursor == "" || v.Revoked || spoken(r, operator) != nil {
		return nil
	}
	h, err := o.state(r.Context())
	if err != nil {
		return err
	}
	if _, _, again := h.resume(cursor, v.rights()); again {
		return refuse(http.StatusConflict, "restored", "pull first: the data came from a backup")
	}
	return nil
}

// plausible refuses a push that no desk makes: the names in it go into keys.
func plausible(list []shared.Mutation) error {
	if len(list) > wire.MaxPush {
		return refuse(http.StatusRequestEntityTooLarge, "too-large", "more than %d mutations", wire.MaxPush)
	}
	for _, m := range list {
		if !isName(string(m.ID)) || !isName(m.Name) || m.Actor != "" && !isName(string(m.Actor)) || len(m.Args) == 0 {
			return refuse(http.StatusBadRequest, "bad-request", "no mutation: %.80q", m.ID)
		}
	}
	return nil
}

// isName reports whether s could be an ID or the name of a mutation.
func isName(s string) bool {
	for _, c := range []byte(s) {
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		if !letter && c != '-' && c != '_' && c != '.' {
			return false
		}
	}
	return s != "" && len(s) <= 64
}

// tame takes the sign out of a mutation that PostgreSQL cannot keep in a text, and that
// nobody can type.
func tame(m shared.Mutation) shared.Mutation {
	m.Args = bytes.ReplaceAll(m.Args, []byte(`\u0000`), []byte(`\ufffd`))
	return m
}

// Apply carries out a mutation of the office's own: the first operator, a delivery
// that was sent. Nobody's rights are asked for.
func (o *Office) Apply(ctx context.Context, m clients.Mutation) (shared.Result, error) {
	sm, err := shared.NewMutation(m, "")
	if err != nil {
		return shared.Result{}, err
	}
	return o.apply(ctx, petition{Mutation: sm, judge: unhindered})
}

// verdict is what hinders a mutation before the rules are asked; the zero value is
// nothing.
type verdict struct {
	outcome shared.Outcome // Refused or Held
	code    string
	detail  string
}

// judge looks whether a mutation may be carried out.
type judge func(ctx context.Context, r *rows, m shared.Mutation) (verdict, error)

// unhindered asks for nobody's rights.
func unhindered(context.Context, *rows, shared.Mutation) (verdict, error) { return verdict{}, nil }

// settled ends a transaction that has nothing to write: the result was there before,
// or there is nothing to keep.
type settled struct{ shared.Result }

// Error is never shown.
func (settled) Error() string { return "settled" }

// petition is a mutation that somebody wants carried out.
type petition struct {
	shared.Mutation
	judge judge
	ask   bool // somebody waits for the word: what is not done is told, and not kept
}

// apply carries a mutation out, or keeps it with what hinders it.
func (o *Office) apply(ctx context.Context, p petition) (shared.Result, error) {
	result, err := o.try(ctx, p)
	if code := o.never(err); code != "" {
		// The database will never take it: trying again would hold up all that follows.
		because := verdict{shared.Refused, code, err.Error()}
		p.judge = func(context.Context, *rows, shared.Mutation) (verdict, error) { return because, nil }
		return o.try(ctx, p)
	}
	return result, err
}

// never is the code of an error that will be the same each time; "" of another.
func (o *Office) never(err error) string {
	switch {
	case err == nil:
		return ""
	case errors.Is(err, errRowTooLarge):
		return CodeTooLarge
	case o.db.engine.refuses(err):
		return shared.CodeBadChange
	}
	return ""
}

func (o *Office) try(ctx context.Context, p petition) (result shared.Result, err error) {
	err = o.change(ctx, func(t *turn) error {
		result, err = t.decide(ctx, p)
		return err
	})
	var s settled
	if errors.As(err, &s) {
		return s.Result, nil
	}
	if err == nil && p.Name == (clients.Erase{}).MutationName() {
		o.dirty.Store(true)
		o.logged("taking erased bytes out of the files", o.scour(ctx))
	}
	return result, err
}

// decide finds what became of a mutation, or what becomes of it now.
func (t *turn) decide(ctx context.Context, p petition) (shared.Result, error) {
	if doubtful, err := t.Doubtful(ctx); err != nil || doubtful && p.ask {
		return shared.Result{}, errors.Join(err, errDoubtful)
	}
	result, err := t.kept(ctx, p.ID)
	if err != nil {
		return result, err
	}
	if result.Outcome != "" && planted.Is(planted.DoubleApply) {
		return t.carryOut(ctx, p)
	}
	if result.Outcome != "" {
		return result, settled{result}
	}
	erased, err := t.wasErased(ctx, p.Mutation)
	if err != nil {
		return result, err
	}
	if erased {
		p.Args = nil
		result = shared.Result{Outcome: shared.OK, Seq: t.seq}
		return result, t.log(ctx, p.Mutation, result)
	}
	if result, err = t.carryOut(ctx, p); err != nil {
		return result, err
	}
	if result.Outcome == shared.Unknown || p.ask && (result.Outcome == shared.Refused || result.Outcome == shared.Held) {
		return result, settled{result}
	}
	return result, t.log(ctx, p.Mutation, result)
}

func (t *turn) carryOut(ctx context.Context, p petition) (shared.Result, error) {
	v, err := p.judge(ctx, t.rows, p.Mutation)
	if err != nil {
		return shared.Result{}, err
	}
	if v.outcome != "" {
		result := shared.Result{Outcome: v.outcome, Code: v.code, Detail: v.detail, Seq: t.seq}
		return result, t.keepRefused(ctx, p.Mutation, v.code)
	}
	result, err := shared.Apply(ctx, t.rows, t.seq, p.Mutation)
	if result.Outcome == shared.Refused {
		return result, t.keepRefused(ctx, p.Mutation, result.Code)
	}
	return result, err
}

// keepRefused opens a conflict, so that a person sees what was not done. What was only
// read needs nobody.
func (t *turn) keepRefused(ctx context.Context, m shared.Mutation, code string) error {
	if planted.Is(planted.RefusalDropped) || m.Name == (clients.NoteReading{}).MutationName() {
		return nil
	}
	if kept, err := json.Marshal(string(m.Args)); err != nil || len(m.Args) > maxArgs || len(kept) > maxRow/2 {
		m.Args = []byte(`{}`)
	}
	return shared.KeepRefused(ctx, t.rows, t.seq, m, code)
}
