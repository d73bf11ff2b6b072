package desk

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"permanence/clients"
	"permanence/phone"

	"pgregory.net/rapid"
)

// Whatever happens in whatever order, the desk keeps its promises: nothing typed
// vanishes, one voice at a time, the state before a step stays as it was.
func TestDeskKeepsItsPromises(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s, now := propertyDesk(), noon
		for i := range rapid.IntRange(1, 60).Draw(rt, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(0, 90).Draw(rt, "seconds")) * time.Second)
			e := anyEvent(rt, &s, i, now)
			before := printed(s)
			next, effects := Step(s, Input{At: now, ID: clients.ID(fmt.Sprint("id", i)), Next: clients.ID(fmt.Sprint("next", i)), Event: e})
			if after := printed(s); before != after {
				rt.Fatalf("%T changed the state it was given\nbefore %s\nafter  %s", e, before, after)
			}
			frontExists(rt, &next)
			oneVoice(rt, &next)
			nothingTypedVanishes(rt, &s, &next, e)
			endedCallIsJournaled(rt, &s, &next, effects)
			recordedOnlyAnnounced(rt, &next, e, effects)
			asideIsUnheard(rt, &next)
			s = next
		}
	})
}

func propertyDesk() State {
	s, _ := Step(State{Now: noon, Directory: NewDirectory(nil)}, Input{At: noon, ID: "id", Event: Loaded{Snapshot: Snapshot{
		Operator: clients.Operator{ID: "op"}, Clients: []clients.Client{durand(), petit(), spoken(petit)},
		Settings: Settings{Lines: []phone.Line{{ID: "l1"}}}, Sounds: library(),
	}}})
	s, _ = Step(s, Input{At: noon, Event: PhoneReported{phone.LineChanged{Line: "l1", State: phone.LineRegistered}}})
	return s
}

// printed shows everything that a step could change behind our back.
func printed(s State) string {
	return fmt.Sprintf("%+v %+v %+v %+v %+v %v ", s.Calls, s.Tickets, s.History, s.Notices, s.Lines, s.Checks) +
		fmt.Sprintf("%+v %+v %+v %v ", s.Transfer, s.Calling, s.AllCalls, s.Lamps) +
		fmt.Sprintf("%v %+v %+v %+v ", s.Sounds, s.Listening, s.Dictation, s.Importing) +
		fmt.Sprintf("%+v %+v %+v %+v %+v %+v %+v", s.Office, s.Offers, s.asking, s.sure, s.spent, s.Agenda.Appointments, s.Agenda.Booking)
}

func anyEvent(rt *rapid.T, s *State, i int, now time.Time) Event {
	call, ticket := phone.CallID(""), clients.ID("")
	if len(s.Calls) > 0 {
		call = s.Calls[rapid.IntRange(0, len(s.Calls)-1).Draw(rt, "call")].ID
	}
	if len(s.Tickets) > 0 {
		ticket = s.Tickets[rapid.IntRange(0, len(s.Tickets)-1).Draw(rt, "ticket")].ID
	}
	number := rapid.SampledFrom([]phone.Number{"+33536490001", "+33536490002", "+33536490003", "+33100000000", ""}).Draw(rt, "called")
	text := rapid.SampledFrom([]string{"", "a", "ab"}).Draw(rt, "text")
	announced := rapid.SampledFrom([]phone.SoundID{"notice", "hello", "wait"}).Draw(rt, "announced")
	fault := rapid.SampledFrom([]string{"", "", "", "it cannot be read"}).Draw(rt, "fault")
	return rapid.SampledFrom([]Event{
		Ticked{},
		PhoneReported{phone.CallArrived{Call: phone.CallID(fmt.Sprint("c", i)), At: now, Invite: phone.Invite{
			Caller: phone.Identity{Number: "+33639980001", Name: "X"}, Called: []phone.CalledHint{{Source: phone.FromTo, Number: number}},
		}}},
		PhoneReported{phone.CallAnswered{Call: call, At: now}},
		PhoneReported{phone.HoldChanged{Call: call, Here: true, At: now}},
		PhoneReported{phone.HoldChanged{Call: call, At: now}},
		PhoneReported{phone.CallEnded{Call: call, Cause: phone.HungUpThere, At: now}},
		PhoneReported{phone.CallRinging{Call: call, At: now}},
		AnswerPressed{Call: call},
		AnswerPressed{},
		HoldPressed{},
		HangupPressed{},
		DialPressed{Target: "0639980002"},
		CommandRefused{Call: call, Command: "dial", Code: "dial.no-line"},
		DraftTyped{Ticket: ticket, Field: "text", Value: text},
		DraftTyped{Ticket: ticket, Field: "field:dossier", Value: text},
		DraftKept{Ticket: ticket, At: now, Stroke: 1},
		CallTypeChosen{Ticket: ticket, Key: "spam"},
		CallTypeChosen{Ticket: ticket, Key: "urgent"},
		SendPressed{Ticket: ticket},
		TicketPutAway{Ticket: ticket},
		TicketChosen{Ticket: ticket},
		ClientOpened{Client: "durand"},
		ClientAssigned{Ticket: ticket, Client: "petit"},
		NextFreePressed{},
		BookingConfirmed{},
		EarlierLoaded{Ticket: ticket, Earlier: Earlier{Name: "Mme Lefèvre"}},
		MissedSeen{},
		TransferOpened{},
		TransferTyped{Text: text},
		TransferChosen{Number: "0639980003"},
		TransferChosen{Number: "201", Announced: true},
		TransferSwapped{},
		TransferCompleted{},
		TransferCancelled{},
		ConferencePressed{},
		ConferenceLeft{},
		ConferenceJoined{},
		ConferenceEnded{},
		PhoneReported{phone.TransferProgressed{Call: call, Step: phone.TransferAsked}},
		PhoneReported{phone.TransferProgressed{Call: call, Step: phone.TransferFailed, Status: 486}},
		PhoneReported{phone.TransferProgressed{Call: call, Step: phone.TransferFailed, Status: 405}},
		PhoneReported{phone.TransferProgressed{Call: call, Step: phone.TransferDone}},
		PhoneReported{phone.CallEnded{Call: call, Cause: phone.Transferred, At: now}},
		PhoneReported{phone.CallReferred{Call: call, New: phone.CallID(fmt.Sprint("r", i)), Line: "l1", At: now}},
		PhoneReported{phone.CallReplaced{Call: call, New: phone.CallID(fmt.Sprint("n", i)), Line: "l1", At: now}},
		PhoneReported{phone.ConferenceChanged{Calls: everyone(s), Here: true}},
		PhoneReported{phone.ConferenceChanged{Calls: everyone(s)}},
		PhoneReported{phone.ConferenceChanged{}},
		CommandRefused{Call: call, Command: "connect"},
		CommandRefused{Call: call, Command: "redirect"},
		DoNotDisturbSet{On: true},
		SettingsKept{Settings: Settings{Lines: s.Settings.Lines, DoNotDisturb: text == "a"}},
		CallListOpened{},
		CallListFurther{},
		CallListLeft{},
		CalledBack{Call: call},
		WaitPressed{Call: call},
		CutInPressed{},
		RecordingPaused{Call: call},
		PhoneReported{phone.AnnouncementEnded{Call: call, Sound: announced, Whole: text != "", Fault: fault, At: now}},
		PhoneReported{phone.AttendanceChanged{Call: call, Present: text != "a", At: now}},
		PhoneReported{phone.RecordingChanged{Call: call, Sound: soundOf(s, call), Paused: text == "a", At: now}},
		PhoneReported{phone.RecordingEnded{Call: call, Sound: soundOf(s, call), Length: time.Minute, At: now}},
		SoundPlayed{Sound: "hello"},
		SoundStopped{},
		DictationBegun{Kind: clients.SoundName},
		DictationHeard{Sound: dictated(s)},
		Dictated{Sound: dictated(s), Length: time.Second},
		DictationLeft{},
		SoundFileChosen{Path: "a.mp3", Kind: clients.SoundMusic},
		SoundKept{Sound: clients.Sound{ID: dictated(s), Kind: clients.SoundName}},
		SoundsDropped{Sounds: []phone.SoundID{soundOf(s, call), "hello"}},
		HeadsetPressed{Button: HookButton},
		HeadsetPressed{Button: MuteButton},
	}).Draw(rt, "event")
}

// soundOf is what is being recorded of a call.
func soundOf(s *State, call phone.CallID) phone.SoundID {
	if c := s.Call(call); c != nil && c.Recording != nil {
		return c.Recording.Sound
	}
	return ""
}

func dictated(s *State) phone.SoundID {
	if s.Dictation != nil {
		return s.Dictation.As.ID
	}
	return ""
}

// everyone is who could be in a conference.
func everyone(s *State) []phone.CallID {
	var ids []phone.CallID
	for i := range s.Calls {
		if s.Calls[i].answered() {
			ids = append(ids, s.Calls[i].ID)
		}
	}
	if len(ids) < 2 {
		return nil
	}
	return ids
}

func frontExists(rt *rapid.T, s *State) {
	if s.Front != "" && s.FrontTicket() == nil {
		rt.Fatalf("front %q is no ticket", s.Front)
	}
	if s.Front == "" && len(s.Tickets) > 0 && len(s.Calls) > 0 && s.nextFront() != "" && allShown(s) {
		rt.Fatalf("tickets are there and none is shown")
	}
}

// allShown reports whether every call has its ticket.
func allShown(s *State) bool {
	for i := range s.Calls {
		if s.TicketOf(s.Calls[i].ID) == nil {
			return false
		}
	}
	return true
}

func oneVoice(rt *rapid.T, s *State) {
	talking, conference := 0, false
	for i := range s.Calls {
		c := &s.Calls[i]
		if c.Phase == Talking && c.Pending == "" && !c.Conference {
			talking++
		}
		conference = conference || c.Phase == Talking && c.Conference && !c.Alone && c.Pending == ""
	}
	if conference {
		talking++
	}
	if talking > 1 {
		rt.Fatalf("%d calls talk at once: %s", talking, briefly(s.Calls))
	}
}

func briefly(calls []Call) (text string) {
	for _, c := range calls {
		text += fmt.Sprintf("\n%s %s pending %q conference %v alone %v", c.ID, c.Phase, c.Pending, c.Conference, c.Alone)
	}
	return text
}

func nothingTypedVanishes(rt *rapid.T, before, after *State, e Event) {
	for i := range before.Tickets {
		tk := &before.Tickets[i]
		if written(tk) && after.Ticket(tk.ID) == nil {
			rt.Fatalf("%T lost the message %+v", e, tk.Draft.Message)
		}
		if now := after.Ticket(tk.ID); now != nil && tk.Draft.Message.Text != now.Draft.Message.Text {
			if _, typed := e.(DraftTyped); !typed {
				rt.Fatalf("%T changed the text of a message", e)
			}
		}
	}
}

// recordedOnlyAnnounced: a conversation is recorded once its announcement was heard
// whole, by nothing else, and never in a conference.
func recordedOnlyAnnounced(rt *rapid.T, s *State, e Event, effects []Effect) {
	for _, r := range did[Record](effects) {
		p, _ := e.(PhoneReported)
		over, _ := p.Event.(phone.AnnouncementEnded)
		if r.What == phone.RecordBoth && (!over.Whole || over.Fault != "" || over.Sound != "notice") {
			rt.Fatalf("%+v began to record %s", e, r.Call)
		}
		if r.What == phone.RecordBoth && s.Call(r.Call).inCompany() {
			rt.Fatalf("%s is recorded in a conference", r.Call)
		}
	}
	for i := range s.Calls {
		if c := &s.Calls[i]; c.inCompany() && c.Recording != nil && c.Recording.Sound == "" && c.Recording.Kind == clients.SoundCall {
			rt.Fatalf("%s is about to be recorded in a conference", c.ID)
		}
	}
}

// asideIsUnheard: who was taken without the operator does not talk with her.
func asideIsUnheard(rt *rapid.T, s *State) {
	for i := range s.Calls {
		if c := &s.Calls[i]; c.Aside && c.Phase == Talking && !c.Conference {
			rt.Fatalf("%s talks with nobody", c.ID)
		}
	}
}

func endedCallIsJournaled(rt *rapid.T, before, after *State, effects []Effect) {
	for i := range before.Calls {
		id := before.Calls[i].ID
		if after.Call(id) != nil {
			continue
		}
		found := false
		for _, j := range did[AppendJournal](effects) {
			found = found || j.Entry.Kind == JournalEnded && j.Entry.Entry.Call == id
		}
		if past := slices.ContainsFunc(after.History, func(e Entry) bool { return e.Call == id }); !found || !past {
			rt.Fatalf("call %s is over and not in the journal: %v", id, reflect.TypeOf(effects))
		}
	}
}
