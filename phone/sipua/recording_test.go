package sipua

import (
	"context"
	"errors"
	"testing"
	"time"

	"permanence/audio/audiotest"
	"permanence/phone"
	"permanence/phone/phonetest"
)

// recordingRoom is an operator at 700 Hz with a caller at 440, a greeting at 1000 and
// music at 1300.
func recordingRoom(t *testing.T, how phone.Reception) (r *round, l *audiotest.Library) {
	l = audiotest.NewLibrary()
	l.Put("greet", time.Hour, audiotest.Tone{Hz: 1000, DBFS: audiotest.Voice})
	l.Put("melody", time.Second, audiotest.Tone{Hz: 1300, DBFS: audiotest.Voice})
	r = newRoundAs(t, how, func(c *Config) {
		c.Patch, c.Sounds = conversation{audiotest.NewPerson(700)}, l
	}, 440)
	must(t, r.desk.Music(r.calls[0], melody))
	return r, l
}

// holdsTones checks a recording: the wanted tones are as loud as they were said for
// most of it, and others, which would have been said for a third, are not there.
func holdsTones(t *testing.T, l *audiotest.Library, name string, want, not []float64) {
	t.Helper()
	pcm, there := l.Recorded(name)
	if !there {
		t.Fatalf("there is no %s", name)
	}
	if err := audiotest.Check(pcm, want, nil); err != nil {
		t.Errorf("%s of %d samples: %v", name, len(pcm), err)
	}
	for _, hz := range not {
		if level := audiotest.Level(pcm, hz); level > audiotest.Voice-20 {
			t.Errorf("%s holds %.0f Hz at %.0f dBFS", name, hz, level)
		}
	}
}

// TestRecordingHoldsBoth and neither the music nor anything of a call on hold.
func TestRecordingHoldsBoth(t *testing.T) {
	t.Parallel()
	r, l := recordingRoom(t, phone.Reception{})
	caller, id := r.others[0], r.calls[0]
	hears(t, caller, 700)
	must(t, r.desk.Record(id, "talk", phone.RecordBoth))
	expect[phone.RecordingChanged](r.desk.recorder, nil)
	hears(t, caller, 700)
	must(t, r.desk.Hold(id))
	expect(r.desk.recorder, func(h phone.HoldChanged) bool { return h.Here })
	began := time.Now()
	hears(t, caller, 1300)
	held := time.Since(began)
	must(t, r.desk.Resume(id))
	expect(r.desk.recorder, func(h phone.HoldChanged) bool { return !h.Here })
	hears(t, caller, 700)
	must(t, r.desk.StopRecording(id))
	e := expect[phone.RecordingEnded](r.desk.recorder, nil)
	if e.Silent || e.Fault != "" || e.Sound != "talk" {
		t.Errorf("told %+v", e)
	}
	if all := time.Since(began) + settled; e.Length > all-held+time.Second {
		t.Errorf("%v were recorded in %v, of which %v on hold", e.Length, all, held)
	}
	holdsTones(t, l, "talk", []float64{440, 700}, []float64{1300})
}

// TestRecordingOfAnAnnouncement holds what the other side really heard.
func TestRecordingOfAnAnnouncement(t *testing.T) {
	t.Parallel()
	r, l := recordingRoom(t, phone.Reception{})
	caller, id := r.others[0], r.calls[0]
	must(t, r.desk.Announce(id, greet))
	hears(t, caller, 1000)
	must(t, r.desk.Record(id, "notice", phone.RecordBoth))
	hears(t, caller, 1000)
	must(t, r.desk.Hangup(id))
	expect[phone.RecordingEnded](r.desk.recorder, nil)
	wantEnd(r.desk, id, phone.HungUpHere)
	holdsTones(t, l, "notice", []float64{440, 1000}, []float64{700})
}

// TestMessageHoldsTheCallerAlone: nobody hears the caller, who is recorded.
func TestMessageHoldsTheCallerAlone(t *testing.T) {
	t.Parallel()
	r, l := recordingRoom(t, phone.Reception{Announcements: []phone.SoundID{greet}, Aside: true})
	caller, id := r.others[0], r.calls[0]
	hears(t, caller, 1000)
	must(t, r.desk.Record(id, "message", phone.RecordCaller))
	expect[phone.RecordingChanged](r.desk.recorder, nil)
	must(t, r.desk.Announce(id))
	hears(t, caller, 1300)
	if !deaf(callOf(r.desk, id).sound.Load()) {
		t.Error("she hears a call that she is not in")
	}
	must(t, r.there[0].Hangup(r.far[0]))
	if e := expect[phone.RecordingEnded](r.desk.recorder, nil); e.Silent || e.Fault != "" {
		t.Errorf("told %+v", e)
	}
	wantEnd(r.desk, id, phone.HungUpThere)
	holdsTones(t, l, "message", []float64{440}, []float64{700, 1000, 1300})
}

// recordedCall is a call of a peer to a desk whose disk does as it likes.
func recordedCall(t *testing.T, disk func(string) error) (*desk, *peer, phone.CallID, *audiotest.Library) {
	l := audiotest.NewLibrary()
	l.Disk = disk
	d := newDesk(t, func(c *Config) { c.Sounds = l })
	p, e := newPeer(t, d.at), newEar(t)
	id, _ := p.talk(d, "", voiceAt(e.port(), ""))
	expect[phone.MediaChanged](d.recorder, nil)
	return d, p, id, l
}

func TestRecordingThatCannotBegin(t *testing.T) {
	t.Parallel()
	for name, disk := range map[string]func(string) error{
		"full":   func(string) error { return errors.New("no space left") },
		"broken": func(string) error { panic("broken") },
	} {
		t.Run(name, func(t *testing.T) {
			d, p, id, _ := recordedCall(t, disk)
			for range 2 { // the first does not stand in the second's way
				must(t, d.Record(id, "new", phone.RecordBoth))
				if f := expect[phone.CommandFailed](d.recorder, nil); f.Command != "record" || f.Detail == "" {
					t.Errorf("told %+v", f)
				}
			}
			hangUp(t, d, p, id)
		})
	}
}

// stuckAfter is a disk that works n times, and then not until the test ends.
func stuckAfter(t *testing.T, n int) func(string) error {
	phonetest.NoLeaks(t) // which looks after this has ended
	stuck := make(chan struct{})
	t.Cleanup(func() { close(stuck) })
	turns := make(chan struct{}, n)
	for range n {
		turns <- struct{}{}
	}
	return func(string) error {
		select {
		case <-turns:
		default:
			<-stuck
		}
		return nil
	}
}

func TestRecordingOnADiskThatStandsStill(t *testing.T) {
	t.Parallel()
	d, p, id, l := recordedCall(t, stuckAfter(t, 0))
	must(t, d.Record(id, "new", phone.RecordBoth))
	must(t, d.PauseRecording(id, true))
	if f := expect[phone.CommandFailed](d.recorder, nil); f.Command != "record" {
		t.Errorf("told %+v", f)
	}
	must(t, d.Record(id, "newer", phone.RecordBoth))
	hangUp(t, d, p, id)
	if _, there := l.Recorded("newer"); there {
		t.Error("a disk that stands still has a recording")
	}
}

// TestRecordingThatCannotBeCompleted delays a call's last event by a second at most,
// and its BYE not at all.
func TestRecordingThatCannotBeCompleted(t *testing.T) {
	t.Parallel()
	d, p, id, _ := recordedCall(t, stuckAfter(t, 1))
	must(t, d.Record(id, "new", phone.RecordBoth))
	expect[phone.RecordingChanged](d.recorder, nil)
	must(t, d.Hangup(id))
	bye := p.asked("BYE")
	for _, e := range d.all() {
		if _, ended := e.(phone.CallEnded); ended {
			t.Error("the call's end did not wait for the recording")
		}
	}
	p.reply(bye, 200, "", "", "", "")
	if e := expect[phone.RecordingEnded](d.recorder, nil); e.Fault != errStuckDisk.Error() || e.Length != 0 {
		t.Errorf("told %+v", e)
	}
	wantEnd(d, id, phone.HungUpHere)
}

// TestCloseWaitsForNoDisk: a program that is closing has no time left.
func TestCloseWaitsForNoDisk(t *testing.T) {
	t.Parallel()
	d, _, id, _ := recordedCall(t, stuckAfter(t, 1))
	must(t, d.Record(id, "new", phone.RecordBoth))
	expect[phone.RecordingChanged](d.recorder, nil)
	at, cancel := context.WithCancel(context.Background())
	cancel()
	if err := d.Close(at); !errors.Is(err, context.Canceled) {
		t.Errorf("closed: %v", err)
	}
	if e := expect[phone.RecordingEnded](d.recorder, nil); e.Fault == "" {
		t.Errorf("told %+v", e)
	}
	wantEnd(d, id, phone.Shutdown)
}

func TestRecordingOnADiskThatFails(t *testing.T) {
	t.Parallel()
	times := 0
	d, p, id, _ := recordedCall(t, func(string) error {
		if times++; times > 1 {
			return errors.New("no space left")
		}
		return nil
	})
	must(t, d.Record(id, "new", phone.RecordBoth))
	expect[phone.RecordingChanged](d.recorder, nil)
	must(t, d.StopRecording(id))
	if e := expect[phone.RecordingEnded](d.recorder, nil); e.Fault != "no space left" {
		t.Errorf("told %+v", e)
	}
	hangUp(t, d, p, id)
}
