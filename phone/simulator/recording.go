package simulator

import (
	"fmt"
	"math"
	"time"
)

// Recording is the voice heard in a call: linear PCM, mono, at Rate. What was
// not sent is not in it: a pause of the network leaves no gap.
type Recording []int16

// MaxRecording bounds what is kept of a call.
const MaxRecording = 2 * time.Minute

// window is the piece of a recording that is judged as a whole: 100 ms.
const window = Rate / 10

// silence is the level, in dBFS, under which nothing counts as heard.
const silence = -50

// Duration is how much voice was received.
func (r Recording) Duration() time.Duration { return Voice(r).Duration() }

// String sums the recording up.
func (r Recording) String() string {
	return fmt.Sprintf("%v at %.0f dBFS", r.Duration(), r.Level())
}

// Level is the loudness of the whole in dBFS, where 0 is the loudest sine there
// is; -96 for silence.
func (r Recording) Level() float64 {
	return level(power(r))
}

// Loud is for how long anything at all was heard.
func (r Recording) Loud() time.Duration {
	return r.count(func(w Recording) bool { return w.Level() > silence })
}

// ToneTime is for how long a tone of the frequency, in Hz, was what was heard:
// the sum of the 100 ms windows of which it makes at least half.
func (r Recording) ToneTime(hz float64) time.Duration {
	return r.count(func(w Recording) bool {
		return w.Level() > silence && goertzel(w, hz) >= power(w)/2
	})
}

func (r Recording) count(holds func(Recording) bool) time.Duration {
	n := 0
	for ; len(r) >= window; r = r[window:] {
		if holds(r[:window]) {
			n++
		}
	}
	return time.Duration(n) * window * time.Second / Rate
}

// power is the mean square of the samples.
func power(pcm []int16) float64 {
	if len(pcm) == 0 {
		return 0
	}
	var sum float64
	for _, s := range pcm {
		sum += float64(s) * float64(s)
	}
	return sum / float64(len(pcm))
}

func level(power float64) float64 {
	const loudest = math.MaxInt16 * math.MaxInt16 / 2
	return max(-96, 10*math.Log10(power/loudest))
}

// goertzel is the power, as a mean square, of one frequency.
func goertzel(pcm []int16, hz float64) float64 {
	k := 2 * math.Cos(2*math.Pi*hz/Rate)
	var s1, s2 float64
	for _, x := range pcm {
		s1, s2 = float64(x)+k*s1-s2, s1
	}
	n := float64(len(pcm))
	return 2 * (s1*s1 + s2*s2 - k*s1*s2) / (n * n)
}
