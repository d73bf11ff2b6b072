package desk

import (
	"testing"

	"permanence/phone"
)

// conferring opens a conference of two and the operator.
func conferring(t *testing.T) *scene {
	sc := openDesk(t)
	sc.rings("a", "+33536490001")
	sc.talks("a")
	sc.rings("b", "+33536490002")
	sc.talks("b")
	sc.take()
	sc.play(ConferencePressed{})
	asked := did[Confer](sc.take())
	if len(asked) != 1 || len(asked[0].Calls) != 2 || !asked[0].Here {
		t.Fatalf("asked %v, want one conference of two with the operator", asked)
	}
	sc.play(PhoneReported{phone.HoldChanged{Call: "a", At: sc.now}})
	sc.play(PhoneReported{phone.ConferenceChanged{Calls: asked[0].Calls, Here: true, At: sc.now}})
	check(t, "nobody is put on hold", len(did[Hold](sc.take())), 0)
	return sc
}

func TestConference(t *testing.T) {
	sc := conferring(t)
	check(t, "a", sc.phase("a"), Talking)
	check(t, "b", sc.phase("b"), Talking)
	sc.ends("b", phone.HungUpThere)
	sc.play(PhoneReported{phone.ConferenceChanged{At: sc.now}})
	check(t, "who stays is an ordinary call", sc.s.Call("a").Conference, false)
	check(t, "and talks", sc.phase("a"), Talking)
}

func TestConferenceOfTheTransfersTwo(t *testing.T) {
	sc := openDesk(t)
	sc.rings("other", "+33536490002")
	sc.talks("other")
	sc.play(HoldPressed{})
	sc.held()
	sc.waits("a")
	b := sc.consults("201")
	sc.play(ConferencePressed{})
	asked := did[Confer](sc.take())[0]
	check(t, "two", len(asked.Calls), 2)
	check(t, "the caller", asked.Calls[0], phone.CallID("a"))
	check(t, "the consulted", asked.Calls[1], b)
	check(t, "panel", sc.s.Transfer == nil, true)
}

func TestConferenceNeedsTwo(t *testing.T) {
	sc := openDesk(t)
	sc.rings("a", "+33536490001")
	sc.talks("a")
	sc.play(ConferencePressed{})
	check(t, "said", sc.notice("conference.too-few"), true)
	check(t, "not asked", len(did[Confer](sc.take())), 0)
}

func TestAnotherCallLeavesTheConferenceAlone(t *testing.T) {
	sc := conferring(t)
	sc.rings("c", "+33536490001")
	sc.play(AnswerPressed{})
	effects := sc.take()
	check(t, "it goes on without her", did[Confer](effects)[0].Here, false)
	check(t, "nobody waits", len(did[Hold](effects)), 0)
	sc.play(PhoneReported{phone.ConferenceChanged{Calls: []phone.CallID{"a", "b"}, At: sc.now}})
	sc.play(PhoneReported{phone.CallAnswered{Call: "c", At: sc.now}})
	check(t, "F8 means c", sc.s.CurrentCall(), phone.CallID("c"))
	sc.take()
	sc.play(HoldPressed{Call: "a"})
	effects = sc.take()
	check(t, "F3 joins again", did[Confer](effects)[0].Here, true)
	check(t, "c waits", did[Hold](effects)[0].Call, phone.CallID("c"))
}

func TestPartingAConference(t *testing.T) {
	sc := conferring(t)
	sc.play(ConferenceEnded{})
	check(t, "asked", len(did[Confer](sc.take())[0].Calls), 0)
	sc.play(PhoneReported{phone.ConferenceChanged{At: sc.now}})
	front := sc.s.FrontCall().ID
	waiting := did[Hold](sc.take())
	check(t, "one waits", len(waiting), 1)
	check(t, "not the one in front", waiting[0].Call == front, false)
}

func TestPartingAConferenceSheIsNotIn(t *testing.T) {
	sc := conferring(t)
	sc.play(ConferenceLeft{})
	sc.play(PhoneReported{phone.ConferenceChanged{Calls: []phone.CallID{"a", "b"}, At: sc.now}})
	check(t, "out", sc.s.Call("a").Alone, true)
	sc.take()
	sc.play(ConferenceEnded{})
	sc.play(PhoneReported{phone.ConferenceChanged{At: sc.now}})
	check(t, "nobody is hung up", len(did[Hangup](sc.take())), 0)
	for _, id := range []phone.CallID{"a", "b"} {
		sc.play(PhoneReported{phone.HoldChanged{Call: id, Here: true, At: sc.now}}) // by itself
		check(t, "waits", sc.phase(id), Held)
	}
	sc.play(HoldPressed{Call: "a"})
	check(t, "and is taken back", did[Resume](sc.take())[0].Call, phone.CallID("a"))
}

func TestConferenceThatTheTelephoneRefuses(t *testing.T) {
	sc := openDesk(t)
	sc.rings("a", "+33536490001")
	sc.talks("a")
	sc.rings("b", "+33536490002")
	sc.talks("b")
	sc.play(ConferencePressed{})
	sc.take()
	sc.play(CommandRefused{Command: "conference", Code: "phone.too-late"})
	check(t, "a waits", sc.phase("a"), Held)
	check(t, "b talks", sc.phase("b"), Talking)
	check(t, "nothing is pending", sc.s.Call("a").Pending+sc.s.Call("b").Pending, "")
}
