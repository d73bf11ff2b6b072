package sipua

import (
	"context"
	"net/netip"
	"strconv"
	"testing"

	"github.com/emiago/sipgo/sip"

	"permanence/phone"
)

// behindRouter is a registrar that sees us at another address, as told by at.
func behindRouter(at func() string) func(*registrar) {
	return func(r *registrar) {
		r.answer = func(res *sip.Response) {
			seen := netip.MustParseAddrPort(at())
			res.Via().Params.Add("received", seen.Addr().String())
			res.Via().Params.Add("rport", strconv.Itoa(int(seen.Port())))
		}
	}
}

func TestAddressThatTheRouterShowsIsRegistered(t *testing.T) {
	t.Parallel()
	public := "203.0.113.7:40000"
	seen := make(chan *request, 1)
	r := newRegistrar(t, phone.UDP, func(r *registrar) {
		behindRouter(func() string { return public })(r)
		r.grant = "2"
		r.invite = func(q *request) { seen <- q; q.reply(486) }
	})
	a, rec := newAgent(t, "")
	setLines(t, a, r.line())
	expect(rec, state(phone.LineRegistered))
	r.mu.Lock()
	first, second, third := r.asks[0], r.asks[1], r.asks[2]
	removed := r.expires[2]
	r.mu.Unlock()
	if first.Host != "127.0.0.1" || second.Host != "203.0.113.7" || second.Port != 40000 {
		t.Errorf("registered %v, then %v", first.String(), second.String())
	}
	if third.String() != first.String() || removed != "0" {
		t.Errorf("then %v for %s s; the first should be removed", third.String(), removed)
	}
	if err := a.Dial("x", "line", phone.Outbound{Target: "0612345678"}); err != nil {
		t.Fatal(err)
	}
	if c := (<-seen).Contact().Address; c.Host != "203.0.113.7" || c.Port != 40000 {
		t.Errorf("a call's Contact is %v", c.String())
	}
	r.mu.Lock()
	public = "203.0.113.8:40001" // the router has forgotten us
	r.mu.Unlock()
	r.until(func() bool { return r.asks[len(r.asks)-1].Host == "203.0.113.7" && r.expires[len(r.expires)-1] == "0" })
	r.mu.Lock()
	defer r.mu.Unlock()
	if c := r.asks[len(r.asks)-2]; c.Host != "203.0.113.8" || c.Port != 40001 {
		t.Errorf("after another mapping it is %v", c.String())
	}
}

func TestNoRouterNoSecondRegistration(t *testing.T) {
	r := newRegistrar(t, phone.UDP)
	a, rec := newAgent(t, "")
	setLines(t, a, r.line())
	expect(rec, state(phone.LineRegistered))
	closeAgent(t, a)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.asked != 2 {
		t.Errorf("asked %d times, to register and to leave", r.asked)
	}
}

func TestWhatARouterShows(t *testing.T) {
	ep, err := listen(phone.UDP, netip.AddrPortFrom(loopback, 0), false, quiet())
	if err != nil {
		t.Fatal(err)
	}
	defer ep.release()
	way, err := ep.flowTo(context.Background(), hop{at: netip.MustParseAddrPort("127.0.0.1:5060"), network: phone.UDP})
	if err != nil {
		t.Fatal(err)
	}
	us := way.self()
	for name, c := range map[string]struct{ received, rport, want string }{
		"nothing":          {"", "", us.String()},
		"ourselves":        {us.Addr().String(), strconv.Itoa(int(us.Port())), us.String()},
		"another address":  {"203.0.113.7", "", netip.AddrPortFrom(netip.MustParseAddr("203.0.113.7"), us.Port()).String()},
		"another port":     {"", "4711", "127.0.0.1:4711"},
		"IPv6":             {"[2001:db8::1]", "4711", "[2001:db8::1]:4711"},
		"no address":       {"x", "4711", us.String()},
		"nobody's address": {"0.0.0.0", "4711", us.String()},
		"everybody's":      {"224.0.0.1", "4711", us.String()},
		"no port":          {"203.0.113.7", "0", us.String()},
		"too high a port":  {"203.0.113.7", "65536", us.String()},
	} {
		res := &sip.Response{}
		via := viaFor(way)
		via.Params.Add("rport", c.rport)
		if c.received != "" {
			via.Params.Add("received", c.received)
		}
		res.AppendHeader(via)
		if got := seenAs(res, way).of(way).String(); got != c.want {
			t.Errorf("%s: we are at %s, want %s", name, got, c.want)
		}
	}
}
