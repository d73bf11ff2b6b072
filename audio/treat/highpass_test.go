package treat_test

import (
	"math"
	"testing"

	"permanence/audio/treat"
)

func TestHighPassTakesHumAndLeavesVoices(t *testing.T) {
	for _, c := range []struct{ hz, least, most float64 }{
		{20, -120, -50},
		{50, -22, -19},
		{90, -3.1, -2.9},
		{120, -0.5, -0.3},
		{200, -0.1, 0.1},
		{1000, -0.1, 0.1},
		{15000, -0.1, 0.1},
	} {
		in := sines(3, 8000, c.hz)
		out := run(treat.NewHighPass(), in, nil)
		got := rms(from(out, 1)) - rms(from(in, 1))
		t.Logf("%.0f Hz: %.2f dB", c.hz, got)
		if got < c.least || got > c.most {
			t.Errorf("%.0f Hz: %.2f dB, want %.1f to %.1f", c.hz, got, c.least, c.most)
		}
	}
}

func TestHighPassLeavesTheLevelOfSpeech(t *testing.T) {
	for _, who := range []string{"durand-succession", "petit-ordonnance", "roc-fuite"} {
		in := voice(t, who, 8, -26)
		change := activeLevelWhere(run(treat.NewHighPass(), in, nil), in) - activeLevel(in)
		t.Logf("%s: %+.2f dB", who, change)
		if math.Abs(change) > 0.3 {
			t.Errorf("%s: the level changes by %.2f dB", who, change)
		}
	}
}
