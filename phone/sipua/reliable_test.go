package sipua

import (
	"fmt"
	"strings"
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
	p.reply(invite, 200, "b", "", sdpType, voiceAt(40000, ""))
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
	p.reply(invite, 200, "more", "", sdpType, voiceAt(40000, ""))
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

// ringsFor calls the desk, which must ring so that it can be confirmed.
func (p *peer) ringsFor(d *desk, body string) (phone.CallID, *sip.Response) {
	p.t.Helper()
	kind := ""
	if body != "" {
		kind = sdpType
	}
	p.request("INVITE", "Require: 100rel\n", kind, body)
	res := p.response("INVITE", 180)
	p.to = res.To().Value()
	if n, ok := number(res, "rseq"); !ok || n == 0 || value(res, "require") != "100rel" {
		p.t.Errorf("180 is not reliable: RSeq %d, Require %q", n, value(res, "require"))
	}
	return expect[phone.CallArrived](d.recorder, nil).Call, res
}

// prack confirms a response, off by some.
func (p *peer) prack(res *sip.Response, off int, body string) {
	p.t.Helper()
	n, _ := number(res, "rseq")
	kind := ""
	if body != "" {
		kind = sdpType
	}
	p.request("PRACK", fmt.Sprintf("RAck: %d %d INVITE\n", n+off, res.CSeq().SeqNo), kind, body)
}

func TestReliableRinging(t *testing.T) {
	d := newDesk(t)
	p, e := newPeer(t, d.at), newEar(t)
	id, res := p.ringsFor(d, voiceAt(e.port(), ""))
	if len(res.Body()) != 0 {
		t.Error("a 180 that describes something, unasked")
	}
	if again := p.response("INVITE", 180); value(again, "rseq") != value(res, "rseq") {
		t.Error("the repetition has another number")
	}
	p.prack(res, 1, "")
	p.response("PRACK", 481)
	p.prack(res, 0, voiceAt(40000, "")) // while its first offer has no answer
	if r := p.response("PRACK", 500); r.GetHeader("Retry-After") == nil {
		t.Error("no Retry-After")
	}
	p.prack(res, 0, "")
	p.response("PRACK", 200)
	p.prack(res, 0, "")
	p.response("PRACK", 481)
	p.answeredBy(d, id)
	ok := p.response("INVITE", 200)
	p.seq = int(res.CSeq().SeqNo)
	p.request("ACK", "", "", "")
	if len(ok.Body()) == 0 {
		t.Error("no answer in the 200")
	}
	p.seq += 10
	e.until(loud)
	hangUp(t, d, p, id)
}

func TestRingingThatIsNeverConfirmed(t *testing.T) {
	d := newDesk(t)
	p := newPeer(t, d.at)
	id, _ := p.ringsFor(d, voiceAt(40000, ""))
	p.response("INVITE", 500)
	wantEnd(d, id, phone.Failed)
}

// TestAnswerOvertakesThePRACK: nothing in the 180 needs an answer, so the 200 may go.
func TestAnswerOvertakesThePRACK(t *testing.T) {
	d := newDesk(t)
	p := newPeer(t, d.at)
	id, res := p.ringsFor(d, voiceAt(40000, ""))
	p.answeredBy(d, id)
	p.response("INVITE", 200)
	p.prack(res, 0, "")
	p.response("PRACK", 200)
	p.seq = int(res.CSeq().SeqNo)
	p.request("ACK", "", "", "")
	p.seq += 10
	expect[phone.CallAnswered](d.recorder, nil)
	hangUp(t, d, p, id)
}

// TestOfferInTheRinging: who makes us offer gets the offer in the 180, and the
// answer of the operator waits for theirs.
func TestOfferInTheRinging(t *testing.T) {
	d := newDesk(t)
	p, before, e := newPeer(t, d.at), newEar(t), newEar(t)
	id, res := p.ringsFor(d, "")
	if got := described(t, res).flow; got != phone.FlowBoth {
		t.Errorf("offered %s", got)
	}
	p.request("UPDATE", "", sdpType, voiceAt(40000, ""))
	p.response("UPDATE", 491)
	p.answeredBy(d, id)
	p.prack(res, 0, voiceAt(before.port(), ""))
	m := p.next("the PRACK's 200, then the INVITE's", func(m sip.Message) bool {
		r, ok := m.(*sip.Response)
		return ok && r.StatusCode == 200
	})
	if m.CSeq().MethodName != sip.PRACK {
		t.Error("answered while the offer was not")
	}
	if ok := p.response("INVITE", 200); len(ok.Body()) != 0 {
		t.Error("the 200 describes what is settled")
	}
	expect[phone.CallAnswered](d.recorder, nil)
	seq := p.seq
	p.seq = int(res.CSeq().SeqNo)
	p.request("ACK", "", "", "")
	p.seq = seq
	before.until(loud)
	p.request("UPDATE", "", sdpType, voiceAt(e.port(), ""))
	p.response("UPDATE", 200)
	e.until(loud)
	hangUp(t, d, p, id)
}

// TestUpdateWhileItRings changes where the voice goes once the call is answered;
// nobody hears anything before.
func TestUpdateWhileItRings(t *testing.T) {
	d := newDesk(t)
	p, e := newPeer(t, d.at), newEar(t)
	id, res := p.ringsFor(d, "")
	p.prack(res, 0, voiceAt(40000, ""))
	p.response("PRACK", 200)
	p.request("UPDATE", "", sdpType, voiceAt(e.port(), ""))
	if got := described(t, p.response("UPDATE", 200)).flow; got != phone.FlowBoth {
		t.Errorf("answered %s", got)
	}
	if s, _ := d.Stats(id); s.Codec != "" {
		t.Error("voice passes before the call is answered")
	}
	p.answeredBy(d, id)
	p.response("INVITE", 200)
	seq := p.seq
	p.seq = int(res.CSeq().SeqNo)
	p.request("ACK", "", "", "")
	p.seq = seq
	e.until(loud)
	hangUp(t, d, p, id)
}

func TestNoAnswerInThePRACK(t *testing.T) {
	for name, body := range map[string]string{
		"none": "", "no coding of ours": strings.ReplaceAll(voiceAt(40000, ""), "PCMA", "GSM"),
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			p := newPeer(t, d.at)
			id, res := p.ringsFor(d, "")
			p.prack(res, 0, body)
			p.response("PRACK", 488)
			p.response("INVITE", 488)
			wantEnd(d, id, phone.Failed)
		})
	}
}

// TestWhoOnlyCouldConfirmIsNotAsked: a plain 180 is enough for a telephone.
func TestWhoOnlyCouldConfirmIsNotAsked(t *testing.T) {
	d := newDesk(t)
	p := newPeer(t, d.at)
	p.request("INVITE", "Supported: 100rel\n", sdpType, voiceAt(40000, ""))
	res := p.response("INVITE", 180)
	if res.GetHeader("RSeq") != nil || res.GetHeader("Require") != nil {
		t.Errorf("180 is reliable:\n%s", res)
	}
	p.to = res.To().Value()
	p.request("INVITE", "", sdpType, voiceAt(40000, "")) // before the first is answered
	if r := p.response("INVITE", 500); r.GetHeader("Retry-After") == nil {
		t.Error("no Retry-After")
	}
}

// TestUpdateMeetsOurOffer: while ours waits for an answer, theirs waits.
func TestUpdateMeetsOurOffer(t *testing.T) {
	d := newDesk(t)
	p := newPeer(t, d.at)
	id, _ := p.talk(d, "", voiceAt(40000, ""))
	if err := d.Hold(id); err != nil {
		t.Fatal(err)
	}
	ours := p.asked("INVITE")
	p.request("UPDATE", "", sdpType, voiceAt(40000, ""))
	p.response("UPDATE", 491)
	p.request("UPDATE", "", "", "") // offers nothing
	p.response("UPDATE", 200)
	p.reply(ours, 200, "", "", sdpType, voiceAt(40000, "a=recvonly\n"))
	p.asked("ACK")
	expect(d.recorder, func(e phone.HoldChanged) bool { return e.Here })
	hangUp(t, d, p, id)
}

func FuzzRAck(f *testing.F) {
	for _, s := range []string{"1 2 INVITE", "", "1 2", "-1 2 INVITE", "1 2 BYE", "99999999999 1 INVITE"} {
		f.Add(s, uint32(1), uint32(2))
	}
	f.Fuzz(func(t *testing.T, s string, rseq, cseq uint32) {
		of := func(s string) *request {
			req := sip.NewRequest(sip.PRACK, sip.Uri{Host: "h"})
			req.AppendHeader(header("RAck", s))
			return &request{Request: req}
		}
		if confirms(of(s), rseq, cseq) && !strings.HasSuffix(strings.TrimSpace(s), "INVITE") {
			t.Errorf("%q confirms a response to no INVITE", s)
		}
		if !confirms(of(fmt.Sprintf("%d %d INVITE", rseq, cseq)), rseq, cseq) {
			t.Errorf("%d %d is not confirmed", rseq, cseq)
		}
		if confirms(of(fmt.Sprintf("%d %d INVITE", rseq+1, cseq)), rseq, cseq) {
			t.Errorf("%d is taken for %d", rseq+1, rseq)
		}
	})
}
