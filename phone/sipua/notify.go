package sipua

import (
	"slices"
	"strings"

	"github.com/emiago/sipgo/sip"
)

// events are the packages whose news we understand, as Allow-Events names them
// (RFC 6665 §8.2.2).
var events = []string{"refer"}

// notice answers a NOTIFY out of any dialog (RFC 6665 §4.1.3): that of a package we
// do not know is refused for that, and others because nobody asked for them.
func (a *Agent) notice(r *request) {
	if name, _ := eventOf(r.Request); !slices.Contains(events, name) {
		badEvent(r)
		return
	}
	r.reply(sip.StatusCallTransactionDoesNotExists)
}

func badEvent(r *request) {
	r.reply(statusBadEvent, header("Allow-Events", strings.Join(events, ", ")))
}
