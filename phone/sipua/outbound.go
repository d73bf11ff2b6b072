package sipua

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"
	"github.com/google/uuid"

	"permanence/phone"
)

// attempt is our INVITE of an outgoing call.
type attempt struct {
	req         *sip.Request
	way         flow
	onward      []hop // where to send it next, if this server cannot take it
	answered    int   // challenges
	provisional bool  // a response came, so it can be cancelled (§9.1)
	giveUp      bool  // the operator does not want it any more
	cancelled   bool  // and the CANCEL was sent
	final       bool
	detour      detour
}

// targetOf is the Request-URI for what the operator dials: a sip: URI as it is, a
// number in the form that is dialled in France, or a short code of the exchange.
func targetOf(l phone.Line, dialled string) (sip.Uri, error) {
	dialled = strings.TrimSpace(dialled)
	if s := strings.ToLower(dialled); strings.HasPrefix(s, "sip:") || strings.HasPrefix(s, "sips:") {
		var u sip.Uri
		if err := sip.ParseUri(dialled, &u); err != nil || !oneWord(s) || u.Host == "" || u.Port < 0 || u.Port > 65535 {
			return u, fmt.Errorf("%w: %q", phone.ErrBadNumber, dialled)
		}
		return u, nil
	}
	user := phone.ParseNumber(dialled).National()
	if user == "" && isShortCode(dialled) {
		user = dialled
	}
	p, err := homeOf(l)
	if user == "" || err != nil {
		return sip.Uri{}, fmt.Errorf("%w: %q", phone.ErrBadNumber, dialled)
	}
	return aorOf(phone.Line{User: user, Domain: hostPort(p)}), nil
}

// oneWord tells whether a text may stand in the lines of a message as it is: a
// link from a web page must not write headers of its own.
func oneWord(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r == 0x7f || strings.ContainsRune(`<>"`, r) })
}

func hostPort(p place) string {
	host := p.host
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if p.port == 0 {
		return host
	}
	return fmt.Sprintf("%s:%d", host, p.port)
}

// isShortCode accepts an extension or a service code of a PBX: "201", "*97".
func isShortCode(s string) bool {
	return s != "" && len(s) <= 20 && strings.Trim(s, "0123456789*#") == ""
}

// dialOut begins an outgoing call.
func (c *call) dialOut(target sip.Uri) {
	if c.stage != calling {
		return
	}
	way, onward, err := c.line.waysTo(c.ep, target)
	if err == nil {
		err = c.openVoice(way)
	}
	if err != nil {
		c.end(phone.Failed, 0, err.Error())
		return
	}
	c.lookOutside()
	c.afterLook(func() { c.invites(target, way, onward) })
}

// invites sends the INVITE of an outgoing call.
func (c *call) invites(target sip.Uri, way flow, onward []hop) {
	if c.stage != calling {
		return
	}
	c.dialog = dialog{
		id: uuid.NewString(), local: address{tag: newTag()}, remote: address{uri: target},
		localSeq: rand.Uint32N(1 << 16), target: target, routes: c.line.routes(), source: way,
	}
	c.dialog.local.uri = c.callerURI(way)
	c.agent.know(c)
	req := c.dialog.request(sip.INVITE, c.dialog.next(), way)
	req.From().DisplayName = c.nameless()
	for _, h := range append([]sip.Header{
		c.contact(way), header("Allow", allowed), header("Supported", supported),
		header("User-Agent", c.agent.cfg.UserAgent), header("Content-Type", "application/sdp"),
	}, slices.Concat(c.showHeaders(way), c.more)...) {
		req.AppendHeader(h)
	}
	req.SetBody(c.neg.offer(phone.FlowBoth))
	c.out = &attempt{way: way, onward: onward}
	c.sendInvite(req)
}

func (c *call) sendInvite(req *sip.Request) {
	c.out.req, c.out.provisional, c.out.final = req, false, false
	c.forkAgain()
	got := func(res *sip.Response) { c.must(func() { c.responded(req, res) }) }
	over := func(err error) {
		c.must(func() {
			if c.out.req == req {
				c.pending--
				c.out.final = true
				c.endUnlessElsewhere(req, phone.Failed, 0, unansweredWords(err))
			}
		})
	}
	c.pending++
	if _, err := c.ep.begin(req, c.out.way, got, over); err != nil {
		c.pending--
		c.out.final = true
		c.endUnlessElsewhere(req, phone.Failed, 0, err.Error())
		return
	}
	c.hurry(req)
}

func unansweredWords(err error) string {
	if errors.Is(err, errNoReply) {
		return "the server does not reply"
	}
	return err.Error()
}

// responded takes a response to our INVITE. There may be any number of
// provisional ones.
func (c *call) responded(req *sip.Request, res *sip.Response) {
	if req != c.out.req {
		return
	}
	if res.IsProvisional() {
		c.out.provisional = true
		if c.out.giveUp {
			c.cancel()
		}
		c.tellReferrer(res.StatusCode)
		c.progress(res)
		return
	}
	c.pending--
	c.out.final = true
	switch {
	case res.IsSuccess() && c.stage != calling: // it crossed our CANCEL
		c.turnAway(res, c.out.way)
	case res.IsSuccess():
		c.connected(res)
	case c.stage == calling && c.tryAgain(res):
	case c.sentElsewhere(res):
	case isUnavailable(res) || c.anotherMayTake(res):
		c.endUnlessElsewhere(req, causeOf(res.StatusCode), res.StatusCode, res.Reason)
	case res.StatusCode < 600 && c.takeDetour(): // 6xx speaks for all
	default:
		c.end(causeOf(res.StatusCode), res.StatusCode, c.neg.refusal(res))
	}
}

// tryAgain answers a challenge to the INVITE.
func (c *call) tryAgain(res *sip.Response) bool {
	if !answerable(c.out.req, res, c.out.answered) {
		return false
	}
	next := renewed(c.out.req, c.dialog.next(), c.out.way)
	if err := c.account.answer(next, res); err != nil {
		c.agent.cfg.Log.Warn("challenge not answered", "line", c.line.cfg.ID, "error", err)
		return false
	}
	c.out.answered++
	c.out.final = false
	c.sendInvite(next)
	return true
}

// progress tells that the other side rings, or already sends media.
func (c *call) progress(res *sip.Response) {
	if c.stage != calling || res.StatusCode == sip.StatusTrying || c.crowded(res) {
		return
	}
	f := c.fork(res)
	if !c.confirmEarly(f, res) {
		return
	}
	early := c.hearEarly(f, res) || c.early
	if res.StatusCode != sip.StatusRinging && !early {
		return
	}
	if !c.rang || early != c.early {
		c.rang, c.early = true, early
		c.agent.report(phone.CallRinging{Call: c.id, Early: early, At: c.agent.cfg.Now()})
	}
}

// connected takes the 2xx: the call is up.
func (c *call) connected(res *sip.Response) {
	f := c.fork(res)
	c.dialog = f.dialog.confirmed(res, c.out.way)
	if err := c.sendAck(res.CSeq().SeqNo); err != nil {
		c.agent.cfg.Log.Warn("ACK not sent", "error", err)
	}
	c.enter(up)
	c.agent.report(phone.CallAnswered{Call: c.id, At: c.agent.cfg.Now()})
	c.tellReferrer(res.StatusCode) // who may hang up at once
	if err := c.finalAnswer(f, res); err != nil {
		c.end(phone.Failed, sip.StatusNotAcceptableHere, err.Error())
		c.bye()
		return
	}
	c.keepInterval(res)
}

// cancel gives our INVITE up, as soon as a response allows it.
func (c *call) cancel() {
	if c.out == nil || c.out.final {
		return
	}
	c.out.giveUp = true
	if !c.out.provisional || c.out.cancelled {
		return
	}
	c.out.cancelled = true
	invite := c.out.req
	c.pending++
	done := func() { c.must(func() { c.pending-- }) }
	got := func(res *sip.Response) {
		if !res.IsProvisional() {
			done()
		}
	}
	if _, err := c.ep.begin(cancelOf(invite), c.out.way, got, func(error) { done() }); err != nil {
		c.pending--
	}
	// A server that never ends the INVITE must not keep the call for ever.
	time.AfterFunc(timerB(), func() { c.must(func() { c.giveUpOn(invite) }) })
}

func (c *call) giveUpOn(invite *sip.Request) {
	if c.out.req != invite || c.out.final {
		return
	}
	c.out.final, c.out.req = true, nil // what still comes of it is not ours
	c.pending--
	if key, err := clientKey(invite); err == nil {
		if tx, ok := c.ep.clients.get(key); ok {
			tx.Terminate()
		}
	}
}

// causeOf is what a final response to our INVITE means to the operator.
func causeOf(status int) phone.EndCause {
	switch status {
	case 486, 600:
		return phone.Busy
	case 603, 403:
		return phone.Declined
	case 408, 480:
		return phone.NoAnswer
	case 404, 410, 484, 604:
		return phone.UnknownNumber
	}
	return phone.Failed
}
