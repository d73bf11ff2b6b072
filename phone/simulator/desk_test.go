package simulator_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"permanence/audio"
	"permanence/audio/audiotest"
	"permanence/audio/codec"
	"permanence/phone"
	"permanence/phone/simulator"
	"permanence/phone/sipua"
)

// desk is the real user agent on a direct line, with somebody who speaks 1000 Hz.
type desk struct {
	*sipua.Agent
	addr   string
	person *audiotest.Person
	events chan phone.Event
}

const line phone.LineID = "direct"

// noPassword is what a line without a registrar needs.
type noPassword struct{}

func (noPassword) Password(phone.LineID) (string, error) { return "", errors.New("nobody asks") }

func newRealDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{person: audiotest.NewPerson(1000), events: make(chan phone.Event, 100)}
	var err error
	d.Agent, err = sipua.New(sipua.Config{
		Patch: d, Credentials: noPassword{}, Codecs: []audio.Codec{codec.G722, codec.PCMA, codec.PCMU},
		Report: func(e phone.Event) { d.events <- e }, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := d.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	if err := d.SetLines([]phone.Line{{ID: line, Direct: true, Bind: "127.0.0.1:0", User: "desk"}}); err != nil {
		t.Fatal(err)
	}
	expect(t, d, func(e phone.LineChanged) bool { return e.State == phone.LineListening })
	at, ok := d.Address(line)
	if !ok {
		t.Fatal("the line does not listen")
	}
	d.addr = "desk@" + at.String()
	return d
}

// Join is the desk's sound: each 10 ms it carries a frame both ways.
func (d *desk) Join(p audio.Party) (leave func()) {
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		pace := time.NewTicker(audio.FrameDuration)
		defer pace.Stop()
		frame := make(audio.Frame, audio.FrameSize)
		for {
			select {
			case <-stop:
				return
			case <-pace.C:
			}
			p.Speak(frame)
			d.person.Hear(frame)
			d.person.Speak(frame)
			p.Hear(frame)
		}
	}()
	return func() { close(stop); <-stopped }
}

// expect waits for an event of the type that fits, passing over others.
func expect[E phone.Event](t *testing.T, d *desk, fits func(E) bool) E {
	t.Helper()
	late := time.After(patience)
	for {
		select {
		case event := <-d.events:
			if e, ok := event.(E); ok && fits(e) {
				return e
			}
		case <-late:
			t.Fatalf("no %T in %v", *new(E), patience)
		}
	}
}

func anyOf[E phone.Event](E) bool { return true }

// caller is a running call of the simulator at a desk.
type caller struct {
	events chan simulator.Event
	over   chan simulator.Outcome
}

func ringDesk(t *testing.T, d *desk, plan simulator.Plan) *caller {
	t.Helper()
	c := &caller{make(chan simulator.Event, 100), make(chan simulator.Outcome, 1)}
	sim, ctx := newSimulator(t, simulator.Config{}), patient(t)
	plan.Target = d.addr
	plan.Watch = func(e simulator.Event) { c.events <- e }
	go func() {
		out, err := sim.Call(ctx, plan)
		if err != nil {
			t.Error(err)
		}
		c.over <- out
	}()
	return c
}

func (c *caller) expect(t *testing.T, kind simulator.EventKind) simulator.Event {
	t.Helper()
	for {
		if e := next(t, c.events); e.Kind == kind {
			return e
		}
	}
}

func TestDeskAndCallerHearEachOther(t *testing.T) {
	d := newRealDesk(t)
	c := ringDesk(t, d, simulator.Plan{
		Called: "+33561000001", CallerName: "Mme Lefèvre", CallerNumber: "+33612345678",
		Shown: []phone.CalledSource{phone.FromTo, phone.FromDiversion},
		Part:  simulator.Part{Voice: simulator.Tone(440, -12, time.Second)},
	})
	arrived := expect(t, d, anyOf[phone.CallArrived])
	if got := arrived.Invite.Caller; got.Name != "Mme Lefèvre" || got.Number != "+33612345678" {
		t.Errorf("the caller is shown as %+v", got)
	}
	for _, in := range []phone.CalledSource{phone.FromTo, phone.FromDiversion} {
		if hint := (phone.CalledHint{Source: in, Number: "+33561000001"}); !slices.Contains(arrived.Invite.Called, hint) {
			t.Errorf("%s is not among %v", in, arrived.Invite.Called)
		}
	}
	if err := d.Answer(arrived.Call, phone.Reception{}); err != nil {
		t.Fatal(err)
	}
	c.expect(t, simulator.Hearing)
	next(t, d.person.After(1500*time.Millisecond))
	if err := audiotest.Check(d.person.Heard()[audio.Rate/2:], []float64{440}, []float64{1000}); err != nil {
		t.Errorf("at the desk: %v", err)
	}
	if err := d.Hangup(arrived.Call); err != nil {
		t.Fatal(err)
	}
	out := next(t, c.over)
	if out.Ending != simulator.LeftHere || out.Heard.ToneTime(1000) < 500*time.Millisecond || out.Heard.ToneTime(440) > 0 {
		t.Errorf("at the caller: %s, 1000 Hz for %v, 440 Hz for %v", out.Ending, out.Heard.ToneTime(1000), out.Heard.ToneTime(440))
	}
	expect(t, d, anyOf[phone.CallEnded])
}

func TestHeldCallerHearsNobody(t *testing.T) {
	d := newRealDesk(t)
	var tone atomic.Int64 // for how long the caller has heard the desk
	c := ringDesk(t, d, simulator.Plan{Called: "+33561000001", Part: simulator.Part{
		Voice: simulator.Tone(440, -12, time.Second),
		Until: func(r simulator.Recording) bool { tone.Store(int64(r.ToneTime(1000))); return false },
	}})
	call := expect(t, d, anyOf[phone.CallArrived]).Call
	if err := d.Answer(call, phone.Reception{}); err != nil {
		t.Fatal(err)
	}
	c.expect(t, simulator.Hearing)
	if err := d.Hold(call); err != nil {
		t.Fatal(err)
	}
	c.expect(t, simulator.OnHold)
	expect(t, d, func(e phone.HoldChanged) bool { return e.Here })
	before := tone.Load()
	<-time.After(800 * time.Millisecond) // that nothing comes shows only in time
	if more := time.Duration(tone.Load() - before); more > 200*time.Millisecond {
		t.Errorf("on hold the caller heard the desk for %v", more)
	}
	if err := d.Resume(call); err != nil {
		t.Fatal(err)
	}
	c.expect(t, simulator.Resumed)
	expect(t, d, func(e phone.HoldChanged) bool { return !e.Here })
	if err := d.Hangup(call); err != nil {
		t.Fatal(err)
	}
	if out := next(t, c.over); out.Ending != simulator.LeftHere {
		t.Errorf("ended %q", out.Ending)
	}
}

func TestKeysBothWays(t *testing.T) {
	d := newRealDesk(t)
	c := ringDesk(t, d, simulator.Plan{Called: "+33561000001", Part: simulator.Part{DTMF: "4711"}})
	call := expect(t, d, anyOf[phone.CallArrived]).Call
	if err := d.Answer(call, phone.Reception{}); err != nil {
		t.Fatal(err)
	}
	var pressed strings.Builder
	for range 4 {
		pressed.WriteRune(expect(t, d, anyOf[phone.DTMFReceived]).Digit)
	}
	if pressed.String() != "4711" {
		t.Errorf("4711 arrived as %s", pressed.String())
	}
	if err := d.SendDTMF(call, "42#"); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		c.expect(t, simulator.Pressed)
	}
	if err := d.Hangup(call); err != nil {
		t.Fatal(err)
	}
	if out := next(t, c.over); out.Keys != "42#" {
		t.Errorf("42# arrived as %q", out.Keys)
	}
}

func TestDeskIsGivenUp(t *testing.T) {
	d := newRealDesk(t)
	c := ringDesk(t, d, simulator.Plan{Called: "+33561000001", GiveUpAfter: 200 * time.Millisecond})
	expect(t, d, anyOf[phone.CallArrived])
	if out := next(t, c.over); out.Ending != simulator.GaveUp || !out.Rang {
		t.Errorf("outcome %+v", out)
	}
	if e := expect(t, d, anyOf[phone.CallEnded]); e.Cause != phone.CallerGaveUp {
		t.Errorf("the desk was told %q", e.Cause)
	}
}

func TestDeskRefuses(t *testing.T) {
	d := newRealDesk(t)
	c := ringDesk(t, d, simulator.Plan{Called: "+33561000001"})
	if err := d.Reject(expect(t, d, anyOf[phone.CallArrived]).Call); err != nil {
		t.Fatal(err)
	}
	if out := next(t, c.over); out.Ending != simulator.Refused || out.Status != 486 {
		t.Errorf("outcome %+v", out)
	}
}

func TestDeskCalls(t *testing.T) {
	addr, over := newDesk(t, simulator.Reception{
		RingFor: 50 * time.Millisecond,
		Part:    simulator.Part{Voice: simulator.Tone(440, -12, time.Second), Until: heard(1000, 500*time.Millisecond)},
	})
	d := newRealDesk(t)
	if err := d.Dial("out-1", line, phone.Outbound{Target: "sip:0561000009@" + addr}); err != nil {
		t.Fatal(err)
	}
	expect(t, d, anyOf[phone.CallRinging])
	expect(t, d, anyOf[phone.CallAnswered])
	if e := expect(t, d, anyOf[phone.CallEnded]); e.Cause != phone.HungUpThere {
		t.Errorf("the desk was told %q", e.Cause)
	}
	if got := next(t, over); got.in.Called != "+33561000009" || got.out.Ending != simulator.HungUp {
		t.Errorf("the callee's side: %+v", got)
	}
}
