package audio

import (
	"sync"
	"sync/atomic"
	"time"
)

// Stats count what a good device never does. They only grow.
type Stats struct {
	Underruns    uint64        // the earpiece or the ringer asked and too little was ready: a gap is heard
	Overruns     uint64        // samples of the microphone were dropped to stay on time
	LateEar      uint64        // playback devices called more than a frame late
	LateMic      uint64        // the capture device called more than a frame late
	WorstEarGap  time.Duration // longest time between two calls of a living device
	WorstMicGap  time.Duration
	EarDepth     time.Duration // voice waiting for the earpiece now
	StoodIn      uint64        // frames for which the ticker took the earpiece's place
	DevicesBegun uint64        // devices opened so far
}

// counters are the live side of Stats.
type counters struct {
	trimmed, stoodIn, begun atomic.Uint64

	mu   sync.Mutex // never held by a voice goroutine
	past Stats      // of the ports that are closed
	live [roleCount]*Port
}

// begin counts the calls of a role's new port from now on; nil ends the counting
// of the one before.
func (c *counters) begin(role Role, p *Port) {
	i, _ := role.index()
	c.mu.Lock()
	defer c.mu.Unlock()
	if old := c.live[i]; old != nil {
		c.past.add(role, old.memory)
	}
	c.live[i] = p
}

// add counts what a port's device did.
func (s *Stats) add(role Role, m *PortMemory) {
	late, worst := m.Late.Load(), time.Duration(m.Worst.Load())
	if role == Microphone {
		s.Overruns += m.Missed.Load()
		s.LateMic += late
		s.WorstMicGap = max(s.WorstMicGap, worst)
		return
	}
	s.Underruns += m.Missed.Load()
	s.LateEar += late
	s.WorstEarGap = max(s.WorstEarGap, worst)
}

// Stats tells how the devices have behaved so far.
func (c *Console) Stats() Stats {
	n := &c.count
	n.mu.Lock()
	defer n.mu.Unlock()
	s := n.past
	for i, p := range n.live {
		if p != nil {
			s.add(roles[i], p.memory)
		}
	}
	s.Overruns += n.trimmed.Load()
	s.StoodIn, s.DevicesBegun = n.stoodIn.Load(), n.begun.Load()
	if p := n.live[earIndex]; p != nil {
		s.EarDepth = duration(p.Depth())
	}
	return s
}
