package sipua

import (
	"slices"
	"strconv"
	"strings"
	"time"

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

// notified takes one NOTIFY (RFC 6665 §4.1.3).
func (s *subscription) notified(r *request) {
	tag := tagOf(r.From().Params)
	if s.dialog.remote.tag == "" {
		s.dialog.remote.tag = tag
	}
	name, _ := eventOf(r.Request)
	kind, _ := contentType(r)
	switch {
	case tag != s.dialog.remote.tag:
		r.reply(sip.StatusCallTransactionDoesNotExists) // another server's, by a fork
	case s.dialog.remoteSeq != 0 && r.seq() < s.dialog.remoteSeq:
		r.reply(sip.StatusInternalServerError, seconds("Retry-After", 1))
	case name != s.event:
		badEvent(r)
	case kind != "" && kind != s.accepts && len(r.Body()) > 0:
		r.reply(sip.StatusUnsupportedMediaType, header("Accept", s.accepts))
	default:
		s.dialog.remoteSeq = r.seq()
		s.dialog.refresh(r.Contact())
		r.reply(sip.StatusOK)
		s.told(r)
	}
}

// told takes what a NOTIFY says, of the subscription and of its matter.
func (s *subscription) told(r *request) {
	if len(r.Body()) > 0 && !s.take(r.Body()) {
		s.stale = true
	}
	state, params, _ := strings.Cut(firstValue(r.Request, "subscription-state"), ";")
	if strings.EqualFold(strings.TrimSpace(state), "terminated") {
		reason, _ := param(params, "reason")
		s.end = &ending{reason: strings.ToLower(reason), after: secondsIn(params, "retry-after")}
		return
	}
	if left := secondsIn(params, "expires"); left > 0 {
		due := time.Now().Add(max(refreshAfter(left), leastPause()))
		if s.due.IsZero() || due.Before(s.due) {
			s.due = due
		}
	}
}

// secondsIn reads a number of seconds among parameters, a day at most.
func secondsIn(params, name string) time.Duration {
	v, _ := param(params, name)
	n, err := strconv.ParseUint(v, 10, 31)
	if err != nil {
		return 0
	}
	return min(time.Duration(n)*time.Second, 24*time.Hour)
}
