package audio

import (
	"math"
	"sync"
	"testing"
	"time"
)

// reel is a sink in memory.
type reel struct {
	pcm    []int16
	closed bool
}

func (r *reel) Write(f Frame) {
	if r.closed {
		panic("written after its end")
	}
	r.pcm = append(r.pcm, f...)
}

func (r *reel) Close() (Recording, error) {
	r.closed = true
	return Recording{Length: time.Duration(len(r.pcm)) * time.Second / Rate}, nil
}

// constant is a frame of one sample.
func constant(s int16) Frame {
	f := make(Frame, FrameSize)
	for i := range f {
		f[i] = s
	}
	return f
}

func TestTapeOfBothHoldsTheSum(t *testing.T) {
	var r reel
	tape := NewTape(&r, true)
	there, here := constant(3000), constant(-1000)
	for range 100 {
		tape.There(there)
		tape.Here(here)
	}
	if _, err := tape.Close(); err != nil {
		t.Fatal(err)
	}
	tape.There(there)
	tape.Here(here)
	if len(r.pcm) != 100*FrameSize {
		t.Fatalf("%d samples, want those of 100 frames", len(r.pcm))
	}
	if got := r.pcm[10*FrameSize:]; min(got[0], got[len(got)-1]) != 2000 {
		t.Errorf("from %d to %d, want 2000", got[0], got[len(got)-1])
	}
}

func TestTapeOfTheOtherSideAlone(t *testing.T) {
	var r reel
	tape := NewTape(&r, false)
	for range 10 {
		tape.Here(constant(-1000))
		tape.There(constant(3000))
		tape.Here(constant(-1000))
	}
	if len(r.pcm) != 10*FrameSize || r.pcm[len(r.pcm)-1] != 3000 {
		t.Errorf("%d samples, the last is %d", len(r.pcm), r.pcm[len(r.pcm)-1])
	}
}

// TestTapeLeavesOut: nothing that was said meanwhile is on it, and nothing clicks
// when it goes on.
func TestTapeLeavesOut(t *testing.T) {
	for name, both := range map[string]bool{"both": true, "the other side": false} {
		t.Run(name, func(t *testing.T) {
			var r reel
			tape := NewTape(&r, both)
			say := func(s int16, frames int) {
				for range frames {
					tape.There(constant(s))
					tape.Here(constant(0))
				}
			}
			say(1000, 20)
			tape.LeaveOut(true)
			say(-1000, 20)
			tape.LeaveOut(false)
			before := len(r.pcm)
			say(500, 20)
			if before != 20*FrameSize || len(r.pcm) != 40*FrameSize {
				t.Errorf("%d samples before it goes on and %d at the end", before, len(r.pcm))
			}
			if both { // what was under way when it went on
				before += firstGoal
			}
			for _, s := range r.pcm[before:] {
				if s < 0 {
					t.Fatal("what was left out is heard")
				}
			}
			if first := r.pcm[20*FrameSize]; first != 0 {
				t.Errorf("it goes on at %d", first)
			}
		})
	}
}

// TestTapeJoinsTwoClocks writes one side 300 ppm faster than the other: nothing is
// torn, and the recording is as long as the microphone's clock says.
func TestTapeJoinsTwoClocks(t *testing.T) {
	var r reel
	tape := NewTape(&r, true)
	quiet, phase, ahead := constant(0), 0, 0.0
	tone := make(Frame, FrameSize)
	const frames = 6000
	for range frames {
		for ahead += 1.0003; ahead >= 1; ahead-- {
			for i := range tone {
				tone[i] = int16(8000 * math.Sin(2*math.Pi*440*float64(phase)/Rate))
				phase++
			}
			tape.There(tone)
		}
		tape.Here(quiet)
	}
	if len(r.pcm) != frames*FrameSize {
		t.Errorf("%d samples, want %d", len(r.pcm), frames*FrameSize)
	}
	steepest := 0
	for i := 10 * FrameSize; i < len(r.pcm); i++ {
		steepest = max(steepest, int(r.pcm[i])-int(r.pcm[i-1]))
	}
	if steepest > 480 { // 461 is that of the tone itself
		t.Errorf("it jumps by %d from one sample to the next", steepest)
	}
}

func TestTapeIsClosedWhileItIsWritten(t *testing.T) {
	var r reel
	tape := NewTape(&r, true)
	var both sync.WaitGroup
	for _, say := range []func(Frame){tape.There, tape.Here} {
		both.Go(func() {
			for range 1000 {
				say(constant(1))
			}
		})
	}
	if _, err := tape.Close(); err != nil {
		t.Error(err)
	}
	both.Wait()
}
