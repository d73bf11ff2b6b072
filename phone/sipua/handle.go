package sipua

import (
	"slices"
	"strings"

	"github.com/emiago/sipgo/sip"
)

// handle sorts a new request: to its call, or answered here. It is called by the
// reading goroutine of an endpoint and never waits.
func (a *Agent) handle(ep *endpoint, r *request) {
	switch {
	case r.Method == sip.ACK:
		if c, ok := a.find(a.dialogs, r.CallID().Value(), r.localTag()); ok {
			c.post(func() { c.take(r) })
		}
	case r.Method == sip.CANCEL:
		a.cancel(ep, r)
	case unsupported(r) != "":
		r.reply(sip.StatusBadExtension, header("Unsupported", unsupported(r)))
	case !r.fresh:
		a.within(r)
	default:
		a.outside(ep, r)
	}
}

// unsupported lists the extensions that a request requires and we lack (§8.2.2.3).
func unsupported(r *request) string {
	var lacking []string
	for _, t := range tokens(r, "require") {
		if !slices.Contains(strings.Split(supported, ", "), t) {
			lacking = append(lacking, printable(t))
		}
	}
	return strings.Join(lacking, ", ")
}

// within hands a request to the call whose dialog it names.
func (a *Agent) within(r *request) {
	c, ok := a.find(a.dialogs, r.CallID().Value(), r.localTag())
	s, watched := a.watched(r.CallID().Value(), r.localTag())
	switch {
	case watched:
		a.newsFor(s, r)
	case !ok:
		r.reply(sip.StatusCallTransactionDoesNotExists)
	case !c.post(func() { c.take(r) }):
		r.reply(sip.StatusInternalServerError, seconds("Retry-After", 2))
	}
}

// outside answers what belongs to no dialog.
func (a *Agent) outside(ep *endpoint, r *request) {
	switch r.Method {
	case sip.INVITE:
		if l := ep.owner.Load(); l != nil {
			a.invited(l, ep, r)
		}
	case sip.OPTIONS:
		a.capabilities(r)
	case sip.REFER: // only whoever talks with us may have us call somebody
		r.reply(sip.StatusGlobalDecline)
	case sip.NOTIFY:
		a.unasked(ep, r)
	case sip.BYE, sip.INFO, sip.UPDATE, sip.PRACK:
		r.reply(sip.StatusCallTransactionDoesNotExists)
	default:
		r.reply(sip.StatusMethodNotAllowed, header("Allow", allowed))
	}
}

// capabilities answers OPTIONS (§11.2), which servers send to see whether a
// telephone is there.
func (a *Agent) capabilities(r *request) {
	r.reply(sip.StatusOK, header("Allow", allowed), header("Accept", accepted+", "+acceptedNews),
		header("Accept-Encoding", "identity"), header("Accept-Language", "en"),
		header("Allow-Events", strings.Join(packages, ", ")),
		header("Supported", supported), header("User-Agent", a.cfg.UserAgent))
}

// cancel answers a CANCEL and takes the INVITE back that it speaks of (§9.2).
func (a *Agent) cancel(ep *endpoint, r *request) {
	if _, ok := ep.invited(r); !ok {
		r.reply(sip.StatusCallTransactionDoesNotExists)
		return
	}
	r.reply(sip.StatusOK)
	if c, ok := a.find(a.invites, r.CallID().Value(), tagOf(r.From().Params)); ok {
		c.post(func() { c.cancelled(r) })
	}
}
