package fake

import (
	"slices"

	"permanence/phone"
)

// lampKey names a lamp as the desk does.
type lampKey struct {
	line   phone.LineID
	target string
}

// LampIs plays the state of an extension on every line that watches it. As with a
// real server, only a change is told.
func (a *Agent) LampIs(target string, s phone.LampState) {
	a.x.mu.Lock()
	defer a.x.mu.Unlock()
	for _, l := range a.lines {
		if slices.Contains(l.Watch, target) && !l.Disabled {
			a.lamp(lampKey{l.ID, target}, s)
		}
	}
}

func (a *Agent) lamp(k lampKey, s phone.LampState) {
	before, known := a.lamps[k]
	if before == s || !known && s == phone.LampUnknown {
		return
	}
	a.lamps[k] = s
	a.queue.put(phone.LampChanged{Line: k.line, Target: k.target, State: s, At: a.x.now()})
}

// MailboxIs plays the voice messages waiting at the server of a line. A server may
// tell them unasked, so the line need not ask.
func (a *Agent) MailboxIs(line phone.LineID, fresh, old int) {
	a.x.mu.Lock()
	defer a.x.mu.Unlock()
	l, known := a.line(line)
	now := [2]int{fresh, old}
	if before, told := a.mailboxes[line]; !known || l.Disabled || told && before == now {
		return
	}
	a.mailboxes[line] = now
	a.queue.put(phone.MailboxChanged{Line: line, New: fresh, Old: old, At: a.x.now()})
}

// forgetNews is a line's end: its lamps go dark, and its mailbox is told anew when
// it comes back.
func (a *Agent) forgetNews(line phone.LineID) {
	delete(a.mailboxes, line)
	for k := range a.lamps {
		if k.line == line {
			a.lamp(k, phone.LampUnknown)
			delete(a.lamps, k)
		}
	}
}
