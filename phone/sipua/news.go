package sipua

import (
	"context"
	"net/netip"
	"slices"
	"strings"
	"sync"

	"github.com/emiago/sipgo/sip"

	"permanence/phone"
)

// maxLamps bounds the subscriptions of one line.
const maxLamps = 256

// news are what a line asks its servers to tell: the messages that wait and the
// lamps of colleagues. It is made with its line and never changes.
type news struct {
	subscriptions []*subscription
	mailbox       mailbox
}

// mailbox is what was last told of the messages that wait, by whoever told it.
type mailbox struct {
	mu    sync.Mutex
	known bool
	last  waiting
}

func newNews(l *line) *news {
	n := &news{}
	if l.cfg.Mailbox && l.cfg.User != "" {
		s := newSubscription(l, "message-summary", "application/simple-message-summary", l.homeOf(l.cfg.User))
		s.take, s.lost = l.summaryTold, func() {}
		n.subscriptions = append(n.subscriptions, s)
	}
	for _, target := range l.cfg.Watch[:min(len(l.cfg.Watch), maxLamps)] {
		if s := newLamp(l, target); s != nil {
			n.subscriptions = append(n.subscriptions, s)
		}
	}
	return n
}

// homeOf is an address at the line's own server.
func (l *line) homeOf(user string) sip.Uri {
	p, _ := homeOf(l.cfg) // a line without one does not work
	return aorOf(phone.Line{User: user, Domain: hostPort(p)})
}

// newLamp watches a colleague; nil when the target cannot be one.
func newLamp(l *line, target string) *subscription {
	uri, err := targetOf(l.cfg, target)
	if err != nil && isAccount(target) {
		uri, err = l.homeOf(target), nil
	}
	if err != nil {
		l.agent.cfg.Log.Warn("nobody who can be watched", "line", l.cfg.ID, "target", printable(target))
		return nil
	}
	s := newSubscription(l, "dialog", "application/dialog-info+xml", uri)
	lamp := &lamp{line: l, target: target, shows: phone.LampUnknown}
	s.take, s.lost = lamp.told, lamp.forget
	return s
}

// isAccount accepts the name of an extension: "alice", "desk-2".
func isAccount(s string) bool {
	return s != "" && len(s) <= 64 && !strings.ContainsFunc(s, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && !strings.ContainsRune("-_.", r)
	})
}

// keep runs all subscriptions until the line ends and they are given back.
func (n *news) keep(ctx context.Context, l *line) {
	var all sync.WaitGroup
	for _, s := range n.subscriptions {
		all.Go(func() { guard(l.agent.cfg.Log, "subscription", func() { s.run(ctx) }) })
	}
	all.Wait()
}

// wake tells all subscriptions that the line works.
func (n *news) wake() {
	for _, s := range n.subscriptions {
		s.wake()
	}
}

// summaryTold takes a message summary, and tells what is new.
func (l *line) summaryTold(body []byte) bool {
	w, ok := readSummary(body)
	if !ok {
		return true
	}
	m := &l.news.mailbox
	m.mu.Lock()
	defer m.mu.Unlock() // so that what two servers say is told in order
	if m.known && m.last == w {
		return true
	}
	m.known, m.last = true, w
	l.agent.report(phone.MailboxChanged{Line: l.cfg.ID, New: w.fresh, Old: w.old, At: l.agent.cfg.Now()})
	return true
}

// lamp is one colleague's. It belongs to its subscription.
type lamp struct {
	line   *line
	target string
	table  lampTable
	shows  phone.LampState
}

func (p *lamp) told(body []byte) bool {
	d, err := readDialogInfo(body)
	if err != nil {
		p.line.agent.cfg.Log.Info("a lamp's news cannot be read", "line", p.line.cfg.ID, "error", printable(err.Error()))
		return true // to ask again would bring the same
	}
	whole := p.table.take(d)
	if whole {
		p.show(p.table.lamp())
	}
	return whole
}

// forget shows that nobody tells any more.
func (p *lamp) forget() {
	p.table = lampTable{}
	p.show(phone.LampUnknown)
}

func (p *lamp) show(s phone.LampState) {
	if p.shows == s {
		return
	}
	p.shows = s
	p.line.agent.report(phone.LampChanged{Line: p.line.cfg.ID, Target: p.target, State: s, At: p.line.agent.cfg.Now()})
}

// watchFor makes a subscription's dialog findable, or not any more; it tells which.
func (a *Agent) watchFor(s *subscription, on bool) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	key := dialogKey(s.dialog.id, s.dialog.local.tag)
	if on {
		a.watching[key] = s
	} else {
		delete(a.watching, key)
	}
	return on
}

// watched finds the subscription that a request speaks of.
func (a *Agent) watched(callID, tag string) (*subscription, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	s, ok := a.watching[dialogKey(callID, tag)]
	return s, ok
}

// isServer tells whether an address is one of the line's registrars.
func (l *line) isServer(a netip.Addr) bool {
	peers := l.peers.Load()
	return !l.cfg.Direct && peers != nil && slices.ContainsFunc(*peers, func(p netip.AddrPort) bool { return p.Addr() == a })
}
