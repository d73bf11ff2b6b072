package desk

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"permanence/clients"
)

// Config is what a Core needs besides its ports.
type Config struct {
	Now   func() time.Time  // the desk's clock, in the operator's zone
	NewID func() clients.ID // fresh UUIDs, version 7
	Tick  <-chan time.Time  // once a second
	Log   *slog.Logger
}

// Core owns the State. Events go in from anywhere; states come out to
// subscribers; effects are carried out beside it and never make it wait.
type Core struct {
	cfg    Config
	events *mailbox[Event]
	state  atomic.Pointer[State]
	do     *performer // of Run's goroutine

	mu   sync.Mutex
	subs map[chan State]struct{}
}

// New makes a core. Until Run is called events only gather.
func New(cfg Config) *Core {
	c := &Core{cfg: cfg, events: newMailbox[Event](), subs: map[chan State]struct{}{}}
	c.state.Store(&State{Now: cfg.Now(), Directory: NewDirectory(nil)})
	return c
}

// Send hands an event to the core. It never blocks and may be called from any
// goroutine; after Stop it does nothing.
func (c *Core) Send(e Event) { c.events.put(e) }

// State is the newest state.
func (c *Core) State() State { return *c.state.Load() }

// Newest is the newest state where it lies: the same pointer as long as nothing
// has happened. Nobody may write through it.
func (c *Core) Newest() *State { return c.state.Load() }

// Subscribe gives states as they come, beginning with the present one. A slow
// reader sees the newest state and misses those between. cancel ends it.
func (c *Core) Subscribe() (states <-chan State, cancel func()) {
	ch := make(chan State, 1)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.subs[ch] = struct{}{}
	ch <- *c.state.Load()
	return ch, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.subs, ch)
	}
}

// Run takes events until Stop, reading the store first. It returns when every
// event is taken and every effect, journal lines above all, is carried out. The
// ports come only here, since each of them reports to the core: they can be made
// with Send in hand.
func (c *Core) Run(ctx context.Context, ports Ports) {
	c.do = newPerformer(ports, c.cfg.Now, c.Send)
	stopTicks := c.forwardTicks()
	defer stopTicks()
	c.do.start(ctx)
	c.do.perform(LoadAll{})
	c.events.serve(c.take)
	c.do.stop()
}

// Stop makes Run end once the events sent before it are taken, and what waits for an
// answer or a second thought is carried out without it.
func (c *Core) Stop() {
	c.Send(CloseAsked{})
	c.events.close()
}

func (c *Core) forwardTicks() (stop func()) {
	done := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			select {
			case <-c.cfg.Tick:
				c.Send(Ticked{})
			case <-done:
				return
			}
		}
	})
	return func() { close(done); wg.Wait() }
}

// take makes one step. A fault in Step must not take the telephone down in the
// middle of a call: it is logged and the state stays as it was. Only the event's
// type is named: its content may be a password, or what a caller confided.
func (c *Core) take(e Event) {
	defer func() {
		if fault := recover(); fault != nil {
			c.cfg.Log.Error("desk: step failed", "event", fmt.Sprintf("%T", e), "fault", fault, "stack", string(debug.Stack()))
		}
	}()
	next, effects := Step(*c.state.Load(), Input{At: c.cfg.Now(), ID: c.cfg.NewID(), Next: c.cfg.NewID(), Event: e})
	c.publish(&next)
	for _, e := range effects {
		c.do.perform(e)
	}
}

func (c *Core) publish(s *State) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.state.Store(s)
	for ch := range c.subs {
		select {
		case <-ch:
		default:
		}
		ch <- *s
	}
}
