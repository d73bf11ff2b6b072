package shared

import (
	"slices"

	"permanence/clients"
)

// openOverlaps opens a conflict for each appointment that ap shares a moment with, but
// for those of which one is open already.
func (a *applier) openOverlaps(ap clients.Appointment, others []clients.Appointment) error {
	if len(others) == 0 {
		return nil
	}
	a.outcome = Contested
	open, err := a.overlaps(ap)
	if err != nil {
		return err
	}
	for _, other := range others {
		known := slices.ContainsFunc(open, func(c clients.Conflict) bool { return between(c, ap.ID, other.ID) })
		if known {
			continue
		}
		err := a.putConflict(clients.Conflict{
			ID: a.derive("overlap", string(ap.ID), string(other.ID)), Kind: clients.ConflictOverlap, Client: ap.Client,
			Earlier: clients.Version{By: other.TakenBy, Ref: other.ID},
			Later:   clients.Version{By: a.m.Actor, Desk: a.m.Desk, At: a.m.At, Ref: ap.ID},
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// settleOverlaps closes the conflicts of ap with those that it no longer shares a
// moment with. Who moved or cancelled it has settled them.
func (a *applier) settleOverlaps(ap clients.Appointment, others []clients.Appointment) error {
	open, err := a.overlaps(ap)
	if err != nil {
		return err
	}
	for _, c := range open {
		still := slices.ContainsFunc(others, func(o clients.Appointment) bool { return between(c, ap.ID, o.ID) })
		if still {
			continue
		}
		r, err := a.open(Conflict, c.ID)
		if err != nil {
			return err
		}
		if err := a.close(r, choiceOf(c, ap)); err != nil {
			return err
		}
	}
	return nil
}

// overlaps lists the open conflicts about an appointment.
func (a *applier) overlaps(ap clients.Appointment) ([]clients.Conflict, error) {
	open, err := a.rows.OpenConflicts(a.ctx, ap.Client)
	return slices.DeleteFunc(open, func(c clients.Conflict) bool {
		return c.Kind != clients.ConflictOverlap || c.Earlier.Ref != ap.ID && c.Later.Ref != ap.ID
	}), err
}

func between(c clients.Conflict, x, y clients.ID) bool {
	return c.Earlier.Ref == x && c.Later.Ref == y || c.Earlier.Ref == y && c.Later.Ref == x
}

// choiceOf names what was chosen by moving or cancelling ap.
func choiceOf(c clients.Conflict, ap clients.Appointment) clients.Choice {
	switch {
	case !ap.Cancelled:
		return clients.KeepBoth
	case c.Earlier.Ref == ap.ID:
		return clients.KeepLater
	}
	return clients.KeepEarlier
}
