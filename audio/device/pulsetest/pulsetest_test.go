package pulsetest_test

import (
	"path/filepath"
	"testing"
	"time"

	"permanence/audio/audiotest"
	"permanence/audio/device/pulsetest"
	"permanence/audio/wav"
)

const patience = time.Minute

func TestWhatIsSaidIsHeardInThatSinkOnly(t *testing.T) {
	s := pulsetest.Start(t)
	mic, _ := s.Record(pulsetest.Mic)
	ear, _ := s.Record(pulsetest.Ear)
	stop := s.Say(pulsetest.Mic, audiotest.Tone{Hz: 440, DBFS: audiotest.Voice})
	if err := mic.WaitTone(440, patience); err != nil {
		t.Fatal(err)
	}
	if err := ear.WaitSilence(patience); err != nil {
		t.Error(err)
	}
	stop()
	if err := mic.WaitSilence(patience); err != nil {
		t.Error(err)
	}
}

func TestAFileIsSaid(t *testing.T) {
	s := pulsetest.Start(t)
	path := filepath.Join(t.TempDir(), "voice.wav")
	w, err := wav.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write(audiotest.Samples(10*time.Second, audiotest.Tone{Hz: 700, DBFS: audiotest.Voice})); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	mic, _ := s.Record(pulsetest.Mic)
	s.SayFile(pulsetest.Mic, path)
	if err := mic.WaitTone(700, patience); err != nil {
		t.Error(err)
	}
}

func TestTheServerCanDieAndLiveAgain(t *testing.T) {
	s := pulsetest.Start(t)
	s.Kill()
	s.Restart()
	ear, _ := s.Record(pulsetest.Ear)
	s.Say(pulsetest.Ear, audiotest.Tone{Hz: 1000, DBFS: audiotest.Voice})
	if err := ear.WaitTone(1000, patience); err != nil {
		t.Error(err)
	}
}
