package nettest

import (
	"math/rand/v2"
	"testing"
	"time"

	"permanence/audio/audiotest"
	"permanence/audio/codec"
)

const ms = time.Millisecond

// call is a network and what may be expected of it.
type call struct {
	Network
	depth   time.Duration // mean at the end, at most
	extra   float64       // share of the call that may be concealed besides what was lost
	silent  int           // frames of silence that may be heard in the middle
	audible bool          // seams may be heard, because there is no voice to blend
	recover time.Duration // after the event, at most
	score   float64       // of a voice in G.711 that is sent through, at least
}

var calls = []call{
	{Network: Network{Name: "perfect"}, depth: 18 * ms, score: 3.7},
	{Network: Network{Name: "jitter 20 ms", Delay: Jitter(20 * ms)}, depth: 45 * ms, extra: 0.005, score: 3.6},
	{Network: Network{Name: "jitter 60 ms", Delay: Jitter(60 * ms)}, depth: 85 * ms, extra: 0.01, score: 3.3},
	{Network: Network{Name: "jitter 60 ms, 10 ms packets", Packet: 10 * ms, Delay: Jitter(60 * ms)}, depth: 85 * ms, extra: 0.01},
	{Network: Network{Name: "jitter 60 ms, 30 ms packets", Packet: 30 * ms, Delay: Jitter(60 * ms)}, depth: 85 * ms, extra: 0.01},
	{Network: Network{Name: "jitter 60 ms, 40 ms packets", Packet: 40 * ms, Delay: Jitter(60 * ms)}, depth: 85 * ms, extra: 0.01},
	{Network: Network{Name: "jitter 60 ms, 60 ms packets", Packet: 60 * ms, Delay: Jitter(60 * ms)}, depth: 85 * ms, extra: 0.01},
	{Network: Network{Name: "6 ms packets", Packet: 6 * ms}, depth: 28 * ms},
	{Network: Network{Name: "jitter 20 ms, 16 ms packets", Packet: 16 * ms, Delay: Jitter(20 * ms)}, depth: 45 * ms, extra: 0.005},
	{Network: Network{Name: "loss 2 %", Lose: Bursts(0.02)}, depth: 30 * ms, extra: 0.002, silent: 30, audible: true, score: 2.7},
	{Network: Network{Name: "loss 5 %", Lose: Bursts(0.05)}, depth: 30 * ms, extra: 0.005, silent: 60, audible: true, score: 1.8},
	{Network: Network{Name: "loss 10 %", Lose: Bursts(0.10)}, depth: 30 * ms, extra: 0.01, silent: 90, audible: true, score: 1.3},
	{Network: Network{Name: "loss 5 %, jitter 60 ms", Lose: Bursts(0.05), Delay: Jitter(60 * ms)}, depth: 90 * ms, extra: 0.01, silent: 60, audible: true, score: 2.4},
	{Network: Network{Name: "way 200 ms longer", Event: 5 * time.Second, Delay: Step(5*time.Second, 200*ms)}, depth: 30 * ms, extra: 0.011, recover: 4 * time.Second, score: 1.8},
	{Network: Network{Name: "way 200 ms shorter", Event: 5 * time.Second, Delay: Until(5*time.Second, 200*ms)}, depth: 30 * ms, extra: 0.001, recover: 4 * time.Second, score: 3.5},
	{Network: Network{Name: "loss 5 %, jitter 40 ms", Lose: Bursts(0.05), Delay: Jitter(40 * ms)}, depth: 70 * ms, extra: 0.01, silent: 60, audible: true, score: 2.4},
	{Network: Network{Name: "Wi-Fi", Delay: WiFi()}, depth: 120 * ms, extra: 0.015, score: 2.7},
	{Network: Network{Name: "10 % come twice", Double: 0.1, Delay: Jitter(20 * ms)}, depth: 45 * ms, extra: 0.005, score: 3.7},
	{Network: Network{Name: "numbers leap by 20000", Event: 5 * time.Second, Jump: Jump{Sequence: 20000}}, depth: 30 * ms, extra: 0.003, silent: 10, audible: true, recover: 500 * ms, score: 3.6},
	{Network: Network{Name: "time leaps by a day", Event: 5 * time.Second, Jump: Jump{Timestamp: 86400 * clockRate}}, depth: 30 * ms, extra: 0.003, recover: 500 * ms, score: 3.5},
	{Network: Network{Name: "sender begins anew", Event: 5 * time.Second, Jump: Jump{31000, 1 << 30}}, depth: 30 * ms, extra: 0.003, silent: 10, audible: true, recover: 500 * ms, score: 3.6},
	{Network: Network{Name: "codec changes", Event: 5 * time.Second, Recode: 48000, Jump: Jump{Timestamp: 1 << 30}}, depth: 30 * ms, extra: 0.003, silent: 10, audible: true, recover: 500 * ms},
	{Network: Network{Name: "held 150 ms each 3 s", Delay: Spikes(3*time.Second, 150*ms)}, depth: 165 * ms, extra: 0.015, score: 2.3},
	{Network: Network{Name: "5 % overtaken", Delay: Reorder(0.05, 50*ms)}, depth: 75 * ms, extra: 0.01, score: 3.1},
	{Network: Network{Name: "sender 300 ppm fast", Ahead: 300}, depth: 20 * ms, score: 3.7},
	{Network: Network{Name: "sender 300 ppm slow", Ahead: -300}, depth: 20 * ms, score: 3.6},
	{Network: Network{Name: "fast, jitter 20 ms", Ahead: 300, Delay: Jitter(20 * ms)}, depth: 50 * ms, extra: 0.005, score: 3.6},
	{Network: Network{Name: "slow, jitter 20 ms", Ahead: -300, Delay: Jitter(20 * ms)}, depth: 50 * ms, extra: 0.005, score: 3.6},
	{Network: Network{Name: "card pulls 20 ms", Burst: 2}, depth: 40 * ms, extra: 0.005, score: 3.7},
	{Network: Network{Name: "card pulls 40 ms", Burst: 4}, depth: 60 * ms, extra: 0.005, score: 3.7},
	{Network: Network{Name: "card stood still", Event: 5 * time.Second, Stall: 5 * time.Second}, depth: 30 * ms, recover: 5 * time.Second, score: 3.4},
	{Network: Network{Name: "talkspurts", Sends: Talkspurts(1500*ms, 700*ms)}, depth: 40 * ms, extra: 0.001, silent: 2000, audible: true},
	{Network: Network{Name: "talkspurts, jitter 60 ms", Sends: Talkspurts(1500*ms, 700*ms), Delay: Jitter(60 * ms)}, depth: 90 * ms, extra: 0.01, silent: 2000, audible: true},
}

// seeds is how many calls there are on each network.
const seeds = 10

func TestNetworks(t *testing.T) {
	t.Logf("%-28s %7s %7s %7s %7s %9s %6s %7s %8s", "network, worst of 10 calls", "median", "p95", "deepest", "lost", "concealed", "late", "silent", "recover")
	for _, c := range calls {
		c.Length = 24 * time.Second
		var w worst
		for seed := range uint64(seeds) {
			o := c.Run(seed, Hum{Unit: c.Packet})
			c.check(t, seed, o)
			w.add(o)
		}
		t.Logf("%-28s %7v %7v %7v %7d %8.1f%% %6d %7d %8v", c.Name, w.median.Round(ms), w.p95.Round(ms), w.deepest.Round(ms),
			w.lost, 100*w.concealed, w.late, w.silent, w.recover.Round(10*ms))
	}
}

// worst are the worst figures of some calls.
type worst struct {
	median, p95, deepest, recover time.Duration
	concealed                     float64
	lost, late                    uint64
	silent                        int
}

func (w *worst) add(o Outcome) {
	w.median, w.p95, w.deepest = max(w.median, o.Percentile(0.5)), max(w.p95, o.Percentile(0.95)), max(w.deepest, o.Deepest)
	w.recover, w.concealed, w.silent = max(w.recover, o.Recover), max(w.concealed, o.Concealed()), max(w.silent, o.Silent)
	w.lost, w.late = max(w.lost, o.Stats.Lost), max(w.late, o.Stats.Late)
}

// TestVoiceThroughNetworks scores what is heard of a voice in G.711.
func TestVoiceThroughNetworks(t *testing.T) {
	if raced {
		t.Skip("one goroutine, and much arithmetic")
	}
	voices := [][]int16{audiotest.Speech(8*time.Second, 1), audiotest.Speech(8*time.Second, 4), audiotest.Speech(8*time.Second, 6)}
	for _, c := range calls {
		if c.Packet != 0 || c.Recode != 0 || c.Sends != nil {
			continue // not what is encoded, or a voice cut into pieces
		}
		if c.Event > 0 {
			c.Delay, c.Event, c.Stall = hasten(c.Network), 2*time.Second, min(c.Stall, 2*time.Second)
		}
		var sum float64
		for seed, voice := range voices {
			heard, _, err := c.Hear(uint64(seed), codec.PCMA, voice, 0)
			if err != nil {
				t.Fatal(err)
			}
			sum += audiotest.Score(voice, heard).MOS / float64(len(voices))
		}
		t.Logf("%-28s %.2f", c.Name, sum)
		if sum < c.score {
			t.Errorf("%s: scores %.2f, want %.2f", c.Name, sum, c.score)
		}
	}
}

// hasten brings what happens after five seconds three seconds forward.
func hasten(n Network) func(time.Duration, *rand.Rand) time.Duration {
	if n.Delay == nil {
		return nil
	}
	return func(at time.Duration, r *rand.Rand) time.Duration { return n.Delay(at+3*time.Second, r) }
}

func (c call) check(t *testing.T, seed uint64, o Outcome) {
	t.Helper()
	fail := func(format string, args ...any) {
		t.Helper()
		t.Errorf("%s, seed %d: "+format, append([]any{c.Name, seed}, args...)...)
	}
	if o.Depth > c.depth {
		fail("the depth is %v at the end, want %v at most", o.Depth, c.depth)
	}
	if o.Deepest > 400*ms {
		fail("the depth was %v", o.Deepest)
	}
	lost := time.Duration(o.Stats.Lost) * c.unit()
	if extra := o.Stats.Concealed - lost; extra > time.Duration(c.extra*float64(c.Length)) || extra < -time.Second {
		fail("%v concealed and %v lost", o.Stats.Concealed, lost)
	}
	if o.Silent > c.silent {
		fail("%d frames of silence", o.Silent)
	}
	if o.Recover > c.recover {
		fail("%v until all was as before, want %v at most", o.Recover, c.recover)
	}
	if !c.audible && o.Click > Smooth {
		fail("a click of %d, where the tone has %d at most", o.Click, Smooth)
	}
	if s := o.Stats; s.Received+s.Late+s.Discarded != uint64(o.Arrived) {
		fail("%d packets came, and %+v were counted", o.Arrived, s)
	}
}
