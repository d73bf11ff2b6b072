package audio

import "time"

// micSide is what the mic goroutine works with.
type micSide struct {
	frame   [FrameSize]int16
	treat   micTreatment
	gate    gate
	meter   meter
	standIn standIn
	seam    seam
	served  *inlet // what the last frame came from; nil when it was silence
}

// runMic gives the parties what the microphone brings, or silence at the same
// pace when it brings nothing, so that the other side's phone keeps hearing us.
func (c *Console) runMic() {
	var m micSide
	var h haste
	defer func() { h.suit(c.driver, c.micBell, false) }()
	for pause := asleep; ; {
		h.suit(c.driver, c.micBell, pause != asleep && c.strained.Load())
		c.micBell.Wait(pause)
		if c.closing() {
			return
		}
		now := c.clock.now()
		if pause == asleep {
			m.standIn.rest(now)
		}
		lives := c.serveMic(&m, now)
		if pause = c.pause(lives, &m.standIn); pause == asleep {
			c.micLevel.store(silentLevel)
		}
	}
}

// How long a voice goroutine waits for its bell. Whose device lives looks now and
// then whether it still does.
const (
	asleep   time.Duration = -1
	watchful               = 2 * FrameDuration
)

// pause is how long a voice goroutine waits for its bell: its device rings it, the
// time wakes it when there is none.
func (c *Console) pause(lives bool, s *standIn) time.Duration {
	switch {
	case !c.awake.Load():
		return asleep
	case lives:
		return watchful
	}
	return max(0, s.until+FrameDuration-c.clock.now())
}

// serveMic hands on all there is, and reports whether a microphone lives.
func (c *Console) serveMic(m *micSide, now time.Duration) (lives bool) {
	i := c.mic.Load()
	if i == nil || !i.pulse.alive(i.Port, now) {
		for range m.standIn.due(now) {
			clear(m.frame[:])
			m.seam.pass(m.frame[:], m.served != nil)
			m.served = nil
			c.hearMic(m, now)
		}
		return false
	}
	m.standIn.rest(now)
	broken := i.trim()
	if broken {
		c.count.trimmed.Add(1)
	}
	for i.Depth() >= FrameSize {
		i.Take(m.frame[:])
		c.noteQuiet(m.frame[:])
		m.seam.pass(m.frame[:], broken || m.served != i)
		m.served, broken = i, false
		c.hearMic(m, now)
	}
	return true
}

// hearMic hands one frame on.
func (c *Console) hearMic(m *micSide, now time.Duration) {
	m.treat.process(&c.treating, m.frame[:], now)
	c.micLevel.store(m.meter.measure(m.frame[:]))
	dictates := c.dictaphone.take(m.frame[:], m.served != nil)
	m.gate.pass(m.frame[:], !c.muted.Load() && !dictates)
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
