package sipua

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/emiago/sipgo/sip"
)

const statusBadEvent = 489 // RFC 6665 §8.3.2

// place is how another dialog names this one to take its place: the tags as our
// peer sees them (RFC 3891 §6.1).
func (d *dialog) place() string {
	return d.id + ";to-tag=" + d.remote.tag + ";from-tag=" + d.local.tag
}

// referTo is a Refer-To header: whom to call, and perhaps whose place to take
// there, as a header inside the URI.
func referTo(u sip.Uri, place string) string {
	u.Headers = nil
	s := u.String()
	if place != "" {
		s += "?Replaces=" + escaped(place)
	}
	return "<" + s + ">"
}

// escaped writes a header's value as it stands in a URI (RFC 3261 §19.1.1).
func escaped(s string) string {
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || strings.IndexByte("-_.!~*'()", c) >= 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// eventOf reads the Event header: the package, and the id of which REFER it is.
func eventOf(req *sip.Request) (name string, id uint32) {
	name, params, _ := strings.Cut(firstValue(req, "event", "o"), ";")
	if v, ok := param(params, "id"); ok {
		n, _ := strconv.ParseUint(v, 10, 32)
		id = uint32(n)
	}
	return strings.ToLower(strings.TrimSpace(name)), id
}

// subscriptionOver tells whether a NOTIFY is the last one (RFC 6665 §4.1.3).
func subscriptionOver(req *sip.Request) bool {
	state, _, _ := strings.Cut(firstValue(req, "subscription-state"), ";")
	return strings.EqualFold(strings.TrimSpace(state), "terminated")
}

// firstValue is the first header of a name, full or compact; "" when there is none.
func firstValue(req *sip.Request, names ...string) string {
	for _, name := range names {
		if h := req.GetHeader(name); h != nil {
			return h.Value()
		}
	}
	return ""
}

// statusIn reads the status line of a message/sipfrag (RFC 3420), whatever the
// Content-Type; 0 when there is none.
func statusIn(body []byte) (status int, words string) {
	line, _, _ := strings.Cut(strings.TrimLeft(string(body[:min(len(body), 1024)]), " \t\r\n"), "\n")
	version, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
	if !strings.EqualFold(version, "SIP/2.0") {
		return 0, ""
	}
	code, words, _ := strings.Cut(strings.TrimSpace(rest), " ")
	n, err := strconv.Atoi(code)
	if err != nil || len(code) != 3 || n < 100 || n > 699 {
		return 0, ""
	}
	return n, strings.TrimSpace(words)
}

// param finds a parameter in "a=b;c", by its name in any case.
func param(params, name string) (string, bool) {
	for p := range strings.SplitSeq(params, ";") {
		k, v, _ := strings.Cut(p, "=")
		if strings.EqualFold(strings.TrimSpace(k), name) {
			return strings.Trim(strings.TrimSpace(v), `"`), true
		}
	}
	return "", false
}
