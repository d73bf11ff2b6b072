package desk

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"permanence/clients"
	"permanence/phone"
)

func arrival(id phone.CallID) Event {
	return PhoneReported{phone.CallArrived{Call: id, Line: "l1", At: noon, Invite: phone.Invite{
		Caller: phone.Identity{Number: "+33639980001"},
		Called: []phone.CalledHint{{Source: phone.FromTo, Number: "+33536490001"}},
	}}}
}

func TestRunAnswersACallAndLearnsTheCaller(t *testing.T) {
	r := run(t)
	r.Send(arrival("a"))
	r.Send(AnswerPressed{})
	r.until(t, "caller known", func(s State) bool { return len(s.Calls) == 1 && s.Calls[0].KnownAs == "Mme Lefèvre" })
	r.Send(PhoneReported{phone.CallAnswered{Call: "a", At: noon}})
	r.Send(PhoneReported{phone.CallEnded{Call: "a", Cause: phone.HungUpThere, At: noon}})
	r.stop()
	check(t, "commands", slices.Contains(r.phone.commands, "answer a"), true)
	check(t, "journal", slices.Equal(r.store.lines(), []JournalKind{JournalArrived, JournalAnswered, JournalEnded}), true)
}

func TestRefusedCommandComesBackAsAnEvent(t *testing.T) {
	r := run(t)
	r.phone.refuseAll(phone.ErrWrongState)
	r.Send(arrival("a"))
	r.Send(AnswerPressed{})
	r.until(t, "refusal", func(s State) bool {
		return slices.ContainsFunc(s.Notices, func(n Notice) bool { return n.Code == "phone.too-late" })
	})
}

func TestJournalHasNoHolesAfterAFullDisk(t *testing.T) {
	r := run(t)
	r.store.setFull(true)
	r.Send(arrival("a"))
	r.Send(PhoneReported{phone.CallAnswered{Call: "a", At: noon}})
	r.until(t, "alarm", func(s State) bool { return s.Store.Failing })
	check(t, "nothing on disk", len(r.store.lines()), 0)
	r.store.setFull(false)
	r.tick <- noon
	r.until(t, "recovered", func(s State) bool { return !s.Store.Failing })
	r.Send(PhoneReported{phone.CallEnded{Call: "a", Cause: phone.HungUpThere, At: noon}})
	r.stop()
	check(t, "all, in order", slices.Equal(r.store.lines(), []JournalKind{JournalArrived, JournalAnswered, JournalEnded}), true)
}

func TestSearchRunsForTheNewestKeyOnly(t *testing.T) {
	r := run(t)
	r.store.gate = make(chan struct{})
	for _, q := range []string{"d", "du", "dur", "dura", "duran"} {
		r.Send(SearchTyped{Query: q})
	}
	r.until(t, "typed", func(s State) bool { return s.Search.Query == "duran" })
	close(r.store.gate)
	r.until(t, "found", func(s State) bool { return len(s.Search.Hits) == 1 && s.Search.Hits[0].Title == "duran" })
	r.stop()
	if n := len(r.store.searches); n > 2 {
		t.Errorf("%d searches for one word typed: %v", n, r.store.searches)
	}
}

func TestTestButtonReportsWhatTheServerSaid(t *testing.T) {
	r := run(t)
	r.Send(LineTested{Line: phone.Line{ID: "l1"}})
	s := r.until(t, "result", func(s State) bool { c := s.Checks["line:l1"]; return !c.Running && c.Code != "" })
	check(t, "detail", s.Checks["line:l1"].Detail, "refused")
}

// broken is an event whose handling has a fault.
type broken struct{ password string }

func (broken) apply(*turn) { panic(errors.New("fault")) }

func TestAFaultInAStepDoesNotStopTheDesk(t *testing.T) {
	r := run(t)
	r.Send(broken{password: "s3cr3t"})
	r.Send(arrival("a"))
	r.until(t, "call after the fault", func(s State) bool { return len(s.Calls) == 1 })
	r.stop()
	check(t, "the fault is logged", strings.Contains(r.log.String(), "desk.broken"), true)
	check(t, "and no password", strings.Contains(r.log.String(), "s3cr3t"), false)
}

func TestClosingDoesNotWaitForATestButton(t *testing.T) {
	r := run(t)
	r.lines.hang.Store(true)
	r.Send(LineTested{Line: phone.Line{ID: "l1"}})
	r.until(t, "the test runs", func(s State) bool { return s.Checks["line:l1"].Running })
	<-r.lines.asked
	r.stop()
}

func TestASlowReaderSeesTheNewestState(t *testing.T) {
	r := run(t)
	states, cancel := r.Subscribe()
	defer cancel()
	for _, id := range []phone.CallID{"a", "b", "c"} {
		r.Send(arrival(id))
	}
	r.until(t, "three calls", func(s State) bool { return len(s.Calls) == 3 })
	check(t, "newest", len((<-states).Calls), 3)
}

// slowOffice answers nothing until it is given up, and remembers what it was told.
type slowOffice struct {
	Alone
	asked chan clients.Mutation
}

func (o slowOffice) Ask(ctx context.Context, m clients.Mutation) error {
	o.asked <- m
	<-ctx.Done()
	return ctx.Err()
}

func TestABookingThatIsAskedIsNotLostWhenTheProgramEnds(t *testing.T) {
	office := slowOffice{asked: make(chan clients.Mutation, 1)}
	r := runWith(t, office)
	r.Send(OfficeChanged{OfficeLink{Phase: OfficeInStep, Desk: "here"}})
	r.Send(ClientOpened{Client: "durand"})
	r.until(t, "agenda", func(s State) bool { return s.Agenda.Next != nil })
	r.Send(NextFreePressed{})
	r.Send(BookingTyped{Field: "name", Value: "Mme Roc"})
	r.Send(BookingConfirmed{})
	asked := <-office.asked
	r.stop()
	check(t, "stored", len(r.store.applied), 1)
	check(t, "the same UUID", r.store.applied[0].ID, asked.ID)
	check(t, "to be confirmed", r.store.applied[0].Change.(clients.BookAppointment).Promised, true)
}

func TestWhatOnlyAnOfficeCanDoIsRefusedAlone(t *testing.T) {
	r := run(t)
	r.Send(PairAsked{Address: "nowhere", Code: "x"})
	s := r.until(t, "refusal", func(s State) bool { return s.Office.Pairing != nil && s.Office.Pairing.Step == PairingFailed })
	check(t, "why", s.Office.Pairing.Problem.Code, "office.none")
}
