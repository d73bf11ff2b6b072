package main_test

import (
	"testing"
	"time"
)

// TestE2EPeers proves the peers themselves, without the desk: when this fails,
// a failure of the others says nothing about Permanence.
func TestE2EPeers(t *testing.T) {
	caller, desk := account{"0612345678", "caller-secret"}, account{"desk", "desk-secret"}
	o := startKamailio(t, operator{
		Accounts: []account{caller, desk},
		Forwards: []forward{{Number: "+33561000001", To: "desk"}},
	})
	ours := startTelephone(t, telephoneConfig{Name: "desk", Account: desk, Operator: o, ToneHz: 1000, Answer: true})
	theirs := startTelephone(t, telephoneConfig{Name: "caller", Display: "Mme Lefèvre", Account: caller, Operator: o, ToneHz: 440})

	theirs.dial("+33561000001", o)
	theirs.expect("CALL_ESTABLISHED")
	ours.expect("CALL_ESTABLISHED")
	ours.waitFor("Diversion: <sip:+33561000001@operator.test;user=phone>;reason=unconditional")
	theirs.waitToHear(1000, time.Second)
	ours.waitToHear(440, time.Second)
	theirs.hangUp()
	ours.expect("CALL_CLOSED")
}
