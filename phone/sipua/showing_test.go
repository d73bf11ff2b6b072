package sipua

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"github.com/emiago/sipgo/sip"

	"permanence/phone"
)

// trunk gives the desk a line whose numbers are at the peer, under the name of
// "direct", so that it dials without a registration.
func trunk(t *testing.T, d *desk, p *peer, in phone.CallerHeader) {
	t.Helper()
	setLines(t, d.Agent, phone.Line{
		ID: "direct", Direct: true, Bind: "127.0.0.1:0", User: "4711", Domain: p.me(),
		CallerIn: in, Numbers: []phone.Number{"+33561123456"},
	})
	expect(d.recorder, func(e phone.LineChanged) bool { return e.State == phone.LineListening })
}

func value(m interface{ GetHeader(string) sip.Header }, name string) string {
	if h := m.GetHeader(name); h != nil {
		return h.Value()
	}
	return ""
}

func TestWhoIsShown(t *testing.T) {
	const own, number = "sip:4711@HERE", "sip:+33561123456@HERE"
	const anonymous = `"Anonymous" <sip:anonymous@anonymous.invalid>`
	for _, c := range []struct {
		name                               string
		to                                 phone.Outbound
		in                                 phone.CallerHeader
		from, preferred, asserted, privacy string
	}{
		{"the line's own", phone.Outbound{Target: "0612345678"}, "", "<" + own + ">", "", "", ""},
		{"a number, in From", phone.Outbound{Target: "0612345678", Show: "+33561123456"}, phone.CallerInFrom, "<" + number + ">", "", "", ""},
		{"a number, preferred", phone.Outbound{Target: "0612345678", Show: "+33561123456"}, phone.CallerInPreferred, "<" + own + ">", "<" + number + ">", "", ""},
		{"a number, asserted", phone.Outbound{Target: "0612345678", Show: "+33561123456"}, phone.CallerInAsserted, "<" + own + ">", "", "<" + number + ">", ""},
		{"nobody", phone.Outbound{Target: "0612345678", Private: true}, "", anonymous, "<" + own + ">", "", "id"},
		{"nobody, to a trusted server", phone.Outbound{Target: "0612345678", Show: "+33561123456", Private: true}, phone.CallerInAsserted, anonymous, "", "<" + number + ">", "id"},
		{"an emergency", phone.Outbound{Target: "112", Show: "+33561123456", Private: true}, "", "<" + own + ">", "", "", ""},
		{"an emergency, asserted", phone.Outbound{Target: "15", Show: "+33561123456", Private: true}, phone.CallerInAsserted, "<" + own + ">", "", "<" + own + ">", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDesk(t)
			p := newPeer(t, d.at)
			trunk(t, d, p, c.in)
			if err := d.Dial("x", "direct", c.to); err != nil {
				t.Fatal(err)
			}
			invite := p.asked("INVITE")
			from, _, _ := strings.Cut(value(invite, "from"), ";tag=")
			for header, c := range map[string]struct{ got, want string }{
				"From": {from, c.from}, "P-Preferred-Identity": {value(invite, "p-preferred-identity"), c.preferred},
				"P-Asserted-Identity": {value(invite, "p-asserted-identity"), c.asserted},
				"Privacy":             {value(invite, "privacy"), c.privacy},
			} {
				if want := strings.ReplaceAll(c.want, "HERE", p.me()); c.got != want {
					t.Errorf("%s: %q, want %q", header, c.got, want)
				}
			}
			p.reply(invite, 603, "a", "", "", "")
			wantEnd(d, "x", phone.Declined)
		})
	}
}

// TestNobodyKeepsTheDialog: a From of nobody is still the dialog's.
func TestNobodyKeepsTheDialog(t *testing.T) {
	d := newDesk(t)
	p := newPeer(t, d.at)
	trunk(t, d, p, "")
	if err := d.Dial("x", "direct", phone.Outbound{Target: "0612345678", Private: true}); err != nil {
		t.Fatal(err)
	}
	invite := p.asked("INVITE")
	p.reply(invite, 200, "a", "", sdpType, voiceAt(10000, ""))
	ack := p.asked("ACK")
	if ack.From().Address.String() != nobody.String() || tagOf(ack.From().Params) != tagOf(invite.From().Params) {
		t.Errorf("ACK is from %s", ack.From().Value())
	}
	expect[phone.CallAnswered](d.recorder, nil)
	hangUp(t, d, p, "x")
}

func TestWhatCannotBeShown(t *testing.T) {
	d := newDesk(t)
	for _, n := range []phone.Number{"0561123456", "x", "+33561123456>\r\nX: y", "+33 5 61"} {
		if err := d.Dial("x", "direct", phone.Outbound{Target: "sip:a@127.0.0.1:9", Show: n}); err == nil {
			t.Errorf("%q was shown", n)
		}
	}
}

// TestEmergencyWithoutRegistration: the registrar refuses us, and still gets the
// call, to the number as it was dialled.
func TestEmergencyWithoutRegistration(t *testing.T) {
	p := newPeer(t, netip.AddrPortFrom(loopback, 9))
	a, rec := newAgent(t, "")
	setLines(t, a, phone.Line{ID: "line", User: "4711", Domain: p.me()})
	register := p.asked("REGISTER")
	p.desk = netip.MustParseAddrPort(register.Source())
	p.reply(register, 403, "a", "", "", "")
	expect(rec, state(phone.LineRefused))
	if err := a.Dial("x", "line", phone.Outbound{Target: "0612345678"}); err != phone.ErrLineNotUp {
		t.Errorf("an ordinary call: %v", err)
	}
	if err := a.Dial("x", "line", phone.Outbound{Target: "1 12"}); err != nil {
		t.Fatal(err)
	}
	invite := p.asked("INVITE")
	if got, want := invite.Recipient.String(), "sip:112@"+p.me(); got != want {
		t.Errorf("sent to %s, want %s", got, want)
	}
	p.reply(invite, 486, "a", "", "", "")
	expect[phone.CallEnded](rec, nil)
}

// TestEmergencyGoesToTheNextServer: the registrar is silent, or wants no calls of
// ours, and the one that stands in for it gets the call.
func TestEmergencyGoesToTheNextServer(t *testing.T) {
	t.Parallel()
	for _, status := range []int{0, 403, 480, 500, 503} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			first, second := newPeer(t, netip.AddrPortFrom(loopback, 9)), newPeer(t, netip.AddrPortFrom(loopback, 9))
			a, rec := newAgent(t, "")
			setLines(t, a, phone.Line{ID: "line", User: "4711", Domain: first.me(), Backups: []string{second.me()}})
			register := first.asked("REGISTER")
			first.desk = netip.MustParseAddrPort(register.Source())
			second.desk = first.desk
			first.reply(register, 403, "a", "", "", "")
			expect(rec, state(phone.LineRefused))
			if err := a.Dial("x", "line", phone.Outbound{Target: "112"}); err != nil {
				t.Fatal(err)
			}
			there := first.asked("INVITE")
			if status != 0 {
				first.reply(there, status, "a", "", "", "")
			}
			invite := second.asked("INVITE")
			if invite.Recipient.String() != there.Recipient.String() || invite.Recipient.User != "112" {
				t.Errorf("sent to %s, and then to %s", there.Recipient.String(), invite.Recipient.String())
			}
			second.reply(invite, 486, "a", "", "", "")
			if e := expect[phone.CallEnded](rec, nil); e.Cause != phone.Busy {
				t.Errorf("ended with %+v", e)
			}
		})
	}
}

// TestEmergencyAboveTheBound: a desk full of calls still reaches 15.
func TestEmergencyAboveTheBound(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	p := newPeer(t, d.at)
	trunk(t, d, p, "")
	for i := range maxCalls {
		if err := d.Dial(phone.CallID(fmt.Sprint(i)), "direct", phone.Outbound{Target: "0612345678"}); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.Dial("more", "direct", phone.Outbound{Target: "0612345678"}); err == nil {
		t.Error("no bound")
	}
	if err := d.Dial("help", "direct", phone.Outbound{Target: "15"}); err != nil {
		t.Fatal(err)
	}
	invite := p.next("call to 15", func(m sip.Message) bool {
		r, ok := m.(*sip.Request)
		return ok && r.Recipient.User == "15"
	})
	p.reply(invite.(*sip.Request), 486, "a", "", "", "")
	wantEnd(d, "help", phone.Busy)
}

func TestEmergencyTargets(t *testing.T) {
	line := phone.Line{User: "4711", Domain: "trunk.example:5080"}
	for dialled, want := range map[string]bool{
		"15": true, "112": true, "116 117": true, "tel:18": true, "sip:112@trunk.example:5080": true,
		"3949": false, "0612345678": false, "15@": true, "sip:15@office.example": false, "201": false,
	} {
		uri, err := targetOf(line, dialled)
		if err != nil {
			t.Fatalf("%q: %v", dialled, err)
		}
		if got := isEmergency(line, uri); got != want {
			t.Errorf("%q: %t", dialled, got)
		}
	}
}
