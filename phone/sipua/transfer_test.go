package sipua

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"

	"permanence/phone"
)

// asked to transfer, has the desk transfer a call to a number, and gives the REFER.
func (p *peer) askedToRefer(d *desk, id phone.CallID, target string) *sip.Request {
	p.t.Helper()
	if err := d.Transfer(id, target); err != nil {
		p.t.Fatal(err)
	}
	return p.asked("REFER")
}

// news tells the desk of a transfer, as a NOTIFY with more headers and a body.
func (p *peer) news(more, body string) {
	p.t.Helper()
	p.request("NOTIFY", more, "message/sipfrag;version=2.0", body)
	p.response("NOTIFY", 200)
}

const (
	ofRefer = "Event: refer\n"
	going   = ofRefer + "Subscription-State: active;expires=60\n"
	over    = ofRefer + "Subscription-State: terminated;reason=noresource\n"
)

func wantStep(d *desk, id phone.CallID, step phone.TransferStep, status int) {
	d.t.Helper()
	e := expect[phone.TransferProgressed](d.recorder, nil)
	if e.Call != id || e.Step != step || e.Status != status {
		d.t.Errorf("told %+v, want %s %d", e, step, status)
	}
}

func TestTransfer(t *testing.T) {
	d := newDesk(t)
	p := newPeer(t, d.at)
	id, _ := p.talk(d, "", voiceAt(10000, ""))
	refer := p.askedToRefer(d, id, "sip:third@127.0.0.1:9?Replaces=evil")
	if got := refer.GetHeader("refer-to").Value(); got != "<sip:third@127.0.0.1:9>" {
		t.Errorf("Refer-To is %s", got)
	}
	if h := refer.GetHeader("referred-by"); h == nil || !strings.HasPrefix(h.Value(), "<sip:desk@") {
		t.Errorf("Referred-By is %v", h)
	}
	if err := d.Transfer(id, "sip:x@127.0.0.1:9"); err != phone.ErrWrongState {
		t.Errorf("a second transfer beside the first: %v", err)
	}
	p.reply(refer, 202, "", "", "", "")
	wantStep(d, id, phone.TransferAsked, 0)
	p.news(going, "SIP/2.0 100 Trying")
	p.news(going, "SIP/2.0 180 Ringing\r\n")
	wantStep(d, id, phone.TransferRinging, 180)
	p.news(over, "SIP/2.0 200 OK\r\n")
	wantStep(d, id, phone.TransferDone, 200)
	wantEnd(d, id, phone.Transferred)
	p.reply(p.asked("BYE"), 200, "", "", "", "")
	if n := len(steps(d)); n != 3 {
		t.Errorf("%d steps told, want 3", n)
	}
}

func steps(d *desk) []phone.TransferProgressed {
	var all []phone.TransferProgressed
	for _, e := range d.all() {
		if s, ok := e.(phone.TransferProgressed); ok {
			all = append(all, s)
		}
	}
	return all
}

// TestTransferNews plays what peers tell of a transfer, in and out of order.
func TestTransferNews(t *testing.T) {
	t.Parallel()
	type news struct{ more, body string }
	for name, c := range map[string]struct {
		told []news
		bye  bool
		want phone.EndCause // "" when the call goes on
		last int            // status of the last step
	}{
		"busy":                      {told: []news{{going, "SIP/2.0 100 Trying"}, {over, "SIP/2.0 486 Busy Here"}}, last: 486},
		"200 before 100":            {told: []news{{over, "SIP/2.0 200 OK"}, {going, "SIP/2.0 100 Trying"}}, want: phone.Transferred, last: 200},
		"100 after a refusal":       {told: []news{{over, "SIP/2.0 603 Decline"}, {going, "SIP/2.0 100 Trying"}, {over, "SIP/2.0 200 OK"}}, last: 603},
		"no Subscription-State":     {told: []news{{ofRefer, "SIP/2.0 200 OK"}}, want: phone.Transferred, last: 200},
		"no Event":                  {told: []news{{"", "sip/2.0 200"}}, want: phone.Transferred, last: 200},
		"garbage, then done":        {told: []news{{going, "\x00\xff SIP"}, {going, "SIP/2.0 2000 x"}, {over, "SIP/2.0 200 OK"}}, want: phone.Transferred, last: 200},
		"over, and nothing told":    {told: []news{{going, "SIP/2.0 100 Trying"}, {over, ""}}},
		"over, and hung up":         {told: []news{{over, ""}}, bye: true, want: phone.Transferred},
		"hung up at once":           {bye: true, want: phone.Transferred},
		"hung up while it rang":     {told: []news{{going, "SIP/2.0 180 Ringing"}}, bye: true, want: phone.HungUpThere, last: 180},
		"100 after 180":             {told: []news{{going, "SIP/2.0 180 Ringing"}, {going, "SIP/2.0 100 Trying"}, {going, "SIP/2.0 183 Session Progress"}, {over, "SIP/2.0 200 OK"}}, want: phone.Transferred, last: 200},
		"another id":                {told: []news{{"Event: refer;id=1\n", "SIP/2.0 486 Busy Here"}, {over, "SIP/2.0 200 OK"}}, want: phone.Transferred, last: 200},
		"long-winded and forbidden": {told: []news{{over, "SIP/2.0 403 " + strings.Repeat("no\x1b[2J", 999)}}, last: 403},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			if c.bye {
				d.parted = patience
			}
			p := newPeer(t, d.at)
			id, _ := p.talk(d, "", voiceAt(10000, ""))
			p.reply(p.askedToRefer(d, id, "sip:third@127.0.0.1:9"), 202, "", "", "", "")
			wantStep(d, id, phone.TransferAsked, 0)
			for _, n := range c.told {
				p.news(n.more, n.body)
			}
			if c.bye {
				p.request("BYE", "", "", "")
				p.response("BYE", 200)
			}
			if c.want != "" && !c.bye {
				p.reply(p.asked("BYE"), 200, "", "", "", "")
			}
			if c.want == "" {
				expect(d.recorder, func(e phone.TransferProgressed) bool { return e.Step == phone.TransferFailed })
				hangUp(t, d, p, id)
			} else {
				wantEnd(d, id, c.want)
			}
			all := steps(d)
			for i := range all {
				if slices.ContainsFunc(all[:i], func(e phone.TransferProgressed) bool { return e.Step == all[i].Step }) {
					t.Errorf("%q told twice", all[i].Step)
				}
			}
			if last := all[len(all)-1]; last.Status != c.last || len(last.Detail) > maxName || strings.Contains(last.Detail, "\x1b") {
				t.Errorf("last told %+v, want status %d", last, c.last)
			}
		})
	}
}

// TestTransferRefused: whoever cannot or will not transfer keeps the call.
func TestTransferRefused(t *testing.T) {
	for _, status := range []int{403, 405, 420, 501, 603} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			d := newDesk(t)
			p := newPeer(t, d.at)
			id, _ := p.talk(d, "", voiceAt(10000, ""))
			p.reply(p.askedToRefer(d, id, "sip:third@127.0.0.1:9"), status, "", "", "", "")
			wantStep(d, id, phone.TransferFailed, status)
			p.reply(p.askedToRefer(d, id, "sip:fourth@127.0.0.1:9"), 202, "", "", "", "") // may be tried again
			wantStep(d, id, phone.TransferAsked, 0)
			hangUp(t, d, p, id)
		})
	}
}

func TestTransferWithoutAWord(t *testing.T) {
	d := newDesk(t, func(c *Config) { c.TransferTimeout = 100 * time.Millisecond })
	p := newPeer(t, d.at)
	id, _ := p.talk(d, "", voiceAt(10000, ""))
	p.reply(p.askedToRefer(d, id, "sip:third@127.0.0.1:9"), 202, "", "", "", "")
	wantStep(d, id, phone.TransferAsked, 0)
	wantStep(d, id, phone.TransferFailed, 0)
	p.news(over, "SIP/2.0 200 OK") // too late
	hangUp(t, d, p, id)
}

func TestSecondTransferIsToldFromTheFirst(t *testing.T) {
	d := newDesk(t)
	p := newPeer(t, d.at)
	id, _ := p.talk(d, "", voiceAt(10000, ""))
	event := func(refer *sip.Request) string { return fmt.Sprintf("Event: refer;id=%d\n", refer.CSeq().SeqNo) }
	first := p.askedToRefer(d, id, "sip:third@127.0.0.1:9")
	p.reply(first, 202, "", "", "", "")
	p.news(event(first), "SIP/2.0 486 Busy Here")
	expect(d.recorder, func(e phone.TransferProgressed) bool { return e.Step == phone.TransferFailed })
	second := p.askedToRefer(d, id, "sip:fourth@127.0.0.1:9")
	p.news(event(second), "SIP/2.0 180 Ringing") // faster than the 202
	p.reply(second, 202, "", "", "", "")
	p.news(event(first), "SIP/2.0 503 Service Unavailable")
	p.news(ofRefer, "SIP/2.0 500 Server Internal Error")
	p.news(event(second), "SIP/2.0 200 OK")
	wantEnd(d, id, phone.Transferred)
	p.reply(p.asked("BYE"), 200, "", "", "", "")
}

func TestTransferIsTakenBack(t *testing.T) {
	for name, held := range map[string]bool{"held": true, "not held": false} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			p, e := newPeer(t, d.at), newEar(t)
			id, _ := p.talk(d, "", voiceAt(e.port(), ""))
			if held {
				p.heldBy(d, id, e)
			}
			p.reply(p.askedToRefer(d, id, "sip:third@127.0.0.1:9"), 202, "", "", "", "")
			wantStep(d, id, phone.TransferAsked, 0)
			if err := d.Resume(id); err != nil {
				t.Fatal(err)
			}
			wantStep(d, id, phone.TransferFailed, 487)
			if held {
				p.reply(p.asked("INVITE"), 200, "", "", sdpType, voiceAt(e.port(), ""))
				p.asked("ACK")
			}
			p.news(over, "SIP/2.0 200 OK") // nobody waits for this any more
			e.until(loud)
			hangUp(t, d, p, id)
		})
	}
}

// heldBy has the desk hold the call, and agrees.
func (p *peer) heldBy(d *desk, id phone.CallID, e *ear) {
	p.t.Helper()
	if err := d.Hold(id); err != nil {
		p.t.Fatal(err)
	}
	p.reply(p.asked("INVITE"), 200, "", "", sdpType, voiceAt(e.port(), "a=recvonly\n"))
	p.asked("ACK")
	expect(d.recorder, func(e phone.HoldChanged) bool { return e.Here })
	e.catchUp()
}

func TestFailedTransferLeavesTheCallHeld(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	p, e := newPeer(t, d.at), newEar(t)
	id, _ := p.talk(d, "", voiceAt(e.port(), ""))
	p.heldBy(d, id, e)
	p.reply(p.askedToRefer(d, id, "sip:third@127.0.0.1:9"), 202, "", "", "", "")
	p.news(over, "SIP/2.0 404 Not Found")
	expect(d.recorder, func(e phone.TransferProgressed) bool { return e.Step == phone.TransferFailed })
	if err := d.Hold(id); err != phone.ErrWrongState {
		t.Errorf("the call is not held any more: %v", err)
	}
	for range 10 {
		if loud(e.packet(0)) {
			t.Fatal("the caller heard the room")
		}
	}
	hangUp(t, d, p, id)
}

func TestNotifyNobodyAskedFor(t *testing.T) {
	d := newDesk(t)
	p := newPeer(t, d.at)
	id, _ := p.talk(d, "", voiceAt(10000, ""))
	p.request("NOTIFY", over, "message/sipfrag", "SIP/2.0 200 OK")
	p.response("NOTIFY", 481)
	p.request("NOTIFY", "Event: presence\n", "", "")
	if known := tokens(p.response("NOTIFY", 489), "allow-events"); !slices.Contains(known, "refer") {
		t.Errorf("Allow-Events is %v", known)
	}
	hangUp(t, d, p, id)
}

// consulting is a caller who waits while another is consulted. Both say more in
// what opens their dialogs.
func consulting(t *testing.T, d *desk, callerSays, consultedSays string) (caller, consulted *peer, id, with phone.CallID) {
	t.Helper()
	caller, consulted = newPeer(t, d.at), newPeer(t, d.at)
	id, _ = caller.talk(d, callerSays, voiceAt(10000, ""))
	with, invite := consulted.called(d)
	consulted.reply(invite, 200, "theirtag", consultedSays, sdpType, voiceAt(10002, ""))
	consulted.asked("ACK")
	expect(d.recorder, func(e phone.CallAnswered) bool { return e.Call == with })
	consulted.to = invite.From().Value()
	consulted.tag, consulted.id = "theirtag", invite.CallID().Value()
	return caller, consulted, id, with
}

// connected is an attended transfer that has begun: caller is asked to take the
// place of the consulted.
func connected(t *testing.T, d *desk) (caller, consulted *peer, id, with phone.CallID, refer *sip.Request) {
	t.Helper()
	caller, consulted, id, with = consulting(t, d, "", "Supported: timer, replaces\n")
	if err := d.Connect(id, with); err != nil {
		t.Fatal(err)
	}
	refer = caller.asked("REFER")
	_, tag, _ := strings.Cut(consulted.to, ";tag=")
	want := fmt.Sprintf("<sip:peer@%s?Replaces=%s>", consulted.me(),
		escaped(fmt.Sprintf("%s;to-tag=theirtag;from-tag=%s", consulted.id, tag)))
	if got := refer.GetHeader("refer-to").Value(); got != want {
		t.Errorf("Refer-To is %s\nwant        %s", got, want)
	}
	return caller, consulted, id, with, refer
}

// Who says that it knows no Replaces is not asked: the third would ring once more.
func TestConnectWithoutReplaces(t *testing.T) {
	for name, says := range map[string]struct{ caller, consulted string }{
		"the caller":    {"Supported:\n", "Supported: replaces\n"},
		"the consulted": {"k: replaces\n", "Supported: timer\n"},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			caller, consulted, id, with := consulting(t, d, says.caller, says.consulted)
			for range 2 { // nothing is left of the first try
				eventually(t, func() bool { return d.Connect(id, with) == nil })
				wantStep(d, id, phone.TransferFailed, sip.StatusBadExtension)
			}
			hangUp(t, d, caller, id)
			hangUp(t, d, consulted, with)
		})
	}
}

func TestConnect(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ placeFirst, silent, stays bool }{
		"told first":                   {},
		"the place is taken first":     {placeFirst: true},
		"nothing is told":              {placeFirst: true, silent: true},
		"the consulted does not leave": {stays: true},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			caller, consulted, id, with, refer := connected(t, d)
			caller.reply(refer, 202, "", "", "", "")
			wantStep(d, id, phone.TransferAsked, 0)
			leave := func() {
				consulted.request("BYE", "", "", "")
				consulted.response("BYE", 200)
			}
			if c.placeFirst {
				leave()
				wantEnd(d, with, phone.Transferred)
			}
			if c.silent {
				caller.request("BYE", "", "", "")
				caller.response("BYE", 200)
			} else {
				caller.news(over, "SIP/2.0 200 OK")
				caller.reply(caller.asked("BYE"), 200, "", "", "", "")
			}
			wantEnd(d, id, phone.Transferred)
			switch {
			case c.stays:
				consulted.reply(consulted.asked("BYE"), 200, "", "", "", "")
			case !c.placeFirst:
				leave()
			}
			if !c.placeFirst {
				wantEnd(d, with, phone.Transferred)
			}
		})
	}
}

func TestConnectFails(t *testing.T) {
	d := newDesk(t)
	caller, consulted, id, with, refer := connected(t, d)
	if err := d.Transfer(with, "sip:x@127.0.0.1:9"); err != phone.ErrWrongState {
		t.Errorf("transfer of a call that is being connected: %v", err)
	}
	caller.reply(refer, 202, "", "", "", "")
	caller.news(over, "SIP/2.0 603 Decline")
	expect(d.recorder, func(e phone.TransferProgressed) bool { return e.Step == phone.TransferFailed && e.Status == 603 })
	eventually(t, func() bool { return d.Connect(id, with) == nil }) // may be tried again
	caller.reply(caller.asked("REFER"), 501, "", "", "", "")
	expect(d.recorder, func(e phone.TransferProgressed) bool { return e.Step == phone.TransferFailed && e.Status == 501 })
	consulted.request("BYE", "", "", "") // an ordinary end again
	wantEnd(d, with, phone.HungUpThere)
	hangUp(t, d, caller, id)
}

func TestTransferOutOfPlace(t *testing.T) {
	d := newDesk(t)
	p := newPeer(t, d.at)
	ringing := p.invite(d, "", voiceAt(10000, ""))
	q := newPeer(t, d.at)
	id, _ := q.talk(d, "", voiceAt(10002, ""))
	for what, c := range map[string]struct{ got, want error }{
		"transfer of no call":        {d.Transfer("none", "0612345678"), phone.ErrUnknownCall},
		"transfer to nobody":         {d.Transfer(id, "nobody"), phone.ErrBadNumber},
		"transfer while it rings":    {d.Transfer(ringing, "sip:x@127.0.0.1:9"), phone.ErrWrongState},
		"connect with no call":       {d.Connect(id, "none"), phone.ErrUnknownCall},
		"connect with itself":        {d.Connect(id, id), phone.ErrWrongState},
		"connect with a ringing one": {d.Connect(id, ringing), phone.ErrWrongState},
	} {
		if c.got != c.want && !strings.HasPrefix(fmt.Sprint(c.got), fmt.Sprint(c.want)) {
			t.Errorf("%s: %v", what, c.got)
		}
	}
	hangUp(t, d, q, id)
}
