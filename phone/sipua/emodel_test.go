package sipua

import (
	"encoding/json"
	"math"
	"testing"
	"time"

	"permanence/phone"
)

// TestRating compares with figures that G.107 and G.113 imply.
func TestRating(t *testing.T) {
	const ms = time.Millisecond
	for name, c := range map[string]struct {
		codec          string
		missing, burst float64
		delay          time.Duration
		want           float64
	}{
		"perfect":                     {"PCMA", 0, 1, 0, 93.2},
		"a delay that nobody notices": {"PCMA", 0, 1, 100 * ms, 93.2},
		"a little delay":              {"PCMA", 0, 1, 150 * ms, 93.0},
		"200 ms":                      {"PCMA", 0, 1, 200 * ms, 90.2},
		"400 ms":                      {"PCMA", 0, 1, 400 * ms, 69.1},
		"two packets of a hundred":    {"PCMU", 0.02, 1, 0, 86.2},
		"one of ten":                  {"PCMU", 0.1, 1, 0, 66.1},
		"one of ten, three at a time": {"PCMU", 0.1, 3, 0, 59.8},
		"no burst is as long as that": {"PCMU", 0.1, 1000, 0, 57.1},
		"a burst shorter than chance": {"PCMU", 0.1, 0.2, 0, 66.1},
		"Opus carries copies":         {"opus", 0.1, 1, 0, 77.4},
		"G.722 bears what G.711 does": {"G722", 0.1, 1, 0, 66.1},
		"nothing comes":               {"PCMA", 1, 1, 0, 17.3},
		"a share that cannot be":      {"PCMA", 7, 1, 0, 17.3},
		"and one that cannot be, too": {"PCMA", -1, 1, 0, 93.2},
	} {
		if got := rating(c.codec, c.missing, c.burst, c.delay); math.Abs(got-c.want) > 0.1 {
			t.Errorf("%s: R is %.1f, want %.1f", name, got, c.want)
		}
	}
}

// TestOpinion has the values of G.107 table B.1.
func TestOpinion(t *testing.T) {
	for r, want := range map[float64]float64{
		math.Inf(-1): 1, math.Inf(1): 4.5,
		-20: 1, 0: 1, 6.5: 1, 50: 2.58, 60: 3.10, 70: 3.60, 80: 4.03, 90: 4.34, bestRating: 4.41, 100: 4.5, 120: 4.5,
	} {
		if got := opinion(r); math.Abs(got-want) > 0.01 {
			t.Errorf("R %v is a score of %.2f, want %.2f", r, got, want)
		}
	}
	if got := opinion(math.NaN()); got != 0 {
		t.Errorf("no rating is a score of %v", got)
	}
	for r := -10.0; r < 110; r += 0.5 {
		if opinion(r) > opinion(r+0.5) {
			t.Errorf("R %v is better than %v", r, r+0.5)
		}
	}
}

// FuzzScore: whatever the counters and the reports of the other side say, a score is
// one, or unknown, and the journal takes it.
func FuzzScore(f *testing.F) {
	f.Add(uint64(250), int64(packetDelay), int64(0), uint32(3), uint32(1), int64(0), 0.1, int64(0))
	f.Add(uint64(math.MaxUint64), int64(1), int64(1), uint32(0), uint32(0), int64(math.MaxInt64), math.Inf(1), int64(-1))
	f.Add(uint64(1), int64(-1), int64(1), uint32(1), uint32(1), int64(math.MinInt64), math.NaN(), int64(math.MinInt64))
	f.Fuzz(func(t *testing.T, packets uint64, packet, concealed int64, skipped, gaps uint32, round int64, lost float64, jitter int64) {
		at := time.Unix(1000, 0)
		now := tally{
			at: at.Add(judgeEvery), codec: "PCMA", hearing: at.Add(-time.Second), lifeAt: at.Add(judgeEvery),
			packets: packets, packet: time.Duration(packet), concealed: time.Duration(concealed),
			skipped: skipped, gaps: gaps, round: time.Duration(round),
			far: remarks{at: at.Add(judgeEvery), lost: lost, jitter: time.Duration(jitter)},
		}
		s := score(tally{at: at, codec: "PCMA"}, now)
		var whole course
		whole.add(phone.Quality{Heard: s.heard, Sent: s.sent})
		for _, v := range []float64{s.heard, s.sent, whole.quality().Heard, whole.quality().Sent} {
			if v != 0 && !(v >= 1 && v <= 4.5) {
				t.Errorf("a score of %v", v)
			}
		}
		if _, err := json.Marshal(whole.quality()); err != nil {
			t.Error(err)
		}
	})
}
