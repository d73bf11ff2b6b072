package dispatch

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"permanence/clients"
)

// pass lets virtual time go by; it is only called inside a synctest bubble.
func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func TestWakeSendsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, p := newOutbox(0), newPostman(accept)
		d := start(q, p)
		defer d.stop()
		synctest.Wait()
		q.put("d", "mail")
		before := time.Now()
		d.Wake()
		synctest.Wait()

		p.checkArrived(t, 1, 1)
		told := d.heard()
		if len(told) != 1 || told[0].State != clients.Sent || !told[0].SentAt.Equal(before) {
			t.Fatalf("told %+v; want one sent at %s", told, before)
		}
		if got := q.row("d"); !reflect.DeepEqual(got, told[0]) {
			t.Errorf("the outbox holds %+v, yet the runner told %+v", got, told[0])
		}
	})
}

func TestWithoutWakeTheOutboxIsLookedAt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, p := newOutbox(0), newPostman(accept)
		d := start(q, p)
		defer d.stop()
		synctest.Wait()
		q.put("d", "mail")
		pass(poll)
		p.checkArrived(t, 1, 1)
	})
}

func TestPassingFaultsAreRetriedLaterAndLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newOutbox(1)
		p := newPostman(func(context.Context, Job) error { return answered{"451 4.3.0 try later", true} })
		d := start(q, p)
		defer d.stop()
		pass(2 * time.Hour)

		tries := p.tries("d00")
		if len(tries) < 8 {
			t.Fatalf("%d attempts in two hours", len(tries))
		}
		for i, at := range tries[1:] {
			step := steps[min(i, len(steps)-1)]
			if gap := at.Sub(tries[i]); gap < step || gap > step+step/5+poll {
				t.Errorf("attempt %d came %s after the one before; want %s and a little more", i+2, gap, step)
			}
		}
		got := q.row("d00")
		if got.State != clients.Waiting || got.Error != "451 4.3.0 try later" || got.Attempts != len(tries) {
			t.Errorf("%+v; want it waiting with the server's words and %d attempts", got, len(tries))
		}
		if told := d.heard(); !reflect.DeepEqual(told[len(told)-1], got) {
			t.Errorf("the outbox holds %+v, yet the runner told %+v", got, told[len(told)-1])
		}
	})
}

func TestAnHourWithoutNetworkThenEverythingLeavesOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		back := time.Now().Add(time.Hour)
		q := newOutbox(60)
		p := newPostman(func(context.Context, Job) error {
			if time.Now().Before(back) {
				return errors.New("dial tcp: network is unreachable")
			}
			return nil
		})
		d := start(q, p)
		defer d.stop()
		pass(time.Hour - time.Second)
		if n := q.count(clients.Waiting); n != 60 {
			t.Fatalf("%d are waiting while the network is down; want all 60", n)
		}
		pass(20 * time.Minute)
		p.checkArrived(t, 60, 1)
		if n := q.count(clients.Sent); n != 60 {
			t.Errorf("%d are sent; want 60", n)
		}
	})
}

func TestARefusalFailsAtOnceAndHoldsUpNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newOutbox(12)
		p := newPostman(func(_ context.Context, job Job) error {
			if job.Delivery.ID == "d00" {
				return answered{"550 5.1.1 no such mailbox", false}
			}
			return nil
		})
		d := start(q, p)
		defer d.stop()
		synctest.Wait()
		p.checkArrived(t, 11, 1)
		if got := q.row("d00"); got.State != clients.Failed || got.Error != "550 5.1.1 no such mailbox" || got.Attempts != 1 {
			t.Errorf("%+v; want it failed with the server's words", got)
		}
		pass(24 * time.Hour)
		if n := len(p.tries("d00")); n != 1 {
			t.Errorf("what was refused was tried %d times", n)
		}
	})
}

func TestAServerThatGoesSilentHoldsUpNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newOutbox(20)
		p := newPostman(func(ctx context.Context, job Job) error {
			if job.Delivery.ID > "d02" {
				return nil
			}
			<-ctx.Done()
			return ctx.Err()
		})
		d := start(q, p)
		defer d.stop()
		synctest.Wait()
		p.checkArrived(t, 17, 1)
		pass(sendTimeout)
		if got := q.row("d00"); got.State != clients.Waiting || got.Attempts != 1 || got.Error == "" {
			t.Errorf("%+v; want it waiting after one attempt that ran out of time", got)
		}
	})
}

func TestATryGoesOnForFiveDaysAndNotForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newOutbox(1)
		p := newPostman(func(context.Context, Job) error { return answered{"421 busy", true} })
		d := start(q, p)
		defer d.stop()
		pass(GiveUpAfter)
		if got := q.row("d00"); got.State != clients.Waiting {
			t.Fatalf("given up within %s: %+v", GiveUpAfter, got)
		}
		pass(GiveUpAfter)
		if got := q.row("d00"); got.State != clients.Failed || got.Error != "421 busy" {
			t.Errorf("%+v; want it failed, with the server's last words", got)
		}
	})
}

// A net.Error is not a verdict: its Temporary speaks of the socket.
func TestOnlySendersSayThatAFaultIsForGood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newOutbox(1)
		p := newPostman(func(context.Context, Job) error { return socketError{} })
		d := start(q, p)
		defer d.stop()
		synctest.Wait()
		if got := q.row("d00"); got.State != clients.Waiting || got.Error != "connection refused" {
			t.Errorf("%+v; want it waiting", got)
		}
	})
}

type socketError struct{}

func (socketError) Error() string   { return "connection refused" }
func (socketError) Temporary() bool { return false }

func TestAChannelWithoutSenderFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newOutbox(1)
		q.put("pigeon", "pigeon")
		d := start(q, newPostman(accept))
		defer d.stop()
		synctest.Wait()
		if got := q.row("pigeon"); got.State != clients.Failed || !strings.Contains(got.Error, `"pigeon"`) {
			t.Errorf("%+v; want it failed, naming the channel", got)
		}
		if got := q.row("d00"); got.State != clients.Sent {
			t.Errorf("%+v; want the other one sent", got)
		}
	})
}

func TestASenderThatPanicsIsAPassingFault(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newOutbox(3)
		p := newPostman(func(_ context.Context, job Job) error {
			if job.Delivery.ID == "d00" && job.Delivery.Attempts == 0 {
				panic("nil map")
			}
			return nil
		})
		d := start(q, p)
		defer d.stop()
		pass(time.Minute)
		p.checkArrived(t, 3, 1)
		if got := q.row("d00").Attempts; got != 2 {
			t.Errorf("%d attempts; want 2", got)
		}
	})
}
