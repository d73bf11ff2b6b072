package office

import (
	"context"
	"database/sql"
	"errors"
	"net/http"

	"permanence/clients"
	"permanence/store/boot"
	"permanence/store/shared"
)

// After a backup was put back, desks may hold leases of which it knows nothing, and may
// have promised slots that it shows as free. Until none can any more the bureau is in
// doubt: nothing is lent, nothing is confirmed, and who asks whether a slot is certain
// is told that nobody knows.

// everyLease names in the table witness all leases that a backup does not know.
const everyLease clients.ID = ""

// errDoubtful answers who asks for certainty: the slot may be promised as unconfirmed.
var errDoubtful = refuse(http.StatusConflict, "doubtful", "the data came from a backup: not all desks have told yet what they promised")

// Doubtful reports whether leases may be out of which these rows know nothing.
func (r *rows) Doubtful(ctx context.Context) (bool, error) {
	from, err := r.doubt(ctx)
	return from > 0, err
}

// doubt is the number since which the bureau is in doubt; 0 when it is not.
func (r *rows) doubt(ctx context.Context) (from int64, err error) {
	err = r.tx.QueryRowContext(ctx, `SELECT coalesce(max(doubt), 0) FROM head WHERE bureau = $1`, r.bureau).Scan(&from)
	return from, err
}

// beginDoubt calls all known leases back, and waits for the others from now on. What was
// measured before the backup was put back counts for nothing.
func (t *turn) beginDoubt(ctx context.Context, paired []clients.ID, now boot.Moment) error {
	strangers, err := t.strangers(ctx, paired)
	if err != nil {
		return err
	}
	if _, err := t.tx.ExecContext(ctx, `UPDATE head SET doubt = seq, strangers = $2 WHERE bureau = $1`, t.bureau, strangers); err != nil {
		return err
	}
	if _, err := t.tx.ExecContext(ctx, `DELETE FROM witness WHERE bureau = $1`, t.bureau); err != nil {
		return err
	}
	known, err := t.query(ctx, `kind = 'lease' AND NOT gone ORDER BY id`)
	if err != nil {
		return err
	}
	for _, row := range known {
		if err := t.recall(ctx, row); err != nil {
			return err
		}
	}
	return t.watch(ctx, everyLease, now)
}

// strangers is 1 if one of all the desks that ever were is none that these rows know, or
// nobody knows them all: it cannot be asked what it promised. Else 0.
func (r *rows) strangers(ctx context.Context, paired []clients.ID) (int, error) {
	if paired == nil {
		return 1, nil
	}
	for _, id := range paired {
		known, err := exists(ctx, r.tx, `SELECT 1 FROM shared_row WHERE bureau = $1 AND kind = 'desk' AND id = $2 AND NOT gone`, r.bureau, id)
		if err != nil || !known {
			return 1, err
		}
	}
	return 0, nil
}

// doubtStep is what is to be done about the doubt.
type doubtStep int

const (
	doubtStays doubtStep = iota
	doubtUnwatched
	doubtOver
)

// settleDoubt ends the doubt when every desk has since had nothing left to tell: then it
// has no lease either that the office does not know. Those of a desk that the backup does
// not know must have run out.
func (o *Office) settleDoubt(ctx context.Context) error {
	var step doubtStep
	err := o.db.read(ctx, func(tx *sql.Tx) (err error) {
		step, err = o.doubtStep(ctx, o.rows(tx), o.Boot.Now())
		return err
	})
	if err != nil || step == doubtStays {
		return err
	}
	return o.change(ctx, func(t *turn) error {
		now := o.Boot.Now()
		step, err := o.doubtStep(ctx, t.rows, now)
		switch {
		case err != nil || step == doubtStays:
			return err
		case step == doubtUnwatched:
			return t.watch(ctx, everyLease, now)
		}
		return t.endDoubt(ctx)
	})
}

func (o *Office) doubtStep(ctx context.Context, r *rows, now boot.Moment) (doubtStep, error) {
	from, err := r.doubt(ctx)
	if err != nil || from == 0 || now.Run == "" {
		return doubtStays, err
	}
	told, err := r.allTold(ctx, from)
	if err != nil {
		return doubtStays, err
	}
	strangers, err := exists(ctx, r.tx, `SELECT 1 FROM head WHERE bureau = $1 AND strangers <> 0`, r.bureau)
	switch {
	case err != nil:
		return doubtStays, err
	case told && !strangers:
		return doubtOver, nil
	}
	since, err := r.witnessed(ctx, everyLease, now.Run)
	if err != nil {
		return doubtStays, err
	}
	passed, known := now.Since(since)
	if !known {
		return doubtUnwatched, nil
	}
	if !told || passed < o.Terms.For+o.Terms.Margin {
		return doubtStays, nil
	}
	return doubtOver, nil
}

// allTold reports whether each desk had read beyond a number when it had nothing unsent.
func (r *rows) allTold(ctx context.Context, number int64) (bool, error) {
	list, err := r.query(ctx, `kind = 'desk' AND NOT gone`)
	if err != nil {
		return false, err
	}
	cards, err := decodeAll[DeskCard](list)
	if err != nil {
		return false, err
	}
	for i, card := range cards {
		if !card.Revoked.IsZero() {
			continue
		}
		told, err := exists(ctx, r.tx, `SELECT 1 FROM contact WHERE bureau = $1 AND desk = $2 AND seen >= $3`, r.bureau, list[i].ID, number)
		if err != nil || !told {
			return false, err
		}
	}
	return true, nil
}

// endDoubt confirms what waited for it.
func (t *turn) endDoubt(ctx context.Context) error {
	for _, query := range []string{
		`UPDATE head SET doubt = 0 WHERE bureau = $1`, `DELETE FROM witness WHERE bureau = $1 AND lease = ''`,
	} {
		if _, err := t.tx.ExecContext(ctx, query, t.bureau); err != nil {
			return err
		}
	}
	waiting, err := t.query(ctx, `kind = 'appointment' AND NOT gone AND start > 0 AND body LIKE '%"unconfirmed":true%' ORDER BY seq, id`)
	for _, row := range waiting {
		if err == nil {
			err = shared.Confirm(ctx, t.rows, t.seq, row.ID)
		}
	}
	return err
}

// watch notes that a lease is not known to have been sent after this moment.
func (r *rows) watch(ctx context.Context, lease clients.ID, now boot.Moment) error {
	if now.Run == "" {
		return nil
	}
	_, err := r.tx.ExecContext(ctx, `INSERT INTO witness (bureau, lease, run, up) VALUES ($1, $2, $3, $4)
		ON CONFLICT (bureau, lease, run) DO UPDATE SET up = excluded.up`, r.bureau, lease, now.Run, int64(now.Up))
	return err
}

// witnessed is since when this run of the machine knows that a lease was not sent again;
// no moment when it does not.
func (r *rows) witnessed(ctx context.Context, lease clients.ID, run string) (m boot.Moment, err error) {
	err = r.tx.QueryRowContext(ctx, `SELECT run, up FROM witness WHERE bureau = $1 AND lease = $2 AND run = $3`,
		r.bureau, lease, run).Scan(&m.Run, &m.Up)
	if errors.Is(err, sql.ErrNoRows) {
		return boot.Moment{}, nil
	}
	return m, err
}
