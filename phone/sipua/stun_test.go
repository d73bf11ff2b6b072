package sipua

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/pion/stun/v3"

	"permanence/phone"
)

// mirror is a STUN server that sees every socket at 203.0.113.9, 10000 ports above
// the real one; or it is silent, or answers questions that nobody asked.
func mirror(t testing.TB, answer func(q *stun.Message, from *net.UDPAddr) *stun.Message) string {
	t.Helper()
	c, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	gone := make(chan struct{})
	t.Cleanup(func() { _ = c.Close(); <-gone })
	go func() {
		defer close(gone)
		buf := make([]byte, 1500)
		for {
			n, from, err := c.ReadFromUDP(buf)
			if err != nil {
				return
			}
			q := &stun.Message{Raw: append([]byte(nil), buf[:n]...)}
			if q.Decode() != nil {
				continue
			}
			if a := answer(q, from); a != nil {
				_, _ = c.WriteToUDP(a.Raw, from)
			}
		}
	}()
	return c.LocalAddr().String()
}

func mirrored(q *stun.Message, from *net.UDPAddr) *stun.Message {
	at := &stun.XORMappedAddress{IP: net.IPv4(203, 0, 113, 9), Port: from.Port + 10000 - 20000*(from.Port/50000)}
	return stun.MustBuild(q, stun.BindingSuccess, at)
}

func silent(*stun.Message, *net.UDPAddr) *stun.Message { return nil }

func forged(_ *stun.Message, from *net.UDPAddr) *stun.Message {
	return stun.MustBuild(stun.TransactionID, stun.BindingSuccess, &stun.XORMappedAddress{IP: net.IPv4(203, 0, 113, 66), Port: from.Port})
}

func older(q *stun.Message, from *net.UDPAddr) *stun.Message {
	return stun.MustBuild(q, stun.BindingSuccess, &stun.MappedAddress{IP: net.IPv4(203, 0, 113, 9), Port: from.Port})
}

func useless(q *stun.Message, _ *net.UDPAddr) *stun.Message {
	return stun.MustBuild(q, stun.BindingSuccess, &stun.XORMappedAddress{IP: net.IPv4zero, Port: 1})
}

// asksSTUN makes a desk's line ask a server.
func asksSTUN(t testing.TB, d *desk, server string) {
	t.Helper()
	if err := d.SetLines([]phone.Line{{ID: "direct", Direct: true, Bind: "127.0.0.1:0", User: "desk", STUN: server}}); err != nil {
		t.Fatal(err)
	}
	expect(d.recorder, state(phone.LineListening))
}

func TestVoiceIsToldAsItIsSeenFromOutside(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answer func(*stun.Message, *net.UDPAddr) *stun.Message
		want   string
	}{
		"a server that answers": {mirrored, "203.0.113.9"},
		"one of RFC 3489":       {older, "203.0.113.9"},
		"silence":               {silent, "127.0.0.1"},
		"forged answers":        {forged, "127.0.0.1"},
		"useless answers":       {useless, "127.0.0.1"},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			asksSTUN(t, d, mirror(t, c.answer))
			p := newPeer(t, d.at)
			id, res := p.talk(d, "", voiceAt(10000, ""))
			if sdp := string(res.Body()); !strings.Contains(sdp, "c=IN IP4 "+c.want+"\r\n") {
				t.Errorf("the answer is\n%s", sdp)
			}
			hangUp(t, d, p, id)

			other := newPeer(t, d.at)
			id, invite := other.called(d)
			if sdp := string(invite.Body()); !strings.Contains(sdp, "c=IN IP4 "+c.want+"\r\n") {
				t.Errorf("the offer is\n%s", sdp)
			}
			other.reply(invite, 486, "a", "", "", "")
			wantEnd(d, id, phone.Busy)
		})
	}
}

// TestPortsFromOutside: a router need not keep RTP and RTCP side by side.
func TestPortsFromOutside(t *testing.T) {
	apart := func(q *stun.Message, from *net.UDPAddr) *stun.Message {
		return stun.MustBuild(q, stun.BindingSuccess, &stun.XORMappedAddress{IP: net.IPv4(203, 0, 113, 9), Port: 7000 + 70*(from.Port%2)})
	}
	d := newDesk(t)
	asksSTUN(t, d, mirror(t, apart))
	p := newPeer(t, d.at)
	id, res := p.talk(d, "", voiceAt(10000, ""))
	for _, want := range []string{"m=audio 7000 ", "a=rtcp:7070 IN IP4 203.0.113.9\r\n"} {
		if !strings.Contains(string(res.Body()), want) {
			t.Errorf("no %q in\n%s", want, res.Body())
		}
	}
	hangUp(t, d, p, id)
}

// TestCallThatEndsWhileItLooks: neither side waits for the server.
func TestCallThatEndsWhileItLooks(t *testing.T) {
	d := newDesk(t)
	asksSTUN(t, d, mirror(t, silent))
	p := newPeer(t, d.at)
	id := p.invite(d, "", voiceAt(10000, ""))
	if err := d.Reject(id); err != nil {
		t.Fatal(err)
	}
	p.response("INVITE", 486)
	p.request("ACK", "", "", "")
	wantEnd(d, id, phone.RejectedHere)
	if err := d.Dial("x", "direct", phone.Outbound{Target: "sip:peer@" + p.me()}); err != nil {
		t.Fatal(err)
	}
	if err := d.Hangup("x"); err != nil {
		t.Fatal(err)
	}
	wantEnd(d, "x", phone.HungUpHere)
}

func TestSTUNServersAreFound(t *testing.T) {
	z := zone(
		t,
		`_stun._udp.srv.test. 60 IN SRV 1 0 3479 a.test.`, `a.test. 60 IN A 192.0.2.1`, `a.test. 60 IN AAAA 2001:db8::1`,
	)
	for _, c := range []struct{ server, family, want string }{
		{"srv.test", "127.0.0.1", "192.0.2.1:3479"},
		{"a.test", "127.0.0.1", "192.0.2.1:3478"},
		{"a.test", "::1", "[2001:db8::1]:3478"},
		{"a.test:99", "127.0.0.1", "192.0.2.1:99"},
		{"192.0.2.7", "127.0.0.1", "192.0.2.7:3478"},
		{"192.0.2.7", "::1", ""},
		{"nobody.test", "127.0.0.1", ""},
	} {
		at, err := z.stunServer(context.Background(), c.server, netip.MustParseAddr(c.family))
		if (err != nil) != (c.want == "") || (err == nil && at.String() != c.want) {
			t.Errorf("%s for %s is %v, %v; want %s", c.server, c.family, at, err, c.want)
		}
	}
}

// TestStraySTUNIsNoVoice: what looks like STUN is neither heard nor a sign of life.
func TestStraySTUNIsNoVoice(t *testing.T) {
	cfg := testConfig(func(phone.Event) {})
	if err := cfg.complete(); err != nil {
		t.Fatal(err)
	}
	v, err := openVoice(&cfg, loopback, func(rune) {}, func() {})
	if err != nil {
		t.Fatal(err)
	}
	defer v.stop()
	peer := netip.MustParseAddrPort("127.0.0.1:9")
	if err := v.apply(agreement{codec: cfg.Codecs[1], pt: 8, rtp: peer, rtcp: peer, send: true, hear: true}); err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{
		"a question": stun.MustBuild(stun.TransactionID, stun.BindingRequest).Raw,
		"an answer":  mirrored(stun.MustBuild(stun.TransactionID, stun.BindingRequest), &net.UDPAddr{Port: 5}).Raw,
	} {
		v.packet(b, peer, time.Now())
		v.takeReports(b, time.Now())
		if s := v.stats(); s.PacketsHeard != 0 || !v.heard().IsZero() {
			t.Errorf("%s counts: %s", name, fmt.Sprintf("%+v", s))
		}
	}
}
