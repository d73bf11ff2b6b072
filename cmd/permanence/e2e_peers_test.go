//go:build !office

package main_test

import (
	"context"
	"testing"
	"time"

	"permanence/phone/simulator"
)

// TestE2EPeers proves the peers themselves, without the desk: when this fails,
// a failure of the others says nothing about Permanence.
func TestE2EPeers(t *testing.T) {
	caller, desk := account{"0639981122", "caller-secret"}, account{"desk", "desk-secret"}
	o := startKamailio(t, operator{
		Accounts: []account{caller, desk},
		Forwards: []forward{{Number: "+33536491010", To: "desk"}},
	})
	ours := startTelephone(t, telephoneConfig{Name: "desk", Account: desk, Operator: o, ToneHz: 1000, Answer: true})
	theirs := startTelephone(t, telephoneConfig{Name: "caller", Display: "Mme Lefèvre", Account: caller, Operator: o, ToneHz: 440})

	theirs.dial("+33536491010", o)
	theirs.expect("CALL_ESTABLISHED")
	ours.expect("CALL_ESTABLISHED")
	ours.waitFor("Diversion: <sip:+33536491010@operator.test;user=phone>;reason=unconditional")
	theirs.waitToHear(1000, time.Second)
	ours.waitToHear(440, time.Second)
	theirs.hangUp()
	ours.expect("CALL_CLOSED")
}

// TestE2EPeersTrunk proves the simulator as a caller from outside, who reaches a
// registered telephone through the server's Record-Route.
func TestE2EPeersTrunk(t *testing.T) {
	ours := account{"desk", "desk-secret"}
	sim := newSimulator(t, simulator.Reception{})
	o := startKamailio(t, operator{
		Trunk: sim.Addr(), Accounts: []account{ours},
		Forwards: []forward{{Number: "+33536491010", To: "desk"}},
	})
	tel := startTelephone(t, telephoneConfig{Name: "desk", Account: ours, Operator: o, ToneHz: 1000, Answer: true})
	out, err := sim.Call(patient(t), simulator.Plan{
		Target: o.Addr, Called: "+33536491010", CallerName: "Mme Lefèvre", CallerNumber: "+33639981122",
		Part: simulator.Part{
			Voice: simulator.Tone(440, -10, time.Second),
			Until: func(r simulator.Recording) bool { return r.ToneTime(1000) >= time.Second },
		},
	})
	if err != nil || out.Ending != simulator.HungUp {
		t.Errorf("the call: %+v, %v", out, err)
	}
	tel.expect("CALL_CLOSED")
	if got := tel.heard().ToneTime(440); got < 500*time.Millisecond {
		t.Errorf("the telephone heard 440 Hz for %v", got)
	}
}

// newSimulator is somebody outside, who receives calls so.
func newSimulator(t *testing.T, r simulator.Reception) *simulator.Simulator {
	t.Helper()
	sim, err := simulator.New(simulator.Config{
		Bind:    "127.0.0.1:0",
		Receive: func(simulator.Incoming) simulator.Reception { return r },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := sim.Close(); err != nil {
			t.Error(err)
		}
	})
	return sim
}

func patient(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	return ctx
}
