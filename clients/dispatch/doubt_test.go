package dispatch

import (
	"context"
	"errors"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"permanence/clients"
)

var errDiskFull = errors.New("disk full")

func TestWhatCannotBeRecordedIsNotSentAgain(t *testing.T) {
	answers := map[string]struct {
		answer error
		want   clients.DeliveryState
	}{
		"accepted": {nil, clients.Sent},
		"refused":  {answered{"550 no", false}, clients.Failed},
		"deferred": {answered{"450 later", true}, clients.Waiting},
	}
	for name, tt := range answers {
		synctest.Test(t, func(t *testing.T) {
			q := newOutbox(1)
			q.breakDown(nil, errDiskFull)
			p := newPostman(func(context.Context, Job) error { return tt.answer })
			d := start(q, p)
			defer d.stop()
			pass(time.Hour)
			if told := d.heard(); len(told) != 0 {
				t.Errorf("%s: told %+v, which is not committed", name, told)
			}
			q.breakDown(nil, nil)
			pass(poll)
			if n := len(p.tries("d00")); n != 1 && tt.want != clients.Waiting {
				t.Errorf("%s: sent %d times; want once", name, n)
			}
			if got := q.row("d00"); got.State != tt.want || got.Attempts == 0 {
				t.Errorf("%s: %+v; want it %s", name, got, tt.want)
			}
			if told := d.heard(); len(told) == 0 || told[0].State != tt.want {
				t.Errorf("%s: told %+v; want it %s", name, told, tt.want)
			}
		})
	}
}

// A commit may succeed and yet be reported as failed. A person who then retries
// the delivery must not meet the old outcome again.
func TestAnOutcomeThatWasRecordedAfterAllIsForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		refuse := true
		q := newOutbox(1)
		q.breakDown(nil, errDiskFull)
		p := newPostman(func(context.Context, Job) error {
			if refuse {
				return answered{"550 no", false}
			}
			return nil
		})
		d := start(q, p)
		defer d.stop()
		synctest.Wait()
		refuse = false
		q.breakDown(nil, nil)
		retried := q.row("d00")
		retried.Attempts = 1 // the failure was recorded, then a person put it back to waiting
		q.rows["d00"] = retried
		d.Wake()
		synctest.Wait()
		p.checkArrived(t, 1, 1)
		if got := q.row("d00"); got.State != clients.Sent {
			t.Errorf("%+v; want it sent", got)
		}
	})
}

func TestAnOutboxThatCannotBeReadIsReadLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, p := newOutbox(5), newPostman(accept)
		q.breakDown(errDiskFull, nil)
		d := start(q, p)
		defer d.stop()
		pass(time.Hour)
		q.breakDown(nil, nil)
		pass(poll)
		p.checkArrived(t, 5, 1)
	})
}

func TestClosingWaitsForWhatIsUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newOutbox(1)
		p := newPostman(func(ctx context.Context, _ Job) error {
			select {
			case <-time.After(grace - time.Second):
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
		d := start(q, p)
		synctest.Wait()
		d.stop()
		if got := q.row("d00"); got.State != clients.Sent {
			t.Errorf("%+v; want it sent", got)
		}
	})
}

func TestClosingDoesNotWaitForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newOutbox(1)
		p := newPostman(func(ctx context.Context, _ Job) error {
			<-ctx.Done()
			return errors.New("use of closed network connection")
		})
		d := start(q, p)
		synctest.Wait()
		before := time.Now()
		d.stop()
		if took := time.Since(before); took != grace {
			t.Errorf("closing took %s; want %s", took, grace)
		}
		if got := q.row("d00"); got.State != clients.Waiting || got.Attempts != 0 {
			t.Errorf("%+v; what was cut off is in doubt, and counts as not tried", got)
		}
		again := start(q, newPostman(accept))
		defer again.stop()
		synctest.Wait()
		if got := q.row("d00"); got.State != clients.Sent {
			t.Errorf("%+v; want it sent at the next start", got)
		}
	})
}

// Days of faults on every side: servers that defer, disks that fill, desks that
// stop at any moment. Once all is well, every message has arrived, each under
// its one Message-ID, and the outbox says so.
func TestWhateverHappensEverythingArrives(t *testing.T) {
	for seed := range uint64(10) {
		synctest.Test(t, func(t *testing.T) {
			const n = 30
			dice := rand.New(rand.NewPCG(seed, 1))
			q := newOutbox(n)
			p := newPostman(nil)
			for range 40 {
				weather(dice, q, p)
				d := start(q, p)
				pass(time.Duration(dice.IntN(3600)) * time.Second)
				d.stop()
			}
			q.breakDown(nil, nil)
			p.answer = accept
			d := start(q, p)
			pass(time.Hour)
			d.stop()
			if got := q.count(clients.Sent); got != n {
				t.Errorf("seed %d: %d of %d sent", seed, got, n)
			}
			if got := len(p.arrived); got != n {
				t.Errorf("seed %d: %d Message-IDs arrived; want %d", seed, got, n)
			}
		})
	}
}

// weather chooses the faults of the next hour.
func weather(dice *rand.Rand, q *outbox, p *postman) {
	var read, write error
	switch dice.IntN(4) {
	case 0:
		read = errDiskFull
	case 1:
		write = errDiskFull
	}
	q.breakDown(read, write)
	slow, defers := time.Duration(dice.IntN(300))*time.Second, dice.IntN(3) > 0
	p.answer = func(ctx context.Context, _ Job) error {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(slow):
		}
		if defers {
			return answered{"451 later", true}
		}
		return nil
	}
}
