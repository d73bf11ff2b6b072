package sipua

import (
	"slices"
	"strings"

	"permanence/phone"
)

// Dial implements phone.UserAgent.
func (a *Agent) Dial(id phone.CallID, lineID phone.LineID, to phone.Outbound) error {
	a.mu.Lock()
	l, closed := a.lines[lineID], a.closed
	_, twice := a.calls[id]
	a.mu.Unlock()
	switch {
	case closed:
		return phone.ErrClosed
	case l == nil:
		return phone.ErrUnknownLine
	case twice || id == "":
		return phone.ErrWrongState
	}
	uri, err := targetOf(l.cfg, to.Target)
	if err != nil {
		return err
	}
	urgent := isEmergency(l.cfg, uri)
	ep := l.ep.Load()
	if ep == nil || !urgent && !l.current().Ready() {
		return phone.ErrLineNotUp
	}
	shown, err := showingOf(to)
	if err != nil {
		return err
	}
	c := a.newCall(id, phone.Outgoing, l, ep)
	c.showing = shown
	if !a.enlist(c, urgent) {
		ep.release()
		return phone.ErrWrongState
	}
	go c.run()
	c.post(func() { c.dialOut(uri) })
	return nil
}

// Answer implements phone.UserAgent.
func (a *Agent) Answer(id phone.CallID, how phone.Reception) error {
	how.Announcements = slices.Clone(how.Announcements)
	return a.command(id, func(c *call) (func(), error) {
		return func() { c.receive(how) }, c.mustBe(ringing)
	})
}

// Reject implements phone.UserAgent.
func (a *Agent) Reject(id phone.CallID) error {
	return a.command(id, func(c *call) (func(), error) { return c.reject, c.mustBe(ringing) })
}

// Hangup implements phone.UserAgent.
func (a *Agent) Hangup(id phone.CallID) error {
	return a.command(id, func(c *call) (func(), error) { return c.hangup, nil })
}

// Hold implements phone.UserAgent.
func (a *Agent) Hold(id phone.CallID) error { return a.setHold(id, true) }

// Resume implements phone.UserAgent.
func (a *Agent) Resume(id phone.CallID) error { return a.setHold(id, false) }

func (a *Agent) setHold(id phone.CallID, on bool) error {
	return a.command(id, func(c *call) (func(), error) {
		if err := c.mustBe(up); err != nil {
			return nil, err
		}
		if !c.onHold.CompareAndSwap(!on, on) && (on || !c.passing.Load()) {
			return nil, phone.ErrWrongState
		}
		return func() {
			if !on {
				c.takeBack()
			}
			c.holdAsked()
		}, nil
	})
}

// SendDTMF implements phone.UserAgent.
func (a *Agent) SendDTMF(id phone.CallID, digits string) error {
	digits = strings.ToUpper(digits)
	if digits == "" || strings.Trim(digits, keys) != "" {
		return phone.ErrBadNumber
	}
	return a.command(id, func(c *call) (func(), error) {
		return func() { c.press(digits) }, c.mustBe(up)
	})
}

// command has a call's goroutine do something, if the call is there and may.
func (a *Agent) command(id phone.CallID, prepare func(*call) (func(), error)) error {
	a.mu.Lock()
	c, closed := a.calls[id], a.closed
	a.mu.Unlock()
	switch {
	case closed:
		return phone.ErrClosed
	case c == nil:
		return phone.ErrUnknownCall
	}
	do, err := prepare(c)
	if err != nil {
		return err
	}
	if !c.post(do) {
		return phone.ErrWrongState
	}
	return nil
}

func (c *call) mustBe(s stage) error {
	if stage(c.public.Load()) != s {
		return phone.ErrWrongState
	}
	return nil
}

// press sends keys to the other party.
func (c *call) press(digits string) {
	if c.stage != up {
		return
	}
	v := c.sound.Load()
	switch {
	case v.press(digits):
	case v.takesKeys():
		c.failed("dtmf", errNoKeys)
	default:
		c.sendINFO(digits)
	}
}

// Stats implements phone.UserAgent.
func (a *Agent) Stats(id phone.CallID) (phone.MediaStats, bool) {
	a.mu.Lock()
	c := a.calls[id]
	a.mu.Unlock()
	if c == nil {
		return phone.MediaStats{}, false
	}
	v := c.sound.Load()
	if v == nil {
		return phone.MediaStats{LevelHeardDBF: -96}, true
	}
	s := v.stats()
	if q := c.judged.Load(); q != nil {
		s.Quality = q.Quality
	}
	return s, true
}
