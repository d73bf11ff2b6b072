package desk

import (
	"testing"

	"permanence/clients"
)

// takenOver is a desk that has just been given Julie's message.
func takenOver(t *testing.T) *scene {
	t.Helper()
	sc := openLinked(t, OfficeInStep)
	sc.desks(Presence{Standing: StandingLost, Drafts: []RemoteDraft{half("rappeler")}})
	sc.play(TakeOverPressed{Desk: "there", Ticket: "hers"})
	sc.play(TakenOver{Desk: "there", Draft: half("rappeler")})
	return sc
}

func TestAnAnswerThatComesTwiceMakesOneMessage(t *testing.T) {
	sc := takenOver(t)
	sc.play(TakenOver{Desk: "there", Draft: half("rappeler")})
	check(t, "tickets", len(sc.s.Tickets), 1)
	check(t, "its ID follows from hers", sc.s.Tickets[0].Draft.Message.ID, clients.CopyOf("hers", "here"))
}

func TestWhatWasTakenOverIsToldOnceItIsOnTheDisk(t *testing.T) {
	sc := takenOver(t)
	check(t, "in memory only", len(sc.s.Presence().Drafts), 0)
	sc.play(DraftKept{Ticket: sc.s.Tickets[0].ID, At: sc.now, Stroke: 1})
	check(t, "on the disk", sc.s.Presence().Drafts[0].Of, clients.ID("hers"))
}

func TestWhatIsLeftWithoutADeskIsOffered(t *testing.T) {
	sc := openLinked(t, OfficeInStep)
	left := half("rappeler")
	left.Orphan = true
	sc.desks(Presence{Standing: StandingHere, Drafts: []RemoteDraft{left}})
	check(t, "of a desk that is there", len(sc.s.Offers), 1)
	sc.desks(Presence{Standing: StandingHere}, left)
	check(t, "of this desk", sc.s.Offers[0].Desk, clients.ID("here"))
	left.Taken = "third"
	sc.desks(Presence{Standing: StandingHere}, left)
	check(t, "that somebody has", len(sc.s.Offers), 0)
}

func TestWhoseGrantLapsedIsToldWhoHasIt(t *testing.T) {
	sc := takenOver(t)
	theirs := half("rappeler")
	theirs.Taken = "third"
	sc.desks(Presence{Standing: StandingLost, Drafts: []RemoteDraft{theirs}})
	check(t, "who", sc.s.Tickets[0].TakenBy, "third")
	theirs.Taken = "here"
	sc.desks(Presence{Standing: StandingLost, Drafts: []RemoteDraft{theirs}})
	check(t, "and that it is this desk's again", sc.s.Tickets[0].TakenBy, "")
	check(t, "no word of it stays", sc.notice("message.taken-over"), false)
}

func TestWhoHasNotTakenItAfterAllIsForgotten(t *testing.T) {
	sc := openLinked(t, OfficeInStep)
	sc.rings("a", "+33536490001")
	sc.talks("a")
	sc.play(DraftTyped{Field: "text", Value: "rappeler"})
	own := sc.s.Presence().Drafts[0]
	own.Taken = "there"
	sc.desks(Presence{Standing: StandingHere}, own)
	check(t, "taken", sc.s.FrontTicket().TakenBy, "Julie")
	own.Taken = ""
	sc.desks(Presence{Standing: StandingLost}, own)
	check(t, "she died before it was on her disk", sc.s.FrontTicket().TakenBy, "")
}

func TestWhoSentACopyBeforeIsNamed(t *testing.T) {
	sc := takenOver(t)
	sc.play(DesksChanged{Desks: []Presence{{Desk: "here"}, {Desk: "third", Name: "Zoé", Standing: StandingHere}}})
	sc.play(SharedChanged{Messages: []clients.ID{clients.CopyOf("hers", "third")}})
	check(t, "sent", sc.s.Tickets[0].Return, ReturnSent)
	check(t, "by", sc.s.Tickets[0].From.Name, "Zoé")
}
