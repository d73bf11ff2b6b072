package fake

import (
	"strings"

	"github.com/google/uuid"

	"permanence/phone"
)

// passing is a transfer that one end of a call asked of the other.
type passing struct {
	step phone.TransferStep // the last told
	with *leg               // whose place is to be taken; nil when blind
}

// dialable tells whether a target is an address or a number.
func dialable(target string) bool {
	return strings.HasPrefix(target, "sip:") || phone.ParseNumber(target) != ""
}

// Transfer implements phone.UserAgent. What comes of it when the other side is
// the outside world the test plays, with OutsideTransferStep.
func (a *Agent) Transfer(id phone.CallID, target string) error {
	return a.at(id, over, func(l *leg) error {
		switch {
		case !dialable(target):
			return phone.ErrBadNumber
		case l.stage != up || l.pass != nil || l.lent:
			return phone.ErrWrongState
		}
		l.pass = &passing{}
		if l.peer.agent != nil {
			a.x.refer(l, target)
		}
		return nil
	})
}

// Connect implements phone.UserAgent.
func (a *Agent) Connect(id, with phone.CallID) error {
	return a.at(id, over, func(l *leg) error {
		w := a.legs[with]
		switch {
		case w == nil:
			return phone.ErrUnknownCall
		case w == l || l.stage != up || w.stage != up || l.pass != nil || l.lent || w.pass != nil || w.lent:
			return phone.ErrWrongState
		}
		l.pass, w.lent = &passing{with: w}, true
		if l.peer.agent != nil && w.peer.agent != nil {
			a.x.connectEnds(l, w)
		}
		return nil
	})
}

// Redirect implements phone.UserAgent.
func (a *Agent) Redirect(id phone.CallID, target string) error {
	return a.at(id, over, func(l *leg) error {
		switch {
		case !dialable(target):
			return phone.ErrBadNumber
		case l.stage != ringing:
			return phone.ErrWrongState
		}
		a.x.redirect(l, target)
		return nil
	})
}

// redirect ends a ringing call here, and sends its caller elsewhere.
func (x *Exchange) redirect(l *leg, target string) {
	from := l.peer
	x.finishLeg(l, end{phone.Forwarded, 302})
	if from.agent == nil {
		from.stage = over
		return
	}
	if !referable(target) {
		x.finishLeg(from, end{phone.Failed, 302})
		return
	}
	x.call(from, target, phone.Invite{Diversions: []phone.Diversion{{Source: phone.FromDiversion, Reason: "deflection"}}})
}

// call rings what a leg dialled.
func (x *Exchange) call(from *leg, target string, invite phone.Invite) {
	from.peer = x.connect(from, target)
	if from.peer == nil {
		from.peer = &leg{stage: over}
		x.finishLeg(from, end{phone.UnknownNumber, 404})
		return
	}
	invite.Caller = phone.Identity{URI: "sip:fake"}
	x.arrive(from.peer, invite)
}

// referable tells whether somebody else may have an agent call a target.
func referable(target string) bool {
	n := phone.ParseNumber(target)
	return !n.Emergency() && !n.Premium()
}

// refer has the other side of by call somebody.
func (x *Exchange) refer(by *leg, target string) phone.CallID {
	next := x.referred(by, target)
	if next == nil {
		x.transferIs(by, phone.TransferFailed, 603)
		return ""
	}
	x.transferIs(by, phone.TransferAsked, 0)
	x.call(next, target, phone.Invite{})
	return next.id
}

// referred is the new call that the other side of by was asked to make; nil when
// it will not, or makes one already.
func (x *Exchange) referred(by *leg, target string) *leg {
	a := by.peer.agent
	if !referable(target) || by.peer.aside {
		return nil
	}
	for _, l := range a.legs {
		if l.referrer == by && l.stage == calling {
			return nil
		}
	}
	next := &leg{agent: a, id: phone.CallID(uuid.NewString()), stage: calling, referrer: by}
	a.legs[next.id] = next
	who := phone.Identity{Number: phone.ParseNumber(target)}
	if strings.HasPrefix(target, "sip:") {
		who = phone.Identity{URI: target}
	}
	a.queue.put(phone.CallReferred{Call: by.peer.id, New: next.id, Line: a.anyLine(), Target: who, At: x.now()})
	return next
}

// connectEnds puts the other sides of two calls through to each other.
func (x *Exchange) connectEnds(l, with *leg) {
	next := x.referred(l, "sip:fake")
	if next == nil {
		x.transferIs(l, phone.TransferFailed, 603)
		return
	}
	x.transferIs(l, phone.TransferAsked, 0)
	x.replace(with.peer, next, phone.Invite{Caller: phone.Identity{URI: "sip:fake"}})
}

// replace lets a call of next take the place of another, which ends.
func (x *Exchange) replace(place, next *leg, invite phone.Invite) phone.CallID {
	a := place.agent
	to := &leg{agent: a, id: phone.CallID(uuid.NewString()), stage: ringing, peer: next, aside: place.aside, music: place.music}
	a.legs[to.id], next.peer = to, to
	a.queue.put(phone.CallReplaced{Call: place.id, New: to.id, Line: a.anyLine(), Invite: invite, At: x.now()})
	x.bringUp(to)
	if place.holds {
		x.hold(to, true)
	}
	if to.aside {
		to.tellAttendance()
		to.playMusic()
	}
	there := phone.HungUpThere
	if place.peer.lent {
		there = phone.Transferred
	}
	x.finish(place, end{cause: phone.Replaced}, end{cause: there})
	x.tellReferrer(next, phone.TransferDone, 200)
	return to.id
}

// tellReferrer tells whoever asked for this call how it fares.
func (x *Exchange) tellReferrer(l *leg, step phone.TransferStep, status int) {
	if l.referrer != nil {
		x.transferIs(l.referrer, step, status)
	}
}

// transferIs tells a step of a transfer, each once and none after the last.
func (x *Exchange) transferIs(l *leg, step phone.TransferStep, status int) {
	p := l.pass
	if p == nil || l.stage != up || p.step == step || p.step == phone.TransferRinging && step == phone.TransferAsked {
		return
	}
	p.step = step
	if step == phone.TransferDone || step == phone.TransferFailed {
		l.pass = nil
	}
	l.emit(phone.TransferProgressed{Call: l.id, Step: step, Status: status, At: x.now()})
	switch {
	case step == phone.TransferDone:
		if p.with != nil {
			x.finish(p.with, end{cause: phone.Transferred}, end{cause: phone.HungUpThere})
		}
		x.finish(l, end{cause: phone.Transferred}, end{cause: phone.HungUpThere})
	case step == phone.TransferFailed && p.with != nil:
		p.with.lent = false
	}
}

// takeBack gives a transfer up because the operator wants the other party back.
func (x *Exchange) takeBack(l *leg) { x.transferIs(l, phone.TransferFailed, 487) }

// left is why an end sees the other hang up: who was asked to call somebody else,
// and tells nothing, has done so.
func (x *Exchange) left(l *leg) phone.EndCause {
	p := l.pass
	switch {
	case l.lent:
		return phone.Transferred
	case p == nil || p.step != phone.TransferAsked:
		return phone.HungUpThere
	}
	l.pass = nil
	l.emit(phone.TransferProgressed{Call: l.id, Step: phone.TransferDone, At: x.now()})
	if p.with != nil {
		x.finish(p.with, end{cause: phone.Transferred}, end{cause: phone.HungUpThere})
	}
	return phone.Transferred
}
