package audio

import (
	"slices"
	"sync"
)

// Conference lets parties hear each other, and the operator if she is in it. Each
// hears all the others and never itself. It is a Patch for its parties, and one
// Party of the operator's console.
//
// The microphone's clock drives it, so that between the parties nothing has to be
// dropped or stretched; only the operator's earpiece may run at another pace, and
// a bridge leads there. Muting the console mutes the operator alone: her frames
// come silent, and on time.
type Conference struct {
	ear *bridge

	mu    sync.Mutex // held for a round: who leaves has waited for it
	seats []*seat
	here  bool
	gate  gate // of the operator's voice
	mix   mixer
	limit limiter
	mic   [FrameSize]int16
	out   [FrameSize]int16
}

// seat is one party's place, with what it says in this round.
type seat struct {
	Party
	voice [FrameSize]int16
}

var (
	_ Party = (*Conference)(nil)
	_ Patch = (*Conference)(nil)
)

// NewConference makes a conference without anybody in it.
func NewConference() *Conference { return &Conference{ear: newBridge(), gate: gate{closed: true}} }

// Join implements Patch: p is heard by all others, and hears them, until it leaves.
func (c *Conference) Join(p Party) (leave func()) {
	s := &seat{Party: p}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seats = append(c.seats, s)
	return func() { c.remove(s) }
}

func (c *Conference) remove(s *seat) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seats = slices.DeleteFunc(c.seats, func(o *seat) bool { return o == s })
}

// Operator takes the operator in, or out: then the parties talk among themselves,
// she does not hear them, and her microphone is closed to them.
func (c *Conference) Operator(here bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.here = here
}

// Hear implements Party: one round of the conference, on the microphone's clock.
func (c *Conference) Hear(mic Frame) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.mix.reset()
	c.collect(mic)
	if c.here {
		c.limit.mixWithout(&c.mix, c.mic[:], c.out[:])
		c.ear.write(c.out[:])
	}
	for _, s := range c.seats {
		c.limit.mixWithout(&c.mix, s.voice[:], c.out[:])
		s.Hear(c.out[:])
	}
}

// collect takes what everybody says.
func (c *Conference) collect(mic Frame) {
	for _, s := range c.seats {
		clear(s.voice[:])
		s.Speak(s.voice[:])
		c.mix.add(s.voice[:])
	}
	if c.here || !c.gate.closed {
		copy(c.mic[:], mic)
		c.gate.pass(c.mic[:], c.here)
		c.mix.add(c.mic[:])
	}
	c.limit.follow(&c.mix)
}

// Speak implements Party: what the operator hears, on the earpiece's clock.
func (c *Conference) Speak(ear Frame) { c.ear.read(ear) }
