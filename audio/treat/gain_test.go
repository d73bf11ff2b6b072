package treat_test

import (
	"math"
	"slices"
	"testing"

	"permanence/audio/treat"
)

// How loud a caller arrives who speaks at a level.
func TestGainBringsQuietCallersNear(t *testing.T) {
	for _, c := range []struct{ in, least, most float64 }{
		{-20, -20, -20},
		{-26, -26, -26},
		{-30, -30, -25},
		{-35, -28, -24},
		{-45, -28.5, -26},
		{-50, -33.5, -31},
	} {
		for _, who := range []string{"durand-succession", "petit-ordonnance", "roc-fuite"} {
			in := voice(t, who, 20, c.in)
			out := run(treat.NewGain(), in, nil)
			before, after := activeLevel(from(in, 10)), activeLevel(from(out, 10))
			t.Logf("%s: %.1f dBov becomes %.1f dBov after 10 s", who, before, after)
			if after < c.least-0.5 || after > c.most+0.5 {
				t.Errorf("%s at %.0f dBov becomes %.1f, want %.1f to %.1f", who, c.in, after, c.least, c.most)
			}
			if c.in >= -26 && !slices.Equal(in, out) {
				t.Errorf("%s at %.0f dBov was touched", who, c.in)
			}
		}
	}
}

// A quiet caller with a noise behind: the noise follows her voice's gain and
// nothing else.
func TestGainDoesNotPump(t *testing.T) {
	speech := voice(t, "durand-succession", 20, -42)
	in := add(speech, room(20, -62))
	out := run(treat.NewGain(), in, nil)
	least, most := math.Inf(1), math.Inf(-1)
	for at := 10 * rate; at+frame <= len(in); at += frame {
		g := rms(out[at:at+frame]) - rms(in[at:at+frame])
		least, most = min(least, g), max(most, g)
	}
	t.Logf("gain from %.1f to %.1f dB between 10 and 20 s", least, most)
	if most-least > 2.5 || least < 12 {
		t.Errorf("gain from %.1f to %.1f dB, want steady and about 16", least, most)
	}
}

func TestGainLeavesWhatIsNotSpeech(t *testing.T) {
	silence := make([]int16, 10*rate)
	for _, c := range []struct {
		name string
		in   []int16
	}{
		{"silence", silence},
		{"noise at -40 dBov", white(10, -40)},
		{"noise at -55 dBov", room(10, -55)},
		{"silence, then noise", append(slices.Clone(silence), room(10, -45)...)},
		{"a steady tone", sines(10, 300, 440)},
	} {
		if out := run(treat.NewGain(), c.in, nil); !slices.Equal(out, c.in) {
			t.Errorf("%s was raised by %.1f dB", c.name, rms(out)-rms(c.in))
		}
	}
}

// Somebody takes the receiver from a quiet caller, and shouts.
func TestGainLetsGoOfALoudVoice(t *testing.T) {
	in := append(voice(t, "petit-enfant", 10, -45), voice(t, "roc-devis", 10, -16)...)
	out := run(treat.NewGain(), in, nil)
	clipped := 0
	for _, s := range from(out, 10) {
		if s == 32767 || s == -32768 {
			clipped++
		}
	}
	t.Logf("%d samples clipped; after 1 s %+.1f dB, after 5 s %+.1f dB", clipped,
		rms(between(out, 11, 12))-rms(between(in, 11, 12)), rms(between(out, 15, 16))-rms(between(in, 15, 16)))
	if clipped > rate/200 {
		t.Errorf("%d samples were clipped, more than 5 ms", clipped)
	}
	if g := rms(from(out, 18)) - rms(from(in, 18)); g > 0.1 {
		t.Errorf("a loud voice is still raised by %.1f dB", g)
	}
}
