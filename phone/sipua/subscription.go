package sipua

import (
	"context"
	"errors"
	"math/rand/v2"
	"strconv"
	"strings"
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

// ask sends SUBSCRIBE, for the first time or to refresh.
func (s *subscription) ask(ctx context.Context) error {
	asking, cancel := context.WithTimeout(context.WithoutCancel(ctx), max(16*sip.T1, leastPatience))
	defer cancel()
	// What is under way when the line ends may be granted, and is to be given back.
	defer context.AfterFunc(ctx, func() { time.AfterFunc(goodbye, cancel) })()
	res, way, err := s.exchange(asking, s.asked)
	if err == nil && res.StatusCode == sip.StatusIntervalToBrief { // RFC 6665 §4.1.2.1
		if n, ok := number(res, "min-expires"); ok && time.Duration(n)*time.Second > s.asked {
			s.asked = time.Duration(n) * time.Second
			res, way, err = s.exchange(asking, s.asked)
		}
	}
	switch {
	case err != nil:
		return err
	case !res.IsSuccess():
		return refusal(res)
	}
	s.confirmed(res, way)
	granted := s.asked
	if n, ok := number(res, "expires"); ok && n > 0 {
		granted = min(granted, time.Duration(n)*time.Second)
	}
	s.began, s.stale = time.Now(), false
	s.due = s.began.Add(max(refreshAfter(granted), leastPause()))
	return nil
}

// confirmed brings the dialog up to date. A NOTIFY that overtook the first 2xx has
// made it already (RFC 6665 §4.4.1).
func (s *subscription) confirmed(res *sip.Response, way flow) {
	if !s.began.IsZero() {
		s.dialog.refresh(res.Contact())
		s.dialog.source = way
		return
	}
	tag := s.dialog.remote.tag
	s.dialog = s.dialog.confirmed(res, way)
	if tag != "" {
		s.dialog.remote.tag = tag
	}
}

// exchange sends one SUBSCRIBE and answers the challenges it meets.
func (s *subscription) exchange(ctx context.Context, lasts time.Duration) (*sip.Response, flow, error) {
	way, err := s.dialog.way(s.line.ep.Load())
	if err != nil {
		return nil, nil, unreachable(0, err)
	}
	req := s.request(way, lasts)
	for answered := 0; ; answered++ {
		res, err := s.await(ctx, req, way)
		if err != nil {
			return nil, nil, unreachable(0, err)
		}
		if !answerable(res, answered) {
			return res, way, nil
		}
		req = renewed(req, s.dialog.next(), way)
		if err := s.account.answer(req, res); err != nil {
			return nil, nil, &LineError{Status: res.StatusCode, code: CodeRefused, err: err}
		}
	}
}

func (s *subscription) request(way flow, lasts time.Duration) *sip.Request {
	req := s.dialog.request(sip.SUBSCRIBE, s.dialog.next(), way)
	contact := s.line.contact(way)
	s.known = contact.Value()
	for _, h := range []sip.Header{
		contact, header("Event", s.event), header("Accept", s.accepts),
		seconds("Expires", int(lasts.Seconds())), header("Allow-Events", strings.Join(packages, ", ")),
		header("Supported", supported), header("User-Agent", s.line.agent.cfg.UserAgent),
	} {
		req.AppendHeader(h)
	}
	return req
}

// await sends a request and takes the news that come before its response.
func (s *subscription) await(ctx context.Context, req *sip.Request, way flow) (res *sip.Response, err error) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		res, err = s.line.ep.Load().roundTrip(ctx, req, way)
	}()
	for {
		select {
		case <-done:
			return res, err
		case r := <-s.inbox:
			s.notified(r)
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

// notified takes one NOTIFY (RFC 6665 §4.1.3).
func (s *subscription) notified(r *request) {
	tag := tagOf(r.From().Params)
	if s.dialog.remote.tag == "" {
		s.dialog.remote.tag = tag
	}
	name, _ := eventOf(r.Request)
	kind, _ := contentType(r)
	switch {
	case tag != s.dialog.remote.tag:
		r.reply(sip.StatusCallTransactionDoesNotExists) // another server's, by a fork
	case s.dialog.remoteSeq != 0 && r.seq() < s.dialog.remoteSeq:
		r.reply(sip.StatusInternalServerError, seconds("Retry-After", 1))
	case name != s.event:
		badEvent(r)
	case kind != "" && kind != s.accepts && len(r.Body()) > 0:
		r.reply(sip.StatusUnsupportedMediaType, header("Accept", s.accepts))
	default:
		s.dialog.remoteSeq = r.seq()
		s.dialog.refresh(r.Contact())
		r.reply(sip.StatusOK)
		s.told(r)
	}
}

// told takes what a NOTIFY says, of the subscription and of its matter.
func (s *subscription) told(r *request) {
	if len(r.Body()) > 0 && !s.take(r.Body()) {
		s.stale = true
	}
	state, params, _ := strings.Cut(firstValue(r.Request, "subscription-state"), ";")
	if strings.EqualFold(strings.TrimSpace(state), "terminated") {
		reason, _ := param(params, "reason")
		s.end = &ending{reason: strings.ToLower(reason), after: secondsIn(params, "retry-after")}
		return
	}
	if left := secondsIn(params, "expires"); left > 0 {
		due := time.Now().Add(max(refreshAfter(left), leastPause()))
		if s.due.IsZero() || due.Before(s.due) {
			s.due = due
		}
	}
}

// secondsIn reads a number of seconds among parameters, a day at most.
func secondsIn(params, name string) time.Duration {
	v, _ := param(params, name)
	n, err := strconv.ParseUint(v, 10, 31)
	if err != nil {
		return 0
	}
	return min(time.Duration(n)*time.Second, 24*time.Hour)
}
