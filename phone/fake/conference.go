package fake

import (
	"slices"

	"permanence/phone"
)

// Confer implements phone.UserAgent. Nobody has a voice here, so a conference is
// its events.
func (a *Agent) Confer(ids []phone.CallID, here bool) error {
	a.x.mu.Lock()
	defer a.x.mu.Unlock()
	if a.closed {
		return phone.ErrClosed
	}
	for i, id := range ids {
		switch l := a.legs[id]; {
		case l == nil:
			return phone.ErrUnknownCall
		case l.stage != up || slices.Contains(ids[:i], id):
			return phone.ErrWrongState
		}
	}
	if len(ids) < 2 {
		ids, here = nil, false
	}
	for _, id := range ids {
		l := a.legs[id]
		if l.aside {
			l.aside = false
			l.tellAttendance()
		}
		if l.holds {
			a.x.hold(l, false)
		}
	}
	a.meet(slices.Clone(ids), here)
	return nil
}

// meet tells who hears each other now, if that is new.
func (a *Agent) meet(ids []phone.CallID, here bool) {
	if slices.Equal(ids, a.meeting.Calls) && here == a.meeting.Here {
		return
	}
	before := a.meeting
	a.meeting = phone.ConferenceChanged{Calls: ids, Here: here, At: a.x.now()}
	a.queue.put(a.meeting)
	for _, id := range before.Calls {
		if l := a.legs[id]; !before.Here && l != nil && !l.holds && !slices.Contains(ids, id) {
			a.x.hold(l, true)
		}
	}
}

// leaves takes a call from the conference that it may be in.
func (l *leg) leaves() {
	if l.agent == nil || !slices.Contains(l.agent.meeting.Calls, l.id) {
		return
	}
	a := l.agent
	rest := slices.DeleteFunc(slices.Clone(a.meeting.Calls), func(id phone.CallID) bool { return id == l.id })
	if len(rest) < 2 {
		a.meet(nil, false)
		return
	}
	a.meet(rest, a.meeting.Here)
}
