package sipua

import (
	"strings"
	"testing"

	"github.com/emiago/sipgo/sip"

	"permanence/phone"
)

// FuzzReferTo reads whom somebody else has us call from anything: what comes out
// is a request that has no header of theirs, and costs nobody a fortune.
func FuzzReferTo(f *testing.F) {
	for _, s := range []string{
		`<sip:x@127.0.0.1:9;transport=tcp?Replaces=a%40b%3Bto-tag%3D1%3Bfrom-tag%3D2&X=y>`, `"a, <b>" <tel:+33612345678>`,
		`sip:15@h`, `<tel:3949;phone-context=+33>`, `<sip:x@h?Replaces=a%0D%0A%3Bto-tag=1%3Bfrom-tag=2>`, `<sip:[::1]:5060;method=BYE>`,
	} {
		f.Add(s)
	}
	line := phone.Line{User: "4711", Domain: "trunk.example"}
	f.Fuzz(func(t *testing.T, s string) {
		o, err := orderOf(line, s)
		if err != nil {
			return
		}
		uri := o.target.String()
		if strings.ContainsAny(uri, "?\r\n") || o.target.Host == "" {
			t.Errorf("%q is called as %s", s, uri)
		}
		if n := numberOf(o.target); n.Emergency() || n.Premium() {
			t.Errorf("%q calls %s", s, n)
		}
		if strings.ContainsAny(o.place, "\r\n\x00 ,") {
			t.Errorf("%q replaces %q", s, o.place)
		}
	})
}

// FuzzReplaces: what is read is written so that it is read the same again.
func FuzzReplaces(f *testing.F) {
	f.Add("a@b;to-tag=1;from-tag=2;early-only")
	f.Add("a ; From-Tag = 2 ;x=y; to-tag=1")
	f.Add("a;to-tag=1;to-tag=1;from-tag=2, b")
	f.Fuzz(func(t *testing.T, s string) {
		r, err := parseReplaces(s)
		if err != nil {
			return
		}
		again, err := parseReplaces(r.String())
		if err != nil || again != r {
			t.Errorf("%q is written %q, which is %+v (%v)", s, r, again, err)
		}
		o, err := orderOf(phone.Line{}, referTo(sip.Uri{Scheme: "sip", Host: "h"}, r.String()))
		if err != nil || o.place != r.String() {
			t.Errorf("%q in a URI is %q (%v)", r, o.place, err)
		}
	})
}

// FuzzFragment reads news of a transfer from anything.
func FuzzFragment(f *testing.F) {
	f.Add([]byte("SIP/2.0 200 OK\r\nTo: x\r\n"), "refer;id=12", "terminated ; reason=noresource")
	f.Add([]byte("\r\n sip/2.0  486"), "", "active")
	f.Fuzz(func(t *testing.T, body []byte, event, state string) {
		if status, words := statusIn(body); status != 0 && (status < 100 || status > 699) || len(words) > 1024 {
			t.Errorf("%q tells %d %q", body, status, words)
		}
		req := sip.NewRequest(sip.NOTIFY, sip.Uri{})
		req.AppendHeader(header("Event", event))
		req.AppendHeader(header("Subscription-State", state))
		_, _ = eventOf(req)
		_ = subscriptionOver(req)
	})
}
