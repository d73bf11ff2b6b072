package main

import (
	"testing"

	"permanence/audio/audiotest"
	"permanence/audio/wav"
	"permanence/phone"
	"permanence/ui/desk"
)

// Three whole desks: A calls B, B asks C and puts A through, and in the end A and
// C hear each other while B is free again.
func TestThreeDesksTransfer(t *testing.T) {
	a, b, c := openTestStation(t, 440), openTestStation(t, 1000), openTestStation(t, 1700)
	a.core.Send(desk.DialPressed{Target: "sip:desk@" + b.address(t)})
	b.takes(t)
	talk(t, a, b)

	b.core.Send(desk.TransferOpened{})
	a.until(t, "A waits", func(s desk.State) bool { return s.Calls[0].HeldThere })
	b.core.Send(desk.TransferChosen{Number: "sip:desk@" + c.address(t), Name: "C", Announced: true})
	c.takes(t)
	b.until(t, "B talks with C", func(s desk.State) bool {
		return s.Transfer != nil && s.Call(s.Transfer.With) != nil && s.Call(s.Transfer.With).Phase == desk.Talking
	})
	b.core.Send(desk.TransferCompleted{})
	b.until(t, "B is free", func(s desk.State) bool { return len(s.Calls) == 0 })
	talk(t, a, c)

	for _, e := range b.core.State().History {
		if e.Cause != phone.Transferred {
			t.Errorf("B's call with %q ended with %q", e.Name, e.Cause)
		}
	}
	if to := transferredTo(b.core.State().History); to != "C" {
		t.Errorf("B's history says transferred to %q", to)
	}
	if s := a.core.State(); len(s.Tickets) != 1 {
		t.Errorf("A has %d tickets, want the one of the call it made", len(s.Tickets))
	}
	a.heardLast(t, 1700, 440)
	c.heardLast(t, 440, 1700)
}

// takes answers the call that arrives.
func (d *testStation) takes(t *testing.T) {
	t.Helper()
	d.until(t, "it rings", func(s desk.State) bool { return s.OldestRinging() != "" })
	d.core.Send(desk.AnswerPressed{})
}

// talk waits until two desks have heard each other for a while in a call that
// nobody holds.
func talk(t *testing.T, desks ...*testStation) {
	t.Helper()
	for _, d := range desks {
		d.until(t, "they hear each other", func(s desk.State) bool {
			for _, c := range s.Calls {
				m, ok := d.agent.Stats(c.ID)
				if ok && c.Phase == desk.Talking && !c.HeldThere && m.PacketsHeard > 150 && m.LevelHeardDBF > -30 {
					return true
				}
			}
			return false
		})
	}
}

func transferredTo(history []desk.Entry) string {
	for _, e := range history {
		if e.TransferredTo != "" {
			return e.TransferredTo
		}
	}
	return ""
}

// heardLast closes the desk and looks for the tones in the last that it played.
func (d *testStation) heardLast(t *testing.T, want, not float64) {
	t.Helper()
	if err := d.close(); err != nil {
		t.Error(err)
	}
	pcm, err := wav.Load(d.ear)
	if err != nil {
		t.Fatal(err)
	}
	end := len(pcm) - 24000 // the last half second is closing
	if err := audiotest.Check(pcm[end-48000:end], []float64{want}, []float64{not}); err != nil {
		t.Errorf("%.0f Hz: %v", want, err)
	}
}
