package officesim

import (
	"slices"

	"permanence/clients"
	"permanence/store/shared"
)

// moves: each that was not refused is in the history, or left the appointment where it
// was already.
func (j *judgement) moves() {
	for _, e := range j.b.ledger.entries {
		c, ok := e.m.Change.(clients.MoveAppointment)
		if !ok || !e.held() || j.b.ledger.forgotten(e) || len(j.changes[e.m.ID]) > 0 || j.refusalOf(e) != "" || j.kept(e) || j.wasThere(e, c) {
			continue
		}
		j.violated("%s's move of %s at %s to %s is nowhere", e.desk, c.Appointment, e.at.Format("15:04:05"), c.Start)
	}
}

// wasThere reports whether somebody else gave an appointment the time of a move.
func (j *judgement) wasThere(e *entry, c clients.MoveAppointment) bool {
	return slices.ContainsFunc(j.b.ledger.entries, func(o *entry) bool {
		switch other := o.m.Change.(type) {
		case clients.BookAppointment:
			return other.Appointment.ID == c.Appointment && other.Appointment.Start.Equal(c.Start)
		case clients.MoveAppointment:
			return o != e && other.Appointment == c.Appointment && other.Start.Equal(c.Start)
		}
		return false
	})
}

// once: what stands was not refused as well, as when it is carried out a second time.
// What was held back may have been let in.
func (j *judgement) once() {
	for _, e := range j.b.ledger.entries {
		if j.b.isRevoked(e.desk) || j.b.ledger.demoted[e.m.Actor] {
			continue
		}
		var stands bool
		switch c := e.m.Change.(type) {
		case clients.TakeMessage:
			r, ok := j.rows[rowKey{shared.Message, c.Message.ID}]
			stands = ok && !r.Gone
		case clients.BookAppointment:
			_, stands = j.appointments[c.Appointment.ID]
		}
		if refused := j.refusalOf(e); stands && refused != "" {
			j.violated("%s of %s at %s stands, and stands as refused too%s", e.m.Change.MutationName(), e.desk, e.at.Format("15:04:05"), refused)
		}
	}
}
