package sipua

import (
	"time"

	"permanence/phone"
)

// How a call uses its voice: what was agreed is carried out, and told.

// openVoice makes the call's media and the negotiation about it.
// Where both are already, they stay.
func (c *call) openVoice(way flow) error {
	if c.sound.Load() != nil {
		return nil
	}
	v, err := openVoice(&c.agent.cfg, way.self().Addr(),
		func(key rune) { c.post(func() { c.pressed(key) }) },
		func() { c.post(c.mediaLost) })
	if err != nil {
		return err
	}
	v.window = c.agent.window
	v.onScore = func(s scores, at time.Time) { c.post(func() { c.judge(s, at) }) }
	c.sound.Store(v)
	c.neg = newNegotiation(c.codecs(), v.at, c.agent.cfg.Now())
	c.neg.secrecy = secrecyOf(c.line.cfg, way)
	return nil
}

func (c *call) pressed(key rune) {
	if c.stage == up {
		c.agent.report(phone.DTMFReceived{Call: c.id, Digit: key, At: c.agent.cfg.Now()})
	}
}

func (c *call) mediaLost() {
	if c.stage == up {
		c.end(phone.MediaLost, 0, "no voice from the other side")
		c.bye()
	}
}

// apply carries out what was agreed, and tells what of it is new.
func (c *call) apply() error {
	v, a := c.sound.Load(), c.neg.agreed
	if err := v.apply(a); err != nil {
		return err
	}
	if !v.started() {
		v.start(c.patch())
	}
	c.steer()
	if c.stage != up {
		return nil
	}
	c.tellMedia()
	c.tellHold(c.holding, a.held)
	return nil
}

func (c *call) tellMedia() {
	a := c.neg.agreed
	next := phone.MediaChanged{Call: c.id, Codec: a.codec.Name(), Flow: a.flow(), Security: c.neg.secure(a)}
	if c.told == next {
		return
	}
	c.told = next
	next.At = c.agent.cfg.Now()
	c.agent.report(next)
}

func (c *call) tellHold(here, there bool) {
	if c.holding == here && c.held == there {
		return
	}
	c.holding, c.held = here, there
	c.agent.report(phone.HoldChanged{Call: c.id, Here: here, There: there, At: c.agent.cfg.Now()})
	c.tellSeated()
}

// steer sets what the other side hears: the room only in an answered call that
// nobody holds and the operator is in. What we asked for counts at once, not when the
// peer agrees. Who holds a conference plays no music to it.
func (c *call) steer() {
	v, a := c.sound.Load(), c.neg.agreed
	hold := c.onHold.Load()
	waits := hold || c.aside.Load()
	says := nothing
	switch {
	case !a.send:
	case c.stage != up:
		says = silence
	case waits:
		says = meanwhile
		c.fetchMusic()
	default:
		says = room
	}
	v.steer(says, waits || c.seat != nil && a.held)
	v.watch(c.stage == up && a.hear && !hold)
	c.steerTape()
}
