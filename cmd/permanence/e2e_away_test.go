//go:build !office

package main_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"permanence/phone/simulator"
	"permanence/ui/control"
)

// newCalls opens a desk without a window, whose operator reaches a world that
// takes no transfers and where everybody answers with the third's tone.
func newCalls(t *testing.T, b bureau) (*calls, <-chan simulator.Outcome) {
	t.Helper()
	c, over := &calls{t: t}, make(chan simulator.Outcome, 10)
	world, err := simulator.New(simulator.Config{
		Bind: "127.0.0.1:0", NoTransfer: true,
		Receive: func(simulator.Incoming) simulator.Reception {
			return simulator.Reception{Part: simulator.Part{Voice: simulator.Tone(thirdsTone, -10, time.Second)}}
		},
		Report: func(_ simulator.Incoming, o simulator.Outcome) { over <- o },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = world.Close() })
	ours := account{"desk", "desk-secret"}
	c.world, c.operator = world, startKamailio(t, operator{
		Trunk: world.Addr(), Accounts: []account{ours}, Forwards: []forward{{"+33536491010", "desk"}},
	})
	full := newBureau(t, c.operator, ours)
	full.Bind, full.Forwards, full.Voice = b.Bind, b.Forwards, b.Voice
	c.desk, c.ear = newWorkstation(t, full, alone(t)), filepath.Join(t.TempDir(), "ear.wav")
	mic := filepath.Join(t.TempDir(), "mic.wav")
	if err := os.WriteFile(mic, wavFile(simulator.Tone(operatorsTone, -10, 10*time.Second)), 0o600); err != nil {
		t.Fatal(err)
	}
	c.desk.open("desk", "--headless", "--mic", mic, "--ear", c.ear)
	c.desk.registered()
	return c, over
}

// toThird is a caller who stays until the third was heard.
func (c *calls) toThird() simulator.Plan {
	p := c.plan("+33536491010")
	p.Until = func(r simulator.Recording) bool { return r.ToneTime(thirdsTone) >= time.Second }
	return p
}

// hearEachOther checks that a caller and the third have.
func hearEachOther(t *testing.T, caller, third simulator.Outcome) {
	t.Helper()
	if caller.Ending != simulator.HungUp || third.Heard.ToneTime(callersTone) < 500*time.Millisecond {
		t.Errorf("the caller's call ended %q; the third heard it for %v",
			caller.Ending, third.Heard.ToneTime(callersTone))
	}
}

// TestE2EJoinedHere: where the network knows no transfer the desk joins the two.
func TestE2EJoinedHere(t *testing.T) {
	c, third := newCalls(t, bureau{})
	who, call := c.arrive(c.toThird())
	c.ctl("answer")
	who.notices(simulator.Hearing)
	c.ctl("transfer", "06 39 98 11 33")
	hearEachOther(t, who.isOver(), <-third)
	c.desk.until("the desk is free", func(s control.Status) bool { return len(s.Calls) == 0 })
	past := c.desk.expect("call.ended", func(h control.Happening) bool { return h.Past.ID == call.ID }).Past
	if past.TransferredTo != "06 39 98 11 33" {
		t.Errorf("the call was transferred to %q", past.TransferredTo)
	}
}

// TestE2EAway: while she is away calls go where she wants, through a server that
// obeys a 302, and when she is back they ring.
func TestE2EAway(t *testing.T) {
	c, third := newCalls(t, bureau{Forwards: []string{
		`{line: ligne, when: always, to: "06 39 98 11 33", name: Sophie}`,
		`{when: no-answer, after: 5, to: "06 39 98 11 33", name: Le renfort}`,
	}})
	forwarded := func(to string) {
		t.Helper()
		who, call := c.arrive(c.toThird())
		past := c.desk.expect("call.ended", func(h control.Happening) bool { return h.Past.ID == call.ID }).Past
		if past.Cause != "forwarded" || past.TransferredTo != to || past.Missed {
			t.Errorf("the call ended %q, to %q", past.Cause, past.TransferredTo)
		}
		hearEachOther(t, who.isOver(), <-third)
	}
	forwarded("Sophie")
	c.ctl("forward", "off", "line", "ligne")
	c.desk.until("one rule is left", func(s control.Status) bool { return len(s.Forwards) == 1 })
	forwarded("Le renfort")

	c.ctl("forward", "off")
	c.ctl("dnd", "on")
	c.desk.until("nobody disturbs", func(s control.Status) bool { return s.DoNotDisturb && len(s.Forwards) == 0 })
	who, _ := c.arrive(c.plan("+33536491010"))
	if out := who.isOver(); out.Status != 486 || out.Answered {
		t.Errorf("who disturbs: %+v", out)
	}
	c.ctl("dnd", "off")
	c.desk.until("she is back", func(s control.Status) bool { return !s.DoNotDisturb })
	who, call := c.arrive(c.plan("+33536491010"))
	if call.State != "ringing" {
		t.Errorf("the call is %q", call.State)
	}
	c.ctl("answer", call.ID)
	who.notices(simulator.Hearing)
	c.ctl("hangup")
	who.isOver()
}
