//go:build !office

package main

import (
	"context"
	"testing"
	"time"

	"permanence/phone/simulator"
)

func demoWords(t *testing.T, name string) simulator.Voice {
	t.Helper()
	v, err := demoVoice(name)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// heardAs is a voice as it arrives: later, softer, and coarser than it was sent.
func heardAs(v simulator.Voice, after time.Duration) simulator.Recording {
	r := make(simulator.Recording, int(after*simulator.Rate/time.Second))
	for _, s := range v {
		r = append(r, s/3&^15)
	}
	return r
}

func TestLocateFindsWhatWasSaid(t *testing.T) {
	said := demoWords(t, "roc-fuite")
	heard := heardAs(said, 1500*time.Millisecond)
	end, err := locate(heard, said)
	if err != nil || end < len(heard)-simulator.Rate/50 {
		t.Fatalf("found to %d of %d: %v", end, len(heard), err)
	}
	for what, r := range map[string]simulator.Recording{
		"half of it":                     heard[:len(heard)/2],
		"another voice":                  heardAs(demoWords(t, "petit-enfant"), 0),
		"a tone":                         simulator.Recording(simulator.Tone(micHz, micDBFS, 9*time.Second)),
		"silence":                        make(simulator.Recording, 9*simulator.Rate),
		"nothing":                        nil,
		"its end and then its beginning": append(heardAs(said[len(said)/2:], 0), heardAs(said[:len(said)/2], 0)...),
	} {
		if at, err := locate(r, said); err == nil {
			t.Errorf("found in %s at %v", what, at)
		}
	}
	if _, err := locate(heard, said[:pieceFor]); err == nil {
		t.Error("200 ms are enough to know a sound by")
	}
}

// No sound of the demo must be taken for the secretary's microphone.
func TestRoomIsTold(t *testing.T) {
	room := simulator.Recording(simulator.Tone(micHz, micDBFS, time.Second))
	if d := room.ToneTime(micHz); d != time.Second {
		t.Errorf("a second of the room is known as %v", d)
	}
	s := demoStore(t)
	r := rehearsal{s: &station{sounds: &operatorSounds{library: soundLibrary{s}}}}
	for _, made := range listedSounds(t, s) {
		v, err := r.recorded(made.ID)
		if err != nil {
			t.Fatal(err)
		}
		if d := simulator.Recording(v).ToneTime(micHz); d > 0 {
			t.Errorf("%s %s sounds like the room for %v", made.Kind, made.ID, d)
		}
	}
}

func TestWitness(t *testing.T) {
	w := witness{enough: 200 * time.Millisecond}
	all := simulator.Recording(simulator.Tone(440, -12, time.Second))
	for _, c := range []struct {
		heard int
		ends  bool
	}{{800, false}, {1500, false}, {1600, true}} {
		if ends := w.hears(all[:c.heard]); ends != c.ends || len(w.sofar()) != c.heard {
			t.Errorf("after %d samples: ends %v, remembers %d", c.heard, ends, len(w.sofar()))
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 120*time.Millisecond)
	defer cancel()
	if err := w.until(ctx, func(simulator.Recording) bool { return false }); err == nil {
		t.Error("what was not heard is no error")
	}
}
