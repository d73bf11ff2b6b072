package sipua

import (
	"fmt"
	"strings"
	"testing"

	"github.com/emiago/sipgo/sip"

	"permanence/phone"
)

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
	p.prack(res, 0, voiceAt(10000, "")) // while its first offer has no answer
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
	t.Parallel()
	d := newDesk(t)
	p := newPeer(t, d.at)
	id, _ := p.ringsFor(d, voiceAt(10000, ""))
	p.response("INVITE", 500)
	wantEnd(d, id, phone.Failed)
}

// TestAnswerOvertakesThePRACK: nothing in the 180 needs an answer, so the 200 may go.
func TestAnswerOvertakesThePRACK(t *testing.T) {
	d := newDesk(t)
	p := newPeer(t, d.at)
	id, res := p.ringsFor(d, voiceAt(10000, ""))
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
	p.request("UPDATE", "", sdpType, voiceAt(10000, ""))
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
	p.prack(res, 0, voiceAt(10000, ""))
	p.response("PRACK", 200)
	p.request("UPDATE", "", sdpType, voiceAt(e.port(), ""))
	if got := described(t, p.response("UPDATE", 200)).flow; got != phone.FlowBoth {
		t.Errorf("answered %s", got)
	}
	p.request("OPTIONS", "", "", "") // the UPDATE is done with when this is answered
	p.response("OPTIONS", 200)
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
		"none": "", "no coding of ours": strings.ReplaceAll(voiceAt(10000, ""), "PCMA", "GSM"),
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
	p.request("INVITE", "Supported: 100rel\n", sdpType, voiceAt(10000, ""))
	res := p.response("INVITE", 180)
	if res.GetHeader("RSeq") != nil || res.GetHeader("Require") != nil {
		t.Errorf("180 is reliable:\n%s", res)
	}
	p.to = res.To().Value()
	p.request("INVITE", "", sdpType, voiceAt(10000, "")) // before the first is answered
	if r := p.response("INVITE", 500); r.GetHeader("Retry-After") == nil {
		t.Error("no Retry-After")
	}
}

// TestUpdateMeetsOurOffer: while ours waits for an answer, theirs waits.
func TestUpdateMeetsOurOffer(t *testing.T) {
	d := newDesk(t)
	p := newPeer(t, d.at)
	id, _ := p.talk(d, "", voiceAt(10000, ""))
	if err := d.Hold(id); err != nil {
		t.Fatal(err)
	}
	ours := p.asked("INVITE")
	p.request("UPDATE", "", sdpType, voiceAt(10000, ""))
	p.response("UPDATE", 491)
	p.request("UPDATE", "", "", "") // offers nothing
	p.response("UPDATE", 200)
	p.reply(ours, 200, "", "", sdpType, voiceAt(10000, "a=recvonly\n"))
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
