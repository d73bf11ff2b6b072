package phonetest

import (
	"context"
	"errors"
	"slices"
	"testing"

	"permanence/phone"
)

// scenario is one play of up to three desks.
type scenario struct {
	name string
	play func(t *testing.T, n Network)
}

// Run runs the suite on the networks that make makes, a fresh one for each
// scenario.
func Run(t *testing.T, make func(t testing.TB) Network) {
	for _, s := range slices.Concat([]scenario{
		{"the caller hangs up", callerHangsUp},
		{"the called hangs up", calledHangsUp},
		{"the caller gives up", callerGivesUp},
		{"the called rejects", calledRejects},
		{"the called hangs up instead of answering", calledHangsUpRinging},
		{"hold and resume by the caller", func(t *testing.T, n Network) { holdAndResume(t, n, true) }},
		{"hold and resume by the called", func(t *testing.T, n Network) { holdAndResume(t, n, false) }},
		{"both hold", bothHold},
		{"a second call", secondCall},
		{"answered elsewhere", answeredElsewhere},
		{"keys both ways", keysBothWays},
		{"nobody there", nobodyThere},
		{"commands out of place", outOfPlace},
		{"a conference", conference},
		{"a conference of three", conferenceOfThree},
		{"conferences out of place", conferenceOutOfPlace},
		{"close with live calls", closeWithLiveCalls},
		{"a line taken away", lineTakenAway},
	}, transfers, sounds) {
		t.Run(s.name, func(t *testing.T) {
			NoLeaks(t)
			s.play(t, make(t))
		})
	}
}

// talk connects two desks and gives each side's name of the call.
func talk(a, b *desk) (here, there phone.CallID) {
	a.t.Helper()
	here = a.dial(b.Address)
	there = expect[phone.CallArrived](b, nil).Call
	of[phone.CallRinging](a, here)
	b.must(b.UA.Answer(there, phone.Reception{}))
	of[phone.CallAnswered](b, there)
	of[phone.CallAnswered](a, here)
	of[phone.MediaChanged](a, here)
	of[phone.MediaChanged](b, there)
	return here, there
}

func wantCause(t *testing.T, e phone.CallEnded, want phone.EndCause) {
	t.Helper()
	if e.Cause != want {
		t.Errorf("ended with %q (%d %s), want %q", e.Cause, e.Status, e.Detail, want)
	}
}

func callerHangsUp(t *testing.T, n Network) {
	a, b := newDesk(t, n, "A"), newDesk(t, n, "B")
	here, there := talk(a, b)
	a.must(a.UA.Hangup(here))
	wantCause(t, of[phone.CallEnded](a, here), phone.HungUpHere)
	wantCause(t, of[phone.CallEnded](b, there), phone.HungUpThere)
	if n := count[phone.CallAnswered](b); n != 1 {
		t.Errorf("answered %d times", n)
	}
}

func calledHangsUp(t *testing.T, n Network) {
	a, b := newDesk(t, n, "A"), newDesk(t, n, "B")
	here, there := talk(a, b)
	if _, ok := b.UA.Stats(there); !ok {
		t.Error("no counters of a live call")
	}
	b.must(b.UA.Hangup(there))
	wantCause(t, of[phone.CallEnded](b, there), phone.HungUpHere)
	wantCause(t, of[phone.CallEnded](a, here), phone.HungUpThere)
	if _, ok := b.UA.Stats(there); ok {
		t.Error("counters of a call that is over")
	}
}

func callerGivesUp(t *testing.T, n Network) {
	a, b := newDesk(t, n, "A"), newDesk(t, n, "B")
	here := a.dial(b.Address)
	there := expect[phone.CallArrived](b, nil).Call
	of[phone.CallRinging](a, here)
	a.must(a.UA.Hangup(here))
	wantCause(t, of[phone.CallEnded](a, here), phone.HungUpHere)
	e := of[phone.CallEnded](b, there)
	wantCause(t, e, phone.CallerGaveUp)
	if !e.Cause.Missed() {
		t.Error("a caller who gave up is a missed call")
	}
}

func calledRejects(t *testing.T, n Network) {
	a, b := newDesk(t, n, "A"), newDesk(t, n, "B")
	here := a.dial(b.Address)
	there := expect[phone.CallArrived](b, nil).Call
	b.must(b.UA.Reject(there))
	wantCause(t, of[phone.CallEnded](b, there), phone.RejectedHere)
	wantCause(t, of[phone.CallEnded](a, here), phone.Busy)
}

func calledHangsUpRinging(t *testing.T, n Network) {
	a, b := newDesk(t, n, "A"), newDesk(t, n, "B")
	here := a.dial(b.Address)
	there := expect[phone.CallArrived](b, nil).Call
	b.must(b.UA.Hangup(there))
	wantCause(t, of[phone.CallEnded](b, there), phone.RejectedHere)
	wantCause(t, of[phone.CallEnded](a, here), phone.Busy)
}

func holdAndResume(t *testing.T, n Network, byCaller bool) {
	a, b := newDesk(t, n, "A"), newDesk(t, n, "B")
	idA, idB := talk(a, b)
	holder, held, idHolder, idHeld := a, b, idA, idB
	if !byCaller {
		holder, held, idHolder, idHeld = b, a, idB, idA
	}
	for range 2 {
		holder.must(holder.UA.Hold(idHolder))
		expect(holder, func(e phone.HoldChanged) bool { return e.Call == idHolder && e.Here && !e.There })
		expect(held, func(e phone.HoldChanged) bool { return e.Call == idHeld && e.There && !e.Here })
		holder.must(holder.UA.Resume(idHolder))
		expect(holder, func(e phone.HoldChanged) bool { return e.Call == idHolder && !e.Here && !e.There })
		expect(held, func(e phone.HoldChanged) bool { return e.Call == idHeld && !e.There && !e.Here })
	}
	a.must(a.UA.Hangup(idA))
	of[phone.CallEnded](a, idA)
	of[phone.CallEnded](b, idB)
}

func bothHold(t *testing.T, n Network) {
	a, b := newDesk(t, n, "A"), newDesk(t, n, "B")
	idA, idB := talk(a, b)
	a.must(a.UA.Hold(idA))
	expect(b, func(e phone.HoldChanged) bool { return e.There })
	b.must(b.UA.Hold(idB))
	expect(b, func(e phone.HoldChanged) bool { return e.Here && e.There })
	expect(a, func(e phone.HoldChanged) bool { return e.Here && e.There })
	a.must(a.UA.Resume(idA))
	expect(a, func(e phone.HoldChanged) bool { return !e.Here && e.There })
	expect(b, func(e phone.HoldChanged) bool { return e.Here && !e.There })
	b.must(b.UA.Resume(idB))
	expect(a, func(e phone.HoldChanged) bool { return !e.Here && !e.There })
	expect(b, func(e phone.HoldChanged) bool { return !e.Here && !e.There })
}

func secondCall(t *testing.T, n Network) {
	a, b, c := newDesk(t, n, "A"), newDesk(t, n, "B"), newDesk(t, n, "C")
	idA, first := talk(a, b)
	idC := c.dial(b.Address)
	second := expect[phone.CallArrived](b, nil).Call
	if first == second {
		t.Fatal("two calls have one name")
	}
	b.must(b.UA.Hold(first))
	expect(a, func(e phone.HoldChanged) bool { return e.There })
	b.must(b.UA.Answer(second, phone.Reception{}))
	of[phone.CallAnswered](c, idC)
	a.must(a.UA.Hangup(idA))
	wantCause(t, of[phone.CallEnded](b, first), phone.HungUpThere)
	b.must(b.UA.Hangup(second))
	wantCause(t, of[phone.CallEnded](c, idC), phone.HungUpThere)
}

func answeredElsewhere(t *testing.T, n Network) {
	b := newDesk(t, n, "B")
	n.TakenElsewhere(t, b.Member)
	there := expect[phone.CallArrived](b, nil).Call
	e := of[phone.CallEnded](b, there)
	wantCause(t, e, phone.AnsweredElsewhere)
	if e.Cause.Missed() {
		t.Error("a call answered elsewhere is no missed call")
	}
}

func keysBothWays(t *testing.T, n Network) {
	a, b := newDesk(t, n, "A"), newDesk(t, n, "B")
	idA, idB := talk(a, b)
	press := func(from, to *desk, id, heard phone.CallID, keys string) {
		from.must(from.UA.SendDTMF(id, keys))
		got := ""
		for range keys {
			got += string(of[phone.DTMFReceived](to, heard).Digit)
		}
		if got != keys {
			t.Errorf("%s pressed %q, %s heard %q", from.name, keys, to.name, got)
		}
	}
	press(a, b, idA, idB, "4711*#A")
	press(b, a, idB, idA, "1123")
	if n := count[phone.DTMFReceived](b); n != 7 {
		t.Errorf("%d keys heard, want 7", n)
	}
}

func nobodyThere(t *testing.T, n Network) {
	a, b := newDesk(t, n, "A"), newDesk(t, n, "B")
	id := a.dial(n.Nobody(t, b.Member))
	wantCause(t, of[phone.CallEnded](a, id), phone.UnknownNumber)
}

func outOfPlace(t *testing.T, n Network) {
	a, b := newDesk(t, n, "A"), newDesk(t, n, "B")
	for what, err := range map[string]error{
		"answer": a.UA.Answer("none", phone.Reception{}), "reject": a.UA.Reject("none"), "hang up": a.UA.Hangup("none"),
		"hold": a.UA.Hold("none"), "resume": a.UA.Resume("none"), "keys": a.UA.SendDTMF("none", "1"),
	} {
		if !errors.Is(err, phone.ErrUnknownCall) {
			t.Errorf("%s of no call: %v", what, err)
		}
	}
	if err := a.UA.Dial("x", "no line", phone.Outbound{Target: b.Address}); !errors.Is(err, phone.ErrUnknownLine) {
		t.Errorf("dial on no line: %v", err)
	}
	if err := a.UA.Dial("x", a.Line, phone.Outbound{Target: "no number"}); !errors.Is(err, phone.ErrBadNumber) {
		t.Errorf("dial no number: %v", err)
	}
	id := a.dial(b.Address)
	there := expect[phone.CallArrived](b, nil).Call
	for what, err := range map[string]error{
		"answer what we dialled": a.UA.Answer(id, phone.Reception{}), "hold while it rings": b.UA.Hold(there),
		"keys while it rings": b.UA.SendDTMF(there, "1"), "dial the same call": a.UA.Dial(id, a.Line, phone.Outbound{Target: b.Address}),
	} {
		if !errors.Is(err, phone.ErrWrongState) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func closeWithLiveCalls(t *testing.T, n Network) {
	a, b, c := newDesk(t, n, "A"), newDesk(t, n, "B"), newDesk(t, n, "C")
	idA, first := talk(a, b)
	idC := c.dial(b.Address)
	second := expect[phone.CallArrived](b, nil).Call
	third := b.dial(c.Address)
	expect[phone.CallArrived](c, nil)
	b.close()
	for _, id := range []phone.CallID{first, second, third} {
		if n := endings(b, id); n != 1 {
			t.Errorf("call %s ended %d times", id, n)
		}
	}
	wantCause(t, of[phone.CallEnded](a, idA), phone.HungUpThere)
	of[phone.CallEnded](c, idC)
	if err := b.UA.Answer(second, phone.Reception{}); !errors.Is(err, phone.ErrClosed) {
		t.Errorf("a command after close: %v", err)
	}
	if err := b.UA.Close(context.Background()); err != nil && !errors.Is(err, phone.ErrClosed) {
		t.Errorf("a second close: %v", err)
	}
}

func endings(d *desk, id phone.CallID) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := 0
	for _, e := range d.events {
		if e, ok := e.(phone.CallEnded); ok && e.Call == id {
			n++
			if e.Cause != phone.Shutdown {
				d.t.Errorf("%s: %q instead of %q", d.name, e.Cause, phone.Shutdown)
			}
		}
	}
	return n
}

func lineTakenAway(t *testing.T, n Network) {
	a, b := newDesk(t, n, "A"), newDesk(t, n, "B")
	idA, idB := talk(a, b)
	b.must(b.UA.SetLines(nil))
	expect(b, func(e phone.LineChanged) bool { return e.Line == b.Line && e.State == phone.LineOff })
	if err := b.UA.Dial("x", b.Line, phone.Outbound{Target: a.Address}); !errors.Is(err, phone.ErrUnknownLine) {
		t.Errorf("dial on a line that is gone: %v", err)
	}
	a.must(a.UA.Hangup(idA)) // the call that was on it goes on to its end
	wantCause(t, of[phone.CallEnded](b, idB), phone.HungUpThere)
}
