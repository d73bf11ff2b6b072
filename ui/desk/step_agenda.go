package desk

import (
	"slices"
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
	if s, ok := agenda.NextFree(c.Agenda, zone, t.At, daysAhead-1, t.offerable(), a.forUrgent); ok {
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
	if t.Office.Linked() {
		t.do(ReadLeases{Client: a.Client, From: from, To: to})
	}
}

func (e AgendaLoaded) apply(t *turn) {
	a := &t.Agenda
	if e.Client != a.Client {
		return
	}
	a.LoadedFrom, a.LoadedTo, a.Appointments, a.Error = e.From, e.To, e.Appointments, ""
	a.revision++
	t.followPromises(e.Appointments)
	t.showLookedFor()
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
		s, ok := agenda.NextFree(c.Agenda, agenda.Zone(c.Agenda), a.Booking.Slot.End, daysAhead-1, t.offerable(), t.urgent())
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
	if t.onItsWay(t.Agenda.Client, b.Slot.Start, b.Slot.End) {
		t.warn("agenda", "agenda.on-its-way")
		return
	}
	t.Agenda.Booking = &b
	b.Overlap, b.Lent, b.LentTo = nil, nil, ""
	if !e.Anyway && t.inTheWay(&b) {
		return
	}
	b.Pending = true
	change, tag := t.bookingChange(&b, e.Anyway)
	if t.Office.Linked() {
		t.secure(change, tag, &b)
		return
	}
	t.mutate(change, tag)
}

// bookingChange is what the store is asked for by a booking.
func (t *turn) bookingChange(b *Booking, anyway bool) (clients.Change, string) {
	if b.Moving != "" {
		return clients.MoveAppointment{Appointment: b.Moving, Start: b.Slot.Start, End: b.Slot.End, Anyway: anyway}, tagMoved
	}
	return clients.BookAppointment{Anyway: anyway, Appointment: clients.Appointment{
		ID: t.ID, Client: t.Agenda.Client, Start: b.Slot.Start, End: b.Slot.End,
		Name: b.Name, Number: b.Number, Note: b.Note, TakenBy: t.Operator.ID,
		Urgent: b.Slot.Kind == agenda.Emergency,
	}}, tagBooked
}

// inTheWay finds what is known to stand in a slot; when something does, the operator is
// asked. On a desk alone the store says it. The office says it too, but does not know
// yet what this desk has just promised; of what is lent it knows best.
func (t *turn) inTheWay(b *Booking) bool {
	if !t.Office.Linked() {
		return false
	}
	b.Overlap = t.standing(t.Agenda.Client, b.Moving, b.Slot.Start, b.Slot.End)
	if l := t.lentElsewhere(b.Slot.Start, b.Slot.End); l != nil && !t.Office.InStep() {
		b.Lent, b.LentTo = l, t.DeskNamed(l.Desk)
	}
	return len(b.Overlap) > 0 || b.Lent != nil
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
		// It stood there before: without the office's word that is a promise as well.
		promised := t.Office.Linked() && !t.Office.InStep()
		t.mutate(clients.MoveAppointment{Appointment: a.ID, Start: a.Start, End: a.End, Promised: promised}, tagUndone)
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

// agendaChanged follows a committed change of the agenda. The office may have been
// asked for so long that another agenda is in front by now.
func (t *turn) agendaChanged(tag string, m clients.Mutation) {
	a, waited := t.arrived(m.ID)
	if !waited {
		a.client, a.ticket = t.Agenda.Client, t.Front
	}
	here := a.client == t.Agenda.Client
	if b := t.Agenda.Booking; here && (!waited || b != nil && b.Pending) {
		t.Agenda.Booking = nil
	}
	if here {
		t.Agenda.LastChange = nil
		t.changeAppointments(tag, m.Change)
	}
	t.notePromise(a.ticket, m.Change)
	if waited {
		t.sayPromise(t.promiseOf(m.Change))
	}
	if here && t.Agenda.Client != "" {
		t.loadAgenda()
	}
}

// notePromise notes an appointment on the ticket from which it was set or moved.
func (t *turn) notePromise(ticket clients.ID, c clients.Change) {
	tk := t.ticket(ticket)
	if tk == nil {
		return
	}
	switch c := c.(type) {
	case clients.BookAppointment:
		if tk.Client == c.Appointment.Client {
			tk.Booked, tk.Promise = c.Appointment.ID, t.promiseOf(c)
			t.noted(tk)
		}
	case clients.MoveAppointment:
		if tk.Booked == c.Appointment {
			tk.Promise = t.promiseOf(c)
		}
	}
}

// changeAppointments changes the agenda in front at once: what was just set stands
// there, though it is read again.
func (t *turn) changeAppointments(tag string, c clients.Change) {
	switch c := c.(type) {
	case clients.BookAppointment:
		t.Agenda.LastChange = &AgendaUndo{Code: tagBooked, Appointment: c.Appointment}
		t.putAppointment(c.Appointment)
	case clients.MoveAppointment:
		t.rememberForUndo(tag, tagMoved, c.Appointment)
		if a, ok := t.appointment(c.Appointment); ok {
			a.Start, a.End = c.Start, c.End
			t.putAppointment(a)
		}
	case clients.CancelAppointment:
		t.rememberForUndo(tag, tagCancel, c.Appointment)
		t.isUnsure(c.Appointment)
	}
}

func (t *turn) putAppointment(a clients.Appointment) {
	others := slices.DeleteFunc(slices.Clone(t.Agenda.Appointments), func(o clients.Appointment) bool { return o.ID == a.ID })
	t.Agenda.Appointments = append(others, a)
	t.Agenda.revision++
}

// rememberForUndo keeps the appointment as it was; an undo is not undone.
func (t *turn) rememberForUndo(tag, code string, id clients.ID) {
	if a, ok := t.appointment(id); ok && tag != tagUndone {
		t.Agenda.LastChange = &AgendaUndo{Code: code, Appointment: a}
	}
}

// agendaRefused keeps the booking open, with those it would overlap.
func (t *turn) agendaRefused(e ApplyFailed) {
	a, waited := t.arrived(e.Mutation.ID)
	if waited && e.Problem.Code == leaseOver {
		t.isUnsure(a.mutation.ID)
		t.promise(a, "")
		return
	}
	if tk := t.ticket(a.ticket); tk != nil && tk.Promise == PromiseAsked {
		tk.Promise = PromiseNone
	}
	asks := t.Agenda.Booking != nil && t.Agenda.Booking.Pending && (!waited || a.client == t.Agenda.Client)
	if asks {
		b := *t.Agenda.Booking
		b.Pending, b.Promise, b.Overlap, b.Lent = false, PromiseNone, e.Overlap, e.Lent
		if e.Lent != nil {
			b.LentTo = t.DeskNamed(e.Lent.Desk)
		}
		t.Agenda.Booking = &b
	}
	if len(e.Overlap) == 0 && e.Lent == nil || !asks {
		t.notify(Notice{ID: "agenda", Code: e.Problem.Code, Detail: e.Problem.Detail, Level: Warning, Until: t.At.Add(remarkFor)})
	}
	if t.Agenda.Client != "" {
		t.loadAgenda()
	}
}
