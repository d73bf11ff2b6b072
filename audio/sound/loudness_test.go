package sound

import (
	"math"
	"testing"
	"time"

	"permanence/audio"
	"permanence/audio/audiotest"
)

func measured(pcm []int16) float64 {
	l := newLoudness()
	for ; len(pcm) >= audio.FrameSize; pcm = pcm[audio.FrameSize:] {
		l.add(pcm[:audio.FrameSize])
	}
	return l.integrated()
}

// The signals of EBU Tech 3341, table 1, shortened, on one channel: 3.01 LU less than
// on two.
func TestLoudness(t *testing.T) {
	sine := func(d time.Duration, dbfs float64) []int16 {
		return audiotest.Samples(d, audiotest.Tone{Hz: 1000, DBFS: dbfs})
	}
	join := func(parts ...[]int16) (all []int16) {
		for _, p := range parts {
			all = append(all, p...)
		}
		return all
	}
	for _, c := range []struct {
		name string
		pcm  []int16
		want float64
	}{
		{"1: a tone", sine(5*time.Second, -23), -26.01},
		{"2: a quieter tone", sine(5*time.Second, -33), -36.01},
		{"3: the relative gate", join(sine(4*time.Second, -36), sine(15*time.Second, -23), sine(4*time.Second, -36)), -26.01},
		{"4: both gates", join(sine(4*time.Second, -72), sine(4*time.Second, -36), sine(15*time.Second, -23), sine(4*time.Second, -36), sine(4*time.Second, -72)), -26.01},
		{"5: levels near each other", join(sine(5*time.Second, -26), sine(5*time.Second, -20), sine(5*time.Second, -26)), -26.01},
		{"a word", sine(200*time.Millisecond, -23), -26.01},
		{"nothing", make([]int16, audio.Rate), silence},
		{"not even that", nil, silence},
	} {
		if got := measured(c.pcm); math.Abs(got-c.want) > 0.1 {
			t.Errorf("%s: %.2f LUFS, want %.2f", c.name, got, c.want)
		}
	}
}

// The K weighting at the frequencies of the standard's curve.
func TestLoudnessHearsAsTheEarDoes(t *testing.T) {
	for _, c := range []struct{ hz, gain float64 }{{40, -5.6}, {100, -1.1}, {997, 0.69}, {3000, 3.9}, {10000, 4.0}} {
		pcm := audiotest.Samples(2*time.Second, audiotest.Tone{Hz: c.hz, DBFS: -20})
		if got := measured(pcm) + 23.01 + 0.691; math.Abs(got-c.gain) > 0.3 {
			t.Errorf("%g Hz is weighted with %.2f dB, want %.1f", c.hz, got, c.gain)
		}
	}
}
