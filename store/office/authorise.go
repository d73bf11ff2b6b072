package office

import (
	"context"
	"net/http"
	"time"

	"permanence/clients"
	"permanence/store/shared"
)

// The codes of what the office itself refuses or holds, by which a window finds its
// sentences.
const (
	CodeRevoked   = clients.CodeHeld   // it came from a machine that is no desk any more
	CodeStranger  = "office.stranger"  // its author has never had a session on that desk
	CodeForbidden = "office.forbidden" // its author has no right to it
	CodeTooLarge  = "office.too-large" // it says more than a row can hold
)

// judge asks whether this desk may bring a mutation up, and its author make it.
func (v viewer) judge(ctx context.Context, r *rows, m shared.Mutation) (verdict, error) {
	if v.Revoked {
		return v.hold(ctx, r, m)
	}
	if len(m.Args) > maxArgs {
		return verdict{shared.Refused, CodeTooLarge, "too large"}, nil
	}
	c, err := clients.DecodeChange(m.Name, m.Args)
	if err != nil {
		return verdict{}, nil // the rules say what is wrong with it, and carry nothing out
	}
	author, known, err := v.author(ctx, r, m)
	if err != nil {
		return verdict{}, err
	}
	if !known {
		return verdict{shared.Refused, CodeStranger, "the author has never been at this desk"}, nil
	}
	may, err := author.may(ctx, r, c)
	if err != nil || may {
		return verdict{}, err
	}
	return verdict{shared.Refused, CodeForbidden, "the author has no right to this"}, nil
}

// hold keeps what a revoked desk brings, up to a bound.
func (v viewer) hold(ctx context.Context, r *rows, m shared.Mutation) (verdict, error) {
	var held int
	err := r.tx.QueryRowContext(ctx, `SELECT count(*) FROM mutation WHERE bureau = $1 AND desk = $2 AND outcome = $3`,
		r.bureau, v.Desk, shared.Held).Scan(&held)
	if err == nil && held >= maxHeld {
		err = refuse(http.StatusForbidden, "revoked", "this machine is no desk any more")
	}
	return verdict{shared.Held, CodeRevoked, "from a revoked desk"}, err
}

// broughtAgain is how long after a backup was put back desks bring again what they had
// brought since: so long they keep it.
const broughtAgain = 45 * 24 * time.Hour

// author is in whose name something was done, with her rights.
type author struct{ clients.Operator }

// author finds a mutation's author: an operator of the bureau who has had a session on
// this desk. For one whom the office does not know (the desk stood alone until now) the
// supervisor vouches who has logged in on it; from then on, she has been there: what
// follows may make her known. Until then it waits at the desk, and what came after it:
// refused, the desk's own clients would leave its screen.
func (v viewer) author(ctx context.Context, r *rows, m shared.Mutation) (author, bool, error) {
	card, found, err := value[clients.Operator](ctx, r, shared.Operator, m.Actor)
	if err != nil {
		return author{}, false, err
	}
	if !found {
		if v.card.Role != clients.Supervisor {
			return author{}, false, refuse(http.StatusForbidden, "unvouched", "a supervisor has to log in on this desk for what %q did there", m.Actor)
		}
		if m.Actor == "" {
			return author{v.card}, true, nil
		}
		return author{v.card}, true, r.hasWorked(ctx, session{desk: v.Desk, operator: m.Actor}, m.At)
	}
	if m.Actor == v.Operator {
		return author{card}, true, nil
	}
	// Who was where after the backup was made that is put back nobody knows any more. What
	// desks bring again of that time is theirs who signed it.
	been, err := exists(ctx, r.tx, `SELECT 1 FROM worked WHERE bureau = $1 AND desk = $2 AND operator = $3
		UNION ALL SELECT 1 FROM head WHERE bureau = $1 AND restored > $4`,
		r.bureau, v.Desk, m.Actor, micros(v.now.Add(-broughtAgain)))
	return author{card}, been, err
}

// may asks for the author's rights: by client, and by role.
func (a author) may(ctx context.Context, r *rows, c clients.Change) (bool, error) {
	switch c := c.(type) {
	case clients.NoteReading: // it was read; to hide that would help nobody
		return true, nil
	case clients.Erase, clients.JudgeHeld:
		return a.Role == clients.Supervisor, nil
	case clients.SaveOperator:
		return a.maySave(ctx, r, c.Operator)
	}
	client, err := shared.ClientOf(ctx, r, c)
	return a.May(client), err
}

// maySave: supervisors change operators; everybody her own name and address.
func (a author) maySave(ctx context.Context, r *rows, card clients.Operator) (bool, error) {
	if a.Role == clients.Supervisor {
		return true, nil
	}
	was, found, err := value[clients.Operator](ctx, r, shared.Operator, card.ID)
	if err != nil || !found || card.ID != a.ID {
		return false, err
	}
	was.Name, was.Email = card.Name, card.Email
	return card.Equal(was), nil
}
