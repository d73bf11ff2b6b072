package audio

import "time"

// Bell wakes the goroutine that serves a device's port, whatever it is rung by: the
// device's thread, another port's, or the console itself. Rings that nobody has heard
// yet are one ring.
type Bell interface {
	// Ring never waits, and may be called by anyone.
	Ring()
	// Wait returns after a ring, or after the limit if there was none; a negative
	// limit is none. It belongs to one goroutine.
	Wait(limit time.Duration)
}

// Chime is a Bell within Go: for devices that live there, and for tests, whose time
// it keeps.
type Chime struct {
	C     chan struct{} // holds one ring
	timer *time.Timer
}

// NewChime makes one that was not rung.
func NewChime() *Chime { return &Chime{C: make(chan struct{}, 1)} }

// Ring implements Bell.
func (c *Chime) Ring() { wake(c.C) }

// Wait implements Bell.
func (c *Chime) Wait(limit time.Duration) {
	if limit < 0 {
		<-c.C
		return
	}
	if c.timer == nil {
		c.timer = time.NewTimer(limit)
	} else {
		c.timer.Reset(limit)
	}
	select {
	case <-c.C:
		c.timer.Stop()
	case <-c.timer.C:
	}
}

// Hurrier is a Driver whose devices ring without entering Go, and that can let the
// goroutines which serve them go before other work.
type Hurrier interface {
	Driver
	// Bell makes a bell that a device's thread rings.
	Bell() Bell
	// Hurry asks for real time for the calling goroutine, the one that waits in a bell
	// of the driver's, and returns at once. Where the system grants it, the goroutine
	// has a thread of its own until it calls relax; else nothing changes.
	Hurry(b Bell) (relax func())
	// Worked is the processor time that the program has used since it began.
	Worked() time.Duration
}

// newBell is one of the driver's, if it has any.
func newBell(d Driver) Bell {
	if h, ok := d.(Hurrier); ok {
		return h.Bell()
	}
	return NewChime()
}

// haste is whether a voice goroutine goes before other work. That costs the computer
// more than the whole voice else, so it is asked for under strain and given up after.
type haste struct{ relax func() } // nil: not asked for

// suit lets the calling goroutine hurry, or not any more.
func (h *haste) suit(d Driver, b Bell, strained bool) {
	if strained == (h.relax != nil) {
		return
	}
	if !strained {
		h.relax()
		h.relax = nil
		return
	}
	h.relax = func() {}
	if hurrier, ok := d.(Hurrier); ok {
		h.relax = hurrier.Hurry(b)
	}
}
