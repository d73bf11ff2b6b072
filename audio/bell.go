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

// Hurrier is a Driver whose devices have threads that the system lets go before
// other work, and that can do the same for the goroutines which serve them. The
// console then waits in its bells, on threads of its own.
type Hurrier interface {
	Driver
	// Bell makes a bell that a device's thread rings without entering Go.
	Bell() Bell
	// Hurry gives the calling goroutine a thread that goes before other work, as far
	// as the system allows, and says how far. The goroutine calls relax before it
	// ends, and its thread ends with it.
	Hurry() (how string, relax func())
}

// newBell is one of the driver's, if it has any.
func newBell(d Driver) Bell {
	if h, ok := d.(Hurrier); ok {
		return h.Bell()
	}
	return NewChime()
}

// hurry lets a voice goroutine go before other work.
func (c *Console) hurry(voice string) (relax func()) {
	h, ok := c.driver.(Hurrier)
	if !ok {
		return func() {}
	}
	how, relax := h.Hurry()
	c.log.Info("voice goes before other work", "voice", voice, "by", how)
	return relax
}
