package link

import (
	"context"
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
	ctx, cancel := context.WithTimeout(ctx, wire.LostAfter)
	defer cancel()
	desks, err := b.remote.Presence(ctx, p)
	if err != nil {
		b.cfg.Log.Debug("link: telling of this desk", "err", err)
		return
	}
	b.showDesks(desks)
	if !b.reached.Load() {
		hint(b.wake) // the office is there again
	}
}

// rest waits, or until ctx ends.
func rest(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
