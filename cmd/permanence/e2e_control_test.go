//go:build !office

package main_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"permanence/phone"
	"permanence/phone/simulator"
	"permanence/ui/control"
)

// TestE2EControl drives a desk without window or sound card as another program
// does: several calls at once, hold, keys, calls out, a missed call. The line is
// registered with a SHA-256 digest.
func TestE2EControl(t *testing.T) {
	ours := account{"desk", "desk-secret"}
	world := newSimulator(t, simulator.Reception{Part: simulator.Part{
		Voice: simulator.Tone(callersTone, -10, time.Second),
		Until: func(r simulator.Recording) bool { return r.ToneTime(operatorsTone) >= 500*time.Millisecond },
	}})
	o := startKamailio(t, operator{
		Algorithm: "SHA-256", Trunk: world.Addr(), Accounts: []account{ours},
		Forwards: []forward{{"+33536491010", "desk"}, {"+33536492020", "desk"}, {"+33536499999", "desk"}},
	})
	desk := newWorkstation(t, newBureau(t, o, ours), alone(t))
	mic, ear := filepath.Join(t.TempDir(), "mic.wav"), filepath.Join(t.TempDir(), "ear.wav")
	if err := os.WriteFile(mic, wavFile(simulator.Tone(operatorsTone, -10, 10*time.Second)), 0o600); err != nil {
		t.Fatal(err)
	}
	desk.open("desk", "--headless", "--mic", mic, "--ear", ear)
	desk.registered()
	calls := &calls{t: t, desk: desk, operator: o, world: world, ear: ear}

	calls.twoAtOnce()
	calls.missed()
	calls.unknownNumber()
	calls.out()

	desk.stop()
	if code := desk.cmd.ProcessState.ExitCode(); code != 0 {
		t.Errorf("the desk ended with code %d", code)
	}
	out, err := world.Call(patient(t), calls.plan("+33536491010"))
	if err != nil || out.Status != 404 {
		t.Errorf("after the desk's end its line is still registered: %+v, %v", out, err)
	}
}

// calls are what happens between a desk and its callers.
type calls struct {
	t        *testing.T
	desk     *workstation
	operator operator
	world    *simulator.Simulator
	ear      string // the file that the desk's earpiece writes
}

// caller is somebody who calls.
type caller struct {
	t      *testing.T
	events chan simulator.Event
	over   chan simulator.Outcome
}

func (c *calls) plan(number phone.Number) simulator.Plan {
	return simulator.Plan{
		Target: c.operator.Addr, Called: number, CallerName: "Mme Lefèvre", CallerNumber: "+33639981122",
		Part: simulator.Part{Voice: simulator.Tone(callersTone, -10, time.Second)},
	}
}

// arrive makes a call, and returns when it rings at the desk.
func (c *calls) arrive(p simulator.Plan) (*caller, control.Call) {
	c.t.Helper()
	who := &caller{c.t, make(chan simulator.Event, 100), make(chan simulator.Outcome, 1)}
	p.Watch = func(e simulator.Event) { who.events <- e }
	ctx := patient(c.t)
	go func() {
		out, err := c.world.Call(ctx, p)
		if err != nil {
			c.t.Error(err)
		}
		who.over <- out
	}()
	return who, *c.desk.expect("call.arrived", func(control.Happening) bool { return true }).Call
}

// notices waits until something happens to the caller.
func (c *caller) notices(kind simulator.EventKind) simulator.Event {
	c.t.Helper()
	late := time.After(patience)
	for {
		select {
		case e := <-c.events:
			if e.Kind == kind {
				return e
			}
		case <-late:
			c.t.Fatalf("the caller did not notice %s in %v", kind, patience)
		}
	}
}

// isOver waits for the end of the call.
func (c *caller) isOver() simulator.Outcome {
	c.t.Helper()
	select {
	case out := <-c.over:
		return out
	case <-time.After(patience):
		c.t.Fatalf("the call was not over in %v", patience)
		panic("unreachable")
	}
}

// ctl has the desk do something.
func (c *calls) ctl(args ...string) {
	c.t.Helper()
	c.desk.run(append([]string{"ctl", "--data", c.desk.dir}, args...)...)
}

// becomes waits until the desk tells an event of a call.
func (c *calls) becomes(event, id string) {
	c.t.Helper()
	c.desk.expect(event, func(h control.Happening) bool {
		return h.Call != nil && h.Call.ID == id || h.Past != nil && h.Past.ID == id
	})
}

// twoAtOnce: answering the second call holds the first.
func (c *calls) twoAtOnce() {
	c.t.Helper()
	withKeys := c.plan("+33536491010")
	withKeys.DTMF = "42"
	first, one := c.arrive(withKeys)
	if one.Client != "Maître Durand" || one.State != "ringing" {
		c.t.Errorf("the first call: %+v", one)
	}
	c.ctl("answer")
	c.becomes("call.answered", one.ID)
	first.notices(simulator.Hearing)
	eventually(c.t, "the caller is heard at the desk", func() bool {
		return readRecording(c.t, c.ear).ToneTime(callersTone) >= 500*time.Millisecond
	})
	c.desk.until("the caller's keys", func(s control.Status) bool { return len(s.Calls) == 1 && s.Calls[0].DTMF == "42" })
	c.ctl("dtmf", "7")
	if key := first.notices(simulator.Pressed).Key; key != '7' {
		c.t.Errorf("7 arrived as %c", key)
	}

	second, two := c.arrive(c.plan("+33536492020"))
	if two.Client != "Docteur Petit" {
		c.t.Errorf("the second call: %+v", two)
	}
	c.ctl("answer")
	c.becomes("call.answered", two.ID)
	first.notices(simulator.OnHold)
	second.notices(simulator.Hearing)
	c.ctl("hold")
	second.notices(simulator.OnHold)
	c.ctl("resume", one.ID)
	first.notices(simulator.Resumed)

	c.ctl("hangup", one.ID)
	c.ctl("hangup", two.ID)
	for _, who := range []*caller{first, second} {
		if out := who.isOver(); out.Ending != simulator.LeftHere || out.Heard.ToneTime(operatorsTone) == 0 {
			c.t.Errorf("the call ended %q; %d Hz was heard for %v", out.Ending, operatorsTone, out.Heard.ToneTime(operatorsTone))
		}
	}
	c.desk.until("no call is left", func(s control.Status) bool { return len(s.Calls) == 0 })
}

// missed: a caller who gives up leaves a missed call; one who is refused does not.
func (c *calls) missed() {
	c.t.Helper()
	impatient := c.plan("+33536492020")
	impatient.GiveUpAfter = 300 * time.Millisecond
	who, call := c.arrive(impatient)
	who.isOver()
	past := c.desk.expect("call.ended", func(h control.Happening) bool { return h.Past.ID == call.ID }).Past
	if !past.Missed || past.Cause != string(phone.CallerGaveUp) || past.Client != "Docteur Petit" {
		c.t.Errorf("the missed call: %+v", past)
	}
	who, call = c.arrive(c.plan("+33536491010"))
	c.ctl("reject")
	if out := who.isOver(); out.Ending != simulator.Refused || out.Status != 486 {
		c.t.Errorf("the refused call: %+v", out)
	}
	c.becomes("call.ended", call.ID)
	if s := c.desk.status(); s.Missed.Count != 1 {
		c.t.Errorf("%d calls were missed: %+v", s.Missed.Count, s.Missed.Calls)
	}
}

// unknownNumber: a number that is nobody's is answered all the same.
func (c *calls) unknownNumber() {
	c.t.Helper()
	who, call := c.arrive(c.plan("+33536499999"))
	if call.Client != "" || call.Called.Found != "found.none" {
		c.t.Errorf("a call for nobody: %+v", call)
	}
	c.ctl("answer", call.ID)
	who.notices(simulator.Hearing)
	c.ctl("hangup")
	who.isOver()
	c.becomes("call.ended", call.ID)
}

// out: the desk calls a number outside; they hang up when they have heard enough.
func (c *calls) out() {
	c.t.Helper()
	c.ctl("dial", "06 39 98 11 33")
	past := c.desk.expect("call.ended", func(h control.Happening) bool { return h.Past.Direction == "outgoing" }).Past
	if past.Cause != string(phone.HungUpThere) || past.Missed || past.Caller.Number != "+33639981133" {
		c.t.Errorf("the call out: %+v", past)
	}
}
