package audio

import (
	"sync/atomic"
	"time"
)

// Port is where a device's thread and the console meet: a ring of samples, and
// what is known of the device's calls. Each opening gets a new one, so that a
// thread that should have ended cannot disturb the next.
//
// A driver whose devices live in Go calls Fill or Deliver. One whose devices live
// in C lets its thread do the same on the port's Memory, and calls Wake when the
// memory says that the console is needed.
type Port struct {
	memory *PortMemory
	ring   ring
	more   Bell // wakes the console's goroutine
	born   time.Time
}

// PortSize is how many samples a port holds. A device that wants more at once is
// served in part.
const PortSize = 8192

// PortMemory is what both sides of a port share. It has no pointers and a layout
// without gaps, which a device's thread in C knows as well; such a thread does
// what Fill and Deliver do.
type PortMemory struct {
	Written atomic.Uint64 // samples so far; moved by the side that brings them
	_       [56]byte      // each counter has a cache line of its own
	Taken   atomic.Uint64 // samples so far; moved by the side that takes them
	_       [56]byte

	// Written by the device's thread.
	Calls   atomic.Uint64 // how often the device has called
	Size    atomic.Int64  // samples of the last call
	Largest atomic.Int64  // and of the largest, once the device was settled
	Missed  atomic.Uint64 // calls for which too little was ready, or that brought too much
	Tight   atomic.Uint64 // calls of a playback device after which a second would have been
	Late    atomic.Uint64 // calls that came more than a frame late
	Worst   atomic.Int64  // longest time between two calls, in nanoseconds
	First   int64         // when the first call was, in nanoseconds of the thread's clock
	Last    int64         // and the last
	Held    int32         // of the seam: the last sample played
	Offset  int32         // and what is still added
	Dry     uint32        // 1: the last call ended with nothing to play

	// Written by the other side.
	Closed atomic.Uint32 // 1: nothing goes through any more, whatever the thread does
	Mark   atomic.Int64  // samples below which a playback device, from which a capture device, wakes the console
	Bell   int64         // for the driver: how its thread wakes it; 0 is not at all
	Thread atomic.Int64  // what the system calls the device's thread; 0 before its first call, or if nobody asks

	PCM [PortSize]int16
}

// When a device's calls count. While it starts they come as they can: it asks for
// its whole buffer at once, and gives no sound yet.
const (
	settledAfter  = 100 * time.Millisecond // its sound
	measuredAfter = 3 * time.Second        // its rhythm
)

// NewPort makes a port that rings more whenever samples are to be brought or taken.
// The console makes them; a test of a driver may.
func NewPort(more Bell) *Port {
	m := new(PortMemory)
	m.Mark.Store(FrameSize)
	return &Port{
		memory: m, more: more, born: time.Now(),
		ring: ring{buf: m.PCM[:], written: &m.Written, taken: &m.Taken},
	}
}

// Memory is for a device's thread in C. It stays where it is only as long as it
// is pinned.
func (p *Port) Memory() *PortMemory { return p.memory }

// Wake tells the console that there is something to bring or to take.
func (p *Port) Wake() { p.more.Ring() }

// Bell is what wakes the console: a device's thread in C rings it itself, if it can.
func (p *Port) Bell() Bell { return p.more }

// Depth is how many samples wait in the port.
func (p *Port) Depth() int { return p.ring.depth() }

// Bring is the console's side of a playback port: it takes as much of pcm as there
// is room for, and says how much.
func (p *Port) Bring(pcm []int16) int { return p.ring.write(pcm) }

// Take is the console's side of a capture port: it fills as much of pcm as there
// are samples, and says how much.
func (p *Port) Take(pcm []int16) int { return p.ring.read(pcm) }

// Fill is the call of a playback device: it writes all of pcm, and never waits.
// What is missing dies away to silence.
func (p *Port) Fill(pcm []int16) {
	m, before, n := p.memory, p.Depth(), 0
	open := m.Closed.Load() == 0
	if open {
		n = p.ring.read(pcm)
	}
	clear(pcm[n:])
	p.join(pcm, n)
	settled := m.beat(time.Since(p.born), len(pcm))
	left, mark := before-n, int(m.Mark.Load())
	if settled && open {
		count(&m.Missed, n < len(pcm))
		count(&m.Tight, before < mark && left < len(pcm))
	}
	if open && left < mark {
		p.Wake()
	}
}

// join passes what is played through the seam; n samples of it were ready.
func (p *Port) join(pcm []int16, n int) {
	m := p.memory
	s := seam{m.Held, m.Offset}
	s.pass(pcm[:n], m.Dry == 1)
	s.pass(pcm[n:], m.Dry == 0 || n > 0)
	m.Held, m.Offset = s.last, s.offset
	m.Dry = 0
	if n < len(pcm) {
		m.Dry = 1
	}
}

// Deliver is the call of a capture device: it takes what there is room for, and
// never waits. The samples are only looked at during the call.
func (p *Port) Deliver(pcm []int16) {
	m := p.memory
	if m.Closed.Load() != 0 {
		return
	}
	n := p.ring.write(pcm)
	m.beat(time.Since(p.born), len(pcm))
	count(&m.Missed, n < len(pcm))
	if p.Depth() >= int(m.Mark.Load()) {
		p.Wake()
	}
}

// beat notes a call for n samples, and reports whether the device is settled.
func (m *PortMemory) beat(at time.Duration, n int) (settled bool) {
	now := max(1, int64(at))
	if m.First == 0 {
		m.First = now
	}
	age := time.Duration(now - m.First)
	if age >= measuredAfter {
		gap := now - m.Last
		count(&m.Late, time.Duration(gap) > duration(int(m.Size.Load()))+FrameDuration)
		m.Worst.Store(max(m.Worst.Load(), gap))
	}
	settled = age >= settledAfter
	if settled {
		m.Largest.Store(max(m.Largest.Load(), int64(n)))
	}
	m.Last = now
	m.Size.Store(int64(n))
	m.Calls.Add(1)
	return settled
}

// count adds one when something happened.
func count(n *atomic.Uint64, happened bool) {
	if happened {
		n.Add(1)
	}
}

// hush lets nothing through any more: a playback device's sound dies away in the
// call that follows.
func (p *Port) hush() { p.memory.Closed.Store(1) }
