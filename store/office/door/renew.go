package door

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"net/http"

	"permanence/clients"
	"permanence/store/office"
	"permanence/store/wire"
)

// password gives an operator another password: her own, for the old one, or as a
// supervisor somebody else's. Her other sessions end.
func (d *Door) password(w http.ResponseWriter, r *http.Request) (any, error) {
	id, card, err := d.inside(r)
	if err != nil {
		return nil, err
	}
	var q wire.PasswordRequest
	if err := receive(w, r, &q); err != nil {
		return nil, err
	}
	keep := bearer(r)
	if q.Operator == "" || q.Operator == card.ID {
		err = d.checkOwn(r.Context(), id, q.Old)
	} else {
		keep = ""
		card, err = d.another(r.Context(), card, q.Operator)
	}
	if err != nil {
		return nil, err
	}
	return struct{}{}, said(d.renew(r.Context(), card, q.New, keep))
}

// inside tells who has the session that a request comes with.
func (d *Door) inside(r *http.Request) (id office.Identity, card clients.Operator, err error) {
	if id, err = d.Identify(r); err != nil {
		return id, card, err
	}
	if id.Revoked {
		return id, card, refuse(http.StatusForbidden, "revoked", "this machine is no desk any more")
	}
	if id.Operator != "" {
		card, _, err = d.Office.Operator(r.Context(), id.Operator)
	}
	if err == nil && (card.ID == "" || card.Left) {
		err = refuse(http.StatusUnauthorized, "no-session", "nobody has logged in on this desk")
	}
	return id, card, err
}

// checkOwn looks at the old password, and slows down who guesses it at a desk that was
// left open.
func (d *Door) checkOwn(ctx context.Context, id office.Identity, old string) error {
	key := "own " + string(id.Operator)
	if wait := d.guesses.charge(tried{key, freePerName}); wait > 0 {
		return slowDown(wait)
	}
	had, err := d.credentialOf(ctx, id.Operator)
	if err != nil {
		return err
	}
	right, err := d.compare(ctx, had.hash, old)
	if err != nil {
		return err
	}
	if !right {
		return refuse(http.StatusForbidden, "not-the-password", "this is not the old password")
	}
	d.guesses.clear(key)
	return nil
}

// another finds the operator to whom a supervisor gives a password.
func (d *Door) another(ctx context.Context, by clients.Operator, id clients.ID) (clients.Operator, error) {
	if by.Role != clients.Supervisor {
		return clients.Operator{}, refuse(http.StatusForbidden, "forbidden", "only supervisors may")
	}
	card, found, err := d.Office.Operator(ctx, id)
	if err == nil && (!found || card.Left) {
		err = refuse(http.StatusNotFound, "no-operator", "no such operator")
	}
	return card, err
}

// said makes a refusal of what is wrong with a password.
func said(err error) error {
	switch {
	case errors.Is(err, ErrWeakPassword):
		return refuse(http.StatusUnprocessableEntity, "weak-password", "%v", err)
	case errors.Is(err, ErrNameTaken):
		return refuse(http.StatusConflict, "name-taken", "%v", err)
	}
	return err
}

// renew gives an operator a password, and ends her sessions but one. One who could not
// log in so far, whose card was made at a desk, can from now on.
func (d *Door) renew(ctx context.Context, card clients.Operator, password, keep string) error {
	if err := strong(password, card.Name); err != nil {
		return err
	}
	hash, err := hashPassword(rand.Reader, password)
	if err != nil {
		return err
	}
	known := false
	err = d.Database.Write(ctx, func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, `UPDATE credential SET hash = $3 WHERE bureau = $1 AND operator = $2`, d.bureau(), card.ID, hash)
		if err != nil {
			return err
		}
		n, err := result.RowsAffected()
		if known = n > 0; err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `DELETE FROM session WHERE bureau = $1 AND operator = $2 AND token <> $3`,
			d.bureau(), card.ID, hashToken(keep))
		return err
	})
	if err != nil || known {
		return err
	}
	return d.addCredential(ctx, folded(card.Name), credential{card.ID, hash})
}
