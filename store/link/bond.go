package link

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"permanence/store/wire"
	"permanence/ui/desk"
)

// bond is a membership at work. Each of its goroutines has one concern; what they tell
// each other are hints.
type bond struct {
	cfg      Config
	member   Membership
	remote   *Remote
	presence *atomic.Pointer[wire.Presence] // what the desk last told of itself

	wake    chan struct{} // there may be something to push or to pull
	seen    chan struct{} // there is something to tell of this desk
	sounds  chan struct{} // there may be sounds to carry
	pushing chan struct{} // holds one while somebody pushes
	reached atomic.Bool   // the last step came to its end
	logout  atomic.Pointer[string]
	moved   func(ctx context.Context, others []string) error // keeps where else the offices are

	// Of the goroutine of keepInStep.
	copying bool
	greeted time.Time // when the office last said who it is; zero when it must be asked
	copied  int       // rows of the copy under way
	voices  bool      // there may be sounds to carry

	// What the window is told; keepInStep holds it but while it waits for the office.
	telling sync.Mutex
	teller  teller
	status  desk.OfficeLink
}

func newBond(cfg Config, m Membership, r *Remote) *bond {
	return &bond{
		cfg: cfg, member: m, remote: r,
		wake: make(chan struct{}, 1), seen: make(chan struct{}, 1), sounds: make(chan struct{}, 1),
		pushing: make(chan struct{}, 1),
		voices:  true,
		teller:  teller{send: cfg.Send, now: cfg.Now},
		status:  desk.OfficeLink{Phase: desk.OfficeBehind, Bureau: m.BureauName, Desk: m.Desk},
	}
}

// Waits that no failure makes.
const (
	lookEvery  = 5 * time.Second // how soon a jump of the clock is noticed
	jump       = 10 * time.Second
	revokedFor = 5 * time.Minute // between two looks whether the desk is one again
	greetEvery = 5 * time.Minute // between two looks who the office is, and where else
	partIn     = time.Second     // for a good-bye
	patient    = 3 * time.Second // a step may take so long before the desk counts as behind
	lookAgain  = time.Second     // and how often it is looked at then
)

// keepInStep pushes and pulls whenever there is reason to, and tells how it stands.
func (b *bond) keepInStep(ctx context.Context) {
	var failures backoff
	x := &Exchange{Remote: b.remote, Replica: b.cfg.Store, Absorbed: b.absorbed, InTurn: b.inTurn}
	for {
		err := b.step(ctx, x)
		if ctx.Err() != nil {
			return
		}
		b.conclude(ctx, x, err)
		if err == nil {
			failures.reset()
		}
		if !b.pause(ctx, b.patience(err, &failures)) {
			return
		}
	}
}

// step is one time of being brought in step.
func (b *bond) step(ctx context.Context, x *Exchange) error {
	b.begin(ctx)
	defer b.watch(ctx)()
	if err := b.sayLogout(ctx); err != nil {
		return err
	}
	err := b.greet(ctx)
	if says(err, saysRevoked) {
		// What is not sent is still taken, and kept apart for a person to look at.
		return errors.Join(err, b.inTurn(ctx, x.Push))
	}
	if err != nil {
		return err
	}
	if b.remote.Session() == "" {
		return errNobody
	}
	return x.Step(ctx)
}

// begin tells what a step sets out with.
func (b *bond) begin(ctx context.Context) {
	b.telling.Lock()
	defer b.telling.Unlock()
	b.count(ctx)
	b.teller.progress(b.status)
}

// watch looks at a step that takes long: a line on which everything is lost in silence
// looks like one that is slow, and meanwhile the window is not to say that the desk is in
// step, nor to miss what is still written.
func (b *bond) watch(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var watching sync.WaitGroup
	watching.Go(func() {
		for rest(ctx, patient); ctx.Err() == nil; rest(ctx, lookAgain) {
			b.lag(ctx)
		}
	})
	return func() { cancel(); watching.Wait() }
}

// lag tells that the desk is not in step any more, for all it knows.
func (b *bond) lag(ctx context.Context) {
	b.telling.Lock()
	defer b.telling.Unlock()
	b.count(ctx)
	if b.status.Phase == desk.OfficeInStep {
		b.status.Phase = desk.OfficeBehind
	}
	b.teller.tell(b.status)
}

// inTurn does something that pushes. Of two who do, the second waits: the line is as
// broad as it is.
func (b *bond) inTurn(ctx context.Context, do func(context.Context) error) error {
	select {
	case b.pushing <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-b.pushing }()
	return do(ctx)
}

var errNobody = &Refusal{Said: wire.Error{Code: saysNoSession, Detail: "nobody has logged in"}}

// greet sees whom the desk is speaking to, again after each failure: another office
// may have its address now.
func (b *bond) greet(ctx context.Context) error {
	if !b.greeted.IsZero() && time.Since(b.greeted) < greetEvery {
		return nil
	}
	hello, err := b.remote.Hello(ctx)
	switch {
	case err != nil:
		return err
	case hello.Bureau != b.member.Bureau:
		return ErrStranger
	case hello.Protocol < wire.MinProtocol:
		return ErrOlder
	}
	b.greeted = time.Now()
	return b.follow(ctx, hello.Addresses)
}

// follow keeps where else the bureau's offices are, and goes there from now on when one
// does not answer.
func (b *bond) follow(ctx context.Context, said []string) error {
	others := elsewhere(b.member.Address, said)
	if slices.Equal(others, b.remote.ways.others()) {
		return nil
	}
	if err := b.moved(ctx, others); err != nil {
		return err
	}
	b.remote.ways.learn(others)
	return nil
}

// conclude tells what came of a step.
func (b *bond) conclude(ctx context.Context, x *Exchange, err error) {
	if err != nil {
		b.greeted = time.Time{}
	}
	b.reached.Store(err == nil)
	b.telling.Lock()
	defer b.telling.Unlock()
	b.count(ctx)
	b.status.Problem = problemOf(err)
	switch {
	case err == nil:
		b.status.Phase, b.status.Since = desk.OfficeInStep, b.cfg.Now()
		b.copying, b.copied = false, 0
		if x.kept > 0 {
			b.status.Problem = problemOf(ErrOlder)
		}
		if b.voices {
			b.voices = false
			hint(b.sounds)
		}
	case says(err, saysNoSession):
		b.status.Phase, b.status.Problem = desk.OfficeLogin, desk.Problem{}
	case says(err, saysForbidden):
		b.status.Phase = desk.OfficeLogin
	case says(err, saysRevoked):
		b.status.Phase = desk.OfficeRevoked
	case says(err, saysTooOld):
		b.status.Phase = desk.OfficeTooOld
	case b.remote.Session() == "":
		b.status.Phase = desk.OfficeLogin
	case says(err, saysUnvouched):
		b.status.Phase = desk.OfficeBehind
	case !ofTheLine(err):
		b.status.Phase = desk.OfficeBehind // the office is there; the disk does not take what it gives
		b.cfg.Log.Error("link: bringing this desk in step", "err", err)
	default:
		b.status.Phase = desk.OfficeCutOff
		b.cfg.Log.Info("link: not in step", "err", err)
	}
	if b.status.Phase != desk.OfficeCopying {
		b.status.Done, b.status.Total = 0, 0
	}
	b.teller.tell(b.status)
}

// patience is how long to wait before the next step.
func (b *bond) patience(err error, failures *backoff) time.Duration {
	switch {
	case err == nil, says(err, saysNoSession, saysForbidden, saysUnvouched):
		return wire.PollEvery
	case says(err, saysRevoked, saysTooOld):
		return revokedFor
	}
	return max(failures.next(), retryIn(err))
}

// absorbed tells of a page that was taken in.
func (b *bond) absorbed(page wire.PullAnswer, changed Changed) {
	b.telling.Lock()
	defer b.telling.Unlock()
	if e := news(changed); e != nil {
		b.cfg.Send(e)
	}
	b.voices = b.voices || changed.Reset || len(changed.Clients)+len(changed.Messages) > 0
	b.copying = b.copying || page.Reset
	b.copied += len(page.Rows)
	if !page.More {
		return
	}
	b.status.Phase = desk.OfficeBehind
	if b.copying {
		b.status.Phase, b.status.Done, b.status.Total = desk.OfficeCopying, b.copied, b.copied+page.Left
	}
	b.teller.progress(b.status)
}

// count counts what is not sent. When the disk cannot say, the last number stands.
func (b *bond) count(ctx context.Context) {
	n, oldest, err := b.cfg.Store.Waiting(ctx)
	if err == nil {
		b.status.Unsent, b.status.Oldest = n, oldest
	}
}

// pause waits, for so long at most: a hint ends it, and so does a jump of the clock,
// which is what a machine that has slept sees. It reports whether to go on.
func (b *bond) pause(ctx context.Context, wait time.Duration) bool {
	for end := time.Now().Add(wait); time.Until(end) > 0; {
		look := min(time.Until(end), lookEvery)
		timer, before := time.NewTimer(look), b.cfg.Now().Round(0)
		select {
		case <-ctx.Done():
			timer.Stop()
			return false
		case <-b.wake:
			timer.Stop()
			return true
		case <-timer.C:
		}
		if (b.cfg.Now().Round(0).Sub(before) - look).Abs() > jump {
			return true
		}
	}
	return ctx.Err() == nil
}

// part says good-bye, if there is somebody to hear it.
func (b *bond) part(ctx context.Context) {
	defer b.remote.Close()
	if !b.reached.Load() || b.remote.Session() == "" {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), partIn)
	defer cancel()
	if _, err := b.remote.Presence(ctx, wire.Presence{Standing: wire.Off}); err != nil {
		b.cfg.Log.Debug("link: saying good-bye", "err", err)
	}
}
