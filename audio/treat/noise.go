package treat

import (
	"math"
	"time"
)

// Noise takes steady noise from a voice: ventilation, a computer, the line's hiss.
// Each line of the spectrum is turned down by what it has of noise, 15 dB at most,
// so that what remains sounds like the same room, farther away.
//
// The gain lies between Wiener's, which takes too much of a voice that is hardly
// louder than the noise, and its root, which leaves too much noise (a parametric
// Wiener filter: Lim and Oppenheim 1979). It stands on a ratio of voice to noise that
// follows the voice's beginning at once and is smoothed where there is none: without
// that, what remains would tinkle ("decision-directed": Ephraim and Malah 1984,
// Cappé 1994).
type Noise struct {
	overlap
	floor noiseFloor
	prior [lines]float64 // ratio of voice to noise that the last frame came to
}

var _ Stage = (*Noise)(nil)

const (
	inertia    = 0.97  // of the ratio
	leastRatio = 0.111 // where the gain is -15 dB
)

// NewNoise makes the stage for one voice.
func NewNoise() *Noise { return &Noise{} }

// Process implements Stage.
func (n *Noise) Process(near, _ []int16) {
	n.look(near)
	for k := range n.spectrum {
		p := square(n.spectrum[k])
		g := n.gain(k, p, n.floor.note(k, p))
		n.spectrum[k] *= complex(g, 0)
	}
	n.floor.next()
	n.put(near)
}

// Delay implements Stage.
func (n *Noise) Delay() time.Duration { return duration(lap) }

// gain of a line of power p in which there is so much noise.
func (n *Noise) gain(k int, p, noise float64) float64 {
	ratio := p / noise
	voice := max(inertia*n.prior[k]+(1-inertia)*max(ratio-1, 0), leastRatio)
	g := math.Sqrt(voice / (1 + voice))
	g *= math.Sqrt(g)
	n.prior[k] = g * g * ratio
	return g
}
