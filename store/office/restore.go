package office

import (
	"context"
	"database/sql"
	"errors"

	"permanence/clients"
	"permanence/store/shared"
	"permanence/store/shared/planted"
)

// Erasure names what was erased.
type Erasure struct {
	Kind shared.Kind `json:"kind"`
	ID   clients.ID  `json:"id"`
}

// Past is what is known, from beside the backups, of the time after one was made.
type Past struct {
	Erased []Erasure
	Paired []clients.ID // all desks that ever were; nil when nobody has written them down
}

// Erased lists all that was ever erased. It is to be kept apart from the backups, and
// given to Restored.
func (o *Office) Erased(ctx context.Context) (list []Erasure, err error) {
	err = o.db.read(ctx, func(tx *sql.Tx) error {
		found, err := tx.QueryContext(ctx, `SELECT kind, id FROM erased WHERE bureau = $1 ORDER BY seq, kind, id`, o.Bureau)
		list, err = collect(found, err, func(r *sql.Rows) (e Erasure, err error) { return e, r.Scan(&e.Kind, &e.ID) })
		return err
	})
	return list, err
}

// Restored is to be called once after a backup was put back, before anybody is served.
// It begins a new incarnation, by which desks bring again what they had brought since;
// it erases again what was erased; and it lends and confirms nothing as long as a desk
// may hold a lease that the backup does not know, or not have told what it promised.
//
// Numbers begin where no incarnation before has come, so that what a desk saw under one
// of them is never taken for something later: at the microseconds since 1970, since
// nobody gives a million numbers a second. If the clock was set back since another
// restoring, of which this backup does not know, the numbers of that one are higher than
// any that is given now, and shared.Apply knows them by that.
func (o *Office) Restored(ctx context.Context, past Past) error {
	return o.changeIn(ctx, func(t *turn, _ bool) error {
		now := o.Now()
		t.seq = max(t.seq, micros(now))
		_, err := t.tx.ExecContext(ctx, `UPDATE head SET seq = $4, incarnation = $2, restored = $3,
			life = `+o.db.engine.life()+` WHERE bureau = $1`, o.Bureau, o.NewID(), micros(now), t.seq)
		if err != nil {
			return err
		}
		if err := t.forgetTheDay(ctx); err != nil {
			return err
		}
		if err := t.beginDoubt(ctx, past.Paired, o.Boot.Now()); err != nil {
			return err
		}
		for _, e := range past.Erased {
			if planted.Is(planted.BackupWhole) {
				continue
			}
			if err := t.eraseAgain(ctx, e); err != nil {
				return err
			}
		}
		return nil
	})
}

// forgetTheDay drops what a backup tells of a moment that is over.
func (t *turn) forgetTheDay(ctx context.Context) error {
	for _, query := range []string{
		`DELETE FROM presence WHERE bureau = $1`, `DELETE FROM claim WHERE bureau = $1`, `DELETE FROM contact WHERE bureau = $1`,
	} {
		if _, err := t.tx.ExecContext(ctx, query, t.bureau); err != nil {
			return err
		}
	}
	return nil
}

// eraseAgain puts a tombstone, also where nothing is: what was made after the backup is
// on its way back.
func (t *turn) eraseAgain(ctx context.Context, e Erasure) error {
	row, err := t.Row(ctx, e.Kind, e.ID)
	if errors.Is(err, shared.ErrNoRow) {
		row, err = shared.Row{Kind: e.Kind, ID: e.ID}, nil
	}
	if err != nil || row.Gone {
		return err
	}
	with, err := t.Belonging(ctx, e.Kind, e.ID)
	if err != nil {
		return err
	}
	for _, r := range append(with, row) {
		r.Seq, r.Body, r.Gone = t.seq, nil, true
		if err := t.Put(ctx, r); err != nil {
			return err
		}
		if err := t.Scrub(ctx, r.Kind, r.ID); err != nil {
			return err
		}
	}
	return shared.LookBeside(ctx, t.rows, t.seq, row)
}

// Revoke takes back everything that a machine had as a desk: its leases, its place among
// the others. That it is revoked the Authenticator says.
func (o *Office) Revoke(ctx context.Context, desk clients.ID) error {
	err := o.change(ctx, func(t *turn) error {
		list, err := t.query(ctx, `kind = 'lease' AND ref = $2`, desk)
		if err != nil {
			return err
		}
		for _, row := range list {
			if err := t.withdraw(ctx, row); err != nil {
				return err
			}
		}
		for _, table := range []string{"presence", "contact", "worked"} {
			if _, err := t.tx.ExecContext(ctx, `DELETE FROM `+table+` WHERE bureau = $1 AND desk = $2`, o.Bureau, desk); err != nil {
				return err
			}
		}
		return o.db.engine.poke(ctx, t.tx, o.Bureau, endOf+string(desk))
	})
	if err == nil {
		o.hub.tell(endOf + string(desk))
	}
	return err
}
