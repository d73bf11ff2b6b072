package audiotest

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"permanence/audio"
)

// voices that Score is tried on.
func voices() map[string][]int16 {
	return map[string][]int16{"a voice": Speech(4*time.Second, 1)}
}

func TestScoreOfTheSameIsTheBest(t *testing.T) {
	for name, voice := range voices() {
		if r := Score(voice, voice); r.MOS < 4.49 || r.Delay != 0 || r.Spread != 0 || r.Muted != 0 || math.Abs(r.GainDB) > 0.1 {
			t.Errorf("%s: %+v", name, r)
		}
	}
}

// What the ear does not mind costs nothing.
func TestScoreForgives(t *testing.T) {
	for name, voice := range voices() {
		for way, heard := range map[string][]int16{
			"a delay of 123 ms":    append(make([]int16, 123*48+17), voice...),
			"a start cut by 90 ms": voice[90*48:],
			"6 dB more":            louder(voice, 6),
			"6 dB less":            louder(voice, -6),
			"15 dB less":           louder(voice, -15),
			"2 % slower":           stretched(voice, 50),
			"2 % faster":           stretched(voice, -50),
			"300 ppm":              stretched(voice, 3333),
		} {
			if r := Score(voice, heard); r.MOS < 4 {
				t.Errorf("%s, %s: %+v", name, way, r)
			}
		}
	}
}

// More of what disturbs is never better, and from one step to the next it is worse.
func TestScoreFalls(t *testing.T) {
	for name, voice := range voices() {
		for way, steps := range map[string][][]int16{
			"lost":    {muted(voice, 0), muted(voice, 0.01), muted(voice, 0.03), muted(voice, 0.1), muted(voice, 0.3)},
			"noise":   {noisy(voice, 60), noisy(voice, 35), noisy(voice, 25), noisy(voice, 15), noisy(voice, 5)},
			"clipped": {louder(voice, 0), clipped(voice, 12), clipped(voice, 18), clipped(voice, 26)},
			"band":    {lowPassed(voice, 24000), lowPassed(voice, 8000), lowPassed(voice, 4000)},
			"pauses":  {voice, paused(voice, 3), paused(voice, 8), paused(voice, 20)},
		} {
			last := 5.0
			for i, heard := range steps {
				r := Score(voice, heard)
				if r.MOS > last-0.02 {
					t.Errorf("%s, %s, step %d: %.2f after %.2f", name, way, i, r.MOS, last)
				}
				last = r.MOS
			}
		}
	}
}

func TestScoreTellsItsParts(t *testing.T) {
	voice := Speech(8*time.Second, 2)
	jumped := append(append([]int16(nil), voice[:4*audio.Rate]...), make([]int16, audio.Rate/5)...)
	jumped = append(jumped, voice[4*audio.Rate:]...)
	if r := Score(voice, jumped); r.Spread < 195*time.Millisecond || r.Spread > 205*time.Millisecond {
		t.Errorf("a delay that grew by 200 ms: %+v", r)
	}
	if r := Score(voice, louder(append(make([]int16, audio.Rate/2), voice...), -8)); math.Abs(r.GainDB+8) > 0.5 ||
		r.Delay < 495*time.Millisecond || r.Delay > 505*time.Millisecond {
		t.Errorf("8 dB less after half a second: %+v", r)
	}
	if r := Score(voice, muted(voice, 0.2)); r.Muted < 0.1 || r.Missing < 2*r.Added {
		t.Errorf("a fifth in silence: %+v", r)
	}
	if r := Score(voice, noisy(voice, 10)); r.Muted > 0 || r.Added < 2*r.Missing {
		t.Errorf("in noise: %+v", r)
	}
}

func TestScoreOfNothing(t *testing.T) {
	voice := Speech(5*time.Second, 1)
	for name, heard := range map[string][]int16{
		"no samples": nil, "silence": make([]int16, 5*audio.Rate), "one sample": {1}, "a click": {30000},
		"another voice": Speech(5*time.Second, 9),
	} {
		if r := Score(voice, heard); r.MOS > 1.2 || math.IsNaN(r.MOS) {
			t.Errorf("%s: %+v", name, r)
		}
	}
	for _, sent := range [][]int16{nil, {1}, make([]int16, 5*audio.Rate)} {
		if r := Score(sent, voice); r != (Rating{}) {
			t.Errorf("%d samples of silence: %+v", len(sent), r)
		}
	}
}

func TestScoreIsDeterministic(t *testing.T) {
	voice := Speech(5*time.Second, 3)
	heard := noisy(muted(voice, 0.05), 30)
	if a, b := Score(voice, heard), Score(voice, heard); a != b {
		t.Errorf("%+v and %+v", a, b)
	}
}

func BenchmarkScore(b *testing.B) {
	voice := Speech(20*time.Second, 1)
	heard := muted(voice, 0.05)
	for b.Loop() {
		Score(voice, heard)
	}
}

// apply makes another voice of each sample.
func apply(pcm []int16, f func(i int, v float64) float64) []int16 {
	out := make([]int16, len(pcm))
	for i, s := range pcm {
		out[i] = int16(min(max(f(i, float64(s)), math.MinInt16), math.MaxInt16))
	}
	return out
}

func louder(pcm []int16, db float64) []int16 {
	return apply(pcm, func(_ int, v float64) float64 { return v * math.Pow(10, db/20) })
}

// muted silences a share of the voice, 40 ms at a time. What a small share silences,
// a greater one does too.
func muted(pcm []int16, share float64) []int16 {
	r, gone := rand.New(rand.NewPCG(7, 7)), false
	return apply(pcm, func(i int, v float64) float64 {
		if i%(40*48) == 0 {
			gone = r.Float64() < share
		}
		if gone {
			return 0
		}
		return v
	})
}

// noisy adds white noise, snr dB below the voice's -20 dBFS.
func noisy(pcm []int16, snr float64) []int16 {
	r := rand.New(rand.NewPCG(8, 8))
	rms := math.MaxInt16 * math.Pow(10, (-20-snr)/20)
	return apply(pcm, func(_ int, v float64) float64 { return v + rms*r.NormFloat64() })
}

// clipped is a voice so many dB too loud, brought back to its level.
func clipped(pcm []int16, db float64) []int16 { return louder(louder(pcm, db), -db) }

// lowPassed goes through a lower sample rate.
func lowPassed(pcm []int16, rate int) []int16 {
	down, _ := audio.NewResampler(audio.Rate, rate)
	up, _ := audio.NewResampler(rate, audio.Rate)
	return up.Process(nil, down.Process(nil, pcm))
}

// paused is a voice in whose middle nothing is heard for 80 ms, n times.
func paused(pcm []int16, n int) []int16 {
	var out []int16
	for i := range n {
		out = append(out, pcm[len(pcm)*i/n:len(pcm)*(i+1)/n]...)
		out = append(out, make([]int16, 80*48)...)
	}
	return out
}

// stretched says or leaves out 10 ms of each every × 10 ms twice, with a blend.
func stretched(pcm []int16, every int) []int16 {
	const blend = audio.FrameSize / 2
	var out []int16
	step := blend * max(every, -every)
	for from := 0; from < len(pcm); from += step {
		to := min(from+step, len(pcm))
		if from == 0 {
			out = append(out, pcm[:to]...)
			continue
		}
		at := from - blend // begins 10 ms earlier, which says them twice
		if every < 0 {
			at = min(from+blend, to)
		}
		tail := out[len(out)-blend:]
		source := pcm[at-blend:]
		for i := range tail {
			tail[i] = int16((int(tail[i])*(blend-i) + int(source[i])*i) / blend)
		}
		out = append(out, pcm[at:to]...)
	}
	return out
}
