package desk

import (
	"time"

	"permanence/clients"
	"permanence/clients/agenda"
)

// What of an agenda is held in memory around the day shown.
const (
	daysBehind = 7
	daysAhead  = 60
)

// settleAgenda keeps the agenda that of the client in front, and its slots those
// of the day shown, as far as the minute has moved them.
func (t *turn) settleAgenda() {
	c := t.FrontClient()
	switch {
	case c == nil || !c.Agenda.Enabled():
		if t.Agenda.Client != "" {
			t.Agenda = Agenda{}
		}
		return
	case t.Agenda.Client != c.ID:
		t.Agenda = Agenda{Client: c.ID, Day: midnight(t.At.In(agenda.Zone(c.Agenda)))}
		t.loadAgenda()
	case t.Agenda.Day.Before(t.Agenda.LoadedFrom) || !t.Agenda.Day.Before(t.Agenda.LoadedTo):
		if !t.Agenda.LoadedTo.IsZero() {
			t.Agenda.LoadedFrom, t.Agenda.LoadedTo = time.Time{}, time.Time{}
			t.loadAgenda()
		}
	}
	if t.slotsMoved() {
		t.fillSlots(c)
	}
}

// slotsMoved reports whether the slots on screen are out of date.
func (t *turn) slotsMoved() bool {
	a, b := &t.Agenda, &t.before.Agenda
	return a.Client != b.Client || !a.Day.Equal(b.Day) || !a.LoadedTo.Equal(b.LoadedTo) ||
		a.revision != b.revision || t.Directory != t.before.Directory ||
		!t.At.Truncate(time.Minute).Equal(t.before.Now.Truncate(time.Minute)) ||
		t.urgent() != a.forUrgent
}

func (t *turn) fillSlots(c *clients.Client) {
	a := &t.Agenda
	zone := agenda.Zone(c.Agenda)
	a.Slots = agenda.Day(c.Agenda, zone, a.Day, t.At, a.Appointments)
	a.Next, a.forUrgent = nil, t.urgent()
	if a.LoadedTo.IsZero() {
		return
	}
	if s, ok := agenda.NextFree(c.Agenda, zone, t.At, daysAhead-1, a.Appointments, a.forUrgent); ok {
		a.Next = &s
	}
}

// urgent reports whether the ticket in front may use the emergency range.
func (s *State) urgent() bool {
	tk := s.FrontTicket()
	return tk != nil && tk.Draft.Message.Urgent
}

func midnight(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())
}

// loadAgenda reads the appointments around the day shown, and always those from
// today on, among which the next free slot is looked for.
func (t *turn) loadAgenda() {
	a := &t.Agenda
	from, to := a.Day.AddDate(0, 0, -daysBehind), a.Day.AddDate(0, 0, daysAhead)
	today := midnight(t.At.In(a.Day.Location()))
	if today.Before(from) {
		from = today
	}
	if ahead := today.AddDate(0, 0, daysAhead); to.Before(ahead) {
		to = ahead
	}
	t.do(LoadAgenda{Client: a.Client, From: from, To: to})
}

func (e AgendaLoaded) apply(t *turn) {
	a := &t.Agenda
	if e.Client != a.Client {
		return
	}
	a.LoadedFrom, a.LoadedTo, a.Appointments, a.Error = e.From, e.To, e.Appointments, ""
	a.revision++
}

func (e DayChosen) apply(t *turn) {
	if t.Agenda.Client != "" {
		t.Agenda.Day = midnight(e.Day.In(t.Agenda.Day.Location()))
	}
}

func (e DayStepped) apply(t *turn) {
	if t.Agenda.Client != "" {
		t.Agenda.Day = t.Agenda.Day.AddDate(0, 0, e.Days)
	}
}

// Pressing F7 again while a slot is offered offers the one after it.
func (NextFreePressed) apply(t *turn) {
	c, a := t.FrontClient(), &t.Agenda
	if c == nil || a.Client == "" {
		t.warn("agenda", "agenda.none")
		return
	}
	next := a.Next
	if a.Booking != nil {
		s, ok := agenda.NextFree(c.Agenda, agenda.Zone(c.Agenda), a.Booking.Slot.End, daysAhead-1, a.Appointments, t.urgent())
		if next = nil; ok {
			next = &s
		}
	}
	if next == nil {
		t.warn("agenda", "agenda.none-free")
		return
	}
	a.Day = midnight(next.Start)
	t.offer(*next)
}

func (e SlotChosen) apply(t *turn) {
	if e.Slot.Kind == agenda.Taken || t.Agenda.Client == "" {
		return
	}
	t.offer(e.Slot)
	if b := t.Agenda.Booking; b.Moving != "" {
		BookingConfirmed{}.apply(t)
	}
}

// offer begins giving a slot, with what is known of the caller. The names typed
// stay when another slot is tried.
func (t *turn) offer(s agenda.Slot) {
	b := Booking{Slot: s}
	if old := t.Agenda.Booking; old != nil {
		b.Name, b.Number, b.Note, b.Moving = old.Name, old.Number, old.Note, old.Moving
	} else if tk := t.FrontTicket(); tk != nil {
		b.Name, b.Number = tk.Draft.Message.Name, tk.Draft.Message.Number
	}
	t.Agenda.Booking = &b
}

func (e BookingTyped) apply(t *turn) {
	if t.Agenda.Booking == nil {
		return
	}
	b := *t.Agenda.Booking
	switch e.Field {
	case "name":
		b.Name = e.Value
	case "number":
		b.Number = e.Value
	case "note":
		b.Note = e.Value
	}
	t.Agenda.Booking = &b
}

func (BookingLeft) apply(t *turn) { t.Agenda.Booking = nil }

func (e BookingConfirmed) apply(t *turn) {
	if t.Agenda.Booking == nil || t.Agenda.Booking.Pending {
		return
	}
	b := *t.Agenda.Booking
	if b.Name == "" && b.Moving == "" {
		t.warn("agenda", "agenda.name-missing")
		return
	}
	b.Pending, b.Overlap = true, nil
	t.Agenda.Booking = &b
	if b.Moving != "" {
		t.mutate(clients.MoveAppointment{Appointment: b.Moving, Start: b.Slot.Start, End: b.Slot.End, Anyway: e.Anyway}, tagMoved)
		return
	}
	t.mutate(clients.BookAppointment{Anyway: e.Anyway, Appointment: clients.Appointment{
		ID: t.ID, Client: t.Agenda.Client, Start: b.Slot.Start, End: b.Slot.End,
		Name: b.Name, Number: b.Number, Note: b.Note, TakenBy: t.Operator.ID,
		Urgent: b.Slot.Kind == agenda.Emergency,
	}}, tagBooked)
}

func (e AppointmentLifted) apply(t *turn) {
	a, ok := t.appointment(e.Appointment)
	if !ok {
		return
	}
	t.Agenda.Booking = &Booking{
		Moving: a.ID, Name: a.Name, Number: a.Number, Note: a.Note,
		Slot: agenda.Slot{Start: a.Start, End: a.End, Kind: agenda.Taken, Appointment: &a},
	}
}

func (e AppointmentCancelled) apply(t *turn) {
	if _, ok := t.appointment(e.Appointment); ok {
		t.mutate(clients.CancelAppointment{Appointment: e.Appointment}, tagCancel)
	}
}

// AgendaUndone takes back what the line under the agenda names.
func (AgendaUndone) apply(t *turn) {
	u := t.Agenda.LastChange
	if u == nil {
		return
	}
	a := u.Appointment
	switch u.Code {
	case tagBooked:
		t.mutate(clients.CancelAppointment{Appointment: a.ID}, tagUndone)
	case tagCancel:
		t.mutate(clients.CancelAppointment{Appointment: a.ID, Restore: true}, tagUndone)
	case tagMoved:
		t.mutate(clients.MoveAppointment{Appointment: a.ID, Start: a.Start, End: a.End}, tagUndone)
	}
}

func (s *State) appointment(id clients.ID) (clients.Appointment, bool) {
	for _, a := range s.Agenda.Appointments {
		if a.ID == id {
			return a, true
		}
	}
	return clients.Appointment{}, false
}

// agendaChanged follows a committed change of the agenda.
func (t *turn) agendaChanged(tag string, c clients.Change) {
	t.Agenda.Booking, t.Agenda.LastChange = nil, nil
	switch c := c.(type) {
	case clients.BookAppointment:
		t.Agenda.LastChange = &AgendaUndo{Code: tagBooked, Appointment: c.Appointment}
		if tk := t.ticket(t.Front); tk != nil && tk.Client == c.Appointment.Client {
			tk.Booked = c.Appointment.ID
			t.noted(tk)
		}
	case clients.MoveAppointment:
		t.rememberForUndo(tag, tagMoved, c.Appointment)
	case clients.CancelAppointment:
		t.rememberForUndo(tag, tagCancel, c.Appointment)
	}
	t.loadAgenda()
}

// rememberForUndo keeps the appointment as it was; an undo is not undone.
func (t *turn) rememberForUndo(tag, code string, id clients.ID) {
	if a, ok := t.appointment(id); ok && tag != tagUndone {
		t.Agenda.LastChange = &AgendaUndo{Code: code, Appointment: a}
	}
}

// agendaRefused keeps the booking open, with those it would overlap.
func (t *turn) agendaRefused(e ApplyFailed) {
	if t.Agenda.Booking != nil {
		b := *t.Agenda.Booking
		b.Pending, b.Overlap = false, e.Overlap
		t.Agenda.Booking = &b
	}
	if len(e.Overlap) == 0 || t.Agenda.Booking == nil {
		t.notify(Notice{ID: "agenda", Code: e.Problem.Code, Detail: e.Problem.Detail, Level: Warning, Until: t.At.Add(remarkFor)})
	}
	t.loadAgenda()
}
