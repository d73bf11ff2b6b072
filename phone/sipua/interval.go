package sipua

import (
	"strconv"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"

	"permanence/phone"
)

const (
	minInterval            = 90 * time.Second // RFC 4028 §5
	statusIntervalTooSmall = 422
)

// interval is the session timer of a call (RFC 4028): unless somebody refreshes
// the session in time, a peer has vanished and the call is over. Operators of
// trunks expect it.
type interval struct {
	length time.Duration // 0: no session timer
	ours   bool          // we refresh, the other side watches
	timer  *time.Timer
}

// readInterval reads Session-Expires, and who is to refresh if it says.
func readInterval(msg interface{ GetHeaders(string) []sip.Header }) (length time.Duration, refresher string) {
	for _, name := range []string{"session-expires", "x"} {
		n, ok := number(msg, name)
		if !ok {
			continue
		}
		for _, p := range strings.Split(msg.GetHeaders(name)[0].Value(), ";")[1:] {
			if k, v, _ := strings.Cut(p, "="); strings.EqualFold(strings.TrimSpace(k), "refresher") {
				refresher = strings.ToLower(strings.TrimSpace(v))
			}
		}
		return time.Duration(n) * time.Second, refresher
	}
	return 0, ""
}

func knowsTimer(req *sip.Request) bool {
	for _, t := range tokens(req, "supported", "k", "require") {
		if t == "timer" {
			return true
		}
	}
	return false
}

// tooShort tells whether a peer that can do better asks for too short an interval.
func tooShort(req *sip.Request) bool {
	length, _ := readInterval(req)
	return length > 0 && length < minInterval && knowsTimer(req)
}

// intervalOf is what we make of a request's session timer (§9): the peer
// refreshes if it can and does not ask us to.
func intervalOf(r *request) interval {
	length, refresher := readInterval(r)
	if length == 0 {
		return interval{}
	}
	return interval{length: max(length, minInterval), ours: refresher == "uas" || !knowsTimer(r.Request)}
}

// headers tell the session timer in a 2xx of ours.
func (i interval) headers() []sip.Header {
	switch n := int(i.length.Seconds()); {
	case n == 0:
		return nil
	case i.ours:
		return []sip.Header{header("Session-Expires", strconv.Itoa(n)+";refresher=uas")}
	default:
		return []sip.Header{header("Session-Expires", strconv.Itoa(n)+";refresher=uac"), header("Require", "timer")}
	}
}

// keepInterval takes the session timer from a 2xx to a request of ours.
func (c *call) keepInterval(res *sip.Response) {
	length, refresher := readInterval(res)
	timer := c.interval.timer
	c.interval = interval{length: length, ours: refresher != "uas", timer: timer}
	c.armInterval()
}

// refreshedBy takes the session timer from a re-INVITE or UPDATE of the peer.
func (c *call) refreshedBy(r *request) {
	timer := c.interval.timer
	c.interval = intervalOf(r)
	c.interval.timer = timer
	c.armInterval()
}

// armInterval waits until it is time to refresh, or to conclude that the other
// side is gone (§10).
func (c *call) armInterval() {
	if c.interval.timer != nil {
		c.interval.timer.Stop()
		c.interval.timer = nil
	}
	if l := c.interval.length; l > 0 && c.interval.ours {
		c.interval.timer = c.after(l/2, func() { c.refreshDue = true; c.syncHold() })
	} else if l > 0 {
		c.interval.timer = c.after(l-min(32*time.Second, l/3), c.vanished)
	}
}

func (c *call) vanished() {
	if c.stage == up {
		c.end(phone.HungUpThere, 0, "the other side stopped refreshing the session")
		c.bye()
	}
}
