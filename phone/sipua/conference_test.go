package sipua

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"permanence/audio"
	"permanence/audio/audiotest"
	"permanence/phone"
)

// round is a desk in the middle of others, each with a voice of its own.
type round struct {
	t      *testing.T
	desk   *desk
	others []*audiotest.Person
	calls  []phone.CallID // as the desk in the middle names them
	there  []*desk
	far    []phone.CallID
}

const settled = 1500 * time.Millisecond // a second to measure, and the buffers' depth

func newRound(t *testing.T, patch audio.Patch, hz ...float64) *round {
	return newRoundAs(t, phone.Reception{}, func(c *Config) { c.Patch = patch }, hz...)
}

// newRoundAs has the desk in the middle take the calls in some way.
func newRoundAs(t *testing.T, how phone.Reception, change func(*Config), hz ...float64) *round {
	r := &round{t: t, desk: newDesk(t, change)}
	for _, f := range hz {
		p := audiotest.NewPerson(f)
		d := newDesk(t, func(c *Config) { c.Patch = conversation{p} })
		far := phone.CallID(uuid.NewString())
		if err := d.Dial(far, "direct", phone.Outbound{Target: "sip:desk@" + r.desk.at.String()}); err != nil {
			t.Fatal(err)
		}
		id := expect[phone.CallArrived](r.desk.recorder, nil).Call
		if err := r.desk.Answer(id, how); err != nil {
			t.Fatal(err)
		}
		expect[phone.MediaChanged](d.recorder, nil)
		r.others, r.calls, r.there, r.far = append(r.others, p), append(r.calls, id), append(r.there, d), append(r.far, far)
	}
	t.Cleanup(func() { closeAgent(t, r.desk.Agent) }) // first: it has grown since the others began
	return r
}

// confer waits until those calls hear each other.
func (r *round) confer(here bool, calls ...phone.CallID) {
	r.t.Helper()
	if err := r.desk.Confer(calls, here); err != nil {
		r.t.Fatal(err)
	}
	r.isNow(here, calls...)
}

// isNow waits for the news of a conference.
func (r *round) isNow(here bool, calls ...phone.CallID) {
	r.t.Helper()
	expect(r.desk.recorder, func(e phone.ConferenceChanged) bool { return slices.Equal(e.Calls, calls) && e.Here == here })
}

// hears waits until somebody hears these, and nobody else, for a whole second. On
// a busy computer voice is torn; so it may take several.
func hears(t *testing.T, who *audiotest.Person, want ...float64) {
	t.Helper()
	not := slices.DeleteFunc([]float64{440, 700, 1000, 1300}, func(hz float64) bool { return slices.Contains(want, hz) })
	var err error
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		<-who.After(settled)
		if err = audiotest.Check(who.Heard(), want, not); err == nil {
			return
		}
	}
	t.Errorf("the one at %.0f Hz: %v", who.Hz, err)
}

// TestConference follows three callers and the operator by ear.
func TestConference(t *testing.T) {
	t.Parallel()
	operator := audiotest.NewPerson(700)
	r := newRound(t, conversation{operator}, 440, 1000, 1300)
	a, c, d := r.others[0], r.others[1], r.others[2]
	for _, id := range r.calls[1:] {
		if err := r.desk.Hold(id); err != nil {
			t.Fatal(err)
		}
		expect(r.desk.recorder, func(e phone.HoldChanged) bool { return e.Call == id && e.Here })
	}
	r.confer(true, r.calls...)
	hears(t, a, 700, 1000, 1300)
	hears(t, c, 440, 700, 1300)
	hears(t, d, 440, 700, 1000)
	hears(t, operator, 440, 1000, 1300)

	r.confer(false, r.calls...)
	hears(t, a, 1000, 1300)
	hears(t, operator)

	// A hold takes one out of it; the others go on.
	if err := r.desk.Hold(r.calls[2]); err != nil {
		t.Fatal(err)
	}
	r.isNow(false, r.calls[0], r.calls[1])
	hears(t, d)
	hears(t, a, 1000)

	// Who holds us hears nothing, and is not heard.
	r.confer(true, r.calls...)
	if err := r.there[2].Hold(r.far[2]); err != nil {
		t.Fatal(err)
	}
	expect(r.desk.recorder, func(e phone.HoldChanged) bool { return e.There })
	if v := callOf(r.desk, r.calls[2]).sound.Load(); !v.isDeaf() {
		t.Error("its music on hold would be played to all")
	}
	hears(t, a, 700, 1000)
	if err := r.there[2].Resume(r.far[2]); err != nil {
		t.Fatal(err)
	}
	expect(r.desk.recorder, func(e phone.HoldChanged) bool { return !e.There })
	hears(t, a, 700, 1000, 1300)

	// One leaves, then another, and the last is an ordinary call again.
	if err := r.there[2].Hangup(r.far[2]); err != nil {
		t.Fatal(err)
	}
	r.isNow(true, r.calls[0], r.calls[1])
	hears(t, c, 440, 700)
	if err := r.desk.Hangup(r.calls[1]); err != nil {
		t.Fatal(err)
	}
	r.isNow(false)
	hears(t, a, 700)
	hears(t, operator, 440)
}

func (h *hearer) isDeaf() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.deaf
}

// TestConferenceWithoutASoundCard mixes on a computer that has none.
func TestConferenceWithoutASoundCard(t *testing.T) {
	t.Parallel()
	console, err := audio.NewConsole(audio.ConsoleConfig{Driver: mute{}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = console.Close() })
	r := newRound(t, console, 440, 1000)
	console.Mute(true)
	r.confer(true, r.calls...)
	hears(t, r.others[0], 1000)
	hears(t, r.others[1], 440)
}

// mute is a computer without a sound card.
type mute struct{}

var errNoDevice = errors.New("no such device")

func (mute) Devices() (audio.Devices, error)                        { return audio.Devices{}, nil }
func (mute) OpenCapture(string, *audio.Port) (audio.Stream, error)  { return nil, errNoDevice }
func (mute) OpenPlayback(string, *audio.Port) (audio.Stream, error) { return nil, errNoDevice }
func (mute) Close() error                                           { return nil }

// TestConferenceWithOneWhoDoesNotComeBack resumes a held caller whose phone
// refuses: the conference is of the others, or none.
func TestConferenceWithOneWhoDoesNotComeBack(t *testing.T) {
	d := newDesk(t)
	p, e := newPeer(t, d.at), newEar(t)
	stubborn, _ := p.talk(d, "", voiceAt(e.port(), ""))
	other := newDesk(t)
	if err := other.Dial("x", "direct", phone.Outbound{Target: "sip:desk@" + d.at.String()}); err != nil {
		t.Fatal(err)
	}
	there := expect[phone.CallArrived](d.recorder, nil).Call
	if err := d.Answer(there, phone.Reception{}); err != nil {
		t.Fatal(err)
	}
	expect(d.recorder, func(m phone.MediaChanged) bool { return m.Call == there })
	if err := d.Hold(stubborn); err != nil {
		t.Fatal(err)
	}
	p.reply(p.asked("INVITE"), 200, "", "", sdpType, voiceAt(e.port(), "a=recvonly\n"))
	p.asked("ACK")
	expect(d.recorder, func(e phone.HoldChanged) bool { return e.Here })
	if err := d.Confer([]phone.CallID{stubborn, there}, true); err != nil {
		t.Fatal(err)
	}
	p.reply(p.asked("INVITE"), 488, "", "", "", "")
	p.asked("ACK")
	expect(d.recorder, func(f phone.CommandFailed) bool { return f.Command == "resume" })
	if err := d.Hangup(there); err != nil {
		t.Fatal(err)
	}
	wantEnd(d, there, phone.HungUpHere)
	hangUp(t, d, p, stubborn)
	closeAgent(t, d.Agent)
	for _, e := range d.all() {
		if e, ok := e.(phone.ConferenceChanged); ok {
			t.Errorf("told %+v of a conference that never was", e)
		}
	}
}
