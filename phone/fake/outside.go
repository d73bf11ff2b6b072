package fake

import (
	"github.com/google/uuid"

	"permanence/phone"
)

// OutsideCalls rings the agent's first line, and gives the call's name there.
func (a *Agent) OutsideCalls(invite phone.Invite) phone.CallID {
	a.x.mu.Lock()
	defer a.x.mu.Unlock()
	l := &leg{agent: a, id: phone.CallID(uuid.NewString()), stage: ringing}
	l.peer = &leg{stage: calling, peer: l}
	a.legs[l.id] = l
	a.x.arrive(l, invite)
	return l.id
}

// outside does something at the far end of a call with the outside world. A call
// that is over, or with another agent, is left alone.
func (a *Agent) outside(id phone.CallID, do func(far *leg)) {
	a.x.mu.Lock()
	defer a.x.mu.Unlock()
	if l := a.legs[id]; l != nil && l.peer.agent == nil {
		do(l.peer)
	}
}

// OutsideRings tells that a dialled number rings, with early media or without.
func (a *Agent) OutsideRings(id phone.CallID, early bool) {
	a.outside(id, func(far *leg) {
		far.peer.emit(phone.CallRinging{Call: id, Early: early, At: a.x.now()})
	})
}

// OutsideAnswers takes a call that the agent dialled.
func (a *Agent) OutsideAnswers(id phone.CallID) {
	a.outside(id, func(far *leg) {
		if far.stage == ringing {
			a.x.answer(far)
		}
	})
}

// OutsideEnds ends a call for the given cause, as the agent is told it.
func (a *Agent) OutsideEnds(id phone.CallID, cause phone.EndCause, status int) {
	a.outside(id, func(far *leg) {
		a.x.finish(far, end{}, end{cause, status})
	})
}

// OutsideHolds makes the agent wait, or takes it back.
func (a *Agent) OutsideHolds(id phone.CallID, on bool) {
	a.outside(id, func(far *leg) {
		if far.stage == up {
			a.x.hold(far, on)
		}
	})
}

// OutsidePresses presses keys at the far end.
func (a *Agent) OutsidePresses(id phone.CallID, digits string) {
	a.outside(id, func(far *leg) {
		for _, k := range digits {
			far.peer.emit(phone.DTMFReceived{Call: id, Digit: k, At: a.x.now()})
		}
	})
}
