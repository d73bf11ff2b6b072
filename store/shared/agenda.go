package shared

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"permanence/clients"
	"permanence/store/shared/planted"
)

// slotChange is an appointment before and after a change of when it is.
type slotChange struct {
	row      record
	from     *clients.Appointment // nil for a new one
	to       clients.Appointment
	anyway   bool // accept an overlap: all concerned become contested
	promised bool // the caller was told: neither an overlap nor a lent slot refuses it
}

func (a *applier) book(c clients.BookAppointment) error {
	ap := c.Appointment
	r, err := a.fresh(Appointment, ap.ID, ap.Client)
	if err != nil {
		return err
	}
	if err := a.mustHaveClient(ap.Client, c.Promised); err != nil {
		return err
	}
	ap.Cancelled = false
	err = a.arrange(slotChange{row: r, to: ap, anyway: c.Anyway, promised: c.Promised || c.Lease != ""})
	if err != nil || c.Lease == "" {
		return err
	}
	return a.useLease(c.Lease)
}

// mustHaveClient refuses an appointment with nobody. One that was promised may come
// before its client's card, which another desk brings: after a backup was put back each
// brings again what it had brought.
func (a *applier) mustHaveClient(id clients.ID, promised bool) error {
	_, err := a.rows.Row(a.ctx, Client, id)
	if promised && errors.Is(err, ErrNoRow) {
		return nil
	}
	_, err = a.open(Client, id)
	return err
}

func (a *applier) move(c clients.MoveAppointment) error {
	r, ap, err := opened[clients.Appointment](a, Appointment, c.Appointment)
	if err != nil {
		return err
	}
	if ap.Cancelled {
		return Refuse(CodeBadChange, "appointment %q is cancelled", ap.ID)
	}
	moved := ap
	moved.Start, moved.End = c.Start, c.End
	moved.Unconfirmed = ap.Unconfirmed || c.Promised
	return a.arrange(slotChange{row: r, from: &ap, to: moved, anyway: c.Anyway, promised: c.Promised})
}

// cancel cancels an appointment, or takes the cancellation back if the time is still
// free.
func (a *applier) cancel(c clients.CancelAppointment) error {
	r, ap, err := opened[clients.Appointment](a, Appointment, c.Appointment)
	if err != nil {
		return err
	}
	to := ap
	to.Cancelled = !c.Restore
	return a.arrange(slotChange{row: r, from: &ap, to: to})
}

// arrange carries out a change of the agenda. An overlap is refused, or else visible on
// all concerned until one of them moves away.
func (a *applier) arrange(c slotChange) error {
	if !c.to.End.After(c.to.Start) {
		return Refuse(CodeBadTime, "appointment %q would end before it begins", c.to.ID)
	}
	others, err := a.free(c)
	if err != nil {
		return err
	}
	var former []clients.Appointment
	if c.from != nil {
		if former, err = a.overlapping(*c.from); err != nil {
			return err
		}
	}
	if err := a.judge(&c.to, others, a.m.Desk); err != nil {
		return err
	}
	if err := a.putAppointment(c.row, c.to); err != nil {
		return err
	}
	if err := a.contest(append(former, others...)); err != nil {
		return err
	}
	if err := a.settleOverlaps(c.to, others); err != nil {
		return err
	}
	return a.openOverlaps(c.to, others)
}

// free lists the appointments in the way of a change, or refuses it.
func (a *applier) free(c slotChange) ([]clients.Appointment, error) {
	others, err := a.overlapping(c.to)
	if err != nil {
		return nil, err
	}
	if len(others) > 0 && !c.anyway && !c.promised {
		return nil, &clients.OverlapError{With: others}
	}
	if c.promised || c.to.Cancelled {
		return others, nil
	}
	return others, a.mustNotBeLent(c.to)
}

// mustNotBeLent refuses a slot that another desk may be promising at this moment.
func (a *applier) mustNotBeLent(ap clients.Appointment) error {
	l, lent, err := a.lentTo(ap, a.m.Desk)
	if err == nil && lent {
		err = &clients.LentError{Lease: l}
	}
	return err
}

// lentTo finds a lease under which a desk but this one may be promising a moment of an
// appointment.
func (a *applier) lentTo(ap clients.Appointment, but clients.ID) (clients.Lease, bool, error) {
	leases, err := a.rows.Lent(a.ctx, ap.Client, ap.Start, ap.End)
	if err != nil {
		return clients.Lease{}, false, err
	}
	for _, l := range leases {
		if l.Desk != but {
			return l, true, nil
		}
	}
	return clients.Lease{}, false, nil
}

// useLease gives back the lease under which an appointment was promised. One that the
// office has taken back meanwhile is no matter: the overlap, if any, is seen.
func (a *applier) useLease(id clients.ID) error {
	r, lease, err := opened[clients.Lease](a, Lease, id)
	if code, refused := Refusal(err); refused && code == CodeNotFound {
		return nil
	}
	if err != nil || lease.Desk != a.m.Desk {
		return err
	}
	return a.endLease(r.Row, lease)
}

// overlapping lists the appointments that share a moment with ap.
func (a *applier) overlapping(ap clients.Appointment) ([]clients.Appointment, error) {
	if ap.Cancelled {
		return nil, nil
	}
	rows, err := a.rows.Overlapping(a.ctx, ap.Client, ap.Start, ap.End)
	if err != nil {
		return nil, err
	}
	var list []clients.Appointment
	for _, r := range rows {
		if r.ID == ap.ID {
			continue
		}
		other := clients.Appointment{Version: r.Seq}
		if err := json.Unmarshal(r.Body, &other); err != nil {
			return nil, err
		}
		list = append(list, other)
	}
	return list, nil
}

// judge says of an appointment whether it is contested. What is not, the authority
// confirms, unless another desk than this may promise the same moment for certain:
// that is known when its lease has ended, and not known at all while it is in doubt
// which leases there are.
func (a *applier) judge(ap *clients.Appointment, others []clients.Appointment, by clients.ID) error {
	ap.Contested = len(others) > 0 && !planted.Is(planted.NotContested)
	if ap.Contested || a.ahead || !ap.Unconfirmed {
		return nil
	}
	_, lent, err := a.lentTo(*ap, by)
	if err == nil && !lent {
		lent, err = a.rows.Doubtful(a.ctx)
	}
	ap.Unconfirmed = lent
	return err
}

// EndLease takes a lease out of the agenda under a sequence number, and confirms what
// was promised in its slot meanwhile by desks that did not have it.
func EndLease(ctx context.Context, rows Rows, seq int64, lease Row) error {
	var l clients.Lease
	if err := json.Unmarshal(lease.Body, &l); err != nil {
		return err
	}
	a := &applier{ctx: ctx, rows: rows, seq: seq}
	return a.endLease(lease, l)
}

// Confirm looks again, under a sequence number, at an appointment that waits for its
// confirmation.
func Confirm(ctx context.Context, rows Rows, seq int64, id clients.ID) error {
	a := &applier{ctx: ctx, rows: rows, seq: seq}
	return a.confirm(id)
}

func (a *applier) endLease(lease Row, l clients.Lease) error {
	lease.Body, lease.Gone = nil, true
	if !a.ahead {
		lease.Seq = a.seq
	}
	if err := a.rows.Put(a.ctx, lease); err != nil {
		return err
	}
	waiting, err := a.overlapping(clients.Appointment{Client: l.Client, Start: l.Start, End: l.End})
	for _, ap := range waiting {
		if err == nil && ap.Unconfirmed {
			err = a.confirm(ap.ID)
		}
	}
	return err
}

// confirm looks again at an appointment that waits for its confirmation.
func (a *applier) confirm(id clients.ID) error {
	r, ap, err := opened[clients.Appointment](a, Appointment, id)
	if err != nil {
		return err
	}
	others, err := a.overlapping(ap)
	if err != nil {
		return err
	}
	if err := a.judge(&ap, others, ""); err != nil {
		return err
	}
	patch, err := agendaPatch(ap)
	if err != nil {
		return err
	}
	_, err = a.write(r, patch) // nobody changed it: no history
	return err
}

// contest looks again at appointments whose neighbours changed.
func (a *applier) contest(list []clients.Appointment) error {
	for _, stale := range list {
		r, ap, err := opened[clients.Appointment](a, Appointment, stale.ID)
		if err != nil {
			return err
		}
		others, err := a.overlapping(ap)
		if err != nil {
			return err
		}
		if err := a.judge(&ap, others, ""); err != nil {
			return err
		}
		if err := a.putAppointment(r, ap); err != nil {
			return err
		}
	}
	return nil
}

// putAppointment patches what a change of the agenda may change, or makes the row. A
// new row needs no history: it says itself who took it, and all of it is new.
func (a *applier) putAppointment(r record, ap clients.Appointment) error {
	patch, err := agendaPatch(ap)
	if err != nil {
		return err
	}
	if r.body != nil {
		return a.writeAudited(r, patch)
	}
	said, err := a.said("appointment")
	if err != nil {
		return err
	}
	body, _ := said.with(patch)
	return a.put(r, body)
}

func agendaPatch(ap clients.Appointment) (fields, error) {
	patch := fields{}
	for field, set := range map[string]bool{
		"contested": ap.Contested, "cancelled": ap.Cancelled, "unconfirmed": ap.Unconfirmed,
	} {
		patch[field] = json.RawMessage(null)
		if set {
			patch[field] = json.RawMessage("true")
		}
	}
	for field, t := range map[string]time.Time{"start": ap.Start, "end": ap.End} {
		v, err := json.Marshal(t)
		if err != nil {
			return nil, Refuse(CodeBadChange, "appointment %q: %v", ap.ID, err)
		}
		patch[field] = v
	}
	return patch, nil
}
