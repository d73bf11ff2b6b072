package office

import (
	"context"
	"database/sql"
	"errors"
)

// A database that is recovered to an earlier moment, or made anew from a dump, begins
// another life; so does a standby that takes over, and had perhaps not received all that
// desks were told is kept. Whoever brings the database back may forget to say so: the
// office sees it by itself, serves nobody, and begins anew as after a backup.

// errReborn is what everything fails with until Config.Reborn has begun anew.
var errReborn = errors.New("office: the database began another life")

// Reborn reports whether the database is another than the bureau was last served from.
func (o *Office) Reborn(ctx context.Context) (bool, error) {
	_, err := o.state(ctx)
	if errors.Is(err, errReborn) {
		return true, nil
	}
	return false, err
}

// living writes down which life of the database this is where nobody has yet.
func (o *Office) living(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, `UPDATE head SET life = `+o.db.engine.life()+` WHERE bureau = $1 AND life = ''`, o.Bureau)
	return err
}

// beginAnew does so if the database began another life, and no other process has seen to
// it.
func (o *Office) beginAnew(ctx context.Context) error {
	reborn, err := o.Reborn(ctx)
	if err != nil || !reborn || o.Config.Reborn == nil {
		return err
	}
	o.Log.Warn("office: the database was recovered, or another server took over: desks bring again what it does not know")
	if err := o.Config.Reborn(ctx); err != nil {
		return err
	}
	o.hub.anew()
	return nil
}
