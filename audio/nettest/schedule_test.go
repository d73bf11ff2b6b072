package nettest

import (
	"math"
	"slices"
	"testing"
	"time"
)

// fates are those of n packets.
func fates(network Network, seed uint64, n int) (delays []time.Duration, lost []bool) {
	s := network.Schedule(seed)
	for range n {
		d, l := s.Next()
		delays, lost = append(delays, d), append(lost, l)
	}
	return delays, lost
}

func TestScheduleFollowsFromTheSeed(t *testing.T) {
	n := Network{Delay: Queues(60 * ms), Lose: Bursts(0.05)}
	delays, lost := fates(n, 7, 5000)
	again, lostAgain := fates(n, 7, 5000)
	if !slices.Equal(delays, again) || !slices.Equal(lost, lostAgain) {
		t.Error("the same seed gave other faults")
	}
	if other, _ := fates(n, 8, 5000); slices.Equal(delays, other) {
		t.Error("another seed gave the same delays")
	}
	n.Lose = nil
	if alone, _ := fates(n, 7, 5000); !slices.Equal(delays, alone) {
		t.Error("the delays depend on the loss")
	}
}

func TestQueuesDelayMostPacketsLittle(t *testing.T) {
	delays, _ := fates(Network{Delay: Queues(60 * ms)}, 1, 20000)
	slices.Sort(delays)
	for _, want := range []struct {
		quantile float64
		ms       float64
	}{{0.50, 15.2}, {0.95, 42.9}, {0.985, 55.7}, {1, 60}} {
		at := min(int(want.quantile*float64(len(delays))), len(delays)-1)
		if got := float64(delays[at]) / float64(ms); math.Abs(got-want.ms) > 2 {
			t.Errorf("the %g quantile is %.1f ms, want %.1f", want.quantile, got, want.ms)
		}
	}
}

func TestBurstsLoseTheirShare(t *testing.T) {
	for _, share := range []float64{0.02, 0.05, 0.10} {
		_, lost := fates(Network{Lose: Bursts(share)}, 3, 200_000)
		n, bursts := 0, 0
		for i, l := range lost {
			if l {
				n++
			}
			if l && (i == 0 || !lost[i-1]) {
				bursts++
			}
		}
		if got := float64(n) / float64(len(lost)); math.Abs(got-share) > share/10 {
			t.Errorf("%g of the packets are lost, want %g", got, share)
		}
		if got := float64(n) / float64(bursts); math.Abs(got-3) > 0.2 {
			t.Errorf("a burst loses %g packets, want 3", got)
		}
	}
}

func TestDetourComesBack(t *testing.T) {
	delays, _ := fates(Network{Delay: Detour(time.Second, time.Second, 200*ms)}, 1, 150)
	for i, d := range delays {
		want := time.Duration(0)
		if i >= 50 && i < 100 {
			want = 200 * ms
		}
		if d != want {
			t.Fatalf("packet %d has %v, want %v", i, d, want)
		}
	}
}
