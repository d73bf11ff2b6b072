package sipua

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emiago/sipgo/sip"

	"permanence/phone"
)

func TestWhoMayRingADirectLine(t *testing.T) {
	for name, c := range map[string]struct {
		line     phone.Line
		in, out  []string
		wantsErr bool
	}{
		"nobody named": {
			line: phone.Line{Direct: true},
			in:   []string{"127.0.0.1", "::1", "192.168.1.4", "10.0.0.1", "172.16.9.9", "fd00::1", "fe80::1%eth0", "169.254.3.3"},
			out:  []string{"203.0.113.9", "2001:db8::1", "100.64.0.1", "172.32.0.1"},
		},
		"named": {
			line: phone.Line{Direct: true, Peers: []string{" 203.0.113.0/28", "2001:db8::/32", "198.51.100.7:5080"}},
			in:   []string{"203.0.113.15", "2001:db8:1::1", "198.51.100.7"},
			out:  []string{"203.0.113.16", "127.0.0.1", "192.168.1.4", "198.51.100.8"},
		},
		"the proxy as well": {
			line: phone.Line{Direct: true, Proxy: "198.51.100.7:5060", Peers: []string{"203.0.113.9"}},
			in:   []string{"198.51.100.7", "203.0.113.9"}, out: []string{"192.168.1.1"},
		},
		"a proxy and nobody else": {
			line: phone.Line{Direct: true, Proxy: "198.51.100.7"}, in: []string{"198.51.100.7", "192.168.1.1"},
			out: []string{"203.0.113.9"},
		},
		"not a host": {line: phone.Line{Direct: true, Peers: []string{"a b"}}, wantsErr: true},
		"nothing":    {line: phone.Line{Direct: true, Peers: []string{""}}, wantsErr: true},
	} {
		g, err := newGuests(c.line)
		if (err != nil) != c.wantsErr {
			t.Errorf("%s: %v", name, err)
		}
		for _, a := range c.in {
			if !g.has(netip.MustParseAddr(a)) {
				t.Errorf("%s: %s may not ring", name, a)
			}
		}
		for _, a := range c.out {
			if g.has(netip.MustParseAddr(a)) {
				t.Errorf("%s: %s may ring", name, a)
			}
		}
	}
}

func TestNamedPeersAreLookedUp(t *testing.T) {
	g, err := newGuests(phone.Line{Direct: true, Peers: []string{"localhost"}})
	if err != nil {
		t.Fatal(err)
	}
	if g.has(loopback) {
		t.Error("known before it was looked up")
	}
	g.lookUp(context.Background())
	if !g.has(loopback) {
		t.Error("not found")
	}
	g.names = []string{"no-such-host.invalid"}
	if g.lookUp(context.Background()); !g.has(loopback) {
		t.Error("forgotten because a server for names was away")
	}
}

func TestBadPeersAreTold(t *testing.T) {
	a, rec := newAgent(t, "")
	setLines(t, a, phone.Line{ID: "line", Direct: true, Bind: "127.0.0.1:0", Peers: []string{"a b"}})
	if e := expect(rec, state(phone.LineFailed)); e.Detail == "" {
		t.Error("no word about why")
	}
}

func TestBucket(t *testing.T) {
	b, now := bucket{rate: 10}, time.Now()
	passed := func(tries int) (n int) {
		for range tries {
			if b.take(now) {
				n++
			}
		}
		return n
	}
	if n := passed(100); n != 20 {
		t.Errorf("%d passed at once, want 20", n)
	}
	now = now.Add(time.Second)
	if n := passed(100); n != 10 {
		t.Errorf("%d passed in a second, want 10", n)
	}
	now = now.Add(-time.Hour) // a clock set back gives nothing, and takes nothing away
	passed(1)
	now = now.Add(100 * time.Millisecond)
	if n := passed(100); n != 1 {
		t.Errorf("%d passed in 100 ms, want 1", n)
	}
}

func TestStrangersAreToldOfNowAndThen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		type told struct {
			after time.Duration
			total uint64
		}
		var got []told
		s := strangers{now: time.Now, tell: func(total uint64, _ netip.Addr) {
			got = append(got, told{time.Since(begin), total})
		}}
		wave := func(n int) {
			for range n {
				s.turnedAway(loopback)
			}
		}
		wave(1000)
		time.Sleep(5 * time.Second)
		wave(1000)
		time.Sleep(time.Minute) // the rest of the wave is told when its time has come
		synctest.Wait()
		wave(1)
		wave(1)
		s.stop()
		time.Sleep(time.Minute)
		synctest.Wait()
		want := []told{{0, 1}, {tellEvery, 2000}, {65 * time.Second, 2001}}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("told %v, want %v", got, want)
		}
	})
}

// fortress is a desk that takes calls from 127.0.0.1 only: tests are strangers
// from 127.0.0.2.
func newFortress(t testing.TB, change ...func(*Config)) *desk {
	d := newDesk(t, change...)
	line := phone.Line{ID: "direct", Direct: true, Bind: "127.0.0.1:0", User: "desk", Peers: []string{"127.0.0.1"}}
	if err := d.SetLines([]phone.Line{line}); err != nil {
		t.Fatal(err)
	}
	expect(d.recorder, func(e phone.LineChanged) bool { return e.State == phone.LineListening })
	d.at, _ = d.Address("direct")
	return d
}

// newStranger is a peer at another address.
func newStranger(t testing.TB, at netip.AddrPort) *peer {
	p := newPeer(t, at)
	_ = p.conn.Close()
	c, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 2)})
	if err != nil {
		t.Skip("this computer has no second loopback address")
	}
	t.Cleanup(func() { _ = c.Close() })
	p.conn = c
	return p
}

func TestStrangersGetNoTransaction(t *testing.T) {
	d := newFortress(t)
	s := newStranger(t, d.at)
	s.request("INVITE", "", sdpType, voiceAt(10000, ""))
	if res := s.response("INVITE", 403); res.To().Value() == s.to {
		t.Error("the refusal has no tag")
	}
	if e := expect[phone.StrangersTurnedAway](d.recorder, nil); e.Line != "direct" || e.Total != 1 || e.From != "127.0.0.2" {
		t.Errorf("told %+v", e)
	}
	s.to += ";tag=guessed"
	for _, method := range []string{"OPTIONS", "REGISTER", "BYE", "CANCEL", "ACK", "NOTIFY", "CONQUER"} {
		s.request(method, "", "", "")
	}
	s.raw("\x00\x01 nothing of SIP at all")
	l := lineOf(d, "direct")
	eventually(t, func() bool {
		l.strangers.mu.Lock()
		defer l.strangers.mu.Unlock()
		return l.strangers.total == 8 // an ACK asks for nothing
	})
	if n := len(l.ep.Load().servers.drain()); n != 0 {
		t.Errorf("%d transactions are kept", n)
	}
	if len(s.held) != 0 {
		t.Errorf("answered %v", s.held)
	}
	for _, e := range d.all() {
		if _, rang := e.(phone.CallArrived); rang {
			t.Error("it rang")
		}
	}
}

// TestDialogGoesOnFromElsewhere: a peer whose address changes can still hang up,
// as it knows the tags.
func TestDialogGoesOnFromElsewhere(t *testing.T) {
	d := newFortress(t)
	p := newPeer(t, d.at)
	id, _ := p.talk(d, "", voiceAt(10000, ""))
	s := newStranger(t, d.at)
	s.id, s.tag, s.to, s.seq = p.id, p.tag, p.to, p.seq
	s.request("BYE", "", "", "")
	s.response("BYE", 200)
	wantEnd(d, id, phone.HungUpThere)
}

// TestTransferredStrangersTakeTheCall: who was told the identifiers of a call may
// take its place, and nobody who guesses them.
func TestTransferredStrangersTakeTheCall(t *testing.T) {
	d := newFortress(t)
	p := newPeer(t, d.at)
	id, res := p.talk(d, "", voiceAt(10000, ""))
	s := newStranger(t, d.at)
	s.request("INVITE", fmt.Sprintf("Replaces: %s;to-tag=guess;from-tag=%s\n", p.id, p.tag), sdpType, voiceAt(10002, ""))
	s.response("INVITE", 403)
	s.id = newTag()
	s.request("INVITE", fmt.Sprintf("Replaces: %s;to-tag=%s;from-tag=%s\n", p.id, tagOf(res.To().Params), p.tag), sdpType, voiceAt(10002, ""))
	s.to = s.response("INVITE", 200).To().Value()
	s.request("ACK", "", "", "")
	p.reply(p.asked("BYE"), 200, "", "", "", "")
	wantEnd(d, id, phone.Replaced)
	s.request("BYE", "", "", "")
	s.response("BYE", 200)
}

// TestCalledStrangersAnswer: whom we call may answer, and hang up, and not ring.
func TestCalledStrangersAnswer(t *testing.T) {
	d := newFortress(t)
	s := newStranger(t, d.at)
	_, invite := s.called(d)
	if !lineOf(d, "direct").ep.Load().gate.hasMet(netip.MustParseAddr("127.0.0.2")) {
		t.Error("a flood of others would keep the answer from us")
	}
	s.reply(invite, 486, "a", "", "", "")
	expect[phone.CallEnded](d.recorder, nil)
	s.request("INVITE", "", sdpType, voiceAt(10000, ""))
	s.response("INVITE", 403)
}

func TestMetAddressesAreBounded(t *testing.T) {
	g, now := newGate(), time.Now()
	first := netip.MustParseAddr("10.0.0.0")
	a := first
	for range 2 * maxMet {
		now = now.Add(time.Second)
		g.meet(a, now)
		a = a.Next()
	}
	if len(g.met) != maxMet || g.hasMet(first) || !g.hasMet(a.Prev()) {
		t.Errorf("%d addresses are kept, the first %t, the last %t", len(g.met), g.hasMet(first), g.hasMet(a.Prev()))
	}
}

func lineOf(d *desk, id phone.LineID) *line {
	d.Agent.mu.Lock()
	defer d.Agent.mu.Unlock()
	return d.lines[id]
}

// counted is a flow from somewhere that counts what is written to it.
type counted struct {
	*tape
	from netip.AddrPort
	n    int
}

func (c *counted) remote() netip.AddrPort { return c.from }

func (c *counted) WriteMsg(sip.Message) error {
	c.n++
	return nil
}

// TestAnswersToFloodsAreBounded: what is said to strangers, and to peers of what
// they write badly, keeps to its rate.
func TestAnswersToFloodsAreBounded(t *testing.T) {
	d := newFortress(t)
	ep := lineOf(d, "direct").ep.Load()
	for name, c := range map[string]struct {
		from, message string
		rate          float64
	}{
		"strangers": {"127.0.0.2:9", strings.Replace(options("127.0.0.2", "udp"), "OPTIONS", "INVITE", 2), strangersRefused},
		"peers":     {"127.0.0.1:9", "OPTIONS  sip:a SIP/2.0\nVia: SIP/2.0/UDP h;rport\n\n", complaints},
	} {
		out := &counted{tape: newTape(), from: netip.MustParseAddrPort(c.from)}
		message, began := []byte(crlf(c.message)), time.Now()
		for range 10 * complaints {
			if ep.admits(message, out.from.Addr()) {
				ep.message(message, out)
			}
		}
		if most := (2+time.Since(began).Seconds())*c.rate + 1; out.n == 0 || float64(out.n) > most {
			t.Errorf("%s got %d answers, at most %.0f were due", name, out.n, most)
		}
	}
}
