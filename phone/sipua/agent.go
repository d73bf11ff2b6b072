package sipua

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"sync"

	"github.com/emiago/sipgo/sip"

	"permanence/phone"
)

// Agent is a SIP user agent: phone.UserAgent over sipgo, pion and diago.
type Agent struct {
	cfg   Config
	abort chan struct{} // closed when Close may wait no longer

	tell sync.Mutex // one event at a time

	mu        sync.Mutex
	closed    bool
	lines     map[phone.LineID]*line
	running   map[*line]struct{}     // also those that only remove their contact
	calls     map[phone.CallID]*call // those the desk knows
	dialogs   map[string]*call       // by Call-ID and our tag
	invites   map[string]*call       // incoming, by Call-ID and the caller's tag
	actors    map[*call]struct{}     // also those that only say goodbye
	endpoints []*endpoint
}

var _ phone.UserAgent = (*Agent)(nil)

// New makes an agent without lines. SetLines starts it.
func New(cfg Config) (*Agent, error) {
	if err := cfg.complete(); err != nil {
		return nil, err
	}
	return &Agent{
		cfg: cfg, abort: make(chan struct{}), lines: make(map[phone.LineID]*line),
		running: make(map[*line]struct{}),
		calls:   make(map[phone.CallID]*call), dialogs: make(map[string]*call),
		invites: make(map[string]*call), actors: make(map[*call]struct{}),
	}, nil
}

// report tells one event. A fault in the listener must not become ours.
func (a *Agent) report(e phone.Event) {
	a.tell.Lock()
	defer a.tell.Unlock()
	guard(a.cfg.Log, "event", func() { a.cfg.Report(e) })
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

func sameLine(a, b phone.Line) bool { return fmt.Sprintf("%#v", a) == fmt.Sprintf("%#v", b) }

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

// Dial implements phone.UserAgent.
func (a *Agent) Dial(id phone.CallID, lineID phone.LineID, target string) error {
	a.mu.Lock()
	l, closed := a.lines[lineID], a.closed
	_, twice := a.calls[id]
	a.mu.Unlock()
	switch {
	case closed:
		return phone.ErrClosed
	case l == nil:
		return phone.ErrUnknownLine
	case !l.current().Ready():
		return phone.ErrLineNotUp
	case twice || id == "":
		return phone.ErrWrongState
	}
	uri, err := targetOf(l.cfg, target)
	if err != nil {
		return err
	}
	ep := l.ep.Load()
	c := a.newCall(id, phone.Outgoing, l, ep)
	if !a.enlist(c) {
		ep.release()
		return phone.ErrWrongState
	}
	go c.run()
	c.post(func() { c.dialOut(uri) })
	return nil
}

// Answer implements phone.UserAgent.
func (a *Agent) Answer(id phone.CallID) error {
	return a.command(id, func(c *call) (func(), error) { return c.answer, c.mustBe(ringing) })
}

// Reject implements phone.UserAgent.
func (a *Agent) Reject(id phone.CallID) error {
	return a.command(id, func(c *call) (func(), error) { return c.reject, c.mustBe(ringing) })
}

// Hangup implements phone.UserAgent.
func (a *Agent) Hangup(id phone.CallID) error {
	return a.command(id, func(c *call) (func(), error) { return c.hangup, nil })
}

// Hold implements phone.UserAgent.
func (a *Agent) Hold(id phone.CallID) error { return a.setHold(id, true) }

// Resume implements phone.UserAgent.
func (a *Agent) Resume(id phone.CallID) error { return a.setHold(id, false) }

func (a *Agent) setHold(id phone.CallID, on bool) error {
	return a.command(id, func(c *call) (func(), error) {
		if err := c.mustBe(up); err != nil {
			return nil, err
		}
		if !c.onHold.CompareAndSwap(!on, on) {
			return nil, phone.ErrWrongState
		}
		return c.holdAsked, nil
	})
}

// SendDTMF implements phone.UserAgent.
func (a *Agent) SendDTMF(id phone.CallID, digits string) error {
	digits = strings.ToUpper(digits)
	if digits == "" || strings.Trim(digits, keys) != "" {
		return phone.ErrBadNumber
	}
	return a.command(id, func(c *call) (func(), error) {
		return func() { c.press(digits) }, c.mustBe(up)
	})
}

// command has a call's goroutine do something, if the call is there and may.
func (a *Agent) command(id phone.CallID, prepare func(*call) (func(), error)) error {
	a.mu.Lock()
	c, closed := a.calls[id], a.closed
	a.mu.Unlock()
	switch {
	case closed:
		return phone.ErrClosed
	case c == nil:
		return phone.ErrUnknownCall
	}
	do, err := prepare(c)
	if err != nil {
		return err
	}
	if !c.post(do) {
		return phone.ErrWrongState
	}
	return nil
}

func (c *call) mustBe(s stage) error {
	if stage(c.public.Load()) != s {
		return phone.ErrWrongState
	}
	return nil
}

// press sends keys to the other party.
func (c *call) press(digits string) {
	if c.stage != up {
		return
	}
	if err := c.sound.Load().dial(digits); err != nil {
		c.failed("dtmf", err)
	}
}

// Stats implements phone.UserAgent.
func (a *Agent) Stats(id phone.CallID) (phone.MediaStats, bool) {
	a.mu.Lock()
	c := a.calls[id]
	a.mu.Unlock()
	if c == nil {
		return phone.MediaStats{}, false
	}
	v := c.sound.Load()
	if v == nil {
		return phone.MediaStats{LevelHeardDBF: -96}, true
	}
	return v.stats(), true
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
	endpoints := a.endpoints
	a.mu.Unlock()

	err := await(ctx, waits)
	close(a.abort)
	for _, ep := range endpoints {
		ep.shutNow()
	}
	for _, ep := range endpoints {
		ep.wait()
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

// track remembers an endpoint, for Close.
func (a *Agent) track(ep *endpoint) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.endpoints = append(slices.DeleteFunc(a.endpoints, (*endpoint).isClosed), ep)
}

// enlist makes a call known, unless there are too many.
func (a *Agent) enlist(c *call) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if _, twice := a.calls[c.id]; twice || a.closed || len(a.calls) >= maxCalls || len(a.actors) >= maxActors {
		return false
	}
	a.calls[c.id] = c
	a.actors[c] = struct{}{}
	if c.dir == phone.Incoming {
		a.dialogs[dialogKey(c.dialog.id, c.dialog.local.tag)] = c
		a.invites[dialogKey(c.dialog.id, c.dialog.remote.tag)] = c
	}
	return true
}

// know makes an outgoing call's dialog findable.
func (a *Agent) know(c *call) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.dialogs[dialogKey(c.dialog.id, c.dialog.local.tag)] = c
}

// leave takes a call from those the desk knows.
func (a *Agent) leave(c *call) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.calls, c.id)
}

// forget takes a call from those that SIP knows.
func (a *Agent) forget(c *call) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.actors, c)
	delete(a.dialogs, dialogKey(c.dialog.id, c.dialog.local.tag))
	if c.dir == phone.Incoming {
		delete(a.invites, dialogKey(c.dialog.id, c.dialog.remote.tag))
	}
}

func dialogKey(callID, tag string) string { return callID + "\x00" + tag }

// merged tells whether an INVITE came twice, on two ways (RFC 3261 §8.2.2.2).
func (a *Agent) merged(r *request) bool {
	_, there := a.find(a.invites, r.CallID().Value(), tagOf(r.From().Params))
	return there
}

func (a *Agent) find(in map[string]*call, callID, tag string) (*call, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	c, ok := in[dialogKey(callID, tag)]
	return c, ok
}

// stray takes a 2xx to an INVITE whose transaction is over.
func (a *Agent) stray(res *sip.Response, via flow) {
	if c, ok := a.find(a.dialogs, res.CallID().Value(), tagOf(res.From().Params)); ok {
		c.post(func() { c.stray2xx(res, via) })
	}
}
