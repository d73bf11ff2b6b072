package simulator_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"permanence/phone"
	"permanence/phone/simulator"
)

// patience bounds every wait of these tests; nothing is expected to need it.
const patience = 20 * time.Second

func newSimulator(t *testing.T, c simulator.Config) *simulator.Simulator {
	t.Helper()
	c.Bind = "127.0.0.1:0"
	s, err := simulator.New(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("closing the simulator: %v", err)
		}
	})
	return s
}

func patient(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	return ctx
}

// received is how a call looked from the side that took it.
type received struct {
	in  simulator.Incoming
	out simulator.Outcome
}

// newDesk is a simulator that plays the desk, with a channel of calls over.
func newDesk(t *testing.T, r simulator.Reception) (addr string, over <-chan received) {
	t.Helper()
	calls := make(chan received, 8)
	s := newSimulator(t, simulator.Config{
		Receive: func(simulator.Incoming) simulator.Reception { return r },
		Report:  func(in simulator.Incoming, out simulator.Outcome) { calls <- received{in, out} },
	})
	return s.Addr(), calls
}

func next[T any](t *testing.T, c <-chan T) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(patience):
		t.Fatal("waited too long")
		panic("unreachable")
	}
}

func heard(hz float64, d time.Duration) func(simulator.Recording) bool {
	return func(r simulator.Recording) bool { return r.ToneTime(hz) >= d }
}

func TestBothSidesHearEachOther(t *testing.T) {
	desk, over := newDesk(t, simulator.Reception{
		RingFor: 50 * time.Millisecond, // or the 180 and the 200 cross in the library
		Part:    simulator.Part{Voice: simulator.Tone(1000, -10, time.Second)},
	})
	caller := newSimulator(t, simulator.Config{})

	var kinds []string
	out, err := caller.Call(patient(t), simulator.Plan{
		Target: desk, Called: "+33561000001", CallerName: "Mme Lefèvre", CallerNumber: "+33612345678",
		Part: simulator.Part{
			Voice: simulator.Tone(440, -10, 300*time.Millisecond),
			Until: heard(1000, time.Second),
			Watch: func(e simulator.Event) { kinds = append(kinds, string(e.Kind)) },
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if out.Ending != simulator.HungUp || !out.Rang || !out.Answered || out.Status != 200 || out.Codec != "PCMA" {
		t.Errorf("outcome %+v", out)
	}
	if got := strings.Join(kinds, " "); got != "ringing answered hearing over" {
		t.Errorf("events: %s", got)
	}
	callee := next(t, over)
	if callee.in.Called != "+33561000001" || callee.in.From != "+33612345678" {
		t.Errorf("arrived as %+v", callee.in)
	}
	if callee.out.Ending != simulator.LeftHere {
		t.Errorf("the desk's side ended %q", callee.out.Ending)
	}
	if got := callee.out.Heard.ToneTime(440); got < 500*time.Millisecond {
		t.Errorf("440 Hz was heard for %v at the desk", got)
	}
	if got := callee.out.Heard.ToneTime(1000); got != 0 {
		t.Errorf("the desk heard its own 1000 Hz for %v", got)
	}
}

func TestTheOtherSideHangsUp(t *testing.T) {
	desk, over := newDesk(t, simulator.Reception{Part: simulator.Part{Until: heard(440, 200*time.Millisecond)}})
	out, err := newSimulator(t, simulator.Config{}).Call(patient(t), simulator.Plan{
		Target: desk, Called: "+33561000001",
		Part: simulator.Part{Voice: simulator.Tone(440, -10, time.Second)},
	})
	if err != nil {
		t.Fatal(err)
	}
	if out.Ending != simulator.LeftHere {
		t.Errorf("ended %q", out.Ending)
	}
	if got := next(t, over).out.Ending; got != simulator.HungUp {
		t.Errorf("the desk's side ended %q", got)
	}
}

func TestKeysArriveOnceAndInOrder(t *testing.T) {
	const keys = "4711#*0A"
	pressed := make(chan rune, 2*len(keys))
	desk, over := newDesk(t, simulator.Reception{Part: simulator.Part{
		Watch: func(e simulator.Event) {
			if e.Kind == simulator.Pressed {
				pressed <- e.Key
			}
		},
	}})
	ctx, hangUp := context.WithCancel(patient(t))
	defer hangUp()
	go func() {
		defer hangUp()
		for range keys {
			select {
			case <-pressed:
			case <-time.After(patience):
				return
			}
		}
	}()
	if _, err := newSimulator(t, simulator.Config{}).Call(ctx, simulator.Plan{
		Target: desk, Called: "+33561000001", Part: simulator.Part{DTMF: keys},
	}); err != nil {
		t.Fatal(err)
	}
	if got := next(t, over).out.Keys; got != keys {
		t.Errorf("keys %q arrived as %q", keys, got)
	}
}

func TestRefused(t *testing.T) {
	desk, over := newDesk(t, simulator.Reception{Refuse: 486})
	out, err := newSimulator(t, simulator.Config{}).Call(patient(t), simulator.Plan{Target: desk, Called: "+33561000001"})
	if err != nil {
		t.Fatal(err)
	}
	if out.Ending != simulator.Refused || out.Status != 486 || out.Answered {
		t.Errorf("outcome %+v", out)
	}
	if got := next(t, over).out; got.Ending != simulator.Declined || got.Status != 486 {
		t.Errorf("the desk's side: %+v", got)
	}
}

func TestGivesUpWhileItRings(t *testing.T) {
	desk, over := newDesk(t, simulator.Reception{RingFor: time.Hour})
	ctx, giveUp := context.WithCancel(patient(t))
	out, err := newSimulator(t, simulator.Config{}).Call(ctx, simulator.Plan{
		Target: desk, Called: "+33561000001",
		Part: simulator.Part{Watch: func(e simulator.Event) {
			if e.Kind == simulator.Ringing {
				giveUp()
			}
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if out.Ending != simulator.GaveUp || !out.Rang || out.Answered {
		t.Errorf("outcome %+v", out)
	}
	if got := next(t, over).out.Ending; got != simulator.Missed {
		t.Errorf("the desk's side ended %q", got)
	}
}

func TestGivesUpAfterItsPatience(t *testing.T) {
	desk, over := newDesk(t, simulator.Reception{RingFor: time.Hour})
	out, err := newSimulator(t, simulator.Config{}).Call(patient(t), simulator.Plan{
		Target: desk, Called: "+33561000001", GiveUpAfter: 200 * time.Millisecond,
	})
	if err != nil {
		t.Fatal(err)
	}
	if out.Ending != simulator.GaveUp {
		t.Errorf("ended %q", out.Ending)
	}
	if got := next(t, over).out.Ending; got != simulator.Missed {
		t.Errorf("the desk's side ended %q", got)
	}
}

func TestNobodyThere(t *testing.T) {
	out, err := newSimulator(t, simulator.Config{}).Call(patient(t), simulator.Plan{
		Target: "127.0.0.1:9", Called: "+33561000001", GiveUpAfter: 100 * time.Millisecond,
	})
	if err != nil {
		t.Fatal(err)
	}
	if out.Ending != simulator.GaveUp || out.Status != 0 {
		t.Errorf("outcome %+v", out)
	}
}

func TestBadTarget(t *testing.T) {
	s := newSimulator(t, simulator.Config{})
	for _, target := range []string{"", "desk", "127.0.0.1", "127.0.0.1:sip", "a@b", "127.0.0.1:70000"} {
		out, err := s.Call(patient(t), simulator.Plan{Target: target, Called: "+33561000001"})
		if err == nil || out.Ending != simulator.Failed {
			t.Errorf("target %q: %+v, %v", target, out, err)
		}
	}
}

func TestCloseEndsCallsOnBothSides(t *testing.T) {
	desk, over := newDesk(t, simulator.Reception{Part: simulator.Part{Voice: simulator.Tone(1000, -10, time.Second)}})
	caller, err := simulator.New(simulator.Config{Bind: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	hearing, ended := make(chan struct{}), make(chan simulator.Outcome, 1)
	go func() {
		out, err := caller.Call(context.Background(), simulator.Plan{
			Target: desk, Called: "+33561000001",
			Part: simulator.Part{Watch: func(e simulator.Event) {
				if e.Kind == simulator.Hearing {
					close(hearing)
				}
			}},
		})
		if err != nil {
			t.Error(err)
		}
		ended <- out
	}()
	next(t, hearing)
	if err := caller.Close(); err != nil {
		t.Error(err)
	}
	if got := next(t, ended).Ending; got != simulator.HungUp {
		t.Errorf("the caller's side ended %q", got)
	}
	if got := next(t, over).out.Ending; got != simulator.LeftHere {
		t.Errorf("the desk's side ended %q", got)
	}
	if _, err := caller.Call(context.Background(), simulator.Plan{Target: desk}); !errors.Is(err, simulator.ErrClosed) {
		t.Errorf("a call after Close: %v", err)
	}
}

func TestManyCallsAtOnce(t *testing.T) {
	const n = 5
	desk, over := newDesk(t, simulator.Reception{Part: simulator.Part{Voice: simulator.Tone(1000, -10, time.Second)}})
	caller := newSimulator(t, simulator.Config{})
	ctx := patient(t)
	errs := make(chan error, n)
	for range n {
		go func() {
			_, err := caller.Call(ctx, simulator.Plan{
				Target: desk, Called: phone.Number("+33561000001"),
				Part: simulator.Part{Voice: simulator.Tone(440, -10, time.Second), Until: heard(1000, 300*time.Millisecond)},
			})
			errs <- err
		}()
	}
	for range n {
		if err := next(t, errs); err != nil {
			t.Error(err)
		}
		if got := next(t, over).out; got.Ending != simulator.LeftHere {
			t.Errorf("the desk's side ended %q", got.Ending)
		}
	}
}
