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
	check(t, "from", tk.From.Name, "Julie")
	check(t, "hers to send", tk.Draft.Message.TakenBy, clients.ID("op"))
	check(t, "a message of its own", tk.Draft.Message.ID != "hers" && tk.Draft.Message.Version == 0, true)
	check(t, "kept", len(did[KeepDraft](sc.take())), 1)
	sc.desks(lost)
	check(t, "offered no more", len(sc.s.Offers), 0)
}

func TestSomebodyWasQuicker(t *testing.T) {
	taken := half("x")
	taken.Taken = "third"
	lost, gone := Presence{Standing: StandingLost, Drafts: []RemoteDraft{half("x")}}, Presence{Standing: StandingLost, Drafts: []RemoteDraft{taken}}
	refusal := TakeOverRefused{Desk: "there", Ticket: "hers", Problem: Problem{Code: "office.taken"}}
	for name, news := range map[string][]func(*scene){
		"the refusal first": {func(sc *scene) { sc.play(refusal) }, func(sc *scene) { sc.desks(gone) }},
		"the news first":    {func(sc *scene) { sc.desks(gone) }, func(sc *scene) { sc.play(refusal) }},
	} {
		sc := openLinked(t, OfficeInStep)
		sc.desks(lost)
		sc.play(TakeOverPressed{Desk: "there", Ticket: "hers"})
		news[0](sc)
		check(t, name+": cannot be asked again", len(sc.s.Offers) == 0 || sc.s.Offers[0].Asked, true)
		news[1](sc)
		check(t, name+": who", sc.notice("takeover.taken"), true)
		check(t, name+": gone", len(sc.s.Offers), 0)
	}
}

func TestATakeOverIsTriedAgain(t *testing.T) {
	sc := openLinked(t, OfficeInStep)
	sc.desks(Presence{Standing: StandingLost, Drafts: []RemoteDraft{half("x")}})
	sc.play(TakeOverPressed{Desk: "there", Ticket: "hers"})
	mine := half("x")
	mine.Taken = "here" // the office gave it, and its answer was lost
	sc.desks(Presence{Standing: StandingLost, Drafts: []RemoteDraft{mine}})
	sc.play(TakeOverRefused{Desk: "there", Ticket: "hers", Problem: Problem{Code: "office.unreachable"}})
	check(t, "said", sc.notice("office.unreachable"), true)
	check(t, "may be tried again", sc.s.Offers[0].Asked, false)
	sc.play(TakeOverPressed{Desk: "there", Ticket: "hers"})
	sc.play(TakenOver{Desk: "there", Draft: mine})
	check(t, "in hand", sc.s.FrontTicket().From.Ticket, clients.ID("hers"))
	sc.desks(Presence{Standing: StandingLost, Drafts: []RemoteDraft{mine}})
	check(t, "offered no more", len(sc.s.Offers), 0)
}

func TestAnOfferTellsHowLongTheCallWas(t *testing.T) {
	d := half("x")
	d.Since = noon.Add(-4 * time.Minute)
	o := Offer{Since: noon, Draft: d}
	check(t, "talked", o.Talked(), 4*time.Minute)
	o.Draft.Talking = false
	check(t, "over", o.Talked(), time.Duration(0))
}

// taken is a desk that has taken Julie's message over, with this typed.
func taken(t *testing.T, text string) *scene {
	t.Helper()
	sc := openLinked(t, OfficeInStep)
	sc.desks(Presence{Standing: StandingLost, Drafts: []RemoteDraft{half(text)}})
	sc.play(TakenOver{Desk: "there", Draft: half(text)})
	sc.take()
	return sc
}

func TestWhoseMessageWasTakenOverIsCalledBackFromIt(t *testing.T) {
	sc := taken(t, "")
	ticket := sc.s.Front
	sc.play(TicketCalledBack{})
	dial := did[Dial](sc.take())[0]
	check(t, "number", phone.ParseNumber(dial.To.Target), phone.Number("+33639980009"))
	check(t, "on the same ticket", sc.s.TicketOf(dial.Call).ID, ticket)
	check(t, "no other ticket", len(sc.s.Tickets), 1)
	check(t, "for whom", sc.s.Call(dial.Call).Client, clients.ID("durand"))
	check(t, "who", sc.s.Call(dial.Call).KnownAs, "M. Roc")
	sc.play(TicketCalledBack{})
	check(t, "not twice", len(did[Dial](sc.take())), 0)
	sc.play(PhoneReported{phone.CallEnded{Call: dial.Call, At: sc.now, Cause: phone.NoAnswer}})
	check(t, "stays when nobody answers", sc.s.FrontTicket().ID, ticket)
	sc.play(DraftTyped{Ticket: ticket, Field: "number", Value: "05 61 00 00 01"})
	sc.play(TicketCalledBack{})
	dial = did[Dial](sc.take())[0]
	check(t, "the number that was noted", phone.ParseNumber(dial.To.Target), phone.Number("+33561000001"))
}

func TestWhoTookAMessageOverIsToldOfTheDesksReturn(t *testing.T) {
	sc := taken(t, "rappeler")
	sc.play(DraftTyped{Ticket: sc.s.Front, Field: "field:dossier", Value: "2026-17"})
	back := half("rappeler demain")
	back.Taken = "here"
	sc.desks(Presence{Standing: StandingCall, Drafts: []RemoteDraft{back}})
	check(t, "talking there", sc.s.FrontTicket().Return, ReturnTalking)
	check(t, "said", sc.notice("takeover.talking"), true)
	sc.play(SendPressed{})
	check(t, "not sent at once", len(did[Mutate](sc.take())), 0)
	back.Talking = false
	sc.desks(Presence{Standing: StandingHere, Drafts: []RemoteDraft{back}})
	check(t, "back", sc.s.FrontTicket().Return, ReturnBack)
	check(t, "said", sc.notice("takeover.back"), true)
	sc.desks(Presence{Standing: StandingHere})
	check(t, "left to this desk", sc.s.FrontTicket().Return, ReturnNone)
	check(t, "said no more", sc.notice("takeover.back"), false)
	sc.play(SendPressed{})
	check(t, "sent", len(did[Mutate](sc.take())), 1)
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
	mine := RemoteDraft{Ticket: sc.s.Front, Message: sc.s.FrontTicket().Draft.Message, Taken: "there"}
	sc.desks(Presence{}, mine)
	check(t, "by whom", sc.s.FrontTicket().TakenBy, "Julie")
	sc.take()
	sc.play(SendPressed{})
	check(t, "not at once", len(did[Mutate](sc.take())), 0)
	check(t, "said", sc.notice("message.taken-over"), true)
	sc.play(SendPressed{})
	check(t, "then sent", len(did[Mutate](sc.take())), 1)
}

func TestWhatWasSentThereIsNotSentAgain(t *testing.T) {
	sc := taken(t, "rappeler")
	sc.play(DraftTyped{Ticket: sc.s.Front, Field: "field:dossier", Value: "2026-17"})
	sc.play(SharedChanged{Messages: []clients.ID{"another", "hers"}})
	check(t, "known", sc.s.FrontTicket().Return, ReturnSent)
	check(t, "said", sc.notice("takeover.sent"), true)
	sc.desks(Presence{Standing: StandingHere})
	check(t, "still", sc.s.FrontTicket().Return, ReturnSent)
	sc.play(SendPressed{})
	check(t, "not sent at once", len(did[Mutate](sc.take())), 0)
	sc.play(TicketPutAway{})
	check(t, "put away with one key", len(sc.s.Tickets), 0)
}

func TestATakenMessageIsLeftWithOneKey(t *testing.T) {
	for added, want := range map[string]int{"": 0, ", demain": 1} {
		sc := openLinked(t, OfficeInStep)
		sc.play(ClientOpened{Client: "petit"})
		sc.play(DraftTyped{Ticket: sc.s.Front, Field: "text", Value: "rappeler"})
		front := sc.s.FrontTicket()
		own := RemoteDraft{Ticket: front.ID, Message: front.Draft.Message, Taken: "there"}
		sc.desks(Presence{}, own)
		check(t, "still told, so that it stays known whose it is", len(sc.s.Presence().Drafts), 1)
		if added != "" {
			sc.play(DraftTyped{Ticket: front.ID, Field: "text", Value: "rappeler" + added})
		}
		sc.play(TicketPutAway{})
		check(t, "tickets after "+added, len(sc.s.Tickets), want)
	}
}

func TestNobodyIsToldOfDraftsBeforeTheyAreRead(t *testing.T) {
	sc := &scene{t: t, now: noon, s: State{Now: noon, Directory: NewDirectory(nil)}}
	sc.link(OfficeInStep)
	check(t, "told", len(sc.told()), 0)
}
