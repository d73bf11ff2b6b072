package shared

import (
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
	a.judge(&c.to, others)
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
	leases, err := a.rows.Lent(a.ctx, ap.Client, ap.Start, ap.End)
	if err != nil {
		return err
	}
	for _, l := range leases {
		if l.Desk != a.m.Desk {
			return &clients.LentError{Lease: l}
		}
	}
	return nil
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
	r.Row.Body, r.Row.Gone = nil, true
	if !a.ahead {
		r.Row.Seq = a.seq
	}
	return a.rows.Put(a.ctx, r.Row)
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

// judge says of an appointment whether it is contested; what is not, the authority
// confirms.
func (a *applier) judge(ap *clients.Appointment, others []clients.Appointment) {
	ap.Contested = len(others) > 0 && !planted.Is(planted.NotContested)
	if !ap.Contested && !a.ahead {
		ap.Unconfirmed = false
	}
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
		a.judge(&ap, others)
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
