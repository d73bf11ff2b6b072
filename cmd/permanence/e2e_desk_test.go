//go:build !office

package main_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"permanence/audio/sound"
	"permanence/clients/dispatch/postbox"
	"permanence/phone/simulator"
	"permanence/ui/control"
)

// program is the binary under test: the one that PERMANENCE_BINARY names, as
// `make test` does, or one built now.
var program = sync.OnceValues(func() (string, error) {
	if binary := os.Getenv("PERMANENCE_BINARY"); binary != "" {
		return binary, nil
	}
	binary, err := filepath.Abs(filepath.Join("..", "..", "out", "e2e", "permanence"))
	if err != nil {
		return "", err
	}
	build := exec.Command("go", "build", "-o", binary, ".")
	build.Stderr = os.Stderr
	return binary, build.Run()
})

func needProgram(t *testing.T) string {
	t.Helper()
	binary, err := program()
	if err != nil {
		t.Fatalf("building permanence: %v", err)
	}
	return binary
}

// bureau is what testdata/bureau.yaml is filled in with.
type bureau struct {
	Account  account // the desk's, at the operator's
	Operator operator
	Mail     *postbox.Server
	CA       string // file
	Bind     string // host:port where the line listens, "" for any
	Forwards []string
	Voice    map[string]spoken // what Maître Durand's callers hear: "greeting", "name", "machine"
}

// spoken is a tone for so long, in the place of a recorded sound.
type spoken struct {
	ID     string
	Hz     float64
	Length time.Duration
}

// write makes the sound's file in a folder.
func (s spoken) write(t *testing.T, folder string) {
	t.Helper()
	file, err := os.Create(filepath.Join(folder, s.ID+".opus"))
	if err != nil {
		t.Fatal(err)
	}
	tone := bytes.NewReader(wavFile(simulator.Tone(s.Hz, -10, s.Length)))
	_, err = sound.Import(t.Context(), file, tone, sound.Spoken, nil)
	if err := errors.Join(err, file.Close()); err != nil {
		t.Fatal(err)
	}
}

const mailPassword = "mail-secret"

// newBureau starts a mail server for a desk of the operator's.
func newBureau(t *testing.T, o operator, a account) bureau {
	t.Helper()
	server, err := postbox.Start(postbox.Options{User: "permanence", Password: mailPassword})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, server.CA(), 0o600); err != nil {
		t.Fatal(err)
	}
	return bureau{Account: a, Operator: o, Mail: server, CA: ca}
}

// workstation is a desk's folder, and the program running in it.
type workstation struct {
	*process
	t      *testing.T
	binary string
	dir    string
	env    []string
	watch  *process
	seen   int // bytes of watch's output already looked at
}

// alone is the environment of a desk without a screen: a home of its own, and no
// keyring.
func alone(t *testing.T) []string {
	t.Helper()
	name, value := noBus()
	return append(append(os.Environ(), atHome(t.TempDir())...), name+"="+value)
}

// atHome gives a program a home of its own. Without a word about where PulseAudio's
// sockets are, its library makes a folder in /tmp for each new home, and leaves it.
func atHome(dir string) []string {
	return []string{"HOME=" + dir, "PULSE_RUNTIME_PATH=" + filepath.Join(dir, "pulse")}
}

// noBus keeps a program from starting a session bus for itself, which would
// outlive the test.
func noBus() (name, value string) { return "DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere" }

// newWorkstation imports a bureau into a new folder.
func newWorkstation(t *testing.T, b bureau, env []string) *workstation {
	t.Helper()
	w := &workstation{t: t, binary: needProgram(t), dir: filepath.Join(t.TempDir(), "desk"), env: env}
	yaml, secrets := filepath.Join(t.TempDir(), "bureau.yaml"), filepath.Join(t.TempDir(), "secrets")
	for name, content := range map[string]string{
		yaml:    fill(t, "testdata/bureau.yaml", b),
		secrets: "line:ligne=" + b.Account.Password + "\nmail=" + mailPassword + "\n",
	} {
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	sounds := filepath.Join(filepath.Dir(yaml), "sons")
	if err := os.Mkdir(sounds, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, s := range b.Voice {
		s.write(t, sounds)
	}
	w.run("import", "--data", w.dir, "--secrets", secrets, yaml)
	return w
}

func (w *workstation) command(args ...string) *exec.Cmd {
	cmd := exec.Command(w.binary, args...)
	cmd.Env = w.env
	return cmd
}

// run runs the program to its end and gives what it printed.
func (w *workstation) run(args ...string) string {
	w.t.Helper()
	cmd := w.command(args...)
	var problem bytes.Buffer
	cmd.Stderr = &problem
	out, err := cmd.Output()
	if err != nil {
		w.t.Fatalf("permanence %s: %v\n%s", strings.Join(args, " "), err, problem.String())
	}
	return string(out)
}

// open starts the desk, and returns when it has read its folder. name tells its
// output from that of an earlier start.
func (w *workstation) open(name string, args ...string) {
	w.t.Helper()
	w.process = start(w.t, name, w.command(append([]string{"desk", "--data", w.dir}, args...)...))
	eventually(w.t, "the desk is ready", func() bool {
		if !w.alive() {
			printed, _ := w.output.read()
			w.t.Fatalf("the desk ended:\n%s", tail(printed))
		}
		out, err := w.command("ctl", "--data", w.dir, "status").Output()
		var s control.Status
		return err == nil && json.Unmarshal(out, &s) == nil && s.Ready
	})
	w.seen = 0
	w.watch = start(w.t, name+"-watch", w.command("ctl", "--data", w.dir, "watch"))
	// Only from its first line on does it tell what happens.
	w.expect("status", func(control.Happening) bool { return true })
}

// status is what `permanence ctl status` says now.
func (w *workstation) status() control.Status {
	w.t.Helper()
	var s control.Status
	if err := json.Unmarshal([]byte(w.run("ctl", "--data", w.dir, "status")), &s); err != nil {
		w.t.Fatal(err)
	}
	return s
}

// until waits until the desk's status fits.
func (w *workstation) until(what string, fits func(control.Status) bool) {
	w.t.Helper()
	var last control.Status
	defer func() {
		if w.t.Failed() {
			w.t.Logf("waiting for %q, the desk was last: %+v", what, last)
		}
	}()
	eventually(w.t, what, func() bool { last = w.status(); return fits(last) })
}

// expect waits for the next line of `permanence ctl watch` that tells an event
// and fits, passing over others. It begins where the last one stopped.
func (w *workstation) expect(event string, fits func(control.Happening) bool) control.Happening {
	w.t.Helper()
	late := time.After(patience)
	for {
		printed, more := w.watch.output.read()
		for {
			line, _, whole := strings.Cut(printed[w.seen:], "\n")
			if !whole {
				break
			}
			w.seen += len(line) + 1
			var h control.Happening
			if json.Unmarshal([]byte(line), &h) == nil && h.Event == event && fits(h) {
				return h
			}
		}
		select {
		case <-more:
		case <-late:
			w.t.Fatalf("the desk did not tell %s in %v:\n%s", event, patience, tail(printed))
		}
	}
}

// registered waits until the desk's line is registered.
func (w *workstation) registered() {
	w.t.Helper()
	w.until("the line is registered", func(s control.Status) bool {
		return len(s.Lines) > 0 && !slices.ContainsFunc(s.Lines, func(l control.Line) bool { return !l.Registered })
	})
}
