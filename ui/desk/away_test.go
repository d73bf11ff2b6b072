package desk

import (
	"testing"
	"time"

	"permanence/clients"
	"permanence/phone"
)

// away opens a desk with these settings, which begin from the usual ones.
func away(t *testing.T, change func(*Settings)) *scene {
	sc := openDesk(t)
	s := sc.s.Settings
	change(&s)
	sc.play(SettingsKept{Settings: s})
	sc.take()
	return sc
}

func lineForward(f clients.Forward) func(*Settings) {
	return func(s *Settings) { s.Forwards = map[phone.LineID][]clients.Forward{"l1": {f}} }
}

func TestDoNotDisturb(t *testing.T) {
	sc := away(t, func(s *Settings) { s.DoNotDisturb = true })
	sc.rings("a", "+33536490001")
	effects := sc.take()
	check(t, "refused", did[Reject](effects)[0].Call, phone.CallID("a"))
	check(t, "silent", len(did[PlaySignal](effects)), 0)
	check(t, "no card", len(sc.s.Tickets), 0)
	sc.ends("a", phone.RejectedHere)
	check(t, "she sees that she missed it", sc.s.Missed, 1)
}

func TestForwardAtOnce(t *testing.T) {
	sc := away(t, lineForward(clients.Forward{When: clients.ForwardAlways, To: "0639980003", Name: "Sophie"}))
	sc.rings("a", "+33536490001")
	effects := sc.take()
	check(t, "sent on", did[Redirect](effects)[0], Redirect{Call: "a", Target: "+33639980003"})
	check(t, "silent", len(did[PlaySignal](effects)), 0)
	sc.ends("a", phone.Forwarded)
	check(t, "to whom", sc.s.History[0].TransferredTo, "Sophie")
	check(t, "not missed", sc.s.Missed, 0)
}

func TestForwardThatTheTelephoneRefusesRingsAfterAll(t *testing.T) {
	sc := away(t, lineForward(clients.Forward{When: clients.ForwardAlways, To: "0639980003"}))
	sc.rings("a", "+33536490001")
	sc.take()
	sc.play(CommandRefused{Call: "a", Command: "redirect", Code: "phone.command-failed"})
	check(t, "rings", did[PlaySignal](sc.take())[0].Signal, Ring)
	check(t, "card", sc.s.FrontClient().Name, "Maître Durand")
}

func TestForwardWhenBusyAndWhenNobodyAnswers(t *testing.T) {
	sc := away(t, func(s *Settings) {
		s.Forwards = map[phone.LineID][]clients.Forward{"": {
			{When: clients.ForwardBusy, To: "201"},
			{When: clients.ForwardNoAnswer, After: 20, To: "202"},
		}}
	})
	sc.rings("a", "+33536490001")
	sc.later(19 * time.Second)
	check(t, "not yet", len(did[Redirect](sc.take())), 0)
	sc.later(time.Second)
	check(t, "nobody answered", did[Redirect](sc.take())[0], Redirect{Call: "a", Target: "202"})
	sc.later(time.Second)
	check(t, "once", len(did[Redirect](sc.take())), 0)

	sc.ends("a", phone.Forwarded)
	sc.rings("b", "+33536490001")
	sc.talks("b")
	sc.rings("c", "+33536490002")
	check(t, "busy", did[Redirect](sc.take())[0], Redirect{Call: "c", Target: "201"})
}

func TestAClientsForwardComesBeforeTheLines(t *testing.T) {
	sc := away(t, lineForward(clients.Forward{When: clients.ForwardAlways, To: "201"}))
	d := durand()
	d.Forwards = []clients.Forward{{When: clients.ForwardAlways, To: "202", Hours: clients.Week{4: {{From: 0, To: 24 * 60}}}}}
	sc.play(ClientLoaded{Client: d})
	sc.rings("a", "+33536490001")
	check(t, "the client's", did[Redirect](sc.take())[0].Target, "202")
	sc.now = sc.now.Add(24 * time.Hour)
	sc.rings("b", "+33536490001")
	check(t, "outside its hours the line's", did[Redirect](sc.take())[0].Target, "201")
}

func TestForwardsThatWouldGoRound(t *testing.T) {
	sc := away(t, lineForward(clients.Forward{When: clients.ForwardAlways, To: "05 36 49 00 02"}))
	sc.rings("a", "+33536490001")
	check(t, "to a client of this desk: it rings", len(did[Redirect](sc.take())), 0)

	sc = away(t, lineForward(clients.Forward{When: clients.ForwardAlways, To: "201"}))
	sc.play(PhoneReported{phone.CallArrived{Call: "b", Line: "l1", Invite: phone.Invite{Diversions: make([]phone.Diversion, 5)}}})
	check(t, "forwarded too often: it rings", len(did[Redirect](sc.take())), 0)
}

func TestPausingForwards(t *testing.T) {
	rule := clients.Forward{When: clients.ForwardAlways, To: "201"}
	sc := away(t, lineForward(rule))
	sc.play(ForwardsPaused{Line: "l1", Off: true})
	kept := did[KeepSettings](sc.take())[0].Settings
	check(t, "off", kept.Forwards["l1"][0].Off, true)
	check(t, "the state waits for the disk", sc.s.Settings.Forwards["l1"][0].Off, false)
	sc.play(SettingsKept{Settings: kept})
	sc.rings("a", "+33536490001")
	check(t, "rings", len(did[Redirect](sc.take())), 0)
	sc.play(DoNotDisturbSet{On: true})
	check(t, "do not disturb is kept", did[KeepSettings](sc.take())[0].Settings.DoNotDisturb, true)

	d := durand()
	d.Forwards = []clients.Forward{rule}
	sc.play(ClientLoaded{Client: d})
	sc.take()
	sc.play(ForwardsPaused{Client: "durand", Off: true})
	patch := did[Mutate](sc.take())[0].Mutation.Change.(clients.PatchClient)
	check(t, "the client's rules", len(patch.Fields), 1)
}

func TestCallsThatAnswerThemselves(t *testing.T) {
	sc := openDesk(t)
	d := durand()
	d.AutoAnswer = true
	sc.play(ClientLoaded{Client: d})
	sc.take()
	sc.rings("a", "+33536490001")
	effects := sc.take()
	check(t, "answered", did[Answer](effects)[0].Call, phone.CallID("a"))
	check(t, "announced in the ear", did[PlaySignal](effects)[0].Signal, SecondCall)
	sc.play(PhoneReported{phone.CallAnswered{Call: "a", At: sc.now}})
	sc.later(2 * time.Second)
	check(t, "then quiet", sc.s.signal(), Silence)
	sc.take()
	sc.rings("b", "+33536490001")
	check(t, "not while she talks", len(did[Answer](sc.take())), 0)
	sc.ends("a", phone.HungUpThere)
	sc.ends("b", phone.CallerGaveUp)
	sc.take()
	sc.play(PhoneReported{phone.CallArrived{Call: "c", Line: "l1", Invite: phone.Invite{AutoAnswer: true}}})
	check(t, "asked by the network", len(did[Answer](sc.take())), 1)
}

func TestOutgoingIdentity(t *testing.T) {
	sc := openDesk(t)
	dial := func(e DialPressed) []Dial {
		sc.play(e)
		return did[Dial](sc.take())
	}
	check(t, "no agreement", len(dial(DialPressed{Target: "0639980002", Client: "durand", AsClient: true})), 0)
	check(t, "said", sc.notice("dial.no-agreement"), true)

	d := durand()
	d.CallerID = clients.CallerID{Number: "+33561000001", AgreedOn: "2026-11-02"}
	sc.play(ClientLoaded{Client: d})
	out := dial(DialPressed{Target: "0639980002", Client: "durand", AsClient: true})
	check(t, "agreed", out[0].To.Show, phone.Number("+33561000001"))
	check(t, "on screen", sc.s.Call(out[0].Call).Shown, phone.Number("+33561000001"))
	out = dial(DialPressed{Target: "0639980002", Client: "durand", Private: true})
	check(t, "private", out[0].To, phone.Outbound{Target: "+33639980002", Private: true})

	p := petit()
	sc.play(ClientLoaded{Client: p})
	s := sc.s.Settings
	s.Lines = []phone.Line{{ID: "l1", Numbers: []phone.Number{"+33536490002"}}}
	sc.play(SettingsKept{Settings: s})
	sc.take()
	out = dial(DialPressed{Target: "0639980002", Client: "petit", AsClient: true})
	check(t, "a number that the line owns", out[0].To.Show, phone.Number("+33536490002"))
}

func TestEmergencyCall(t *testing.T) {
	sc := away(t, func(s *Settings) { s.Address = "12 rue du Taur, Toulouse" })
	p := petit()
	p.Address = "3 place du Capitole"
	sc.play(ClientLoaded{Client: p})
	sc.play(PhoneReported{phone.LineChanged{Line: "l1", State: phone.LineUnreachable, At: sc.now}})
	sc.take()
	sc.play(DialPressed{Target: "15", Client: "petit", AsClient: true, Private: true})
	d := did[Dial](sc.take())[0]
	check(t, "as dialled, though the line is down", d.To, phone.Outbound{Target: "15"})
	check(t, "the desk's address", sc.s.Calling.Address, "12 rue du Taur, Toulouse")
	check(t, "the client's", sc.s.Calling.Place, "3 place du Capitole")
	sc.ends(d.Call, phone.HungUpThere)
	check(t, "gone", sc.s.Calling == nil, true)
}

func TestCallingBack(t *testing.T) {
	sc := openDesk(t)
	sc.rings("a", "+33536490002")
	sc.ends("a", phone.CallerGaveUp)
	sc.take()
	sc.play(CalledBack{Call: "a"})
	check(t, "dialled", did[Dial](sc.take())[0].To.Target, "+33639980001")
	check(t, "for the same client", sc.s.FrontClient().Name, "Dr Petit")
	sc.play(CalledBack{Call: "nobody"})
	check(t, "unknown", len(did[Dial](sc.take())), 0)
}

func TestListOfAllCalls(t *testing.T) {
	sc := openDesk(t)
	sc.play(CallListOpened{Filter: CallFilter{Kind: CallsIncoming}})
	check(t, "asked", did[ListCalls](sc.take())[0].Filter.Kind, CallsIncoming)
	old := Entry{Call: "old", ArrivedAt: sc.now.Add(-time.Hour)}
	f := CallFilter{Kind: CallsIncoming}
	sc.play(CallsListed{Filter: CallFilter{}, Entries: []Entry{{Call: "stale"}}})
	check(t, "another question's answer", len(sc.s.AllCalls.Entries), 0)
	sc.play(CallsListed{Filter: f, Entries: []Entry{old}, More: true})
	sc.play(CallListFurther{})
	check(t, "older ones", did[ListCalls](sc.take())[0].Before, old.ArrivedAt)
	sc.play(CallsListed{Filter: f, Before: old.ArrivedAt, Entries: []Entry{{Call: "older"}}})
	check(t, "appended", len(sc.s.AllCalls.Entries), 2)
	check(t, "no more", sc.s.AllCalls.More, false)
	sc.play(CallListFurther{})
	check(t, "so not asked", len(did[ListCalls](sc.take())), 0)
	sc.rings("a", "+33536490001")
	sc.ends("a", phone.CallerGaveUp)
	check(t, "a new one on top", sc.s.AllCalls.Entries[0].Call, phone.CallID("a"))
	sc.play(CallOpened{Call: "a"})
	check(t, "read", did[ReadCall](sc.take())[0].Call, phone.CallID("a"))
	sc.play(CallRead{Record: CallRecord{Entry: Entry{Call: "a"}}})
	check(t, "open", sc.s.AllCalls.Open.Entry.Call, phone.CallID("a"))
	sc.play(CallListLeft{})
	check(t, "closed", sc.s.AllCalls == nil, true)
}

func TestStrangersAndVoicemailAreCounted(t *testing.T) {
	sc := openDesk(t)
	sc.play(PhoneReported{phone.MailboxChanged{Line: "l1", New: 2, Old: 1}})
	sc.play(PhoneReported{phone.StrangersTurnedAway{Line: "l1", Total: 9}})
	check(t, "voicemail", sc.s.Lines[0].Voicemail, [2]int{2, 1})
	check(t, "strangers", sc.s.Lines[0].Strangers, uint64(9))
}
