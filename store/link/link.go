package link

import (
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"permanence/clients"
	"permanence/store/wire"
	"permanence/ui/desk"
)

// Store is a desk's store as the link uses it.
type Store interface {
	Replica
	// Apply carries a mutation out; see desk.Store.
	Apply(ctx context.Context, m clients.Mutation) error
}

// Secrets keeps the desk's key and the operator's session. Get fails with
// secret.ErrNotFound when there is none; an empty secret is deleted.
type Secrets interface {
	Get(name string) (string, error)
	Set(name, secret string) error
}

// Config is what a link is told. Store, Secrets, Log and Send must be set.
type Config struct {
	Store   Store
	Secrets Secrets
	Sounds  Sounds // the desk's recorded sounds; none travel when nil
	Log     *slog.Logger
	Now     func() time.Time // the wall clock; time.Now when nil
	// Transport makes the way to an office; TLS over TCP when nil.
	Transport func(*tls.Config) http.RoundTripper

	// Send tells the core what the link sees, from any goroutine: OfficeChanged,
	// DesksChanged, SharedChanged and PairingChanged. It must not block.
	Send func(desk.Event)
}

// Link keeps a desk in step with its office, or says that it stands alone. Its methods
// may be called from any goroutine, and work while Run does.
type Link struct {
	cfg      Config
	joining  sync.Mutex // one pairing or leaving at a time
	bond     atomic.Pointer[bond]
	changed  chan struct{} // the membership is another
	presence atomic.Pointer[wire.Presence]
}

var _ desk.Office = (*Link)(nil)

// New prepares a link; Run sets it to work.
func New(cfg Config) *Link {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Transport == nil {
		cfg.Transport = Transport
	}
	return &Link{cfg: cfg, changed: make(chan struct{}, 1)}
}

// Run keeps the desk in step until ctx ends. It is to be called once; the store must
// stay open until it has returned.
func (l *Link) Run(ctx context.Context) {
	for ctx.Err() == nil {
		b, err := l.open(ctx)
		if err != nil {
			l.cfg.Log.Error("link: opening", "err", err)
		}
		l.live(ctx, b, err)
	}
}

// live is the link under one membership, or none.
func (l *Link) live(ctx context.Context, b *bond, err error) {
	if b == nil {
		t := teller{send: l.cfg.Send, now: l.cfg.Now}
		t.tell(desk.OfficeLink{Problem: problemOf(err)})
		l.await(ctx)
		return
	}
	l.bond.Store(b)
	working, stop := context.WithCancel(ctx)
	var running sync.WaitGroup
	for _, work := range []func(context.Context){b.keepInStep, b.listen, b.beat, b.carrySounds} {
		running.Go(func() { work(working) })
	}
	l.await(ctx)
	l.bond.Store(nil)
	stop()
	running.Wait()
	b.part(ctx)
}

// await waits until the membership is another, or ctx ends.
func (l *Link) await(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-l.changed:
	}
}

// open reads to which office the desk belongs; nil when to none.
func (l *Link) open(ctx context.Context) (*bond, error) {
	m, err := l.cfg.Store.Membership(ctx)
	if err != nil || m.Desk == "" {
		return nil, err
	}
	var r *Remote
	config, err := l.trust(m, func() []string { return r.ways.hosts() })
	if err != nil {
		return nil, err
	}
	at, err := l.cfg.Store.Progress(ctx)
	if err != nil {
		return nil, err
	}
	token, err := l.secret(secretSession)
	if err != nil {
		return nil, err
	}
	r = NewRemote(m.Address, l.cfg.Transport(config), m.Others...)
	b := newBond(l.cfg, m, r)
	b.presence, b.copying, b.status.Since, b.moved = &l.presence, at.Copying, at.InStep, l.moved
	b.remote.SetSession(token)
	return b, nil
}

// office is the bond with the office, or desk.AloneError.
func (l *Link) office() (*bond, error) {
	if b := l.bond.Load(); b != nil {
		return b, nil
	}
	return nil, desk.AloneError{}
}

// moved keeps where else the bureau's offices are.
func (l *Link) moved(ctx context.Context, others []string) error {
	l.joining.Lock()
	defer l.joining.Unlock()
	m, err := l.cfg.Store.Membership(ctx)
	if err != nil || m.Desk == "" {
		return err // it has left meanwhile
	}
	m.Others = others
	return l.cfg.Store.Join(ctx, m)
}

// renew has Run look at the membership again.
func (l *Link) renew() { hint(l.changed) }

// Sync tries to be in step now, whatever was waited for. It is also to be called when
// the desk has written something.
func (l *Link) Sync() {
	if b, err := l.office(); err == nil {
		hint(b.wake)
	}
}

// Leave makes the desk stand alone again. What it has not sent stays on it.
func (l *Link) Leave(ctx context.Context) error {
	l.joining.Lock()
	defer l.joining.Unlock()
	if _, err := l.office(); err != nil {
		return err
	}
	if err := l.cfg.Store.Leave(ctx); err != nil {
		return err
	}
	defer l.renew()
	for _, name := range []string{secretSession, secretKey} {
		if err := l.cfg.Secrets.Set(name, ""); err != nil {
			return fmt.Errorf("link: forgetting: %w", err)
		}
	}
	return nil
}

// hint leaves a word for a goroutine that will look. It never blocks.
func hint(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default: // it has not yet looked at the last one
	}
}
