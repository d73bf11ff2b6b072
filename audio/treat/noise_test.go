package treat_test

import (
	"math"
	"testing"

	"permanence/audio/treat"
)

// noises at a level in dBov.
var noises = []struct {
	name string
	make func(seconds, level float64) []int16
}{
	{"white", white},
	{"room", room},
}

func TestNoiseAloneIsTurnedDownEvenly(t *testing.T) {
	for _, n := range noises {
		for _, level := range []float64{-35, -50, -65} {
			in := n.make(8, level)
			out := run(treat.NewNoise(), in, nil)
			taken := rms(from(in, 3)) - rms(from(out, 3))
			// What remains would tinkle if single frames stood out of it.
			was := loudestFrame(from(in, 3)) - rms(from(in, 3))
			crest := loudestFrame(from(out, 3)) - rms(from(out, 3))
			t.Logf("%s noise at %.0f dBov: %.1f dB less after 3 s, crest %.1f dB (was %.1f)",
				n.name, level, taken, crest, was)
			if taken < 12 {
				t.Errorf("%s noise at %.0f dBov: only %.1f dB less", n.name, level, taken)
			}
			if crest > was+4 {
				t.Errorf("%s noise at %.0f dBov: what remains has a crest of %.1f dB", n.name, level, crest)
			}
		}
	}
}

func loudestFrame(pcm []int16) float64 {
	most := -120.0
	for at := 0; at+frame <= len(pcm); at += frame {
		most = max(most, rms(pcm[at:at+frame]))
	}
	return most
}

// Speech in noise: how much nearer to clean speech it comes, what is left of the
// noise in pauses, and of the speech.
func TestNoiseUnderSpeech(t *testing.T) {
	for _, n := range noises {
		for _, c := range []struct{ ratio, gain, pauses, level float64 }{
			{5, 3, 12, 2.2}, {10, 2, 12, 1.1}, {20, 1, 12, 0.3},
		} {
			for _, who := range []string{"durand-succession", "roc-fuite"} {
				speech := voice(t, who, 10, -26)
				noise := n.make(10, -26-c.ratio)
				in := add(speech, noise)
				out := run(treat.NewNoise(), in, nil)
				gain := snr(from(speech, 3), from(out, 3)) - snr(from(speech, 3), from(in, 3))
				pauses := pauseLevel(from(in, 3), from(speech, 3)) - pauseLevel(from(out, 3), from(speech, 3))
				level := activeLevelWhere(from(out, 3), from(speech, 3)) - activeLevel(from(speech, 3))
				t.Logf("%s in %s noise %2.0f dB below: SNR %+.1f dB, pauses %+.1f dB, speech level %+.2f dB",
					who, n.name, c.ratio, gain, -pauses, level)
				if gain < c.gain || pauses < c.pauses || math.Abs(level) > c.level {
					t.Errorf("want SNR %+.1f dB, pauses -%.1f dB, speech level within %.1f dB", c.gain, c.pauses, c.level)
				}
			}
		}
	}
}

// pauseLevel is the level of pcm where who does not speak.
func pauseLevel(pcm, who []int16) float64 {
	var sum float64
	n := 0
	for at := 10 * frame; at+frame <= len(who); at += frame {
		if rms(who[at-10*frame:at+frame]) < -65 {
			sum += math.Pow(10, rms(pcm[at:at+frame])/10)
			n++
		}
	}
	return 10 * math.Log10(sum/float64(n))
}

func TestNoiseLeavesCleanSounds(t *testing.T) {
	for _, c := range []struct {
		name string
		in   []int16
		most float64 // dB of change in level
		snr  float64
	}{
		{"a woman", voice(t, "durand-succession", 10, -26), 0.3, 20},
		{"a man", voice(t, "petit-ordonnance", 10, -26), 0.3, 20},
		{"a quiet man", voice(t, "petit-ordonnance", 10, -45), 0.5, 15},
		{"music", chord(10), 1.5, 10},
		{"dialled digits", dialled(10), 1, 10},
	} {
		out := run(treat.NewNoise(), c.in, nil)
		change := activeLevelWhere(out, c.in) - activeLevel(c.in)
		left := snr(c.in, out)
		t.Logf("%s: level %+.2f dB, SNR to the original %.1f dB", c.name, change, left)
		if math.Abs(change) > c.most || left < c.snr {
			t.Errorf("%s: level %+.2f dB and SNR %.1f dB, want within %.1f and %.1f", c.name, change, left, c.most, c.snr)
		}
	}
}

// dialled is DTMF: 100 ms of two tones, 100 ms of silence (ITU-T Q.23, Q.24).
func dialled(seconds float64) []int16 {
	low, high := []float64{697, 770, 852, 941}, []float64{1209, 1336, 1477, 1633}
	out := make([]int16, 0, int(seconds*rate))
	for k := 0; len(out) < cap(out); k++ {
		out = append(out, sines(0.1, 4000, low[k%4], high[k/4%4])...)
		out = append(out, make([]int16, rate/10)...)
	}
	return out
}
