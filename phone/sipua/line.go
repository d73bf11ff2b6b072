package sipua

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emiago/sipgo/sip"

	"permanence/phone"
)

// How often a line that does not work is tried again.
const (
	firstRetry   = 2 * time.Second
	lastRetry    = 2 * time.Minute
	refusedRetry = time.Minute     // doubling would not hurt, hammering would lock the account
	goodbye      = 3 * time.Second // for removing a contact
)

// line is one of the agent's lines. Its goroutine owns the binding; everybody
// else reads the atomics.
type line struct {
	agent *Agent
	cfg   phone.Line
	ep    atomic.Pointer[endpoint]
	state atomic.Value // phone.LineState
	user  atomic.Value // string: the random user part of our Contact
	kick  chan struct{}
	leave context.CancelFunc
	gone  chan struct{}

	// What the last registration told: the servers' addresses, the one that accepted
	// first, how it sees us, and the way that it wants requests to take.
	peers   atomic.Pointer[[]netip.AddrPort]
	servers atomic.Pointer[[]hop]
	seen    atomic.Pointer[mapping]
	route   atomic.Pointer[[]sip.Uri]

	guests    *guests
	strangers strangers
	news      *news
}

func newLine(a *Agent, cfg phone.Line) *line {
	l := &line{agent: a, cfg: cfg, kick: make(chan struct{}, 1), gone: make(chan struct{})}
	l.state.Store(phone.LineOff)
	l.user.Store(cfg.User)
	l.guests, _ = newGuests(cfg) // what is wrong with them keeps the line from opening
	l.news = newNews(l)
	l.guests.dns = a.names
	l.strangers.now, l.strangers.tell = a.cfg.Now, l.tellStrangers
	return l
}

// start runs the line until stop. An inherited endpoint is taken over, held.
func (l *line) start(inherited *endpoint) {
	ctx, cancel := context.WithCancel(context.Background())
	l.leave = cancel
	if inherited != nil {
		inherited.owner.Store(l)
		l.ep.Store(inherited)
	}
	go func() {
		defer close(l.gone)
		var looking sync.WaitGroup
		looking.Go(func() { guard(l.agent.cfg.Log, "peers", func() { l.guests.keepFound(ctx) }) })
		looking.Go(func() { l.news.keep(ctx, l) })
		guard(l.agent.cfg.Log, "line", func() { l.run(ctx) })
		cancel()
		looking.Wait()
		l.strangers.stop()
		if ep := l.ep.Load(); ep != nil {
			ep.release()
		}
		l.agent.ran(l)
	}()
}

// nudge makes a line that does not work try again now.
func (l *line) nudge() {
	if !l.current().Ready() {
		select {
		case l.kick <- struct{}{}:
		default:
		}
	}
}

func (l *line) current() phone.LineState { return l.state.Load().(phone.LineState) }

func (l *line) run(ctx context.Context) {
	for l.ep.Load() == nil {
		if err := l.open(); err != nil {
			l.changed(phone.LineFailed, err, lastRetry)
			if !l.pause(ctx, lastRetry) {
				return
			}
		}
	}
	if l.cfg.Direct {
		at := l.ep.Load().listening()
		l.state.Store(phone.LineListening)
		l.agent.report(phone.LineChanged{
			Line: l.cfg.ID, State: phone.LineListening, Detail: at.String(), At: l.agent.cfg.Now(),
		})
		l.news.wake()
		<-ctx.Done()
		return
	}
	l.keepRegistered(ctx)
}

// open makes the line's socket.
func (l *line) open() error {
	if err := usable(l.cfg); err != nil {
		return err
	}
	bind, err := bindOf(l.cfg, l.agent.cfg.Bind)
	if err != nil {
		return err
	}
	ep, err := listen(transportOf(l.cfg), bind, l.cfg.Direct, l.agent.cfg.Log)
	if err != nil {
		return badConfig("%w", err)
	}
	ep.ca, ep.names, ep.route, ep.pongs = l.cfg.CA, l.agent.names, l.agent.route, l.agent.pongs
	ep.handle = l.agent.handle
	ep.stray = l.agent.stray
	ep.owner.Store(l)
	l.agent.track(ep)
	ep.start()
	l.ep.Store(ep)
	return nil
}

func transportOf(l phone.Line) phone.Transport {
	if l.Transport == "" {
		return phone.UDP
	}
	return l.Transport
}

// usable tells what is wrong with a line's configuration, nil if nothing is.
func usable(l phone.Line) error {
	_, err := newGuests(l)
	switch t := transportOf(l); {
	case t != phone.UDP && t != phone.TCP && t != phone.TLS:
		return badConfig("the line's transport %q is none of udp, tcp and tls", t)
	case l.Direct && t == phone.TLS:
		return badConfig("a direct line cannot use TLS: this desk has no certificate that callers could check")
	case err != nil:
		return err
	}
	if l.STUN != "" {
		if _, err := placeOf(l.STUN); err != nil {
			return badConfig("STUN server: %w", err)
		}
	}
	if l.Direct {
		return nil
	}
	if l.User == "" {
		return badConfig("the line has no user name")
	}
	if _, err := placeOf(l.Domain); err != nil {
		return badConfig("the line's domain: %w", err)
	}
	return nil
}

// keepRegistered registers, refreshes before the granted time is over, and tries
// again with growing pauses when that fails.
func (l *line) keepRegistered(ctx context.Context) {
	b := newBinding(l.ep.Load(), l.cfg, l.agent.cfg.Credentials, l.agent.cfg.UserAgent)
	l.user.Store(b.user)
	w := &watch{pace: l.agent.pace, binding: b, kick: l.kick}
	failures := 0
	for ctx.Err() == nil {
		if l.current() != phone.LineRegistered {
			l.changed(phone.LineRegistering, nil, 0)
		}
		w.seen = w.pace.clock() // it may sleep while it asks
		granted, err := b.register(ctx)
		if ctx.Err() != nil {
			break
		}
		var pause time.Duration
		if err != nil {
			failures++
			pause = backoff(asLineError(err), failures)
			l.changed(asLineError(err).state(), err, pause)
		} else {
			failures = 0
			pause = refreshAfter(granted)
			l.registered(b, granted)
		}
		if w.rest(ctx, pause, err == nil) {
			failures = 0
		}
	}
	bye, cancel := context.WithTimeout(context.WithoutCancel(ctx), goodbye)
	defer cancel()
	if err := b.remove(bye); err != nil {
		l.agent.cfg.Log.Info("our contact could not be removed; it expires by itself", "line", l.cfg.ID, "error", err)
	}
}

// registered takes over what a registration told, and tells that the line works:
// also where, if that is not the first of its servers.
func (l *line) registered(b *binding, granted time.Duration) {
	peers := make([]netip.AddrPort, 0, len(b.known))
	for _, h := range b.known {
		peers = append(peers, h.at)
	}
	before := l.seen.Load()
	l.peers.Store(&peers)
	l.servers.Store(new(b.known))
	l.route.Store(new(b.routes))
	l.seen.Store(new(mapping{b.way.self(), b.seen.of(b.way)}))
	l.state.Store(phone.LineRegistered)
	e := phone.LineChanged{Line: l.cfg.ID, State: phone.LineRegistered, At: l.agent.cfg.Now()}
	e.Until = e.At.Add(granted)
	if b.at.tier > 0 {
		e.Detail = b.at.String()
	}
	l.agent.report(e)
	l.news.wake()
	if before != nil && *before != *l.seen.Load() {
		l.agent.moveCalls(l)
	}
}

// pause waits d, or until somebody asks to try now; false when the line ends.
func (l *line) pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
	case <-l.kick:
	}
	return true
}

// refreshAfter leaves a quarter of the granted time, at most a minute, for
// retransmissions and a slow registrar, and spreads the refreshes of many desks.
func refreshAfter(granted time.Duration) time.Duration {
	margin := min(granted/4, time.Minute)
	return granted - margin - rand.N(margin/4+1)
}

// backoff is the pause after the n-th failure in a row.
func backoff(e *LineError, n int) time.Duration {
	d := lastRetry
	if n < 8 {
		d = min(firstRetry<<(n-1), lastRetry)
	}
	if e.Code() == CodeRefused {
		d = refusedRetry
	}
	d = max(d, e.after)
	return d*3/4 + rand.N(d/2)
}

// knows tells whether somebody at this address may ring: the registrar, or a guest.
// That a request is addressed to our random contact proves nothing: everybody whom
// we ever spoke with has read it. All others are scanners, who would ring the desk
// day and night.
func (l *line) knows(a netip.Addr) bool {
	if l.guests.has(a) {
		return true
	}
	peers := l.peers.Load()
	return peers != nil && slices.ContainsFunc(*peers, func(p netip.AddrPort) bool { return p.Addr() == a })
}

// changed tells a new state, and how long it lasts if that is known.
func (l *line) changed(state phone.LineState, err error, lasts time.Duration) {
	l.state.Store(state)
	e := phone.LineChanged{Line: l.cfg.ID, State: state, At: l.agent.cfg.Now()}
	if lasts > 0 {
		e.Until = e.At.Add(lasts)
	}
	if err != nil {
		e.Status, e.Detail = asLineError(err).Status, fmt.Sprint(err)
	}
	l.agent.report(e)
	l.news.wake()
}

// contact is the Contact of this line's dialogs, as the registrar sees us.
func (l *line) contact(way flow) *sip.ContactHeader {
	user := l.user.Load().(string)
	if user == "" {
		user = "desk"
	}
	if seen := l.seen.Load(); seen != nil {
		return seen.contact(user, way)
	}
	return contactFor(user, way)
}
