package sipua

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/emiago/sipgo/sip"
	"github.com/google/uuid"
)

// How long a subscription is asked for, and how it is tried again.
const (
	subscribeFor    = time.Hour
	resubscribeLast = time.Hour // of pauses after a server's refusal
	settledAfter    = time.Minute
)

var errOver = errors.New("the server ended the subscription")

// subscription keeps asking a server for news of one kind (RFC 6665). Its
// goroutine, run, owns all of it; the endpoint's reading goroutine hands it what
// comes, and the line's tells it when the line works again. It ends with its line.
type subscription struct {
	line    *line
	event   string // the package
	accepts string // the kind of body
	target  sip.Uri
	take    func(body []byte) (whole bool) // false: all must be asked for again
	lost    func()                         // nobody tells any more
	inbox   chan *request
	kick    chan struct{}

	// ---------------------------------------------------------------- owned by run

	account  account
	dialog   dialog
	open     bool      // findable, under the dialog's names
	due      time.Time // to be refreshed
	began    time.Time // the last SUBSCRIBE was answered
	failures int
	stale    bool          // take wants all again
	end      *ending       // the server's last word
	asked    time.Duration // for how long
	known    string        // our Contact, as the server was told it
}

// ending is why a server ended a subscription (RFC 6665 §4.1.3).
type ending struct {
	reason string
	after  time.Duration
}

func newSubscription(l *line, event, accepts string, target sip.Uri) *subscription {
	return &subscription{
		line: l, event: event, accepts: accepts, target: target, asked: subscribeFor,
		inbox: make(chan *request, 16), kick: make(chan struct{}, 1),
		account: account{line: l.cfg, store: l.agent.cfg.Credentials},
	}
}

// wake tells that the line works, perhaps at another address.
func (s *subscription) wake() {
	select {
	case s.kick <- struct{}{}:
	default:
	}
}

// post hands a NOTIFY over, unless they come faster than they can be read.
func (s *subscription) post(r *request) bool {
	select {
	case s.inbox <- r:
		return true
	default:
		return false
	}
}

// run subscribes, and again whenever that ends, until the line does.
func (s *subscription) run(ctx context.Context) {
	defer s.lost()
	for s.lineWorks(ctx) {
		began := time.Now()
		err := s.keep(ctx)
		s.close()
		if ctx.Err() != nil {
			return
		}
		if time.Since(began) > settledAfter {
			s.failures = 0
		}
		s.failures++
		if s.end == nil || s.end.reason != "invariant" {
			s.lost()
		}
		s.line.agent.cfg.Log.Info("a subscription ended", "line", s.line.cfg.ID, "event", s.event,
			"target", printable(s.target.String()), "error", err)
		if !s.pause(ctx, s.backoff(err), err) {
			return
		}
	}
}

// lineWorks waits until it does; false when it ends.
func (s *subscription) lineWorks(ctx context.Context) bool {
	for ctx.Err() == nil {
		if s.line.current().Ready() {
			return true
		}
		select {
		case <-ctx.Done():
		case <-s.kick:
		}
	}
	return false
}

// pause waits; when nobody replied, only until the line works again. It is false
// when the line ends.
func (s *subscription) pause(ctx context.Context, d time.Duration, err error) bool {
	var works chan struct{}
	if asLineError(err).Code() == CodeUnreachable {
		works = s.kick
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
	case <-works:
	}
	return true
}

// backoff is how long to wait after a failure. A server that ended what it had
// begun says when; one that refuses is asked ever more rarely, since it probably
// offers no such thing.
func (s *subscription) backoff(err error) time.Duration {
	if end := s.end; end != nil {
		s.end = nil
		switch end.reason {
		case "rejected", "noresource", "invariant":
			return max(end.after, resubscribeLast)
		case "deactivated", "timeout":
			if s.failures == 1 {
				return end.after
			}
		}
		return max(end.after, backoff(unreachable(0, errOver), s.failures))
	}
	le := asLineError(err)
	d := backoff(le, s.failures)
	switch {
	case s.failures == 1 && le.Status == sip.StatusCallTransactionDoesNotExists:
		return 0 // it has forgotten us, as after a restart
	case le.Code() == CodeRefused:
		d = min(d<<min(s.failures-1, 8), resubscribeLast)
	}
	return d
}

// keep holds one subscription: it asks for it, refreshes it and takes the news.
func (s *subscription) keep(ctx context.Context) error {
	if err := s.begin(); err != nil {
		return err
	}
	for {
		err := s.ask(ctx)
		if err == nil {
			err = s.listen(ctx)
		}
		if ctx.Err() != nil {
			s.leave()
		}
		if err != nil || ctx.Err() != nil {
			return err
		}
	}
}

// begin opens a new dialog.
func (s *subscription) begin() error {
	way, err := s.line.wayTo(s.line.ep.Load(), s.target)
	if err != nil {
		return unreachable(0, err)
	}
	own := aorOf(s.line.cfg)
	if s.line.cfg.User == "" || s.line.cfg.Domain == "" {
		own = s.line.contact(way).Address
	}
	s.dialog = dialog{
		id: uuid.NewString(), local: address{own, newTag()}, remote: address{uri: s.target},
		localSeq: rand.Uint32N(1 << 16), target: s.target, routes: s.line.routes(), source: way,
	}
	s.open, s.end = s.line.agent.watchFor(s, true), nil
	s.due, s.began = time.Time{}, time.Time{}
	return nil
}

// close forgets the dialog. What was handed over too late is answered so.
func (s *subscription) close() {
	if s.open {
		s.open = s.line.agent.watchFor(s, false)
	}
	for {
		select {
		case r := <-s.inbox:
			r.reply(sip.StatusCallTransactionDoesNotExists)
		default:
			return
		}
	}
}

// leastPause keeps a server that is never content from a conversation without end.
func leastPause() time.Duration { return 8 * sip.T1 }

// listen takes news until the subscription must be refreshed, is over, or the line
// ends.
func (s *subscription) listen(ctx context.Context) error {
	for s.end == nil {
		due := s.due
		if s.stale {
			due = s.began.Add(leastPause())
		}
		refresh := time.NewTimer(time.Until(due))
		now := false
		select {
		case <-ctx.Done():
			now = true
		case <-refresh.C:
			now = true
		case <-s.kick:
			now = s.moved()
		case r := <-s.inbox:
			s.notified(r)
		}
		refresh.Stop()
		if now {
			return nil
		}
	}
	return errOver
}

// moved tells whether the server knows us at an address that is not ours any more.
func (s *subscription) moved() bool {
	way, err := s.dialog.way(s.line.ep.Load())
	return err == nil && s.line.contact(way).Value() != s.known
}

// leave ends a subscription that the server still keeps.
func (s *subscription) leave() {
	if s.end != nil || s.dialog.remote.tag == "" {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), goodbye)
	defer cancel()
	_, _, _ = s.exchange(ctx, 0) // if this is lost, it expires by itself
}
