package fake

import (
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"permanence/phone"
)

// stage is where one end of a call stands.
type stage int

const (
	ringing stage = iota // called, not answered
	calling              // called somebody
	up
	over
)

// leg is one end of a call. One whose agent is nil is the outside world's.
type leg struct {
	agent *Agent
	id    phone.CallID
	stage stage
	holds bool
	since time.Time // answered
	peer  *leg
	sound phone.Quality

	aside   bool          // without the operator
	playing *announcement // nil when none
	music   phone.SoundID
	opened  bool       // the music was looked for
	record  *recording // nil when none

	pass     *passing // a transfer asked of the other side; nil when none is
	lent     bool     // its place is to be taken, and it ends with Transferred
	referrer *leg     // the end that asked for this call; nil when nobody did
}

// Exchange connects agents. All state of all its calls is under one lock: a fake
// should be read, not be fast.
type Exchange struct {
	now func() time.Time

	mu     sync.Mutex
	agents map[string]*Agent
}

// NewExchange makes an exchange with the clock of its events; time.Now when nil.
func NewExchange(now func() time.Time) *Exchange {
	if now == nil {
		now = time.Now
	}
	return &Exchange{now: now, agents: make(map[string]*Agent)}
}

// connect makes the two legs of a call from a to what it dialled; nil when there
// is nobody.
func (x *Exchange) connect(from *leg, target string) *leg {
	if !strings.HasPrefix(target, "sip:") {
		return &leg{peer: from, stage: ringing} // the outside world
	}
	name, _ := strings.CutSuffix(strings.TrimPrefix(target, "sip:"), "@fake")
	to := x.agents[name]
	if to == nil || to.closed {
		return nil
	}
	called := &leg{agent: to, id: phone.CallID(uuid.NewString()), stage: ringing, peer: from}
	to.legs[called.id] = called
	return called
}

// arrive rings at the called end.
func (x *Exchange) arrive(l *leg, invite phone.Invite) {
	if l.agent == nil {
		return
	}
	l.emit(phone.CallArrived{Call: l.id, Line: l.agent.anyLine(), Invite: invite, At: x.now()})
	if l.peer.agent != nil {
		l.peer.emit(phone.CallRinging{Call: l.peer.id, At: x.now()})
		x.tellReferrer(l.peer, phone.TransferRinging, 180)
	}
}

// answer takes a ringing call.
func (x *Exchange) answer(l *leg) {
	x.bringUp(l)
	x.tellReferrer(l.peer, phone.TransferDone, 200)
}

// bringUp has both ends talk.
func (x *Exchange) bringUp(l *leg) {
	for _, end := range []*leg{l, l.peer} {
		end.stage, end.since = up, x.now()
		end.emit(phone.CallAnswered{Call: end.id, At: x.now()})
		end.emit(phone.MediaChanged{Call: end.id, Codec: codec, Flow: end.flow(), At: x.now()})
	}
}

// codec is what the fake's voices would be.
const codec = "PCMA"

// flow is the direction of voice as this end sees it.
func (l *leg) flow() phone.Flow {
	switch {
	case l.holds && l.peer.holds:
		return phone.FlowNone
	case l.holds:
		return phone.FlowSend
	case l.peer.holds:
		return phone.FlowReceive
	}
	return phone.FlowBoth
}

// hold changes what one end does to the other, and tells both.
func (x *Exchange) hold(l *leg, on bool) {
	l.holds = on
	l.recordNow()
	for _, end := range []*leg{l, l.peer} {
		end.emit(phone.MediaChanged{Call: end.id, Codec: codec, Flow: end.flow(), At: x.now()})
		end.emit(phone.HoldChanged{Call: end.id, Here: end.holds, There: end.peer.holds, At: x.now()})
	}
	if on {
		l.leaves()
		l.playMusic()
	}
}

// end is why a call is over, as one of its ends is told.
type end struct {
	cause  phone.EndCause
	status int
}

// finish ends a call at both ends.
func (x *Exchange) finish(l *leg, here, there end) {
	x.finishLeg(l, here)
	x.finishLeg(l.peer, there)
}

func (x *Exchange) finishLeg(l *leg, e end) {
	if l.stage == over {
		return
	}
	was := l.stage
	l.stage = over
	if l.pass != nil && l.pass.with != nil {
		l.pass.with.lent = false
	}
	if l.agent != nil {
		delete(l.agent.legs, l.id)
		l.silence(false)
		l.recorded()
		l.emit(phone.CallEnded{Call: l.id, Cause: e.cause, Status: e.status, Quality: l.sound, At: x.now()})
		l.leaves()
	}
	if was == calling {
		x.tellReferrer(l, phone.TransferFailed, finalStatus(e))
	}
}

// finalStatus is how a call that was not answered ends for whoever asked for it.
func finalStatus(e end) int {
	switch {
	case e.status != 0:
		return e.status
	case e.cause == phone.HungUpHere:
		return 487
	}
	return 503
}

// hangup ends a call from one end, whatever its stage, with its own cause.
func (x *Exchange) hangup(l *leg, here phone.EndCause) {
	switch l.stage {
	case ringing:
		x.finish(l, end{here, 486}, end{phone.Busy, 486})
	case calling:
		x.finish(l, end{cause: here}, end{phone.CallerGaveUp, 487})
	case up:
		there := x.left(l.peer)
		x.finish(l, end{cause: here}, end{cause: there})
	}
}

func (l *leg) emit(e phone.Event) {
	if l.agent != nil {
		l.agent.queue.put(e)
	}
}
