package sipua

import (
	"testing"

	"permanence/phone"
)

// TestSIPpIsCalledReliably: both of SIPp's provisional responses are confirmed,
// and the answer in the second is the call's.
func TestSIPpIsCalledReliably(t *testing.T) {
	d := newDesk(t)
	address, done := sippIsCalled(t, `
		< INVITE
		    Supported: 100rel
		> 180
		    Require: 100rel
		    RSeq: 7001
		< PRACK
		    RAck: 7001 [0-9]+ INVITE
		> 200
		> 183 INVITE voice
		    Require: 100rel
		    RSeq: 7002
		< PRACK
		    RAck: 7002 [0-9]+ INVITE
		> 200
		> 200 INVITE
		< ACK
		`+deskHangsUp)
	dials(t, d, "x", address)
	expect(d.recorder, func(e phone.CallRinging) bool { return e.Early })
	expect(d.recorder, func(e phone.MediaChanged) bool { return e.Codec == "PCMA" })
	hangsUp(t, d, "x")
	waitFor(t, done)
}

// TestSIPpCallsReliably: our 180 is confirmed, and only then we answer.
func TestSIPpCallsReliably(t *testing.T) {
	d := newDesk(t)
	done := sippCalls(t, d, `
		> INVITE voice
		    Require: 100rel
		< 180
		    Require: 100rel
		    RSeq: [0-9]+ as rseq
		> PRACK
		    RAck: [$rseq] 1 INVITE
		< 200
		    CSeq: PRACK
		< 200
		    CSeq: INVITE
		> ACK
		`+deskHangsUp)
	e := expect[phone.CallArrived](d.recorder, nil)
	eventually(t, func() bool { return confirmed(d.Agent, e.Call) })
	if err := d.Answer(e.Call, phone.Reception{}); err != nil {
		t.Fatal(err)
	}
	expect[phone.MediaChanged](d.recorder, nil)
	hangsUp(t, d, e.Call)
	waitFor(t, done)
}

// confirmed asks a call whether its 180 was.
func confirmed(a *Agent, id phone.CallID) bool {
	a.mu.Lock()
	c := a.calls[id]
	a.mu.Unlock()
	if c == nil {
		return false
	}
	answer := make(chan bool, 1)
	c.must(func() { answer <- c.sure.seq != 0 && c.sure.open == nil })
	return <-answer
}
