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
	return max(Nothing, 20*math.Log10(peak))
}

// The band that Tones searches, and how finely: telephones carry no more.
const (
	lowest, highest = 100, 7000
	step            = 5
	apart           = 40 // Hz between two tones that are told apart
)

// Tones finds which tones from 100 to 7000 Hz are in pcm and louder than floor
// (dBFS), lowest first, each to the next 5 Hz. It needs 200 ms at least.
func Tones(pcm []int16, floor float64) []Tone {
	if len(pcm) == 0 {
		return nil
	}
	x := windowed(pcm)
	var found []Tone
	for hz := float64(lowest); hz <= highest; hz += step {
		t := Tone{hz, level(x, hz)}
		last := len(found) - 1
		switch {
		case t.DBFS < floor:
		case last >= 0 && hz-found[last].Hz < apart:
			if t.DBFS > found[last].DBFS {
				found[last] = t
			}
		default:
			found = append(found, t)
		}
	}
	return found
}
