package sipua

import (
	"errors"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"

	"permanence/phone"
)

var errNoAnswer = errors.New("the caller did not answer our description")

// certainty is how a caller who requires 100rel is told that it rings (RFC 3262
// §3): a response with a number, repeated until a PRACK confirms it.
type certainty struct {
	seq       uint32 // RSeq of the last one; 0 before
	open      *unconfirmed
	settled   bool // the caller has answered the offer of one
	answerDue bool // the operator took the call, and the 2xx must wait (§3)
}

// unconfirmed is a reliable provisional response that waits for its PRACK.
type unconfirmed struct {
	res   *sip.Response
	seq   uint32
	every time.Duration
	until time.Time
}

// describes tells whether the response brought our offer.
func (u *unconfirmed) describes() bool { return len(u.res.Body()) > 0 }

// ringReliably sends a 180 that must be confirmed. When the caller left the offer
// to us, it has to stand here: in our first reliable response (§5).
func (c *call) ringReliably() {
	s := &c.sure
	if s.open != nil {
		return
	}
	if s.seq == 0 {
		s.seq = rand.Uint32N(1 << 30)
	}
	s.seq++
	res := c.dressed(c.invite, sip.StatusRinging, header("Require", "100rel"), header("RSeq", strconv.FormatUint(uint64(s.seq), 10)))
	if c.offer == nil && !s.settled {
		body, err := c.answerBody(c.onHold.Load())
		if err != nil {
			c.abandon(err.Error())
			return
		}
		res = c.withSDP(res, body)
	}
	s.open = &unconfirmed{res: res, seq: s.seq, every: sip.T1, until: time.Now().Add(timerB())}
	_ = c.invite.respond(res) // as a lost packet: it is repeated
	c.repeatRinging(s.open)
}

func (c *call) repeatRinging(u *unconfirmed) {
	c.after(u.every, func() {
		switch {
		case c.sure.open != u || c.stage != ringing:
		case time.Now().After(u.until):
			c.end(phone.Failed, sip.StatusInternalServerError, "the caller never confirmed that it hears the ringing")
			c.refuse(sip.StatusInternalServerError)
		default:
			_ = c.invite.respond(u.res)
			u.every *= 2
			c.repeatRinging(u)
		}
	})
}

// pracked takes the confirmation of our reliable response. It may come after the
// 2xx (§3).
func (c *call) pracked(r *request) {
	u := c.sure.open
	if u == nil || !confirms(r, u.seq, c.invite.seq()) {
		r.reply(sip.StatusCallTransactionDoesNotExists)
		return
	}
	body, ok := c.describedIn(r, u)
	if !ok {
		return
	}
	c.sure.open = nil
	_ = r.respond(c.withSDP(r.response(sip.StatusOK), body))
	if c.sure.answerDue {
		c.answer()
	}
}

// describedIn takes the description in a PRACK: the answer to our offer, or an
// offer to be answered in the 2xx (§5).
func (c *call) describedIn(r *request, u *unconfirmed) (body []byte, ok bool) {
	if !u.describes() {
		if c.glare(r) {
			return nil, false
		}
		return c.answerTo(r)
	}
	d, err := bodyOf(r.Request)
	if err == nil && d == nil {
		err = errNoAnswer
	}
	if err == nil {
		err = c.neg.accept(d)
	}
	if err != nil {
		r.reply(sip.StatusNotAcceptableHere)
		c.end(phone.Failed, sip.StatusNotAcceptableHere, err.Error())
		c.refuse(sip.StatusNotAcceptableHere)
		return nil, false
	}
	c.sure.settled = true
	return nil, true
}

// confirms tells whether a PRACK is for the response with this number to the
// INVITE with that one: "RAck: RSEQ CSEQ INVITE" (§7.2).
func confirms(r *request, rseq, cseq uint32) bool {
	h := r.GetHeader("rack")
	if h == nil {
		return false
	}
	f := strings.Fields(h.Value())
	if len(f) != 3 || f[2] != string(sip.INVITE) {
		return false
	}
	a, err1 := strconv.ParseUint(f[0], 10, 32)
	b, err2 := strconv.ParseUint(f[1], 10, 32)
	return err1 == nil && err2 == nil && uint32(a) == rseq && uint32(b) == cseq
}
