package audio

import (
	"math"
	"math/rand/v2"
	"testing"
)

// tonal is a voice with the period of a number of samples at 48 kHz.
func tonal(n, period int) []int16 { return periodic(n, 0, Rate/float64(period), Rate) }

func TestShortenLeavesOutWholePeriods(t *testing.T) {
	for _, period := range []int{130, 200, 333, 480, 700} {
		voice := tonal(4000, period)
		buf := append([]int16(nil), voice...)
		pos := shorten(buf, 1000, stretchHigh, seamless)
		if pos == 1000 {
			t.Errorf("period %d: nothing was left out", period)
			continue
		}
		if e := largestError(buf[pos:3000], voice[1000:]); e > 400 {
			t.Errorf("period %d: %d samples left out, and an error of %d", period, pos-1000, e)
		}
	}
}

func TestLengthenRepeatsWholePeriods(t *testing.T) {
	for _, period := range []int{130, 200, 333, 480, 700} {
		voice := tonal(4000, period)
		buf := append([]int16(nil), voice...)
		pos := lengthen(buf, 2000, stretchHigh, seamless)
		if pos == 2000 {
			t.Errorf("period %d: nothing was repeated", period)
			continue
		}
		if e := largestError(buf[pos:3000], voice[2000:]); e > 400 {
			t.Errorf("period %d: %d samples repeated, and an error of %d", period, 2000-pos, e)
		}
	}
}

func TestStretchingKeepsItsLimit(t *testing.T) {
	for _, most := range []int{stretchLow, 240, 479, 5000} {
		buf := make([]int16, 4000) // silence takes any seam
		if d := shorten(buf, 1000, most, seamless) - 1000; d < stretchLow || d > min(most, stretchHigh) {
			t.Errorf("%d samples left out, %d allowed", d, most)
		}
		if d := 2000 - lengthen(buf, 2000, most, seamless); d < stretchLow || d > min(most, stretchHigh) {
			t.Errorf("%d samples repeated, %d allowed", d, most)
		}
	}
}

// Loud noise has no period; it is left alone unless the matter presses.
func TestNoiseIsNotStretchedWithoutNeed(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	noise := make([]int16, 4000)
	for i := range noise {
		noise[i] = int16(r.IntN(20000) - 10000)
	}
	before := append([]int16(nil), noise...)
	if shorten(noise, 1000, stretchHigh, seamless) != 1000 || lengthen(noise, 2000, stretchHigh, seamless) != 2000 {
		t.Error("noise was stretched")
	}
	if largestError(noise, before) > 0 {
		t.Error("the voice was changed all the same")
	}
	if shorten(noise, 1000, stretchHigh, -1) == 1000 {
		t.Error("noise was not stretched when it had to be")
	}
}

func BenchmarkShorten(b *testing.B) {
	buf := tonal(4000, 333)
	for b.Loop() {
		shorten(buf, 1000, stretchHigh, math.Inf(1))
	}
}
