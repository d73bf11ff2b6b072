package sipua

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/emiago/sipgo/sip"

	"permanence/phone"
)

var errRefused = errors.New("the other side refused")

// holdAsked carries out what the operator asked in onHold. The other party stops
// hearing the room now; the session follows when no other negotiation is under way,
// unless it never was on hold.
func (c *call) holdAsked() {
	if c.stage != up {
		return
	}
	if c.onHold.Load() {
		c.standUp()
	}
	if c.neg.agreed.codec != nil {
		c.steer()
	}
	if c.unagreed && !c.onHold.Load() {
		c.unagreed = false
		c.tellHold(false, c.held)
	}
	c.syncHold()
}

// syncHold sends a re-INVITE if the session is not as the operator wants it, or
// is due for a refresh. One negotiation at a time (RFC 3261 §14.1).
func (c *call) syncHold() {
	want := c.onHold.Load()
	if c.stage != up || c.reinviting || c.unacked != nil || (want == c.holding && !c.refreshDue) {
		return
	}
	way, err := c.dialog.way(c.ep)
	if err != nil {
		c.holdFailed(err)
		return
	}
	c.neg.carriedBy(way)
	c.reinviting, c.refreshDue = true, false
	req := c.dialog.request(sip.INVITE, c.dialog.next(), way)
	headers := append(c.refreshHeaders(), c.contact(way), header("Allow", allowed),
		header("Supported", supported), header("Content-Type", "application/sdp"))
	for _, h := range headers {
		req.AppendHeader(h)
	}
	req.SetBody(c.neg.offer(holdOffer(want, c.held)))
	c.ask(req, way, func(res *sip.Response, err error) { c.reinvited(want, res, err) })
}

// refreshHeaders keep the session timer in our re-INVITE (RFC 4028 §7.4).
func (c *call) refreshHeaders() []sip.Header {
	if c.interval.length == 0 {
		return nil
	}
	refresher := "uas"
	if c.interval.ours {
		refresher = "uac"
	}
	n := strconv.Itoa(int(c.interval.length.Seconds()))
	return []sip.Header{header("Session-Expires", n+";refresher="+refresher)}
}

// holdOffer is the direction of our offer (RFC 3264 §8.4): who is held already
// gets nothing to hear.
func holdOffer(hold, held bool) phone.Flow {
	switch {
	case hold && held:
		return phone.FlowNone
	case hold:
		return phone.FlowSend
	}
	return phone.FlowBoth
}

// reinvited takes the final answer to our re-INVITE.
func (c *call) reinvited(want bool, res *sip.Response, err error) {
	c.reinviting = false
	switch {
	case err == nil && res.IsSuccess():
		c.dialog.refresh(res.Contact())
		_ = c.sendAck(res.CSeq().SeqNo) // its loss is mended by the repeated 2xx
		if c.stage != up {
			break
		}
		if err := c.takeAnswer(res); err != nil {
			c.holdFailed(err)
			break
		}
		c.unagreed = false
		c.tellHold(want, c.held)
		c.keepInterval(res)
		c.syncHold()
	case err != nil || gone(res.StatusCode):
		c.end(phone.HungUpThere, 0, "the other side does not know the call any more")
		c.bye()
	case res.StatusCode == sip.StatusRequestPending: // glare: §14.1
		c.after(c.glarePause(), c.syncHold)
	default:
		c.holdFailed(fmt.Errorf("%w: %d %s", errRefused, res.StatusCode, res.Reason))
	}
}

// gone are the answers that end a dialog (§12.2.1.2).
func gone(status int) bool {
	return status == sip.StatusCallTransactionDoesNotExists || status == sip.StatusRequestTimeout
}

// glarePause is longer for the one who made the Call-ID, so that the two do not
// meet again (§14.1).
func (c *call) glarePause() time.Duration {
	if c.dir == phone.Outgoing {
		return 2100*time.Millisecond + rand.N(1900*time.Millisecond)
	}
	return rand.N(2 * time.Second)
}

// holdFailed takes a re-INVITE's refusal. Who does not agree to be held waits all
// the same: it hears silence, and we do not play it. Who does not agree to come
// back stays where it is.
func (c *call) holdFailed(err error) {
	if c.stage != up {
		return
	}
	switch want := c.onHold.Load(); {
	case want == c.holding: // it was a refresh; the session timer decides
	case want:
		c.agent.cfg.Log.Info("held without the other side's agreement", "call", c.id, "error", err)
		c.unagreed = true
		c.tellHold(true, c.held)
	default:
		c.onHold.Store(true)
		c.standUp()
		if c.neg.agreed.codec != nil {
			c.steer()
		}
		c.failed("resume", err)
	}
}

// reinvitedBy answers a re-INVITE of the other side: hold, another codec or
// address, or an offer asked of us.
func (c *call) reinvitedBy(r *request) {
	if c.stage == ringing { // the first is not answered yet (RFC 3261 §14.2)
		r.reply(sip.StatusInternalServerError, pauseFirst())
		return
	}
	if c.stage != up {
		r.reply(sip.StatusCallTransactionDoesNotExists)
		return
	}
	if c.reinviting || c.unacked != nil {
		r.reply(sip.StatusRequestPending)
		return
	}
	body, ok := c.answerTo(r)
	if !ok {
		return
	}
	asked := body == nil
	if asked {
		body = c.neg.offer(holdOffer(c.onHold.Load(), c.held))
	}
	c.dialog.refresh(r.Contact())
	c.refreshedBy(r)
	c.accept(r, c.withSDP(c.dressed(r, sip.StatusOK, c.interval.headers()...), body), asked)
	if !asked {
		c.applyOrEnd()
	}
}

// answerTo answers the offer in a request, nil if it has none; when it cannot be
// answered, the request was refused and the session stays as it was.
func (c *call) answerTo(r *request) (body []byte, ok bool) {
	if tooShort(r.Request) {
		r.reply(statusIntervalTooSmall, refusalHeaders(r, statusIntervalTooSmall)...)
		return nil, false
	}
	offer, err := bodyOf(r.Request)
	if err == nil && offer != nil {
		c.neg.carriedBy(r.via)
		body, err = c.neg.answer(offer, c.onHold.Load())
	}
	switch {
	case err != nil && isBodyType(err):
		r.reply(sip.StatusUnsupportedMediaType, refusalHeaders(r, sip.StatusUnsupportedMediaType)...)
	case err != nil:
		r.reply(sip.StatusNotAcceptableHere, refusalHeaders(r, sip.StatusNotAcceptableHere)...)
	default:
		c.unagreed = c.unagreed && body == nil // our answer puts it on hold
		return body, true
	}
	return nil, false
}

func (c *call) applyOrEnd() {
	if err := c.apply(); err != nil {
		c.abandon(err.Error())
	}
}
