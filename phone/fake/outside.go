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
		a.x.tellReferrer(far.peer, phone.TransferRinging, 180)
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

// OutsideTransferStep tells how the far end fares with a transfer it was asked for.
func (a *Agent) OutsideTransferStep(id phone.CallID, step phone.TransferStep, status int) {
	a.outside(id, func(far *leg) { a.x.transferIs(far.peer, step, status) })
}

// OutsideRefers has the far end ask the agent to call somebody else, and gives the
// new call; "" when the agent refuses.
func (a *Agent) OutsideRefers(id phone.CallID, target string) (next phone.CallID) {
	a.outside(id, func(far *leg) {
		if far.stage == up && dialable(target) {
			next = a.x.refer(far, target)
		}
	})
	return next
}

// OutsideReplaces lets another call from outside take the place of one, and gives
// the new call; "" when there is none to replace.
func (a *Agent) OutsideReplaces(id phone.CallID, invite phone.Invite) (next phone.CallID) {
	a.outside(id, func(far *leg) {
		if far.stage == up {
			next = a.x.replace(far.peer, &leg{stage: calling}, invite)
		}
	})
	return next
}

// OutsideSounds is how well an answered call goes from now on. As with the real
// telephone, only another grade or side is told.
func (a *Agent) OutsideSounds(id phone.CallID, q phone.Quality) {
	a.outside(id, func(far *leg) {
		l := far.peer
		if l.stage != up {
			return
		}
		before := l.sound
		l.sound = q
		if before.Grade() != q.Grade() || before.Side != q.Side {
			l.emit(phone.QualityChanged{Call: id, Quality: q, At: a.x.now()})
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
