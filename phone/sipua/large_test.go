package sipua

import (
	"strings"
	"testing"

	"permanence/phone"
)

// farAway is an address so long that an INVITE to it is too large for a datagram.
var farAway = "sip:" + strings.Repeat("a", 600) + "@far.test"

// serverOf is a registrar on UDP, with the TCP at the same port that RFC 3261 §18.1.1
// wants, or without.
func serverOf(t *testing.T, alsoTCP bool, seen chan *request, status int) *registrar {
	t.Helper()
	take := func(r *registrar) {
		r.invite = func(q *request) {
			seen <- q
			q.reply(status)
		}
	}
	r := newRegistrar(t, phone.UDP, take)
	if alsoTCP {
		newRegistrarAt(t, phone.TCP, r.ep.listening(), take, func(s *registrar) { s.cancelled = r.cancelled })
	}
	return r
}

func TestLargeRequestsGoOverTCP(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, target string
		tcp          bool
		want         string
	}{
		{"large", farAway, true, "TCP"},
		{"large, and refused", farAway, false, "UDP"},
		{"small", "0612345678", true, "UDP"},
	} {
		t.Run(c.name, func(t *testing.T) {
			seen := make(chan *request, 4)
			r := serverOf(t, c.tcp, seen, 486)
			a, rec := newAgent(t, "")
			setLines(t, a, r.line())
			expect(rec, state(phone.LineRegistered))
			for _, id := range []phone.CallID{"one", "two"} {
				if err := a.Dial(id, "line", phone.Outbound{Target: c.target}); err != nil {
					t.Fatal(err)
				}
				q := <-seen
				if via := q.Via(); via.Transport != c.want || q.via.transport() != c.want {
					t.Errorf("it came over %s, and says %s; want %s", q.via.transport(), via.Transport, c.want)
				}
				if q.Contact().Address.UriParams.Has("transport") {
					t.Errorf("the Contact of a line over UDP is %v", q.Contact())
				}
				if e := expect[phone.CallEnded](rec, nil); e.Cause != phone.Busy {
					t.Errorf("ended with %+v", e)
				}
			}
		})
	}
}

// TestCancelFollowsItsInvite: it is small, and still goes where the INVITE went.
func TestCancelFollowsItsInvite(t *testing.T) {
	seen := make(chan *request, 4)
	r := serverOf(t, true, seen, 180)
	a, rec := newAgent(t, "")
	setLines(t, a, r.line())
	expect(rec, state(phone.LineRegistered))
	if err := a.Dial("x", "line", phone.Outbound{Target: farAway}); err != nil {
		t.Fatal(err)
	}
	invite := <-seen
	expect[phone.CallRinging](rec, nil)
	if err := a.Hangup("x"); err != nil {
		t.Fatal(err)
	}
	cancel := <-r.cancelled
	if cancel.via.transport() != "TCP" || cancel.Via().Value() != invite.Via().Value() {
		t.Errorf("CANCEL came over %s with Via %s, INVITE with %s", cancel.via.transport(), cancel.Via().Value(), invite.Via().Value())
	}
	cancel.reply(200)
	invite.reply(487)
}
