package treat

import (
	"math"
	"time"
)

// cutOff is where the high-pass has taken 3 dB. Mains hum at 50 Hz loses 20 dB and
// a table that is knocked at 20 Hz loses 52; a deep voice, at 120 Hz, loses 0.4.
const cutOff = 90

// HighPass takes what lies below the voice: hum, wind, the table. It is a
// Butterworth filter of fourth order and has no delay to speak of.
type HighPass struct{ sections [2]section }

var _ Stage = (*HighPass)(nil)

// NewHighPass makes the filter.
func NewHighPass() *HighPass {
	// The poles of a Butterworth filter of order n lie at angles π(2k+1)/2n.
	return &HighPass{[2]section{
		newSection(2 * math.Cos(math.Pi/8)),
		newSection(2 * math.Cos(3*math.Pi/8)),
	}}
}

// Process implements Stage.
func (h *HighPass) Process(near, _ []int16) {
	for i, s := range near {
		near[i] = clip(h.sections[1].next(h.sections[0].next(float64(s))))
	}
	h.sections[0].rest()
	h.sections[1].rest()
}

// Delay implements Stage.
func (h *HighPass) Delay() time.Duration { return 0 }

// section is two poles of the filter and two zeros at 0 Hz: b(1 - 2z⁻¹ + z⁻²) /
// (1 + a1·z⁻¹ + a2·z⁻²), in transposed direct form.
type section struct {
	b, a1, a2 float64
	z1, z2    float64
}

// newSection carries s² / (s² + damping·s + 1) to the sample rate (bilinear
// transform).
func newSection(damping float64) section {
	w := math.Tan(math.Pi * cutOff / rate)
	norm := 1 / (1 + damping*w + w*w)
	return section{b: norm, a1: 2 * (w*w - 1) * norm, a2: (1 - damping*w + w*w) * norm}
}

func (s *section) next(x float64) float64 {
	x *= s.b
	y := x + s.z1
	s.z1 = s.z2 - 2*x - s.a1*y
	s.z2 = x - s.a2*y
	return y
}

// rest ends the filter's ringing before its numbers become denormal, which
// processors handle a hundred times slower.
func (s *section) rest() {
	const over = 1e-9
	if math.Abs(s.z1) < over && math.Abs(s.z2) < over {
		s.z1, s.z2 = 0, 0
	}
}
