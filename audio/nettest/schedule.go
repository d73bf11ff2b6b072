package nettest

import (
	"math/rand/v2"
	"time"
)

// Schedule is what a network does to the packets of one call, one after the other.
// It follows from the network and the seed alone, so that several receivers can be
// given the same faults.
type Schedule struct {
	network      Network
	delays, loss *rand.Rand // apart, so that loss does not move the delays
	lost         func(*rand.Rand) bool
	sent         int
}

// Schedule begins a call.
func (n Network) Schedule(seed uint64) *Schedule {
	s := &Schedule{network: n, delays: rand.New(rand.NewPCG(seed, 2)), loss: rand.New(rand.NewPCG(seed, 3))}
	if n.Lose != nil {
		s.lost = n.Lose()
	}
	return s
}

// Next is the fate of the next packet: how long it is on its way, unless it is lost.
func (s *Schedule) Next() (delay time.Duration, lost bool) {
	at := time.Duration(s.sent) * s.network.unit()
	s.sent++
	if s.network.Delay != nil {
		delay = s.network.Delay(at, s.delays)
	}
	return delay, s.lost != nil && s.lost(s.loss)
}
