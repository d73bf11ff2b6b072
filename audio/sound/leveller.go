package sound

import (
	"math"

	"permanence/audio"
)

// leveller makes a sound louder or softer, and holds its peaks below the ceiling by
// turning it down before they come: it is one frame late.
type leveller struct {
	factor float64
	held   [audio.FrameSize]float64
	room   float64 // the gain that the held frame bears
	gain   float64 // where the held frame begins
	holds  bool
}

// The limits of a level. The ceiling is 3 dB below full scale: peaks between the
// samples reach above them, and a codec's noise is added to them. What must be made
// louder by more than maxGain would be mostly noise.
const (
	ceiling = math.MaxInt16 * 0.708
	maxGain = 30   // dB
	release = 0.01 // of full gain, in each frame: from half to whole in half a second
)

// newLeveller brings a sound of one loudness to another, in LUFS.
func newLeveller(from, to float64) *leveller {
	return &leveller{factor: math.Pow(10, min(to-from, maxGain)/20)}
}

// next takes a frame and writes the one before it; there is none the first time.
func (l *leveller) next(out, f audio.Frame) bool {
	var scaled [audio.FrameSize]float64
	peak := float64(ceiling)
	for i, s := range f {
		scaled[i] = float64(s) * l.factor
		peak = max(peak, math.Abs(scaled[i]))
	}
	room := ceiling / peak
	if l.holds {
		l.release(out, min(l.room, room, l.gain+release))
	} else {
		l.gain = room
	}
	before := l.holds
	l.held, l.room, l.holds = scaled, room, true
	return before
}

// release writes the held frame, with a gain that goes evenly to the one of its end.
func (l *leveller) release(out audio.Frame, end float64) {
	step := (end - l.gain) / audio.FrameSize
	for i, v := range l.held {
		l.gain += step
		out[i] = int16(math.RoundToEven(v * l.gain))
	}
	l.gain = end
}
