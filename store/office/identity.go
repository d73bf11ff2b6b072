package office

import (
	"context"
	"database/sql"
	"net/http"
	"time"

	"permanence/clients"
)

// Identity is who asks: a desk, known by its certificate, and the operator who has a
// session on it.
type Identity struct {
	Desk     clients.ID
	DeskName string
	Operator clients.ID // "" when nobody has logged in
	Revoked  bool       // the machine is no desk any more: it may still push, and what it brings is held
}

// Authenticator tells who asks. It refuses with a *Refusal; any other error is a
// failure of the office.
type Authenticator interface {
	Identify(r *http.Request) (Identity, error)
}

// viewer is who asks, with her card.
type viewer struct {
	Identity
	now  time.Time // by the office's clock
	card clients.Operator
}

// session is an operator on a desk, and of a draft its ticket.
type session struct{ desk, operator, ticket clients.ID }

// admit loads the card of the operator who asks, and remembers that she has been at
// this desk: what was done there in her name counts as hers.
func (o *Office) admit(ctx context.Context, id Identity) (viewer, error) {
	v := viewer{Identity: id, now: o.Now()}
	if id.Operator == "" {
		return v, refuse(http.StatusUnauthorized, "no-session", "nobody has logged in on this desk")
	}
	card, found, err := o.Operator(ctx, id.Operator)
	if err != nil {
		return v, err
	}
	if !found || card.Left {
		return v, refuse(http.StatusForbidden, "forbidden", "no operator of this bureau")
	}
	v.card = card
	return v, o.remember(ctx, session{desk: id.Desk, operator: id.Operator})
}

// remember writes down that an operator has worked on a desk, the first time.
func (o *Office) remember(ctx context.Context, s session) error {
	o.mu.Lock()
	known := o.worked[s]
	o.mu.Unlock()
	if known {
		return nil
	}
	err := o.db.write(ctx, func(tx *sql.Tx) error {
		return o.rows(tx).hasWorked(ctx, s, o.Now())
	})
	if err == nil {
		o.mu.Lock()
		o.worked[s] = true
		o.mu.Unlock()
	}
	return err
}

// hasWorked writes down that an operator has worked on a desk.
func (r *rows) hasWorked(ctx context.Context, s session, first time.Time) error {
	_, err := r.tx.ExecContext(ctx, `INSERT INTO worked (bureau, desk, operator, first) VALUES ($1, $2, $3, $4)
		ON CONFLICT (bureau, desk, operator) DO NOTHING`, r.bureau, s.desk, s.operator, micros(first))
	return err
}

// everything reports whether she may read all clients.
func (v viewer) everything() bool {
	return len(v.card.Clients) == 0 || v.card.Role == clients.Supervisor
}
