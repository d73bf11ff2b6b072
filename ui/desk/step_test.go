package desk

import (
	"testing"
	"time"

	"permanence/clients"
	"permanence/clients/agenda"
	"permanence/phone"
)

func TestCalledClientIsFoundAndSaysHow(t *testing.T) {
	to := func(n phone.Number) phone.CalledHint { return phone.CalledHint{Source: phone.FromTo, Number: n} }
	div := func(n phone.Number) phone.CalledHint {
		return phone.CalledHint{Source: phone.FromDiversion, Number: n}
	}
	for _, c := range []struct {
		name   string
		hints  []phone.CalledHint
		client clients.ID
		code   string
		number phone.Number
	}{
		{"own number", []phone.CalledHint{to("+33536490001")}, "durand", "found.did", "+33536490001"},
		{"forwarded", []phone.CalledHint{to("+33100000000"), div("+33536490002")}, "petit", "found.diversion", "+33536490002"},
		{"both agree", []phone.CalledHint{to("+33536490001"), div("+33536490001")}, "durand", "found.did-diversion", "+33536490001"},
		{"they disagree", []phone.CalledHint{to("+33536490001"), div("+33536490002")}, "durand", "found.disagree", "+33536490001"},
		{"nobody's", []phone.CalledHint{to(""), to("+33536499999")}, "", "found.none", "+33536499999"},
		{"no number at all", nil, "", "found.none", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			id, f := find(NewDirectory([]clients.Client{durand(), petit()}), c.hints)
			check(t, "client", id, c.client)
			check(t, "code", f.Code, c.code)
			check(t, "number", f.Number, c.number)
		})
	}
}

func TestFirstCallComesToTheFrontAndRings(t *testing.T) {
	sc := openDesk(t)
	sc.rings("a", "+33536490001")
	check(t, "front client", sc.s.FrontClient().Name, "Maître Durand")
	check(t, "prefilled number", sc.s.FrontTicket().Draft.Message.Number, "06 39 98 00 01")
	did1 := sc.take()
	check(t, "signal", did[PlaySignal](did1)[0].Signal, Ring)
	check(t, "journal", did[AppendJournal](did1)[0].Entry.Kind, JournalArrived)
	check(t, "raw kept", string(did[AppendJournal](did1)[0].Entry.Raw), "INVITE")
}

func TestSecondCallDoesNotCoverTheFirst(t *testing.T) {
	sc := openDesk(t)
	sc.rings("a", "+33536490001")
	sc.talks("a")
	sc.take()
	sc.rings("b", "+33536490002")
	check(t, "front", sc.s.FrontClient().Name, "Maître Durand")
	check(t, "signal", did[PlaySignal](sc.take())[0].Signal, SecondCall)
}

func TestCallDoesNotCoverAMessageBeingTyped(t *testing.T) {
	sc := openDesk(t)
	sc.rings("a", "+33536490001")
	sc.talks("a")
	sc.play(DraftTyped{Ticket: sc.s.Front, Field: "text", Value: "Rappeler"})
	sc.ends("a", phone.HungUpThere)
	sc.rings("b", "+33536490002")
	check(t, "front", sc.s.FrontClient().Name, "Maître Durand")
}

func TestAnsweringHoldsTheOther(t *testing.T) {
	sc := openDesk(t)
	sc.rings("a", "+33536490001")
	sc.talks("a")
	sc.rings("b", "+33536490002")
	sc.take()
	sc.talks("b")
	check(t, "a", sc.phase("a"), Held)
	check(t, "b", sc.phase("b"), Talking)
	check(t, "front", sc.s.FrontClient().Name, "Dr Petit")

	sc.play(HoldPressed{Call: "a"})
	effects := sc.take()
	check(t, "b is put on hold first", did[Hold](effects)[0].Call, phone.CallID("b"))
	check(t, "a is resumed", did[Resume](effects)[0].Call, phone.CallID("a"))
}

func TestMissedCalls(t *testing.T) {
	for _, c := range []struct {
		cause  phone.EndCause
		missed int
	}{
		{phone.CallerGaveUp, 1},
		{phone.AnsweredElsewhere, 0},
		{phone.RejectedHere, 0},
		{phone.MediaLost, 1},
	} {
		t.Run(string(c.cause), func(t *testing.T) {
			sc := openDesk(t)
			sc.rings("a", "+33536490001")
			sc.ends("a", c.cause)
			check(t, "missed", sc.s.Missed, c.missed)
			check(t, "in history", sc.s.History[0].Missed, c.missed == 1)
			check(t, "ticket gone", len(sc.s.Tickets), 0)
			check(t, "front", sc.s.Front, clients.ID(""))
			check(t, "silence", sc.s.signal(), Silence)
		})
	}
}

func TestUnknownNumberIsAnsweredAndItsMessageKept(t *testing.T) {
	sc := openDesk(t)
	sc.rings("a", "+33536499999")
	sc.talks("a")
	front := sc.s.Front
	sc.play(DraftTyped{Ticket: front, Field: "text", Value: "Erreur de numéro ?"})
	sc.ends("a", phone.HungUpThere)
	sc.take()
	sc.play(SendPressed{})
	m := did[Mutate](sc.take())[0]
	take := m.Mutation.Change.(clients.TakeMessage)
	check(t, "called number", take.Message.Called, "+33536499999")
	check(t, "text", take.Message.Text, "Erreur de numéro ?")
	sc.play(Applied(m))
	check(t, "says that nobody receives it", sc.notice("message.no-recipient"), true)
	check(t, "ticket gone", len(sc.s.Tickets), 0)
}

func TestAssigningAClientToAnUnknownCall(t *testing.T) {
	sc := openDesk(t)
	sc.rings("a", "+33536499999")
	sc.take()
	sc.play(ClientAssigned{Ticket: sc.s.Front, Client: "petit"})
	check(t, "client", sc.s.FrontClient().Name, "Dr Petit")
	check(t, "call's client", sc.s.Call("a").Client, clients.ID("petit"))
	check(t, "journal", did[AppendJournal](sc.take())[0].Entry.Entry.ClientName, "Dr Petit")
}

func TestDraftIsSavedAsItIsTyped(t *testing.T) {
	sc := openDesk(t)
	sc.rings("a", "+33536490001")
	front := sc.s.Front
	sc.take()
	sc.play(DraftTyped{Ticket: front, Field: "text", Value: "R"})
	sc.play(DraftTyped{Ticket: front, Field: "text", Value: "Ra"})
	saves := did[KeepDraft](sc.take())
	check(t, "one save at a time", len(saves), 1)
	check(t, "not said to be saved", sc.s.FrontTicket().Draft.Dirty, true)

	sc.play(DraftKept{Ticket: front, At: sc.now, Stroke: saves[0].Stroke})
	saves = did[KeepDraft](sc.take())
	check(t, "what came meanwhile is saved next", saves[0].Draft.Message.Text, "Ra")
	sc.play(DraftKept{Ticket: front, At: sc.now, Stroke: saves[0].Stroke})
	check(t, "clean", sc.s.FrontTicket().Draft.Dirty, false)
	check(t, "no more saves", len(did[KeepDraft](sc.take())), 0)
}

func TestDraftThatCouldNotBeSavedIsTriedAgain(t *testing.T) {
	sc := openDesk(t)
	sc.rings("a", "+33536490001")
	front := sc.s.Front
	sc.play(DraftTyped{Ticket: front, Field: "text", Value: "R"})
	sc.play(DraftNotKept{Ticket: front, Problem: Problem{Code: "store.disk-full"}})
	check(t, "error shown", sc.s.FrontTicket().Draft.Error, "store.disk-full")
	sc.take()
	sc.later(time.Second)
	check(t, "tried again", len(did[KeepDraft](sc.take())), 1)
}

func TestRequiredFieldsStopAMessageOnce(t *testing.T) {
	sc := openDesk(t)
	sc.rings("a", "+33536490001")
	sc.play(DraftTyped{Ticket: sc.s.Front, Field: "text", Value: "Bonjour"})
	sc.take()
	sc.play(SendPressed{})
	check(t, "stopped", len(did[Mutate](sc.take())), 0)
	check(t, "says why", sc.notice("message.missing"), true)
	sc.play(SendPressed{})
	check(t, "the second press sends", len(did[Mutate](sc.take())), 1)
}

func TestMessageIsOnlySaidSentAfterTheCommit(t *testing.T) {
	sc := openDesk(t)
	sc.rings("a", "+33536490001")
	sc.talks("a")
	front := sc.s.Front
	sc.play(CallTypeChosen{Ticket: front, Key: "urgent"})
	sc.play(DraftTyped{Ticket: front, Field: "field:dossier", Value: "2026-0417"})
	sc.ends("a", phone.HungUpThere)
	sc.take()
	sc.play(SendPressed{})
	m := did[Mutate](sc.take())[0]
	take := m.Mutation.Change.(clients.TakeMessage)
	check(t, "urgent", take.Message.Urgent, true)
	check(t, "recipient", take.Recipients[0].Address, "durand@example.org")
	check(t, "still on the desk", len(sc.s.Tickets), 1)

	sc.play(ApplyFailed{Mutation: m.Mutation, Tag: m.Tag, Problem: Problem{Code: "store.disk-full"}})
	check(t, "text kept", sc.s.FrontTicket().Draft.Message.Fields["dossier"], "2026-0417")
	check(t, "alarm", sc.notice("store.disk-full"), true)

	sc.play(SendPressed{})
	again := did[Mutate](sc.take())[0]
	check(t, "same message", again.Mutation.Change.(clients.TakeMessage).Message.ID, take.Message.ID)
	sc.play(Applied(again))
	check(t, "gone", len(sc.s.Tickets), 0)
	check(t, "history shows it waiting", sc.s.History[0].Delivery, clients.Waiting)
	check(t, "courier woken", len(did[WakeCourier](sc.take())), 1)
}

func TestSendingDuringTheCallKeepsTheTicketUntilItsEnd(t *testing.T) {
	sc := openDesk(t)
	sc.rings("b", "+33536490002")
	sc.talks("b")
	sc.play(DraftTyped{Ticket: sc.s.Front, Field: "text", Value: "Vu"})
	sc.take()
	sc.play(SendPressed{})
	sc.play(Applied(did[Mutate](sc.take())[0]))
	check(t, "card stays", sc.s.FrontClient().Name, "Dr Petit")
	check(t, "fresh message", sc.s.FrontTicket().Draft.Message.Text, "")
	sc.ends("b", phone.HungUpHere)
	check(t, "then it goes", len(sc.s.Tickets), 0)
}

func TestAnsweredCallWithoutMessageStaysInHand(t *testing.T) {
	sc := openDesk(t)
	sc.rings("a", "+33536490001")
	sc.talks("a")
	sc.ends("a", phone.HungUpThere)
	check(t, "still there", len(sc.s.Tickets), 1)
	sc.play(TicketPutAway{})
	check(t, "put away", len(sc.s.Tickets), 0)
}

func TestUnwantedCallLeavesNothingBehind(t *testing.T) {
	sc := openDesk(t)
	sc.rings("a", "+33536490001")
	sc.talks("a")
	sc.play(CallTypeChosen{Ticket: sc.s.Front, Key: "spam"})
	sc.ends("a", phone.HungUpHere)
	check(t, "tickets", len(sc.s.Tickets), 0)
	check(t, "history knows", sc.s.History[0].CallType, "spam")
}

func TestPuttingAwayAMessageAsksFirst(t *testing.T) {
	sc := openDesk(t)
	sc.rings("a", "+33536490001")
	sc.talks("a")
	sc.play(DraftTyped{Ticket: sc.s.Front, Field: "text", Value: "Important"})
	sc.ends("a", phone.HungUpThere)
	sc.play(TicketPutAway{})
	check(t, "kept", len(sc.s.Tickets), 1)
	check(t, "asks", sc.notice("ticket.has-message"), true)
	sc.play(TicketPutAway{Anyway: true})
	check(t, "gone", len(sc.s.Tickets), 0)
}

func TestDialling(t *testing.T) {
	sc := openDesk(t)
	sc.play(DialPressed{Target: "06 39 98 00 02"})
	d := did[Dial](sc.take())[0]
	check(t, "target", d.To.Target, "+33639980002")
	sc.play(PhoneReported{phone.CallRinging{Call: d.Call}})
	check(t, "ring-back", did[PlaySignal](sc.take())[0].Signal, RingBack)
	sc.ends(d.Call, phone.Busy)
	check(t, "busy tone", did[PlaySignal](sc.take())[0].Signal, BusyTone)
	check(t, "says why", sc.notice("dial.busy"), true)
	sc.later(4 * time.Second)
	check(t, "then silence", did[PlaySignal](sc.take())[0].Signal, Silence)
}

func TestDiallingWithoutALine(t *testing.T) {
	sc := openDesk(t)
	sc.play(PhoneReported{phone.LineChanged{Line: "l1", State: phone.LineUnreachable}})
	check(t, "alarm", sc.notice("line.unreachable"), true)
	sc.take()
	sc.play(DialPressed{Target: "0639980002"})
	check(t, "nothing dialled", len(did[Dial](sc.take())), 0)
	check(t, "says why", sc.notice("dial.no-line"), true)
	sc.play(PhoneReported{phone.LineChanged{Line: "l1", State: phone.LineRegistered}})
	check(t, "alarm withdrawn", sc.notice("line.unreachable"), false)
}

func TestRefusedCommandIsTakenBack(t *testing.T) {
	sc := openDesk(t)
	sc.rings("a", "+33536490001")
	sc.play(AnswerPressed{})
	sc.play(CommandRefused{Call: "a", Command: "answer", Code: "phone.too-late"})
	check(t, "pending", sc.s.Call("a").Pending, "")
	check(t, "says so", sc.notice("phone.too-late"), true)
}

func TestNextFreeSlotIsBookedInTwoKeys(t *testing.T) {
	sc := openDesk(t)
	sc.rings("a", "+33536490001")
	l := did[LoadAgenda](sc.take())[0]
	sc.play(AgendaLoaded{Client: "durand", From: l.From, To: l.To, Appointments: []clients.Appointment{
		{ID: "x", Client: "durand", Start: noon, End: noon.Add(40 * time.Minute), Name: "M. Vidal"},
	}})
	check(t, "next free", sc.s.Agenda.Next.Start, noon.Add(40*time.Minute))
	sc.play(NextFreePressed{})
	check(t, "prefilled", sc.s.Agenda.Booking.Number, "06 39 98 00 01")
	sc.play(BookingTyped{Field: "name", Value: "Mme Lefèvre"})
	sc.take()
	sc.play(BookingConfirmed{})
	m := did[Mutate](sc.take())[0]
	check(t, "slot", m.Mutation.Change.(clients.BookAppointment).Appointment.Start, noon.Add(40*time.Minute))
	sc.play(BookingConfirmed{})
	check(t, "a second Enter books nothing more", len(did[Mutate](sc.take())), 0)
	sc.play(Applied(m))
	check(t, "closed", sc.s.Agenda.Booking == nil, true)
	check(t, "ticket knows", sc.s.FrontTicket().Booked != "", true)
	check(t, "read again", len(did[LoadAgenda](sc.take())), 1)

	sc.play(AgendaUndone{})
	undo := did[Mutate](sc.take())[0]
	check(t, "undo cancels", undo.Mutation.Change.(clients.CancelAppointment).Restore, false)
	sc.play(Applied(undo))
	check(t, "an undo is not undone", sc.s.Agenda.LastChange == nil, true)
}

func TestSecondF7OffersTheSlotAfter(t *testing.T) {
	sc := openDesk(t)
	sc.rings("a", "+33536490001")
	l := did[LoadAgenda](sc.take())[0]
	sc.play(AgendaLoaded{Client: "durand", From: l.From, To: l.To})
	sc.play(NextFreePressed{})
	first := sc.s.Agenda.Booking.Slot.Start
	sc.play(BookingTyped{Field: "name", Value: "Mme Lefèvre"})
	sc.play(NextFreePressed{})
	check(t, "next", sc.s.Agenda.Booking.Slot.Start, first.Add(20*time.Minute))
	check(t, "name kept", sc.s.Agenda.Booking.Name, "Mme Lefèvre")
}

func TestOverlapAsksBeforeBookingAnyway(t *testing.T) {
	sc := openDesk(t)
	sc.rings("a", "+33536490001")
	l := did[LoadAgenda](sc.take())[0]
	sc.play(AgendaLoaded{Client: "durand", From: l.From, To: l.To})
	sc.play(NextFreePressed{})
	sc.play(BookingTyped{Field: "name", Value: "Mme Lefèvre"})
	sc.play(BookingConfirmed{})
	m := did[Mutate](sc.take())[0]
	other := clients.Appointment{ID: "y", Name: "M. Arnaud"}
	sc.play(ApplyFailed{Mutation: m.Mutation, Tag: m.Tag, Problem: Problem{Code: "agenda.overlap"}, Overlap: []clients.Appointment{other}})
	check(t, "asks", sc.s.Agenda.Booking.Overlap[0].Name, "M. Arnaud")
	sc.take()
	sc.play(BookingConfirmed{Anyway: true})
	check(t, "anyway", did[Mutate](sc.take())[0].Mutation.Change.(clients.BookAppointment).Anyway, true)
}

func TestUrgentCallersMayHaveTheEmergencyRange(t *testing.T) {
	sc := openDesk(t)
	sc.rings("a", "+33536490001")
	l := did[LoadAgenda](sc.take())[0]
	sc.play(AgendaLoaded{Client: "durand", From: l.From, To: l.To, Appointments: []clients.Appointment{
		{ID: "x", Client: "durand", Start: noon, End: noon.Add(3 * time.Hour)},
	}})
	check(t, "after the reserved range", sc.s.Agenda.Next.Start, noon.Add(4*time.Hour))
	sc.play(CallTypeChosen{Ticket: sc.s.Front, Key: "urgent"})
	check(t, "inside it", sc.s.Agenda.Next.Start, noon.Add(3*time.Hour))
	check(t, "kind", sc.s.Agenda.Next.Kind, agenda.Emergency)
}

func TestMovingAndCancellingCanBeUndone(t *testing.T) {
	sc := openDesk(t)
	sc.rings("a", "+33536490001")
	l := did[LoadAgenda](sc.take())[0]
	x := clients.Appointment{ID: "x", Client: "durand", Name: "M. Vidal", Start: noon, End: noon.Add(20 * time.Minute)}
	sc.play(AgendaLoaded{Client: "durand", From: l.From, To: l.To, Appointments: []clients.Appointment{x}})
	sc.play(AppointmentLifted{Appointment: "x"})
	sc.play(SlotChosen{Slot: agenda.Slot{Start: noon.Add(time.Hour), End: noon.Add(80 * time.Minute), Kind: agenda.Free}})
	m := did[Mutate](sc.take())[0]
	check(t, "moved to", m.Mutation.Change.(clients.MoveAppointment).Start, noon.Add(time.Hour))
	sc.play(Applied(m))
	sc.play(AgendaUndone{})
	back := did[Mutate](sc.take())[0]
	check(t, "moved back to", back.Mutation.Change.(clients.MoveAppointment).Start, noon)
	sc.play(Applied(back))

	sc.play(AppointmentCancelled{Appointment: "x"})
	sc.play(Applied(did[Mutate](sc.take())[0]))
	sc.play(AgendaUndone{})
	check(t, "restored", did[Mutate](sc.take())[0].Mutation.Change.(clients.CancelAppointment).Restore, true)
}

func TestAgendaFollowsTheClientInFront(t *testing.T) {
	sc := openDesk(t)
	sc.rings("a", "+33536490001")
	check(t, "durand's", sc.s.Agenda.Client, clients.ID("durand"))
	sc.talks("a")
	sc.rings("b", "+33536490002")
	sc.talks("b")
	check(t, "Dr Petit has none", sc.s.Agenda.Client, clients.ID(""))
}

func TestEditingAClientSendsOnlyWhatChanged(t *testing.T) {
	sc := openDesk(t)
	c := durand()
	c.Instructions = "Absente du 1er au 5 décembre."
	sc.take()
	sc.play(ClientSaved{Client: c, Saw: 3})
	m := did[Mutate](sc.take())[0]
	p := m.Mutation.Change.(clients.PatchClient)
	check(t, "fields", len(p.Fields), 1)
	check(t, "instructions", string(p.Fields["instructions"]), `"Absente du 1er au 5 décembre."`)
	sc.play(Applied(m))
	check(t, "read again", did[LoadClient](sc.take())[0].Client, clients.ID("durand"))
	sc.play(ClientLoaded{Client: c})
	check(t, "in the directory", sc.s.Directory.Client("durand").Instructions, c.Instructions)
	check(t, "still found by its number", sc.s.Directory.ByDID("+33536490001").ID, clients.ID("durand"))
}

func TestNewPasswordMakesTheLineTryAgain(t *testing.T) {
	sc := openDesk(t)
	sc.take()
	s := sc.s.Settings
	sc.play(SettingsSaved{Settings: s, Secrets: map[string]string{"line:l1": "secret"}})
	check(t, "kept first", len(did[KeepSettings](sc.take())), 1)
	sc.play(SettingsKept{Settings: s, Secrets: []string{"line:l1"}})
	lines := did[SetLines](sc.take())
	check(t, "leaves", len(lines[0].Lines), 0)
	check(t, "comes back", len(lines[1].Lines), 1)
}

func TestDiskThatRefusesIsSaidAndTried(t *testing.T) {
	sc := openDesk(t)
	sc.play(StoreFailed{What: "journal", Problem: Problem{Code: "store.disk-full"}})
	check(t, "alarm", sc.notice("store.disk-full"), true)
	sc.take()
	sc.later(time.Second)
	check(t, "tries", len(did[FlushJournal](sc.take())), 1)
	sc.play(StoreRecovered{})
	check(t, "withdrawn", sc.notice("store.disk-full"), false)
}

func TestRemarksGoAwayByThemselves(t *testing.T) {
	sc := openDesk(t)
	sc.play(DialPressed{Target: "pas un numéro"})
	check(t, "there", sc.notice("dial.bad-number"), true)
	sc.later(time.Minute)
	check(t, "gone", sc.notice("dial.bad-number"), false)
}

func TestDraftsComeBackAfterACrash(t *testing.T) {
	sc := &scene{t: t, now: noon, s: State{Now: noon, Directory: NewDirectory(nil)}}
	sc.play(Loaded{Snapshot: Snapshot{
		Clients: []clients.Client{durand()},
		Drafts: []SavedDraft{{
			Ticket: "t1", Call: "gone", Client: "durand", SavedAt: noon.Add(-time.Hour),
			Message: clients.Message{ID: "t1", Client: "durand", Text: "Demande à avancer l'audience"},
		}},
		Interrupted: 1,
	}})
	check(t, "in front", sc.s.FrontTicket().Draft.Message.Text, "Demande à avancer l'audience")
	check(t, "says what happened", sc.notice("store.interrupted"), true)
	sc.rings("b", "+33536490002")
	check(t, "not covered by a call", sc.s.FrontTicket().ID, clients.ID("t1"))
}

func TestOlderSearchDoesNotReplaceANewerOne(t *testing.T) {
	sc := openDesk(t)
	sc.play(SearchTyped{Query: "du"})
	sc.play(SearchTyped{Query: "dur"})
	sc.play(SearchDone{Query: "du", Hits: []Hit{{Title: "old"}}})
	check(t, "ignored", len(sc.s.Search.Hits), 0)
	sc.play(SearchDone{Query: "dur", Hits: []Hit{{Title: "Maître Durand"}}})
	check(t, "shown", sc.s.Search.Hits[0].Title, "Maître Durand")
}

func TestFirstOperatorTakesTheDesk(t *testing.T) {
	sc := openDesk(t)
	sc.take()
	sc.play(OperatorSaved{Operator: clients.Operator{Name: "Léa"}})
	m := did[Mutate](sc.take())[0]
	sc.play(Applied(m))
	check(t, "operator", sc.s.Operator.Name, "Léa")
	check(t, "kept in the settings", did[KeepSettings](sc.take())[0].Settings.Operator, sc.s.Operator.ID)
}

func TestOpenMessageFollowsItsDelivery(t *testing.T) {
	sc := openDesk(t)
	sc.play(MessageOpened{Message: "m"})
	check(t, "read", did[LoadMessage](sc.take())[0].Message, clients.ID("m"))
	sc.play(MessageLoaded{Message: clients.Message{ID: "m", Text: "Bonjour"}})
	sc.play(DeliveryChanged{Delivery: clients.Delivery{ID: "d", Message: "m", State: clients.Sent}})
	check(t, "read again", len(did[LoadMessage](sc.take())), 1)
	sc.play(MessageLeft{})
	check(t, "closed", sc.s.Reading == nil, true)
}

func TestSoundTrouble(t *testing.T) {
	for _, c := range []struct {
		sound SoundState
		code  string
	}{
		{SoundState{Silent: true}, "sound.silent"},
		{SoundState{Code: "sound.microphone-silent"}, "sound.microphone-silent"},
		{SoundState{Devices: map[Role]Device{Earpiece: {Wanted: "Jabra", Using: "HDMI", Lost: true}}}, "sound.lost-earpiece"},
	} {
		t.Run(c.code, func(t *testing.T) {
			sc := openDesk(t)
			sc.play(SoundChanged{Sound: c.sound})
			check(t, "said", sc.notice(c.code), true)
			sc.play(SoundChanged{Sound: SoundState{}})
			check(t, "withdrawn", sc.notice(c.code), false)
		})
	}
}

func TestNewMailSettingsTryWhatWaits(t *testing.T) {
	sc := openDesk(t)
	sc.play(OutboxRead{Deliveries: []clients.Delivery{{ID: "d", State: clients.Waiting}}})
	sc.take()
	sc.play(SettingsKept{Settings: sc.s.Settings})
	effects := sc.take()
	check(t, "put forward", did[RetryDelivery](effects)[0].Delivery, clients.ID("d"))
	check(t, "courier woken", len(did[WakeCourier](effects)), 1)
}
