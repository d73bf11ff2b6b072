//go:build !office

package main

import (
	"testing"
	"time"

	"permanence/audio/audiotest"
	"permanence/audio/wav"
	"permanence/phone"
	"permanence/phone/simulator"
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
	a.heardLast(t, []float64{1700}, 440)
	c.heardLast(t, []float64{440}, 1700)
}

// An operator's trunk that knows no transfer: the desk calls the third by itself,
// joins the two, and is in neither ear.
func TestTransferWithoutTheNetworksHelpIsJoinedHere(t *testing.T) {
	b := openTestStation(t, 1000)
	third := newTrunk(t, simulator.Tone(1700, -15, time.Second))
	caller := newTrunk(t, nil)
	over := make(chan simulator.Outcome, 1)
	plan := simulator.Plan{Target: "desk@" + b.address(t), CallerNumber: "+33639980112", Part: simulator.Part{
		Voice: simulator.Tone(440, -15, time.Second),
		Until: func(heard simulator.Recording) bool { return heard.ToneTime(1700) >= time.Second },
	}}
	go func() {
		o, err := caller.Call(t.Context(), plan)
		if err != nil {
			t.Error(err)
		}
		over <- o
	}()
	b.takes(t)
	b.until(t, "they talk", func(s desk.State) bool { return s.Calls[0].Phase == desk.Talking })
	b.core.Send(desk.TransferChosen{Number: "sip:third@" + third.Addr(), Name: "La mairie"})
	b.until(t, "the two are joined", func(s desk.State) bool { return len(s.Calls) == 2 && s.Calls[0].Alone && s.Calls[1].Alone })
	if o := <-over; o.Ending != simulator.HungUp {
		t.Errorf("the caller's call ended with %q; it heard %v", o.Ending, o.Heard)
	}
	b.until(t, "the third is not left alone", func(s desk.State) bool { return len(s.Calls) == 0 })
	if to := transferredTo(b.core.State().History); to != "La mairie" {
		t.Errorf("the history says transferred to %q", to)
	}
}

// newTrunk is a network that refuses transfers and where every number answers.
func newTrunk(t *testing.T, voice simulator.Voice) *simulator.Simulator {
	t.Helper()
	s, err := simulator.New(simulator.Config{
		Bind: "127.0.0.1:0", NoTransfer: true,
		Receive: func(simulator.Incoming) simulator.Reception {
			return simulator.Reception{Part: simulator.Part{Voice: voice}}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// In a conference each hears the two others, and not itself.
func TestThreeDesksConfer(t *testing.T) {
	a, b, c := openTestStation(t, 440), openTestStation(t, 1000), openTestStation(t, 1700)
	a.core.Send(desk.DialPressed{Target: "sip:desk@" + b.address(t)})
	b.takes(t)
	talk(t, a, b)
	b.core.Send(desk.DialPressed{Target: "sip:desk@" + c.address(t)})
	c.takes(t)
	talk(t, c)
	b.core.Send(desk.ConferencePressed{})
	b.until(t, "they confer", func(s desk.State) bool { return len(s.Calls) == 2 && s.Calls[0].Conference && s.Calls[1].Conference })
	a.until(t, "A waits no more", func(s desk.State) bool { return !s.Calls[0].HeldThere })
	a.hearsOn(t)
	a.heardLast(t, []float64{1000, 1700}, 440)
	c.heardLast(t, []float64{440, 1000}, 1700)
	b.until(t, "B is alone", func(s desk.State) bool { return len(s.Calls) == 0 })
}

// takes answers the call that arrives.
func (d *testStation) takes(t *testing.T) {
	t.Helper()
	d.until(t, "it rings", func(s desk.State) bool { return s.OldestRinging() != "" })
	d.core.Send(desk.AnswerPressed{})
}

// hearsOn lets a conversation go on, so that there is something to listen to.
func (d *testStation) hearsOn(t *testing.T) {
	t.Helper()
	call := d.core.State().Calls[0].ID
	before, _ := d.agent.Stats(call)
	d.until(t, "the conversation goes on", func(desk.State) bool {
		m, ok := d.agent.Stats(call)
		return ok && m.PacketsHeard > before.PacketsHeard+200
	})
}

// talk waits until two desks have heard each other for a while in a call that
// nobody holds.
func talk(t *testing.T, desks ...*testStation) {
	t.Helper()
	for _, d := range desks {
		d.until(t, "they hear each other", func(s desk.State) bool {
			for _, c := range s.Calls {
				m, ok := d.agent.Stats(c.ID)
				if ok && c.Phase == desk.Talking && !c.HeldThere && m.PacketsHeard > 200 && m.LevelHeardDBF > -30 {
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

// heardLast closes the desk and looks for the tones in what it played shortly before.
func (d *testStation) heardLast(t *testing.T, want []float64, not float64) {
	t.Helper()
	if err := d.close(); err != nil {
		t.Error(err)
	}
	pcm, err := wav.Load(d.ear)
	if err != nil {
		t.Fatal(err)
	}
	end := len(pcm) - 72000 // what was said while the desks were closed, one by one
	hears(t, pcm[end-48000:end], want, not)
}

// hears looks for tones in short pieces, of which a busy machine may spoil some:
// where the clocks of two desks are brought together a tone has a seam.
func hears(t *testing.T, pcm []int16, want []float64, not float64) {
	t.Helper()
	const piece = 4800 // 100 ms
	good, last := 0, error(nil)
	for at := 0; at+piece <= len(pcm); at += piece {
		if err := audiotest.Check(pcm[at:at+piece], want, []float64{not}); err != nil {
			last = err
			continue
		}
		good++
	}
	if good < len(pcm)/piece/2 {
		t.Errorf("%v were heard in %d of %d pieces: %v", want, good, len(pcm)/piece, last)
	}
}
