package sipua

import (
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"

	"permanence/phone"
)

// challengedWith is a refusal that asks for credentials in anything.
func challengedWith(status int, challenges ...string) *sip.Response {
	res := sip.NewResponse(status, "")
	for _, c := range challenges {
		res.AppendHeader(header("WWW-Authenticate", c))
		res.AppendHeader(header("Proxy-Authenticate", c))
	}
	return res
}

// FuzzChallenge answers challenges made of anything: no more than one header comes
// of it, which ends no line.
func FuzzChallenge(f *testing.F) {
	f.Add(`Digest realm="r", nonce="n", qop="auth,auth-int", algorithm=SHA-256, opaque="o", stale=TRUE`, false)
	f.Add(`Digest realm="a\"b", nonce="", algorithm=MD5-sess, qop=auth`, true)
	f.Add(`Basic realm="r"`, true)
	f.Add(`Digest realm="r\r\nX: y",nonce=n`, false)
	who := account{line: phone.Line{ID: "line", User: "user", Domain: "here"}, store: passwords{"line": "secret"}}
	f.Fuzz(func(t *testing.T, challenge string, proxy bool) {
		if strings.ContainsAny(challenge, "\r\n") {
			return // no header has them
		}
		status := sip.StatusUnauthorized
		if proxy {
			status = sip.StatusProxyAuthRequired
		}
		req := sip.NewRequest(sip.REGISTER, sip.Uri{Scheme: "sip", Host: "here"})
		res := challengedWith(status, challenge, challenge)
		_ = answerable(req, res, 1)
		if who.answer(req, res) != nil {
			return
		}
		all := req.GetHeaders("Authorization")
		all = append(all, req.GetHeaders("Proxy-Authorization")...)
		if len(all) != 1 || strings.ContainsAny(all[0].Value(), "\r\n") || strings.Contains(all[0].Value(), "secret") {
			t.Errorf("%q is answered with %v", challenge, all)
		}
	})
}

// FuzzValues reads headers that are numbers, lists, or session timers.
func FuzzValues(f *testing.F) {
	for _, s := range []string{"90;refresher=uas", "3600 ;refresher = UAC", "120 (I'm in a meeting)", "-1", "99999999999999999999", "timer, ,100rel", ";=;", "+7"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		req := sip.NewRequest(sip.INVITE, sip.Uri{})
		for _, name := range []string{"Expires", "Session-Expires", "Supported", "Require", "Event", "Reason", "Min-SE", "Content-Encoding"} {
			req.AppendHeader(header(name, s))
		}
		ct := sip.ContentTypeHeader(s)
		req.AppendHeader(&ct)
		if n, ok := number(req, "expires"); ok && n < 0 {
			t.Errorf("%q is %d", s, n)
		}
		if length, _ := readInterval(req); length < 0 {
			t.Errorf("%q lasts %v", s, length)
		}
		i := intervalOf(&request{Request: req})
		if i.length != 0 && i.length < minInterval {
			t.Errorf("%q has us refresh each %v", s, i.length)
		}
		for _, word := range tokens(req, "supported", "require") {
			if word == "" || word != strings.TrimSpace(word) || strings.Contains(word, ",") {
				t.Errorf("%q has the word %q", s, word)
			}
		}
		_, _ = tooShort(req), elsewhere(req)
		_, _ = eventOf(req)
		_, _ = contentType(req)
		_ = encoded(req)
	})
}

// FuzzKeys reads keys from the bodies of INFO requests.
func FuzzKeys(f *testing.F) {
	f.Add("application/dtmf-relay", "Signal=5\r\nDuration=160\r\n")
	f.Add("application/dtmf-relay", "signal = 11")
	f.Add("application/dtmf", " # ")
	f.Fuzz(func(t *testing.T, kind, body string) {
		key, ok := keyInINFO(kind, body)
		if ok != (key != 0) || (ok && !strings.ContainsRune(keys, key)) {
			t.Errorf("%q has the key %q, %t", body, key, ok)
		}
	})
}

// FuzzLists splits lists of addresses: nothing is lost, and a comma inside quotes
// or brackets splits none.
func FuzzLists(f *testing.F) {
	f.Add(`"a, \"b" <sip:0561123456@x;user=phone>;index=1, tel:+33612345678`)
	f.Add(`<sip:a,b@c>,"\\",,<`)
	f.Fuzz(func(t *testing.T, s string) {
		all := splitList(s)
		if strings.Join(all, ",") != s {
			t.Errorf("%q became %q", s, all)
		}
		for _, entry := range all {
			n, name := addressOf(entry)
			if n != phone.ParseNumber(string(n)) || !clean(name) {
				t.Errorf("%q is %q, %q", entry, n, name)
			}
		}
	})
}

// FuzzPlaces reads hosts and ports, and networks, as a configuration or a URI has
// them.
func FuzzPlaces(f *testing.F) {
	for _, s := range []string{"host", "host:5060", "[2001:db8::1]:5061", "::1", "10.0.0.0/8", "a b", ":", "[", "1.2.3.4:0", "x:99999"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if p, err := placeOf(s); err == nil {
			if p.host == "" || strings.ContainsAny(p.host, " @<>[]\"\r\n") {
				t.Errorf("%q is the host %q", s, p.host)
			}
			if again, err := placeOf(net.JoinHostPort(p.host, "5060")); err != nil || again.host != p.host {
				t.Errorf("%q is %+v, and then %+v, %v", s, p, again, err)
			}
		}
		if g, err := newGuests(phone.Line{Peers: []string{s}}); err == nil && len(g.networks)+len(g.names) != 1 {
			t.Errorf("%q lets %v and %v ring", s, g.networks, g.names)
		}
	})
}

// FuzzComplaint answers what cannot be read, and reads the answer again.
func FuzzComplaint(f *testing.F) {
	files, err := filepath.Glob("testdata/rfc4475/*.dat")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	ep := &endpoint{parser: sip.NewParser(), gate: newGate(), log: quiet()}
	ep.handle = func(_ *endpoint, r *request) { r.reply(sip.StatusNotFound) }
	ep.stray = func(*sip.Response, flow) {}
	f.Fuzz(func(t *testing.T, b []byte) {
		ep.gate.complain = bucket{rate: 10}
		out := newTape()
		ep.complain(b, sip.StatusBadRequest, out)
		select {
		case m := <-out.said:
			text := m.String()
			if head, _, ok := strings.Cut(text, "\r\n\r\n"); !ok || strings.Count(head, "\r\n") > maxHeaders+2 {
				t.Errorf("%q", text)
			}
			for _, h := range headersIn(text) {
				if h.name != "content-length" && long[h.name] == "" {
					t.Errorf("%q is in the answer", h.name)
				}
			}
		default:
		}
		ep.message(b, newTape())
		for _, tx := range ep.servers.drain() {
			tx.Terminate()
		}
	})
}

// FuzzBody reads bodies of any type.
func FuzzBody(f *testing.F) {
	f.Add("application/sdp", []byte(voiceAt(9, "")))
	f.Add(`multipart/mixed;boundary="x"`, []byte("--x\r\nContent-Type: application/sdp\r\n\r\n"+voiceAt(9, "")+"\r\n--x--"))
	f.Add("multipart/mixed", []byte("--\r\n\r\n----"))
	f.Fuzz(func(t *testing.T, kind string, body []byte) {
		req := sip.NewRequest(sip.INVITE, sip.Uri{})
		ct := sip.ContentTypeHeader(kind)
		req.AppendHeader(&ct)
		req.SetBody(body)
		if d, err := bodyOf(req); err == nil && d != nil && (len(d.lines) == 0 || len(d.lines) > maxMediaLines) {
			t.Errorf("%d media lines", len(d.lines))
		}
	})
}

// FuzzGranted reads for how long a registrar keeps our contact.
func FuzzGranted(f *testing.F) {
	f.Add("<sip:me@here>;expires=60", "120")
	f.Add("<sip:other@here>;expires=60, <sip:me@here>;q=1;expires=0", "")
	f.Fuzz(func(t *testing.T, contact, expires string) {
		text := "SIP/2.0 200 OK\r\nContact: " + contact + "\r\nExpires: " + expires + "\r\n\r\n"
		m, err := sip.ParseMessage([]byte(text))
		if err != nil {
			return
		}
		res, ok := m.(*sip.Response)
		if !ok {
			return
		}
		b := &binding{user: "me"}
		if d := b.granted(res, newTape(), time.Minute); d <= 0 {
			t.Errorf("granted %v", d)
		}
		if d := retryAfter(res); d < 0 {
			t.Errorf("wait %v", d)
		}
		_ = refusal(res)
	})
}

// FuzzLatch feeds sources of RTP: a new one that was not agreed is heard only when
// it has come often in a row, and never after another was.
func FuzzLatch(f *testing.F) {
	f.Add([]byte{0, 1, 1, 1, 1, 1, 2, 0})
	f.Add([]byte{1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 0, 1})
	f.Fuzz(func(t *testing.T, who []byte) {
		l, now := latch{}, time.Now()
		agreed := netip.MustParseAddrPort("192.0.2.1:4000")
		l.expect(agreed)
		run, last := 0, byte(0)
		for _, w := range who {
			w %= 4
			from := netip.AddrPortFrom(netip.AddrFrom4([4]byte{198, 51, 100, w}), 5000)
			if w == 0 {
				from = agreed
			}
			if run++; w != last {
				run, last = 1, w
			}
			before := l.settled
			if !l.accept(from, now) || from == before || from == agreed {
				continue
			}
			if before.IsValid() || run < strangerPackets {
				t.Fatalf("%v is heard after %d packets, and %v before", from, run, before)
			}
			now = now.Add(20 * time.Millisecond)
		}
	})
}
