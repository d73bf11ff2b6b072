package main

import (
	"bytes"
	"reflect"
	"testing"
	"time"

	"permanence/assets"
	"permanence/clients"
	"permanence/store"
	"permanence/store/exchange"
)

// TestDemoSounds: whatever a client of the demo plays can be heard, also when its
// folder is opened a second time, and after days.
func TestDemoSounds(t *testing.T) {
	s, err := store.Open(t.Context(), t.TempDir(), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	doc, err := exchange.Read(bytes.NewReader(assets.DemoYAML()))
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC)
	if _, err := exchange.Import(t.Context(), s, doc, "", now); err != nil {
		t.Fatal(err)
	}
	var first []clients.Sound
	for range 2 {
		snap, err := s.Load(t.Context(), now)
		if err != nil {
			t.Fatal(err)
		}
		if err := fillSounds(t.Context(), s, snap.Clients, now); err != nil {
			t.Fatal(err)
		}
		if _, err := s.ExpireSounds(t.Context(), now.AddDate(0, 0, 3)); err != nil {
			t.Fatal(err)
		}
		if snap, err = s.Load(t.Context(), now); err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = snap.Sounds
		}
		if len(first) == 0 || !reflect.DeepEqual(snap.Sounds, first) {
			t.Fatalf("listed are %+v; want %+v", snap.Sounds, first)
		}
		for _, c := range snap.Clients {
			for _, id := range c.Voice.Sounds() {
				r, err := s.OpenSound(id)
				if err != nil {
					t.Fatal(err)
				}
				r.Close()
			}
		}
	}
	if l := first[0].Length; l < 5*time.Second || l > 30*time.Second {
		t.Errorf("the machine speaks for %v", l)
	}
}
