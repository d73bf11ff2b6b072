package sipua

import (
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"

	"permanence/audio/codec"
	"permanence/phone"
)

// alarm is a log that fails the test when a panic was caught: what guard saves
// the program from is still a defect.
type alarm struct{ t testing.TB }

func (a alarm) Enabled(context.Context, slog.Level) bool { return true }
func (a alarm) WithAttrs([]slog.Attr) slog.Handler       { return a }
func (a alarm) WithGroup(string) slog.Handler            { return a }
func (a alarm) Handle(_ context.Context, r slog.Record) error {
	if strings.Contains(r.Message, "panic") {
		r.Attrs(func(at slog.Attr) bool { fmt.Println(at); return true })
		panic("a panic was caught: " + r.Message)
	}
	return nil
}

// FuzzDatagram throws anything at the SIP socket of a desk with a live call whose
// Call-ID and tags the inputs may name, and answers what rings.
func FuzzDatagram(f *testing.F) {
	d := newDesk(f, func(c *Config) { c.Log = slog.New(alarm{f}) })
	d.Agent.cfg.Report = func(e phone.Event) {
		if a, ok := e.(phone.CallArrived); ok {
			_ = d.Answer(a.Call, phone.Reception{})
		}
	}
	ep := d.lines["direct"].ep.Load()
	for _, s := range seeds(d.at) {
		f.Add([]byte(s))
	}
	from := netip.MustParseAddrPort("127.0.0.1:9")
	n := 0
	f.Fuzz(func(t *testing.T, b []byte) {
		ep.datagram(b, from)
		if n++; n%64 == 0 { // make room for new calls
			for _, c := range liveCalls(d.Agent) {
				c.post(c.shutdown)
				c.post(func() { c.unacked = nil })
			}
			for _, tx := range ep.servers.drain() {
				tx.Terminate()
			}
		}
	})
}

func liveCalls(a *Agent) []*call {
	a.mu.Lock()
	defer a.mu.Unlock()
	var all []*call
	for c := range a.actors {
		all = append(all, c)
	}
	return all
}

// seeds are requests and responses as peers send them, and some of the ideas of
// RFC 4475 (torture messages).
func seeds(at netip.AddrPort) []string {
	base := func(method, more, body string) string {
		return crlf(fmt.Sprintf(`%s sip:desk@%s SIP/2.0
Via: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bKfuzz%s;rport
Max-Forwards: 70
From: "A" <sip:0612345678@127.0.0.1:9>;tag=a
To: <sip:desk@%s>
Call-ID: fuzz
CSeq: 1 %s
Contact: <sip:a@127.0.0.1:9>
%sContent-Length: %d

`, method, at, method, at, method, more, len(body))) + body
	}
	all := []string{
		base("INVITE", "Content-Type: application/sdp\n", voiceAt(9, "")),
		base("INVITE", "Content-Type: multipart/mixed;boundary=x\n", "--x\r\nContent-Type: application/sdp\r\n\r\n"+voiceAt(9, "")+"\r\n--x--"),
		base("INVITE", "Session-Expires: 90;refresher=uas\nSupported: timer\nExpires: 1\nRequire: a,b\n", ""),
		base("INVITE", "Diversion: \"a,\\\"\" <sip:0561@x>;reason=x, <tel:+33561123456>\nHistory-Info: <sip:1@x?Reason=a>;index=1\nPrivacy: id\n", ""),
		base("INVITE", "Record-Route: <sip:127.0.0.1:9;lr>, <sip:[::1]:9>\nP-Asserted-Identity: <sip:+33612345678@x>\n", ""),
		base("ACK", "", ""), base("BYE", "", ""), base("CANCEL", "Reason: SIP;cause=200\n", ""), base("OPTIONS", "", ""),
		base("INFO", "Content-Type: application/dtmf-relay\n", "Signal=1"), base("INFO", "", ""), base("UPDATE", "", ""),
		base("NOTIFY", "", ""), base("REFER", "Refer-To: <sip:x@y?Replaces=z>\n", ""),
		base("REFER", "Refer-To: \"a\" <sip:0612345678@127.0.0.1:9;method=INVITE?Replaces=a%40b%3Bto-tag%3D1%3Bfrom-tag%3D2>\nReferred-By: <sip:b@c>\nRefer-Sub: false\n", ""),
		base("REFER", "r: tel:112\nRefer-To: http://x\n", ""),
		base("NOTIFY", "Event: refer;id=1\nSubscription-State: terminated;reason=noresource\nContent-Type: message/sipfrag\n", "SIP/2.0 200 OK\r\n"),
		base("NOTIFY", "o: refer\n", "SIP/2.0 999"),
		base("INVITE", "Replaces: fuzz;to-tag=b;from-tag=a\nContent-Type: application/sdp\n", voiceAt(9, "")),
		base("INVITE", "Replaces: fuzz;to-tag=;from-tag=a;early-only, x\nReplaces: y\n", ""), base("PRACK", "RAck: 1 1 INVITE\n", ""),
		base("INVITE", "Require: 100rel\n", ""), base("PRACK", "RAck: 1 1 INVITE\nContent-Type: application/sdp\n", voiceAt(9, "")),
		base("NOTIFY", "Event: message-summary\nSubscription-State: active\n", "Voice-Message: 1/2"),
		base("NOTIFY", "Event: dialog\nSubscription-State: terminated;reason=x;retry-after=y\n", aboutDialogs(0, "full")),
		"SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 1.2.3.4;branch=z9hG4bKx\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>;tag=2\r\nCall-ID: fuzz\r\nCSeq: 1 INVITE\r\n\r\n",
		"INVITE sip:x SIP/2.0\r\nv:SIP/2.0/UDP h\r\nf:sip:a\r\nt:sip:b\r\ni:1\r\nCSeq:1 INVITE\r\nl:999\r\n\r\n",
		"INVITE sip:vivekg@chair-dnrc.example.com;unknownparam SIP/2.0\r\nTO :\r\n sip:vivekg@chair-dnrc.example.com ;   tag    = 1918181833n\r\n\r\n",
		"\r\n\r\n", "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00",
	}
	return all
}

// FuzzMedia throws anything at the RTP and RTCP sockets of a call.
func FuzzMedia(f *testing.F) {
	cfg := testConfig(func(phone.Event) {})
	if err := cfg.complete(); err != nil {
		f.Fatal(err)
	}
	v, err := openVoice(&cfg, loopback, func(rune) {}, func() {})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(v.stop)
	peer := netip.MustParseAddrPort("127.0.0.1:9")
	a := agreement{codec: codec.PCMA, pt: 8, keys: format{101, "telephone-event", 8000}, rtp: peer, rtcp: peer, send: true, hear: true}
	if err := v.apply(a); err != nil {
		f.Fatal(err)
	}
	f.Add([]byte{0x80, 8, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0xd5, 0xd5}, true)
	f.Add([]byte{0x80, 101, 0, 2, 0, 0, 0, 2, 0, 0, 0, 1, 5, 0x8a, 3, 0x20}, true)
	f.Add([]byte{0x81, 200, 0, 12, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, false)
	f.Add([]byte{0x81, 201, 0, 7, 0, 0, 0, 1}, false)
	ear := make([]int16, 480)
	f.Fuzz(func(t *testing.T, b []byte, rtp bool) {
		now := time.Now()
		if rtp {
			v.packet(b, peer, now)
			v.Speak(ear)
			return
		}
		v.takeReports(b, now)
		if s := v.stats(); s.RemoteLoss < 0 || s.RemoteLoss > 1 || s.RoundTrip < 0 {
			t.Errorf("counters are %+v", s)
		}
	})
}

// FuzzHeaders reads called numbers and callers from anything.
func FuzzHeaders(f *testing.F) {
	f.Add(`"a, \"b" <sip:0561123456@x;user=phone>;index=1, tel:+33612345678`)
	f.Add(`<sip:%30561123456@x?Reason=SIP%3Bcause%3D302>;a="<,>"`)
	f.Fuzz(func(t *testing.T, s string) {
		req := sip.NewRequest(sip.INVITE, sip.Uri{User: s})
		for _, name := range []string{"Diversion", "History-Info", "P-Called-Party-ID", "P-Asserted-Identity", "Privacy", "Reason"} {
			req.AppendHeader(header(name, s))
		}
		req.AppendHeader(&sip.FromHeader{DisplayName: s, Address: sip.Uri{User: s}})
		req.AppendHeader(&sip.ToHeader{Address: sip.Uri{User: s}})
		for _, h := range calledHints(req, nil) {
			if h.Number != phone.ParseNumber(string(h.Number)) {
				t.Errorf("%q is no number", h.Number)
			}
		}
		id := callerOf(req)
		for _, shown := range []string{id.Name, id.URI} {
			if strings.ContainsAny(shown, "\r\n\t\x00\x1b\u202e") || len([]rune(shown)) > maxName {
				t.Errorf("%q would be shown", shown)
			}
		}
		_ = elsewhere(req)
	})
}
