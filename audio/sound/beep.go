package sound

import (
	"math"
	"time"

	"permanence/audio"
)

// The tone after which a caller speaks: 1 kHz, as answering machines have it, as
// loud as a voice.
const (
	beepHz     = 1000
	beepLength = 400 * time.Millisecond
	beepRamp   = 10 * time.Millisecond
	beepPeak   = 5200 // -16 dBFS
)

type beep struct{ at int }

// NewBeep is the sound that phone.Beep names.
func NewBeep() audio.Source { return &beep{} }

// Length implements audio.Source.
func (*beep) Length() time.Duration { return beepLength }

// Skip implements audio.Source.
func (b *beep) Skip(to time.Duration) { b.at = int(samples(min(max(to, 0), beepLength))) }

// Next implements audio.Source.
func (b *beep) Next(f audio.Frame) bool {
	end := int(samples(beepLength))
	if b.at >= end {
		return false
	}
	for i := range f {
		f[i] = beepSample(b.at, end)
		b.at++
	}
	return true
}

func beepSample(at, end int) int16 {
	if at >= end {
		return 0
	}
	ramp := float64(samples(beepRamp))
	fade := min(1, float64(at)/ramp, float64(end-at)/ramp)
	return int16(beepPeak * fade * math.Sin(2*math.Pi*beepHz*float64(at)/audio.Rate))
}
