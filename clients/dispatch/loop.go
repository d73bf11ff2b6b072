package dispatch

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"

	"permanence/clients"
)

// outcome is what came of one attempt.
type outcome struct {
	job Job
	err error // nil: accepted
}

// loop is the state of a Run.
type loop struct {
	*Runner
	ctx     context.Context                 // of the sendings; outlives Run's by the grace
	sending map[clients.ID]bool             // on their way
	done    chan outcome                    // what came of them
	owed    map[clients.ID]clients.Delivery // what the queue could not write down yet
}

func newLoop(ctx context.Context, r *Runner) *loop {
	return &loop{
		Runner: r, ctx: ctx, done: make(chan outcome, atOnce),
		sending: make(map[clients.ID]bool), owed: make(map[clients.ID]clients.Delivery),
	}
}

// fill takes up what is due, as far as there is room.
func (l *loop) fill(ctx context.Context) {
	if len(l.sending) >= atOnce {
		return
	}
	// What is on its way or owed is still due as the queue sees it.
	jobs, err := l.queue.Due(ctx, l.now(), atOnce+len(l.sending)+len(l.owed))
	if err != nil {
		l.log.Error("outbox not read", "err", err)
		return
	}
	for _, job := range jobs {
		id := job.Delivery.ID
		owed, isOwed := l.owed[id]
		switch {
		case l.sending[id]:
		case isOwed && owed.Attempts > job.Delivery.Attempts:
			l.record(owed)
		case len(l.sending) < atOnce:
			delete(l.owed, id)
			l.launch(job)
		}
	}
}

func (l *loop) launch(job Job) {
	l.sending[job.Delivery.ID] = true
	go func() { l.done <- outcome{job, l.attempt(job)} }()
}

// attempt sends a job. A sender that panics must not take the desk with it.
func (l *loop) attempt(job Job) (err error) {
	channel := job.Delivery.Recipient.Channel
	defer func() {
		if p := recover(); p != nil {
			l.log.Error("sender panicked", "channel", channel, "panic", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("dispatch: sender %q panicked: %v", channel, p)
		}
	}()
	sender, ok := l.senders[channel]
	if !ok {
		return noSenderError(channel)
	}
	ctx, cancel := context.WithTimeout(l.ctx, sendTimeout)
	defer cancel()
	return sender.Send(ctx, job)
}

func (l *loop) finish(o outcome) {
	delete(l.sending, o.job.Delivery.ID)
	l.record(verdict(o, l.now()))
}

// record writes down what came of an attempt. When the queue cannot (disk full),
// it is owed: written at a later look, while nothing is sent a second time.
func (l *loop) record(d clients.Delivery) {
	if err := l.write(d); err != nil {
		l.owed[d.ID] = d
		l.log.Error("outcome of a delivery not recorded", "delivery", d.ID, "state", d.State, "err", err)
		return
	}
	delete(l.owed, d.ID)
	l.log.Info("delivery", "delivery", d.ID, "state", d.State, "attempts", d.Attempts, "words", d.Error)
	l.changed(d)
}

func (l *loop) write(d clients.Delivery) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(l.ctx), recordTimeout)
	defer cancel()
	switch d.State {
	case clients.Sent:
		return l.queue.Sent(ctx, d.ID, d.SentAt)
	case clients.Failed:
		return l.queue.Fail(ctx, d.ID, d.Error)
	default:
		return l.queue.Retry(ctx, d.ID, d.NextTry, d.Error)
	}
}

// drain waits for what is under way. What had to be cut off is in doubt: it is
// not recorded, stays due, and leaves again under the same Message-ID.
func (l *loop) drain(abort context.CancelFunc) {
	timer := time.AfterFunc(grace, abort)
	defer timer.Stop()
	for len(l.sending) > 0 {
		o := <-l.done
		if o.err != nil && l.ctx.Err() != nil {
			delete(l.sending, o.job.Delivery.ID)
			continue
		}
		l.finish(o)
	}
	for _, d := range l.owed {
		l.record(d) // the last chance
	}
}
