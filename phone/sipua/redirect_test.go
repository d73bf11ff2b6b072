package sipua

import (
	"fmt"
	"strings"
	"testing"

	"github.com/emiago/sipgo/sip"

	"permanence/phone"
)

func TestRedirect(t *testing.T) {
	d := newDesk(t)
	p := newPeer(t, d.at)
	id := p.invite(d, "", voiceAt(10000, ""))
	if err := d.Redirect(id, "0612345678"); err == nil {
		t.Error("a number was dialled on a line without a domain")
	}
	if err := d.Redirect(id, "sip:partner@127.0.0.1:9?X=y"); err != nil {
		t.Fatal(err)
	}
	res := p.response("INVITE", 302)
	if got := res.Contact().Value(); got != "<sip:partner@127.0.0.1:9>" {
		t.Errorf("sent on to %s", got)
	}
	if h := res.GetHeader("diversion"); h == nil || !strings.HasPrefix(h.Value(), "<sip:desk@127.0.0.1") {
		t.Errorf("Diversion is %v", h)
	}
	if e := wantEnd(d, id, phone.Forwarded); e.Cause.Missed() {
		t.Error("told as missed")
	}
}

// sendsOn refuses an INVITE with Contacts, and takes the ACK.
func (p *peer) sendsOn(invite *sip.Request, status int, contacts string) {
	p.t.Helper()
	p.replyTo(invite, status, contacts)
	p.asked("ACK")
}

// replyTo is a refusal with Contacts of its own.
func (p *peer) replyTo(req *sip.Request, status int, contacts string) {
	p.t.Helper()
	more := ""
	for _, name := range []string{"via", "from", "call-id", "cseq"} {
		for _, h := range req.GetHeaders(name) {
			more += h.String() + "\n"
		}
	}
	if contacts != "" {
		more += "Contact: " + contacts + "\n"
	}
	p.raw(crlf(fmt.Sprintf("SIP/2.0 %d %s\n%s%s;tag=a\nDiversion: <sip:who@sent>;reason=away\nContent-Length: 0\n\n",
		status, phrase(status), more, req.To().String())))
}

// TestRedirected follows Contacts by preference, and takes along who diverted.
func TestRedirected(t *testing.T) {
	d := newDesk(t)
	p, last, best := newPeer(t, d.at), newPeer(t, d.at), newPeer(t, d.at)
	id, invite := p.called(d)
	p.sendsOn(invite, 300, fmt.Sprintf("<sip:last@%s>;q=0.1, <sip:best@%s;method=INVITE?X-Evil=y>;q=0.9, <mailto:a@b>, <sip:3949@127.0.0.1:9>, <sip:112@127.0.0.1:9>;q=1", last.me(), best.me()))
	next := best.asked("INVITE")
	if got := next.Recipient.String(); got != "sip:best@"+best.me() {
		t.Errorf("calls %s", got)
	}
	if next.CallID().Value() != invite.CallID().Value() || next.CSeq().SeqNo <= invite.CSeq().SeqNo || next.Via().Value() == invite.Via().Value() {
		t.Error("it is not the same call in a new transaction")
	}
	if h := next.GetHeaders("diversion"); len(h) != 1 || h[0].Value() != "<sip:who@sent>;reason=away" {
		t.Errorf("Diversion is %v", h)
	}
	best.sendsOn(next, 486, "")
	next = last.asked("INVITE")
	last.reply(next, 180, "b", "", "", "")
	expect[phone.CallRinging](d.recorder, nil)
	last.reply(next, 200, "b", "", sdpType, voiceAt(10000, ""))
	last.asked("ACK")
	expect[phone.CallAnswered](d.recorder, nil)
	hangUp(t, d, last, id)
}

func TestRedirectedInCircles(t *testing.T) {
	d := newDesk(t)
	p := newPeer(t, d.at)
	id, invite := p.called(d)
	for i := range maxRedirects {
		p.sendsOn(invite, 302, fmt.Sprintf("<sip:peer%d@%s>, <sip:peer@%s>", i, p.me(), p.me()))
		invite = p.asked("INVITE")
	}
	p.sendsOn(invite, 302, fmt.Sprintf("<sip:another@%s>", p.me()))
	if e := wantEnd(d, id, phone.Failed); e.Status != 302 {
		t.Errorf("ended %+v", e)
	}
}

func TestRedirectedAndRefused(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		want   phone.EndCause
	}{"the last refuses": {404, phone.UnknownNumber}, "one speaks for all": {603, phone.Declined}} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			p := newPeer(t, d.at)
			id, invite := p.called(d)
			p.sendsOn(invite, 302, fmt.Sprintf("<sip:next@%s>", p.me()))
			p.sendsOn(p.asked("INVITE"), c.status, "")
			wantEnd(d, id, c.want)
		})
	}
}

func TestRedirectedAfterHangingUp(t *testing.T) {
	d := newDesk(t)
	p := newPeer(t, d.at)
	id, invite := p.called(d)
	if err := d.Hangup(id); err != nil {
		t.Fatal(err)
	}
	wantEnd(d, id, phone.HungUpHere)
	p.sendsOn(invite, 302, fmt.Sprintf("<sip:next@%s>", p.me()))
	p.request("OPTIONS", "", "", "")
	p.response("OPTIONS", 200)
	for _, m := range p.held {
		if r, ok := m.(*sip.Request); ok && r.Method == sip.INVITE {
			t.Error("called somebody else though the operator has hung up")
		}
	}
}

// TestEmergencyIsSentOnToAnEmergencyNumber: only such a call may be.
func TestEmergencyIsSentOnToAnEmergencyNumber(t *testing.T) {
	d := newDesk(t)
	p := newPeer(t, d.at)
	setLines(t, d.Agent, phone.Line{ID: "direct", Direct: true, Bind: "127.0.0.1:0", User: "desk", Domain: p.me()})
	if err := d.Dial("x", "direct", phone.Outbound{Target: "112"}); err != nil {
		t.Fatal(err)
	}
	p.sendsOn(p.asked("INVITE"), 302, fmt.Sprintf("<sip:15@%s>", p.me()))
	next := p.asked("INVITE")
	if next.Recipient.User != "15" {
		t.Errorf("calls %s", next.Recipient.String())
	}
	p.sendsOn(next, 486, "")
	wantEnd(d, "x", phone.Busy)
}
