package desk

import (
	"testing"
	"time"

	"permanence/clients"
	"permanence/clients/agenda"
)

// books gives the next free slot of Maître Durand to Mme Roc, up to the last key.
func (sc *scene) books() agenda.Slot {
	sc.t.Helper()
	if sc.s.Agenda.Client != "durand" {
		sc.play(ClientOpened{Client: "durand"})
		sc.play(AgendaLoaded{Client: "durand", From: noon.AddDate(0, 0, -9), To: noon.AddDate(0, 0, 60)})
	}
	sc.play(NextFreePressed{})
	sc.play(BookingTyped{Field: "name", Value: "Mme Roc"})
	sc.take()
	sc.play(BookingConfirmed{})
	return sc.s.Agenda.Booking.Slot
}

func lease(desk clients.ID, s agenda.Slot) clients.Lease {
	return clients.Lease{ID: "lease", Client: "durand", Desk: desk, Start: s.Start, End: s.End}
}

func TestInStepTheOfficeIsAskedFirst(t *testing.T) {
	sc := openLinked(t, OfficeInStep)
	sc.books()
	e := sc.take()
	check(t, "asked", len(did[AskOffice](e)), 1)
	check(t, "nothing stored yet", len(did[Mutate](e)), 0)
	check(t, "on the ticket", sc.s.FrontTicket().Promise, PromiseAsked)
	check(t, "in the agenda", sc.s.Agenda.Booking.Promise, PromiseAsked)
	sc.play(AskAnswered(did[AskOffice](e)[0]))
	check(t, "confirmed", sc.s.FrontTicket().Promise, PromiseConfirmed)
	check(t, "said", sc.notice("promise.confirmed"), true)
	check(t, "closed", sc.s.Agenda.Booking == nil, true)
	check(t, "stands in the agenda at once", len(sc.s.Agenda.Appointments), 1)
}

func TestWhatStandsThereIsSaid(t *testing.T) {
	sc := openLinked(t, OfficeInStep)
	slot := sc.books()
	ask := did[AskOffice](sc.take())[0]
	there := lease("there", slot)
	sc.desks(Presence{})
	sc.play(ApplyFailed{Mutation: ask.Mutation, Tag: ask.Tag, Problem: Problem{Code: "agenda.lent"}, Lent: &there})
	check(t, "lent to", sc.s.Agenda.Booking.LentTo, "Julie")
	check(t, "open again", sc.s.Agenda.Booking.Pending, false)
	check(t, "nothing promised", sc.s.FrontTicket().Promise, PromiseNone)
	sc.play(BookingConfirmed{})
	ask = did[AskOffice](sc.take())[0]
	sc.play(ApplyFailed{Mutation: ask.Mutation, Tag: ask.Tag, Problem: Problem{Code: "agenda.overlap"}, Overlap: []clients.Appointment{{Name: "M. Sec"}}})
	check(t, "who stands there", sc.s.Agenda.Booking.Overlap[0].Name, "M. Sec")
	sc.play(BookingConfirmed{Anyway: true})
	change := did[AskOffice](sc.take())[0].Mutation.Change.(clients.BookAppointment)
	check(t, "anyway", change.Anyway, true)
}

func TestWithoutTheOfficeALeaseMakesItCertain(t *testing.T) {
	for _, tc := range []struct {
		name    string
		phase   OfficePhase
		leased  clients.ID // the desk that has the lease, "" for none
		promise Promise
		notice  string
	}{
		{"cut off, lent here", OfficeCutOff, "here", PromiseLeased, "promise.leased"},
		{"cut off, not lent", OfficeCutOff, "", PromiseOpen, "promise.open"},
		{"catching up, lent here", OfficeBehind, "here", PromiseLeased, "promise.leased"},
		{"no answer, lent here", OfficeInStep, "here", PromiseLeased, "promise.leased"},
		{"no answer, lent elsewhere", OfficeInStep, "there", PromiseOpen, "promise.open"},
		{"logged out", OfficeLogin, "", PromiseOpen, "promise.open"},
	} {
		sc := openLinked(t, tc.phase)
		slot := sc.books()
		uuid := clients.ID("")
		if asked := did[AskOffice](sc.effects); len(asked) > 0 {
			uuid = asked[0].Mutation.ID
			sc.play(AskUnanswered{Mutation: asked[0].Mutation, Tag: asked[0].Tag})
		}
		read := did[ReadLeases](sc.take())[0]
		var leases []clients.Lease
		if tc.leased != "" {
			leases = append(leases, lease(tc.leased, slot))
		}
		sc.play(LeasesRead{Client: "durand", Booking: read.Booking, Leases: leases})
		m := did[Mutate](sc.take())[0]
		if uuid != "" {
			check(t, tc.name+": the same UUID", m.Mutation.ID, uuid)
		}
		c := m.Mutation.Change.(clients.BookAppointment)
		check(t, tc.name+": lease", c.Lease != "", tc.promise == PromiseLeased)
		check(t, tc.name+": promised", c.Promised, tc.promise == PromiseOpen)
		check(t, tc.name+": unconfirmed", c.Appointment.Unconfirmed, tc.promise == PromiseOpen)
		sc.play(Applied(m))
		check(t, tc.name+": ticket", sc.s.FrontTicket().Promise, tc.promise)
		check(t, tc.name+": said", sc.notice(tc.notice), true)
	}
}

func TestALeaseThatIsOverMakesItOpen(t *testing.T) {
	sc := openLinked(t, OfficeCutOff)
	slot := sc.books()
	read := did[ReadLeases](sc.take())[0]
	sc.play(LeasesRead{Client: "durand", Booking: read.Booking, Leases: []clients.Lease{lease("here", slot)}})
	m := did[Mutate](sc.take())[0]
	sc.play(ApplyFailed{Mutation: m.Mutation, Tag: m.Tag, Problem: Problem{Code: leaseOver}})
	again := did[Mutate](sc.take())[0].Mutation
	check(t, "unconfirmed", again.Change.(clients.BookAppointment).Appointment.Unconfirmed, true)
	check(t, "without the lease", again.Change.(clients.BookAppointment).Lease, clients.ID(""))
	check(t, "the same UUID", again.ID, m.Mutation.ID)
}

func TestALeaseIsUsedOnce(t *testing.T) {
	sc := openLinked(t, OfficeCutOff)
	slot := sc.books()
	leases := []clients.Lease{lease("here", slot)}
	read := did[ReadLeases](sc.take())[0]
	sc.play(LeasesRead{Client: "durand", Booking: read.Booking, Leases: leases})
	sc.play(Applied(did[Mutate](sc.take())[0]))
	sc.play(AgendaLoaded{Client: "durand", From: noon.AddDate(0, 0, -9), To: noon.AddDate(0, 0, 60)}) // read before
	sc.play(SlotChosen{Slot: slot})
	sc.play(BookingTyped{Field: "name", Value: "M. Sec"})
	sc.take()
	sc.play(BookingConfirmed{})
	read = did[ReadLeases](sc.take())[0]
	sc.play(LeasesRead{Client: "durand", Booking: read.Booking, Leases: leases})
	c := did[Mutate](sc.take())[0].Mutation.Change.(clients.BookAppointment)
	check(t, "second", c.Lease, clients.ID(""))
	check(t, "to be confirmed", c.Appointment.Unconfirmed, true)
}

func TestWithoutTheOfficeWhatIsKnownToStandThereIsSaid(t *testing.T) {
	sc := openLinked(t, OfficeCutOff)
	sc.play(ClientOpened{Client: "durand"})
	start := noon.Add(time.Hour)
	sc.play(AgendaLoaded{Client: "durand", From: noon.AddDate(0, 0, -9), To: noon.AddDate(0, 0, 60), Appointments: []clients.Appointment{
		{ID: "x", Client: "durand", Name: "M. Sec", Start: start, End: start.Add(20 * time.Minute)},
	}})
	sc.play(SlotChosen{Slot: agenda.Slot{Start: start, End: start.Add(20 * time.Minute), Kind: agenda.Free}})
	sc.play(BookingTyped{Field: "name", Value: "Mme Roc"})
	sc.play(BookingConfirmed{})
	check(t, "who", sc.s.Agenda.Booking.Overlap[0].Name, "M. Sec")
	for _, m := range did[Mutate](sc.take()) {
		_, read := m.Mutation.Change.(clients.NoteReading)
		check(t, "only a reading stored", read, true)
	}
	sc.play(BookingConfirmed{Anyway: true})
	check(t, "her decision", sc.s.Agenda.Booking.Pending, true)
}

func TestLentSlotsAreMarkedAndPassedOver(t *testing.T) {
	sc := openLinked(t, OfficeCutOff)
	sc.play(ClientOpened{Client: "durand"})
	sc.play(AgendaLoaded{Client: "durand", From: noon.AddDate(0, 0, -9), To: noon.AddDate(0, 0, 60)})
	first := *sc.s.Agenda.Next
	sc.desks(Presence{})
	sc.play(LeasesRead{Client: "durand", Leases: []clients.Lease{lease("there", first)}})
	lending, whose := sc.s.Lending(first)
	check(t, "elsewhere", lending, LentElsewhere)
	check(t, "whose", whose, "Julie")
	second := *sc.s.Agenda.Next
	check(t, "next free is another", second.Start.After(first.Start), true)
	sc.play(LeasesRead{Client: "durand", Leases: []clients.Lease{lease("here", second)}})
	lending, _ = sc.s.Lending(second)
	check(t, "here", lending, LentHere)
	lending, _ = sc.s.Lending(first)
	check(t, "not lent", lending, NotLent)
	sc.play(LeasesRead{Client: "durand", Leases: []clients.Lease{lease("there", first)}})
	sc.play(SlotChosen{Slot: first})
	sc.play(BookingTyped{Field: "name", Value: "Mme Roc"})
	sc.play(BookingConfirmed{})
	check(t, "asked about", sc.s.Agenda.Booking.LentTo, "Julie")
}

func TestAMoveIsAskedAndElsePromised(t *testing.T) {
	sc := openLinked(t, OfficeInStep)
	slot := sc.books()
	ask := did[AskOffice](sc.take())[0]
	sc.play(AskAnswered(ask))
	id := sc.s.FrontTicket().Booked
	sc.play(AppointmentLifted{Appointment: id})
	sc.play(SlotChosen{Slot: agenda.Slot{Start: slot.End, End: slot.End.Add(20 * time.Minute), Kind: agenda.Free}})
	ask = did[AskOffice](sc.take())[0]
	sc.play(AskUnanswered{Mutation: ask.Mutation, Tag: ask.Tag})
	m := did[Mutate](sc.take())[0]
	check(t, "promised", m.Mutation.Change.(clients.MoveAppointment).Promised, true)
	sc.play(Applied(m))
	check(t, "ticket", sc.s.FrontTicket().Promise, PromiseOpen)
}

func TestAPromiseIsFollowed(t *testing.T) {
	for _, tc := range []struct {
		name string
		now  clients.Appointment
		want Promise
		said string
	}{
		{"the office has it", clients.Appointment{}, PromiseConfirmed, "promise.confirmed"},
		{"not yet", clients.Appointment{Unconfirmed: true}, PromiseOpen, "promise.open"},
		{"another has it too", clients.Appointment{Contested: true}, PromiseContested, "promise.contested"},
	} {
		sc := openLinked(t, OfficeCutOff)
		slot := sc.books()
		read := did[ReadLeases](sc.take())[0]
		sc.play(LeasesRead{Client: "durand", Booking: read.Booking})
		sc.play(Applied(did[Mutate](sc.take())[0]))
		a := tc.now
		a.ID, a.Client, a.Start, a.End = sc.s.FrontTicket().Booked, "durand", slot.Start, slot.End
		sc.play(AgendaLoaded{Client: "durand", From: noon.AddDate(0, 0, -9), To: noon.AddDate(0, 0, 60), Appointments: []clients.Appointment{a}})
		check(t, tc.name, sc.s.FrontTicket().Promise, tc.want)
		check(t, tc.name+": said", sc.notice(tc.said), true)
	}
}

func TestAnAnswerFindsItsTicketThoughAnotherIsInFront(t *testing.T) {
	sc := openLinked(t, OfficeInStep)
	sc.books()
	ticket, ask := sc.s.Front, did[AskOffice](sc.take())[0]
	sc.play(ClientOpened{Client: "petit"})
	sc.play(AskAnswered(ask))
	check(t, "its ticket", sc.s.Ticket(ticket).Promise, PromiseConfirmed)
	check(t, "not the other's", sc.s.FrontTicket().Booked, clients.ID(""))
}

func TestClosingPromisesWhatWasStillAsked(t *testing.T) {
	sc := openLinked(t, OfficeInStep)
	sc.books()
	sc.take()
	sc.play(CloseAsked{})
	c := did[Mutate](sc.take())[0].Mutation.Change.(clients.BookAppointment)
	check(t, "not lost", c.Appointment.Unconfirmed, true)
}

func TestASlotOnItsWayIsNotGivenTwice(t *testing.T) {
	sc := openLinked(t, OfficeInStep)
	slot := sc.books()
	sc.play(BookingLeft{})
	sc.play(SlotChosen{Slot: slot})
	sc.play(BookingTyped{Field: "name", Value: "M. Sec"})
	sc.take()
	sc.play(BookingConfirmed{})
	check(t, "asked", len(did[AskOffice](sc.take())), 0)
	check(t, "said", sc.notice("agenda.on-its-way"), true)
}
