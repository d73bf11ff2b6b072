package device_test

import (
	"log/slog"
	"sync"
	"testing"
	"time"

	"permanence/audio"
	"permanence/audio/audiotest"
	"permanence/audio/device"
	"permanence/audio/device/pulsetest"
)

// patience is how long a test waits for what must come; a busy machine starves
// the sound server too.
const patience = time.Minute

// desk is a console on a real sound server.
type desk struct {
	*audio.Console
	*pulsetest.Server
	t      *testing.T
	mu     sync.Mutex
	states []audio.State
	news   chan struct{}
}

// newDesk starts a server and then a console.
func newDesk(t *testing.T) *desk {
	t.Helper()
	return deskAt(t, pulsetest.Start(t))
}

func deskAt(t *testing.T, server *pulsetest.Server) *desk {
	t.Helper()
	d := &desk{t: t, Server: server, news: make(chan struct{}, 1)}
	d.Use(t)
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	c, err := audio.NewConsole(audio.ConsoleConfig{Driver: device.Open(log), Changed: d.changed, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	d.Console = c
	t.Cleanup(func() {
		t.Logf("%+v", c.Stats())
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

func (d *desk) changed(s audio.State) {
	d.mu.Lock()
	d.states = append(d.states, s)
	d.mu.Unlock()
	select {
	case d.news <- struct{}{}:
	default:
	}
}

// until waits for a state.
func (d *desk) until(what string, right func(audio.State) bool) {
	d.t.Helper()
	deadline := time.After(patience)
	for !right(d.State()) {
		select {
		case <-d.news:
		case <-deadline:
			d.t.Fatalf("%s: not within %v; the state is %+v", what, patience, d.State())
		}
	}
}

func uses(role audio.Role, want audio.Use) func(audio.State) bool {
	return func(s audio.State) bool { return s.Uses[role] == want }
}

// hears waits until a person hears a tone.
func (d *desk) hears(p *audiotest.Person, hz float64) {
	d.t.Helper()
	deadline := time.After(patience)
	for {
		select {
		case <-p.After(300 * time.Millisecond):
		case <-deadline:
			d.t.Fatalf("%g Hz is not heard within %v", hz, patience)
		}
		heard := p.Heard()
		if audiotest.Level(heard[max(0, len(heard)-audio.Rate/5):], hz) > -30 {
			return
		}
	}
}

func (d *desk) wantTone(r *pulsetest.Recording, hz float64) {
	d.t.Helper()
	if err := r.WaitTone(hz, patience); err != nil {
		d.t.Fatal(err)
	}
}

func TestACallIsHeardBothWays(t *testing.T) {
	d := newDesk(t)
	ear, _ := d.Record(pulsetest.Ear)
	d.Say(pulsetest.Mic, audiotest.Tone{Hz: 440, DBFS: audiotest.Voice})
	caller := audiotest.NewPerson(1000)
	leave := d.Join(caller)
	d.wantTone(ear, 1000)
	d.hears(caller, 440)
	if level := audiotest.Level(caller.Heard(), 1000); level > -40 {
		t.Errorf("the caller hears itself at %.0f dBFS", level)
	}
	leave()
	if err := ear.WaitSilence(patience); err != nil {
		t.Error(err)
	}
}

func TestASinkRemovedDuringACallFallsBackAndReturns(t *testing.T) {
	d := newDesk(t)
	d.AddSink("headset")
	ear, _ := d.Record(pulsetest.Ear)
	d.Prefer(audio.Earpiece, []string{"headset"})
	defer d.Join(audiotest.NewPerson(1000))()
	d.until("the headset is used", uses(audio.Earpiece, audio.Use{Wanted: "headset", Using: "headset"}))
	headset, _ := d.Record("headset")
	d.wantTone(headset, 1000)

	d.RemoveSink("headset")
	d.until("the default is used", uses(audio.Earpiece, audio.Use{Wanted: "headset", Using: "ear", Lost: true}))
	d.wantTone(ear, 1000)

	d.AddSink("headset")
	d.until("the headset is used again", uses(audio.Earpiece, audio.Use{Wanted: "headset", Using: "headset"}))
	headset, _ = d.Record("headset")
	d.wantTone(headset, 1000)
	if err := ear.WaitSilence(patience); err != nil {
		t.Errorf("the default earpiece: %v", err)
	}
}

func TestTheDefaultSinkIsFollowed(t *testing.T) {
	d := newDesk(t)
	d.AddSink("speakers")
	defer d.Join(audiotest.NewPerson(1000))()
	d.until("the earpiece is used", uses(audio.Earpiece, audio.Use{Using: "ear"}))
	d.SetDefaultSink("speakers")
	d.until("the new default is used", uses(audio.Earpiece, audio.Use{Using: "speakers"}))
	speakers, _ := d.Record("speakers")
	d.wantTone(speakers, 1000)
}

func TestTheServerIsKilledAndRestarted(t *testing.T) {
	d := newDesk(t)
	caller := audiotest.NewPerson(1000)
	defer d.Join(caller)()
	ear, _ := d.Record(pulsetest.Ear)
	d.wantTone(ear, 1000)

	d.Kill()
	d.until("the death is noticed", func(s audio.State) bool { return s.Silent && s.Err == audio.ErrServer })
	<-caller.After(time.Second) // the call goes on

	d.Restart()
	d.until("sound returns", func(s audio.State) bool { return !s.Silent && s.Err == "" })
	ear, _ = d.Record(pulsetest.Ear)
	d.wantTone(ear, 1000)
	d.Say(pulsetest.Mic, audiotest.Tone{Hz: 440, DBFS: audiotest.Voice})
	d.hears(caller, 440)
}

func TestAServerThatStandsStillHangsNothing(t *testing.T) {
	d := newDesk(t)
	caller := audiotest.NewPerson(1000)
	defer d.Join(caller)()
	ear, _ := d.Record(pulsetest.Ear)
	d.wantTone(ear, 1000)

	d.Freeze()
	d.until("the standstill is noticed", func(s audio.State) bool { return s.Err != "" })
	<-caller.After(time.Second)
	d.Thaw()
	d.until("sound returns", func(s audio.State) bool { return s.Uses[audio.Earpiece].Using == "ear" })
	d.wantTone(ear, 1000)
}

func TestTheProgramStartsBeforeItsServer(t *testing.T) {
	server := pulsetest.Start(t)
	server.Kill()
	d := deskAt(t, server)
	d.until("no server is noticed", func(s audio.State) bool { return s.Silent })
	caller := audiotest.NewPerson(1000)
	defer d.Join(caller)()
	<-caller.After(time.Second)
	d.Restart()
	ear, _ := d.Record(pulsetest.Ear)
	d.wantTone(ear, 1000)
}

func TestThePhoneRingsOnTheRingerOnly(t *testing.T) {
	d := newDesk(t)
	d.AddSink("speakers")
	d.Prefer(audio.Ringer, []string{"speakers"})
	speakers, _ := d.Record("speakers")
	ear, _ := d.Record(pulsetest.Ear)
	d.Play(audio.Ring)
	d.wantTone(speakers, 659.26)
	if err := ear.WaitSilence(patience); err != nil {
		t.Errorf("the earpiece: %v", err)
	}
	d.Play(audio.Silence)
	if err := speakers.WaitSilence(patience); err != nil {
		t.Errorf("the ringer: %v", err)
	}
}
