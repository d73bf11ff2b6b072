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

// How often a line that does not work is tried again, and how often one that
// works is looked after.
const (
	firstRetry   = 2 * time.Second
	lastRetry    = 2 * time.Minute
	refusedRetry = time.Minute // doubling would not hurt, hammering would lock the account
	keepAlive    = 25 * time.Second
	watchEvery   = 5 * time.Second
	goodbye      = 3 * time.Second // for removing a contact
)

// line is one of the agent's lines. Its goroutine owns the binding; everybody
// else reads the atomics.
type line struct {
	agent *Agent
	cfg   phone.Line
	ep    atomic.Pointer[endpoint]
	state atomic.Value                     // phone.LineState
	peers atomic.Pointer[[]netip.AddrPort] // the registrar's addresses
	user  atomic.Value                     // string: the random user part of our Contact
	kick  chan struct{}
	leave context.CancelFunc
	gone  chan struct{}

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
	ep.handle = l.agent.handle
	ep.stray = l.agent.stray
	ep.owner.Store(l)
	l.agent.track(ep)
	ep.start()
	l.ep.Store(ep)
	return nil
}

func transportOf(l phone.Line) phone.Transport {
	if l.Transport == phone.TCP {
		return phone.TCP
	}
	return phone.UDP
}

// usable tells what is wrong with a line's configuration, nil if nothing is.
func usable(l phone.Line) error {
	if _, err := newGuests(l); err != nil || l.Direct {
		return err
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
	failures := 0
	for ctx.Err() == nil {
		if l.current() != phone.LineRegistered {
			l.changed(phone.LineRegistering, nil, 0)
		}
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
			l.peers.Store(new(b.known))
			l.changed(phone.LineRegistered, nil, granted)
		}
		if !l.rest(ctx, b, pause, err == nil) {
			break
		}
	}
	bye, cancel := context.WithTimeout(context.WithoutCancel(ctx), goodbye)
	defer cancel()
	if err := b.remove(bye); err != nil {
		l.agent.cfg.Log.Info("our contact could not be removed; it expires by itself", "line", l.cfg.ID, "error", err)
	}
}

// rest waits until it is time to register again: the pause is over, somebody
// asks, the computer slept, or the way to the registrar changed.
func (l *line) rest(ctx context.Context, b *binding, pause time.Duration, up bool) bool {
	over := time.NewTimer(pause)
	defer over.Stop()
	watch := time.NewTicker(watchEvery)
	defer watch.Stop()
	seen, pinged := time.Now(), time.Now()
	for {
		select {
		case <-ctx.Done():
			return false
		case <-over.C:
			return true
		case <-l.kick:
			return true
		case now := <-watch.C:
			if slept(now.Round(0).Sub(seen.Round(0)), now.Sub(seen)) || (up && moved(b)) {
				return true
			}
			seen = now
			if up && now.Sub(pinged) >= keepAlive {
				pinged = now
				ping(b.way)
			}
		}
	}
}

// slept compares what passed on the wall with what the monotonic clock counted,
// which stands still while a computer sleeps.
func slept(wall, awake time.Duration) bool { return wall-awake > 2*watchEvery }

// moved tells whether the registrar would now be reached from another address
// than the one it was told, or not over the connection any more.
func moved(b *binding) bool {
	if s, ok := b.way.(*stream); ok {
		return !b.ep.connected(s)
	}
	return b.ep.selfFor(b.way.remote()) != b.way.self()
}

// ping keeps a router's mapping open (RFC 5626 §3.5.1).
func ping(way flow) {
	if w, ok := way.(interface{ write([]byte) error }); ok {
		_ = w.write([]byte("\r\n\r\n"))
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

// contact is the Contact of this line's dialogs.
func (l *line) contact(way flow) *sip.ContactHeader {
	user := l.user.Load().(string)
	if user == "" {
		user = "desk"
	}
	return contactFor(user, way)
}
