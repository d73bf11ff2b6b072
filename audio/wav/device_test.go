package wav

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"permanence/audio"
	"permanence/audio/audiotest"
)

// spoken writes a tone to a file and names it.
func spoken(t *testing.T, length time.Duration, hz float64) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "mic.wav")
	w, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(w.Write(audiotest.Samples(length, audiotest.Tone{Hz: hz, DBFS: audiotest.Voice})), w.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}

// console is the other end of a port, for as long as a test lasts.
type console struct {
	*audio.Port
	more *audio.Chime
	done chan struct{}
}

// newConsole serves a port at once, and each time its device has called.
func newConsole(serve func(p *audio.Port)) *console {
	c := &console{more: audio.NewChime(), done: make(chan struct{})}
	c.Port = audio.NewPort(c.more)
	serve(c.Port)
	go func() {
		defer close(c.done)
		for range c.more.C {
			serve(c.Port)
		}
	}()
	return c
}

// close is for when the device calls no more.
func (c *console) close() {
	close(c.more.C)
	<-c.done
}

// keeps listens to all that a microphone brings.
func keeps(heard *[]int16) func(*audio.Port) {
	return func(p *audio.Port) {
		pcm := make([]int16, p.Depth())
		p.Take(pcm)
		*heard = append(*heard, pcm...)
	}
}

// says keeps two frames ready for an earpiece.
func says(tone audiotest.Tone) func(*audio.Port) {
	speaker, frame := audiotest.NewSpeaker(tone), make(audio.Frame, audio.FrameSize)
	return func(p *audio.Port) {
		for p.Depth() < 2*audio.FrameSize {
			speaker.Speak(frame)
			p.Bring(frame)
		}
	}
}

func TestMicrophoneSpeaksTheFileAgainAndAgain(t *testing.T) {
	d, err := NewDriver(spoken(t, 300*time.Millisecond, 440), "", nil)
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		var heard []int16
		c := newConsole(keeps(&heard))
		s, err := d.OpenCapture("", c.Port)
		if err != nil {
			t.Fatal(err)
		}
		s.Start()
		time.Sleep(time.Second)
		synctest.Wait()
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		c.close()
		if len(heard) != audio.Rate {
			t.Errorf("%d samples in a second", len(heard))
		}
		if err := audiotest.Check(heard, []float64{440}, nil); err != nil {
			t.Error(err)
		}
	})
}

func TestEarpieceIsWrittenAcrossOpenings(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ear.wav")
	d, err := NewDriver("", path, nil)
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		for _, hz := range []float64{440, 1000} {
			c := newConsole(says(audiotest.Tone{Hz: hz, DBFS: audiotest.Voice}))
			s, err := d.OpenPlayback("", c.Port)
			if err != nil {
				t.Fatal(err)
			}
			s.Start()
			if _, err := d.OpenPlayback("", c.Port); !errors.Is(err, ErrBusy) {
				t.Errorf("a second opening: %v", err)
			}
			time.Sleep(500 * time.Millisecond)
			synctest.Wait()
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			c.close()
		}
	})
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	pcm, err := Load(path)
	if err != nil || len(pcm) != audio.Rate {
		t.Fatalf("%d samples, %v", len(pcm), err)
	}
	if err := audiotest.Check(pcm[:audio.Rate/2], []float64{440}, []float64{1000}); err != nil {
		t.Error(err)
	}
	if err := audiotest.Check(pcm[audio.Rate/2:], []float64{1000}, []float64{440}); err != nil {
		t.Error(err)
	}
}

// below is a driver with one microphone and one earpiece.
type below struct{ closed bool }

func (*below) Devices() (audio.Devices, error) {
	return audio.Devices{Captures: []audio.Device{{Name: "headset"}}, Playbacks: []audio.Device{{Name: "headset"}}}, nil
}

func (*below) OpenCapture(string, *audio.Port) (audio.Stream, error) {
	return newStream(nil, nil), nil
}

func (*below) OpenPlayback(string, *audio.Port) (audio.Stream, error) {
	return newStream(nil, nil), nil
}

func (b *below) Close() error {
	b.closed = true
	return nil
}

func TestKindsWithoutAFileAreLeftAlone(t *testing.T) {
	b := &below{}
	d, err := NewDriver(spoken(t, 100*time.Millisecond, 440), "", b)
	if err != nil {
		t.Fatal(err)
	}
	all, err := d.Devices()
	if err != nil || all.Captures[0].Name != "mic.wav" || all.Playbacks[0].Name != "headset" {
		t.Errorf("%+v, %v", all, err)
	}
	if _, err := d.OpenPlayback("headset", nil); err != nil {
		t.Errorf("the real earpiece: %v", err)
	}
	if err := d.Close(); err != nil || !b.closed {
		t.Errorf("closed: %v, %v", b.closed, err)
	}
	alone, _ := NewDriver("", "", nil)
	if _, err := alone.OpenCapture("", nil); !errors.Is(err, errNoDevice) {
		t.Errorf("no microphone at all: %v", err)
	}
}

func TestDriverRefusesAnEmptyVoice(t *testing.T) {
	if _, err := NewDriver(spoken(t, 0, 440), "", nil); err == nil || !strings.Contains(err.Error(), "no sound in it") {
		t.Errorf("an empty file: %v", err)
	}
}

func TestFullDiskEndsTheStream(t *testing.T) {
	w, err := newWriter(&fullDisk{room: 10_000})
	if err != nil {
		t.Fatal(err)
	}
	d := &Driver{ear: w}
	synctest.Test(t, func(t *testing.T) {
		p := audio.NewPort(audio.NewChime())
		s, err := d.OpenPlayback("", p)
		if err != nil {
			t.Fatal(err)
		}
		s.Start()
		time.Sleep(time.Second)
		synctest.Wait()
		if err := s.Close(); !errors.Is(err, errDisk) {
			t.Errorf("closed with %v", err)
		}
		if calls := p.Memory().Calls.Load(); calls > 11 {
			t.Errorf("%d frames were asked for, the last ones after the disk was full", calls)
		}
	})
}
