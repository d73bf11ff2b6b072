package phonetest

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"permanence/phone"
)

// patience is how long anything may take. It is not a measure of speed.
const patience = time.Minute

// Member is one agent of a network.
type Member struct {
	UA      phone.UserAgent
	Line    phone.LineID // a line that is ready, or becomes it by itself
	Address string       // what the others dial to reach it
}

// Network makes agents that can call each other.
type Network interface {
	// Agent makes an agent that tells its events to report.
	Agent(t testing.TB, name string, report func(phone.Event)) Member
	// TakenElsewhere calls m, and lets another phone answer before m does.
	TakenElsewhere(t testing.TB, m Member)
	// Nobody is an address at m where nobody can be reached: 404.
	Nobody(t testing.TB, m Member) string
}

// desk is one member with everything that it told.
type desk struct {
	Member
	t    testing.TB
	name string

	mu     sync.Mutex
	events []phone.Event
	read   int // events that expect has gone past
	grown  chan struct{}
}

func newDesk(t testing.TB, n Network, name string) *desk {
	d := &desk{t: t, name: name, grown: make(chan struct{}, 1)}
	d.Member = n.Agent(t, name, d.told)
	t.Cleanup(d.close)
	expect(d, func(e phone.LineChanged) bool { return e.State.Ready() })
	return d
}

func (d *desk) told(e phone.Event) {
	d.mu.Lock()
	d.events = append(d.events, e)
	d.mu.Unlock()
	select {
	case d.grown <- struct{}{}:
	default:
	}
}

// next gives the first event not yet gone past that fits, and goes past it.
func (d *desk) next(fits func(phone.Event) bool) (phone.Event, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for i := d.read; i < len(d.events); i++ {
		if fits(d.events[i]) {
			d.read = i + 1
			return d.events[i], true
		}
	}
	return nil, false
}

// expect waits for an event of type E that fits, and goes past it and all before.
func expect[E phone.Event](d *desk, fits func(E) bool) E {
	d.t.Helper()
	deadline := time.After(patience)
	for {
		found, ok := d.next(func(e phone.Event) bool {
			typed, is := e.(E)
			return is && (fits == nil || fits(typed))
		})
		if ok {
			return found.(E)
		}
		select {
		case <-d.grown:
		case <-deadline:
			var want E
			d.t.Fatalf("%s: no %T came.\n%s", d.name, want, d.journal())
		}
	}
}

// of waits for an event of type E of one call.
func of[E phone.Event](d *desk, id phone.CallID) E {
	d.t.Helper()
	return expect(d, func(e E) bool { return callOf(e) == id })
}

// count is how many events of type E there were.
func count[E phone.Event](d *desk) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := 0
	for _, e := range d.events {
		if _, ok := e.(E); ok {
			n++
		}
	}
	return n
}

func (d *desk) journal() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	s := d.name + " was told:\n"
	for i, e := range d.events {
		if i == d.read {
			s += "    --- expected from here on\n"
		}
		if a, ok := e.(phone.CallArrived); ok {
			a.Invite.Raw = nil
			e = a
		}
		s += fmt.Sprintf("    %T%+v\n", e, e)
	}
	return s
}

// must fails the test if a command was not accepted.
func (d *desk) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatalf("%s: %v\n%s", d.name, err, d.journal())
	}
}

// dial calls an address.
func (d *desk) dial(to string) phone.CallID {
	d.t.Helper()
	id := phone.CallID(uuid.NewString())
	d.must(d.UA.Dial(id, d.Line, phone.Outbound{Target: to}))
	return id
}

// close closes the agent and checks the promise of every call it had.
func (d *desk) close() {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := d.UA.Close(ctx); err != nil && err != phone.ErrClosed {
		d.t.Errorf("%s: close: %v", d.name, err)
	}
	d.keptPromise()
}

// keptPromise checks that every call ended exactly once, and last.
func (d *desk) keptPromise() {
	d.mu.Lock()
	defer d.mu.Unlock()
	over := map[phone.CallID]bool{}
	for _, e := range d.events {
		id := callOf(e)
		if id == "" {
			continue
		}
		if over[id] {
			d.t.Errorf("%s: %T of call %s after its end", d.name, e, id)
		}
		_, ends := e.(phone.CallEnded)
		over[id] = ends
		if next := announced(e); next != "" {
			if _, known := over[next]; known {
				d.t.Errorf("%s: call %s is announced after its first event", d.name, next)
			}
			over[next] = false
		}
	}
	for id, ended := range over {
		if !ended {
			d.t.Errorf("%s: call %s never ended", d.name, id)
		}
	}
}

// callOf is the call an event speaks of, "" if of none.
func callOf(e phone.Event) phone.CallID {
	switch e := e.(type) {
	case phone.CallArrived:
		return e.Call
	case phone.CallRinging:
		return e.Call
	case phone.CallAnswered:
		return e.Call
	case phone.MediaChanged:
		return e.Call
	case phone.HoldChanged:
		return e.Call
	case phone.DTMFReceived:
		return e.Call
	case phone.CallEnded:
		return e.Call
	case phone.CommandFailed:
		return e.Call
	case phone.TransferProgressed:
		return e.Call
	case phone.CallReferred:
		return e.Call
	case phone.CallReplaced:
		return e.Call
	case phone.AnnouncementEnded:
		return e.Call
	case phone.AttendanceChanged:
		return e.Call
	case phone.RecordingChanged:
		return e.Call
	case phone.RecordingEnded:
		return e.Call
	case phone.QualityChanged:
		return e.Call
	}
	return ""
}

// announced is the call that an event announces beside the one it speaks of.
func announced(e phone.Event) phone.CallID {
	switch e := e.(type) {
	case phone.CallReferred:
		return e.New
	case phone.CallReplaced:
		return e.New
	}
	return ""
}
