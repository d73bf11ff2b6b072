package store

import (
	"encoding/json"
	"time"

	"permanence/clients"
	"permanence/phone"
	"permanence/ui/desk"
)

func (a *applier) book(c clients.BookAppointment) error {
	ap := c.Appointment
	if err := a.mustBeNew("appointment", ap.ID); err != nil {
		return err
	}
	if _, err := a.body("client", ap.Client); err != nil {
		return err
	}
	ap.Cancelled = false
	return a.arrange(slotChange{to: ap, anyway: c.Anyway})
}

func (a *applier) move(c clients.MoveAppointment) error {
	ap, body, err := a.appointment(c.Appointment)
	if err != nil {
		return err
	}
	if ap.Cancelled {
		return refuse(codeBadChange, "appointment %q is cancelled", ap.ID)
	}
	moved := ap
	moved.Start, moved.End = c.Start, c.End
	return a.arrange(slotChange{from: &ap, body: body, to: moved, anyway: c.Anyway})
}

// cancel cancels an appointment, or takes the cancellation back if the time is
// still free.
func (a *applier) cancel(c clients.CancelAppointment) error {
	ap, body, err := a.appointment(c.Appointment)
	if err != nil {
		return err
	}
	to := ap
	to.Cancelled = !c.Restore
	return a.arrange(slotChange{from: &ap, body: body, to: to})
}

// slotChange is an appointment before and after a change of when it is.
type slotChange struct {
	from   *clients.Appointment // nil for a new one
	body   fields               // of from
	to     clients.Appointment
	anyway bool // accept an overlap: all concerned become contested
}

// arrange carries out a change of the agenda. An overlap is refused, or else
// visible on all concerned until one of them moves away.
func (a *applier) arrange(c slotChange) error {
	if !c.to.End.After(c.to.Start) {
		return refuse(codeBadTime, "appointment %q would end before it begins", c.to.ID)
	}
	others, err := a.overlapping(c.to)
	if err != nil {
		return err
	}
	if len(others) > 0 && !c.anyway {
		return &clients.OverlapError{With: others}
	}
	var former []clients.Appointment
	if c.from != nil {
		if former, err = a.overlapping(*c.from); err != nil {
			return err
		}
	}
	c.to.Contested = len(others) > 0
	if err := a.putAppointment(c.to, c.body); err != nil {
		return err
	}
	return a.contest(append(former, others...))
}

// overlapping lists the appointments that share a moment with ap.
func (a *applier) overlapping(ap clients.Appointment) ([]clients.Appointment, error) {
	if ap.Cancelled {
		return nil, nil
	}
	rows, err := a.tx.QueryContext(a.ctx, `SELECT seq, body FROM appointment
		WHERE client = ? AND cancelled = 0 AND start < ? AND stop > ? AND id <> ? ORDER BY start, id`,
		ap.Client, micros(ap.End), micros(ap.Start), ap.ID)
	return collect(rows, err, scanAppointment)
}

// contest looks again at appointments whose neighbours changed.
func (a *applier) contest(list []clients.Appointment) error {
	for _, stale := range list {
		ap, body, err := a.appointment(stale.ID)
		if err != nil {
			return err
		}
		others, err := a.overlapping(ap)
		if err != nil {
			return err
		}
		if contested := len(others) > 0; contested != ap.Contested {
			ap.Contested = contested
			if err := a.putAppointment(ap, body); err != nil {
				return err
			}
		}
	}
	return nil
}

func (a *applier) appointment(id clients.ID) (clients.Appointment, fields, error) {
	var ap clients.Appointment
	body, err := a.body("appointment", id)
	if err != nil {
		return ap, nil, err
	}
	text, err := body.text()
	if err == nil {
		err = json.Unmarshal([]byte(text), &ap)
	}
	return ap, body, err
}

// putAppointment patches what a change of the agenda may change, or makes the
// row when before is nil.
func (a *applier) putAppointment(ap clients.Appointment, before fields) error {
	patch, err := agendaPatch(ap)
	if before == nil && err == nil {
		patch, err = fieldsOf(ap)
	}
	if err != nil {
		return err
	}
	after, changed := before.with(patch)
	if err := a.writeAppointment(ap, after, before == nil); err != nil {
		return err
	}
	if err := a.audit("appointment", ap.ID, before, after, changed); err != nil {
		return err
	}
	return a.findAppointment(ap)
}

func agendaPatch(ap clients.Appointment) (fields, error) {
	patch := fields{"contested": json.RawMessage(null), "cancelled": json.RawMessage(null)}
	if ap.Contested {
		patch["contested"] = json.RawMessage("true")
	}
	if ap.Cancelled {
		patch["cancelled"] = json.RawMessage("true")
	}
	for key, t := range map[string]time.Time{"start": ap.Start, "end": ap.End} {
		v, err := json.Marshal(t)
		if err != nil {
			return nil, refuse(codeBadChange, "appointment %q: %v", ap.ID, err)
		}
		patch[key] = v
	}
	return patch, nil
}

func (a *applier) writeAppointment(ap clients.Appointment, body fields, isNew bool) error {
	text, err := body.text()
	if err != nil {
		return err
	}
	query := `UPDATE appointment SET seq = ?, client = ?, start = ?, stop = ?, cancelled = ?, body = ? WHERE id = ?`
	if isNew {
		query = `INSERT INTO appointment (seq, client, start, stop, cancelled, body, id) VALUES (?, ?, ?, ?, ?, ?, ?)`
	}
	return a.exec(query, a.seq, ap.Client, micros(ap.Start), micros(ap.End), ap.Cancelled, text, ap.ID)
}

// findAppointment makes an appointment findable, and a cancelled one not.
func (a *applier) findAppointment(ap clients.Appointment) error {
	x := indexer{ctx: a.ctx, tx: a.tx}
	if ap.Cancelled {
		return x.remove(desk.HitAppointment, string(ap.ID))
	}
	return x.put(found{
		kind: desk.HitAppointment, ref: string(ap.ID), client: ap.Client, number: phone.ParseNumber(ap.Number),
		at: micros(ap.Start), title: ap.Name, detail: beginning(ap.Note),
		words: indexWords(ap.Name, ap.Note, ap.Number),
	})
}
