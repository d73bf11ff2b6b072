package desk

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"permanence/clients"
	"permanence/clients/agenda"

	"pgregory.net/rapid"
)

// bureau is what an office and a store may honestly say to a desk in any order: late,
// never, or about the state before.
type bureau struct {
	asked   []AskOffice
	stored  []Mutate
	reads   []ReadLeases
	certain []clients.Appointment
	open    []clients.Appointment // promised, to be confirmed
}

// Whatever the line does, no two bookings of one time are certain, nothing typed
// vanishes, and no password stays anywhere.
func TestNoTwoBookingsAreCertain(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s, now, b := propertyDesk(), noon, &bureau{}
		s, _ = Step(s, Input{At: now, Event: OfficeChanged{OfficeLink{Phase: OfficeInStep, Desk: "here"}}})
		for i := range rapid.IntRange(1, 80).Draw(rt, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(0, 9).Draw(rt, "seconds")) * time.Second)
			e := b.anyEvent(rt, &s, i, now)
			before := printed(s)
			next, effects := Step(s, Input{At: now, ID: clients.ID(fmt.Sprint("id", i)), Next: clients.ID(fmt.Sprint("next", i)), Event: e})
			if after := printed(s); before != after {
				rt.Fatalf("%T changed the state it was given\nbefore %s\nafter  %s", e, before, after)
			}
			b.note(rt, e, effects)
			frontExists(rt, &next)
			oneVoice(rt, &next)
			if !sent(e) {
				nothingTypedVanishes(rt, &s, &next, e)
			}
			if all := fmt.Sprintf("%+v", next); strings.Contains(all, secretWord) {
				rt.Fatalf("%T left the password in the state", e)
			}
			s = next
		}
	})
}

const secretWord = "s3cr3t"

// sent reports whether a message was stored: its ticket may go then.
func sent(e Event) bool {
	a, ok := e.(Applied)
	_, message := a.Mutation.Change.(clients.TakeMessage)
	return ok && message
}

// note keeps what the desk asked for, and looks at what it is certain of.
func (b *bureau) note(rt *rapid.T, e Event, effects []Effect) {
	b.asked = append(b.asked, did[AskOffice](effects)...)
	b.stored = append(b.stored, did[Mutate](effects)...)
	for _, r := range did[ReadLeases](effects) {
		if r.Booking != "" {
			b.reads = append(b.reads, r)
		}
	}
	if a, ok := e.(AskAnswered); ok {
		if book, ok := a.Mutation.Change.(clients.BookAppointment); ok && !book.Anyway {
			b.sure(rt, book.Appointment)
		}
	}
	for _, m := range did[Mutate](effects) {
		book, ok := m.Mutation.Change.(clients.BookAppointment)
		switch {
		case ok && book.Lease != "":
			b.sure(rt, book.Appointment)
		case ok && !book.Appointment.Unconfirmed:
			rt.Fatalf("%+v is certain without anybody's word", book)
		case ok:
			b.open = append(b.open, book.Appointment)
		}
	}
}

func (b *bureau) sure(rt *rapid.T, a clients.Appointment) {
	for _, other := range b.certain {
		if a.Overlaps(other) {
			rt.Fatalf("two are certain: %+v and %+v", a, other)
		}
	}
	b.certain = append(b.certain, a)
}

// free reports whether the office may take a booking: it knows all that was certain,
// for a lease is the office's own word.
func (b *bureau) free(c clients.Change) bool {
	book, ok := c.(clients.BookAppointment)
	for _, other := range b.certain {
		if ok && book.Appointment.Overlaps(other) {
			return false
		}
	}
	return true
}

// leases are on every free slot that the desk shows, whether used meanwhile or not: the
// list may have been read before.
func leasesOf(s *State) (list []clients.Lease) {
	for i, slot := range s.Agenda.Slots {
		desk := clients.ID("here")
		if i%3 == 2 {
			desk = "there"
		}
		list = append(list, clients.Lease{
			ID: clients.ID(fmt.Sprint("l", slot.Start.Unix())), Client: s.Agenda.Client, Desk: desk, Start: slot.Start, End: slot.End,
		})
	}
	return list
}

func (b *bureau) anyEvent(rt *rapid.T, s *State, i int, now time.Time) Event {
	if rapid.IntRange(0, 3).Draw(rt, "what") == 0 {
		return anyEvent(rt, s, i, now)
	}
	if e, ok := b.anyAnswer(rt, s); ok {
		return e
	}
	if rapid.IntRange(0, 2).Draw(rt, "books") > 0 {
		return b.anyBooking(rt, s, now)
	}
	phase := rapid.SampledFrom([]OfficePhase{OfficeInStep, OfficeCutOff, OfficeBehind, OfficeLogin, OfficeInStep}).Draw(rt, "phase")
	standing := rapid.SampledFrom([]Standing{StandingHere, StandingLost}).Draw(rt, "standing")
	taken := rapid.SampledFrom([]clients.ID{"", "there"}).Draw(rt, "taken")
	theirs := Presence{Desk: "there", Name: "Julie", Standing: standing, Drafts: []RemoteDraft{{Ticket: "hers", Message: clients.Message{Client: "durand", Text: "x"}}}}
	ours := Presence{Desk: "here", Drafts: []RemoteDraft{{Ticket: s.Front, Taken: taken}}}
	return rapid.SampledFrom([]Event{
		OfficeChanged{OfficeLink{Phase: phase, Desk: "here"}},
		OfficeChanged{OfficeLink{Phase: OfficeInStep, Desk: "here"}},
		OfficeChanged{OfficeLink{Phase: OfficeCutOff, Desk: "here"}},
		ClientOpened{Client: "durand"},
		AgendaLoaded{Client: "durand", From: midnight(now).AddDate(0, 0, -7), To: midnight(now).AddDate(0, 0, 60)},
		AgendaLoaded{Client: "durand", From: midnight(now).AddDate(0, 0, -7), To: midnight(now).AddDate(0, 0, 60), Appointments: b.certain},
		NextFreePressed{},
		BookingTyped{Field: "name", Value: "Mme Roc"},
		BookingConfirmed{},
		BookingConfirmed{},
		BookingConfirmed{Anyway: true},
		BookingLeft{},
		LeasesRead{Client: s.Agenda.Client, Leases: leasesOf(s)},
		DesksChanged{Desks: []Presence{theirs, ours}},
		SharedChanged{Clients: []clients.ID{"durand", "petit"}, Agendas: []clients.ID{"durand"}, Conflicts: true},
		SharedChanged{Reset: true},
		ClientGone{Client: "durand"},
		DirectoryRead{Clients: []clients.Client{durand(), petit()}},
		ConflictsRead{[]clients.Conflict{overlap(), field(`["a"]`, `["b"]`)}},
		ConflictOpened{Conflict: "o"},
		ConflictSettled{Conflict: "o", Choice: clients.KeepEarlier},
		ConflictSettled{Conflict: "k", Choice: clients.KeepBoth},
		SettlingUndone{},
		TakeOverPressed{Desk: "there", Ticket: "hers"},
		TakenOver{Desk: "there", Draft: theirs.Drafts[0]},
		TakeOverRefused{Desk: "there", Ticket: "hers"},
		LoginAsked{Name: "julie", Password: secretWord},
		LoggedIn{Operator: clients.Operator{ID: "julie"}},
		PairAsked{Address: "office", Code: secretWord},
		PairingChanged{Step: PairingFailed},
		LogoutPressed{},
		AwayPressed{Reason: "pause"},
		OutboxRead{},
		SendPressed{},
	}).Draw(rt, "event")
}

// anyBooking is a step towards giving one of a few slots to somebody, in step or not.
func (b *bureau) anyBooking(rt *rapid.T, s *State, now time.Time) Event {
	if s.Agenda.Client != "durand" {
		return ClientOpened{Client: "durand"}
	}
	if k := s.Agenda.Booking; k != nil && k.Name == "" {
		return BookingTyped{Field: "name", Value: "Mme Roc"}
	}
	from, to := midnight(now).AddDate(0, 0, -7), midnight(now).AddDate(0, 0, 60)
	events := []Event{
		OfficeChanged{OfficeLink{Phase: OfficeInStep, Desk: "here"}},
		OfficeChanged{OfficeLink{Phase: OfficeCutOff, Desk: "here"}},
		AgendaLoaded{Client: "durand", From: from, To: to},
		AgendaLoaded{Client: "durand", From: from, To: to, Appointments: b.certain},
		BookingLeft{},
		BookingConfirmed{},
		BookingConfirmed{Anyway: true},
	}
	for _, slot := range s.Agenda.Slots {
		if slot.Kind == agenda.Free && len(events) < 10 {
			events = append(events, SlotChosen{Slot: slot})
		}
	}
	if s.Agenda.Booking != nil {
		events = append(events, BookingConfirmed{}, BookingConfirmed{}, BookingConfirmed{})
	}
	return rapid.SampledFrom(events).Draw(rt, "booking")
}

// anyAnswer answers something that the desk waits for, or not yet.
func (b *bureau) anyAnswer(rt *rapid.T, s *State) (Event, bool) {
	answers := rapid.IntRange(0, 2).Draw(rt, "answers") > 0
	switch {
	case answers && len(b.asked) > 0:
		a := b.asked[0]
		b.asked = b.asked[1:]
		if rapid.Bool().Draw(rt, "silent") || !b.waits(s, a) {
			return AskUnanswered{Mutation: a.Mutation, Tag: a.Tag}, true
		}
		if b.free(a.Mutation.Change) {
			return AskAnswered(a), true
		}
		return ApplyFailed{Mutation: a.Mutation, Tag: a.Tag, Problem: Problem{Code: "agenda.overlap"}, Overlap: b.certain}, true
	case answers && len(b.reads) > 0:
		r := b.reads[0]
		b.reads = b.reads[1:]
		return LeasesRead{Client: r.Client, Booking: r.Booking, Leases: leasesOf(s)}, true
	case answers && len(b.stored) > 0:
		m := b.stored[0]
		b.stored = b.stored[1:]
		return Applied(m), true
	}
	return nil, false
}

// waits reports whether the desk has not gone on without the answer.
func (b *bureau) waits(s *State, a AskOffice) bool {
	t := turn{State: *s}
	asked, found := t.asked(a.Mutation.ID)
	return found && asked.step == asksOffice
}
