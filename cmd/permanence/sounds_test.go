//go:build !office

package main

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"permanence/audio"
	"permanence/audio/audiotest"
	"permanence/audio/wav"
	"permanence/clients"
	"permanence/phone"
	"permanence/store"
	"permanence/ui/desk"
)

func withLibrary(t *testing.T, do func(l soundLibrary)) {
	t.Helper()
	err := withStore(t.Context(), t.TempDir(), func(s *store.Store) error {
		do(soundLibrary{s})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// whole is all that a source plays.
func whole(s audio.Source) (pcm []int16) {
	f := make(audio.Frame, audio.FrameSize)
	for s.Next(f) {
		pcm = append(pcm, f...)
	}
	return pcm
}

func TestLibraryTakesFilesIn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "accueil.wav")
	writeTone(t, path, 700)
	withLibrary(t, func(l soundLibrary) {
		as := clients.Sound{ID: phone.SoundID(newID()), Kind: clients.SoundMusic}
		last := 0.0
		got, err := l.Import(t.Context(), path, as, func(share float64) { last = share })
		if err != nil || last != 1 || got.ID != as.ID || got.Length < 900*time.Millisecond {
			t.Fatalf("imported %+v, told %v: %v", got, last, err)
		}
		src, err := l.Open(string(as.ID))
		if err != nil {
			t.Fatal(err)
		}
		if level := audiotest.Level(whole(src), 700); level < -30 {
			t.Errorf("its tone is at %.0f dBFS", level)
		}
		if _, err := l.Import(t.Context(), path, as, nil); err == nil {
			t.Error("a sound was replaced")
		}
	})
}

func TestLibraryRefusesWhatIsNoSound(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lettre.wav")
	if err := os.WriteFile(path, []byte("Madame, Monsieur"), 0o600); err != nil {
		t.Fatal(err)
	}
	withLibrary(t, func(l soundLibrary) {
		as := clients.Sound{ID: phone.SoundID(newID())}
		_, err := l.Import(t.Context(), path, as, nil)
		if p := soundProblem(err, ""); p.Code != "sound.not-audio" {
			t.Errorf("the problem is %+v", p)
		}
		if _, err := l.Open(string(as.ID)); !errors.Is(err, store.ErrNoSound) {
			t.Errorf("it left something behind: %v", err)
		}
		if _, err := l.Import(t.Context(), filepath.Join(path, "nowhere"), as, nil); err == nil {
			t.Error("a file that is not there came in")
		}
	})
}

func TestLibraryRecords(t *testing.T) {
	withLibrary(t, func(l soundLibrary) {
		id := string(newID())
		sink, err := l.Create(id)
		if err != nil {
			t.Fatal(err)
		}
		pcm := audiotest.Samples(time.Second, audiotest.Tone{Hz: 900, DBFS: audiotest.Voice})
		for i := 0; i < len(pcm); i += audio.FrameSize {
			sink.Write(pcm[i : i+audio.FrameSize])
		}
		if kept, err := sink.Close(); err != nil || kept.Length != time.Second || kept.Silent {
			t.Errorf("recorded %+v: %v", kept, err)
		}
		src, err := l.Open(id)
		if err != nil || src.Length() != time.Second {
			t.Fatalf("opened %v: %v", src, err)
		}
		if _, err := l.Create(id); err == nil {
			t.Error("it can be recorded over")
		}
		if _, err := l.Open(string(newID())); !errors.Is(err, store.ErrNoSound) {
			t.Errorf("a sound that is not there: %v", err)
		}
		if beep, err := l.Open(string(phone.Beep)); err != nil || len(whole(beep)) == 0 {
			t.Errorf("the beep: %v", err)
		}
	})
}

// The operator records a greeting and listens to it: the whole desk, with files in
// place of the devices.
func TestOperatorRecordsAndListens(t *testing.T) {
	d := openTestStation(t, 440)
	d.core.Send(desk.DictationBegun{Kind: clients.SoundGreeting})
	d.until(t, "she dictates", func(s desk.State) bool {
		return s.Dictation != nil && !s.Dictation.Since.IsZero() && s.Now.Sub(s.Dictation.Since) > 2*time.Second
	})
	d.core.Send(desk.DictationEnded{})
	var made clients.Sound
	d.until(t, "the recording is listed", func(s desk.State) bool {
		if s.Dictation == nil || !s.Dictation.Kept {
			return false
		}
		made = s.Dictation.As
		return true
	})
	if made.Length < time.Second || made.Length > 10*time.Second {
		t.Errorf("it lasts %v", made.Length)
	}
	d.core.Send(desk.SoundPlayed{Sound: made.ID})
	d.until(t, "she listens", func(s desk.State) bool { return s.Listening != nil })
	d.until(t, "it has been heard", func(s desk.State) bool { return s.Listening == nil })
	d.core.Send(desk.SoundPlayed{Sound: "0198c1a2-0000-7000-8000-000000000000"})
	d.until(t, "a sound is missing", func(s desk.State) bool {
		return s.Listening == nil && len(s.Notices) == 1 && s.Notices[0].Code == "sound.missing"
	})
	if err := d.close(); err != nil {
		t.Fatal(err)
	}
	heard, err := wav.Load(d.ear)
	if err != nil {
		t.Fatal(err)
	}
	loud := 0
	for len(heard) >= audio.FrameSize {
		if audiotest.Level(heard[:audio.FrameSize], 440) > -35 {
			loud++
		}
		heard = heard[audio.FrameSize:]
	}
	if got, want := time.Duration(loud)*audio.FrameDuration, made.Length; got < want*7/10 || got > want*11/10 {
		t.Errorf("of %v she has heard %v", want, got)
	}
}
