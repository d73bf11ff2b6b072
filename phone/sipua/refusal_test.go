package sipua

import (
	"slices"
	"strings"
	"testing"

	"github.com/emiago/sipgo/sip"
)

// TestUnknownExtensions: whatever the method, in a dialog or out of one, what we
// lack is named, all of it and nothing else (RFC 3261 §8.2.2.3).
func TestUnknownExtensions(t *testing.T) {
	const more = "Require: timer, foo\nRequire: BAR,100rel\n"
	check := func(t *testing.T, res *sip.Response) {
		if got := value(res, "unsupported"); got != "foo, bar" {
			t.Errorf("unsupported is %q", got)
		}
	}
	for _, method := range []string{"INVITE", "BYE", "OPTIONS", "INFO", "UPDATE", "PRACK", "NOTIFY", "SUBSCRIBE", "MESSAGE", "REFER", "REGISTER", "PUBLISH", "FOO"} {
		t.Run(method, func(t *testing.T) {
			d := newDesk(t)
			p := newPeer(t, d.at)
			branch := p.request(method, more, "", "")
			check(t, p.response(method, 420))
			if method == "INVITE" {
				p.requestAs("ACK", branch, "", "", "")
			}
			in := newPeer(t, d.at)
			id, _ := in.talk(d, "", voiceAt(10000, ""))
			branch = in.request(method, more, "", "")
			check(t, in.response(method, 420))
			if method == "INVITE" {
				in.requestAs("ACK", branch, "", "", "")
			}
			hangUp(t, d, in, id)
		})
	}
}

// TestACKAndCANCELRequireNothing: neither may be refused for an extension
// (RFC 3261 §8.2.2.3).
func TestACKAndCANCELRequireNothing(t *testing.T) {
	d := newDesk(t)
	p := newPeer(t, d.at)
	id := p.invite(d, "", voiceAt(10000, ""))
	p.answeredBy(d, id)
	p.response("INVITE", 200)
	p.request("ACK", "Require: foo\n", "", "")
	hangUp(t, d, p, id) // its BYE would wait for the ACK

	q := newPeer(t, d.at)
	branch := q.request("INVITE", "", sdpType, voiceAt(10000, ""))
	q.response("INVITE", 180)
	q.requestAs("CANCEL", branch, "Require: foo\n", "", "")
	q.response("CANCEL", 200)
	q.response("INVITE", 487)
	q.requestAs("ACK", branch, "", "", "")
}

// TestCapabilitiesAreTrue: what OPTIONS names is not refused, and what it does
// not name is.
func TestCapabilitiesAreTrue(t *testing.T) {
	d := newDesk(t)
	p := newPeer(t, d.at)
	p.request("OPTIONS", "", "", "")
	res := p.response("OPTIONS", 200)
	allow := tokens(res, "allow")
	for _, method := range []string{"INFO", "UPDATE", "PRACK", "NOTIFY", "REFER", "SUBSCRIBE", "MESSAGE", "REGISTER", "PUBLISH", "FOO"} {
		q := newPeer(t, d.at)
		q.request(method, "Event: presence\nRAck: 1 1 INVITE\n", "", "")
		m := q.next("a refusal", func(m sip.Message) bool { r, ok := m.(*sip.Response); return ok && r.StatusCode >= 300 })
		knows := m.(*sip.Response).StatusCode != sip.StatusMethodNotAllowed
		if named := slices.Contains(allow, strings.ToLower(method)); named != knows {
			t.Errorf("%s: allowed %t, but answered %s", method, named, m.(*sip.Response).StartLine())
		}
	}
	for _, tag := range tokens(res, "supported") {
		p.request("OPTIONS", "Require: "+tag+"\n", "", "")
		p.response("OPTIONS", 200)
	}
}

func TestWarnings(t *testing.T) {
	voice := voiceAt(10000, "")
	for name, c := range map[string]struct{ body, want string }{
		"no coding of ours":    {strings.ReplaceAll(voice, "PCMA", "GSM"), "305"},
		"no transport of ours": {strings.ReplaceAll(voice, "RTP/AVP", "TCP/MSRP"), "302"},
		"no voice":             {strings.ReplaceAll(voice, "m=audio", "m=video"), "304"},
		"voice refused":        {strings.ReplaceAll(voice, "m=audio 10000", "m=audio 0"), "304"},
		"not a description":    {"hello\r\n", "399"},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			p := newPeer(t, d.at)
			branch := p.request("INVITE", "", sdpType, c.body)
			res := p.response("INVITE", 488)
			p.requestAs("ACK", branch, "", "", "")
			if got := strings.Fields(value(res, "warning")); len(got) < 3 || got[0] != c.want || got[1] != d.at.String() {
				t.Errorf("warning is %q, want %s", value(res, "warning"), c.want)
			}
		})
	}
}
