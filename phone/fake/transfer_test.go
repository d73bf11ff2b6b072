package fake

import (
	"context"
	"slices"
	"testing"
	"time"

	"permanence/phone"
)

// outsideDesk is an agent with a call from outside, answered, and what it is told
// after that.
func outsideDesk(t *testing.T) (a *Agent, id phone.CallID, told func() []phone.Event) {
	t.Helper()
	now := time.Date(2026, 11, 26, 14, 32, 0, 0, time.UTC)
	var all []phone.Event
	a = NewExchange(func() time.Time { return now }).NewAgent("desk", func(e phone.Event) { all = append(all, e) })
	if err := a.SetLines([]phone.Line{{ID: "l"}}); err != nil {
		t.Fatal(err)
	}
	id = a.OutsideCalls(phone.Invite{})
	if err := a.Answer(id, phone.Reception{}); err != nil {
		t.Fatal(err)
	}
	return a, id, func() []phone.Event {
		if err := a.Close(context.Background()); err != nil {
			t.Fatal(err)
		}
		for i := range all {
			all[i] = timeless(all[i])
		}
		return all[5:] // two of the line, arrived, answered, media
	}
}

// timeless is an event without its time, and without what cannot be compared.
func timeless(e phone.Event) phone.Event {
	switch e := e.(type) {
	case phone.TransferProgressed:
		e.At = time.Time{}
		return e
	case phone.CallEnded:
		e.At = time.Time{}
		return e
	case phone.CallReferred:
		e.At = time.Time{}
		return e
	case phone.CallReplaced:
		return phone.CallEnded{Call: e.Call, Detail: "replaced by " + string(e.New)}
	case phone.CallAnswered:
		e.At = time.Time{}
		return e
	case phone.MediaChanged:
		e.At = time.Time{}
		return e
	case phone.HoldChanged:
		e.At = time.Time{}
		return e
	}
	return e
}

func wantTold(t *testing.T, got []phone.Event, want ...phone.Event) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("told\n%+v\nwant\n%+v", got, want)
	}
}

func TestOutsideTransferSteps(t *testing.T) {
	a, id, told := outsideDesk(t)
	if err := a.Transfer(id, "0612345678"); err != nil {
		t.Fatal(err)
	}
	a.OutsideTransferStep(id, phone.TransferAsked, 0)
	a.OutsideTransferStep(id, phone.TransferFailed, 486)
	a.OutsideTransferStep(id, phone.TransferDone, 200) // too late
	if err := a.Transfer(id, "0612345679"); err != nil {
		t.Fatal(err)
	}
	a.OutsideTransferStep(id, phone.TransferRinging, 180)
	a.OutsideTransferStep(id, phone.TransferAsked, 0) // nothing new
	a.OutsideTransferStep(id, phone.TransferDone, 200)
	wantTold(t, told(),
		phone.TransferProgressed{Call: id, Step: phone.TransferAsked},
		phone.TransferProgressed{Call: id, Step: phone.TransferFailed, Status: 486},
		phone.TransferProgressed{Call: id, Step: phone.TransferRinging, Status: 180},
		phone.TransferProgressed{Call: id, Step: phone.TransferDone, Status: 200},
		phone.CallEnded{Call: id, Cause: phone.Transferred},
	)
}

func TestOutsideIsConnected(t *testing.T) {
	a, id, told := outsideDesk(t)
	if err := a.Dial("c", "l", phone.Outbound{Target: "0612345678"}); err != nil {
		t.Fatal(err)
	}
	a.OutsideAnswers("c")
	if err := a.Connect(id, "c"); err != nil {
		t.Fatal(err)
	}
	a.OutsideTransferStep(id, phone.TransferDone, 200)
	wantTold(t, told(),
		phone.CallAnswered{Call: "c"}, phone.MediaChanged{Call: "c", Codec: codec, Flow: phone.FlowBoth},
		phone.TransferProgressed{Call: id, Step: phone.TransferDone, Status: 200},
		phone.CallEnded{Call: "c", Cause: phone.Transferred}, phone.CallEnded{Call: id, Cause: phone.Transferred},
	)
}

func TestOutsideRefers(t *testing.T) {
	a, id, told := outsideDesk(t)
	for _, refused := range []string{"15", "3949", "no number"} {
		if next := a.OutsideRefers(id, refused); next != "" {
			t.Errorf("called %s because somebody said so", refused)
		}
	}
	next := a.OutsideRefers(id, "0612345678")
	if again := a.OutsideRefers(id, "0612345679"); again != "" {
		t.Error("two at a time")
	}
	a.OutsideAnswers(next)
	a.OutsideEnds(id, phone.HungUpThere, 0)
	wantTold(t, told(),
		phone.CallReferred{Call: id, New: next, Line: "l", Target: phone.Identity{Number: "+33612345678"}},
		phone.CallAnswered{Call: next}, phone.MediaChanged{Call: next, Codec: codec, Flow: phone.FlowBoth},
		phone.CallEnded{Call: id, Cause: phone.HungUpThere}, phone.CallEnded{Call: next, Cause: phone.Shutdown},
	)
}

func TestOutsideReplaces(t *testing.T) {
	a, id, told := outsideDesk(t)
	if err := a.Hold(id); err != nil {
		t.Fatal(err)
	}
	next := a.OutsideReplaces(id, phone.Invite{Caller: phone.Identity{Number: "+33612345678"}})
	if again := a.OutsideReplaces(id, phone.Invite{}); again != "" {
		t.Error("a call that is over was replaced")
	}
	held := phone.MediaChanged{Codec: codec, Flow: phone.FlowSend}
	old, fresh := held, held
	old.Call, fresh.Call = id, next
	wantTold(t, told(),
		old, phone.HoldChanged{Call: id, Here: true},
		phone.CallEnded{Call: id, Detail: "replaced by " + string(next)},
		phone.CallAnswered{Call: next}, phone.MediaChanged{Call: next, Codec: codec, Flow: phone.FlowBoth},
		fresh, phone.HoldChanged{Call: next, Here: true},
		phone.CallEnded{Call: id, Cause: phone.Replaced}, phone.CallEnded{Call: next, Cause: phone.Shutdown},
	)
}
