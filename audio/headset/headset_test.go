package headset

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// fakeBus is where fakes are plugged in.
type fakeBus struct {
	mu     sync.Mutex
	there  []*fake
	locked bool // nobody may open a device
	broken bool // nor look for one
	opened int
}

func (b *fakeBus) list() ([]found, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.broken {
		return nil, errors.New("no bus")
	}
	var all []found
	for _, f := range b.there {
		all = append(all, f.found)
	}
	return all, nil
}

func (b *fakeBus) open(f found) (io.ReadWriteCloser, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.locked {
		return nil, fs.ErrPermission
	}
	i := slices.IndexFunc(b.there, func(d *fake) bool { return d.path == f.path })
	if i < 0 {
		return nil, fs.ErrNotExist
	}
	b.opened++
	return b.there[i], nil
}

func (b *fakeBus) plug(f *fake) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.there = append(b.there, f)
}

func (b *fakeBus) pull(f *fake) {
	b.mu.Lock()
	b.there = slices.DeleteFunc(b.there, func(d *fake) bool { return d == f })
	b.mu.Unlock()
	_ = f.Close()
}

// fake is the firmware of the wired headset: its hook is shared with the computer, and
// each change of it is reported.
type fake struct {
	found
	reports chan []byte
	gone    chan struct{}
	once    sync.Once

	mu    sync.Mutex
	hook  byte
	lamps byte
	fails bool
	lit   chan byte // each change of the lamps
}

func newFake(t *testing.T, path string) *fake {
	t.Helper()
	l, err := parse(wired)
	if err != nil {
		t.Fatal(err)
	}
	return &fake{
		found:   found{path: path, name: "Casque " + path, layout: l, rule: "a rule"},
		reports: make(chan []byte, 16), gone: make(chan struct{}), lit: make(chan byte, 16),
	}
}

func (f *fake) Read(b []byte) (int, error) {
	select {
	case r := <-f.reports:
		return copy(b, r), nil
	case <-f.gone:
		return 0, os.ErrClosed
	}
}

func (f *fake) Write(b []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.fails {
		return 0, errors.New("it broke")
	}
	if len(b) != 3 || b[0] != 2 {
		return 0, errors.New("a report that it does not know")
	}
	f.lamps = b[1]
	f.lit <- b[1]
	if hook := b[1] & 1; hook != f.hook {
		f.hook = hook
		f.reports <- []byte{2, hook, 0}
	}
	return len(b), nil
}

func (f *fake) Close() error {
	f.once.Do(func() { close(f.gone) })
	return nil
}

// pressHook is the wearer's thumb.
func (f *fake) pressHook() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.hook ^= 1
	f.reports <- []byte{2, f.hook, 0}
}

func (f *fake) pressMute() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.reports <- []byte{2, f.hook | 4, 0}
	f.reports <- []byte{2, f.hook, 0}
}

// bench is what a test sits at.
type bench struct {
	*Headsets
	t       *testing.T
	bus     *fakeBus
	clock   chan time.Time
	at      time.Time
	pressed chan Button
	names   chan string
	log     *bytes.Buffer
	end     func()
}

func newBench(t *testing.T, plugged ...*fake) *bench {
	b := &bench{
		t: t, bus: &fakeBus{there: plugged}, clock: make(chan time.Time), at: noon,
		pressed: make(chan Button, 16), names: make(chan string, 16), log: &bytes.Buffer{},
	}
	return b
}

// begin opens the headsets; their clock stands still but for the looks.
func (b *bench) begin() {
	var mu sync.Mutex
	at := b.at
	now := func() time.Time { mu.Lock(); defer mu.Unlock(); return at }
	looks := make(chan time.Time)
	ended := make(chan struct{})
	b.Headsets = open(Config{
		Pressed: func(k Button) { b.pressed <- k }, Changed: func(n string) { b.names <- n },
		Log: slog.New(slog.NewTextHandler(b.log, nil)),
	}, b.bus, now, looks)
	go func() {
		defer close(ended)
		for t := range b.clock {
			mu.Lock()
			at = t
			mu.Unlock()
			looks <- t
		}
	}()
	b.end = sync.OnceFunc(func() { close(b.clock); <-ended; b.Close() })
	b.t.Cleanup(b.end)
}

// look lets two seconds pass, and waits until what follows from it was done.
func (b *bench) look() {
	for range 2 { // the second is taken only when the first is done with
		b.at = b.at.Add(lookEvery)
		b.clock <- b.at
	}
}

func wait[T comparable](t *testing.T, c chan T, want T) {
	t.Helper()
	select {
	case got := <-c:
		if got != want {
			t.Fatalf("got %v, want %v", got, want)
		}
	case <-time.After(10 * time.Second):
		t.Fatalf("%v did not come", want)
	}
}

// never tells whether nothing came, after all that was under way is done.
func never[T any](t *testing.T, c chan T) {
	t.Helper()
	select {
	case got := <-c:
		t.Fatalf("%v came", got)
	default:
	}
}

const hookLit, muteLit, ringLit = 1, 2, 4 | 32

func TestACall(t *testing.T) {
	f := newFake(t, "a")
	b := newBench(t, f)
	b.begin()
	wait(t, b.names, "Casque a")
	wait(t, f.lit, 0)

	b.Show(State{Ringing: true})
	wait(t, f.lit, ringLit)
	f.pressHook()
	wait(t, b.pressed, Hook)
	b.Show(State{OffHook: true})
	wait(t, f.lit, hookLit)
	b.look() // a while later
	f.pressMute()
	wait(t, b.pressed, Mute)
	b.Show(State{OffHook: true, Muted: true})
	wait(t, f.lit, hookLit|muteLit)
	f.pressHook()
	wait(t, b.pressed, Hook)
	b.Show(State{})
	wait(t, f.lit, 0)
}

// TestACallByTheKeyboard: what the headset repeats is no press.
func TestACallByTheKeyboard(t *testing.T) {
	f := newFake(t, "a")
	b := newBench(t, f)
	b.begin()
	wait(t, f.lit, 0)
	b.Show(State{OffHook: true})
	wait(t, f.lit, hookLit)
	b.Show(State{})
	wait(t, f.lit, 0)
	f.pressMute() // reports come in order: the echoes are over
	wait(t, b.pressed, Mute)
	never(t, b.pressed)
}

// TestPressWithoutACall: the headset believes that it is in a call, and is told better,
// so that the next press answers.
func TestPressWithoutACall(t *testing.T) {
	f := newFake(t, "a")
	b := newBench(t, f)
	b.begin()
	wait(t, f.lit, 0)
	f.pressHook()
	wait(t, b.pressed, Hook)
	b.look()
	wait(t, f.lit, hookLit)
	wait(t, f.lit, 0)
	b.Show(State{Ringing: true})
	wait(t, f.lit, ringLit)
	f.pressHook()
	wait(t, b.pressed, Hook)
	never(t, b.pressed)
}

func TestPluggedAndPulled(t *testing.T) {
	f, g := newFake(t, "a"), newFake(t, "b")
	b := newBench(t)
	b.begin()
	b.look()
	never(t, b.names)
	b.Show(State{OffHook: true})
	b.bus.plug(f)
	b.look()
	wait(t, b.names, "Casque a")
	wait(t, f.lit, hookLit) // it is told at once how things stand
	b.bus.plug(g)
	b.look()
	wait(t, b.names, "Casque a, Casque b")
	wait(t, g.lit, hookLit)
	b.bus.pull(f)
	wait(t, b.names, "Casque b")
	g.pressHook()
	wait(t, b.pressed, Hook)

	back := newFake(t, "a")
	b.bus.plug(back)
	b.look()
	wait(t, b.names, "Casque a, Casque b")
	wait(t, back.lit, hookLit)
}

// TestThatBreaks: a headset that takes no more reports is let go, and tried again.
func TestThatBreaks(t *testing.T) {
	f := newFake(t, "a")
	b := newBench(t, f)
	b.begin()
	wait(t, b.names, "Casque a")
	wait(t, f.lit, 0)
	f.mu.Lock()
	f.fails = true
	f.mu.Unlock()
	b.Show(State{Ringing: true})
	wait(t, b.names, "")
}

func TestThatNobodyMayOpen(t *testing.T) {
	f := newFake(t, "a")
	b := newBench(t, f)
	b.bus.locked = true
	b.begin()
	b.look()
	b.look()
	never(t, b.names)
	b.bus.mu.Lock()
	b.bus.locked = false // the rule is there now
	b.bus.mu.Unlock()
	b.look()
	wait(t, b.names, "Casque a")
	b.bus.mu.Lock()
	b.bus.broken = true
	b.bus.mu.Unlock()
	b.look()
	b.look()
	f.pressMute()
	wait(t, b.pressed, Mute) // what is open goes on
	for _, once := range []string{`rule="a rule"`, "cannot be looked for"} {
		if n := strings.Count(b.log.String(), once); n != 1 {
			t.Errorf("%q was said %d times:\n%s", once, n, b.log)
		}
	}
}

// TestCloseDarkens: the lamps are out before a headset is let go.
func TestCloseDarkens(t *testing.T) {
	f := newFake(t, "a")
	b := newBench(t, f)
	b.begin()
	wait(t, f.lit, 0)
	b.Show(State{OffHook: true, Muted: true})
	wait(t, f.lit, hookLit|muteLit)
	b.end()
	wait(t, f.lit, 0)
	wait(t, f.gone, struct{}{})
}
