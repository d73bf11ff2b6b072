package office_test

import (
	"context"
	"flag"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"permanence/clients"
	"permanence/store/office/officetest"
	"permanence/store/office/pgtest"
	"permanence/store/shared"
	"permanence/store/wire"
)

// writing is how long the writers write; the benchmark has them write for a minute.
var writing = flag.Duration("writing", 2*time.Second, "how long TestNoCommitIsMissed writes")

// writers are desks that push as fast as they can, and remember what was acknowledged.
type writers struct {
	mu   sync.Mutex
	ok   map[clients.ID]bool
	lost atomic.Int64 // pushes without an answer
	wg   sync.WaitGroup
}

// start has n desks write until ctx ends, each before one of the handlers in turn.
func (w *writers) start(ctx context.Context, b *bench, n int, desks ...officetest.Desk) {
	for i := range n {
		d := desks[i%len(desks)]
		d.ID = clients.ID(fmt.Sprint("writer-", i))
		w.wg.Go(func() {
			for ctx.Err() == nil {
				w.write(b, d)
			}
		})
	}
}

// write pushes one message until it is acknowledged.
func (w *writers) write(b *bench, d officetest.Desk) {
	m := b.mutation("claire", note(b.newID(), "durand", "x"))
	for range 200 {
		results, err := d.Push(context.WithoutCancel(b.Context()), m)
		if err == nil && len(results) == 1 && results[0].Outcome == shared.OK {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.ok[m.ID] = true
			return
		}
		w.lost.Add(1)
		time.Sleep(20 * time.Millisecond) // a real server is being started again
	}
	b.Errorf("%s was never acknowledged", m.ID)
}

// follow pulls by cursor alone until ctx ends, and then once more.
func (b *bench) follow(ctx context.Context, d officetest.Desk, c *copyOf) {
	for ctx.Err() == nil {
		b.tryPull(d, c)
	}
	b.pull(d, c, wire.PullRequest{})
}

// tryPull takes a page if the office gives one.
func (b *bench) tryPull(d officetest.Desk, c *copyOf) {
	page, err := d.Pull(context.WithoutCancel(b.Context()), wire.PullRequest{Cursor: c.cursor, Limit: 100})
	if err != nil {
		return
	}
	if page.Reset {
		b.Errorf("the cursor was not understood any more")
	}
	for _, row := range page.Rows {
		c.rows[string(row.Kind)+"/"+string(row.ID)] = row
	}
	c.cursor = page.Cursor
}

// A reader that follows its cursor while sixteen desks write, before two processes,
// ends up with everything.
func TestNoCommitIsMissed(t *testing.T) {
	onBoth(t, func(b *bench) {
		second := b.serve("toulouse")
		one := b.desk("one", "claire")
		two := officetest.Desk{Handler: second.Handler(officetest.Headers{}), Operator: "claire"}
		reader := two
		reader.ID = "reader"
		ctx, cancel := context.WithTimeout(b.Context(), *writing)
		defer cancel()
		w := &writers{ok: map[clients.ID]bool{}}
		begin := time.Now()
		w.start(ctx, b, 16, one, two)
		c := copyOf{rows: map[string]shared.Row{}}
		b.follow(ctx, reader, &c)
		w.wg.Wait()
		b.pull(reader, &c, wire.PullRequest{})
		b.checkAll(w, &c)
		b.Logf("%d commits in %v (%.0f/s), %d without an answer at first", len(w.ok), time.Since(begin).Round(time.Millisecond),
			float64(len(w.ok))/time.Since(begin).Seconds(), w.lost.Load())
	})
}

// checkAll compares what was acknowledged with what a reader has.
func (b *bench) checkAll(w *writers, c *copyOf) {
	b.Helper()
	if len(w.ok) == 0 {
		b.Fatal("nothing was written")
	}
	if got := len(c.of(shared.Message)); got != len(w.ok) {
		b.Errorf("%d were acknowledged, the reader has %d", len(w.ok), got)
	}
	b.ok(b.office.Verify(b.Context()))
}

// The server is killed under load, twice, and started again: what was acknowledged is
// there, and what was not is there once at most.
func TestTheDatabaseServerIsKilledUnderLoad(t *testing.T) {
	server := pgtest.Start(t)
	b := newBench(t, server.Database(t))
	one := b.desk("one", "claire")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	w := &writers{ok: map[clients.ID]bool{}}
	w.start(ctx, b, 8, one)
	for range 2 {
		before := w.count()
		for w.count() < before+50 {
			time.Sleep(5 * time.Millisecond) // real time: a real server is at work
		}
		server.Kill()
		server.Restart()
	}
	cancel()
	w.wg.Wait()
	c := copyOf{rows: map[string]shared.Row{}}
	b.pull(one, &c, wire.PullRequest{})
	b.checkAll(w, &c)
	if w.lost.Load() == 0 {
		t.Error("nobody noticed that the server was gone")
	}
}

func (w *writers) count() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.ok)
}

// Two processes before one database: what comes to one is poked by the other, and a
// draft of a desk that spoke to the first is taken over through the second.
func TestTwoProcessesBeforeOneDatabase(t *testing.T) {
	address := pgtest.Database(t)
	b := newBench(t, address)
	second := b.serveOn(b.open(address), "toulouse")
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { second.Run(ctx) })
	t.Cleanup(func() { cancel(); running.Wait() })

	one := b.desk("one", "claire")
	two := officetest.Desk{Handler: second.Handler(officetest.Headers{}), ID: "two", Operator: "sam"}
	s := b.stream(two)
	s.next("poke")
	s.next("presence")
	m := b.mutation("claire", note("m1", "durand", ""))
	first := b.bring(one, m)
	s.next("poke")
	if again := b.bring(two, m); again != first {
		b.Errorf("the same mutation through the other process: %+v; was %+v", again, first)
	}
	b.pass(time.Minute)
	b.tell(one, typing("t1", "durand", "Rappeler"), "one")
	s.next("presence")
	b.pass(wire.LostAfter + time.Second)
	if d, err := two.TakeOver(t.Context(), "one", "t1"); err != nil || d.Message.Text != "Rappeler" {
		b.Errorf("%+v, %v", d, err)
	}
	b.ok(b.office.Revoke(t.Context(), "two"))
	s.ends()
}
