package sipua

import (
	"fmt"
	"strings"
	"testing"

	"github.com/emiago/sipgo/sip"

	"permanence/phone"
)

// refers has the peer refer the desk to an address, and gives the new call.
func (p *peer) refers(d *desk, id phone.CallID, to, more string) phone.CallReferred {
	p.t.Helper()
	p.request("REFER", "Refer-To: "+to+"\n"+more, "", "")
	p.response("REFER", 202)
	e := expect[phone.CallReferred](d.recorder, nil)
	if e.Call != id || e.New == id || e.New == "" || e.Line != "direct" {
		p.t.Errorf("told %+v", e)
	}
	return e
}

// toldStatus waits for a NOTIFY of a REFER, answers it, and checks its news.
func (p *peer) toldStatus(status int, over bool) {
	p.t.Helper()
	n := p.asked("NOTIFY")
	p.reply(n, 200, "", "", "", "")
	if got, _ := statusIn(n.Body()); got != status {
		p.t.Errorf("told %q, want %d", n.Body(), status)
	}
	if got := subscriptionOver(n); got != over {
		p.t.Errorf("Subscription-State is %v", n.GetHeader("subscription-state"))
	}
	if name, id := eventOf(n); name != "refer" || int(id) != p.referSeq(n) {
		p.t.Errorf("Event is %v", n.GetHeader("event"))
	}
	if kind, _ := contentType(n); kind != "message/sipfrag" {
		p.t.Errorf("Content-Type is %s", kind)
	}
}

// referSeq is the CSeq of the peer's last REFER: nothing was sent since.
func (p *peer) referSeq(sip.Message) int { return p.seq }

func TestReferred(t *testing.T) {
	d := newDesk(t)
	p, third := newPeer(t, d.at), newPeer(t, d.at)
	id, _ := p.talk(d, "", voiceAt(10000, ""))
	e := p.refers(d, id, fmt.Sprintf("\"Third\" <sip:0561123456@%s;method=INVITE?Subject=x&X-Evil=y>", third.me()), "Referred-By: <sip:boss@pbx>\n")
	if e.Target.Number != "+33561123456" {
		t.Errorf("target is %+v", e.Target)
	}
	p.toldStatus(100, false)
	invite := third.asked("INVITE")
	if got := invite.Recipient.String(); got != "sip:0561123456@"+third.me() {
		t.Errorf("calls %s", got)
	}
	if h := invite.GetHeader("referred-by"); h == nil || h.Value() != "<sip:boss@pbx>" {
		t.Errorf("Referred-By is %v", h)
	}
	if invite.CallID().Value() == p.id || invite.GetHeader("replaces") != nil || invite.GetHeader("x-evil") != nil {
		t.Errorf("the new call is\n%s", invite)
	}
	third.reply(invite, 180, "a", "", "", "")
	p.toldStatus(180, false)
	third.reply(invite, 200, "a", "", sdpType, voiceAt(10002, ""))
	third.asked("ACK")
	p.toldStatus(200, true)
	expect(d.recorder, func(a phone.CallAnswered) bool { return a.Call == e.New })
	p.request("BYE", "", "", "")
	p.response("BYE", 200)
	wantEnd(d, id, phone.HungUpThere)
	hangUp(t, d, third, e.New)
}

func TestReferredToSomebodysPlace(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	p, third := newPeer(t, d.at), newPeer(t, d.at)
	id, _ := p.talk(d, "", voiceAt(10000, ""))
	e := p.refers(d, id, fmt.Sprintf("<sip:third@%s?Replaces=a%%40b%%3Bfrom-tag%%3Df%%3Bto-tag%%3Dt>", third.me()), "")
	invite := third.asked("INVITE")
	if got := invite.Recipient.String(); got != "sip:third@"+third.me() {
		t.Errorf("calls %s", got)
	}
	if h := invite.GetHeader("replaces"); h == nil || h.Value() != "a@b;to-tag=t;from-tag=f" {
		t.Errorf("Replaces is %v", h)
	}
	third.reply(invite, 486, "a", "", "", "")
	third.asked("ACK")
	wantEnd(d, e.New, phone.Busy)
	p.toldStatus(100, false)
	p.toldStatus(486, true)
	again := p.refers(d, id, "<sip:third@"+third.me()+">", "") // the first is over
	p.toldStatus(100, false)
	third.asked("INVITE")
	if err := d.Hangup(again.New); err != nil {
		t.Fatal(err)
	}
	wantEnd(d, again.New, phone.HungUpHere)
	p.toldStatus(487, true)
	hangUp(t, d, p, id)
}

// TestReferredWithoutNews: norefersub (RFC 4488), and a peer that wants no more.
func TestReferredWithoutNews(t *testing.T) {
	d := newDesk(t)
	p, third := newPeer(t, d.at), newPeer(t, d.at)
	id, _ := p.talk(d, "", voiceAt(10000, ""))
	p.request("REFER", "Refer-To: <sip:third@"+third.me()+">\nRefer-Sub: false\nRequire: norefersub\n", "", "")
	if h := p.response("REFER", 202).GetHeader("refer-sub"); h == nil || h.Value() != "false" {
		t.Errorf("Refer-Sub is %v", h)
	}
	third.reply(third.asked("INVITE"), 486, "a", "", "", "")
	third.asked("ACK")
	wantEnd(d, expect[phone.CallReferred](d.recorder, nil).New, phone.Busy)
	e := p.refers(d, id, "<sip:third@"+third.me()+">", "")
	p.reply(p.asked("NOTIFY"), 481, "", "", "", "")
	third.reply(third.asked("INVITE"), 486, "b", "", "", "")
	third.asked("ACK")
	wantEnd(d, e.New, phone.Busy)
	hangUp(t, d, p, id) // nothing but a BYE is asked
	for _, m := range p.held {
		if r, ok := m.(*sip.Request); ok && r.Method == sip.NOTIFY {
			t.Errorf("told %q", r.Body())
		}
	}
}

func TestReferRefused(t *testing.T) {
	d := newDesk(t)
	setLines(t, d.Agent, phone.Line{ID: "direct", Direct: true, Bind: "127.0.0.1:0", User: "desk", Domain: "127.0.0.1:9"})
	p := newPeer(t, d.at)
	id, _ := p.talk(d, "", voiceAt(10000, ""))
	for to, status := range map[string]int{
		"<http://evil>": 603, "<mailto:a@b>": 603, "<sip:15@127.0.0.1:9>": 603, "<tel:112>": 603,
		"<sip:%31%31%32@127.0.0.1:9>": 603, "<sip:3949@127.0.0.1:9>": 603, "tel:118218": 603, "<sip:0892123456@127.0.0.1:9>": 603,
		"<tel:+33892123456>": 603, "<sip:+8835100000000@127.0.0.1:9>": 603, "<tel:+44-20-7946-0018>": 603, "<sip:x@127.0.0.1:9;method=BYE>": 603,
		"": 400, "<sip:>": 400, "<tel:nobody>": 400, "<sip:x@127.0.0.1:9>\nRefer-To: <sip:y@127.0.0.1:9>": 400,
		"<sip:x@127.0.0.1:9?Replaces=a>": 400, "<sip:x@127.0.0.1:9?Replaces=a%0D%0AX:y%3Bto-tag%3D1%3Bfrom-tag%3D2>": 400,
	} {
		p.request("REFER", "Refer-To: "+to+"\n", "", "")
		res := p.next("an answer", func(m sip.Message) bool { r, ok := m.(*sip.Response); return ok && r.CSeq().MethodName == sip.REFER })
		if got := res.(*sip.Response).StatusCode; got != status {
			t.Errorf("%s is answered %d, want %d", to, got, status)
		}
	}
	p.request("REFER", "", "", "")
	p.response("REFER", 400)
	q := newPeer(t, d.at)
	q.request("REFER", "Refer-To: <sip:x@127.0.0.1:9>\n", "", "")
	q.response("REFER", 603) // outside of any call
	r := newPeer(t, d.at)
	ringing := r.invite(d, "", voiceAt(10002, ""))
	r.request("REFER", "Refer-To: <sip:x@127.0.0.1:9>\n", "", "")
	r.response("REFER", 603)
	for _, e := range d.all() {
		if _, ok := e.(phone.CallReferred); ok {
			t.Errorf("told %+v", e)
		}
	}
	first := p.refers(d, id, "<sip:x@"+q.me()+">", "")
	p.request("REFER", "Refer-To: <sip:y@"+q.me()+">\n", "", "")
	p.response("REFER", 603) // one at a time
	p.reply(p.asked("NOTIFY"), 200, "", "", "", "")
	for _, id := range []phone.CallID{ringing, first.New} {
		if err := d.Hangup(id); err != nil {
			t.Error(err)
		}
	}
	q.reply(q.asked("INVITE"), 487, "a", "", "", "")
	q.asked("ACK")
	p.reply(p.asked("NOTIFY"), 200, "", "", "", "")
	hangUp(t, d, p, id)
}

// replacing calls the desk to take the place of another call.
func (p *peer) replacing(res *sip.Response, of *peer, more, body string) {
	p.t.Helper()
	kind := sdpType
	if body == "" {
		kind = ""
	}
	p.request("INVITE", fmt.Sprintf("Replaces: %s;to-tag=%s;from-tag=%s%s\n", of.id, tagOf(res.To().Params), of.tag, more), kind, body)
}

func TestReplaced(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		held  bool
		offer bool
	}{"talking": {offer: true}, "held": {held: true, offer: true}, "held, late offer": {held: true}} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			p, e := newPeer(t, d.at), newEar(t)
			third, ear := newPeer(t, d.at), newEar(t)
			id, res := p.talk(d, "", voiceAt(e.port(), ""))
			if c.held {
				p.heldBy(d, id, e)
			}
			body := ""
			if c.offer {
				body = voiceAt(ear.port(), "")
			}
			third.replacing(res, p, "", body)
			ok := third.response("INVITE", 200)
			third.to = ok.To().Value()
			want := phone.FlowBoth
			if c.held {
				want = phone.FlowSend
			}
			if got := described(t, ok).flow; got != want {
				t.Errorf("answered %s", got)
			}
			if c.offer {
				third.request("ACK", "", "", "")
			} else {
				third.request("ACK", "", sdpType, voiceAt(ear.port(), "a=recvonly\n"))
			}
			r := expect[phone.CallReplaced](d.recorder, nil)
			if r.Call != id || r.New == id || r.Invite.Caller.Number != "+33612345678" || len(r.Invite.Raw) == 0 {
				t.Errorf("told %+v", r)
			}
			p.reply(p.asked("BYE"), 200, "", "", "", "")
			if c.held {
				heldThird(t, d, third, ear, r.New, c.offer)
			} else {
				ear.until(loud)
			}
			for _, e := range d.all() {
				if _, ok := e.(phone.CallArrived); ok && e.(phone.CallArrived).Call != id {
					t.Error("a call that takes another's place rang")
				}
			}
			hangUp(t, d, third, r.New)
		})
	}
}

// heldThird checks that who took a held call's place is held too.
func heldThird(t *testing.T, d *desk, third *peer, ear *ear, id phone.CallID, agreed bool) {
	t.Helper()
	if !agreed { // our late offer said so; a re-INVITE makes sure
		third.reply(third.asked("INVITE"), 200, "", "", sdpType, voiceAt(ear.port(), "a=recvonly\n"))
		third.asked("ACK")
	}
	expect(d.recorder, func(h phone.HoldChanged) bool { return h.Call == id && h.Here })
	for range 10 {
		if loud(ear.packet(0)) {
			t.Fatal("a held caller heard the room")
		}
	}
}

func TestReplacesRefused(t *testing.T) {
	d := newDesk(t)
	p, early := newPeer(t, d.at), newPeer(t, d.at)
	id, res := p.talk(d, "", voiceAt(10000, ""))
	ringing := early.invite(d, "", voiceAt(10002, ""))
	ours := tagOf(res.To().Params)
	_, earlyTag, _ := strings.Cut(early.to, "tag=")
	for name, c := range map[string]struct {
		replaces string
		status   int
	}{
		"nothing":        {"", 400},
		"no tags":        {p.id, 400},
		"one tag":        {p.id + ";to-tag=" + ours, 400},
		"a tag twice":    {fmt.Sprintf("%s;to-tag=%s;to-tag=%s;from-tag=%s", p.id, ours, ours, p.tag), 400},
		"two":            {fmt.Sprintf("%s;to-tag=%s;from-tag=%s\nReplaces: a;to-tag=b;from-tag=c", p.id, ours, p.tag), 400},
		"another call":   {fmt.Sprintf("x%s;to-tag=%s;from-tag=%s", p.id, ours, p.tag), 481},
		"a wrong to":     {fmt.Sprintf("%s;to-tag=x%s;from-tag=%s", p.id, ours, p.tag), 481},
		"a wrong from":   {fmt.Sprintf("%s;to-tag=%s;from-tag=x%s", p.id, ours, p.tag), 481},
		"tags exchanged": {fmt.Sprintf("%s;to-tag=%s;from-tag=%s", p.id, p.tag, ours), 481},
		"early-only":     {fmt.Sprintf("%s;to-tag=%s;from-tag=%s;early-only", p.id, ours, p.tag), 486},
		"it rings":       {fmt.Sprintf("%s;to-tag=%s;from-tag=%s", early.id, earlyTag, early.tag), 481},
	} {
		t.Run(name, func(t *testing.T) {
			third := newPeer(t, d.at)
			branch := third.request("INVITE", "Replaces: "+c.replaces+"\n", sdpType, voiceAt(10004, ""))
			third.to = third.response("INVITE", c.status).To().Value()
			third.requestAs("ACK", branch, "", "", "")
		})
	}
	if err := d.Reject(ringing); err != nil {
		t.Fatal(err)
	}
	hangUp(t, d, p, id)
	for _, e := range d.all() {
		if r, ok := e.(phone.CallReplaced); ok {
			t.Errorf("told %+v", r)
		}
	}
}

// TestReplacesTooLate: the desk has hung up, and waits for the answer to its BYE.
func TestReplacesTooLate(t *testing.T) {
	d := newDesk(t)
	p, third := newPeer(t, d.at), newPeer(t, d.at)
	id, res := p.talk(d, "", voiceAt(10000, ""))
	if err := d.Hangup(id); err != nil {
		t.Fatal(err)
	}
	bye := p.asked("BYE")
	third.replacing(res, p, "", voiceAt(10002, ""))
	third.response("INVITE", 603)
	p.reply(bye, 200, "", "", "", "")
}
