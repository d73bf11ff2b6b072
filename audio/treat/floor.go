package treat

import "math"

// noiseFloor is the power of the steady noise in each line of a spectrum. Two
// estimates hold each other: one weighs each frame by how likely it is to be noise
// alone, and is quick (Gerkmann and Hendriks 2012); the other is the lowest level
// of the last seconds, which a voice that goes on cannot raise (minimum statistics,
// Martin 2001), and bounds the first.
type noiseFloor struct {
	noise  [lines]float64
	voice  [lines]float64 // probability of a voice, smoothed
	smooth [lines]float64 // power
	lowest [lines]float64 // of smooth in this piece
	before [lines]float64 // and in the one before
	frames int            // of this piece
	begun  bool
}

const (
	floorPace   = 0.13 // per frame, of what is surely noise: 70 ms
	voicePace   = 0.07
	smoothPace  = 0.12
	overLowest  = 4    // what noise may have over the lowest that was seen: 6 dB
	expected    = 31.6 // how far a voice stands over the noise: 15 dB
	piece       = 80   // frames
	leastNoise  = 10   // of a line: a quarter of what rounding to 16 bits makes
	sureOfVoice = 0.99
)

// note takes line k of a frame, and returns the noise in it.
func (n *noiseFloor) note(k int, p float64) float64 {
	p = max(p, leastNoise)
	if !n.begun {
		n.noise[k], n.smooth[k], n.lowest[k], n.before[k] = p, p, p, p
	}
	n.smooth[k] += (p - n.smooth[k]) * smoothPace
	n.lowest[k] = min(n.lowest[k], n.smooth[k])
	n.noise[k] += (p - n.noise[k]) * floorPace * (1 - n.presence(k, p))
	bound := overLowest * min(n.lowest[k], n.before[k])
	n.noise[k] = max(min(n.noise[k], bound), leastNoise)
	return n.noise[k]
}

// presence is the probability that line k holds a voice. Who was sure of one for
// long doubts a little, or a noise that became louder would be a voice for ever.
func (n *noiseFloor) presence(k int, p float64) float64 {
	const weight = expected / (1 + expected)
	v := 1 / (1 + (1+expected)*math.Exp(-weight*min(p/n.noise[k], 100)))
	n.voice[k] += (v - n.voice[k]) * voicePace
	if n.voice[k] > sureOfVoice {
		v = min(v, sureOfVoice)
	}
	return v
}

// next ends a frame.
func (n *noiseFloor) next() {
	n.begun = true
	if n.frames++; n.frames == piece {
		n.before, n.lowest = n.lowest, n.smooth
		n.frames = 0
	}
}
