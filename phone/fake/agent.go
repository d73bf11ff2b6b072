package fake

import (
	"context"
	"strings"
	"time"

	"permanence/phone"
)

// Agent is a scripted telephone.
type Agent struct {
	x      *Exchange
	queue  *queue
	lines  []phone.Line
	legs   map[phone.CallID]*leg
	closed bool

	meeting   phone.ConferenceChanged // the last that was told
	lamps     map[lampKey]phone.LampState
	mailboxes map[phone.LineID][2]int
	sounds    map[phone.SoundID]time.Duration
	fault     string // of the disk; "" when it works
}

var _ phone.UserAgent = (*Agent)(nil)

// NewAgent makes an agent that others reach as "sip:NAME@fake".
func (x *Exchange) NewAgent(name string, report func(phone.Event)) *Agent {
	x.mu.Lock()
	defer x.mu.Unlock()
	a := &Agent{x: x, queue: newQueue(report), legs: make(map[phone.CallID]*leg)}
	a.sounds = make(map[phone.SoundID]time.Duration)
	a.lamps, a.mailboxes = make(map[lampKey]phone.LampState), make(map[phone.LineID][2]int)
	x.agents[name] = a
	return a
}

func (a *Agent) anyLine() phone.LineID {
	if len(a.lines) == 0 {
		return ""
	}
	return a.lines[0].ID
}

func (a *Agent) line(id phone.LineID) (phone.Line, bool) {
	for _, l := range a.lines {
		if l.ID == id {
			return l, true
		}
	}
	return phone.Line{}, false
}

// SetLines implements phone.UserAgent: every line works at once.
func (a *Agent) SetLines(lines []phone.Line) error {
	a.x.mu.Lock()
	defer a.x.mu.Unlock()
	if a.closed {
		return phone.ErrClosed
	}
	before := a.lines
	a.lines = append([]phone.Line(nil), lines...)
	for _, l := range before {
		if _, stays := a.line(l.ID); !stays {
			a.forgetNews(l.ID)
			a.changed(l.ID, phone.LineOff, "")
		}
	}
	for _, l := range lines {
		switch {
		case l.Disabled:
			a.changed(l.ID, phone.LineOff, "")
		case l.Direct:
			a.changed(l.ID, phone.LineListening, "")
		default:
			a.changed(l.ID, phone.LineRegistering, "")
			a.changed(l.ID, phone.LineRegistered, "")
		}
	}
	return nil
}

func (a *Agent) changed(id phone.LineID, s phone.LineState, detail string) {
	a.queue.put(phone.LineChanged{Line: id, State: s, Detail: detail, At: a.x.now()})
}

// LineIs plays a change of a line, with the server's words.
func (a *Agent) LineIs(id phone.LineID, s phone.LineState, detail string) {
	a.x.mu.Lock()
	defer a.x.mu.Unlock()
	a.changed(id, s, detail)
}

// Dial implements phone.UserAgent.
func (a *Agent) Dial(id phone.CallID, line phone.LineID, to phone.Outbound) error {
	target := to.Target
	a.x.mu.Lock()
	defer a.x.mu.Unlock()
	l, known := a.line(line)
	_, twice := a.legs[id]
	switch {
	case a.closed:
		return phone.ErrClosed
	case !known:
		return phone.ErrUnknownLine
	case l.Disabled:
		return phone.ErrLineNotUp
	case twice || id == "":
		return phone.ErrWrongState
	case !dialable(target):
		return phone.ErrBadNumber
	}
	from := &leg{agent: a, id: id, stage: calling}
	a.legs[id] = from
	a.x.call(from, target, phone.Invite{})
	return nil
}

// at runs a command on a call that stands where it must.
func (a *Agent) at(id phone.CallID, s stage, do func(*leg) error) error {
	a.x.mu.Lock()
	defer a.x.mu.Unlock()
	l := a.legs[id]
	switch {
	case a.closed:
		return phone.ErrClosed
	case l == nil:
		return phone.ErrUnknownCall
	case s != over && l.stage != s:
		return phone.ErrWrongState
	}
	return do(l)
}

// Answer implements phone.UserAgent.
func (a *Agent) Answer(id phone.CallID, how phone.Reception) error {
	return a.at(id, ringing, func(l *leg) error { a.x.receive(l, how); return nil })
}

// Reject implements phone.UserAgent.
func (a *Agent) Reject(id phone.CallID) error {
	return a.at(id, ringing, func(l *leg) error { a.x.hangup(l, phone.RejectedHere); return nil })
}

// Hangup implements phone.UserAgent.
func (a *Agent) Hangup(id phone.CallID) error {
	return a.at(id, over, func(l *leg) error {
		cause := phone.HungUpHere
		if l.stage == ringing {
			cause = phone.RejectedHere
		}
		a.x.hangup(l, cause)
		return nil
	})
}

// Hold implements phone.UserAgent.
func (a *Agent) Hold(id phone.CallID) error { return a.setHold(id, true) }

// Resume implements phone.UserAgent.
func (a *Agent) Resume(id phone.CallID) error { return a.setHold(id, false) }

func (a *Agent) setHold(id phone.CallID, on bool) error {
	return a.at(id, up, func(l *leg) error {
		passing := !on && l.pass != nil
		if passing {
			a.x.takeBack(l)
		}
		switch {
		case l.holds != on:
			a.x.hold(l, on)
		case !passing:
			return phone.ErrWrongState
		}
		return nil
	})
}

// SendDTMF implements phone.UserAgent.
func (a *Agent) SendDTMF(id phone.CallID, digits string) error {
	digits = strings.ToUpper(digits)
	if digits == "" || strings.Trim(digits, "0123456789*#ABCD") != "" {
		return phone.ErrBadNumber
	}
	return a.at(id, up, func(l *leg) error {
		for _, k := range digits {
			l.peer.emit(phone.DTMFReceived{Call: l.peer.id, Digit: k, At: a.x.now()})
		}
		return nil
	})
}

// Stats implements phone.UserAgent: a perfect line, 50 packets a second.
func (a *Agent) Stats(id phone.CallID) (phone.MediaStats, bool) {
	a.x.mu.Lock()
	defer a.x.mu.Unlock()
	l := a.legs[id]
	if l == nil {
		return phone.MediaStats{}, false
	}
	s := phone.MediaStats{LevelHeardDBF: -96}
	if l.stage == up {
		packets := uint64(a.x.now().Sub(l.since) / (20 * time.Millisecond))
		s = phone.MediaStats{
			Codec: codec, PacketsSent: packets, PacketsHeard: packets, PlayoutDelay: 40 * time.Millisecond,
			FirstSentAt: l.since, FirstHeardAt: l.since, LevelHeardDBF: -24, Quality: l.sound,
		}
	}
	return s, true
}

// Close implements phone.UserAgent.
func (a *Agent) Close(context.Context) error {
	a.x.mu.Lock()
	if a.closed {
		a.x.mu.Unlock()
		return phone.ErrClosed
	}
	a.closed = true
	for _, l := range a.legs {
		a.x.hangup(l, phone.Shutdown)
	}
	a.x.mu.Unlock()
	a.queue.close()
	return nil
}
