package audio

import "time"

// earSide is what the ear goroutine works with.
type earSide struct {
	mix     mixer
	frame   [FrameSize]int16
	voice   [FrameSize]int16
	signals signalPlayer
	rings   signalPlayer // on a ringer of its own
	meter   meter
	standIn standIn
	strain  strain
	gains   clipGains
	heard   bool // an earpiece plays what is mixed
}

// runEar keeps the earpiece's ring filled, or lets the time pass when there is
// no earpiece.
func (c *Console) runEar() {
	var e earSide
	var h haste
	defer func() { h.suit(c.driver, c.earBell, false) }()
	for pause := asleep; ; {
		h.suit(c.driver, c.earBell, pause != asleep && c.strained.Load())
		c.earBell.Wait(pause)
		if c.closing() {
			return
		}
		now := c.clock.now()
		if pause == asleep {
			e.standIn.rest(now)
		}
		lives := c.serveEar(&e, now)
		c.serveRinger(&e, now)
		if pause = c.pause(lives, &e.standIn); pause == asleep {
			c.earLevel.store(silentLevel)
		}
	}
}

// serveEar mixes as many frames as the earpiece will soon ask for, and reports
// whether it lives. Without one it mixes what the time demands and throws it away,
// so that the parties' voices do not pile up.
func (c *Console) serveEar(e *earSide, now time.Duration) (lives bool) {
	o := c.ear.Load()
	e.heard = o != nil && o.pulse.alive(o.Port, now)
	if !e.heard {
		for range e.standIn.due(now) {
			c.mixEar(e, now)
			c.count.stoodIn.Add(1)
			if o != nil {
				o.broken = true
			}
		}
		return false
	}
	e.standIn.rest(now)
	want := o.wants(now)
	c.strained.Store(e.strain.judge(now, o.reserve > 0, c.driver))
	for o.Depth() < want {
		c.mixEar(e, now)
		o.play(e.frame[:])
		c.treating.played(e.frame[:], now)
	}
	return true
}

// mixEar makes the next frame of the earpiece.
func (c *Console) mixEar(e *earSide, now time.Duration) {
	e.mix.reset()
	c.parties.speak(&e.mix, e.voice[:], c.treating.gain.Load())
	c.mixClips(e)
	if e.signals.frame(e.voice[:], c.earSignal()) {
		e.mix.add(e.voice[:])
	}
	if c.loop.play(e.voice[:], now) {
		e.mix.add(e.voice[:])
	}
	e.mix.mix(e.frame[:])
	c.earLevel.store(e.meter.measure(e.frame[:]))
}

// earSignal is the signal of the earpiece: all of them but the ring, unless the
// earpiece is the ringer too.
func (c *Console) earSignal() Signal {
	s := *c.signal.Load()
	if s == Ring && !c.ringInEar.Load() {
		return Silence
	}
	return s
}

// serveRinger keeps the ring of a ringer of its own filled.
func (c *Console) serveRinger(e *earSide, now time.Duration) {
	o := c.ringer.Load()
	if o == nil {
		return
	}
	want := Silence
	if *c.signal.Load() == Ring && !c.ringInEar.Load() {
		want = Ring
	}
	for depth := o.wants(now); o.Depth() < depth; {
		if !e.rings.frame(e.voice[:], want) {
			clear(e.voice[:])
		}
		o.play(e.voice[:])
	}
}
