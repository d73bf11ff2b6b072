package sipua

import (
	"errors"
	"strings"

	"github.com/emiago/sipgo/sip"

	"permanence/phone"
)

// take sorts a request within the call's dialog.
func (c *call) take(r *request) {
	if r.Method == sip.ACK {
		c.acked(r)
		return
	}
	if !c.inOrder(r) {
		return
	}
	if c.stage == calling && r.Method == sip.BYE {
		r.reply(sip.StatusCallTransactionDoesNotExists) // what rings may not end a call (§15)
		return
	}
	switch r.Method {
	case sip.BYE:
		c.byed(r)
	case sip.PRACK:
		c.pracked(r)
	case sip.INVITE:
		c.reinvitedBy(r)
	case sip.UPDATE:
		c.updatedBy(r)
	case sip.REFER:
		c.referredBy(r)
	case sip.NOTIFY:
		c.notified(r)
	case sip.INFO:
		c.informed(r)
	case sip.OPTIONS:
		c.agent.capabilities(r)
	default:
		r.reply(sip.StatusMethodNotAllowed, header("Allow", allowed))
	}
}

// inOrder refuses a request of another peer, and one that is older than what was
// seen (RFC 3261 §12.2.2).
func (c *call) inOrder(r *request) bool {
	d := c.party(r)
	if d == nil {
		r.reply(sip.StatusCallTransactionDoesNotExists)
		return false
	}
	if d.remoteSeq != 0 && r.seq() < d.remoteSeq {
		r.reply(sip.StatusInternalServerError, seconds("Retry-After", 1))
		return false
	}
	d.remoteSeq = r.seq()
	return true
}

// byed takes the other side's goodbye.
func (c *call) byed(r *request) {
	r.reply(sip.StatusOK)
	c.byeDue = false
	c.unacked = nil // its ACK is not coming any more
	words := reasonText(r.Request)
	switch t := c.transfer; {
	case c.stage == ringing:
		c.end(phone.CallerGaveUp, 0, words)
		c.refuse(sip.StatusRequestTerminated)
	case t != nil && t.asking:
		// It overtook the answer to our REFER, which tells why they hang up.
		c.after(sip.T1, func() { c.left(words) })
	default:
		c.left(words)
	}
}

// informed takes keys that come as INFO, which old gateways send.
func (c *call) informed(r *request) {
	kind, _ := contentType(r)
	switch kind {
	case "":
		r.reply(sip.StatusOK) // asks whether the call is alive
	case "application/dtmf-relay", "application/dtmf":
		r.reply(sip.StatusOK)
		if key, ok := keyInINFO(kind, string(r.Body())); ok {
			c.pressed(key)
		}
	default:
		r.reply(sip.StatusUnsupportedMediaType, header("Accept", "application/dtmf-relay, application/dtmf"))
	}
}

var errNoKeys = errors.New("the other side takes no keys now")

// sendINFO sends keys to a peer that takes none in RTP, each when the one before
// was accepted, so that their order is kept.
func (c *call) sendINFO(digits string) {
	if digits == "" || c.stage != up {
		return
	}
	way, err := c.dialog.way(c.ep)
	if err != nil {
		c.failed("dtmf", err)
		return
	}
	req := c.dialog.request(sip.INFO, c.dialog.next(), way)
	req.AppendHeader(header("Content-Type", "application/dtmf-relay"))
	req.SetBody([]byte("Signal=" + digits[:1] + "\r\nDuration=100\r\n"))
	c.ask(req, way, func(res *sip.Response, err error) {
		if err != nil || !res.IsSuccess() {
			c.failed("dtmf", errNoKeys)
			return
		}
		c.sendINFO(digits[1:])
	})
}

// keyInINFO reads "Signal=5" lines, or the key alone.
func keyInINFO(kind, body string) (rune, bool) {
	if kind == "application/dtmf" {
		return keyNamed(body)
	}
	for line := range strings.Lines(body) {
		if k, v, ok := strings.Cut(line, "="); ok && strings.EqualFold(strings.TrimSpace(k), "signal") {
			return keyNamed(v)
		}
	}
	return 0, false
}

// keyNamed reads a key by its sign or, as some write * and #, by its event number.
func keyNamed(s string) (rune, bool) {
	s = strings.ToUpper(strings.TrimSpace(s))
	switch s {
	case "10":
		return '*', true
	case "11":
		return '#', true
	}
	if len(s) == 1 && strings.Contains(keys, s) {
		return rune(s[0]), true
	}
	return 0, false
}

// keys are those of a telephone (RFC 4733 §3.2).
const keys = "0123456789*#ABCD"
