package link

import (
	"context"
	"errors"
	"time"

	"permanence/store/wire"
)

// listen hears the office's hints. Without them the desk still asks every half minute.
func (b *bond) listen(ctx context.Context) {
	var failures backoff
	for ctx.Err() == nil {
		if b.remote.Session() != "" {
			err := b.remote.Events(ctx, func(e Event) {
				failures.reset()
				b.heard(e)
			})
			b.cfg.Log.Debug("link: a stream of events has ended", "err", err)
			hint(b.seen) // the office is to know soon that it was the stream alone
		}
		rest(ctx, failures.next())
	}
}

func (b *bond) heard(e Event) {
	if e.Rows {
		hint(b.wake)
	}
	if e.Desks != nil {
		b.showDesks(*e.Desks)
	}
}

// beatGap is how soon after a beat the next may follow: a draft changes with every key.
const beatGap = 500 * time.Millisecond

// beatIn is how long a beat waits for its answer: a line that is slower is cut.
const beatIn = 2 * wire.BeatEvery

// beat tells the office of this desk, at each change and every few seconds.
func (b *bond) beat(ctx context.Context) {
	for ctx.Err() == nil {
		if p := b.presence.Load(); p != nil && b.remote.Session() != "" {
			b.beatOnce(ctx, *p)
		}
		rest(ctx, beatGap)
		select {
		case <-ctx.Done():
		case <-b.seen:
		case <-time.After(wire.BeatEvery - beatGap):
		}
	}
}

func (b *bond) beatOnce(ctx context.Context, p wire.Presence) {
	ctx, cancel := context.WithTimeout(ctx, beatIn)
	defer cancel()
	desks, err := b.remote.Presence(ctx, p)
	if err != nil {
		b.cfg.Log.Debug("link: telling of this desk", "err", err)
		b.doubt(err)
		return
	}
	b.showDesks(desks)
	if !b.reached.Load() {
		hint(b.wake) // the office is there again
	}
}

// doubt tries the way to the office anew when a beat had no answer: nobody tells of a
// cable that was pulled out, and what is asked over an old connection fails late. Until
// then the window would say that the desk is in step, and so it would of one that is not
// let in any more.
func (b *bond) doubt(err error) {
	if !b.reached.Load() {
		return
	}
	var said *Refusal
	switch {
	case !errors.As(err, &said):
		b.remote.Close()
	case !says(err, saysNoSession, saysRevoked, saysForbidden):
		return // it will pass
	}
	hint(b.wake)
}

// rest waits, or until ctx ends.
func rest(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
