package sipua

import (
	"context"
	"errors"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"

	"permanence/audio"
	"permanence/audio/codec"
	"permanence/phone"
	"permanence/phone/phonetest"
)

func TestMultipartBody(t *testing.T) {
	d := newDesk(t)
	p := newPeer(t, d.at)
	body := crlf("--x\nContent-Type: application/isup\n\n\x01\x10\n--x\nContent-Type: Application/SDP; charset=utf-8\n\n") +
		voiceAt(10000, "") + "\r\n--x--\r\n"
	p.request("INVITE", "", `multipart/mixed;boundary="x"`, body)
	p.to = p.response("INVITE", 180).To().Value()
	id := expect[phone.CallArrived](d.recorder, nil).Call
	p.answeredBy(d, id)
	p.response("INVITE", 200)
	p.request("ACK", "", "", "")
	if m := expect[phone.MediaChanged](d.recorder, nil); m.Codec != "PCMA" {
		t.Errorf("agreed on %s", m.Codec)
	}
	hangUp(t, d, p, id)
}

func TestCallers(t *testing.T) {
	for name, c := range map[string]struct {
		from, more string
		want       phone.Identity
	}{
		"a number":         {`"Jean" <sip:0612345678@x>`, "", phone.Identity{Number: "+33612345678", Name: "Jean", URI: "sip:0612345678@x"}},
		"Latin-1":          {"\"Ren\xe9\" <sip:rene@x>", "", phone.Identity{Name: "René", URI: "sip:rene@x"}},
		"control signs":    {"\"A\x1b[2J\u202eB\" <sip:a@x>", "", phone.Identity{Name: "A[2JB", URI: "sip:a@x"}},
		"a long name":      {`"` + strings.Repeat("é", 300) + `" <sip:a@x>`, "", phone.Identity{Name: strings.Repeat("é", maxName), URI: "sip:a@x"}},
		"anonymous":        {`"Anonymous" <sip:anonymous@anonymous.invalid>`, "", phone.Identity{Withheld: true}},
		"Privacy: id":      {`<sip:0612345678@x>`, "Privacy: critical;id\n", phone.Identity{Withheld: true}},
		"Privacy: none":    {`<sip:0612345678@x>`, "Privacy: none\n", phone.Identity{Number: "+33612345678", URI: "sip:0612345678@x"}},
		"asserted as tel:": {`<sip:x@x>`, "P-Asserted-Identity: <sip:trunk@x>, <tel:+33561123456>\n", phone.Identity{Number: "+33561123456", URI: "sip:x@x"}},
	} {
		t.Run(name, func(t *testing.T) {
			m, err := sip.ParseMessage([]byte(crlf("INVITE sip:d@x SIP/2.0\nVia: SIP/2.0/UDP x;branch=z9hG4bKx\nFrom: " + c.from +
				";tag=1\nTo: <sip:d@x>\nCall-ID: 1\nCSeq: 1 INVITE\n" + c.more + "\n")))
			if err != nil {
				t.Fatal(err)
			}
			if got := callerOf(m.(*sip.Request)); got != c.want {
				t.Errorf("%+v\nwant %+v", got, c.want)
			}
		})
	}
}

func TestChallengedBYE(t *testing.T) {
	d := newDesk(t, func(c *Config) { c.Credentials = passwords{"direct": "secret"} })
	p := newPeer(t, d.at)
	id, _ := p.talk(d, "", voiceAt(10000, ""))
	if err := d.Hangup(id); err != nil {
		t.Fatal(err)
	}
	first := p.asked("BYE")
	p.reply(first, 407, "", "Proxy-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth\"\n", "", "")
	second := p.asked("BYE")
	if second.CSeq().SeqNo != first.CSeq().SeqNo+1 {
		t.Errorf("CSeq %d follows %d", second.CSeq().SeqNo, first.CSeq().SeqNo)
	}
	checkDigest(t, second, second.GetHeader("Proxy-Authorization").Value(), "secret")
	p.reply(second, 200, "", "", "", "")
}

// broken is a codec whose encoder cannot be made.
type broken struct{ audio.Codec }

func (broken) NewEncoder() (audio.Encoder, error) { return nil, errors.New("out of encoders") }

func TestCodecThatFailsEndsTheCall(t *testing.T) {
	d := newDesk(t, func(c *Config) { c.Codecs = []audio.Codec{broken{codec.PCMA}} })
	p := newPeer(t, d.at)
	id := p.invite(d, "", voiceAt(10000, ""))
	p.answeredBy(d, id)
	p.response("INVITE", 200)
	if e := wantEnd(d, id, phone.Failed); !strings.Contains(e.Detail, "out of encoders") {
		t.Errorf("told %q", e.Detail)
	}
	p.request("ACK", "", "", "")
	p.reply(p.asked("BYE"), 200, "", "", "", "")
}

func TestFaultOfOursCostsOneCall(t *testing.T) {
	d := newDesk(t)
	p, other := newPeer(t, d.at), newPeer(t, d.at)
	id, _ := p.talk(d, "", voiceAt(10000, ""))
	survivor, _ := other.talk(d, "", voiceAt(10002, ""))
	callOf(d, id).post(func() { panic("a fault") })
	wantEnd(d, id, phone.Failed)
	p.reply(p.asked("BYE"), 200, "", "", "", "")
	hangUp(t, d, other, survivor)
}

func TestServerThatNeverEndsACancelledInvite(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	p := newPeer(t, d.at)
	id, invite := p.called(d)
	p.reply(invite, 180, "a", "", "", "")
	expect[phone.CallRinging](d.recorder, nil)
	c := callOf(d, id)
	if err := d.Hangup(id); err != nil {
		t.Fatal(err)
	}
	p.reply(p.asked("CANCEL"), 200, "a", "", "", "")
	select {
	case <-c.gone: // 64*T1 later it is forgotten all the same
	case <-time.After(patience):
		t.Error("the call is kept for ever")
	}
}

func TestCloseIsBounded(t *testing.T) {
	d := newDesk(t)
	p := newPeer(t, d.at)
	id, _ := p.talk(d, "", voiceAt(10000, ""))
	ctx, cancel := context.WithCancel(context.Background())
	cancel() // no patience at all; and the BYE is never answered
	if err := d.Close(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("close: %v", err)
	}
	wantEnd(d, id, phone.Shutdown)
}

func TestOldPeerWithoutABranch(t *testing.T) {
	d := newDesk(t)
	p := newPeer(t, d.at)
	p.seq++
	p.requestAs("INVITE", "1", "", "", "")
	p.response("INVITE", 180)
	id := expect[phone.CallArrived](d.recorder, nil).Call
	p.requestAs("INVITE", "1", "", "", "") // a repetition is not another call
	p.response("INVITE", 180)
	p.requestAs("CANCEL", "1", "", "", "")
	p.response("INVITE", 487)
	wantEnd(d, id, phone.CallerGaveUp)
}

func TestResponsesGoWhereTheViaSays(t *testing.T) {
	from := &datagrams{to: netip.MustParseAddrPort("192.0.2.1:4444")}
	for via, want := range map[string]string{
		"192.0.2.1:5070;branch=z9hG4bKx;rport": "192.0.2.1:4444",
		"10.0.0.1:5070;branch=z9hG4bKx":        "192.0.2.1:5070",
		"host.example;branch=z9hG4bKx":         "192.0.2.1:5060",
	} {
		m, err := sip.ParseMessage([]byte("OPTIONS sip:x SIP/2.0\r\nVia: SIP/2.0/UDP " + via + "\r\n\r\n"))
		if err != nil {
			t.Fatal(err)
		}
		if got := replyFlow(m.(*sip.Request), from).remote().String(); got != want {
			t.Errorf("to %s, want %s", got, want)
		}
	}
}

func TestHostNamesAreResolved(t *testing.T) {
	hops, err := new(names).resolve(context.Background(), phone.UDP, place{"localhost", 5080})
	if err != nil || len(hops) == 0 || !hops[0].at.Addr().IsLoopback() || hops[0].at.Port() != 5080 {
		t.Errorf("localhost is %v, %v", hops, err)
	}
	if hops, err := new(names).resolve(context.Background(), phone.UDP, place{"no-such-host.invalid", 5080}); err == nil {
		t.Errorf("a host that is not there is %v", hops)
	}
}

func TestConfigIsChecked(t *testing.T) {
	good := testConfig(func(phone.Event) {})
	for name, spoil := range map[string]func(*Config){
		"credentials": func(c *Config) { c.Credentials = nil }, "patch": func(c *Config) { c.Patch = nil },
		"codecs": func(c *Config) { c.Codecs = nil }, "report": func(c *Config) { c.Report = nil },
		"ports": func(c *Config) { c.MediaPorts = [2]uint16{20000, 10000} },
	} {
		c := good
		spoil(&c)
		if _, err := New(c); err == nil {
			t.Errorf("no complaint about %s", name)
		}
	}
}

func TestMediaPortsAreKept(t *testing.T) {
	first := uint16(phonetest.FreePort(t))
	seen := map[uint16]bool{}
	for range 3 {
		rtp, rtcp, err := openPorts(loopback, first, first+40)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = rtp.Close(); _ = rtcp.Close() }()
		p := portOf(rtp)
		if p < first || p > first+40 || p%2 != 0 || portOf(rtcp) != p+1 || seen[p] {
			t.Errorf("ports %d and %d", p, portOf(rtcp))
		}
		seen[p] = true
	}
	if _, _, err := openPorts(loopback, first, first); !errors.Is(err, errNoPorts) {
		t.Errorf("one port is no pair: %v", err)
	}
}
