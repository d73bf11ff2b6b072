package dispatch

import (
	"context"
	"log/slog"
	"time"

	"permanence/clients"
)

const (
	// sendTimeout ends an attempt whose server went silent.
	sendTimeout = 2 * time.Minute
	// recordTimeout ends a write to a queue that does not answer.
	recordTimeout = 10 * time.Second
	// grace is how long a closing runner lets sendings under way finish: one
	// that is cut off may have been accepted, and leaves again at the next start.
	grace = 5 * time.Second
	// poll is how often the outbox is looked at when nobody calls Wake. It is
	// as fine as the first step of the back-off.
	poll = 10 * time.Second
	// atOnce is how many deliveries are on their way at once.
	atOnce = 4
)

// Runner empties the outbox. All of its state belongs to the goroutine of Run.
type Runner struct {
	queue   Queue
	senders map[string]Sender // by channel
	now     func() time.Time
	changed func(clients.Delivery)
	log     *slog.Logger
	wake    chan struct{}
}

// NewRunner prepares a runner; Run sets it to work. Changed is told of each
// delivery after its new state is committed, on Run's goroutine: it must not block.
func NewRunner(queue Queue, senders map[string]Sender, now func() time.Time,
	changed func(clients.Delivery), log *slog.Logger,
) *Runner {
	return &Runner{
		queue: queue, senders: senders, now: now, changed: changed, log: log,
		wake: make(chan struct{}, 1),
	}
}

// Wake makes the runner look at the outbox now. It never blocks.
func (r *Runner) Wake() {
	select {
	case r.wake <- struct{}{}:
	default: // it is about to look anyway
	}
}

// Run carries deliveries until ctx ends. It then takes up nothing new, gives
// what is under way a few seconds, writes down what came of it, and returns.
// It is to be called once; the queue must stay open until it has returned.
func (r *Runner) Run(ctx context.Context) {
	sending, abort := context.WithCancel(context.WithoutCancel(ctx))
	defer abort()
	l := newLoop(sending, r)
	ticker := time.NewTicker(poll)
	defer ticker.Stop()
	for ctx.Err() == nil {
		l.fill(ctx)
		select {
		case <-ctx.Done():
		case o := <-l.done:
			l.finish(o)
		case <-r.wake:
		case <-ticker.C:
		}
	}
	l.drain(abort)
}
