package audiotest

import (
	"errors"
	"testing"
	"time"

	"permanence/audio"
)

func TestLibraryPlaysAndRecords(t *testing.T) {
	l := NewLibrary()
	l.Put("tone", 105*time.Millisecond, Tone{440, Voice})
	from, err := l.Open("tone")
	if err != nil {
		t.Fatal(err)
	}
	to, err := l.Create("copy")
	if err != nil {
		t.Fatal(err)
	}
	frame := make(audio.Frame, audio.FrameSize)
	from.Skip(50 * time.Millisecond)
	from.Skip(0)
	for from.Next(frame) {
		to.Write(frame)
	}
	if frame[audio.FrameSize-1] != 0 {
		t.Error("the last frame does not end in silence")
	}
	r, err := to.Close()
	if err != nil || r.Length != 110*time.Millisecond || r.Silent {
		t.Errorf("recorded %+v, %v", r, err)
	}
	pcm, there := l.Recorded("copy")
	if err := Check(pcm, []float64{440}, nil); err != nil || !there {
		t.Error(err, there)
	}
}

func TestLibraryFails(t *testing.T) {
	l := NewLibrary()
	if _, err := l.Open("none"); !errors.Is(err, ErrNoSound) {
		t.Errorf("opened what is not there: %v", err)
	}
	broken := errors.New("broken")
	sink, err := l.Create("new")
	if err != nil {
		t.Fatal(err)
	}
	l.Disk = func(string) error { return broken }
	if _, err := sink.Close(); !errors.Is(err, broken) {
		t.Errorf("a broken disk kept it: %v", err)
	}
	if _, there := l.Recorded("new"); there {
		t.Error("it is there nevertheless")
	}
}
