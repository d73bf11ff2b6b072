//go:build !office

package main_test

import (
	"bytes"
	"database/sql"
	"os"
	"path/filepath"
	"testing"
	"time"

	"permanence/audio"
	"permanence/audio/audiotest"
	"permanence/audio/sound"
	"permanence/phone"
	"permanence/ui/control"
)

// TestE2EMachineCrash: after kill -9 while a caller speaks to the answering machine,
// what was said until then is a message in hand, and can be heard. After a second
// kill -9 it is there once, and not twice.
func TestE2EMachineCrash(t *testing.T) {
	greeting := spoken{"019aa000-0000-7000-8000-000000000003", greetingsTone, time.Second}
	c, _ := newCalls(t, bureau{Voice: map[string]spoken{"machine": greeting}})
	over := make(chan error, 1)
	go func() {
		_, err := c.world.Call(patient(t), c.plan("+33536491010"))
		over <- err
	}()
	call := c.desk.expect("call.arrived", func(control.Happening) bool { return true }).Call
	eventually(t, "three seconds are on the disk", func() bool {
		parts, _ := filepath.Glob(filepath.Join(c.desk.dir, "sounds", "*.part"))
		if len(parts) == 0 {
			return false
		}
		pages, _ := os.ReadFile(parts[0])
		return bytes.Count(pages, []byte("OggS")) >= 2+3 // two of them are the file's head
	})
	c.desk.kill()
	for _, start := range []string{"desk-again", "desk-once-more"} {
		c.desk.open(start, "--headless")
		c.desk.until("it is saved", func(s control.Status) bool { return s.Front.DraftSaved })
		s := c.desk.status()
		if s.Front.Sound == "" || s.Front.SoundS < 3 || s.Front.Client != "Maître Durand" || s.Front.Number != "06 39 98 11 22" {
			t.Fatalf("the message is not in hand: %+v", s.Front)
		}
		if heard := toneIn(t, filepath.Join(c.desk.dir, "sounds", s.Front.Sound+".opus"), callersTone); heard < 2*time.Second {
			t.Errorf("the caller is heard for %v of %v s", heard, s.Front.SoundS)
		}
		if len(s.History) != 1 || s.History[0].ID != call.ID || s.History[0].Cause != string(phone.Shutdown) {
			t.Errorf("the history is %+v", s.History)
		}
		c.desk.kill()
		if n := drafts(t, c.desk.dir); n != 1 {
			t.Errorf("%d messages are in hand", n)
		}
	}
	_ = c.world.Close()
	<-over
}

// drafts counts the messages in hand in a desk's database.
func drafts(t *testing.T, dir string) (n int) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "permanence.db")+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.QueryRow("SELECT count(*) FROM draft").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// toneIn is for how long a tone is heard in a sound's file.
func toneIn(t *testing.T, path string, hz float64) (heard time.Duration) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	src, err := sound.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	frame, piece := make(audio.Frame, audio.FrameSize), []int16(nil)
	for src.Next(frame) {
		if piece = append(piece, frame...); len(piece) >= audio.Rate/10 {
			if audiotest.Level(piece, hz) > -35 {
				heard += 100 * time.Millisecond
			}
			piece = piece[:0]
		}
	}
	return heard
}
