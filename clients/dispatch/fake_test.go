package dispatch

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"permanence/clients"
)

// outbox is a queue in memory.
type outbox struct {
	mu      sync.Mutex
	rows    map[clients.ID]clients.Delivery
	broken  error // every method answers it
	deafTo  error // only writes answer it
	written int
}

func newOutbox(n int) *outbox {
	q := &outbox{rows: make(map[clients.ID]clients.Delivery)}
	for i := range n {
		q.put(clients.ID(fmt.Sprintf("d%02d", i)), "mail")
	}
	return q
}

func (q *outbox) put(id clients.ID, channel string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.rows[id] = clients.Delivery{
		ID: id, Message: "m" + id, State: clients.Waiting, MessageID: string(id) + "@permanence",
		Recipient: clients.Recipient{Channel: channel, Address: string(id) + "@example.fr"},
	}
}

func (q *outbox) Due(_ context.Context, now time.Time, limit int) ([]Job, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	var due []clients.Delivery
	for _, id := range slices.Sorted(maps.Keys(q.rows)) {
		if d := q.rows[id]; d.State == clients.Waiting && !d.NextTry.After(now) {
			due = append(due, d)
		}
	}
	slices.SortStableFunc(due, func(a, b clients.Delivery) int { return a.NextTry.Compare(b.NextTry) })
	jobs := make([]Job, 0, limit)
	for _, d := range due[:min(limit, len(due))] {
		jobs = append(jobs, Job{Delivery: d})
	}
	return jobs, q.broken
}

func (q *outbox) Sent(_ context.Context, id clients.ID, at time.Time) error {
	return q.write(id, func(d *clients.Delivery) { d.State, d.SentAt, d.Error = clients.Sent, at, "" })
}

func (q *outbox) Retry(_ context.Context, id clients.ID, next time.Time, words string) error {
	return q.write(id, func(d *clients.Delivery) { d.NextTry, d.Error = next, words })
}

func (q *outbox) Fail(_ context.Context, id clients.ID, words string) error {
	return q.write(id, func(d *clients.Delivery) { d.State, d.Error = clients.Failed, words })
}

func (q *outbox) write(id clients.ID, change func(*clients.Delivery)) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if err := errors.Join(q.broken, q.deafTo); err != nil {
		return err
	}
	d := q.rows[id]
	d.Attempts++
	change(&d)
	q.rows[id] = d
	q.written++
	return nil
}

func (q *outbox) breakDown(all, writes error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.broken, q.deafTo = all, writes
}

func (q *outbox) row(id clients.ID) clients.Delivery {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.rows[id]
}

func (q *outbox) count(state clients.DeliveryState) int {
	q.mu.Lock()
	defer q.mu.Unlock()
	n := 0
	for _, d := range q.rows {
		if d.State == state {
			n++
		}
	}
	return n
}

// postman is a sender that obeys answer and notes what arrived and when it was tried.
type postman struct {
	mu      sync.Mutex
	answer  func(ctx context.Context, job Job) error
	arrived map[string]int // by Message-ID
	tried   map[clients.ID][]time.Time
}

func newPostman(answer func(context.Context, Job) error) *postman {
	return &postman{answer: answer, arrived: map[string]int{}, tried: map[clients.ID][]time.Time{}}
}

func (p *postman) Send(ctx context.Context, job Job) error {
	p.mu.Lock()
	p.tried[job.Delivery.ID] = append(p.tried[job.Delivery.ID], time.Now())
	p.mu.Unlock()
	if err := p.answer(ctx, job); err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.arrived[job.Delivery.MessageID]++
	return nil
}

func (p *postman) tries(id clients.ID) []time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.tried[id])
}

func (p *postman) checkArrived(t *testing.T, ids int, times int) {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.arrived) != ids {
		t.Errorf("%d Message-IDs arrived; want %d", len(p.arrived), ids)
	}
	for id, n := range p.arrived {
		if n != times {
			t.Errorf("%s arrived %d times; want %d", id, n, times)
		}
	}
}

// answered is an error as the senders give it.
type answered struct {
	words string
	again bool
}

func (a answered) Error() string   { return "refused: " + a.words }
func (a answered) Words() string   { return a.words }
func (a answered) Temporary() bool { return a.again }

func accept(context.Context, Job) error { return nil }

// desk runs a runner until stop is called, and collects what it tells.
type desk struct {
	*Runner
	mu   sync.Mutex
	told []clients.Delivery
	stop func()
}

func start(q Queue, s Sender) *desk {
	ctx, cancel := context.WithCancel(context.Background())
	d := &desk{}
	d.Runner = NewRunner(q, map[string]Sender{"mail": s}, time.Now, d.note, slog.New(slog.DiscardHandler))
	ended := make(chan struct{})
	go func() { defer close(ended); d.Run(ctx) }()
	d.stop = func() { cancel(); <-ended }
	return d
}

func (d *desk) note(now clients.Delivery) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.told = append(d.told, now)
}

func (d *desk) heard() []clients.Delivery {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.told)
}
