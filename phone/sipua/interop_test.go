package sipua

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"

	"permanence/phone"
	"permanence/phone/phonetest"
)

// program finds a real peer, or skips the test: unless the environment says that
// all of them must be there.
func program(t testing.TB, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err == nil {
		return path
	}
	if os.Getenv("PERMANENCE_INTEROP") == "required" {
		t.Fatalf("%s is not installed", name)
	}
	t.Skipf("%s is not installed", name)
	return ""
}

// child starts a program and ends it, by its own process id, with the test.
func child(t testing.TB, out io.Writer, path string, args ...string) {
	t.Helper()
	cmd := exec.Command(path, args...)
	cmd.Stdout, cmd.Stderr = out, out
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { endOf(cmd) })
}

// endOf ends a program that was started in a process group of its own.
func endOf(cmd *exec.Cmd) {
	_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM)
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }()
	select {
	case <-ended:
	case <-time.After(patience):
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		<-ended
	}
}

// kamailio starts the registrar of testdata/kamailio.cfg and waits for it.
func kamailio(t testing.TB, algorithm string) (at string) {
	t.Helper()
	return kamailioWith(t, algorithm, "")
}

// kamailioWith has it do more, as further lines of its configuration say.
func kamailioWith(t testing.TB, algorithm, more string) (at string) {
	t.Helper()
	path := program(t, "kamailio")
	modules, err := filepath.Glob("/usr/lib/*/kamailio/modules")
	if err != nil || len(modules) == 0 {
		t.Fatalf("no modules of kamailio: %v", err)
	}
	text, err := os.ReadFile("testdata/kamailio.cfg")
	if err != nil {
		t.Fatal(err)
	}
	port, dir := phonetest.FreePort(t), t.TempDir()
	cfg := strings.NewReplacer("PORT", strconv.Itoa(port), "ALGORITHM", algorithm, "MODULES", modules[0], "# MORE", more).Replace(string(text))
	file := filepath.Join(dir, "kamailio.cfg")
	if err := os.WriteFile(file, []byte(cfg), 0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	child(t, &out, path, "-DD", "-E", "-f", file, "-m", "32", "-M", "4", "-Y", dir, "-P", filepath.Join(dir, "pid"))
	at = fmt.Sprintf("127.0.0.1:%d", port)
	awaitSIP(t, at, &out)
	return at
}

// awaitSIP waits until a server replies.
func awaitSIP(t testing.TB, at string, out fmt.Stringer) {
	t.Helper()
	p := newPeer(t, netip.MustParseAddrPort(at))
	buf := make([]byte, 4096)
	for range 10 * int(patience/time.Second) {
		p.request("OPTIONS", "", "", "")
		_ = p.conn.SetReadDeadline(time.Now().Add(100 * time.Millisecond))
		if _, err := p.conn.Read(buf); err == nil {
			return
		}
	}
	t.Fatalf("no reply from %s\n%s", at, out)
}

// office is a phonetest.Network whose desks register at a real Kamailio and call
// each other through it: digest on every REGISTER and INVITE, Record-Route on
// every dialog.
type office struct {
	registrar string
	transport phone.Transport
	ca        string // over TLS
}

func (o office) Agent(t testing.TB, name string, report func(phone.Event)) phonetest.Member {
	cfg := testConfig(report)
	cfg.Sounds = library()
	cfg.Credentials = passwords{"line": "secret"}
	cfg.Bind = netip.Addr{} // all addresses, as on a real desk
	a, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	line := phone.Line{ID: "line", User: name, Domain: o.registrar, Transport: o.transport, CA: o.ca}
	if err := a.SetLines([]phone.Line{line}); err != nil {
		t.Fatal(err)
	}
	return phonetest.Member{UA: a, Line: "line", Address: fmt.Sprintf("sip:%s@%s", name, o.registrar)}
}

func (o office) Nobody(testing.TB, phonetest.Member) string { return "sip:nobody@" + o.registrar }

// TakenElsewhere has a second telephone of the same account answer: Kamailio
// forks the call, and cancels the first branch with a reason.
func (o office) TakenElsewhere(t testing.TB, m phonetest.Member) {
	second, caller := newRecorder(t), newRecorder(t)
	other := o.Agent(t, "B", second.told)
	t.Cleanup(func() { closeAgent(t, other.UA.(*Agent)) })
	from := o.Agent(t, "X", caller.told)
	t.Cleanup(func() { closeAgent(t, from.UA.(*Agent)) })
	expect(second, state(phone.LineRegistered))
	expect(caller, state(phone.LineRegistered))
	if err := from.UA.Dial(phone.CallID(uuid.NewString()), from.Line, phone.Outbound{Target: m.Address}); err != nil {
		t.Fatal(err)
	}
	ring := expect[phone.CallArrived](second, nil)
	expect[phone.CallRinging](caller, nil)
	if err := other.UA.Answer(ring.Call, phone.Reception{}); err != nil {
		t.Fatal(err)
	}
	expect[phone.CallAnswered](caller, nil)
}

func TestKamailio(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, algorithm string
		transport       phone.Transport
	}{
		{"MD5 over UDP", "", phone.UDP},
		{"SHA-256 over UDP", "SHA-256", phone.UDP},
		{"MD5 over TCP", "", phone.TCP},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			at := kamailio(t, c.algorithm)
			phonetest.Run(t, func(testing.TB) phonetest.Network { return office{registrar: at, transport: c.transport} })
		})
	}
}

func TestKamailioWithAWrongPassword(t *testing.T) {
	t.Parallel()
	at := kamailio(t, "")
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	line := phone.Line{ID: "line", User: "A", Domain: at}
	if err := Test(ctx, line, "secret"); err != nil {
		t.Errorf("the right password: %v", err)
	}
	err := Test(ctx, line, "wrong")
	if le, ok := err.(*LineError); !ok || le.Code() != CodeRefused || le.Status != 401 {
		t.Errorf("the wrong password: %v", err)
	}
}

// sipp runs a scenario to its end; SIPp fails if one message was not as expected.
func sipp(t *testing.T, done chan<- error, args ...string) {
	t.Helper()
	path := program(t, "sipp")
	dir := t.TempDir()
	for i, a := range args {
		if strings.HasSuffix(a, ".xml") {
			args[i], _ = filepath.Abs(a)
		}
	}
	args = append(args, "-i", "127.0.0.1", "-nostdin", "-timeout", "60s", "-timeout_error", "-trace_err", "-trace_msg")
	cmd := exec.Command(path, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "TERM=dumb")
	go func() {
		out, err := cmd.CombinedOutput()
		if err != nil {
			logs, _ := filepath.Glob(filepath.Join(dir, "*.log"))
			for _, l := range logs {
				b, _ := os.ReadFile(l)
				out = append(out, b...)
			}
			err = fmt.Errorf("sipp: %w\n%s", err, out)
		}
		done <- err
	}()
}

// waitFor waits for SIPp's own judgement.
func waitFor(t *testing.T, done <-chan error) {
	t.Helper()
	select {
	case err := <-done:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(2 * patience):
		t.Error("sipp does not end")
	}
}

func TestSIPpCalls(t *testing.T) {
	program(t, "sipp")
	d := newDesk(t)
	done := make(chan error, 1)
	sipp(t, done, "-sn", "uac", "-s", "desk", "-m", "20", "-r", "20", "-l", "20", "-d", "300", d.at.String())
	for range 20 {
		e := expect[phone.CallArrived](d.recorder, nil)
		if err := d.Answer(e.Call, phone.Reception{}); err != nil {
			t.Error(err)
		}
	}
	waitFor(t, done)
	ended := 0
	eventually(t, func() bool {
		ended = 0
		for _, e := range d.all() {
			if e, ok := e.(phone.CallEnded); ok && e.Cause == phone.HungUpThere {
				ended++
			}
		}
		return ended == 20
	})
}
