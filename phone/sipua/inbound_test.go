package sipua

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/emiago/sipgo/sip"

	"permanence/phone"
)

func TestACKThatNeverComesEndsTheCall(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	p := newPeer(t, d.at)
	id := p.invite(d, "", voiceAt(10000, ""))
	p.answeredBy(d, id)
	p.response("INVITE", 200)
	p.response("INVITE", 200) // repeated, because no ACK came
	bye := p.asked("BYE")
	p.reply(bye, 200, "", "", "", "")
	wantEnd(d, id, phone.Failed)
}

func TestHangupWaitsForTheACK(t *testing.T) {
	d := newDesk(t)
	p := newPeer(t, d.at)
	id := p.invite(d, "", voiceAt(10000, ""))
	p.answeredBy(d, id)
	p.response("INVITE", 200)
	if err := d.Hangup(id); err != nil {
		t.Fatal(err)
	}
	wantEnd(d, id, phone.HungUpHere)
	for _, m := range p.held {
		if r, ok := m.(*sip.Request); ok && r.Method == sip.BYE {
			t.Error("BYE before the ACK (RFC 3261 §15)")
		}
	}
	p.request("ACK", "", "", "")
	p.reply(p.asked("BYE"), 200, "", "", "", "")
}

func TestCANCEL(t *testing.T) {
	for name, c := range map[string]struct {
		reason string
		want   phone.EndCause
	}{
		"given up":           {"", phone.CallerGaveUp},
		"elsewhere":          {"Reason: SIP;cause=200;text=\"Call completed elsewhere\"\n", phone.AnsweredElsewhere},
		"elsewhere, spaced":  {"Reason: SIP ; text=\"a;cause=1\" ; cause = 200\n", phone.AnsweredElsewhere},
		"elsewhere, in list": {"Reason: Q.850;cause=26, SIP;cause=200\n", phone.AnsweredElsewhere},
		"Q.850 only":         {"Reason: Q.850;cause=200\n", phone.CallerGaveUp},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			p := newPeer(t, d.at)
			p.seq++
			to := p.to
			branch := p.requestAs("INVITE", "z9hG4bKcancel"+newTag(), "", "", "")
			p.to = p.response("INVITE", 180).To().Value()
			id := expect[phone.CallArrived](d.recorder, nil).Call
			known := p.to
			p.to = to
			p.requestAs("CANCEL", branch, c.reason, "", "")
			p.response("CANCEL", 200)
			if res := p.response("INVITE", 487); res.To().Value() != known {
				t.Errorf("To of 487 is %s, of 180 it was %s", res.To().Value(), known)
			}
			p.requestAs("ACK", branch, "", "", "")
			wantEnd(d, id, c.want)
		})
	}
}

func TestRefusals(t *testing.T) {
	d := newDesk(t)
	stranger := "<sip:desk@here>;tag=stranger"
	for name, c := range map[string]struct {
		method, to, more, kind, body string
		want                         int
		header, value                string
	}{
		"unknown extension":    {method: "INVITE", more: "Require: precondition, 100rel\n", want: 420, header: "unsupported", value: "precondition"},
		"two of them":          {method: "OPTIONS", more: "Require: foo\nRequire: bar\n", want: 420, header: "unsupported", value: "foo, bar"},
		"unknown method":       {method: "CONQUER", want: 405, header: "allow", value: allowed},
		"SUBSCRIBE":            {method: "SUBSCRIBE", want: 405},
		"NOTIFY of something":  {method: "NOTIFY", more: "Event: presence\n", want: 489, header: "allow-events", value: strings.Join(packages, ", ")},
		"NOTIFY of nothing":    {method: "NOTIFY", want: 489},
		"NOTIFY nobody wants":  {method: "NOTIFY", more: "Event: refer;id=1\n", want: 481},
		"REFER":                {method: "REFER", want: 603},
		"MESSAGE":              {method: "MESSAGE", want: 405},
		"REGISTER":             {method: "REGISTER", want: 405},
		"BYE out of a dialog":  {method: "BYE", want: 481},
		"INFO out of a dialog": {method: "INFO", want: 481},
		"CANCEL of nothing":    {method: "CANCEL", want: 481},
		"INVITE in no dialog":  {method: "INVITE", to: stranger, want: 481},
		"BYE in no dialog":     {method: "BYE", to: stranger, want: 481},
		"a body we cannot read": {
			method: "INVITE", kind: "text/plain", body: "hello", want: 415,
			header: "accept", value: accepted,
		},
		"no common codec": {method: "INVITE", kind: sdpType, body: strings.ReplaceAll(voiceAt(4000, ""), "PCMA", "GSM"), want: 488},
		"only video":      {method: "INVITE", kind: sdpType, body: strings.ReplaceAll(voiceAt(4000, ""), "m=audio", "m=video"), want: 488},
		"only encrypted":  {method: "INVITE", kind: sdpType, body: strings.ReplaceAll(voiceAt(4000, ""), "RTP/AVP", "RTP/SAVP"), want: 488},
		"no description":  {method: "INVITE", kind: sdpType, body: "nonsense", want: 488},
		"short session":   {method: "INVITE", more: "Supported: timer\nSession-Expires: 60\n", want: 422, header: "min-se", value: "90"},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPeer(t, d.at)
			if c.to != "" {
				p.to = c.to
			}
			branch := p.request(c.method, c.more, c.kind, c.body)
			res := p.response(c.method, c.want)
			if c.header != "" {
				if h := res.GetHeader(c.header); h == nil || h.Value() != c.value {
					t.Errorf("%s is %v, want %q", c.header, h, c.value)
				}
			}
			if c.method == "INVITE" {
				p.to = res.To().Value()
				p.requestAs("ACK", branch, "", "", "")
			}
		})
	}
	for _, e := range d.all() {
		if _, ok := e.(phone.CallArrived); ok {
			t.Error("a refused call rang")
		}
	}
}

func TestOPTIONS(t *testing.T) {
	d := newDesk(t)
	p := newPeer(t, d.at)
	p.request("OPTIONS", "", "", "")
	res := p.response("OPTIONS", 200)
	for _, name := range []string{"allow", "accept", "supported"} {
		if res.GetHeader(name) == nil {
			t.Errorf("no %s", name)
		}
	}
}

func TestInviteTellsWhoIsCalledAndWhoCalls(t *testing.T) {
	d := newDesk(t)
	p := newPeer(t, d.at)
	p.request("INVITE", `P-Asserted-Identity: "Mme Lef`+"\u00e8"+`vre" <sip:+33612345678@trunk>
Diversion: <sip:0561123456@trunk>;reason=no-answer
Diversion: "Cabinet, le" <sip:+33561999999@trunk>;reason=unconditional
History-Info: <sip:0561000001@trunk>;index=1, "a, b" <sip:0561000002@trunk?Reason=SIP%3Bcause%3D302>;index=1.1
P-Called-Party-ID: <tel:+33561777777>
`, "", "")
	p.response("INVITE", 180)
	e := expect[phone.CallArrived](d.recorder, nil)
	if c := e.Invite.Caller; c.Number != "+33612345678" || c.Name != "Mme Lefèvre" || c.Withheld {
		t.Errorf("caller is %+v", c)
	}
	want := []phone.CalledHint{
		{Source: phone.FromCalledPartyID, Number: "+33561777777"},
		{Source: phone.FromDiversion, Number: "+33561123456"},
		{Source: phone.FromDiversion, Number: "+33561999999"},
		{Source: phone.FromHistoryInfo, Number: "+33561000002"},
		{Source: phone.FromHistoryInfo, Number: "+33561000001"},
	}
	if got := fmt.Sprint(e.Invite.Called); got != fmt.Sprint(want) {
		t.Errorf("called %s\nwant   %v", got, want)
	}
	if !bytes.HasPrefix(e.Invite.Raw, []byte("INVITE sip:desk@")) || !bytes.Contains(e.Invite.Raw, []byte("Diversion")) {
		t.Errorf("raw INVITE is %q", e.Invite.Raw)
	}
}

func TestLateOffer(t *testing.T) {
	d := newDesk(t)
	p := newPeer(t, d.at)
	id := p.invite(d, "", "")
	p.answeredBy(d, id)
	res := p.response("INVITE", 200)
	offer, err := parseSDP(res.Body())
	if err != nil || len(offer.lines) != 1 || offer.lines[0].port == 0 {
		t.Fatalf("our offer is %v, %v\n%s", offer, err, res.Body())
	}
	p.request("ACK", "", sdpType, voiceAt(10000, ""))
	if m := expect[phone.MediaChanged](d.recorder, nil); m.Codec != "PCMA" || m.Flow != phone.FlowBoth {
		t.Errorf("agreed on %+v", m)
	}
	p.request("BYE", "", "", "")
	p.response("BYE", 200)
	wantEnd(d, id, phone.HungUpThere)
}

func TestLateOfferWithoutAnswer(t *testing.T) {
	d := newDesk(t)
	p := newPeer(t, d.at)
	id := p.invite(d, "", "")
	p.answeredBy(d, id)
	p.response("INVITE", 200)
	p.request("ACK", "", "", "")
	p.reply(p.asked("BYE"), 200, "", "", "", "")
	wantEnd(d, id, phone.Failed)
}

func TestBYEInsteadOfCANCEL(t *testing.T) {
	d := newDesk(t)
	p := newPeer(t, d.at)
	id := p.invite(d, "", "")
	p.request("BYE", "", "", "")
	p.response("BYE", 200)
	p.response("INVITE", 487)
	wantEnd(d, id, phone.CallerGaveUp)
}

func TestInviteThatExpires(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	p := newPeer(t, d.at)
	id := p.invite(d, "Expires: 1\n", "")
	p.response("INVITE", 487)
	wantEnd(d, id, phone.NoAnswer)
}

func TestMergedInvite(t *testing.T) {
	d := newDesk(t)
	p := newPeer(t, d.at)
	to := p.to
	p.invite(d, "", "")
	p.to = to
	p.requestAs("INVITE", "z9hG4bKanother"+newTag(), "", "", "")
	p.response("INVITE", 482)
}

// TestLargeMessages: the answers to this are larger than an Ethernet packet.
func TestLargeMessages(t *testing.T) {
	d := newDesk(t)
	p := newPeer(t, d.at)
	route := fmt.Sprintf("Record-Route: <sip:%s;lr;p=%s>\n", p.me(), strings.Repeat("x", 200))
	id := p.invite(d, strings.Repeat(route, 20), voiceAt(10000, ""))
	if err := d.Reject(id); err != nil {
		t.Fatal(err)
	}
	wantEnd(d, id, phone.RejectedHere)
}

func TestTooManyCalls(t *testing.T) {
	d := newDesk(t)
	for range maxCalls {
		newPeer(t, d.at).invite(d, "", "")
	}
	p := newPeer(t, d.at)
	p.request("INVITE", "", "", "")
	p.response("INVITE", 486)
}

func TestRecordRouteIsFollowed(t *testing.T) {
	d := newDesk(t)
	proxy, p := newPeer(t, d.at), newPeer(t, d.at)
	id := p.invite(d, fmt.Sprintf("Record-Route: <sip:%s;lr>, <sip:far.example;lr>\n", proxy.me()), voiceAt(10000, ""))
	p.answeredBy(d, id)
	p.response("INVITE", 200)
	p.request("ACK", "", "", "")
	expect[phone.MediaChanged](d.recorder, nil)
	if err := d.Hangup(id); err != nil {
		t.Fatal(err)
	}
	bye := proxy.asked("BYE")
	if got := bye.Recipient.String(); got != "sip:peer@"+p.me() {
		t.Errorf("BYE is for %s", got)
	}
	var routes []string
	for _, h := range bye.GetHeaders("route") {
		routes = append(routes, h.Value())
	}
	if got := strings.Join(routes, " "); got != fmt.Sprintf("<sip:%s;lr> <sip:far.example;lr>", proxy.me()) {
		t.Errorf("routes are %s", got)
	}
	proxy.reply(bye, 200, "", "", "", "")
}

func TestStrictRouter(t *testing.T) {
	d := newDesk(t)
	proxy, p := newPeer(t, d.at), newPeer(t, d.at)
	id := p.invite(d, fmt.Sprintf("Record-Route: <sip:%s>\n", proxy.me()), voiceAt(10000, ""))
	p.answeredBy(d, id)
	p.response("INVITE", 200)
	p.request("ACK", "", "", "")
	expect[phone.MediaChanged](d.recorder, nil)
	if err := d.Hangup(id); err != nil {
		t.Fatal(err)
	}
	bye := proxy.asked("BYE")
	if got := bye.Recipient.String(); got != "sip:"+proxy.me() {
		t.Errorf("BYE is for %s", got)
	}
	if h := bye.Route(); h == nil || h.Address.String() != "sip:peer@"+p.me() {
		t.Errorf("route is %v", h)
	}
	proxy.reply(bye, 200, "", "", "", "")
}
