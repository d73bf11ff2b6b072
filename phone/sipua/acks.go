package sipua

import (
	"time"

	"github.com/emiago/sipgo/sip"

	"permanence/phone"
)

// unacked is a 2xx of ours to an INVITE, repeated until its ACK comes (RFC 3261
// §13.3.1.4): the transaction does not do that.
type unacked struct {
	req        *request
	res        *sip.Response
	every      time.Duration
	until      time.Time
	wantAnswer bool // we made the offer, so the ACK brings the answer
}

// accept sends a 2xx to an INVITE and looks after its ACK.
func (c *call) accept(r *request, res *sip.Response, wantAnswer bool) {
	_ = r.respond(res) // as a lost packet: it is repeated
	u := &unacked{req: r, res: res, every: sip.T1, until: time.Now().Add(timerB()), wantAnswer: wantAnswer}
	c.unacked = u
	c.repeat(u)
}

func (c *call) repeat(u *unacked) {
	// Not one of the call's timers: it goes on when the desk has hung up already.
	time.AfterFunc(u.every, func() {
		c.must(func() {
			switch {
			case c.unacked != u:
			case time.Now().After(u.until):
				c.neverAcked()
			default:
				_ = u.req.respond(u.res)
				u.every = min(2*u.every, sip.T2)
				c.repeat(u)
			}
		})
	})
}

// neverAcked ends a call whose 2xx was not acknowledged.
func (c *call) neverAcked() {
	c.unacked = nil
	c.end(phone.Failed, 0, "the other side never confirmed the answer")
	c.bye()
}

// acked takes the ACK of our 2xx, with the answer if the offer was ours.
func (c *call) acked(r *request) {
	u := c.unacked
	if u == nil || r.seq() != u.req.seq() {
		return
	}
	c.unacked = nil
	if c.byeDue {
		c.bye()
		return
	}
	if c.stage != up {
		return
	}
	if u.wantAnswer {
		if err := c.takeAnswer(r.Request); err != nil {
			c.end(phone.Failed, sip.StatusNotAcceptableHere, err.Error())
			c.bye()
			return
		}
	}
	c.syncHold()
}

// takeAnswer applies the answer in a message to our last offer.
func (c *call) takeAnswer(msg sip.Message) error {
	d, err := bodyOf(msg)
	if err != nil {
		return err
	}
	if d == nil {
		return errAnswerRefuses
	}
	if err := c.neg.accept(d); err != nil {
		return err
	}
	return c.apply()
}

// sendAck confirms a 2xx to an INVITE of ours, and remembers it for repetitions
// of that 2xx (§13.2.2.4).
func (c *call) sendAck(seq uint32) error {
	way, err := c.dialog.way(c.ep)
	if err != nil {
		return err
	}
	c.ack = c.dialog.request(sip.ACK, seq, way)
	return way.WriteMsg(c.ack)
}

// stray2xx takes a 2xx whose transaction is over: a repetition, whose ACK was
// lost, or a second phone that was picked up, which is told that it came too late.
func (c *call) stray2xx(res *sip.Response, via flow) {
	if c.ack != nil && tagOf(res.To().Params) == c.dialog.remote.tag {
		if c.ack.CSeq().SeqNo == res.CSeq().SeqNo {
			if way, err := c.dialog.way(c.ep); err == nil {
				_ = way.WriteMsg(c.ack)
			}
		}
		return
	}
	c.turnAway(res, via)
}

// turnAway acknowledges a 2xx that we do not want, and hangs up on it.
func (c *call) turnAway(res *sip.Response, via flow) {
	base := &c.dialog
	if f := c.forks[tagOf(res.To().Params)]; f != nil {
		base = &f.dialog
	}
	other := base.confirmed(res, via)
	way, err := other.way(c.ep)
	if err != nil {
		return
	}
	_ = way.WriteMsg(other.request(sip.ACK, res.CSeq().SeqNo, way))
	c.ask(other.request(sip.BYE, max(res.CSeq().SeqNo, other.localSeq)+1, way), way, func(*sip.Response, error) {})
}
