package audio

import "time"

// micSide is what the mic goroutine works with.
type micSide struct {
	frame   [FrameSize]int16
	treat   micTreatment
	gate    gate
	meter   meter
	standIn standIn
}

// runMic gives the parties what the microphone brings, or silence at the same
// pace when it brings nothing, so that the other side's phone keeps hearing us.
func (c *Console) runMic() {
	var m micSide
	var ticks metronome
	defer ticks.set(false)
	for {
		select {
		case <-c.quit:
			return
		case <-c.micWake:
		case <-ticks.C:
		}
		now := c.clock.now()
		if ticks.C == nil {
			m.standIn.rest(now)
		}
		c.serveMic(&m, now)
		if ticks.set(c.awake.Load()); ticks.C == nil {
			c.micLevel.store(silentLevel)
		}
	}
}

func (c *Console) serveMic(m *micSide, now time.Duration) {
	i := c.mic.Load()
	if i == nil || !i.alive(now) {
		for range m.standIn.due(now) {
			clear(m.frame[:])
			c.hearMic(m, now)
		}
		return
	}
	m.standIn.rest(now)
	i.trim()
	for i.ring.depth() >= FrameSize {
		i.ring.read(m.frame[:])
		c.noteQuiet(m.frame[:])
		c.hearMic(m, now)
	}
}

// hearMic hands one frame on.
func (c *Console) hearMic(m *micSide, now time.Duration) {
	m.treat.process(&c.treating, m.frame[:])
	c.micLevel.store(m.meter.measure(m.frame[:]))
	m.gate.pass(m.frame[:], !c.muted.Load())
	c.loop.record(m.frame[:], now)
	c.parties.hear(m.frame[:])
}

// noteQuiet counts frames without a single sample that is not zero. A real
// microphone has none.
func (c *Console) noteQuiet(f Frame) {
	for _, s := range f {
		if s != 0 {
			c.micQuiet.Store(0)
			return
		}
	}
	c.micQuiet.Add(1)
}

// gate opens and closes the microphone within a frame, so that it does not click.
type gate struct{ closed bool }

func (g *gate) pass(f Frame, open bool) {
	switch {
	case open && g.closed:
		fadeIn(f)
	case !open && !g.closed:
		fadeOut(f)
	case !open:
		clear(f)
	}
	g.closed = !open
}
