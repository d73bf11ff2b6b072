package audio

import "math"

// meter follows the level of a voice as an eye can: up at once, down by 26 dB
// per second.
type meter struct{ power float64 }

// decayPerFrame is 0.26 dB as a ratio of powers.
const decayPerFrame = 0.9419

// measure takes one frame and returns the level in dBFS, a full-scale square
// wave being 0.
func (m *meter) measure(f Frame) float64 {
	var sum float64
	for _, s := range f {
		sum += float64(s) * float64(s)
	}
	m.power = max(sum/float64(len(f)), m.power*decayPerFrame)
	return max(silentLevel, 10*math.Log10(m.power/(fullScale*fullScale)))
}
