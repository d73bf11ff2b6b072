package sipua

import (
	"math/rand/v2"

	"github.com/emiago/sipgo/sip"
)

// glare refuses an offer that meets another which is not answered yet: theirs with
// a 500 and a pause, ours with a 491 (RFC 3311 §5.2).
func (c *call) glare(r *request) bool {
	switch {
	case len(r.Body()) == 0:
		return false
	case c.stage == ringing && c.offer != nil:
		r.reply(sip.StatusInternalServerError, pauseFirst())
	case c.awaitsAnswer(r):
		r.reply(sip.StatusRequestPending)
	default:
		return false
	}
	return true
}

// pauseFirst spreads what was refused because another request is under way.
func pauseFirst() sip.Header { return seconds("Retry-After", rand.IntN(11)) }

// awaitsAnswer tells whether the next description of the other side ought to be an
// answer: to the offer in our INVITE, in our 180 or 2xx, or in our re-INVITE.
func (c *call) awaitsAnswer(r *request) bool {
	switch c.stage {
	case ringing:
		return !c.sure.settled
	case calling:
		f := c.forks[tagOf(r.From().Params)]
		return f == nil || !f.settled
	}
	return c.reinviting || c.unacked != nil && c.unacked.wantAnswer
}

// updatedBy answers an UPDATE (RFC 3311), which needs no ACK and may come before
// the call is answered. Only an answered call has a session timer.
func (c *call) updatedBy(r *request) {
	if c.stage == ended {
		r.reply(sip.StatusCallTransactionDoesNotExists)
		return
	}
	if c.glare(r) {
		return
	}
	if f := c.forks[tagOf(r.From().Params)]; f != nil && c.stage == calling && len(r.Body()) > 0 {
		c.neg = f.neg
	}
	body, ok := c.answerTo(r)
	if !ok {
		return
	}
	c.party(r).refresh(r.Contact())
	if c.stage == up {
		c.refreshedBy(r)
	}
	c.confirmUpdate(r, body)
}

func (c *call) confirmUpdate(r *request, body []byte) {
	var timer []sip.Header
	if c.stage == up {
		timer = c.interval.headers()
	}
	res := c.dressed(r, sip.StatusOK, timer...)
	_ = r.respond(c.withSDP(res, body))
	if body != nil && c.stage != ringing { // nobody is heard before the operator answers
		c.applyOrEnd()
	}
}
