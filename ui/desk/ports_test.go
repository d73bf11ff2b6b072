package desk

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"permanence/clients"
	"permanence/phone"
)

// fakePhone accepts every command and remembers it.
type fakePhone struct {
	mu       sync.Mutex
	commands []string
	refuse   error
}

func (f *fakePhone) note(c string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.commands = append(f.commands, c)
	return f.refuse
}

func (f *fakePhone) refuseAll(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.refuse = err
}

func (f *fakePhone) SetLines([]phone.Line) error { return f.note("lines") }
func (f *fakePhone) Dial(c phone.CallID, _ phone.LineID, _ phone.Outbound) error {
	return f.note("dial " + string(c))
}

func (f *fakePhone) Answer(c phone.CallID, _ phone.Reception) error {
	return f.note("answer " + string(c))
}

func (f *fakePhone) Attend(c phone.CallID, present bool) error {
	return f.note(fmt.Sprint("attend ", c, " ", present))
}

func (f *fakePhone) Announce(c phone.CallID, sounds ...phone.SoundID) error {
	return f.note(fmt.Sprint("announce ", c, " ", sounds))
}

func (f *fakePhone) Music(c phone.CallID, s phone.SoundID) error {
	return f.note(fmt.Sprint("music ", c, " ", s))
}

func (f *fakePhone) Record(c phone.CallID, as phone.SoundID, _ phone.Recorded) error {
	return f.note(fmt.Sprint("record ", c, " ", as))
}

func (f *fakePhone) PauseRecording(c phone.CallID, paused bool) error {
	return f.note(fmt.Sprint("pause ", c, " ", paused))
}

func (f *fakePhone) StopRecording(c phone.CallID) error { return f.note("stop " + string(c)) }

func (f *fakePhone) Reject(c phone.CallID) error { return f.note("reject " + string(c)) }

func (f *fakePhone) Redirect(c phone.CallID, to string) error {
	return f.note("redirect " + string(c) + " " + to)
}

func (f *fakePhone) Transfer(c phone.CallID, to string) error {
	return f.note("transfer " + string(c) + " " + to)
}

func (f *fakePhone) Connect(c, with phone.CallID) error {
	return f.note("connect " + string(c) + " " + string(with))
}

func (f *fakePhone) Confer(calls []phone.CallID, here bool) error {
	return f.note(fmt.Sprint("confer ", calls, here))
}

func (f *fakePhone) Hangup(c phone.CallID) error { return f.note("hangup " + string(c)) }

func (f *fakePhone) Hold(c phone.CallID) error { return f.note("hold " + string(c)) }

func (f *fakePhone) Resume(c phone.CallID) error { return f.note("resume " + string(c)) }

func (f *fakePhone) SendDTMF(c phone.CallID, d string) error { return f.note("dtmf " + d) }

// fakeStore keeps the journal in memory; full makes every write fail.
type fakeStore struct {
	mu       sync.Mutex
	full     bool
	journal  []JournalEntry
	applied  []clients.Mutation
	snapshot Snapshot
	searches []string
	gate     chan struct{} // a search waits here when set
}

type diskFull struct{ error }

func (diskFull) Code() string { return "store.disk-full" }

func (f *fakeStore) write(do func()) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.full {
		return diskFull{errors.New("no space left")}
	}
	do()
	return nil
}

func (f *fakeStore) setFull(full bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.full = full
}

func (f *fakeStore) Load(context.Context, time.Time) (Snapshot, error) { return f.snapshot, nil }

func (f *fakeStore) Apply(_ context.Context, m clients.Mutation) error {
	return f.write(func() { f.applied = append(f.applied, m) })
}

func (f *fakeStore) Append(_ context.Context, e JournalEntry) error {
	return f.write(func() { f.journal = append(f.journal, e) })
}

func (f *fakeStore) SaveDraft(context.Context, SavedDraft) error { return f.write(func() {}) }

func (f *fakeStore) DropDraft(context.Context, clients.ID) error { return f.write(func() {}) }

func (f *fakeStore) SaveSettings(context.Context, Settings) error { return f.write(func() {}) }

func (f *fakeStore) Retry(context.Context, clients.ID, time.Time) error { return f.write(func() {}) }

func (f *fakeStore) Client(_ context.Context, id clients.ID) (clients.Client, error) {
	return clients.Client{ID: id, Name: "read again"}, nil
}

func (f *fakeStore) ClientHistory(context.Context, clients.ID, int) ([]ClientChange, error) {
	return nil, nil
}

func (f *fakeStore) News(context.Context, clients.ID, clients.ID) ([]ClientChange, error) {
	return nil, nil
}

func (f *fakeStore) Appointments(context.Context, clients.ID, time.Time, time.Time) ([]clients.Appointment, error) {
	return nil, nil
}

func (f *fakeStore) Earlier(context.Context, clients.ID, phone.Number) (Earlier, error) {
	return Earlier{Name: "Mme Lefèvre", Calls: 3}, nil
}

func (f *fakeStore) Search(_ context.Context, q string, _ int) ([]Hit, error) {
	if f.gate != nil {
		<-f.gate
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.searches = append(f.searches, q)
	return []Hit{{Title: q}}, nil
}

func (f *fakeStore) Message(context.Context, clients.ID) (clients.Message, []clients.Delivery, error) {
	return clients.Message{}, nil, nil
}

func (f *fakeStore) Calls(context.Context, CallFilter, time.Time, int) ([]Entry, error) {
	return nil, nil
}

func (f *fakeStore) Call(context.Context, phone.CallID) (CallRecord, error) {
	return CallRecord{}, nil
}

func (f *fakeStore) Outbox(context.Context) ([]clients.Delivery, error) { return nil, nil }

func (f *fakeStore) KeepSound(context.Context, clients.Sound) error { return f.write(func() {}) }

func (f *fakeStore) DropSound(context.Context, phone.SoundID) error { return f.write(func() {}) }

func (f *fakeStore) ExpireSounds(context.Context, time.Time) ([]clients.Sound, error) {
	return nil, nil
}

func (f *fakeStore) CallSounds(context.Context, phone.CallID) ([]clients.Sound, error) {
	return nil, nil
}

func (f *fakeStore) Clients(context.Context) ([]clients.Client, error) {
	return f.snapshot.Clients, nil
}

func (f *fakeStore) Operators(context.Context) ([]clients.Operator, error) { return nil, nil }

func (f *fakeStore) Conflicts(context.Context) ([]clients.Conflict, error) { return nil, nil }

func (f *fakeStore) Leases(context.Context, clients.ID, time.Time, time.Time) ([]clients.Lease, error) {
	return nil, nil
}

func (f *fakeStore) lines() []JournalKind {
	f.mu.Lock()
	defer f.mu.Unlock()
	var kinds []JournalKind
	for _, e := range f.journal {
		kinds = append(kinds, e.Kind)
	}
	return kinds
}

type quiet struct{}

func (quiet) Prefer(Role, []string)                                   {}
func (quiet) Treat(Treatment)                                         {}
func (quiet) Whisper(phone.SoundID)                                   {}
func (quiet) Listen(phone.SoundID, time.Duration)                     {}
func (quiet) Dictate(phone.SoundID, time.Duration)                    {}
func (quiet) Show(HeadsetState)                                       {}
func (quiet) Mute(bool)                                               {}
func (quiet) Play(Signal)                                             {}
func (quiet) Loop(time.Duration)                                      {}
func (quiet) Wake()                                                   {}
func (quiet) Try(context.Context, MailSettings, string, string) error { return nil }
func (quiet) Set(string, string) error                                { return nil }

func (quiet) Import(_ context.Context, _ string, as clients.Sound, _ func(float64)) (clients.Sound, error) {
	return as, nil
}

// fakeTester refuses every line, or lets its caller wait until it gives up.
type fakeTester struct {
	hang  atomic.Bool
	asked chan struct{}
}

func (f *fakeTester) TestLine(ctx context.Context, _ phone.Line, _ string) error {
	if f.hang.Load() {
		close(f.asked)
		<-ctx.Done()
		return ctx.Err()
	}
	return errors.New("refused")
}

// running is a core with fake ports.
type running struct {
	*Core
	phone *fakePhone
	store *fakeStore
	lines *fakeTester
	log   *bytes.Buffer // to be read after stop
	tick  chan time.Time
	ended chan struct{}
}

func run(t *testing.T) *running { t.Helper(); return runWith(t, Alone{}) }

func runWith(t *testing.T, office Office) *running {
	t.Helper()
	r := &running{
		phone: &fakePhone{}, lines: &fakeTester{asked: make(chan struct{})}, log: &bytes.Buffer{}, tick: make(chan time.Time), ended: make(chan struct{}),
		store: &fakeStore{snapshot: Snapshot{
			Clients:  []clients.Client{durand(), petit()},
			Settings: Settings{Lines: []phone.Line{{ID: "l1"}}},
		}},
	}
	var mu sync.Mutex
	ids := 0
	r.Core = New(Config{
		Now: func() time.Time { return noon },
		NewID: func() clients.ID {
			mu.Lock()
			defer mu.Unlock()
			ids++
			return clients.ID("id" + string(rune('a'+ids)))
		},
		Tick: r.tick, Log: slog.New(slog.NewTextHandler(r.log, nil)),
	})
	ports := Ports{Phone: r.phone, Store: r.store, Sound: quiet{}, Courier: quiet{}, Secrets: quiet{}, Lines: r.lines, Sounds: quiet{}, Headset: quiet{}, Office: office}
	go func() { defer close(r.ended); r.Run(context.WithoutCancel(t.Context()), ports) }()
	t.Cleanup(r.stop)
	r.until(t, "ready", func(s State) bool { return s.Ready })
	return r
}

func (r *running) stop() { r.Stop(); <-r.ended }

// until waits for a state; the test's deadline is the limit.
func (r *running) until(t *testing.T, what string, ok func(State) bool) State {
	t.Helper()
	states, cancel := r.Subscribe()
	defer cancel()
	timeout := time.After(10 * time.Second)
	for {
		select {
		case s := <-states:
			if ok(s) {
				return s
			}
		case <-timeout:
			t.Fatalf("never saw: %s; state %+v", what, r.State())
		}
	}
}
