package desk

import (
	"testing"
	"time"

	"permanence/clients"
	"permanence/phone"
)

func (sc *scene) told() []TellPresence {
	sc.t.Helper()
	return did[TellPresence](sc.take())
}

func TestTheOthersSeeWhatSheIsDoing(t *testing.T) {
	sc := openDesk(t)
	sc.link(OfficeInStep)
	told := sc.told()
	check(t, "at once", told[0].Presence.Standing, StandingHere)
	sc.later(time.Minute)
	check(t, "only what changed", len(sc.told()), 0)
	sc.rings("a", "+33536490001")
	check(t, "ringing is not talking", len(sc.told()), 0)
	sc.play(AnswerPressed{})
	sc.play(PhoneReported{phone.CallAnswered{Call: "a", At: sc.now}})
	told = sc.told()
	p := told[len(told)-1].Presence
	check(t, "standing", p.Standing, StandingCall)
	check(t, "for whom", p.Client, clients.ID("durand"))
	check(t, "who calls", p.Drafts[0].Caller.Number, phone.Number("+33639980001"))
	check(t, "talking", p.Drafts[0].Talking, true)
	sc.ends("a", phone.HungUpThere)
	told = sc.told()
	check(t, "back here", told[len(told)-1].Presence.Standing, StandingHere)
	sc.play(CloseAsked{})
	check(t, "gone home", sc.told()[0].Presence.Standing, StandingOff)
}

func TestATextIsToldOnceASecond(t *testing.T) {
	sc := openLinked(t, OfficeInStep)
	sc.play(ClientOpened{Client: "durand"})
	sc.later(time.Second)
	sc.take()
	for _, text := range []string{"r", "ra", "rap", "rappeler"} {
		sc.play(DraftTyped{Ticket: sc.s.Front, Field: "text", Value: text})
	}
	check(t, "first key", len(sc.told()), 1)
	sc.later(time.Second)
	told := sc.told()
	check(t, "then once", len(told), 1)
	check(t, "all of it", told[0].Presence.Drafts[0].Message.Text, "rappeler")
}

func TestAwayUntilSheSpeaks(t *testing.T) {
	sc := openLinked(t, OfficeInStep)
	sc.play(AwayPressed{Reason: "pause"})
	p := sc.told()[0].Presence
	check(t, "away", p.Standing, StandingAway)
	check(t, "why", p.Reason, "pause")
	sc.rings("a", "+33536490001")
	check(t, "still", sc.s.Office.Away != nil, true)
	sc.talks("a")
	check(t, "back by speaking", sc.s.Office.Away == nil, true)
	sc.play(AwayPressed{Reason: "pause"})
	sc.play(BackPressed{})
	check(t, "back by key", sc.s.Office.Away == nil, true)
}

func TestADeskAloneTellsNobody(t *testing.T) {
	sc := openDesk(t)
	sc.rings("a", "+33536490001")
	sc.talks("a")
	check(t, "told", len(sc.told()), 0)
}

func TestWhatIsTypedElsewhereIsSeen(t *testing.T) {
	sc := openLinked(t, OfficeInStep)
	sc.desks(Presence{Standing: StandingCall, Drafts: []RemoteDraft{half("ra")}}, half("own"))
	list := sc.s.Elsewhere("durand")
	check(t, "one", len(list), 1)
	check(t, "whose", list[0].Name, "Julie")
	check(t, "of another client", len(sc.s.Elsewhere("petit")), 0)
	check(t, "not offered while she lives", len(sc.s.Offers), 0)
}

func TestALostDesksMessageIsTakenOver(t *testing.T) {
	sc := openLinked(t, OfficeInStep)
	lost := Presence{Standing: StandingLost, Since: noon, Drafts: []RemoteDraft{half("rappeler M. Roc")}}
	sc.desks(lost)
	check(t, "offered", sc.s.Offers[0].Draft.Caller.Name, "M. Roc")
	sc.play(TakeOverPressed{Desk: "there", Ticket: "hers"})
	sc.play(TakeOverPressed{Desk: "there", Ticket: "hers"})
	check(t, "asked once", len(did[TakeOver](sc.take())), 1)
	sc.desks(lost)
	check(t, "still asked", sc.s.Offers[0].Asked, true)
	sc.play(TakenOver{Desk: "there", Draft: half("rappeler M. Roc")})
	tk := sc.s.FrontTicket()
	check(t, "text", tk.Draft.Message.Text, "rappeler M. Roc")
	check(t, "number to call back", tk.Draft.Message.Number, "06 39 98 00 09")
	check(t, "from", tk.From, "Julie")
	check(t, "hers to send", tk.Draft.Message.TakenBy, clients.ID("op"))
	check(t, "a message of its own", tk.Draft.Message.ID != "hers" && tk.Draft.Message.Version == 0, true)
	check(t, "kept", len(did[KeepDraft](sc.take())), 1)
	sc.desks(lost)
	check(t, "offered no more", len(sc.s.Offers), 0)
}

func TestSomebodyWasQuicker(t *testing.T) {
	sc := openLinked(t, OfficeInStep)
	sc.desks(Presence{Standing: StandingLost, Drafts: []RemoteDraft{half("x")}})
	sc.play(TakeOverPressed{Desk: "there", Ticket: "hers"})
	sc.play(TakeOverRefused{Desk: "there", Ticket: "hers", Problem: Problem{Code: "office.unreachable"}})
	check(t, "may be tried again", sc.s.Offers[0].Asked, false)
	taken := half("x")
	taken.Taken = "here"
	sc.desks(Presence{Standing: StandingLost, Drafts: []RemoteDraft{taken}})
	sc.play(TakeOverRefused{Desk: "there", Ticket: "hers"})
	check(t, "who", sc.notice("takeover.taken"), true)
	check(t, "gone", len(sc.s.Offers), 0)
}

func TestAnOfferCanBeLeft(t *testing.T) {
	sc := openLinked(t, OfficeInStep)
	lost := Presence{Standing: StandingLost, Drafts: []RemoteDraft{half("x")}}
	sc.desks(lost)
	sc.play(OfferLeft{Desk: "there", Ticket: "hers"})
	sc.desks(lost)
	check(t, "offers", len(sc.s.Offers), 0)
}

func TestATakenMessageWarnsBeforeItIsSent(t *testing.T) {
	sc := openLinked(t, OfficeCutOff)
	sc.play(ClientOpened{Client: "petit"})
	sc.play(DraftTyped{Ticket: sc.s.Front, Field: "text", Value: "rappeler"})
	mine := RemoteDraft{Ticket: sc.s.Front, Message: clients.Message{Client: "petit"}, Taken: "there"}
	sc.desks(Presence{}, mine)
	check(t, "by whom", sc.s.FrontTicket().TakenBy, "Julie")
	sc.take()
	sc.play(SendPressed{})
	check(t, "not at once", len(did[Mutate](sc.take())), 0)
	check(t, "said", sc.notice("message.taken-over"), true)
	sc.play(SendPressed{})
	check(t, "then sent", len(did[Mutate](sc.take())), 1)
}
