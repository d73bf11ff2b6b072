package sipua

import (
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"

	"permanence/audio"
	"permanence/phone"
)

// invited is a new call to this desk: it rings, or is refused here and now.
func (a *Agent) invited(l *line, ep *endpoint, r *request) {
	switch offer, status := a.admit(l, r); {
	case status != 0:
		r.reply(status, refusalHeaders(r, status)...)
	case r.GetHeader("replaces") != nil:
		a.replacing(l, ep, r, offer)
	default:
		c, invite := a.arriving(l, ep, r, offer), inviteOf(l, r)
		if !a.enlist(c, false) {
			ep.release()
			r.reply(sip.StatusBusyHere)
			return
		}
		go c.run()
		c.post(func() { c.ring(invite) })
	}
}

// inviteOf is what an INVITE tells the desk.
func inviteOf(l *line, r *request) phone.Invite {
	return phone.Invite{
		Caller: callerOf(r.Request), Called: calledHints(r.Request, l.cfg.Order), Raw: r.raw,
		Diversions: diversionsOf(r.Request), AutoAnswer: l.cfg.AutoAnswer && autoAnswerAsked(r.Request),
	}
}

// admit tells with which status an INVITE is refused, 0 if it is not, and reads
// its offer if it has one.
func (a *Agent) admit(l *line, r *request) (*description, int) {
	if a.merged(r) {
		return nil, sip.StatusLoopDetected
	}
	if tooShort(r.Request) {
		return nil, statusIntervalTooSmall
	}
	offer, err := bodyOf(r.Request)
	switch {
	case err != nil && isBodyType(err):
		return nil, sip.StatusUnsupportedMediaType
	case err != nil:
		return nil, sip.StatusNotAcceptableHere
	case offer == nil:
		return nil, 0
	}
	n := negotiation{codecs: preferred(a.cfg.Codecs, l.cfg.Codecs), secrecy: secrecyOf(l.cfg, r.via)}
	if n.acceptable(offer) != nil {
		return nil, sip.StatusNotAcceptableHere
	}
	return offer, 0
}

func refusalHeaders(r *request, status int) []sip.Header {
	switch status {
	case sip.StatusNotAcceptableHere:
		return []sip.Header{warning(r)}
	case sip.StatusUnsupportedMediaType:
		return []sip.Header{header("Accept", accepted)}
	case statusIntervalTooSmall:
		return []sip.Header{seconds("Min-SE", int(minInterval.Seconds()))}
	}
	return nil
}

// ring announces the call, to the caller and to the desk.
func (c *call) ring(invite phone.Invite) {
	c.interval = intervalOf(c.invite)
	if n, ok := number(c.invite, "expires"); ok && n > 0 {
		c.after(time.Duration(n)*time.Second, c.unanswered)
	}
	c.agent.report(phone.CallArrived{Call: c.id, Line: c.line.cfg.ID, Invite: invite, At: c.agent.cfg.Now()})
	c.lookOutsideEarly()
	if c.offer != nil {
		c.sendRinging() // it may end the call
		return
	}
	c.afterLook(c.sendRinging) // it may bring our offer
}

// sendRinging is repeated each minute, or a proxy would give the call up after
// three (§13.3.1.1).
func (c *call) sendRinging() {
	if c.stage != ringing {
		return
	}
	if requires(c.invite, "100rel") {
		c.ringReliably()
	} else {
		_ = c.invite.respond(c.dressed(c.invite, sip.StatusRinging))
	}
	c.after(time.Minute, c.sendRinging)
}

// dressed is a response that opens or keeps a dialog.
func (c *call) dressed(r *request, status int, headers ...sip.Header) *sip.Response {
	headers = append(headers, c.contact(r.via), header("Allow", allowed),
		header("Supported", supported), header("User-Agent", c.agent.cfg.UserAgent))
	return r.response(status, headers...)
}

// receive takes the ringing call as the operator wants it.
func (c *call) receive(how phone.Reception) {
	if c.stage == ringing {
		c.how = how
		c.answer()
	}
}

// answer takes the ringing call.
func (c *call) answer() {
	if c.stage != ringing {
		return
	}
	if c.looking {
		c.afterLook(c.answer)
		return
	}
	if u := c.sure.open; u != nil && u.describes() {
		c.sure.answerDue = true
		return
	}
	// Of the call whose place it takes; what comes after this is for syncHold.
	hold := c.onHold.Load() && !c.sure.settled
	body, err := c.answerBody(hold)
	if err != nil {
		c.end(phone.Failed, sip.StatusInternalServerError, err.Error())
		c.refuse(sip.StatusInternalServerError)
		return
	}
	c.aside.Store(c.how.Aside)
	c.enter(up)
	asked := c.offer == nil && !c.sure.settled
	c.accept(c.invite, c.withSDP(c.dressed(c.invite, sip.StatusOK, c.interval.headers()...), body), asked)
	c.agent.report(phone.CallAnswered{Call: c.id, At: c.agent.cfg.Now()})
	c.announce(c.how.Announcements) // before the room can be heard
	c.armInterval()
	if !asked {
		if err := c.apply(); err != nil {
			c.abandon(err.Error())
			return
		}
		c.tellHold(hold, c.held)
	}
	c.offer = nil
}

// answerBody answers the caller's offer, or makes ours if there was none; it is
// empty when all was settled while the call rang.
func (c *call) answerBody(hold bool) ([]byte, error) {
	if c.sure.settled {
		return nil, nil
	}
	if err := c.openVoice(c.invite.via); err != nil {
		return nil, err
	}
	if c.offer == nil {
		return c.neg.offer(holdOffer(hold, false)), nil
	}
	return c.neg.answer(c.offer, hold)
}

func (c *call) codecs() []audio.Codec { return preferred(c.agent.cfg.Codecs, c.line.cfg.Codecs) }

func (c *call) withSDP(res *sip.Response, body []byte) *sip.Response {
	if body == nil {
		return res
	}
	res.AppendHeader(header("Content-Type", "application/sdp"))
	res.SetBody(body)
	return res
}

// reject refuses the ringing call: 486, so that the caller's network may divert.
func (c *call) reject() {
	if c.stage == ringing {
		c.end(phone.RejectedHere, sip.StatusBusyHere, "")
		c.refuse(sip.StatusBusyHere)
	}
}

// unanswered ends a call whose INVITE has expired.
func (c *call) unanswered() {
	if c.stage == ringing {
		c.end(phone.NoAnswer, 0, "the call expired")
		c.refuse(sip.StatusRequestTerminated)
	}
}

// refuse sends the final response to an INVITE that was not answered.
func (c *call) refuse(status int) { c.invite.reply(status) }

// cancelled takes the caller's CANCEL (§9.2).
func (c *call) cancelled(r *request) {
	if c.stage != ringing {
		return // the answer was faster
	}
	cause := phone.CallerGaveUp
	if elsewhere(r.Request) {
		cause = phone.AnsweredElsewhere
	}
	c.end(cause, sip.StatusRequestTerminated, reasonText(r.Request))
	c.refuse(sip.StatusRequestTerminated)
}

// elsewhere tells whether another phone took the call: Reason: SIP;cause=200
// (RFC 3326).
func elsewhere(req *sip.Request) bool {
	for _, h := range req.GetHeaders("reason") {
		for _, value := range splitList(h.Value()) {
			protocol, params, _ := strings.Cut(value, ";")
			if !strings.EqualFold(strings.TrimSpace(protocol), "SIP") {
				continue
			}
			for p := range strings.SplitSeq(params, ";") {
				if k, v, _ := strings.Cut(p, "="); strings.EqualFold(strings.TrimSpace(k), "cause") && strings.TrimSpace(v) == "200" {
					return true
				}
			}
		}
	}
	return false
}

func reasonText(req *sip.Request) string {
	if h := req.GetHeader("reason"); h != nil {
		return h.Value()
	}
	return ""
}
