package device_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"permanence/audio"
	"permanence/audio/audiotest"
	"permanence/audio/device/pulsetest"
)

// low is a voice whose own steps are small, so that a click stands out: one is
// anything steeper than a voice of 1 kHz that is as loud.
const low = 300

var clickFrom = steepest(audiotest.Samples(time.Second, audiotest.Tone{Hz: 1000, DBFS: audiotest.Voice}))

// steepest is the largest step from one sample to the next.
func steepest(pcm []int16) (step int) {
	for i := 1; i < len(pcm); i++ {
		step = max(step, int(pcm[i])-int(pcm[i-1]), int(pcm[i-1])-int(pcm[i]))
	}
	return step
}

// edges is the largest step where a sound begins and where it ends.
func edges(pcm []int16) int {
	const near = audio.Rate / 50
	sounds := func(v int16) bool { return v != 0 }
	from := slices.IndexFunc(pcm, sounds)
	if from < 0 {
		return 0
	}
	to := len(pcm)
	for !sounds(pcm[to-1]) {
		to--
	}
	return max(steepest(pcm[max(0, from-1):min(len(pcm), from+near)]), steepest(pcm[max(0, to-near):min(len(pcm), to+1)]))
}

// watch listens to a sink.
type watch struct {
	*pulsetest.Recording
	all []int16 // since it was last heard
}

func (d *desk) watch(sink string) *watch {
	d.t.Helper()
	r, _ := d.Record(sink)
	return &watch{Recording: r}
}

// heard is what was heard since the last time.
func (w *watch) heard() []int16 {
	pcm := w.all
	w.all = nil
	return pcm
}

// until waits until a fifth of a second is right.
func (w *watch) until(t *testing.T, what string, right func(pcm []int16) bool) {
	t.Helper()
	deadline := time.After(patience)
	for from := len(w.all); len(w.all)-from < audio.Rate/5 || !right(w.all[len(w.all)-audio.Rate/5:]); {
		select {
		case <-w.More():
			w.all = append(w.all, w.Take()...)
		case <-deadline:
			t.Fatalf("%s: not within %v", what, patience)
		}
	}
}

func speaks(pcm []int16) bool { return audiotest.Level(pcm, low) > -30 }

func isSilent(pcm []int16) bool { return slices.Max(pcm) == 0 && slices.Min(pcm) == 0 }

// witness is a caller who says a low voice and keeps what it hears.
type witness struct {
	*audiotest.Person
	mu  sync.Mutex
	all []int16
}

func newWitness() *witness { return &witness{Person: audiotest.NewPerson(low)} }

func (w *witness) Hear(mic audio.Frame) {
	w.Person.Hear(mic)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.all = append(w.all, mic...)
}

// heard is what was heard since the last time.
func (w *witness) heard() []int16 {
	w.mu.Lock()
	defer w.mu.Unlock()
	pcm := w.all
	w.all = nil
	return pcm
}

// rounds of each change. The tools and the server of the test stutter by
// themselves on a busy machine, so most rounds have to be without a click; a voice
// that is cut off at random clicks in eleven of twelve.
const rounds = 5

// verdict counts the rounds without a click, by who listened.
type verdict map[string]int

func (v verdict) hear(t *testing.T, who string, pcm []int16, step int) {
	t.Helper()
	t.Logf("%s: steps up to %d in %.1f s", who, step, float64(len(pcm))/audio.Rate)
	v[who] += 0
	if len(pcm) > 0 && step < clickFrom {
		v[who]++
	}
}

// edges judges where a sound begins and ends.
func (v verdict) edges(t *testing.T, who string, pcm []int16) {
	t.Helper()
	v.hear(t, who, pcm, edges(pcm))
}

// whole judges all of a sound.
func (v verdict) whole(t *testing.T, who string, pcm []int16) {
	t.Helper()
	v.hear(t, who, pcm, steepest(pcm))
}

func (v verdict) tell(t *testing.T) {
	t.Helper()
	for who, clean := range v {
		if clean <= rounds/2 {
			t.Errorf("%s: clicks in %d of %d rounds, steeper than %d", who, rounds-clean, rounds, clickFrom)
		}
	}
}

// TestNothingClicksInHerEarWhenAHeadsetComesAndGoes plugs and pulls the preferred
// headset in the middle of a call.
func TestNothingClicksInHerEarWhenAHeadsetComesAndGoes(t *testing.T) {
	d, v := newDesk(t), verdict{}
	d.Prefer(audio.Earpiece, []string{"headset"})
	defer d.Join(newWitness())()
	ear := d.watch(pulsetest.Ear)
	ear.until(t, "the default speaks", speaks)
	for range rounds {
		ear.heard()
		d.AddSink("headset")
		headset := d.watch("headset")
		headset.until(t, "the headset speaks", speaks)
		ear.until(t, "the default is silent", isSilent)
		v.edges(t, "the default, left", ear.heard())
		d.RemoveSink("headset")
		ear.until(t, "the default speaks again", speaks)
		v.edges(t, "the default, standing in", ear.heard())
		v.edges(t, "the headset", headset.heard())
	}
	v.tell(t)
}

// TestNothingClicksForTheCallerWhenAHeadsetComesAndGoes does the same to the
// microphone.
func TestNothingClicksForTheCallerWhenAHeadsetComesAndGoes(t *testing.T) {
	d, v := newDesk(t), verdict{}
	d.Prefer(audio.Microphone, []string{"Monitor of headset"})
	d.Say(pulsetest.Mic, audiotest.Tone{Hz: 440, DBFS: audiotest.Voice})
	caller := newWitness()
	defer d.Join(caller)()
	d.hears(caller.Person, 440)
	for range rounds {
		caller.heard()
		d.AddSink("headset")
		d.Say("headset", audiotest.Tone{Hz: low, DBFS: audiotest.Voice})
		d.hears(caller.Person, low)
		v.whole(t, "the caller, of the headset", caller.heard())
		d.RemoveSink("headset")
		d.hears(caller.Person, 440)
		v.whole(t, "the caller, of the stand-in", caller.heard())
	}
	v.tell(t)
}

// TestNothingClicksInHerEarWhenTheDefaultMoves moves the system's default to and fro.
func TestNothingClicksInHerEarWhenTheDefaultMoves(t *testing.T) {
	d, v := newDesk(t), verdict{}
	d.AddSink("speakers")
	defer d.Join(newWitness())()
	ear, speakers := d.watch(pulsetest.Ear), d.watch("speakers")
	ear.until(t, "the default speaks", speaks)
	for range rounds {
		d.SetDefaultSink("speakers")
		speakers.until(t, "the new default speaks", speaks)
		ear.until(t, "the old one is silent", isSilent)
		v.edges(t, "the old default", ear.heard())
		d.SetDefaultSink(pulsetest.Ear)
		ear.until(t, "the old default speaks again", speaks)
		speakers.until(t, "the other is silent", isSilent)
		v.edges(t, "the new default", speakers.heard())
		v.edges(t, "the old default, again", ear.heard())
	}
	v.tell(t)
}

// TestNothingClicksForTheCallerWhenTheServerDies kills the sound server and starts
// it again.
func TestNothingClicksForTheCallerWhenTheServerDies(t *testing.T) {
	d, v := newDesk(t), verdict{}
	caller := newWitness()
	defer d.Join(caller)()
	for range rounds {
		d.Say(pulsetest.Mic, audiotest.Tone{Hz: low, DBFS: audiotest.Voice})
		d.hears(caller.Person, low)
		caller.heard()
		d.Kill()
		d.until("the death is noticed", func(s audio.State) bool { return s.Silent })
		v.whole(t, "the caller", caller.heard())
		d.Restart()
		d.until("sound returns", func(s audio.State) bool { return !s.Silent })
	}
	v.tell(t)
}
