// Package pulsetest gives a test a sound server of its own: a private PulseAudio
// with null sinks in the place of sound cards. What a program plays into one is
// recorded, and what is played into another is heard by the program as its
// microphone, so that a test speaks and listens like a person with a headset.
//
// Words:
//
//   - Sink: a device to play into. Its name is what PulseAudio and the program's
//     settings show.
//   - Monitor: the capture device that hears what a sink plays. The monitor of
//     the first sink is the default microphone, and the second sink is the default
//     earpiece.
//
// Every process belongs to its Server, which ends them one by one.
package pulsetest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// The sinks that Start makes.
const (
	Mic = "mic" // what is played here is said into the microphone
	Ear = "ear" // what the program plays
)

// Required is the environment variable that forbids to skip, with the value
// "required".
const Required = "PERMANENCE_INTEROP"

// patience is how long a server may take for anything.
const patience = 10 * time.Second

// Server is a running sound server.
type Server struct {
	t   testing.TB
	dir string

	mu      sync.Mutex
	daemon  *exec.Cmd
	exited  chan struct{}
	sinks   map[string]*sink
	playing []*exec.Cmd
}

// sink is a null sink with the process that keeps it awake: without anybody
// playing, a null sink works in steps of two seconds.
type sink struct {
	module string
	alive  *exec.Cmd
}

// Start runs a server with the sinks Mic and Ear until the test ends. Where
// PulseAudio is not installed it skips the test, or fails it when Required says
// so.
func Start(t testing.TB) *Server {
	t.Helper()
	need(t, "pulseaudio", "pactl", "pacat", "paplay", "parec")
	dir, err := os.MkdirTemp("", "pulse") // t.TempDir is too long for a socket's name
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{t: t, dir: dir, sinks: make(map[string]*sink)}
	t.Cleanup(s.close)
	s.Restart()
	return s
}

func need(t testing.TB, programs ...string) {
	t.Helper()
	for _, p := range programs {
		if _, err := exec.LookPath(p); err == nil {
			continue
		}
		if os.Getenv(Required) == "required" {
			t.Fatalf("%s is not installed", p)
		}
		t.Skipf("%s is not installed", p)
	}
}

// Env is what a program needs in its environment to use this server.
func (s *Server) Env() []string {
	return []string{"PULSE_SERVER=unix:" + s.socket(), "PULSE_RUNTIME_PATH=" + s.dir, "XDG_RUNTIME_DIR=" + s.dir}
}

// Use makes the test's own process use this server, until the test ends.
func (s *Server) Use(t testing.TB) {
	t.Helper()
	for _, v := range s.Env() {
		name, value, _ := strings.Cut(v, "=")
		t.Setenv(name, value)
	}
}

func (s *Server) socket() string { return filepath.Join(s.dir, "native") }

// Restart starts the server after Kill, with the sinks Mic and Ear only.
func (s *Server) Restart() {
	s.t.Helper()
	s.mu.Lock()
	s.daemon = s.command("pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no",
		"-L", "module-native-protocol-unix auth-anonymous=1 socket="+s.socket())
	s.mu.Unlock()
	if err := s.daemon.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.exited = make(chan struct{})
	go func(cmd *exec.Cmd, exited chan struct{}) {
		_ = cmd.Wait() // how it ends is the test's choice
		close(exited)
	}(s.daemon, s.exited)
	s.until("the sound server answers", func() error { return s.pactl("info") })
	s.AddSink(Mic)
	s.AddSink(Ear)
	s.must("set-default-sink", Ear)
	s.must("set-default-source", Mic+".monitor")
}

// Kill ends the server at once, as a crash would.
func (s *Server) Kill() {
	s.t.Helper()
	_ = s.daemon.Process.Signal(syscall.SIGKILL)
	<-s.exited
	s.stopAll()
	_ = os.Remove(s.socket()) // a killed server leaves it behind
}

// Freeze makes the server stand still, without an end: it answers nothing and
// closes nothing. Thaw lets it go on.
func (s *Server) Freeze() { _ = s.daemon.Process.Signal(syscall.SIGSTOP) }

// Thaw ends Freeze.
func (s *Server) Thaw() { _ = s.daemon.Process.Signal(syscall.SIGCONT) }

// AddSink plugs a device in.
func (s *Server) AddSink(name string) {
	s.t.Helper()
	out, err := s.command("pactl", "load-module", "module-null-sink", "sink_name="+name,
		"rate=48000", "channels=1", "sink_properties=device.description="+name).Output()
	if err != nil {
		s.t.Fatalf("adding sink %s: %v", name, err)
	}
	alive := s.command("pacat", "-p", "-d", name, "--raw", "--format=s16le", "--rate=48000", "--channels=1",
		"--latency-msec=10", "/dev/zero")
	if err := alive.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sinks[name] = &sink{module: strings.TrimSpace(string(out)), alive: alive}
}

// RemoveSink pulls a device out.
func (s *Server) RemoveSink(name string) {
	s.t.Helper()
	s.mu.Lock()
	gone := s.sinks[name]
	delete(s.sinks, name)
	s.mu.Unlock()
	s.must("unload-module", gone.module)
	end(gone.alive)
}

// SetDefaultSink makes a sink the system's default earpiece.
func (s *Server) SetDefaultSink(name string) {
	s.t.Helper()
	s.must("set-default-sink", name)
}

// close ends everything and leaves nothing behind.
func (s *Server) close() {
	s.stopAll()
	s.Thaw()
	_ = s.daemon.Process.Signal(syscall.SIGTERM)
	select {
	case <-s.exited:
	case <-time.After(patience):
		_ = s.daemon.Process.Kill()
		<-s.exited
	}
	if err := os.RemoveAll(s.dir); err != nil {
		s.t.Error(err)
	}
}

// stopAll ends the processes that play and record.
func (s *Server) stopAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, k := range s.sinks {
		end(k.alive)
	}
	clear(s.sinks)
	for _, cmd := range s.playing {
		end(cmd)
	}
	s.playing = nil
}

// end stops one process and waits for it; that it was told to is no error.
func end(cmd *exec.Cmd) {
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
}

func (s *Server) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), s.Env()...)
	return cmd
}

func (s *Server) must(args ...string) {
	s.t.Helper()
	if err := s.pactl(args...); err != nil {
		s.t.Fatal(err)
	}
}

func (s *Server) pactl(args ...string) error {
	if out, err := s.command("pactl", args...).CombinedOutput(); err != nil {
		return fmt.Errorf("pactl %s: %w: %s", args[0], err, out)
	}
	return nil
}

// until tries something until it works.
func (s *Server) until(what string, try func() error) {
	s.t.Helper()
	deadline := time.After(patience)
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for {
		err := try()
		if err == nil {
			return
		}
		select {
		case <-deadline:
			s.t.Fatalf("waiting until %s: %v", what, err)
		case <-s.exited:
			s.t.Fatal(errors.New("the sound server ended by itself"))
		case <-again.C:
		}
	}
}
