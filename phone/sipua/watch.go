package sipua

import (
	"context"
	"math/rand/v2"
	"net/netip"
	"time"
)

// pace is how often a line looks around. Tests are faster.
type pace struct {
	look  time.Duration // for sleep, another network, a lost connection
	ping  time.Duration // so that routers keep the way open
	home  time.Duration // for the first server, while another stands in
	clock func() instant
}

// usualPace finds a change within a second, which leaves four to register again
// in the five that an operator waits. A look costs one question to the routing
// table.
var usualPace = pace{look: time.Second, ping: 25 * time.Second, home: time.Minute, clock: now}

// instant is a moment on both clocks of a computer: the one on the wall goes on
// while it sleeps, the other stands still.
type instant struct {
	wall  time.Time
	awake time.Duration
}

var started = time.Now()

func now() instant {
	t := time.Now()
	return instant{wall: t.Round(0), awake: t.Sub(started)}
}

// slept tells whether the computer slept between two looks, or hardly ran.
func (i instant) slept(since instant, look time.Duration) bool {
	return i.wall.Sub(since.wall)-(i.awake-since.awake) > 2*look
}

// watch looks after a line between two registrations. It belongs to the line's
// goroutine.
type watch struct {
	pace    pace
	binding *binding
	kick    <-chan struct{}
	seen    instant // at the last look, or before the registrar was asked
	pinged  time.Duration
	route   netip.Addr // our address towards the registrar
}

// rest waits until it is time to register again: the pause is over, somebody asks,
// the first server is back, the computer slept, the way to the registrar changed or
// its connection is lost. It tells whether the network may be another one now.
func (w *watch) rest(ctx context.Context, pause time.Duration, up bool) (another bool) {
	over, look := time.NewTimer(pause), time.NewTicker(w.pace.look)
	defer over.Stop()
	defer look.Stop()
	home := time.NewTimer(spread(w.pace.home))
	defer home.Stop()
	w.begin(up)
	for {
		select {
		case <-ctx.Done():
			return false
		case <-over.C:
			return false
		case <-w.kick:
			return false
		case <-home.C:
			if up && w.binding.at.tier > 0 && w.binding.goHome(ctx) {
				return false
			}
			home.Reset(spread(w.pace.home))
		case <-look.C:
			if w.look(up) {
				return true
			}
		}
	}
}

// spread keeps many desks from asking at once.
func spread(d time.Duration) time.Duration { return d*3/4 + rand.N(d/2+1) }

// begin remembers how things stand: for a line that works, as the registrar was
// told, so that a change while it was asked is found.
func (w *watch) begin(up bool) {
	w.pinged = w.pace.clock().awake
	switch {
	case up:
		w.route = w.binding.way.self().Addr()
	case !w.route.IsValid():
		w.route = w.towards()
	}
}

// look tells whether to register at once.
func (w *watch) look(up bool) bool {
	at, route := w.pace.clock(), w.towards()
	slept := at.slept(w.seen, w.pace.look)
	w.seen = at
	if slept || route != w.route {
		w.route = route
		w.binding.ep.forgetStreams() // they may be dead, and would say so only much later
		return true
	}
	if up && !w.binding.stands() {
		return true
	}
	if up && at.awake-w.pinged >= w.pace.ping {
		w.pinged = at.awake
		ping(w.binding.way)
	}
	return false
}

// somewhere is an address that no computer has (RFC 5737): the way to it is the
// way out, for a line whose registrar was not found yet.
var somewhere = netip.AddrPortFrom(netip.AddrFrom4([4]byte{192, 0, 2, 1}), 5060)

func (w *watch) towards() netip.Addr {
	to := somewhere
	if w.binding.way != nil {
		to = w.binding.way.remote()
	}
	return w.binding.ep.selfFor(to).Addr()
}

// stands tells whether the registrar can still reach us the way it was told.
func (b *binding) stands() bool {
	s, ok := b.way.(*stream)
	return !ok || b.ep.connected(s)
}

// ping keeps a router's mapping open (RFC 5626 §3.5.1, §4.4.1).
func ping(way flow) {
	switch w := way.(type) {
	case *stream:
		w.ping()
	case *datagrams:
		_ = w.write([]byte("\r\n\r\n")) // as a lost packet: the next may arrive
	}
}

// moveCalls has the live calls of a line tell their peers where we are now.
func (a *Agent) moveCalls(l *line) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, c := range a.calls {
		if c.line == l {
			c.post(c.moved)
		}
	}
}

// moved offers the other side the address that we have now, with a new Contact and
// the voice there (RFC 3261 §14.1).
func (c *call) moved() {
	if c.stage != up {
		return
	}
	way, err := c.dialog.way(c.ep)
	if err != nil {
		c.agent.cfg.Log.Warn("a call could not be moved to the new network", "error", err)
		return
	}
	// What a router showed before is no more; the peer follows our voice (RFC 4961).
	c.neg.at = netip.AddrPortFrom(way.self().Addr(), c.sound.Load().at.Port())
	c.neg.reports = netip.AddrPort{}
	c.refreshDue = true
	c.syncHold()
}
