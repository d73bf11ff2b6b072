package desk

import (
	"testing"
	"time"

	"permanence/clients"
	"permanence/phone"
)

// waits puts a caller through the first half of a transfer: talked to, then F4.
func (sc *scene) waits(call phone.CallID) {
	sc.t.Helper()
	sc.rings(call, "+33536490001")
	sc.talks(call)
	sc.play(TransferOpened{})
	sc.held()
	sc.take()
}

// held lets the telephone confirm each hold that was asked.
func (sc *scene) held() {
	sc.t.Helper()
	for _, e := range did[Hold](sc.take()) {
		sc.play(PhoneReported{phone.HoldChanged{Call: e.Call, Here: true, At: sc.now}})
	}
}

func (sc *scene) resumed(call phone.CallID) {
	sc.t.Helper()
	sc.play(PhoneReported{phone.HoldChanged{Call: call, At: sc.now}})
}

func (sc *scene) passes(call phone.CallID, step phone.TransferStep, status int) {
	sc.t.Helper()
	sc.play(PhoneReported{phone.TransferProgressed{Call: call, Step: step, Status: status, At: sc.now}})
}

// consults dials a third and lets them answer.
func (sc *scene) consults(number string) phone.CallID {
	sc.t.Helper()
	sc.play(TransferChosen{Number: number, Name: "Me Roux", Announced: true})
	dials := did[Dial](sc.take())
	if len(dials) != 1 {
		sc.t.Fatalf("%d calls dialled, want 1", len(dials))
	}
	id := dials[0].Call
	sc.play(PhoneReported{phone.CallAnswered{Call: id, At: sc.now}})
	return id
}

func TestBlindTransferInTwoKeys(t *testing.T) {
	sc := openDesk(t)
	sc.waits("a")
	check(t, "held while she looks", sc.phase("a"), Held)
	sc.play(TransferChosen{Number: "0639980003", Name: "Me Roux"})
	check(t, "asked", did[BlindTransfer](sc.take())[0], BlindTransfer{Call: "a", Target: "+33639980003"})
	check(t, "panel closed", sc.s.Transfer == nil, true)
	sc.passes("a", phone.TransferAsked, 0)
	check(t, "progress", sc.s.Call("a").Passing, phone.TransferAsked)
	check(t, "to whom", sc.s.Call("a").PassingTo, "Me Roux")
	sc.passes("a", phone.TransferDone, 200)
	sc.ends("a", phone.Transferred)
	check(t, "history", sc.s.History[0].TransferredTo, "Me Roux")
	check(t, "not missed", sc.s.Missed, 0)
	kinds := did[AppendJournal](sc.take())
	check(t, "journal", kinds[len(kinds)-2].Entry.Kind, JournalPassed)
}

func TestARingingCallIsSentOn(t *testing.T) {
	sc := openDesk(t)
	sc.rings("a", "+33536490001")
	sc.take()
	sc.play(TransferOpened{})
	check(t, "it rings on", len(did[Hold](sc.take())), 0)
	sc.play(TransferChosen{Number: "15"})
	check(t, "not to an emergency service", sc.s.Transfer.Problem.Code, "dial.bad-number")
	sc.play(TransferChosen{Number: "0639980003", Name: "Me Roux", Announced: true})
	check(t, "302", did[Redirect](sc.take())[0], Redirect{Call: "a", Target: "+33639980003"})
	check(t, "panel closed", sc.s.Transfer == nil, true)
	sc.ends("a", phone.Forwarded)
	check(t, "history", sc.s.History[0].TransferredTo, "Me Roux")
}

func TestTransferAskedBeforeTheAnswerIsConfirmed(t *testing.T) {
	sc := openDesk(t)
	sc.rings("a", "+33536490001")
	sc.play(AnswerPressed{})
	sc.play(TransferOpened{})
	sc.take()
	sc.play(PhoneReported{phone.CallAnswered{Call: "a", At: sc.now}})
	check(t, "then it waits", did[Hold](sc.take())[0].Call, phone.CallID("a"))
	check(t, "and the panel asks", sc.s.Transfer.Call, phone.CallID("a"))
}

func TestColleagueChosenBeforeTheAnswerIsConfirmed(t *testing.T) {
	sc := openDesk(t)
	sc.rings("a", "+33536490001")
	sc.play(AnswerPressed{})
	sc.play(TransferOpened{})
	sc.play(TransferChosen{Number: "0639980003", Name: "Me Roux"})
	check(t, "not yet", len(did[BlindTransfer](sc.take())), 0)
	sc.play(PhoneReported{phone.CallAnswered{Call: "a", At: sc.now}})
	check(t, "then at once", did[BlindTransfer](sc.take())[0], BlindTransfer{Call: "a", Target: "+33639980003"})
	check(t, "and the panel has gone", sc.s.Transfer == nil, true)
}

func TestFailedTransferBringsTheCallerBackRinging(t *testing.T) {
	for _, c := range []struct {
		status int
		notice string
	}{
		{486, "transfer.busy"}, {480, "transfer.no-answer"}, {404, "transfer.unknown-number"}, {503, "transfer.failed"},
	} {
		sc := openDesk(t)
		sc.waits("a")
		sc.play(TransferChosen{Number: "0639980003"})
		sc.passes("a", phone.TransferAsked, 0)
		sc.take()
		sc.passes("a", phone.TransferFailed, c.status)
		check(t, "phase", sc.phase("a"), Back)
		check(t, "rings", did[PlaySignal](sc.take())[0].Signal, Ring)
		check(t, "says why", sc.notice(c.notice), true)
		sc.play(AnswerPressed{})
		check(t, "F2 takes the caller back", did[Resume](sc.take())[0].Call, phone.CallID("a"))
		sc.resumed("a")
		check(t, "talking", sc.phase("a"), Talking)
		check(t, "silence", sc.s.signal(), Silence)
	}
}

func TestTransferThatTheNetworkDoesNotKnowIsJoinedHere(t *testing.T) {
	sc := openDesk(t)
	sc.waits("a")
	sc.play(TransferChosen{Number: "0639980003", Name: "Me Roux"})
	sc.take()
	sc.passes("a", phone.TransferFailed, 405)
	third := did[Dial](sc.take())[0]
	check(t, "dialled from here", third.To.Target, "+33639980003")
	sc.play(PhoneReported{phone.CallAnswered{Call: third.Call, At: sc.now}})
	joined := did[Confer](sc.take())[0]
	check(t, "two", len(joined.Calls), 2)
	check(t, "without her", joined.Here, false)
	check(t, "not said to be through before it is", sc.s.Call("a").Passing == phone.TransferDone, false)
	sc.play(PhoneReported{phone.ConferenceChanged{Calls: joined.Calls}})
	check(t, "alone", sc.s.Call("a").Alone, true)
	check(t, "through", sc.s.Call("a").Passing, phone.TransferDone)
	check(t, "journal", did[AppendJournal](sc.take())[0].Entry.Kind, JournalPassed)
	check(t, "nobody to talk to", sc.s.CurrentCall() == third.Call, false)

	sc.take()
	sc.ends(third.Call, phone.HungUpThere)
	check(t, "the other is hung up too", did[Hangup](sc.take())[0].Call, phone.CallID("a"))
	sc.ends("a", phone.HungUpHere)
	check(t, "history", sc.s.History[0].TransferredTo, "Me Roux")
}

func TestJoiningHereThatTheTelephoneRefusesComesBack(t *testing.T) {
	sc := openDesk(t)
	sc.waits("a")
	sc.play(TransferChosen{Number: "0639980003"})
	sc.passes("a", phone.TransferFailed, 405)
	third := did[Dial](sc.take())[0].Call
	sc.play(PhoneReported{phone.CallAnswered{Call: third, At: sc.now}})
	sc.play(CommandRefused{Command: "conference", Code: "phone.too-late"})
	check(t, "phase", sc.phase("a"), Back)
	check(t, "not called transferred", sc.s.Call("a").PassingTo, "")
}

func TestThirdWhoLeavesBeforeBeingJoined(t *testing.T) {
	sc := openDesk(t)
	sc.waits("a")
	sc.play(TransferChosen{Number: "0639980003"})
	sc.passes("a", phone.TransferFailed, 405)
	third := did[Dial](sc.take())[0].Call
	sc.play(PhoneReported{phone.CallAnswered{Call: third, At: sc.now}})
	sc.ends(third, phone.HungUpThere)
	check(t, "the caller rings again", sc.phase("a"), Back)
	sc.play(AnswerPressed{})
	check(t, "and can be taken back", did[Resume](sc.take())[0].Call, phone.CallID("a"))
}

func TestJoiningHereThatFailsComesBack(t *testing.T) {
	sc := openDesk(t)
	sc.waits("a")
	sc.play(TransferChosen{Number: "0639980003"})
	sc.passes("a", phone.TransferFailed, 501)
	third := did[Dial](sc.take())[0].Call
	sc.ends(third, phone.Busy)
	check(t, "phase", sc.phase("a"), Back)
	check(t, "says why", sc.notice("transfer.busy"), true)
}

func TestAnnouncedTransfer(t *testing.T) {
	sc := openDesk(t)
	sc.waits("a")
	b := sc.consults("0639980003")
	check(t, "F8 means the consulted", sc.s.CurrentCall(), b)
	check(t, "the caller's card stays", sc.s.FrontTicket().Call, phone.CallID("a"))
	sc.play(TransferSwapped{})
	effects := sc.take()
	check(t, "consulted waits", did[Hold](effects)[0].Call, b)
	check(t, "caller talks", did[Resume](effects)[0].Call, phone.CallID("a"))
	sc.play(PhoneReported{phone.HoldChanged{Call: b, Here: true, At: sc.now}})
	sc.resumed("a")
	sc.play(TransferSwapped{})
	check(t, "and back", did[Resume](sc.take())[0].Call, b)
	sc.play(PhoneReported{phone.HoldChanged{Call: "a", Here: true, At: sc.now}})
	sc.resumed(b)
	sc.play(TransferCompleted{})
	check(t, "put through", did[Connect](sc.take())[0], Connect{Call: "a", With: b})
	sc.passes("a", phone.TransferDone, 200)
	sc.ends("a", phone.Transferred)
	sc.ends(b, phone.Transferred)
	check(t, "panel gone", sc.s.Transfer == nil, true)
	check(t, "no busy tone", sc.s.signal(), Silence)
	check(t, "no complaint", len(sc.s.Notices), 0)
}

func TestCompletedWhileItStillRings(t *testing.T) {
	sc := openDesk(t)
	sc.waits("a")
	sc.play(TransferChosen{Number: "0639980003", Announced: true})
	b := did[Dial](sc.take())[0].Call
	sc.play(TransferCompleted{})
	effects := sc.take()
	check(t, "the consultation ends", did[Hangup](effects)[0].Call, b)
	check(t, "blind instead", did[BlindTransfer](effects)[0].Target, "+33639980003")
	sc.ends(b, phone.HungUpHere)
	check(t, "still passing", sc.phase("a"), Held)
}

func TestTransferCanAlwaysBeCancelled(t *testing.T) {
	for name, begin := range map[string]func(sc *scene){
		"the panel is open":      func(*scene) {},
		"the third rings":        func(sc *scene) { sc.play(TransferChosen{Number: "201", Announced: true}) },
		"the third talks":        func(sc *scene) { sc.consults("201") },
		"it was asked":           func(sc *scene) { sc.play(TransferChosen{Number: "201"}) },
		"it rings there":         func(sc *scene) { sc.play(TransferChosen{Number: "201"}); sc.passes("a", phone.TransferRinging, 180) },
		"completion was asked":   func(sc *scene) { sc.consults("201"); sc.play(TransferCompleted{}) },
		"it came back":           func(sc *scene) { sc.play(TransferChosen{Number: "201"}); sc.passes("a", phone.TransferFailed, 486) },
		"the network cannot":     func(sc *scene) { sc.play(TransferChosen{Number: "201"}); sc.passes("a", phone.TransferFailed, 405) },
		"the consulted declined": func(sc *scene) { sc.ends(sc.consults("201"), phone.HungUpThere) },
	} {
		t.Run(name, func(t *testing.T) {
			sc := openDesk(t)
			sc.waits("a")
			begin(sc)
			sc.take()
			sc.play(TransferCancelled{})
			effects := sc.take()
			check(t, "the caller is taken back", did[Resume](effects)[0].Call, phone.CallID("a"))
			for _, h := range did[Hangup](effects) {
				sc.ends(h.Call, phone.HungUpHere)
			}
			sc.resumed("a")
			check(t, "talking", sc.phase("a"), Talking)
			check(t, "panel", sc.s.Transfer == nil, true)
			check(t, "calls", len(sc.s.Calls), 1)
			check(t, "nothing passes", sc.s.Call("a").PassingTo, "")
			sc.passes("a", phone.TransferFailed, 487) // what the telephone says of it
			check(t, "that is no failure", sc.phase("a"), Talking)
			check(t, "nor remarked on", sc.notice("transfer.no-answer"), false)
		})
	}
}

func TestCancelledBeforeTheHoldWasConfirmed(t *testing.T) {
	sc := openDesk(t)
	sc.rings("a", "+33536490001")
	sc.talks("a")
	sc.play(TransferOpened{})
	sc.play(TransferCancelled{})
	check(t, "not yet", len(did[Resume](sc.take())), 0)
	sc.play(PhoneReported{phone.HoldChanged{Call: "a", Here: true, At: sc.now}})
	check(t, "now", did[Resume](sc.take())[0].Call, phone.CallID("a"))
}

func TestConsultingAnEmergencyService(t *testing.T) {
	sc := openDesk(t)
	sc.waits("a")
	sc.play(PhoneReported{phone.LineChanged{Line: "l1", State: phone.LineUnreachable, At: sc.now}})
	sc.take()
	sc.play(TransferChosen{Number: "15", Announced: true})
	d := did[Dial](sc.take())
	check(t, "dialled though the line is down", len(d), 1)
	check(t, "the card is shown", sc.s.Calling != nil && sc.s.Calling.Call == d[0].Call, true)
	sc.ends(d[0].Call, phone.HungUpThere)
	check(t, "and gone", sc.s.Calling == nil, true)
}

func TestConsultedPartyThatDoesNotWantTheCall(t *testing.T) {
	sc := openDesk(t)
	sc.waits("a")
	sc.ends(sc.consults("0639980003"), phone.HungUpThere)
	check(t, "the panel asks again", sc.s.Transfer.With, phone.CallID(""))
	check(t, "and says why", sc.s.Transfer.Problem.Code, "transfer.remote-hung-up")
	b := sc.consults("0639980004")
	sc.play(HangupPressed{})
	check(t, "F8 ends the consultation", did[Hangup](sc.take())[0].Call, b)
	sc.ends(b, phone.HungUpHere)
	check(t, "and goes back", did[Resume](sc.take())[0].Call, phone.CallID("a"))
}

func TestCallerWhoDoesNotWait(t *testing.T) {
	sc := openDesk(t)
	sc.waits("a")
	b := sc.consults("0639980003")
	sc.ends("a", phone.HungUpThere)
	check(t, "panel", sc.s.Transfer == nil, true)
	check(t, "told", sc.notice("transfer.caller-left"), true)
	check(t, "the consulted stays", sc.s.CurrentCall(), b)
}

func TestConnectThatFailsKeepsBoth(t *testing.T) {
	sc := openDesk(t)
	sc.waits("a")
	b := sc.consults("0639980003")
	sc.play(TransferCompleted{})
	sc.passes("a", phone.TransferAsked, 0)
	sc.passes("a", phone.TransferFailed, 503)
	check(t, "reason in the panel", sc.s.Transfer.Problem.Code, "transfer.failed")
	check(t, "still with the third", sc.phase(b), Talking)
	sc.take()
	sc.play(TransferCompleted{})
	check(t, "may be tried again", len(did[Connect](sc.take())), 1)
	sc.passes("a", phone.TransferFailed, 405)
	check(t, "then joined here", did[Confer](sc.take())[0].Here, false)
}

func TestTransferTargets(t *testing.T) {
	sc := openDesk(t)
	d := durand()
	d.Contacts = []clients.Contact{
		{Name: "Hélène Roux", Role: "associée", Number: "+33639980003", Key: "1"},
		{Name: "Sans numéro"},
		{Name: "Greffe", Number: "+33536490009", Key: "2"},
	}
	sc.play(ClientLoaded{Client: d})
	s := sc.s.Settings
	s.Partners = []Partner{{Name: "Sophie", Number: "201", Key: "1", Watch: "201"}}
	sc.play(SettingsKept{Settings: s})
	sc.play(PhoneReported{phone.LampChanged{Line: "l1", Target: "201", State: phone.LampBusy}})
	sc.waits("a")
	for typed, want := range map[string]string{
		"": "Hélène Roux,Greffe,Sophie,", "hel": "Hélène Roux,", "assoc": "Hélène Roux,", "0536": "Greffe,",
		"201": "Sophie,", "zz": "", "roux helene": "Hélène Roux,",
	} {
		sc.play(TransferTyped{Text: typed})
		got := ""
		for _, g := range sc.s.Transfer.Targets {
			got += g.Name + ","
		}
		check(t, "typed "+typed, got, want)
	}
	sc.play(TransferTyped{})
	sophie := sc.s.Transfer.Targets[2]
	check(t, "the contact has the key", sophie.Key, "")
	check(t, "lamp", sophie.Lamp, phone.LampBusy)
	sc.play(PhoneReported{phone.LampChanged{Line: "l1", Target: "201", State: phone.LampFree}})
	check(t, "lamp follows", sc.s.Transfer.Targets[2].Lamp, phone.LampFree)
}

func TestReferredAndReplacedCallsKeepTheTicket(t *testing.T) {
	for name, begin := range map[string]func(sc *scene){
		"referred": func(sc *scene) {
			sc.play(PhoneReported{phone.CallReferred{Call: "a", New: "n", Line: "l1", At: sc.now}})
		},
		"replaced": func(sc *scene) {
			sc.play(PhoneReported{phone.CallReplaced{Call: "a", New: "n", Line: "l1", At: sc.now, Invite: phone.Invite{
				Caller: phone.Identity{Number: "+33639980009"},
			}}})
			check(sc.t, "it does not ring", sc.s.signal() == Ring, false)
		},
	} {
		t.Run(name, func(t *testing.T) {
			sc := openDesk(t)
			sc.rings("a", "+33536490001")
			sc.talks("a")
			front := sc.s.Front
			sc.play(DraftTyped{Ticket: front, Field: "text", Value: "Rappeler"})
			sc.take()
			begin(sc)
			sc.play(PhoneReported{phone.CallAnswered{Call: "n", At: sc.now}})
			check(t, "nobody is put on hold", len(did[Hold](sc.take())), 0)
			sc.ends("a", phone.Replaced)
			check(t, "one ticket", len(sc.s.Tickets), 1)
			check(t, "of the new call", sc.s.Tickets[0].Call, phone.CallID("n"))
			check(t, "with the message", sc.s.Tickets[0].Draft.Message.Text, "Rappeler")
			check(t, "F8 ends it", sc.s.CurrentCall(), phone.CallID("n"))
		})
	}
}

func TestReferralThatFailsKeepsTheCall(t *testing.T) {
	sc := openDesk(t)
	sc.rings("a", "+33536490001")
	sc.talks("a")
	sc.play(PhoneReported{phone.CallReferred{Call: "a", New: "n", Line: "l1", At: sc.now}})
	sc.ends("n", phone.Busy)
	check(t, "ticket", sc.s.FrontTicket().Call, phone.CallID("a"))
	check(t, "talking", sc.phase("a"), Talking)
}

func TestBackHasAnAge(t *testing.T) {
	sc := openDesk(t)
	sc.waits("a")
	sc.play(TransferChosen{Number: "201"})
	sc.passes("a", phone.TransferFailed, 486)
	sc.later(7 * time.Second)
	check(t, "age", sc.s.Call("a").Age(sc.now), 7*time.Second)
}
