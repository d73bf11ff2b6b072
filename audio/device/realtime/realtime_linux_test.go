package realtime

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
	"golang.org/x/sys/unix"
)

// alone runs one test of this file in a program of its own, since what is asked of
// the system holds for a whole program and as long as it lasts.
func alone(t *testing.T) (is bool) {
	t.Helper()
	if os.Getenv("REALTIME_ALONE") == t.Name() {
		return true
	}
	only := "^" + strings.ReplaceAll(t.Name(), "/", "$/^") + "$"
	cmd := exec.Command(os.Args[0], "-test.run="+only, "-test.v")
	cmd.Env = append(os.Environ(), "REALTIME_ALONE="+t.Name())
	out, err := cmd.CombinedOutput()
	t.Logf("%s", out)
	switch {
	case err != nil:
		t.Error(err)
	case strings.Contains(string(out), "--- SKIP"):
		t.SkipNow()
	}
	return false
}

// thread is a goroutine on a thread of its own, which does what it is told.
type thread struct {
	id   int
	work chan func()
}

func newThread(t *testing.T) *thread {
	t.Helper()
	h := &thread{work: make(chan func())}
	id := make(chan int)
	go func() {
		runtime.LockOSThread()
		id <- unix.Gettid()
		for f := range h.work {
			f()
		}
	}()
	h.id = <-id
	t.Cleanup(func() { close(h.work) })
	return h
}

func policy(t *testing.T, thread int) uint32 {
	t.Helper()
	a, err := unix.SchedGetAttr(thread, 0)
	if err != nil {
		t.Fatal(err)
	}
	return a.Policy
}

// TestAThreadThatNeverRestsGoesBack lets a thread in real time compute for ever: soon
// it is an ordinary one, and the program lives.
func TestAThreadThatNeverRestsGoesBack(t *testing.T) {
	if !alone(t) {
		return
	}
	busy, other := newThread(t), newThread(t)
	if g, err := Ask(busy.id); g == None {
		t.Skipf("this account has no right to real time: %v", err)
	}
	if _, err := Ask(other.id); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	busy.work <- func() {
		for n := 0; !Revoked() && time.Since(began) < 10*time.Second; n++ {
			_ = n // it is busy
		}
	}
	busy.work <- func() {}
	if !Revoked() {
		t.Fatal("ten seconds of work without a pause were let pass")
	}
	for _, h := range []*thread{busy, other} {
		if p := policy(t, h.id); p != unix.SCHED_NORMAL {
			t.Errorf("a thread has policy %d afterwards", p)
		}
	}
	if _, err := Ask(other.id); !errors.Is(err, errRevoked) {
		t.Errorf("asked again: %v", err)
	}
}

func TestTooManyThreadsAreRefused(t *testing.T) {
	if !alone(t) {
		return
	}
	for n := range 100 {
		g, err := Ask(newThread(t).id)
		switch {
		case errors.Is(err, errMany):
			return
		case g == None:
			t.Skipf("this account has no right to real time, after %d threads: %v", n, err)
		}
	}
	t.Error("a hundred threads were given real time")
}

func TestAThreadIsAsBeforeInTheEnd(t *testing.T) {
	h := newThread(t)
	if g, err := Ask(h.id); g == None {
		t.Skipf("this account has no right to real time: %v", err)
	}
	if p := policy(t, h.id); p != unix.SCHED_RR {
		t.Errorf("granted, it has policy %d", p)
	}
	Forget(h.id)
	if p := policy(t, h.id); p != unix.SCHED_NORMAL {
		t.Errorf("afterwards it has policy %d", p)
	}
}

// fakeKit is RealtimeKit on a bus of the test's own.
type fakeKit struct {
	mu       sync.Mutex
	priority int32
	longest  int64
	refuses  bool
	asked    []string
}

func (k *fakeKit) Get(_, name string) (dbus.Variant, *dbus.Error) {
	switch name {
	case "MaxRealtimePriority":
		return dbus.MakeVariant(k.priority), nil
	case "RTTimeUSecMax":
		return dbus.MakeVariant(k.longest), nil
	}
	return dbus.Variant{}, dbus.MakeFailedError(errors.New("no such property"))
}

// MakeThreadRealtime notes what was asked, and how the program bounds its time.
func (k *fakeKit) MakeThreadRealtime(thread uint64, priority uint32) *dbus.Error {
	if k.refuses {
		return dbus.MakeFailedError(errors.New("Operation not permitted"))
	}
	var r syscall.Rlimit
	if err := syscall.Getrlimit(unix.RLIMIT_RTTIME, &r); err != nil {
		return dbus.MakeFailedError(err)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.asked = append(k.asked, fmt.Sprintf("thread %d priority %d limits %d %d", thread, priority, r.Cur, r.Max))
	return nil
}

// heard is what was asked until now.
func (k *fakeKit) heard() []string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return slices.Clone(k.asked)
}

// startBus starts a bus that this program takes for the system's.
func startBus(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("dbus-daemon"); err != nil {
		t.Skip("dbus-daemon is not installed; .ci/setup --test installs it")
	}
	cmd := exec.Command("dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address=1",
		"--address=unix:path="+filepath.Join(t.TempDir(), "bus"))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // it was killed
	})
	at, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("DBUS_SYSTEM_BUS_ADDRESS", strings.TrimSpace(at))
}

// serve offers the service until the end of the test.
func (k *fakeKit) serve(t *testing.T) {
	t.Helper()
	bus, err := dbus.ConnectSystemBus()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = bus.Close() })
	for _, of := range []string{kitName, "org.freedesktop.DBus.Properties"} {
		if err := bus.Export(k, kitPath, of); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := bus.RequestName(kitName, 0); err != nil {
		t.Fatal(err)
	}
}

func TestRealtimeKitIsAskedAsItWants(t *testing.T) {
	if !alone(t) {
		return
	}
	startBus(t)
	k := &fakeKit{priority: 3, longest: 200_000}
	k.serve(t)
	if err := askKit(4711); err != nil {
		t.Fatal(err)
	}
	want := "thread 4711 priority 3 limits 100000 200000"
	if asked := k.heard(); len(asked) != 1 || asked[0] != want {
		t.Errorf("asked %q, want %q", asked, want)
	}
}

func TestRealtimeKitThatRefuses(t *testing.T) {
	for name, k := range map[string]*fakeKit{
		"refuses":              {priority: 20, longest: 200_000, refuses: true},
		"allows no priority":   {longest: 200_000},
		"allows no time":       {priority: 20},
		"allows negative time": {priority: 20, longest: -1},
	} {
		t.Run(name, func(t *testing.T) {
			if !alone(t) {
				return
			}
			startBus(t)
			k.serve(t)
			if err := askKit(4711); err == nil || len(k.heard()) != 0 {
				t.Errorf("%v; asked %q", err, k.heard())
			}
		})
	}
}

func TestWithoutRealtimeKitThereIsAnAnswer(t *testing.T) {
	startBus(t)
	if err := askKit(4711); err == nil || !strings.Contains(err.Error(), "RealtimeKit") {
		t.Errorf("no service on the bus: %v", err)
	}
	t.Setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path="+filepath.Join(t.TempDir(), "none"))
	if err := askKit(4711); err == nil || !strings.Contains(err.Error(), "system bus") {
		t.Errorf("no bus: %v", err)
	}
}
