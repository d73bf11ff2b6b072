package office

import (
	"context"
	"database/sql"
	"errors"
	"net/http"
	"slices"

	"permanence/clients"
	"permanence/store/wire"
)

// takeOver gives a lost desk's draft to the first who asks. Who asks again has it
// still. The office keeps it until that desk has told it as a draft of its own, and takes
// the gift back when it does not.
func (o *Office) takeOver(w http.ResponseWriter, r *http.Request, v viewer) error {
	var q wire.TakeoverRequest
	if err := read(r, w, maxPresence, &q); err != nil {
		return err
	}
	if !isName(string(q.Desk)) || !isName(string(q.Ticket)) {
		return errNoDraft
	}
	var draft wire.Draft
	err := o.db.write(r.Context(), func(tx *sql.Tx) (err error) {
		if draft, err = o.takeDraft(r.Context(), tx, v, q); err != nil {
			return err
		}
		detail := draftRead{Ticket: draft.Ticket, Client: draft.Message.Client}
		if err := o.reached(r.Context(), tx, v, ReadTaken, detail); err != nil {
			return err
		}
		return o.db.engine.poke(r.Context(), tx, o.Bureau, newPresence)
	})
	if err != nil {
		return err
	}
	o.hub.tell(newPresence)
	return write(w, http.StatusOK, wire.TakeoverAnswer{Draft: draft})
}

var errNoDraft = refuse(http.StatusNotFound, "not-found", "no such draft")

func (o *Office) takeDraft(ctx context.Context, tx *sql.Tx, v viewer, q wire.TakeoverRequest) (wire.Draft, error) {
	if _, err := o.lapse(ctx, tx); err != nil {
		return wire.Draft{}, err
	}
	free, err := o.isLeft(ctx, tx, q)
	if err != nil {
		return wire.Draft{}, err
	}
	if !free {
		return wire.Draft{}, refuse(http.StatusConflict, "not-lost", "that desk is there")
	}
	// The update is the lock: of two who ask at once the second waits here.
	_, err = tx.ExecContext(ctx, `UPDATE draft SET taken = $4, granted = $5
		WHERE bureau = $1 AND desk = $2 AND ticket = $3 AND taken = '' AND NOT `+finished,
		o.Bureau, q.Desk, q.Ticket, v.Desk, micros(o.Now()))
	if err != nil {
		return wire.Draft{}, err
	}
	d, err := o.draft(ctx, tx, q)
	switch {
	case err != nil:
		return d, err
	case !v.card.May(d.Message.Client):
		return wire.Draft{}, errNoDraft
	case d.Taken != v.Desk:
		return wire.Draft{}, refuse(http.StatusConflict, "taken", "another desk has it")
	}
	return d, nil
}

func (o *Office) draft(ctx context.Context, tx *sql.Tx, q wire.TakeoverRequest) (wire.Draft, error) {
	var taken clients.ID
	var body string
	err := tx.QueryRowContext(ctx, `SELECT taken, body FROM draft WHERE bureau = $1 AND desk = $2 AND ticket = $3 AND NOT `+finished,
		o.Bureau, q.Desk, q.Ticket).Scan(&taken, &body)
	if errors.Is(err, sql.ErrNoRows) {
		return wire.Draft{}, errNoDraft
	}
	if err != nil {
		return wire.Draft{}, err
	}
	return readDraftBody(body, taken)
}

// isLeft reports whether a draft is left to whoever takes it: its desk is lost, or has
// it no more.
func (o *Office) isLeft(ctx context.Context, tx *sql.Tx, q wire.TakeoverRequest) (bool, error) {
	desks, err := o.everybody(ctx, tx)
	if err != nil {
		return false, err
	}
	drafts, err := o.drafts(ctx, tx, q.Desk)
	lost := slices.ContainsFunc(desks, func(p wire.Presence) bool { return p.Desk == q.Desk && p.Standing == wire.Lost })
	return lost || slices.ContainsFunc(drafts[q.Desk], func(d wire.Draft) bool { return d.Ticket == q.Ticket && d.Orphan }), err
}
