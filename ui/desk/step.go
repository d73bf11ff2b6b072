package desk

import (
	"slices"
	"time"

	"permanence/clients"
	"permanence/phone"
)

// Step is the whole behaviour of the desk: what a state becomes by an event, and
// what is to be done about it. It is pure: no clock, no goroutine, no I/O.
func Step(s State, in Input) (State, []Effect) {
	t := &turn{State: s, At: in.At, ID: in.ID, Next: in.Next, before: s}
	in.Event.apply(t)
	t.settle()
	return t.State, t.effects
}

// turn is one step being taken. It copies a slice of the state the first time
// that it changes something in it, so that the state before stays whole.
type turn struct {
	State
	At      time.Time
	ID      clients.ID
	Next    clients.ID
	before  State
	effects []Effect

	ownCalls, ownTickets, ownHistory, ownLines, ownNotices bool
}

func (t *turn) do(e ...Effect) { t.effects = append(t.effects, e...) }

// own copies a slice once in a turn, before its first change.
func own[E any](owned *bool, s *[]E) {
	if !*owned {
		*s = slices.Clone(*s)
		*owned = true
	}
}

// call gives a live call to be changed, nil when there is none.
func (t *turn) call(id phone.CallID) *Call {
	own(&t.ownCalls, &t.Calls)
	return t.State.Call(id)
}

// ticket gives a ticket to be changed, nil when there is none.
func (t *turn) ticket(id clients.ID) *Ticket {
	own(&t.ownTickets, &t.Tickets)
	return t.State.Ticket(id)
}

// entry gives a line of the history to be changed, nil when it is not in memory.
func (t *turn) entry(call phone.CallID) *Entry {
	if call == "" {
		return nil
	}
	own(&t.ownHistory, &t.History)
	for i := range t.History {
		if t.History[i].Call == call {
			return &t.History[i]
		}
	}
	return nil
}

func (t *turn) line(id phone.LineID) *Line {
	own(&t.ownLines, &t.Lines)
	for i := range t.Lines {
		if t.Lines[i].ID == id {
			return &t.Lines[i]
		}
	}
	return nil
}

// settle brings into accord what follows from the rest of the state: which
// signal sounds, whose agenda is beside the call, which slots it has.
func (t *turn) settle() {
	if now, was := t.signal(), t.before.signal(); now != was {
		t.do(PlaySignal{Signal: now})
	}
	if now, was := t.headset(), t.before.headset(); now != was {
		t.do(ShowHeadset{State: now})
	}
	t.settleAgenda()
	t.forgetGone()
	t.tellPresence()
}

// signal is what the operator should hear of the calls' situation.
func (s *State) signal() Signal {
	var ringing, busy, ringBack bool
	for i := range s.Calls {
		switch c := &s.Calls[i]; {
		case c.Pending == "hangup" || c.Pending == "reject" || c.Pending == "answer":
			busy = busy || c.Pending == "answer" && !c.Aside
		case c.Pending == "redirect":
		case c.Phase == Ringing || c.Phase == Back:
			ringing = true
		case c.Phase == Talking:
			busy = busy || !c.Alone
		case c.Phase == Dialing:
			busy = true
			ringBack = ringBack || (c.RingsThere && !c.EarlyMedia)
		}
	}
	switch {
	case ringing && busy, s.Now.Before(s.ChimeUntil):
		return SecondCall
	case ringing:
		return Ring
	case ringBack:
		return RingBack
	case !busy && s.Now.Before(s.BusyUntil):
		return BusyTone
	}
	return Silence
}

func (Ticked) apply(t *turn) {
	t.Now = t.At
	t.expireNotices()
	t.takeUnanswered()
	t.waitByRule()
	t.endLongMessages()
	t.expireSounds()
	t.listAgain()
	t.settleDue()
	for i := range t.Tickets {
		if d := t.Tickets[i].Draft; d.Dirty && !d.Saving {
			t.keepDraft(t.Tickets[i].ID)
		}
	}
	if t.Store.Failing {
		t.do(FlushJournal{})
	}
}

// CloseAsked says on screen that the desk is closing; the order of closing is
// that of the program (cmd), which sends this first. What has been decided and not yet
// been stored is stored now.
func (CloseAsked) apply(t *turn) {
	t.Closing = true
	t.settleNow()
	t.promiseAsked()
}
