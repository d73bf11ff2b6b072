package desk

import (
	"slices"
	"time"

	"permanence/clients"
	"permanence/clients/agenda"
)

// How sure an appointment is when the caller hears of it. A desk that is in step asks
// the office first; one that is cut off promises for certain what it was lent, and
// everything else "to be confirmed". On its own a desk simply sets it.

// leaseOver is the store's code for a lease that ended before the booking was stored.
const leaseOver = "agenda.lease-over"

// bookingAsked is a booking between the operator's key and its commit.
type bookingAsked struct {
	mutation   clients.Mutation
	tag        string
	client     clients.ID
	ticket     clients.ID // in front when it was given
	start, end time.Time
	step       askingStep
}

// askingStep is what such a booking waits for.
type askingStep int

const (
	asksOffice askingStep = iota
	asksLeases
	asksStore
)

// secure begins to promise an appointment.
func (t *turn) secure(c clients.Change, tag string, b *Booking) {
	a := bookingAsked{
		mutation: clients.Mutation{ID: t.ID, At: t.At, Actor: t.Operator.ID, Change: c},
		tag:      tag, client: t.Agenda.Client, ticket: t.Front, start: b.Slot.Start, end: b.Slot.End,
	}
	if tk := t.ticket(t.Front); tk != nil && tk.Booked == "" {
		tk.Promise = PromiseAsked
	}
	if t.Office.InStep() {
		b.Promise = PromiseAsked
		t.asking = append(slices.Clone(t.asking), a)
		t.do(AskOffice{Mutation: a.mutation, Tag: tag})
		return
	}
	t.promiseAlone(a)
}

// promiseAlone promises without the office.
func (t *turn) promiseAlone(a bookingAsked) {
	if _, books := a.mutation.Change.(clients.BookAppointment); books && !t.Closing {
		a.step = asksLeases
		t.keepAsked(a)
		t.do(ReadLeases{Client: a.client, From: a.start, To: a.end, Booking: a.mutation.ID})
		return
	}
	t.promise(a, "")
}

// promise stores an appointment that the caller is told of now. Without a lease it is
// to be confirmed.
func (t *turn) promise(a bookingAsked, lease clients.ID) {
	switch c := a.mutation.Change.(type) {
	case clients.BookAppointment:
		c.Lease, c.Promised = lease, lease == ""
		c.Appointment.Unconfirmed = c.Promised
		a.mutation.Change = c
	case clients.MoveAppointment:
		c.Promised = true
		a.mutation.Change = c
	}
	if lease != "" {
		t.spent = append(slices.Clone(t.spent), lease)
		t.isSure(a)
	}
	a.step = asksStore
	t.keepAsked(a)
	t.do(Mutate{Mutation: a.mutation, Tag: a.tag})
}

// keepAsked adds a booking to those on their way, or says how far it has come.
func (t *turn) keepAsked(a bookingAsked) {
	t.asking = append(slices.DeleteFunc(slices.Clone(t.asking), a.same), a)
}

func (a bookingAsked) same(b bookingAsked) bool { return a.mutation.ID == b.mutation.ID }

// asked finds a booking on its way by its UUID.
func (t *turn) asked(id clients.ID) (bookingAsked, bool) {
	for _, a := range t.asking {
		if a.mutation.ID == id {
			return a, true
		}
	}
	return bookingAsked{}, false
}

// arrived takes a booking off its way, however it ended.
func (t *turn) arrived(id clients.ID) (a bookingAsked, found bool) {
	if a, found = t.asked(id); found {
		t.asking = slices.DeleteFunc(slices.Clone(t.asking), a.same)
	}
	return a, found
}

func (e AskAnswered) apply(t *turn) {
	if a, waits := t.asked(e.Mutation.ID); waits && a.step == asksOffice {
		t.isSure(a)
		t.agendaChanged(e.Tag, e.Mutation)
	}
}

func (e AskUnanswered) apply(t *turn) {
	if a, waits := t.asked(e.Mutation.ID); waits && a.step == asksOffice {
		t.promiseAlone(a)
	}
}

func (e LeasesRead) apply(t *turn) {
	if e.Booking == "" && e.Client == t.Agenda.Client {
		t.Agenda.Leases = e.Leases
		t.Agenda.revision++
	}
	if a, waits := t.asked(e.Booking); waits && a.step == asksLeases {
		t.promise(a, t.leaseFor(a, e.Leases))
	}
}

// mostSure bounds the bookings of which it is remembered that they were certain.
const mostSure = 64

// isSure remembers a certain booking beyond what the agenda in front knows: it may be
// another client's by now, or have been read before this was stored.
func (t *turn) isSure(a bookingAsked) {
	kept := t.sure[max(0, len(t.sure)+1-mostSure):]
	t.sure = append(slices.Clone(kept), clients.Appointment{ID: a.mutation.ID, Client: a.client, Start: a.start, End: a.end})
}

// isUnsure forgets one that came to nothing.
func (t *turn) isUnsure(id clients.ID) {
	t.sure = slices.DeleteFunc(slices.Clone(t.sure), func(a clients.Appointment) bool { return a.ID == id })
}

// leaseFor finds the lease under which a booking is certain; "" when there is none. One
// is used once, and never beside an appointment that is known to stand there.
func (t *turn) leaseFor(a bookingAsked, leases []clients.Lease) clients.ID {
	slot := clients.Appointment{Client: a.client, Start: a.start, End: a.end}
	if len(t.standing(a.client, "", a.start, a.end)) > 0 || len(agenda.Overlaps(slot, t.sure)) > 0 {
		return ""
	}
	for _, l := range leases {
		covers := !a.start.Before(l.Start) && !l.End.Before(a.end)
		if l.Desk == t.Office.Desk && l.Client == a.client && covers && !slices.Contains(t.spent, l.ID) {
			return l.ID
		}
	}
	return ""
}

// promiseAsked promises at once what still waits when the program ends.
func (t *turn) promiseAsked() {
	for _, a := range t.asking {
		if a.step != asksStore {
			t.promise(a, "")
		}
	}
}

// onItsWay reports whether an overlapping booking is on its way already.
func (t *turn) onItsWay(client clients.ID, start, end time.Time) bool {
	return slices.ContainsFunc(t.asking, func(a bookingAsked) bool {
		return a.client == client && a.start.Before(end) && start.Before(a.end)
	})
}

// standing lists the appointments that are known to stand in a time.
func (t *turn) standing(client, except clients.ID, start, end time.Time) []clients.Appointment {
	if client != t.Agenda.Client {
		return nil
	}
	return agenda.Overlaps(clients.Appointment{ID: except, Client: client, Start: start, End: end}, t.Agenda.Appointments)
}

// lentElsewhere finds the lease of another desk that touches a time; nil when there is
// none.
func (s *State) lentElsewhere(start, end time.Time) *clients.Lease {
	for i := range s.Agenda.Leases {
		l := &s.Agenda.Leases[i]
		if l.Desk != s.Office.Desk && l.Start.Before(end) && start.Before(l.End) {
			return l
		}
	}
	return nil
}

// Lending says whether a slot is lent.
type Lending string

// A slot that is lent here can be promised for certain though the line is cut; one
// that is lent elsewhere is perhaps being promised at this moment.
const (
	NotLent       Lending = ""
	LentHere      Lending = "here"
	LentElsewhere Lending = "elsewhere"
)

// Lending tells whether a free slot of the agenda in front is lent, and to whose desk.
func (s *State) Lending(slot agenda.Slot) (Lending, string) {
	if l := s.lentElsewhere(slot.Start, slot.End); l != nil {
		return LentElsewhere, s.DeskNamed(l.Desk)
	}
	for _, l := range s.Agenda.Leases {
		if l.Desk == s.Office.Desk && !slot.Start.Before(l.Start) && !l.End.Before(slot.End) && !slices.Contains(s.spent, l.ID) {
			return LentHere, ""
		}
	}
	return NotLent, ""
}

// offerable is the agenda's appointments, and what is lent to other desks as if it
// were taken: the next free slot is none of those.
func (s *State) offerable() []clients.Appointment {
	list := s.Agenda.Appointments
	for _, l := range s.Agenda.Leases {
		if l.Desk != s.Office.Desk {
			list = append(slices.Clip(list), clients.Appointment{ID: l.ID, Client: l.Client, Start: l.Start, End: l.End})
		}
	}
	return list
}

// promiseOf is how sure a booking is by the change that was stored.
func (s *State) promiseOf(c clients.Change) Promise {
	var promised bool
	switch c := c.(type) {
	case clients.BookAppointment:
		if c.Lease != "" {
			return PromiseLeased
		}
		promised = c.Promised
	case clients.MoveAppointment:
		promised = c.Promised
	}
	switch {
	case promised:
		return PromiseOpen
	case s.Office.Linked():
		return PromiseConfirmed
	}
	return PromiseNone
}

// sayPromise tells the operator what she may tell the caller.
func (t *turn) sayPromise(p Promise) {
	switch p {
	case PromiseConfirmed:
		t.remark("promise", "promise.confirmed")
	case PromiseLeased:
		t.remark("promise", "promise.leased")
	case PromiseOpen:
		t.warn("promise", "promise.open")
	case PromiseContested:
		t.notify(Notice{ID: "promise", Code: "promise.contested", Level: Alarm})
	}
}

// followPromises brings what the tickets say of their appointments up to the agenda.
func (t *turn) followPromises(list []clients.Appointment) {
	for _, a := range list {
		for i := range t.Tickets {
			tk := &t.Tickets[i]
			now := promiseNow(tk.Promise, a)
			if tk.Booked == a.ID && tk.Promise != now {
				t.ticket(tk.ID).Promise = now
				t.sayPromise(now)
			}
		}
	}
}

func promiseNow(was Promise, a clients.Appointment) Promise {
	switch {
	case was == PromiseNone:
		return PromiseNone
	case a.Contested:
		return PromiseContested
	case a.Unconfirmed:
		return PromiseOpen
	case was == PromiseLeased:
		return PromiseLeased
	}
	return PromiseConfirmed
}
