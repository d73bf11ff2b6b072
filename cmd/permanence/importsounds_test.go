//go:build !office

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"permanence/assets"
	"permanence/clients"
	"permanence/phone"
	"permanence/store"
	"permanence/store/exchange"
)

// demoSounds is how many sounds the clients of the demo have recorded.
const demoSounds = 18

var soundsDay = time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC)

// demoStore is a store with the clients of the demo and what their callers hear.
func demoStore(t *testing.T) *store.Store {
	t.Helper()
	s := mutedStore(t)
	take(t, s, demoSound, demoSounds, 0)
	return s
}

// mutedStore is a store with the clients of the demo, and without the sounds that
// their cards name.
func mutedStore(t *testing.T) *store.Store {
	t.Helper()
	s := emptyStore(t)
	doc, err := exchange.Read(bytes.NewReader(assets.DemoYAML()))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := exchange.Import(t.Context(), s, doc, "", soundsDay); err != nil {
		t.Fatal(err)
	}
	return s
}

func emptyStore(t *testing.T) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), t.TempDir(), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func take(t *testing.T, s *store.Store, from soundSource, taken, missing int) {
	t.Helper()
	n, m, err := takeSounds(t.Context(), s, from, soundsDay)
	if err != nil || n != taken || m != missing {
		t.Fatalf("%d sounds taken, %d missing, %v; want %d and %d", n, m, err, taken, missing)
	}
}

func listedSounds(t *testing.T, s *store.Store) []clients.Sound {
	t.Helper()
	list, err := s.Sounds(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func voiceOf(t *testing.T, s *store.Store, id phone.SoundID) []byte {
	t.Helper()
	r, err := s.OpenSound(id)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(r)
	if err := errors.Join(err, r.Close()); err != nil {
		t.Fatal(err)
	}
	return b
}

// TestDemoSounds: whatever a client of the demo plays can be heard, also when its
// folder is opened a second time, and after days.
func TestDemoSounds(t *testing.T) {
	s := demoStore(t)
	first := listedSounds(t, s)
	for _, made := range first {
		if made.Length < time.Second || made.Length > 30*time.Second || made.Kind == clients.SoundName && made.Length > 2*time.Second {
			t.Errorf("%s %s lasts %v", made.Kind, made.ID, made.Length)
		}
	}
	if gone, err := s.ExpireSounds(t.Context(), soundsDay.AddDate(0, 0, 3)); err != nil || len(gone) != 0 {
		t.Fatalf("gone is %+v, %v", gone, err)
	}
	take(t, s, demoSound, 0, 0)
	if again := listedSounds(t, s); !reflect.DeepEqual(again, first) {
		t.Errorf("listed are %+v; want %+v", again, first)
	}
}

// TestDemoGreetingsAreSpoken: at any hour, what stands on the card of a client of
// the demo is what its callers hear.
func TestDemoGreetingsAreSpoken(t *testing.T) {
	s := demoStore(t)
	snap, err := s.Load(t.Context(), soundsDay)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range snap.Clients {
		for hour := range 7 * 24 {
			at := soundsDay.Add(time.Duration(hour) * time.Hour)
			g, ok := c.Greet(at)
			if _, spoken := c.Voice.Spoken(snap.Operator.ID, g); !ok || !spoken {
				t.Fatalf("%s, %v: %q is not spoken by %s", c.Name, at, g.Text, snap.Operator.Name)
			}
		}
	}
}

// name makes a client's card name a sound as its music.
func name(t *testing.T, s *store.Store, id phone.SoundID) {
	t.Helper()
	list, err := s.Clients(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c := list[slices.IndexFunc(list, func(c clients.Client) bool { return len(c.Voice.Machines) > 0 })]
	is := c
	is.Voice.Music = id
	m := clients.Mutation{ID: clients.ID(newID()), At: soundsDay, Change: clients.PatchClient{Client: c.ID, Fields: clients.Diff(c, is)}}
	if err := s.Apply(t.Context(), m); err != nil {
		t.Fatal(err)
	}
}

func carry(t *testing.T, from, to *store.Store, file string) {
	t.Helper()
	doc, err := exchange.Export(t.Context(), from)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := exchange.Import(t.Context(), to, doc, "", soundsDay); err != nil {
		t.Fatal(err)
	}
	if n, err := giveSounds(t.Context(), from, file); err != nil || n != demoSounds {
		t.Fatalf("%d sounds given, %v; want those of the cards", n, err)
	}
}

// TestSoundsTravel: a desk that imports what another exported plays the same. A
// caller's voice stays, even if a card names it.
func TestSoundsTravel(t *testing.T) {
	from, to := demoStore(t), emptyStore(t)
	recorded := clients.Sound{ID: "019aa000-0000-7000-8000-000000000001", Kind: clients.SoundCall, Made: soundsDay, DeleteOn: soundsDay.Add(time.Hour)}
	w, err := from.CreateSound(recorded.ID)
	if err != nil {
		t.Fatal(err)
	}
	_, err = io.WriteString(w, "une conversation")
	if err := errors.Join(err, w.Close(), from.KeepSound(t.Context(), recorded)); err != nil {
		t.Fatal(err)
	}
	name(t, from, recorded.ID)
	file := filepath.Join(t.TempDir(), "bureau.yaml")
	carry(t, from, to, file)
	take(t, to, soundsBeside(file), demoSounds, 1)
	want := listedSounds(t, from)
	if got := listedSounds(t, to); !reflect.DeepEqual(got, want) {
		t.Fatalf("listed are %+v; want %+v", got, want)
	}
	if !bytes.Equal(voiceOf(t, to, want[0].ID), voiceOf(t, from, want[0].ID)) {
		t.Error("the machine says something else")
	}
	take(t, to, soundsBeside(file), 0, 1)
}

// TestWhatIsNoSoundIsNotTaken: the folder is anybody's.
func TestWhatIsNoSoundIsNotTaken(t *testing.T) {
	from, to := demoStore(t), emptyStore(t)
	file := filepath.Join(t.TempDir(), "bureau.yaml")
	carry(t, from, to, file)
	id := listedSounds(t, from)[0].ID
	path := filepath.Join(filepath.Dir(file), soundsFolder, string(id)+".opus")
	if err := os.WriteFile(path, []byte("MZ…"), 0o600); err != nil {
		t.Fatal(err)
	}
	if n, _, err := takeSounds(t.Context(), to, soundsBeside(file), soundsDay); n != demoSounds-1 || err == nil || !strings.Contains(err.Error(), string(id)) {
		t.Errorf("%d taken, %v; want the file refused by its name", n, err)
	}
	if list := listedSounds(t, to); len(list) != demoSounds-1 {
		t.Errorf("listed are %+v", list)
	}
	name(t, to, "../../etc/passwd")
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	take(t, to, soundsBeside(file), 0, 2)
}

// TestSoundThatCannotBeWritten: it was found, so it is not said to be missing.
func TestSoundThatCannotBeWritten(t *testing.T) {
	s := mutedStore(t)
	folder := filepath.Join(s.Dir(), "sounds")
	if err := os.Symlink(filepath.Join(s.Dir(), "unplugged"), folder); err != nil {
		t.Fatal(err)
	}
	if taken, missing, err := takeSounds(t.Context(), s, demoSound, soundsDay); taken != 0 || missing != 0 || err == nil {
		t.Errorf("%d sounds taken, %d missing, %v; want only the trouble of the disk", taken, missing, err)
	}
	if err := os.Remove(folder); err != nil {
		t.Fatal(err)
	}
	take(t, s, demoSound, demoSounds, 0)
}

// TestSoundThatCannotBeListed: its file does not stay behind, where the next import
// would take it for one that is there.
func TestSoundThatCannotBeListed(t *testing.T) {
	s := demoStore(t)
	first := listedSounds(t, s)[0]
	if err := s.DropSound(t.Context(), first.ID); err != nil {
		t.Fatal(err)
	}
	_, err := takeSound(t.Context(), s, demoSound, clients.Sound{ID: first.ID, Kind: "hologram", Made: soundsDay})
	if err == nil || hasSound(s, first.ID) {
		t.Errorf("the sound is there, and listed nowhere: %v", err)
	}
	take(t, s, demoSound, 1, 0)
}

// TestImportAndExportSounds takes the commands' own way.
func TestImportAndExportSounds(t *testing.T) {
	first, second, out := t.TempDir(), t.TempDir(), t.TempDir()
	file := filepath.Join(out, "bureau.yaml")
	if err := os.WriteFile(file, assets.DemoYAML(), 0o600); err != nil {
		t.Fatal(err)
	}
	run := func(command func(context.Context, outputs, []string) error, args ...string) string {
		t.Helper()
		var said bytes.Buffer
		if err := command(t.Context(), outputs{out: &said, err: &said}, args); err != nil {
			t.Fatal(err)
		}
		return said.String()
	}
	if said := run(runImport, "--data", first, file); !strings.Contains(said, fmt.Sprintf("Sons : 0 repris, %d manquants.", demoSounds)) {
		t.Errorf("the import says %q", said)
	}
	err := withStore(t.Context(), first, func(s *store.Store) error {
		_, _, err := takeSounds(t.Context(), s, demoSound, soundsDay)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	run(runExport, "--data", first, file)
	if said := run(runImport, "--data", second, file); !strings.Contains(said, fmt.Sprintf("Sons : %d repris, 0 manquants.", demoSounds)) {
		t.Errorf("the import says %q", said)
	}
}
