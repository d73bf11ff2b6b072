//go:build !office

package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"permanence/audio/audiotest"
	"permanence/audio/wav"
	"permanence/phone"
	"permanence/store"
	"permanence/ui/desk"
)

// testPatience bounds a wait; it is reached only when something is broken.
const testPatience = 30 * time.Second

// Two whole desks call each other: the only peer that speaks Opus to us in these
// tests is ourselves, and each must hear the other's tone and not its own.
func TestTwoDesksTalkInOpus(t *testing.T) {
	a, b := openTestStation(t, 440), openTestStation(t, 1000)
	to := b.address(t)
	a.core.Send(desk.DialPressed{Target: "sip:desk@" + to})
	b.until(t, "it rings", func(s desk.State) bool { return len(s.Calls) == 1 })
	b.core.Send(desk.AnswerPressed{})
	for _, d := range []*testStation{a, b} {
		d.until(t, "they hear each other in Opus", func(s desk.State) bool {
			if len(s.Calls) == 0 || s.Calls[0].Codec != "opus" {
				return false
			}
			m, ok := d.agent.Stats(s.Calls[0].ID)
			return ok && m.PacketsHeard > 100 && m.LevelHeardDBF > -30
		})
	}
	a.core.Send(desk.HangupPressed{})
	b.until(t, "it is over at the other desk", func(s desk.State) bool {
		return len(s.History) == 1 && s.History[0].Cause == phone.HungUpThere
	})
	a.heard(t, 1000, 440)
	b.heard(t, 440, 1000)
}

// testStation is a desk whose microphone says one tone and whose earpiece is a file.
type testStation struct {
	*station
	ear string
}

func openTestStation(t *testing.T, hz float64) *testStation {
	t.Helper()
	dir := t.TempDir()
	mic, ear := filepath.Join(dir, "mic.wav"), filepath.Join(dir, "ear.wav")
	writeTone(t, mic, hz)
	data := filepath.Join(dir, "desk")
	err := withStore(t.Context(), data, func(s *store.Store) error {
		return s.SaveSettings(t.Context(), desk.Settings{Lines: []phone.Line{{
			ID: "direct", Label: "Directe", User: "desk", Direct: true, Bind: "127.0.0.1:0",
		}}})
	})
	if err != nil {
		t.Fatal(err)
	}
	s, err := openStation(context.WithoutCancel(t.Context()), stationOptions{dir: data, mic: mic, ear: ear}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.close() })
	return &testStation{station: s, ear: ear}
}

func writeTone(t *testing.T, path string, hz float64) {
	t.Helper()
	w, err := wav.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	tone := audiotest.Samples(time.Second, audiotest.Tone{Hz: hz, DBFS: audiotest.Voice})
	if err := errors.Join(w.Write(tone), w.Close()); err != nil {
		t.Fatal(err)
	}
}

// address is where the desk's direct line listens.
func (d *testStation) address(t *testing.T) string {
	t.Helper()
	d.until(t, "the line listens", func(s desk.State) bool { return len(s.Lines) == 1 && s.Lines[0].State.Ready() })
	at, ok := d.agent.Address("direct")
	if !ok {
		t.Fatal("the line has no address")
	}
	return at.String()
}

func (d *testStation) until(t *testing.T, what string, ok func(desk.State) bool) {
	t.Helper()
	states, cancel := d.core.Subscribe()
	defer cancel()
	limit := time.After(testPatience)
	for {
		select {
		case s := <-states:
			if ok(s) {
				return
			}
		case <-limit:
			t.Fatalf("waited %v in vain until %s: %+v", testPatience, what, d.core.State().Calls)
		}
	}
}

// heard closes the desk and looks for the tones in what its earpiece played.
func (d *testStation) heard(t *testing.T, want, not float64) {
	t.Helper()
	if err := d.close(); err != nil {
		t.Error(err)
	}
	pcm, err := wav.Load(d.ear)
	if err != nil {
		t.Fatal(err)
	}
	voice := slices.Clone(pcm[len(pcm)/3 : 2*len(pcm)/3])
	if err := audiotest.Check(voice, []float64{want}, []float64{not}); err != nil {
		t.Errorf("%.0f Hz: %v", want, err)
	}
}

func TestStrangersAreLoggedOncePerReport(t *testing.T) {
	var log strings.Builder
	s := &station{log: slog.New(slog.NewTextHandler(&log, nil)), core: desk.New(desk.Config{Now: time.Now, NewID: newID})}
	s.report(phone.StrangersTurnedAway{Line: "l1", Total: 2000, From: "192.0.2.7"})
	s.report(phone.CallEnded{Call: "c1"})
	if got := log.String(); strings.Count(got, "\n") != 1 || !strings.Contains(got, "line=l1 total=2000 from=192.0.2.7") {
		t.Errorf("logged %q", got)
	}
}
