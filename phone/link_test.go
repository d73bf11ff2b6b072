package phone

import (
	"errors"
	"strings"
	"testing"
)

var links = []struct {
	in   string
	want Link
	err  error
}{
	{in: "06 12 34 56 78", want: Link{Target: "+33612345678"}},
	{in: " +33 6.12.34.56.78 ", want: Link{Target: "+33612345678"}},
	{in: "06\u00a012\u202f34 56 78", want: Link{Target: "+33612345678"}},
	{in: "3639", want: Link{Target: "3639"}},
	{in: "205", want: Link{Target: "205"}},
	{in: "15", want: Link{Target: "15"}},
	{in: "tel:+33-6-12.34(56)78", want: Link{Target: "+33612345678"}},
	{in: "TEL:0612345678", want: Link{Target: "+33612345678"}},
	{in: "tel://0612345678", want: Link{Target: "+33612345678"}},
	{in: "tel:%2B33%20612345678", want: Link{Target: "+33612345678"}},
	{in: "tel:+33561000000;ext=42", want: Link{Target: "+33561000000", Extension: "42"}},
	{in: "tel:+33561000000;isub=12;EXT=4-2;x=y", want: Link{Target: "+33561000000", Extension: "42"}},
	{in: "tel:+12125551234;phone-context=+44", want: Link{Target: "+12125551234"}},
	{in: "tel:0612345678;phone-context=+33", want: Link{Target: "+33612345678"}},
	{in: "tel:205;phone-context=cabinet.example", want: Link{Target: "205"}},
	{in: "tel:112", want: Link{Target: "112"}},
	{in: "callto:+33612345678", want: Link{Target: "+33612345678"}},
	{in: "callto://0612345678", want: Link{Target: "+33612345678"}},
	{in: "sip:sophie@pbx.example", want: Link{Target: "sip:sophie@pbx.example"}},
	{in: "SIPS:Sophie@PBX.example:5061", want: Link{Target: "sips:Sophie@pbx.example:5061"}},
	{in: "sip:pbx.example", want: Link{Target: "sip:pbx.example"}},
	{in: "sip://anne@[2001:DB8::1]:5060", want: Link{Target: "sip:anne@[2001:db8::1]:5060"}},
	{in: "sip:%61nne@10.0.0.1;Transport=TCP;lr;method=REFER", want: Link{Target: "sip:anne@10.0.0.1;transport=tcp"}},
	{in: "sip:a:secret@b?Replaces=x%3Bto-tag%3Dy&Subject=hi", want: Link{Target: "sip:a@b"}},
	{in: "sip:+33612345678@gw.example;user=phone", want: Link{Target: "sip:+33612345678@gw.example"}},

	{in: "", err: ErrBadNumber},
	{in: "Sophie", err: ErrBadNumber},
	{in: "tel:", err: ErrBadNumber},
	{in: "tel:sophie", err: ErrBadNumber},
	{in: "callto:skype.name", err: ErrBadNumber},
	{in: "http://example.fr", err: ErrLinkScheme},
	{in: "file:///etc/passwd", err: ErrLinkScheme},
	{in: "tel:0612345678;phone-context=+44", err: ErrLinkForeign},
	{in: "tel:5551234;phone-context=+1-914", err: ErrBadNumber},
	{in: "*21*0899123456#", err: ErrLinkHostile},
	{in: "tel:*21*0899123456#", err: ErrLinkHostile},
	{in: "tel:%2A21%2A0899123456%23", err: ErrLinkHostile},
	{in: "tel:0612345678;ext=1*2", err: ErrLinkHostile},
	{in: "tel:0612345678;ext=1234567890123", err: ErrLinkHostile},
	{in: "tel:0612345678%0d%0aINVITE", err: ErrLinkHostile},
	{in: "tel:0612345678%2530", err: ErrLinkHostile},
	{in: "tel:06%zz", err: ErrLinkHostile},
	{in: "tel:06\r\n", want: Link{Target: "06"}},
	{in: "tel:06\r\n12345678", err: ErrLinkHostile},
	{in: "0612345678;ext=1", err: ErrLinkHostile},
	{in: "sip:", err: ErrLinkHostile},
	{in: "sip:@b", err: ErrLinkHostile},
	{in: "sip:a@", err: ErrLinkHostile},
	{in: "sip:a@b@c", err: ErrLinkHostile},
	{in: "sip:a b@c", err: ErrLinkHostile},
	{in: "sip:a%00@c", err: ErrLinkHostile},
	{in: "sip:a%40evil@c", err: ErrLinkHostile},
	{in: "sip:*21*0899123456%23@c", err: ErrLinkHostile},
	{in: "sip:a@<b>", err: ErrLinkHostile},
	{in: "sip:a@b:port", err: ErrLinkHostile},
	{in: "sip:a@[fe80::1%25eth0]", err: ErrLinkHostile},
	{in: "sip:é@b", err: ErrLinkHostile},
	{in: "sip:" + strings.Repeat("a", 600) + "@b", err: ErrLinkHostile},
}

func TestParseLink(t *testing.T) {
	for _, tt := range links {
		if got, err := ParseLink(tt.in); got != tt.want || !errors.Is(err, tt.err) {
			t.Errorf("ParseLink(%q) = %+v, %v; want %+v, %v", tt.in, got, err, tt.want, tt.err)
		}
	}
}

func FuzzParseLink(f *testing.F) {
	for _, tt := range links {
		f.Add(tt.in)
	}
	f.Fuzz(func(t *testing.T, s string) {
		link, err := ParseLink(s)
		if err != nil {
			return
		}
		if strings.ContainsAny(link.Target, "\r\n\x00?<>*# %\"\\") || link.Target == "" {
			t.Errorf("%q asks for %q", s, link.Target)
		}
		if again, err := ParseLink(link.Target); err != nil || again.Target != link.Target {
			t.Errorf("%q becomes %q, and that %q, %v", s, link.Target, again.Target, err)
		}
	})
}

func TestSurcharged(t *testing.T) {
	for n, want := range map[Number]bool{
		"3639": true, "118218": true, "+33899123456": true, "+33826123456": true, "+33810123456": true, "+881612345678": true,
		"+33801234567": false, "+33612345678": false, "+33561000000": false, "1014": false, "15": false, "112": false,
		"116117": false, "": false, "+442079460000": false,
	} {
		if n.Surcharged() != want {
			t.Errorf("%q.Surcharged() = %v", n, !want)
		}
	}
}

func TestDelicate(t *testing.T) {
	for target, want := range map[string]bool{
		"15": true, "112": true, "3639": true, "+33899123456": true, "sip:112@pbx.example": true, "sips:0899123456@pbx.example": true,
		"+33612345678": false, "205": false, "sip:sophie@pbx.example": false, "sip:pbx.example": false,
	} {
		if (Link{Target: target}).Delicate() != want {
			t.Errorf("%q: Delicate() = %v", target, !want)
		}
	}
}
