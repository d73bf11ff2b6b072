package audio_test

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"permanence/audio"
	"permanence/audio/audiotest"
)

// table is a conference with people around it, whose rounds the test goes through.
type table struct {
	*audio.Conference
	t      *testing.T
	people []*audiotest.Person
	leave  []func()
	mic    *audiotest.Speaker
	ear    []int16 // what the last pass brought to the operator's earpiece
}

const operatorHz = 300

func newTable(t *testing.T, people int) *table {
	c := &table{
		Conference: audio.NewConference(), t: t,
		mic: audiotest.NewSpeaker(audiotest.Tone{Hz: operatorHz, DBFS: audiotest.Voice}),
	}
	for i := range people {
		p := audiotest.NewPerson(500 + 230*float64(i))
		c.people = append(c.people, p)
		c.leave = append(c.leave, c.Join(p))
	}
	return c
}

// pass lets the clocks run, the earpiece's at its own pace.
func (c *table) pass(d time.Duration, pace float64) {
	frame := make(audio.Frame, audio.FrameSize)
	due := 0.0
	c.ear = nil
	for range d / audio.FrameDuration {
		c.mic.Speak(frame)
		c.Hear(frame)
		for due += pace; due >= 1; due-- {
			c.Speak(frame)
			c.ear = append(c.ear, frame...)
		}
	}
}

// lastHeard is the operator's last second.
func (c *table) lastHeard() []int16 { return c.ear[max(0, len(c.ear)-audio.Rate):] }

// hears checks who hears whom, after a second.
func (c *table) hears(who string, pcm []int16, want, not []float64) {
	c.t.Helper()
	if err := audiotest.Check(pcm, want, not); err != nil {
		c.t.Errorf("%s: %v", who, err)
	}
}

// hearsOnly checks that these tones are heard and nothing else: no echo, and none
// of the tones that distortion makes. Eight at once are turned down by 10 dB.
func (c *table) hearsOnly(who string, pcm []int16, want []float64) {
	c.t.Helper()
	var got []float64
	for _, tone := range audiotest.Tones(pcm, audiotest.Voice-50) {
		got = append(got, tone.Hz)
		if tone.DBFS < audiotest.Voice-11 {
			c.t.Errorf("%s hears %.0f Hz at %.0f dBFS", who, tone.Hz, tone.DBFS)
		}
	}
	slices.Sort(want)
	if !slices.EqualFunc(got, want, func(a, b float64) bool { return math.Abs(a-b) <= 1 }) {
		c.t.Errorf("%s hears %v Hz, want %v", who, got, want)
	}
}

func (c *table) all() []float64 {
	var hz []float64
	for _, p := range c.people {
		hz = append(hz, p.Hz)
	}
	return hz
}

func without(all []float64, one float64) []float64 {
	return slices.DeleteFunc(slices.Clone(all), func(hz float64) bool { return hz == one })
}

func TestConferenceEachHearsAllOthers(t *testing.T) {
	for _, people := range []int{2, 3, 8} {
		for _, here := range []bool{true, false} {
			t.Run(fmt.Sprintf("%d people, operator %v", people, here), func(t *testing.T) {
				c := newTable(t, people)
				c.Operator(here)
				c.pass(2*time.Second, 1)
				for _, p := range c.people {
					want := without(c.all(), p.Hz)
					if here {
						want = append(want, operatorHz)
					}
					c.hearsOnly(fmt.Sprintf("the one at %.0f Hz", p.Hz), p.Heard(), want)
				}
				if here {
					c.hearsOnly("the operator", c.lastHeard(), c.all())
				} else {
					c.hearsOnly("the operator", c.lastHeard(), nil)
				}
			})
		}
	}
}

// TestConferenceOfLoudVoicesDoesNotCrackle sums eight voices to far above what
// fits: they are pressed together, and never wrap round.
func TestConferenceOfLoudVoicesDoesNotCrackle(t *testing.T) {
	c := audio.NewConference()
	for i := range 8 {
		c.Join(&loud{audiotest.NewSpeaker(audiotest.Tone{Hz: 200 + 10*float64(i), DBFS: -1})})
	}
	listener := &talker{says: silent}
	c.Join(listener)
	frame := make(audio.Frame, audio.FrameSize)
	for range 200 {
		c.Hear(frame)
	}
	heard := listener.take()
	steepest := 0.0
	for i := 1; i < len(heard); i++ {
		steepest = max(steepest, math.Abs(float64(heard[i])-float64(heard[i-1])))
	}
	if limit := 8 * 2 * math.Pi * 270 / audio.Rate * math.MaxInt16; steepest > limit {
		t.Errorf("a step of %.0f, want no more than %.0f", steepest, limit)
	}
}

// loud only speaks.
type loud struct{ *audiotest.Speaker }

func (loud) Hear(audio.Frame) {}

func TestConferencePartyLeavesAndOperatorToo(t *testing.T) {
	c := newTable(t, 3)
	c.Operator(true)
	c.pass(2*time.Second, 1)
	gone := c.people[1]
	c.leave[1]()
	c.leave[1]() // twice is once
	heard := gone.After(audio.FrameDuration)
	c.pass(2*time.Second, 1)
	select {
	case <-heard:
		t.Error("who left still hears")
	default:
	}
	c.hears("the first", c.people[0].Heard(), []float64{c.people[2].Hz, operatorHz}, []float64{gone.Hz})
	c.hears("the operator", c.lastHeard(), []float64{c.people[0].Hz, c.people[2].Hz}, []float64{gone.Hz})
	c.Operator(false)
	c.pass(2*time.Second, 1)
	c.hears("the first, alone with the last", c.people[0].Heard(), []float64{c.people[2].Hz}, []float64{operatorHz})
	c.hears("the operator, gone", c.lastHeard(), nil, c.all())
	c.Operator(true)
	c.pass(2*time.Second, 1)
	c.hears("the last, with the operator again", c.people[2].Heard(), []float64{c.people[0].Hz, operatorHz}, nil)
	c.hears("the operator, back", c.lastHeard(), []float64{c.people[0].Hz, c.people[2].Hz}, nil)
}

// TestConferenceOfTwoClocks lets the earpiece run faster and slower than the
// microphone, for a minute: the voices stay whole, near, and clean.
func TestConferenceOfTwoClocks(t *testing.T) {
	for _, pace := range []float64{0.999, 1, 1.001} {
		t.Run(fmt.Sprint(pace), func(t *testing.T) {
			c := newTable(t, 2)
			c.Operator(true)
			c.pass(20*time.Second, pace) // the smoothing has settled
			c.pass(40*time.Second, pace)
			wantSmooth(t, c.ear, 2000)
			for second := range slices.Chunk(c.ear, audio.Rate) {
				if len(second) < audio.Rate {
					break
				}
				if tones := audiotest.Tones(second, audiotest.Voice-30); len(tones) != 2 {
					t.Errorf("the operator hears %v", tones)
				}
				for piece := range slices.Chunk(second, audio.Rate/50) {
					if level := rms(piece); level < -30 {
						t.Errorf("20 ms of %.0f dBFS: a gap", level)
					}
				}
			}
		})
	}
}

// TestConferenceWithMuteAndWithoutDevices sits the conference at a real console:
// muted, or without a sound card, the parties go on hearing each other.
func TestConferenceWithMuteAndWithoutDevices(t *testing.T) {
	for name, play := range map[string]func(t *testing.T, meet func(b *bench)){
		"with devices, muted": func(t *testing.T, meet func(b *bench)) {
			withConsole(t, func(b *bench, _, _, _ *fakeDevice) { b.Mute(true); meet(b) })
		},
		"without devices": func(t *testing.T, meet func(b *bench)) {
			withConsole(t, func(b *bench, mic, ear, speakers *fakeDevice) {
				for _, d := range []*fakeDevice{mic, ear, speakers} {
					b.driver.pull(d)
				}
				b.pass(3 * time.Second)
				meet(b)
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			play(t, func(b *bench) {
				one, two := audiotest.NewPerson(700), audiotest.NewPerson(1100)
				c := audio.NewConference()
				c.Operator(true)
				defer b.Join(c)()
				defer c.Join(one)()
				defer c.Join(two)()
				b.pass(3 * time.Second)
				for _, p := range []*audiotest.Person{one, two} {
					if err := audiotest.Check(p.Heard(), without([]float64{700, 1100}, p.Hz), []float64{p.Hz, 440}); err != nil {
						t.Error(err)
					}
				}
			})
		})
	}
}

// TestConferenceDoesNotAllocatePerFrame: a collection in the middle of a frame is heard.
func TestConferenceDoesNotAllocatePerFrame(t *testing.T) {
	c := audio.NewConference()
	for i := range 8 {
		c.Join(loud{audiotest.NewSpeaker(audiotest.Tone{Hz: 200 + 10*float64(i), DBFS: -6})})
	}
	c.Operator(true)
	frame := make(audio.Frame, audio.FrameSize)
	if n := testing.AllocsPerRun(200, func() { c.Hear(frame); c.Speak(frame) }); n != 0 {
		t.Errorf("%.1f allocations per frame", n)
	}
}
