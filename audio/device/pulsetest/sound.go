package pulsetest

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"sync"
	"time"

	"permanence/audio"
	"permanence/audio/audiotest"
)

// raw is how samples travel to and from the command-line tools: mono, 48 kHz.
var raw = []string{"--raw", "--format=s16le", "--rate=48000", "--channels=1", "--latency-msec=10"}

// Say plays tones into a sink until stop is called or the test ends. What is said
// into Mic is what the program's microphone hears.
func (s *Server) Say(sink string, tones ...audiotest.Tone) (stop func()) {
	s.t.Helper()
	cmd := s.command("pacat", append([]string{"-p", "-d", sink}, raw...)...)
	in, err := cmd.StdinPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	stop = s.run(cmd)
	go speak(in, audiotest.NewSpeaker(tones...))
	return stop
}

// speak writes until nobody listens any more; the pipe sets the pace.
func speak(w io.WriteCloser, s *audiotest.Speaker) {
	defer w.Close()
	pcm := make([]int16, audio.FrameSize)
	for {
		s.Speak(pcm)
		if binary.Write(w, binary.LittleEndian, pcm) != nil {
			return
		}
	}
}

// SayFile plays a sound file into a sink until its end, or until stop is called.
func (s *Server) SayFile(sink, path string) (stop func()) {
	s.t.Helper()
	return s.run(s.command("paplay", "-d", sink, "--latency-msec=10", path))
}

// run starts a process that ends with the server at the latest.
func (s *Server) run(cmd *exec.Cmd) (stop func()) {
	s.t.Helper()
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.playing = append(s.playing, cmd)
	return func() { s.stop(cmd) }
}

func (s *Server) stop(cmd *exec.Cmd) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := slices.Index(s.playing, cmd); i >= 0 {
		s.playing = slices.Delete(s.playing, i, i+1)
		end(cmd)
	}
}

// Recording is what a sink plays.
type Recording struct {
	mu   sync.Mutex
	pcm  []int16
	more chan struct{}
}

// Record listens to a sink until stop is called or the test ends.
func (s *Server) Record(sink string) (r *Recording, stop func()) {
	s.t.Helper()
	cmd := s.command("parec", append([]string{"-d", sink + ".monitor"}, raw...)...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	r = &Recording{more: make(chan struct{}, 1)}
	stop = s.run(cmd)
	go r.listen(out)
	return r, stop
}

func (r *Recording) listen(in io.Reader) {
	pcm := make([]int16, audio.FrameSize)
	for binary.Read(in, binary.LittleEndian, pcm) == nil {
		r.mu.Lock()
		r.pcm = append(r.pcm, pcm...)
		r.mu.Unlock()
		select {
		case r.more <- struct{}{}:
		default:
		}
	}
}

// Take returns what was heard since the last Take.
func (r *Recording) Take() []int16 {
	r.mu.Lock()
	defer r.mu.Unlock()
	pcm := r.pcm
	r.pcm = nil
	return pcm
}

// More gets a token whenever there may be more to take.
func (r *Recording) More() <-chan struct{} { return r.more }

// window is how much of the newest sound a wait looks at.
const window = audio.Rate / 5

// loud is the level from which a tone counts as heard.
const loud = -30

// WaitTone waits until a tone of hz is heard, and takes all that came before.
func (r *Recording) WaitTone(hz float64, patience time.Duration) error {
	return r.wait(patience, func(pcm []int16) error {
		if level := audiotest.Level(pcm, hz); level < loud {
			return fmt.Errorf("%g Hz is heard at %.0f dBFS", hz, level)
		}
		return nil
	})
}

// WaitSilence waits until nothing is heard, and takes all that came before.
func (r *Recording) WaitSilence(patience time.Duration) error {
	return r.wait(patience, func(pcm []int16) error {
		if peak := max(slices.Max(pcm), -slices.Min(pcm)); peak > 100 {
			return fmt.Errorf("a sample of %d is heard", peak)
		}
		return nil
	})
}

// wait looks at each new window of sound until it is right.
func (r *Recording) wait(patience time.Duration, right func(pcm []int16) error) error {
	deadline := time.After(patience)
	err := errors.New("nothing was recorded")
	r.Take()
	for {
		select {
		case <-deadline:
			return fmt.Errorf("after %v: %w", patience, err)
		case <-r.more:
		}
		r.mu.Lock()
		enough := len(r.pcm) >= window
		r.mu.Unlock()
		if !enough {
			continue
		}
		if err = right(r.Take()); err == nil {
			return nil
		}
	}
}
