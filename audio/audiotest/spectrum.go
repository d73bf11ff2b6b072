package audiotest

import (
	"math"
	"math/cmplx"

	"permanence/audio"
)

// The band that Tones searches: telephones carry no more.
const (
	lowest, highest = 100, 7000
	apart           = 40 // Hz between two tones that are told apart
	finest          = 1 << 16
)

// Tones finds which tones from 100 to 7000 Hz are in pcm and louder than floor
// (dBFS), lowest first, each to the next 1 Hz. It needs 200 ms at least.
func Tones(pcm []int16, floor float64) []Tone {
	if len(pcm) == 0 {
		return nil
	}
	whole := newTransform(max(finest, atLeast(len(pcm))))
	spectrum := whole.of(windowed(pcm))
	perBin := float64(audio.Rate) / float64(len(spectrum))
	var found []Tone
	for k := int(lowest / perBin); float64(k)*perBin <= highest; k++ {
		peak := 2 * cmplx.Abs(spectrum[k]) / float64(len(pcm)) / math.MaxInt16
		t := Tone{math.Round(float64(k) * perBin), decibels(peak)}
		last := len(found) - 1
		switch {
		case t.DBFS < floor:
		case last >= 0 && t.Hz-found[last].Hz < apart:
			if t.DBFS > found[last].DBFS {
				found[last] = t
			}
		default:
			found = append(found, t)
		}
	}
	return found
}

// decibels turns a peak, 1 being full scale, into dBFS.
func decibels(peak float64) float64 { return max(Nothing, 20*math.Log10(peak)) }
