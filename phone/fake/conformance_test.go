package fake

import (
	"context"
	"slices"
	"testing"
	"time"

	"permanence/phone"
	"permanence/phone/phonetest"
)

func TestConformance(t *testing.T) {
	phonetest.Run(t, func(testing.TB) phonetest.Network { return network{NewExchange(nil)} })
}

type network struct{ x *Exchange }

func (n network) Agent(t testing.TB, name string, report func(phone.Event)) phonetest.Member {
	a := n.x.NewAgent(name, report)
	for s, d := range phonetest.Sounds {
		a.SoundLasts(s, d)
	}
	if err := a.SetLines([]phone.Line{{ID: "line", User: name, Domain: "fake"}}); err != nil {
		t.Fatal(err)
	}
	return phonetest.Member{UA: a, Line: "line", Address: "sip:" + name + "@fake"}
}

func (n network) Nobody(testing.TB, phonetest.Member) string { return "sip:nobody@fake" }

func (n network) TakenElsewhere(_ testing.TB, m phonetest.Member) {
	a := m.UA.(*Agent)
	a.OutsideEnds(a.OutsideCalls(phone.Invite{}), phone.AnsweredElsewhere, 487)
}

// TestOutside plays the outside world to both kinds of calls.
func TestOutside(t *testing.T) {
	now := time.Date(2026, 11, 26, 14, 32, 0, 0, time.UTC)
	var told []phone.Event
	a := NewExchange(func() time.Time { return now }).NewAgent("desk", func(e phone.Event) { told = append(told, e) })
	if err := a.SetLines([]phone.Line{{ID: "l"}}); err != nil {
		t.Fatal(err)
	}
	in := a.OutsideCalls(phone.Invite{Caller: phone.Identity{Number: "+33612345678"}})
	if err := a.Answer(in, phone.Reception{}); err != nil {
		t.Fatal(err)
	}
	a.OutsidePresses(in, "5")
	a.OutsideHolds(in, true)
	a.OutsideEnds(in, phone.HungUpThere, 0)
	if err := a.Dial("out", "l", phone.Outbound{Target: "0561123456"}); err != nil {
		t.Fatal(err)
	}
	a.OutsideRings("out", true)
	a.OutsideAnswers("out")
	a.LineIs("l", phone.LineUnreachable, "no reply")
	if err := a.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	want := []phone.Event{
		phone.LineChanged{Line: "l", State: phone.LineRegistering, At: now},
		phone.LineChanged{Line: "l", State: phone.LineRegistered, At: now},
		phone.CallArrived{Call: in, Line: "l", At: now},
		phone.CallAnswered{Call: in, At: now},
		phone.MediaChanged{Call: in, Codec: "PCMA", Flow: phone.FlowBoth, At: now},
		phone.DTMFReceived{Call: in, Digit: '5', At: now},
		phone.MediaChanged{Call: in, Codec: "PCMA", Flow: phone.FlowReceive, At: now},
		phone.HoldChanged{Call: in, There: true, At: now},
		phone.CallEnded{Call: in, Cause: phone.HungUpThere, At: now},
		phone.CallRinging{Call: "out", Early: true, At: now},
		phone.CallAnswered{Call: "out", At: now},
		phone.MediaChanged{Call: "out", Codec: "PCMA", Flow: phone.FlowBoth, At: now},
		phone.LineChanged{Line: "l", State: phone.LineUnreachable, Detail: "no reply", At: now},
		phone.CallEnded{Call: "out", Cause: phone.Shutdown, At: now},
	}
	same := slices.EqualFunc(told, want, func(a, b phone.Event) bool {
		if c, ok := a.(phone.CallArrived); ok {
			c.Invite = phone.Invite{}
			_, is := b.(phone.CallArrived)
			return is && c.Call == in && c.Line == "l"
		}
		return a == b
	})
	if !same {
		t.Errorf("told\n%+v\nwant\n%+v", told, want)
	}
}
