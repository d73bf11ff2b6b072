package sipua

import (
	"context"
	"fmt"
	"net/netip"
	"reflect"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"

	"permanence/phone"
)

// Agent is a SIP user agent: phone.UserAgent over sipgo, pion and diago.
type Agent struct {
	cfg   Config
	abort chan struct{} // closed when Close may wait no longer

	// How the world is looked at; tests show another one.
	names  *names
	route  func(netip.AddrPort) netip.Addr // the local address towards a peer
	pace   pace
	pongs  time.Duration // how long one may take to come
	window time.Duration // for how long a call is heard before its quality is told
	parted time.Duration // how long after the last word of a transfer a hang-up means that it has worked

	tell sync.Mutex // one event at a time

	mu        sync.Mutex
	closed    bool
	lines     map[phone.LineID]*line
	running   map[*line]struct{}       // also those that only remove their contact
	calls     map[phone.CallID]*call   // those the desk knows
	dialogs   map[string]*call         // by Call-ID and our tag
	invites   map[string]*call         // incoming, by Call-ID and the caller's tag
	actors    map[*call]struct{}       // also those that only say goodbye
	watching  map[string]*subscription // by Call-ID and our tag
	endpoints []*endpoint
	meeting   *conference // nil until the first
}

var _ phone.UserAgent = (*Agent)(nil)

// New makes an agent without lines. SetLines starts it.
func New(cfg Config) (*Agent, error) {
	if err := cfg.complete(); err != nil {
		return nil, err
	}
	return &Agent{
		cfg: cfg, abort: make(chan struct{}), names: new(names), route: routeTo, pace: usualPace,
		pongs: pongPatience, window: judgeEvery, parted: 4 * sip.T1,
		lines:   make(map[phone.LineID]*line),
		running: make(map[*line]struct{}),
		calls:   make(map[phone.CallID]*call), dialogs: make(map[string]*call),
		invites: make(map[string]*call), actors: make(map[*call]struct{}),
		watching: make(map[string]*subscription),
	}, nil
}

// report tells one event. A fault in the listener must not become ours.
func (a *Agent) report(e phone.Event) {
	a.tell.Lock()
	defer a.tell.Unlock()
	guard(a.cfg.Log, "event", func() { a.cfg.Report(washed(e)) })
}

// SetLines implements phone.UserAgent. A line that stays as it was but does not
// work is tried again at once.
func (a *Agent) SetLines(lines []phone.Line) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.closed {
		return phone.ErrClosed
	}
	want := make(map[phone.LineID]phone.Line, len(lines))
	for _, l := range lines {
		if _, twice := want[l.ID]; twice || l.ID == "" {
			return fmt.Errorf("sipua: line %q is there twice, or has no name", l.ID)
		}
		want[l.ID] = l
	}
	for id, old := range a.lines {
		if _, stays := want[id]; !stays {
			delete(a.lines, id)
			old.leave()
			go a.offAfter(old)
		}
	}
	for _, l := range lines {
		a.setLine(l)
	}
	return nil
}

// setLine makes one line be as configured. A direct line that stays where it was
// keeps its socket: the calls on it go on.
func (a *Agent) setLine(cfg phone.Line) {
	old := a.lines[cfg.ID]
	if old != nil && sameLine(old.cfg, cfg) {
		old.nudge()
		return
	}
	next := newLine(a, cfg)
	var inherited *endpoint
	if old != nil {
		if ep := old.ep.Load(); ep != nil && cfg.Direct && old.cfg.Direct && old.cfg.Bind == cfg.Bind &&
			transportOf(old.cfg) == transportOf(cfg) && !cfg.Disabled {
			ep.hold()
			inherited = ep
		}
		old.leave()
	}
	a.lines[cfg.ID] = next
	if cfg.Disabled {
		next.leave = func() {}
		close(next.gone)
		go next.changed(phone.LineOff, nil, 0)
		return
	}
	a.running[next] = struct{}{}
	next.start(inherited)
}

// ran takes a line from those that run.
func (a *Agent) ran(l *line) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.running, l)
}

// offAfter tells that a line is gone once its contact was removed.
func (a *Agent) offAfter(l *line) {
	<-l.gone
	l.changed(phone.LineOff, nil, 0)
}

func sameLine(a, b phone.Line) bool { return reflect.DeepEqual(a, b) }

// Address is where a line's endpoint listens: the port that ":0" picked, for
// those who want to call a direct line.
func (a *Agent) Address(id phone.LineID) (netip.AddrPort, bool) {
	a.mu.Lock()
	l := a.lines[id]
	a.mu.Unlock()
	if l == nil {
		return netip.AddrPort{}, false
	}
	ep := l.ep.Load()
	if ep == nil {
		return netip.AddrPort{}, false
	}
	return ep.listening(), true
}

// Close implements phone.UserAgent. Calls are ended and contacts removed side by
// side; when ctx is over, what is left is dropped.
func (a *Agent) Close(ctx context.Context) error {
	a.mu.Lock()
	if a.closed {
		a.mu.Unlock()
		return phone.ErrClosed
	}
	a.closed = true
	var waits []<-chan struct{}
	for c := range a.actors {
		c.post(c.shutdown)
		waits = append(waits, c.gone)
	}
	for l := range a.running {
		l.leave()
		waits = append(waits, l.gone)
	}
	endpoints, meeting := a.endpoints, a.meeting
	a.mu.Unlock()

	err := await(ctx, waits)
	close(a.abort)
	for _, ep := range endpoints {
		ep.shutNow()
	}
	for _, ep := range endpoints {
		ep.wait()
	}
	if meeting != nil {
		waits = append(waits, meeting.gone)
	}
	_ = await(context.Background(), waits) // nothing is left to wait for but themselves
	return err
}

func await(ctx context.Context, all []<-chan struct{}) error {
	for _, one := range all {
		select {
		case <-one:
		case <-ctx.Done():
			return fmt.Errorf("closing the telephone: %w", ctx.Err())
		}
	}
	return nil
}
