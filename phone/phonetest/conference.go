package phonetest

import (
	"errors"
	"slices"
	"testing"

	"permanence/phone"
)

// nowConfer waits for the news that these calls hear each other.
func nowConfer(d *desk, here bool, calls ...phone.CallID) {
	d.t.Helper()
	expect(d, func(e phone.ConferenceChanged) bool { return slices.Equal(e.Calls, calls) && e.Here == here })
}

// conference has B join A and C, go out of it and come back, and A hang up.
func conference(t *testing.T, n Network) {
	a, b, c := newDesk(t, n, "A"), newDesk(t, n, "B"), newDesk(t, n, "C")
	idA, first := talk(a, b)
	b.must(b.UA.Hold(first))
	expect(b, func(e phone.HoldChanged) bool { return e.Here })
	idC, second := talk(c, b)
	b.must(b.UA.Confer([]phone.CallID{first, second}, true))
	expect(b, func(e phone.HoldChanged) bool { return e.Call == first && !e.Here })
	nowConfer(b, true, first, second)
	b.must(b.UA.Confer([]phone.CallID{first, second}, true)) // nothing new
	b.must(b.UA.Confer([]phone.CallID{first, second}, false))
	nowConfer(b, false, first, second)
	b.must(b.UA.Confer([]phone.CallID{first, second}, true))
	nowConfer(b, true, first, second)
	a.must(a.UA.Hangup(idA))
	wantCause(t, of[phone.CallEnded](b, first), phone.HungUpThere)
	nowConfer(b, false)
	if n := count[phone.ConferenceChanged](b); n != 4 {
		t.Errorf("told of %d conferences, want 4", n)
	}
	b.must(b.UA.Hangup(second)) // which stayed a call
	wantCause(t, of[phone.CallEnded](c, idC), phone.HungUpThere)
}

// conferenceOfThree has parties come, be held and go while the others go on.
func conferenceOfThree(t *testing.T, n Network) {
	a, b, c, d := newDesk(t, n, "A"), newDesk(t, n, "B"), newDesk(t, n, "C"), newDesk(t, n, "D")
	idA, first := talk(a, b)
	_, second := talk(c, b)
	_, third := talk(d, b)
	b.must(b.UA.Confer([]phone.CallID{first, second}, true))
	nowConfer(b, true, first, second)
	b.must(b.UA.Confer([]phone.CallID{first, second, third}, true))
	nowConfer(b, true, first, second, third)
	b.must(b.UA.Hold(third)) // who is on hold hears nobody
	for range 2 {            // in either order
		expect(b, func(e phone.Event) bool {
			hold, is := e.(phone.HoldChanged)
			now, told := e.(phone.ConferenceChanged)
			return is && hold.Call == third && hold.Here || told && slices.Equal(now.Calls, []phone.CallID{first, second})
		})
	}
	expect(d, func(e phone.HoldChanged) bool { return e.There })
	b.must(b.UA.Confer([]phone.CallID{third, second, first}, false))
	nowConfer(b, false, third, second, first)
	a.must(a.UA.Hangup(idA))
	nowConfer(b, false, third, second)
	b.must(b.UA.Confer(nil, false))
	nowConfer(b, false)
	for range 2 { // she was not in it: nobody hears her now
		expect(b, func(e phone.HoldChanged) bool { return e.Here })
	}
	for _, id := range []phone.CallID{second, third} {
		b.must(b.UA.Hangup(id))
		of[phone.CallEnded](b, id)
	}
}

// conferenceOutOfPlace asks for conferences that cannot be.
func conferenceOutOfPlace(t *testing.T, n Network) {
	a, b := newDesk(t, n, "A"), newDesk(t, n, "B")
	idA, first := talk(a, b)
	b.must(b.UA.Confer(nil, true)) // there is none to end
	b.must(b.UA.Confer([]phone.CallID{first}, true))
	if err := b.UA.Confer([]phone.CallID{first, "none"}, true); !errors.Is(err, phone.ErrUnknownCall) {
		t.Errorf("with a call that is not there: %v", err)
	}
	if err := b.UA.Confer([]phone.CallID{first, first}, true); !errors.Is(err, phone.ErrWrongState) {
		t.Errorf("with one call twice: %v", err)
	}
	idC := a.dial(b.Address)
	second := expect[phone.CallArrived](b, nil).Call
	if err := b.UA.Confer([]phone.CallID{first, second}, true); !errors.Is(err, phone.ErrWrongState) {
		t.Errorf("with a call that rings: %v", err)
	}
	a.must(a.UA.Hangup(idC))
	of[phone.CallEnded](b, second)
	a.must(a.UA.Hangup(idA))
	of[phone.CallEnded](b, first)
	if n := count[phone.ConferenceChanged](b); n != 0 {
		t.Errorf("told of %d conferences", n)
	}
}
