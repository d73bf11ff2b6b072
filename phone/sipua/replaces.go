package sipua

import (
	"errors"
	"slices"
	"strings"

	"github.com/emiago/sipgo/sip"
	"github.com/google/uuid"

	"permanence/phone"
)

var errReplaces = errors.New("no valid Replaces")

// replaces names the dialog whose place is to be taken (RFC 3891 §6.1), the tags
// as the one who is asked sees them: to is its own.
type replaces struct {
	callID, to, from string
	earlyOnly        bool
}

// parseReplaces reads a Replaces header. It goes into a request of ours when it
// came in a REFER, so nothing passes that could end a line.
func parseReplaces(s string) (replaces, error) {
	id, params, _ := strings.Cut(s, ";")
	r := replaces{callID: strings.TrimSpace(id)}
	for p := range strings.SplitSeq(params, ";") {
		k, v, valued := strings.Cut(p, "=")
		into := &r.to
		switch k = strings.ToLower(strings.TrimSpace(k)); {
		case k == "early-only" && !valued:
			r.earlyOnly = true
			continue
		case k == "from-tag":
			into = &r.from
		case k != "to-tag":
			continue // §6.1 allows others
		}
		if *into != "" {
			return replaces{}, errReplaces
		}
		*into = strings.TrimSpace(v)
	}
	for _, word := range []string{r.callID, r.to, r.from} {
		if !isWord(word) {
			return replaces{}, errReplaces
		}
	}
	return r, nil
}

// deniesReplaces reports whether a peer lists what it supports, and taking the place
// of a dialog is not among it (RFC 3261 §20.37, RFC 3891 §6.2). Who lists nothing
// at all may know it.
func deniesReplaces(msg interface{ GetHeaders(string) []sip.Header }) bool {
	lists := len(msg.GetHeaders("supported"))+len(msg.GetHeaders("k")) > 0
	return lists && !slices.Contains(tokens(msg, "supported", "k", "require"), "replaces")
}

// isWord accepts what may stand in a Call-ID or a tag (RFC 3261 §25.1).
func isWord(s string) bool {
	return s != "" && len(s) <= 256 && strings.IndexFunc(s, func(r rune) bool {
		return r <= ' ' || r > '~' || r == ',' || r == ';'
	}) < 0
}

// String writes the header again.
func (r replaces) String() string {
	s := r.callID + ";to-tag=" + r.to + ";from-tag=" + r.from
	if r.earlyOnly {
		s += ";early-only"
	}
	return s
}

// replacing hands an INVITE to the call whose place it wants to take. Whoever may
// ring the line must also know the call's identifiers, which nobody can guess.
func (a *Agent) replacing(l *line, ep *endpoint, r *request, offer *description) {
	headers := r.GetHeaders("replaces")
	want, err := parseReplaces(headers[0].Value())
	if err != nil || len(headers) > 1 {
		r.reply(sip.StatusBadRequest)
		return
	}
	c, ok := a.find(a.dialogs, want.callID, want.to)
	switch {
	case !ok:
		r.reply(sip.StatusCallTransactionDoesNotExists)
	case c.mustBe(ended) == nil:
		r.reply(sip.StatusGlobalDecline)
	case !c.post(func() { c.replacedBy(l, ep, r, offer, want) }):
		r.reply(sip.StatusInternalServerError, seconds("Retry-After", 2))
	}
}

// replacedBy decides whether an INVITE may take this call's place (RFC 3891 §3).
// A call that is not answered yet cannot be replaced.
func (c *call) replacedBy(l *line, ep *endpoint, r *request, offer *description, want replaces) {
	switch {
	case c.dialog.remote.tag != want.from:
		r.reply(sip.StatusCallTransactionDoesNotExists)
	case c.stage == ended:
		r.reply(sip.StatusGlobalDecline)
	case c.stage != up:
		r.reply(sip.StatusCallTransactionDoesNotExists)
	case want.earlyOnly:
		r.reply(sip.StatusBusyHere)
	default:
		c.giveWay(c.agent.arriving(l, ep, r, offer))
	}
}

// giveWay announces the call that takes this one's place, and has it answer as this
// one stands: on hold, or without the operator. Only then does this one end: if the other
// cannot be answered, there still is a call.
func (c *call) giveWay(to *call) {
	to.onHold.Store(c.onHold.Load())
	to.how.Aside, to.tune.sound = c.aside.Load(), c.tune.sound
	if !c.agent.enlist(to, false) {
		to.ep.release()
		to.refuse(sip.StatusBusyHere)
		return
	}
	c.agent.report(phone.CallReplaced{
		Call: c.id, New: to.id, Line: to.line.cfg.ID, Invite: inviteOf(to.line, to.invite), At: c.agent.cfg.Now(),
	})
	go to.run()
	to.post(func() {
		to.interval = intervalOf(to.invite)
		to.answer()
		if to.stage == up {
			if to.how.Aside {
				to.tellAttendance(false)
			}
			c.must(c.replaced)
		}
	})
}

// replaced ends a call whose place was taken.
func (c *call) replaced() {
	if c.stage == up {
		c.end(phone.Replaced, 0, "")
		c.bye()
	}
}

// arriving is a call that an INVITE asks for, not yet known to anybody.
func (a *Agent) arriving(l *line, ep *endpoint, r *request, offer *description) *call {
	c := a.newCall(phone.CallID(uuid.NewString()), phone.Incoming, l, ep)
	c.dialog, c.invite, c.offer = calledDialog(r), r, offer
	return c
}
