package sipua

import (
	"slices"

	"permanence/phone"
)

// How a call plays recorded sounds to its other side, and whether the operator is
// in it.

// Attend implements phone.UserAgent.
func (a *Agent) Attend(id phone.CallID, present bool) error {
	return a.command(id, func(c *call) (func(), error) {
		if err := c.mustBe(up); err != nil {
			return nil, err
		}
		if !c.aside.CompareAndSwap(present, !present) {
			return nil, phone.ErrWrongState
		}
		return func() { c.attendAsked(present) }, nil
	})
}

// Announce implements phone.UserAgent.
func (a *Agent) Announce(id phone.CallID, sounds ...phone.SoundID) error {
	sounds = slices.Clone(sounds)
	return a.command(id, func(c *call) (func(), error) {
		return func() { c.announce(sounds) }, c.mustBe(up)
	})
}

// Music implements phone.UserAgent.
func (a *Agent) Music(id phone.CallID, sound phone.SoundID) error {
	return a.command(id, func(c *call) (func(), error) {
		return func() { c.setMusic(sound) }, nil
	})
}

// attendAsked carries out what the operator asked. Who is taken aside leaves the
// conference; the room is shut before an announcement ends, and not after.
func (c *call) attendAsked(present bool) {
	if c.stage != up {
		return
	}
	if c.aside.Load() {
		c.standUp()
	}
	c.resteer()
	c.endAnnouncement()
	c.tellAttendance(present)
}

func (c *call) tellAttendance(present bool) {
	c.agent.report(phone.AttendanceChanged{Call: c.id, Present: present, At: c.agent.cfg.Now()})
}

// resteer steers a voice whose way is agreed on already.
func (c *call) resteer() {
	if c.neg != nil && c.neg.agreed.codec != nil {
		c.steer()
	}
}

// announce plays sounds in place of those before, or ends these when there are none.
func (c *call) announce(sounds []phone.SoundID) {
	if c.stage != up {
		return
	}
	before := c.playing
	c.playing = nil
	if len(sounds) > 0 {
		c.playing = newAnnouncement(&c.agent.cfg, sounds)
	}
	c.sound.Load().play(c.playing)
	if before != nil {
		c.tellAnnouncement(before)
	}
	if a := c.playing; a != nil {
		go a.run(func() { c.must(func() { c.announced(a) }) })
	}
}

// announced takes the news that an announcement was heard to its end.
func (c *call) announced(a *announcement) {
	if c.playing == a {
		c.endAnnouncement()
	}
}

// endAnnouncement ends what is announced, if anything is.
func (c *call) endAnnouncement() {
	if a := c.playing; a != nil {
		c.playing = nil
		c.sound.Load().play(nil)
		c.tellAnnouncement(a)
	}
}

// tellAnnouncement tells what became of an announcement that plays no more.
func (c *call) tellAnnouncement(a *announcement) {
	close(a.quit)
	begun, whole, fault := a.outcome()
	c.agent.report(phone.AnnouncementEnded{
		Call: c.id, Sound: begun, Whole: whole, Fault: fault, At: c.agent.cfg.Now(),
	})
}

// tune is the music of a call. It is opened when somebody first waits for it: most
// callers never do.
type tune struct {
	sound  phone.SoundID
	wanted bool // it was asked for, and may be open
}

// setMusic sets what the other side hears while it waits.
func (c *call) setMusic(sound phone.SoundID) {
	if c.stage == ended || c.tune.sound == sound {
		return // it goes on where it is
	}
	c.tune = tune{sound: sound}
	if v := c.sound.Load(); v != nil {
		v.tune(nil)
		c.resteer()
	}
}

// fetchMusic opens the music. Whoever waits hears silence until it is there.
func (c *call) fetchMusic() {
	if c.tune.sound == "" || c.tune.wanted {
		return
	}
	c.tune.wanted = true
	sound := c.tune.sound
	opened := openSound(c.agent.cfg.Sounds, c.agent.cfg.Log, sound)
	go func() {
		select {
		case o := <-opened:
			c.must(func() { c.musicOpened(sound, o) })
		case <-c.gone:
		}
	}()
}

func (c *call) musicOpened(sound phone.SoundID, o openedSound) {
	switch {
	case c.stage == ended || c.tune.sound != sound:
	case o.err != nil:
		c.failed("music", o.err)
	default:
		c.sound.Load().tune(&music{o.source})
	}
}
