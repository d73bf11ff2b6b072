package audiotest

import (
	"math"

	"permanence/audio"
)

// Nothing is the level of a tone that is not there at all.
const Nothing = -120

// Level is how loud the tone of hz is in pcm, at 48 kHz, as a peak in dBFS. A tone
// further away than 4 / (length of pcm) does not count: 40 Hz for 100 ms, 8 Hz for
// half a second.
func Level(pcm []int16, hz float64) float64 {
	if len(pcm) == 0 {
		return Nothing
	}
	return level(windowed(pcm), hz)
}

// windowed applies a Blackman–Harris window of mean 1, whose side lobes are
// 92 dB down, so that a loud tone does not hide what is beside it.
func windowed(pcm []int16) []float64 {
	const a0, a1, a2, a3 = 0.35875, 0.48829, 0.14128, 0.01168
	out := make([]float64, len(pcm))
	for i, s := range pcm {
		x := 2 * math.Pi * (float64(i) + 0.5) / float64(len(pcm))
		w := a0 - a1*math.Cos(x) + a2*math.Cos(2*x) - a3*math.Cos(3*x)
		out[i] = float64(s) * w / a0
	}
	return out
}

// level is Goertzel's algorithm: one bin of a Fourier transform.
func level(x []float64, hz float64) float64 {
	w := 2 * math.Pi * hz / audio.Rate
	c := 2 * math.Cos(w)
	var s1, s2 float64
	for _, v := range x {
		s1, s2 = v+c*s1-s2, s1
	}
	power := s1*s1 + s2*s2 - c*s1*s2
	peak := 2 * math.Sqrt(max(power, 0)) / float64(len(x)) / math.MaxInt16
	return decibels(peak)
}
