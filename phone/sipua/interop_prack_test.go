package sipua

import (
	"testing"

	"permanence/phone"
)

// TestSIPpIsCalledReliably: both of SIPp's provisional responses are confirmed,
// and the answer in the second is the call's.
func TestSIPpIsCalledReliably(t *testing.T) {
	d := newDesk(t)
	address, done := answering(t, "testdata/sipp-prack-called.xml")
	if err := d.Dial("x", "direct", phone.Outbound{Target: address}); err != nil {
		t.Fatal(err)
	}
	expect(d.recorder, func(e phone.CallRinging) bool { return e.Early })
	expect(d.recorder, func(e phone.MediaChanged) bool { return e.Codec == "PCMA" })
	if err := d.Hangup("x"); err != nil {
		t.Fatal(err)
	}
	wantEnd(d, "x", phone.HungUpHere)
	waitFor(t, done)
}

// TestSIPpCallsReliably: our 180 is confirmed, and only then we answer.
func TestSIPpCallsReliably(t *testing.T) {
	program(t, "sipp")
	d := newDesk(t)
	done := make(chan error, 1)
	sipp(t, done, "-sf", "testdata/sipp-prack-calling.xml", "-s", "desk", "-m", "1", d.at.String())
	e := expect[phone.CallArrived](d.recorder, nil)
	eventually(t, func() bool { return confirmed(d.Agent, e.Call) })
	if err := d.Answer(e.Call); err != nil {
		t.Fatal(err)
	}
	expect[phone.MediaChanged](d.recorder, nil)
	if err := d.Hangup(e.Call); err != nil {
		t.Fatal(err)
	}
	wantEnd(d, e.Call, phone.HungUpHere)
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
