package sipua

import (
	"fmt"
	"testing"

	"github.com/emiago/sipgo/sip"

	"permanence/phone"
)

// rel is what makes a provisional response reliable.
func rel(rseq int) string { return fmt.Sprintf("Require: 100rel\nRSeq: %d\n", rseq) }

// prackFor waits for a PRACK, answers it and checks which response it is for.
func (p *peer) prackFor(invite *sip.Request, tag string, rseq, seq int) {
	p.t.Helper()
	r := p.asked("PRACK")
	p.reply(r, 200, "", "", "", "")
	want := fmt.Sprintf("%d %d INVITE", rseq, invite.CSeq().SeqNo)
	if got := value(r, "rack"); got != want || tagOf(r.To().Params) != tag || int(r.CSeq().SeqNo) != int(invite.CSeq().SeqNo)+seq {
		p.t.Errorf("PRACK of %q with number %d to %s, want %q and %d to %s",
			got, r.CSeq().SeqNo, r.To().Value(), want, int(invite.CSeq().SeqNo)+seq, tag)
	}
}

// TestReliableResponsesAreConfirmed: each once and in order; and the answer in one
// is final, whatever the 200 says.
func TestReliableResponsesAreConfirmed(t *testing.T) {
	d := newDesk(t)
	p, final, other := newPeer(t, d.at), newEar(t), newEar(t)
	id, invite := p.called(d)
	p.reply(invite, 100, "", rel(1), "", "") // 100 is never reliable
	p.reply(invite, 180, "a", rel(10), "", "")
	p.prackFor(invite, "a", 10, 1)
	p.reply(invite, 180, "a", rel(10), "", "") // a repetition
	p.reply(invite, 183, "a", rel(12), "", "") // before its turn
	p.reply(invite, 183, "a", rel(11), sdpType, voiceAt(final.port(), ""))
	p.prackFor(invite, "a", 11, 2)
	expect(d.recorder, func(e phone.CallRinging) bool { return e.Early })
	p.reply(invite, 200, "a", "", sdpType, voiceAt(other.port(), ""))
	if ack := p.asked("ACK"); ack.CSeq().SeqNo != invite.CSeq().SeqNo {
		t.Errorf("ACK with number %d", ack.CSeq().SeqNo)
	}
	expect[phone.CallAnswered](d.recorder, nil)
	final.until(loud)
	bye := endedHere(d, p, id)
	if bye.CSeq().SeqNo != invite.CSeq().SeqNo+3 {
		t.Errorf("BYE has number %d, the INVITE had %d", bye.CSeq().SeqNo, invite.CSeq().SeqNo)
	}
}

func endedHere(d *desk, p *peer, id phone.CallID) *sip.Request {
	d.t.Helper()
	if err := d.Hangup(id); err != nil {
		d.t.Fatal(err)
	}
	bye := p.asked("BYE")
	p.reply(bye, 200, "", "", "", "")
	wantEnd(d, id, phone.HungUpHere)
	return bye
}

// TestForksAreConfirmedEach: early dialogs have their own tags and numbers, and
// the one that is answered goes on with its own.
func TestForksAreConfirmedEach(t *testing.T) {
	d := newDesk(t)
	p := newPeer(t, d.at)
	id, invite := p.called(d)
	p.reply(invite, 180, "a", rel(10), "", "")
	p.prackFor(invite, "a", 10, 1)
	p.reply(invite, 180, "b", rel(500), "", "")
	p.prackFor(invite, "b", 500, 1)
	p.reply(invite, 180, "a", rel(11), "", "")
	p.prackFor(invite, "a", 11, 2)
	p.reply(invite, 200, "b", "", sdpType, voiceAt(10000, ""))
	p.asked("ACK")
	expect[phone.CallAnswered](d.recorder, nil)
	if bye := endedHere(d, p, id); tagOf(bye.To().Params) != "b" || bye.CSeq().SeqNo != invite.CSeq().SeqNo+2 {
		t.Errorf("BYE to %s has number %d, the INVITE had %d", bye.To().Value(), bye.CSeq().SeqNo, invite.CSeq().SeqNo)
	}
}

// TestTheNewestEarlyAnswerIsHeard, and then the one who answers.
func TestTheNewestEarlyAnswerIsHeard(t *testing.T) {
	d := newDesk(t)
	p, one, two := newPeer(t, d.at), newEar(t), newEar(t)
	id, invite := p.called(d)
	p.reply(invite, 183, "a", "", sdpType, voiceAt(one.port(), ""))
	one.packet(0)
	p.reply(invite, 183, "b", rel(1), sdpType, voiceAt(two.port(), ""))
	p.prackFor(invite, "b", 1, 1)
	two.packet(0)
	p.reply(invite, 200, "a", "", sdpType, voiceAt(one.port(), ""))
	p.asked("ACK")
	expect[phone.CallAnswered](d.recorder, nil)
	one.until(loud)
	hangUp(t, d, p, id)
}

func TestTooManyForks(t *testing.T) {
	d := newDesk(t)
	p := newPeer(t, d.at)
	id, invite := p.called(d)
	for i := range maxForks {
		tag := fmt.Sprint("t", i)
		p.reply(invite, 180, tag, rel(1), "", "")
		p.prackFor(invite, tag, 1, 1)
	}
	p.reply(invite, 180, "more", rel(1), "", "")
	p.reply(invite, 180, "t0", rel(2), "", "")
	p.prackFor(invite, "t0", 2, 2) // and none came for the one before
	p.reply(invite, 200, "more", "", sdpType, voiceAt(10000, ""))
	p.asked("ACK")
	expect[phone.CallAnswered](d.recorder, nil)
	hangUp(t, d, p, id)
}

func TestChallengedPRACK(t *testing.T) {
	d := newDesk(t, func(c *Config) { c.Credentials = passwords{"direct": "secret"} })
	p := newPeer(t, d.at)
	id, invite := p.called(d)
	p.reply(invite, 180, "a", rel(10), "", "")
	r := p.asked("PRACK")
	p.reply(r, 407, "", "Proxy-Authenticate: Digest realm=\"trunk\", nonce=\"one\", algorithm=MD5, qop=\"auth\"\n", "", "")
	p.prackFor(invite, "a", 10, 2)
	p.reply(invite, 486, "a", "", "", "")
	wantEnd(d, id, phone.Busy)
}

// TestUpdateBeforeTheAnswer: only who has answered our offer for good may make
// another (RFC 3311 §5.1).
func TestUpdateBeforeTheAnswer(t *testing.T) {
	d := newDesk(t)
	p, e, later := newPeer(t, d.at), newEar(t), newEar(t)
	id, invite := p.called(d)
	p.id, p.to = invite.CallID().Value(), invite.From().Value()
	p.tag = "a"
	p.reply(invite, 183, "a", "", sdpType, voiceAt(e.port(), ""))
	e.packet(0)
	p.request("UPDATE", "", sdpType, voiceAt(later.port(), ""))
	p.response("UPDATE", 491)
	p.reply(invite, 183, "a", rel(1), sdpType, voiceAt(e.port(), ""))
	p.prackFor(invite, "a", 1, 1)
	p.request("UPDATE", "Supported: timer\nSession-Expires: 60\n", sdpType, voiceAt(later.port(), ""))
	p.response("UPDATE", 422)
	p.request("UPDATE", "Supported: timer\nSession-Expires: 1800\n", sdpType, voiceAt(later.port(), ""))
	if got := described(t, p.response("UPDATE", 200)).flow; got != phone.FlowBoth {
		t.Errorf("answered %s", got)
	}
	later.packet(0)
	p.request("BYE", "", "", "")
	p.response("BYE", 481)
	p.tag = "stranger"
	p.request("UPDATE", "", "", "")
	p.response("UPDATE", 481)
	p.reply(invite, 200, "a", "", "", "")
	p.asked("ACK")
	later.until(loud)
	hangUp(t, d, p, id)
}
