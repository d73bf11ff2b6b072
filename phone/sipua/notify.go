package sipua

import (
	"slices"
	"strings"

	"github.com/emiago/sipgo/sip"
)

// packages are the packages whose news we understand, as Allow-Events names them
// (RFC 6665 §8.2.2).
var packages = []string{"message-summary", "dialog", "refer"}

// acceptedNews are the kinds of body in which they come.
const acceptedNews = "application/simple-message-summary, application/dialog-info+xml"

// newsFor hands over what a subscription asked for.
func (a *Agent) newsFor(s *subscription, r *request) {
	switch {
	case r.Method == sip.OPTIONS:
		a.capabilities(r)
	case r.Method != sip.NOTIFY:
		r.reply(sip.StatusMethodNotAllowed, header("Allow", allowed))
	case !s.post(r):
		r.reply(sip.StatusInternalServerError, seconds("Retry-After", 2))
	}
}

// unasked answers a NOTIFY out of any dialog (RFC 6665 §4.1.3). A PBX tells its
// telephones of waiting messages without being asked; nobody else may.
func (a *Agent) unasked(ep *endpoint, r *request) {
	name, _ := eventOf(r.Request)
	l := ep.owner.Load()
	switch {
	case !slices.Contains(packages, name):
		badEvent(r)
	case name == "message-summary" && l != nil && l.isServer(r.via.remote().Addr()):
		r.reply(sip.StatusOK)
		l.summaryTold(r.Body())
	default:
		r.reply(sip.StatusCallTransactionDoesNotExists)
	}
}

func badEvent(r *request) {
	r.reply(statusBadEvent, header("Allow-Events", strings.Join(packages, ", ")))
}
