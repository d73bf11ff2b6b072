package nettest

import (
	"testing"
	"time"
)

const ms = time.Millisecond

// call is a network and what may be expected of it.
type call struct {
	Network
	depth   time.Duration // mean at the end, at most
	extra   float64       // share of the call that may be concealed besides what was lost
	silent  int           // frames of silence that may be heard in the middle
	audible bool          // seams may be heard, because there is no voice to blend
}

var calls = []call{
	{Network: Network{Name: "perfect"}, depth: 25 * ms},
	{Network: Network{Name: "jitter 20 ms", Delay: Jitter(20 * ms)}, depth: 45 * ms, extra: 0.005},
	{Network: Network{Name: "jitter 60 ms", Delay: Jitter(60 * ms)}, depth: 85 * ms, extra: 0.01},
	{Network: Network{Name: "jitter 60 ms, 10 ms packets", Packet: 10 * ms, Delay: Jitter(60 * ms)}, depth: 85 * ms, extra: 0.01},
	{Network: Network{Name: "jitter 60 ms, 30 ms packets", Packet: 30 * ms, Delay: Jitter(60 * ms)}, depth: 85 * ms, extra: 0.01},
	{Network: Network{Name: "jitter 60 ms, 40 ms packets", Packet: 40 * ms, Delay: Jitter(60 * ms)}, depth: 85 * ms, extra: 0.01},
	{Network: Network{Name: "jitter 60 ms, 60 ms packets", Packet: 60 * ms, Delay: Jitter(60 * ms)}, depth: 85 * ms, extra: 0.01},
	{Network: Network{Name: "loss 2 %", Lose: Bursts(0.02)}, depth: 30 * ms, extra: 0.002, silent: 30, audible: true},
	{Network: Network{Name: "loss 5 %", Lose: Bursts(0.05)}, depth: 30 * ms, extra: 0.005, silent: 60, audible: true},
	{Network: Network{Name: "loss 10 %", Lose: Bursts(0.10)}, depth: 30 * ms, extra: 0.01, silent: 90, audible: true},
	{Network: Network{Name: "loss 5 %, jitter 60 ms", Lose: Bursts(0.05), Delay: Jitter(60 * ms)}, depth: 90 * ms, extra: 0.01, silent: 60, audible: true},
	{Network: Network{Name: "way 200 ms longer", Delay: Step(5*time.Second, 200*ms)}, depth: 30 * ms, extra: 0.011},
	{Network: Network{Name: "held 150 ms each 3 s", Delay: Spikes(3*time.Second, 150*ms)}, depth: 165 * ms, extra: 0.015},
	{Network: Network{Name: "5 % overtaken", Delay: Reorder(0.05, 50*ms)}, depth: 75 * ms, extra: 0.01},
	{Network: Network{Name: "sender 300 ppm fast", Ahead: 300}, depth: 25 * ms},
	{Network: Network{Name: "sender 300 ppm slow", Ahead: -300}, depth: 25 * ms},
	{Network: Network{Name: "fast, jitter 20 ms", Ahead: 300, Delay: Jitter(20 * ms)}, depth: 50 * ms, extra: 0.005},
	{Network: Network{Name: "slow, jitter 20 ms", Ahead: -300, Delay: Jitter(20 * ms)}, depth: 50 * ms, extra: 0.005},
	{Network: Network{Name: "card pulls 20 ms", Burst: 2}, depth: 40 * ms, extra: 0.005},
	{Network: Network{Name: "card pulls 40 ms", Burst: 4}, depth: 60 * ms, extra: 0.005},
	{Network: Network{Name: "card stood still", Stall: 5 * time.Second}, depth: 30 * ms},
	{Network: Network{Name: "talkspurts", Sends: Talkspurts(1500*ms, 700*ms)}, depth: 40 * ms, extra: 0.001, silent: 2000, audible: true},
	{Network: Network{Name: "talkspurts, jitter 60 ms", Sends: Talkspurts(1500*ms, 700*ms), Delay: Jitter(60 * ms)}, depth: 90 * ms, extra: 0.01, silent: 2000, audible: true},
}

// seeds is how many calls there are on each network.
const seeds = 10

func TestNetworks(t *testing.T) {
	t.Logf("%-28s %9s %9s %9s %9s %9s %7s", "network, worst of 10 calls", "depth", "deepest", "lost", "concealed", "late", "silent")
	for _, c := range calls {
		c.Length = 24 * time.Second
		var worst Outcome
		for seed := range uint64(seeds) {
			o := c.Run(seed, Hum{Unit: c.Packet})
			c.check(t, seed, o)
			worst = worse(worst, o)
		}
		s := worst.Stats
		t.Logf("%-28s %9v %9v %9d %9v %9d %7d", c.Name, worst.Depth.Round(ms), worst.Deepest.Round(ms), s.Lost, s.Concealed, s.Late, worst.Silent)
	}
}

// worse takes the worse figure of each.
func worse(a, b Outcome) Outcome {
	a.Depth, a.Deepest, a.Silent = max(a.Depth, b.Depth), max(a.Deepest, b.Deepest), max(a.Silent, b.Silent)
	a.Stats.Lost, a.Stats.Late = max(a.Stats.Lost, b.Stats.Lost), max(a.Stats.Late, b.Stats.Late)
	a.Stats.Concealed = max(a.Stats.Concealed, b.Stats.Concealed)
	return a
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
	if !c.audible && o.Click > Smooth {
		fail("a click of %d, where the tone has %d at most", o.Click, Smooth)
	}
	if s := o.Stats; s.Received+s.Late+s.Discarded != uint64(o.Arrived) {
		fail("%d packets came, and %+v were counted", o.Arrived, s)
	}
}
