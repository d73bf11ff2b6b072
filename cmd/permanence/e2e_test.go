//go:build !office

package main_test

// The end-to-end tests run the real program against real peers: Kamailio as the
// operator's SIP server, baresip as the caller's telephone, PulseAudio as the
// sound card, an X server with a window manager as the screen. They start these
// themselves, on loopback and free ports, and stop them by their own process id.
// What each of them printed is kept under out/e2e.

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"text/template"
	"time"
)

// patience bounds every wait. Nothing is expected to take this long.
const patience = time.Minute

// needPrograms skips the test when a program it runs is missing, unless the run
// says that all of them must be there, as `make test` does.
func needPrograms(t *testing.T, names ...string) {
	t.Helper()
	for _, name := range names {
		if _, err := exec.LookPath(name); err == nil {
			continue
		}
		if os.Getenv("PERMANENCE_INTEROP") == "required" {
			t.Fatalf("%s is not installed; .ci/setup --test installs it", name)
		}
		t.Skipf("%s is not installed; .ci/setup --test installs it", name)
	}
}

// outDir is where the test leaves what a person may want to look at.
func outDir(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs(filepath.Join("..", "..", "out", "e2e", t.Name()))
	if err == nil {
		err = os.MkdirAll(dir, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// fill fills in a template of testdata.
func fill(t *testing.T, file string, data any) string {
	t.Helper()
	form, err := template.ParseFiles(file)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := form.Execute(&out, data); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// eventually waits for something outside that does not announce itself.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for !holds() {
		select {
		case <-look.C:
		case <-deadline.C:
			t.Fatalf("waited %v in vain: %s", patience, what)
		}
	}
}

func loopback(port int) string { return fmt.Sprintf("127.0.0.1:%d", port) }

// process is a program that runs beside the test.
type process struct {
	t      *testing.T
	name   string
	cmd    *exec.Cmd
	output transcript
	ended  chan struct{}
}

// start runs a program until the test is over. name tells it from others in the
// reports and files of the test.
func start(t *testing.T, name string, cmd *exec.Cmd) *process {
	t.Helper()
	p := &process{t: t, name: name, cmd: cmd, ended: make(chan struct{})}
	p.output.init()
	cmd.Stdout, cmd.Stderr = &p.output, &p.output
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // its children are ended with it
	if err := cmd.Start(); err != nil {
		t.Fatalf("starting %s: %v", name, err)
	}
	go func() {
		_ = cmd.Wait() // how it ended stands in ProcessState
		close(p.ended)
	}()
	t.Cleanup(func() {
		p.stop()
		p.keepOutput()
	})
	return p
}

// stop asks the program to end, and insists after a while. Ours must not need
// that; Kamailio now and then does.
func (p *process) stop() {
	p.signal(syscall.SIGTERM)
	select {
	case <-p.ended:
	case <-time.After(patience):
		if filepath.Base(p.cmd.Path) == "permanence" {
			p.t.Errorf("%s did not end when asked to", p.name)
		}
	}
	p.kill()
}

// kill ends the program and its children at once, as a power cut would.
func (p *process) kill() {
	err := syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL)
	if err != nil && !errors.Is(err, syscall.ESRCH) {
		p.t.Errorf("killing %s: %v", p.name, err)
	}
	<-p.ended
}

func (p *process) signal(s os.Signal) {
	if err := p.cmd.Process.Signal(s); err != nil && !errors.Is(err, os.ErrProcessDone) {
		p.t.Errorf("signalling %s: %v", p.name, err)
	}
}

// alive reports whether the program still runs.
func (p *process) alive() bool {
	select {
	case <-p.ended:
		return false
	default:
		return true
	}
}

// waitFor waits until the program has printed text.
func (p *process) waitFor(text string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for {
		printed, more := p.output.read()
		if strings.Contains(printed, text) {
			return
		}
		select {
		case <-more:
		case <-p.ended:
			if printed, _ := p.output.read(); strings.Contains(printed, text) {
				return
			}
			p.t.Fatalf("%s ended without printing %q:\n%s", p.name, text, tail(printed))
		case <-ctx.Done():
			p.t.Fatalf("%s did not print %q in %v:\n%s", p.name, text, patience, tail(printed))
		}
	}
}

func (p *process) keepOutput() {
	printed, _ := p.output.read()
	file := filepath.Join(outDir(p.t), p.name+".log")
	if err := os.WriteFile(file, []byte(printed), 0o644); err != nil {
		p.t.Error(err)
	}
	if p.t.Failed() {
		p.t.Logf("%s printed at the end:\n%s", p.name, lastLines(printed, 150)) // a whole call of a telephone
	}
}

func tail(s string) string { return lastLines(s, 15) }

func lastLines(s string, n int) string {
	lines := strings.Split(strings.TrimRight(s, "\n"), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}

// transcript is what a program printed, with a channel that closes when it has
// printed more.
type transcript struct {
	mu   sync.Mutex
	text bytes.Buffer
	more chan struct{}
}

func (tr *transcript) init() { tr.more = make(chan struct{}) }

// Write takes in what the program prints.
func (tr *transcript) Write(b []byte) (int, error) {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	close(tr.more)
	tr.more = make(chan struct{})
	return tr.text.Write(b)
}

func (tr *transcript) read() (string, <-chan struct{}) {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	return tr.text.String(), tr.more
}
