package audio_test

import (
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"permanence/audio"
	"permanence/audio/wav"
)

func TestFilesStandInForTheDevices(t *testing.T) {
	dir := t.TempDir()
	said, heard := filepath.Join(dir, "mic.wav"), filepath.Join(dir, "ear.wav")
	say(t, said, tone(440))
	synctest.Test(t, func(t *testing.T) {
		driver, err := wav.NewDriver(said, heard, &fakeDriver{down: true})
		if err != nil {
			t.Fatal(err)
		}
		c, err := audio.NewConsole(audio.ConsoleConfig{Driver: driver})
		if err != nil {
			t.Fatal(err)
		}
		p := &talker{says: tone(1000)}
		leave := c.Join(p)
		<-time.After(2 * time.Second)
		leave()
		wantTone(t, p.take()[audio.Rate:], 440)
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	})
	pcm, err := wav.Load(heard)
	if err != nil {
		t.Fatal(err)
	}
	wantTone(t, pcm[audio.Rate/2:3*audio.Rate/2], 1000)
}

// say writes a second of sound to a file.
func say(t *testing.T, path string, voice func(int) int16) {
	t.Helper()
	w, err := wav.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	pcm := make([]int16, audio.Rate)
	for i := range pcm {
		pcm[i] = voice(i)
	}
	if err := w.Write(pcm); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}
