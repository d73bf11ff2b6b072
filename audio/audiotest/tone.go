// Package audiotest lets tests speak and listen in tones: every party of a test
// speaks a frequency of its own, and what arrives anywhere is measured. Then a
// test says in one line who hears whom, and that nobody hears himself. How well a
// voice came through, Score says of what was sent and what was heard; Speech is such a
// voice.
//
// Levels of tones are peaks in dBFS: 0 is a sine that just fits into 16 bits.
package audiotest

import (
	"math"
	"time"

	"permanence/audio"
)

// Tone is a sine.
type Tone struct {
	Hz   float64
	DBFS float64 // its peak
}

// Voice is the level of tones that stand for a person: loud and far from clipping.
const Voice = -12

// Speaker speaks tones without end, in phase from one call to the next. It
// belongs to one goroutine.
type Speaker struct {
	tones []Tone
	at    int // samples spoken
}

// NewSpeaker speaks the sum of the tones; none is silence.
func NewSpeaker(tones ...Tone) *Speaker { return &Speaker{tones: tones} }

// Speak fills pcm with what comes next, at 48 kHz.
func (s *Speaker) Speak(pcm []int16) {
	for i := range pcm {
		var v float64
		for _, t := range s.tones {
			v += amplitude(t.DBFS) * math.Sin(2*math.Pi*t.Hz*float64(s.at)/audio.Rate)
		}
		pcm[i] = int16(math.Round(min(max(v, math.MinInt16), math.MaxInt16)))
		s.at++
	}
}

// Samples are the first d of the tones, at 48 kHz.
func Samples(d time.Duration, tones ...Tone) []int16 {
	pcm := make([]int16, int(d*audio.Rate/time.Second))
	NewSpeaker(tones...).Speak(pcm)
	return pcm
}

func amplitude(dbfs float64) float64 { return math.MaxInt16 * math.Pow(10, dbfs/20) }
