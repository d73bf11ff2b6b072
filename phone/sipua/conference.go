package sipua

import (
	"slices"

	"permanence/audio"
	"permanence/phone"
)

// conference is the calls that hear each other. A goroutine of its own, run, owns
// everything below the line; calls and commands post to it, and it posts to the
// calls. Only a call moves its own voice.
type conference struct {
	agent *Agent
	room  *audio.Conference
	inbox chan func()
	gone  chan struct{}

	// ---------------------------------------------------------------- owned by run

	seats []*call // asked for, in order
	in    map[*call]bool
	here  bool
	leave func() // takes the room from the operator's sound; nil while it is not there
	told  phone.ConferenceChanged
}

func newConference(a *Agent) *conference {
	return &conference{
		agent: a, room: audio.NewConference(), inbox: make(chan func(), 256),
		gone: make(chan struct{}), in: make(map[*call]bool),
	}
}

// Confer implements phone.UserAgent.
func (a *Agent) Confer(ids []phone.CallID, here bool) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.closed {
		return phone.ErrClosed
	}
	var calls []*call
	for _, id := range ids {
		switch c := a.calls[id]; {
		case c == nil:
			return phone.ErrUnknownCall
		case c.mustBe(up) != nil || slices.Contains(calls, c):
			return phone.ErrWrongState
		default:
			calls = append(calls, c)
		}
	}
	switch {
	case a.meeting == nil && len(calls) < 2:
		return nil // there is none to end
	case a.meeting == nil:
		a.meeting = newConference(a)
		go a.meeting.run()
	}
	m := a.meeting
	select {
	case m.inbox <- func() { m.set(calls, here) }:
		return nil
	default:
		return phone.ErrWrongState
	}
}

// meets is the conference, nil while there never was one.
func (a *Agent) meets() *conference {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.meeting
}

func (m *conference) run() {
	defer close(m.gone)
	for {
		select {
		case f := <-m.inbox:
			guard(m.agent.cfg.Log, "conference", f)
		case <-m.agent.abort:
			m.close()
			return
		}
	}
}

// close tells what the end of the calls changed, and ends.
func (m *conference) close() {
	for len(m.inbox) > 0 {
		guard(m.agent.cfg.Log, "conference", <-m.inbox)
	}
	m.empty()
}

// must posts what may not be lost. It never waits for a call, so a call may use it.
func (m *conference) must(f func()) {
	select {
	case m.inbox <- f:
	case <-m.gone:
	}
}

// set seats these calls and no other.
func (m *conference) set(calls []*call, here bool) {
	calls = slices.DeleteFunc(calls, func(c *call) bool { return c.mustBe(up) != nil })
	if len(calls) < 2 {
		calls = nil
	}
	before, leave := m.seats, m.leaving()
	m.seats, m.here = calls, here
	m.settle()
	for _, c := range before {
		if !slices.Contains(calls, c) {
			c.post(func() { leave(c) })
			delete(m.in, c)
		}
	}
	for _, c := range calls {
		if !slices.Contains(before, c) && !c.post(func() { c.sit(m) }) {
			m.left(c)
		}
	}
}

// leaving is how a call becomes one of its own again. If the operator was not in
// the conference nobody expects her to be heard: then it waits.
func (m *conference) leaving() func(*call) {
	if m.here {
		return (*call).stand
	}
	return (*call).standAside
}

// seated takes the news that a call is in the room, and is not on hold.
func (m *conference) seated(c *call) {
	if slices.Contains(m.seats, c) {
		m.in[c] = true
		m.settle()
	}
}

// left takes the news that a call has gone, or was put on hold.
func (m *conference) left(c *call) {
	m.seats = slices.DeleteFunc(slices.Clone(m.seats), func(o *call) bool { return o == c })
	delete(m.in, c)
	m.settle()
}

// settle makes the room be as asked, and tells when all have come that should.
func (m *conference) settle() {
	if len(m.seats) < 2 {
		m.empty()
		return
	}
	m.room.Operator(m.here)
	if m.leave == nil {
		m.leave = m.agent.cfg.Patch.Join(m.room)
	}
	if len(m.in) == len(m.seats) {
		m.tell(m.seats, m.here)
	}
}

// empty ends the conference. Whoever is left is an ordinary call again.
func (m *conference) empty() {
	left, leave := m.seats, m.leaving()
	defer func() {
		for _, c := range left {
			c.post(func() { leave(c) })
		}
	}()
	m.seats = nil
	clear(m.in)
	m.room.Operator(false)
	if m.leave != nil {
		m.leave()
		m.leave = nil
	}
	m.tell(nil, false)
}

// tell reports who hears each other now, if that is new.
func (m *conference) tell(calls []*call, here bool) {
	var ids []phone.CallID
	for _, c := range calls {
		ids = append(ids, c.id)
	}
	if slices.Equal(ids, m.told.Calls) && here == m.told.Here {
		return
	}
	m.told = phone.ConferenceChanged{Calls: ids, Here: here, At: m.agent.cfg.Now()}
	m.agent.report(m.told)
}

// sit takes the call into a conference: off hold, no longer aside, and its voice into
// the room. An announcement goes on.
func (c *call) sit(m *conference) {
	if c.stage != up {
		return // its end was told
	}
	c.seat = m
	wasAside := c.aside.CompareAndSwap(true, false)
	c.moveVoice()
	if wasAside {
		c.tellAttendance(true)
	}
	if c.onHold.CompareAndSwap(true, false) {
		c.holdAsked()
	}
	c.tellSeated()
}

// tellSeated tells a conference that waits for the call that it is there.
func (c *call) tellSeated() {
	if m := c.seat; m != nil && !c.holding && !c.onHold.Load() {
		m.must(func() { m.seated(c) })
	}
}

// stand makes the call one of its own again.
func (c *call) stand() {
	if c.stage == up && c.seat != nil {
		c.seat = nil
		c.moveVoice()
	}
}

// standAside makes the call one of its own again, on hold: the operator's room was
// not in the conference, and is not heard after it.
func (c *call) standAside() {
	if c.stage != up || c.seat == nil {
		return
	}
	holds := c.onHold.CompareAndSwap(false, true)
	c.stand()
	if holds {
		c.holdAsked()
	}
}

// standUp takes a call from its conference that the operator puts on hold.
func (c *call) standUp() {
	if m := c.seat; m != nil {
		c.stand()
		m.must(func() { m.left(c) })
	}
}

// patch is where the call's voice belongs.
func (c *call) patch() audio.Patch {
	if c.seat != nil {
		return c.seat.room
	}
	return c.agent.cfg.Patch
}

// moveVoice joins the voice where it belongs now.
func (c *call) moveVoice() {
	if v := c.sound.Load(); v.started() {
		v.leave()
		v.leave = c.patch().Join(v)
		c.steer()
	}
}
