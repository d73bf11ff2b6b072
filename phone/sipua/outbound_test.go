package sipua

import (
	"fmt"
	"strings"
	"testing"

	"github.com/emiago/sipgo/sip"
	"github.com/icholy/digest"

	"permanence/phone"
)

func TestTwelveRingingResponses(t *testing.T) {
	d := newDesk(t)
	p := newPeer(t, d.at)
	id, invite := p.called(d)
	p.reply(invite, 100, "", "", "", "")
	for range 12 {
		p.reply(invite, 180, "a", "", "", "")
	}
	expect[phone.CallRinging](d.recorder, nil)
	p.reply(invite, 200, "a", "", sdpType, voiceAt(10000, ""))
	p.asked("ACK")
	expect[phone.CallAnswered](d.recorder, nil)
	for _, e := range d.all()[d.read:] {
		if _, ok := e.(phone.CallRinging); ok {
			t.Error("told twice that it rings")
		}
	}
	hangUp(t, d, p, id)
}

func hangUp(t *testing.T, d *desk, p *peer, id phone.CallID) {
	t.Helper()
	if err := d.Hangup(id); err != nil {
		t.Fatal(err)
	}
	p.reply(p.asked("BYE"), 200, "", "", "", "")
	wantEnd(d, id, phone.HungUpHere)
}

func TestEarlyMedia(t *testing.T) {
	d := newDesk(t)
	p := newPeer(t, d.at)
	ear := newEar(t)
	id, invite := p.called(d)
	p.reply(invite, 180, "a", "", "", "")
	if e := expect[phone.CallRinging](d.recorder, nil); e.Early {
		t.Error("180 without a description is not early media")
	}
	p.reply(invite, 183, "a", "", sdpType, voiceAt(ear.port(), ""))
	if e := expect[phone.CallRinging](d.recorder, nil); !e.Early {
		t.Error("early media not told")
	}
	if loud(ear.packet(0)) {
		t.Error("the room was sent before the call was answered")
	}
	p.reply(invite, 200, "a", "", "", "")
	p.asked("ACK")
	expect[phone.MediaChanged](d.recorder, nil)
	ear.until(loud)
	hangUp(t, d, p, id)
}

func TestCANCELCrossesThe200(t *testing.T) {
	d := newDesk(t)
	p := newPeer(t, d.at)
	id, invite := p.called(d)
	p.reply(invite, 180, "a", "", "", "")
	expect[phone.CallRinging](d.recorder, nil)
	if err := d.Hangup(id); err != nil {
		t.Fatal(err)
	}
	wantEnd(d, id, phone.HungUpHere)
	cancel := p.asked("CANCEL")
	if cancel.Via().Value() != invite.Via().Value() || cancel.CSeq().SeqNo != invite.CSeq().SeqNo {
		t.Error("CANCEL is not of the INVITE's transaction")
	}
	p.reply(invite, 200, "a", "", sdpType, voiceAt(10000, ""))
	p.reply(cancel, 200, "a", "", "", "")
	if ack := p.asked("ACK"); ack.CSeq().SeqNo != invite.CSeq().SeqNo {
		t.Error("ACK with another number")
	}
	p.reply(p.asked("BYE"), 200, "", "", "", "")
}

func TestCANCELWaitsForAResponse(t *testing.T) {
	d := newDesk(t)
	p := newPeer(t, d.at)
	id, invite := p.called(d)
	if err := d.Hangup(id); err != nil {
		t.Fatal(err)
	}
	wantEnd(d, id, phone.HungUpHere)
	p.reply(invite, 180, "a", "", "", "")
	p.reply(p.asked("CANCEL"), 200, "a", "", "", "")
	p.reply(invite, 487, "a", "", "", "")
	p.asked("ACK")
}

func TestForkedAnswers(t *testing.T) {
	d := newDesk(t)
	p := newPeer(t, d.at)
	id, invite := p.called(d)
	p.reply(invite, 200, "first", "", sdpType, voiceAt(10000, ""))
	p.asked("ACK")
	expect[phone.CallAnswered](d.recorder, nil)
	p.reply(invite, 200, "second", "", sdpType, voiceAt(10002, ""))
	if ack := p.asked("ACK"); tagOf(ack.To().Params) != "second" {
		t.Errorf("ACK is for %s", ack.To().Value())
	}
	bye := p.asked("BYE")
	if tagOf(bye.To().Params) != "second" {
		t.Fatalf("BYE is for %s", bye.To().Value())
	}
	p.reply(bye, 200, "", "", "", "")
	hangUp(t, d, p, id) // the first goes on
}

// TestRepeated200IsAcknowledgedAgain repeats it once more at once, while the first
// is being handled, and once later.
func TestRepeated200IsAcknowledgedAgain(t *testing.T) {
	d := newDesk(t)
	p := newPeer(t, d.at)
	id, invite := p.called(d)
	for _, times := range []int{2, 1} {
		for range times {
			p.reply(invite, 200, "a", "", sdpType, voiceAt(10000, ""))
		}
		for range times {
			p.asked("ACK")
		}
	}
	hangUp(t, d, p, id)
}

func TestRefusalsAreTold(t *testing.T) {
	for status, want := range map[int]phone.EndCause{
		486: phone.Busy, 600: phone.Busy, 603: phone.Declined, 403: phone.Declined, 408: phone.NoAnswer,
		480: phone.NoAnswer, 404: phone.UnknownNumber, 410: phone.UnknownNumber, 484: phone.UnknownNumber,
		500: phone.Failed, 302: phone.Failed, 488: phone.Failed,
	} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			d := newDesk(t)
			p := newPeer(t, d.at)
			id, invite := p.called(d)
			p.reply(invite, status, "a", "", "", "")
			p.asked("ACK")
			if e := wantEnd(d, id, want); e.Status != status {
				t.Errorf("status %d, want %d", e.Status, status)
			}
		})
	}
}

func TestNobodyReplies(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	p := newPeer(t, d.at)
	id, _ := p.called(d)
	wantEnd(d, id, phone.Failed)
}

func TestChallengedInvite(t *testing.T) {
	for name, c := range map[string]struct {
		status       int
		ask, answer  string
		algorithm    string
		stale, wrong bool
	}{
		"401, MD5":       {status: 401, ask: "WWW-Authenticate", answer: "Authorization", algorithm: "MD5"},
		"407, MD5":       {status: 407, ask: "Proxy-Authenticate", answer: "Proxy-Authorization", algorithm: "MD5"},
		"407, SHA-256":   {status: 407, ask: "Proxy-Authenticate", answer: "Proxy-Authorization", algorithm: "SHA-256"},
		"a stale nonce":  {status: 407, ask: "Proxy-Authenticate", answer: "Proxy-Authorization", algorithm: "MD5", stale: true},
		"wrong password": {status: 407, ask: "Proxy-Authenticate", answer: "Proxy-Authorization", algorithm: "MD5", wrong: true},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t, func(c *Config) { c.Credentials = passwords{"direct": "secret"} })
			p := newPeer(t, d.at)
			id, invite := p.called(d)
			challenge := func(nonce, more string) string {
				return fmt.Sprintf("%s: Digest realm=\"trunk\", nonce=%q, qop=\"auth, auth-int\", algorithm=%s%s\n", c.ask, nonce, c.algorithm, more)
			}
			refuse := func(req *sip.Request, header string) *sip.Request {
				p.reply(req, c.status, "a", header, "", "")
				p.asked("ACK")
				return p.asked("INVITE")
			}
			next := refuse(invite, challenge("one", ""))
			if next.CSeq().SeqNo != invite.CSeq().SeqNo+1 || next.Via().Value() == invite.Via().Value() {
				t.Error("the second try is no new transaction")
			}
			if c.stale {
				next = refuse(next, challenge("two", ", stale=true"))
			}
			checkDigest(t, next, next.GetHeader(c.answer).Value(), "secret")
			if c.wrong {
				p.reply(next, c.status, "a", challenge("two", ""), "", "")
				p.asked("ACK")
				wantEnd(d, id, phone.Failed)
				return
			}
			p.reply(next, 200, "a", "", sdpType, voiceAt(10000, ""))
			p.asked("ACK")
			expect[phone.CallAnswered](d.recorder, nil)
			hangUp(t, d, p, id)
		})
	}
}

func checkDigest(t *testing.T, req *sip.Request, header, password string) {
	t.Helper()
	got, err := digest.ParseCredentials(header)
	if err != nil {
		t.Fatal(err)
	}
	want, err := digest.Digest(
		&digest.Challenge{Realm: got.Realm, Nonce: got.Nonce, Algorithm: got.Algorithm, QOP: []string{got.QOP}},
		digest.Options{Method: req.Method.String(), URI: got.URI, Count: got.Nc, Cnonce: got.Cnonce, Username: got.Username, Password: password})
	if err != nil {
		t.Fatal(err)
	}
	if got.Response != want.Response || got.URI != req.Recipient.String() {
		t.Errorf("credentials %q do not fit %s", header, req.StartLine())
	}
}

func TestAnswerWithoutVoice(t *testing.T) {
	d := newDesk(t)
	p := newPeer(t, d.at)
	id, invite := p.called(d)
	p.reply(invite, 200, "a", "", sdpType, strings.ReplaceAll(voiceAt(10000, ""), "m=audio 10000", "m=audio 0"))
	p.asked("ACK")
	p.reply(p.asked("BYE"), 200, "", "", "", "")
	wantEnd(d, id, phone.Failed)
}

func TestTargets(t *testing.T) {
	line := phone.Line{User: "4711", Domain: "trunk.example:5080"}
	for dialled, want := range map[string]string{
		"06 12 34 56 78": "sip:0612345678@trunk.example:5080", "+44 20 7946 0018": "sip:00442079460018@trunk.example:5080",
		"15": "sip:15@trunk.example:5080", "112": "sip:112@trunk.example:5080", "3949": "sip:3949@trunk.example:5080",
		"201": "sip:201@trunk.example:5080", "*97": "sip:*97@trunk.example:5080",
		"sip:bob@example.com": "sip:bob@example.com", " SIP:bob@example.com;transport=tcp": "SIP:bob@example.com;transport=tcp",
		"": "", "bob": "", "sip:": "", "06 12": "", "0612345678\r\nRoute: <sip:evil>": "", "sip:a@b\r\nX: y": "",
	} {
		got, err := targetOf(line, dialled)
		switch {
		case want == "" && err == nil:
			t.Errorf("%q is dialled as %s", dialled, got.String())
		case want != "" && (err != nil || !strings.EqualFold(got.String(), want)):
			t.Errorf("%q is dialled as %s (%v), want %s", dialled, got.String(), err, want)
		}
	}
}
