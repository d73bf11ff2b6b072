package sipua

import (
	"errors"
	"fmt"
	"strings"

	"github.com/emiago/sipgo/sip"
	"github.com/google/uuid"

	"permanence/phone"
)

// referral is a REFER of the other side that is carried out: a call of ours to
// somebody else, of which it is told how it fares (RFC 3515). It belongs to the
// call in which the REFER came.
type referral struct {
	id      uint32 // CSeq of the REFER
	silent  bool   // it does not want to be told (RFC 4488), or not any more
	next    int    // status to tell once the NOTIFY under way is answered
	last    int    // told
	telling bool
}

// order is what a REFER asks for.
type order struct {
	target sip.Uri
	place  string // the dialog to replace there, as its INVITE says it; "" for none
}

var (
	errBadOrder  = errors.New("no valid Refer-To")
	errForbidden = errors.New("nobody else may have us call that")
)

// orderOf reads a Refer-To. What may stand in its URI beside the address never
// gets into the request but as we write it.
func orderOf(l phone.Line, value string) (order, error) {
	uri := strings.TrimSpace(value)
	if _, rest, ok := strings.Cut(uri, "<"); ok {
		uri, _, _ = strings.Cut(rest, ">")
	}
	// A Request-URI has no headers (RFC 3261 §19.1.1).
	uri, headers, _ := strings.Cut(uri, "?")
	place, err := placeIn(headers)
	if err != nil {
		return order{}, fmt.Errorf("%w: %w", errBadOrder, err)
	}
	target, err := calledFor(l, uri)
	switch {
	case errors.Is(err, errForbidden):
		return order{}, err
	case err != nil:
		return order{}, fmt.Errorf("%w: %w", errBadOrder, err)
	}
	return order{target, place}, nil
}

// calledFor is the Request-URI of what somebody else has us call, if he may.
func calledFor(l phone.Line, uri string) (sip.Uri, error) {
	scheme, rest, _ := strings.Cut(uri, ":")
	switch strings.ToLower(scheme) {
	case "tel":
		uri = string(phone.ParseNumber(rest))
	case "sip", "sips":
	default:
		return sip.Uri{}, errForbidden
	}
	u, err := targetOf(l, uri)
	if err != nil {
		return sip.Uri{}, err
	}
	if method, asked := u.UriParams.Get("method"); asked && !strings.EqualFold(method, "INVITE") || !referable(u) {
		return sip.Uri{}, errForbidden
	}
	u.UriParams.Remove("method")
	return u, nil
}

// placeIn reads the Replaces among the headers inside a Refer-To's URI.
func placeIn(headers string) (string, error) {
	for h := range strings.SplitSeq(headers, "&") {
		name, value, valued := strings.Cut(h, "=")
		switch {
		case !valued && h != "": // what is cut off here may be the rest of a user part
			return "", errBadOrder
		case strings.EqualFold(name, "replaces"):
			r, err := parseReplaces(unescape(value))
			return r.String(), err
		}
	}
	return "", nil
}

// referable tells whether a call to u may be made because somebody else says so:
// an emergency call is a person's to make, and a surcharged one the operator's.
func referable(u sip.Uri) bool {
	n := numberOf(u)
	return !n.Emergency() && !n.Premium()
}

// referredBy takes a REFER.
func (c *call) referredBy(r *request) {
	order, status := c.admitReferral(r)
	if status != 0 {
		r.reply(status)
		return
	}
	next := c.agent.referred(c, order, firstValue(r.Request, "referred-by", "b"))
	if next == nil {
		r.reply(sip.StatusGlobalDecline)
		return
	}
	ref := &referral{id: r.seq(), silent: strings.EqualFold(strings.TrimSpace(firstValue(r.Request, "refer-sub")), "false")}
	c.referral = ref
	var headers []sip.Header
	if ref.silent {
		headers = append(headers, header("Refer-Sub", "false")) // RFC 4488 §4
	}
	_ = r.respond(c.dressed(r, sip.StatusAccepted, headers...))
	next.referrer = func(status int) { c.post(func() { c.inform(ref, status) }) }
	c.inform(ref, sip.StatusTrying)
	c.agent.report(phone.CallReferred{
		Call: c.id, New: next.id, Line: next.line.cfg.ID, At: c.agent.cfg.Now(),
		Target: phone.Identity{Number: numberOf(order.target), URI: printable(order.target.Addr())},
	})
	go next.run()
	next.post(func() { next.dialOut(order.target) })
}

// admitReferral tells with which status a REFER is refused, 0 if it is not. One at
// a time: who refers a thousand times does not have us make a thousand calls. And
// nobody calls on behalf of a caller whom the operator is not with.
func (c *call) admitReferral(r *request) (order, int) {
	headers := append(r.GetHeaders("refer-to"), r.GetHeaders("r")...)
	if len(headers) != 1 { // RFC 3515 §2.4.1
		return order{}, sip.StatusBadRequest
	}
	o, err := orderOf(c.line.cfg, headers[0].Value())
	switch {
	case errors.Is(err, errBadOrder):
		return order{}, sip.StatusBadRequest
	case err != nil, c.stage != up, c.aside.Load(), c.referral != nil, c.wouldPay(o):
		return order{}, sip.StatusGlobalDecline
	}
	return o, 0
}

// wouldPay tells whether somebody who called us wants a call abroad, which a
// stranger would have us pay. Whom we called may well be there.
func (c *call) wouldPay(o order) bool {
	return c.dir == phone.Incoming && o.place == "" && numberOf(o.target).Abroad()
}

// referred makes the call that a REFER asks for, known but not begun; nil when it
// cannot be made.
func (a *Agent) referred(by *call, o order, referrer string) *call {
	a.mu.Lock()
	l := a.lines[by.line.cfg.ID]
	a.mu.Unlock()
	if l == nil || !l.current().Ready() {
		return nil
	}
	ep := l.ep.Load()
	if ep == nil {
		return nil
	}
	c := a.newCall(phone.CallID(uuid.NewString()), phone.Outgoing, l, ep)
	if referrer != "" && len(referrer) <= 1024 {
		c.more = append(c.more, header("Referred-By", referrer)) // RFC 3892 §2.2
	}
	if o.place != "" {
		c.more = append(c.more, header("Replaces", o.place))
	}
	if !a.enlist(c, false) {
		ep.release()
		return nil
	}
	return c
}

// tellReferrer tells whoever asked for this call how it fares. Nothing follows a
// final status.
func (c *call) tellReferrer(status int) {
	if tell := c.referrer; tell != nil {
		if status >= 200 {
			c.referrer = nil
		}
		tell(status)
	}
}

// finalStatus is how a call that was not answered ends for whoever asked for it.
func finalStatus(cause phone.EndCause, status int) int {
	switch {
	case status >= 300:
		return status
	case cause == phone.HungUpHere:
		return sip.StatusRequestTerminated
	}
	return sip.StatusServiceUnavailable
}

// inform tells the other side how the call fares that it asked for.
func (c *call) inform(ref *referral, status int) {
	if status >= 200 && c.referral == ref {
		c.referral = nil
	}
	if status != ref.last {
		ref.next = status
		c.tellNews(ref)
	}
}

// tellNews sends a NOTIFY, each when the one before was answered, so that a 200
// never comes before the 100.
func (c *call) tellNews(ref *referral) {
	if ref.silent || ref.telling || ref.next == 0 || c.stage != up {
		return
	}
	way, err := c.dialog.way(c.ep)
	if err != nil {
		return
	}
	ref.last, ref.next, ref.telling = ref.next, 0, true
	c.ask(c.news(ref, way), way, func(res *sip.Response, err error) {
		ref.telling = false
		ref.silent = err != nil || !res.IsSuccess() // RFC 6665 §4.2.2
		c.tellNews(ref)
	})
}

// news is a NOTIFY with the status in a fragment of SIP (RFC 3515 §2.4.5).
func (c *call) news(ref *referral, way flow) *sip.Request {
	req := c.dialog.request(sip.NOTIFY, c.dialog.next(), way)
	state := "active;expires=180"
	if ref.last >= 200 {
		state = "terminated;reason=noresource"
	}
	for _, h := range []sip.Header{
		c.line.contact(way), header("Event", fmt.Sprintf("refer;id=%d", ref.id)),
		header("Subscription-State", state), header("Content-Type", "message/sipfrag;version=2.0"),
	} {
		req.AppendHeader(h)
	}
	req.SetBody(fmt.Appendf(nil, "SIP/2.0 %d %s\r\n", ref.last, phrase(ref.last)))
	return req
}
