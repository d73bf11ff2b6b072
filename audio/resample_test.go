package audio_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"permanence/audio"
	"permanence/audio/audiotest"
)

func resampler(t testing.TB, from, to int) *audio.Resampler {
	t.Helper()
	r, err := audio.NewResampler(from, to)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Whatever the pieces, the output is the same, and as long as it must be.
func TestResamplerDoesNotCareAboutPieces(t *testing.T) {
	voice := audiotest.Samples(500*time.Millisecond, audiotest.Tone{Hz: 440, DBFS: -6})
	for _, rates := range [][2]int{{48000, 8000}, {8000, 48000}, {44100, 48000}, {48000, 44100}, {47999, 48000}, {192000, 4000}} {
		whole := resampler(t, rates[0], rates[1]).Process(nil, voice)
		var pieces []int16
		r := resampler(t, rates[0], rates[1])
		for at, n := 0, 1; at < len(voice); at, n = at+n, n%700+37 {
			n = min(n, len(voice)-at)
			pieces = r.Process(pieces, voice[at:at+n])
		}
		if fmt.Sprint(whole) != fmt.Sprint(pieces) {
			t.Errorf("%v: pieces give another voice", rates)
		}
		want := float64(len(voice)) * float64(rates[1]) / float64(rates[0])
		if math.Abs(float64(len(whole))-want) > 1 {
			t.Errorf("%v: %d samples, want %.1f", rates, len(whole), want)
		}
	}
}

// There and back again, a tone in the band of both rates is as loud as it was.
func TestResamplerKeepsTheBand(t *testing.T) {
	for _, rate := range []int{8000, 11025, 16000, 44100, 96000} {
		for _, hz := range []float64{100, 1000, 3300} {
			down, up := resampler(t, audio.Rate, rate), resampler(t, rate, audio.Rate)
			voice := audiotest.Samples(time.Second, audiotest.Tone{Hz: hz, DBFS: -12})
			out := up.Process(nil, down.Process(nil, voice))[audio.Rate/4 : audio.Rate*3/4]
			if got := audiotest.Level(out, hz); math.Abs(got+12) > 0.5 {
				t.Errorf("%d Hz: a tone of %g Hz has %.2f dBFS, had -12", rate, hz, got)
			}
			if extra := audiotest.Tones(out, -70); len(extra) != 1 {
				t.Errorf("%d Hz: %g Hz became %v", rate, hz, extra)
			}
		}
	}
}

func TestResamplerDoesNotWrap(t *testing.T) {
	square := make([]int16, 4800)
	for i := range square {
		square[i] = math.MaxInt16
		if i/60%2 == 1 {
			square[i] = math.MinInt16
		}
	}
	out := resampler(t, 8000, 48000).Process(nil, square)
	for i := 1; i < len(out); i++ {
		if d := int(out[i]) - int(out[i-1]); d > 30000 || d < -30000 {
			t.Fatalf("sample %d jumps by %d", i, d)
		}
	}
}

func TestResamplerRefusesStrangeRates(t *testing.T) {
	for _, rates := range [][2]int{{0, 48000}, {48000, -1}, {3999, 48000}, {48000, 192001}} {
		if _, err := audio.NewResampler(rates[0], rates[1]); err == nil {
			t.Errorf("%v is accepted", rates)
		}
	}
}
