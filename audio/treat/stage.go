package treat

import "time"

// The one format inside the program, as package audio has it.
const (
	rate      = 48000
	frameSize = rate / 100
	fullScale = 32768
)

// Stage is one treatment of a voice.
type Stage interface {
	// Process changes near, 10 ms of the voice, in place. far is what the
	// loudspeaker plays and near may hear some time later; only the echo canceller
	// needs it. Both have 480 samples.
	Process(near, far []int16)
	// Delay is how much later the voice comes out than it went in.
	Delay() time.Duration
}

// Chain is stages one after the other. The empty chain costs nothing, delays
// nothing and changes no bit.
type Chain []Stage

var _ Stage = Chain(nil)

// Process implements Stage.
func (c Chain) Process(near, far []int16) {
	for _, s := range c {
		s.Process(near, far)
	}
}

// Delay implements Stage: the sum of all.
func (c Chain) Delay() time.Duration {
	var d time.Duration
	for _, s := range c {
		d += s.Delay()
	}
	return d
}

// duration of n samples.
func duration(n int) time.Duration { return time.Duration(n) * time.Second / rate }

// clip rounds to 16 bits.
func clip(v float64) int16 {
	switch {
	case v >= fullScale-1:
		return fullScale - 1
	case v <= -fullScale:
		return -fullScale
	case v < 0:
		return int16(v - 0.5)
	}
	return int16(v + 0.5)
}
