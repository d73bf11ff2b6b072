package store_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"permanence/clients"
	"permanence/store"
	"permanence/store/link"
	"permanence/store/link/linetest"
	"permanence/store/office"
	"permanence/store/office/officetest"
	"permanence/store/shared"
	"permanence/store/wire"
)

var aloneFor = flag.Int("alone", 2000, "messages that a desk took before it joined an office")

// BenchmarkJoining has a desk with years of its own join an office and bring it all up.
func BenchmarkJoining(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		s := yearsAlone(b, *aloneFor)
		x, w := bringer(b, s)
		heap := watchHeap()
		b.StartTimer()
		begun := time.Now()
		must(b, w.timed("join", func() error { return s.Join(b.Context(), link.Membership{Desk: "one", Bureau: "bureau"}) }))
		b.ReportMetric(time.Since(begun).Seconds(), "join-s")
		must(b, x.Step(b.Context()))
		b.ReportMetric(time.Since(begun).Seconds(), "all-s")
		b.ReportMetric(float64(heap()>>20), "heap-MB")
		for doing, longest := range w.longest {
			b.ReportMetric(longest.Seconds(), doing+"-max-s")
		}
		b.ReportMetric(w.pulling.Seconds(), "absorbing-s")
		b.ReportMetric(float64(w.rebuilds), "rebuilds")
		b.ReportMetric(float64(w.replayed), "replays")
	}
}

// yearsAlone is a desk with so many messages, all of them sent, of a thousand clients.
func yearsAlone(tb testing.TB, messages int) *store.Store {
	tb.Helper()
	s := open(tb, tb.TempDir())
	var list []clients.Mutation
	for i := range 1000 {
		list = append(list, newClient(fmt.Sprint("client-", i)))
	}
	must(tb, s.ApplyAll(tb.Context(), list))
	for from := 0; from < messages; from += 1000 {
		list = list[:0]
		for i := from; i < min(from+1000, messages); i++ {
			list = append(list, takenAlone(i))
		}
		must(tb, s.ApplyAll(tb.Context(), list))
	}
	sendAll(tb, s)
	return s
}

// sendAll has all mails sent, at once: one by one as they are, each waits for the disk.
func sendAll(tb testing.TB, s *store.Store) {
	tb.Helper()
	jobs, err := s.Queue().Due(tb.Context(), now, -1)
	must(tb, err)
	tx, err := s.Writer().BeginTx(tb.Context(), nil)
	must(tb, err)
	defer func() { must(tb, tx.Commit()) }()
	for _, j := range jobs {
		j.Delivery.State, j.Delivery.Attempts, j.Delivery.SentAt = clients.Sent, 1, now
		body, err := json.Marshal(j.Delivery)
		must(tb, err)
		_, err = tx.ExecContext(tb.Context(), `UPDATE delivery SET state = 'sent', body = ? WHERE id = ?`, string(body), j.Delivery.ID)
		must(tb, err)
	}
}

func takenAlone(i int) clients.Mutation {
	id := clients.ID(fmt.Sprint("taken-", i))
	return clients.Mutation{ID: id, At: now, Actor: "claire", Change: clients.TakeMessage{
		Message: clients.Message{
			ID: id, Client: clients.ID(fmt.Sprint("client-", i%1000)), Name: fmt.Sprint("Mme Lefèvre ", i%5000), TakenAt: now,
			Number: fmt.Sprintf("06 %02d %02d %02d %02d", i/1000000%100, i/10000%100, i/100%100, i%100),
			Text:   "Rappeler au sujet du renouvellement de l'ordonnance, demain matin si possible.",
		},
		Recipients: []clients.Recipient{{Name: "x", Channel: "mail", Address: "x@example.fr"}},
	}}
}

// bringer keeps a desk in step with a real office.
func bringer(tb testing.TB, s *store.Store) (*link.Exchange, *watched) {
	tb.Helper()
	db, err := office.OpenDatabase(tb.Context(), filepath.Join(tb.TempDir(), "office.db"))
	must(tb, err)
	tb.Cleanup(func() { must(tb, db.Close()) })
	newID := func() clients.ID { return clients.ID(uuid.Must(uuid.NewV7()).String()) }
	o, err := office.New(tb.Context(), db, office.Config{
		Bureau: "bureau", BureauName: "Bureau", Version: "test", Now: time.Now, NewID: newID, Log: slog.New(slog.DiscardHandler),
	})
	must(tb, err)
	_, err = o.Apply(tb.Context(), clients.Mutation{ID: newID(), At: now, Change: clients.SaveOperator{
		Operator: clients.Operator{ID: "claire", Name: "Claire", Role: clients.Supervisor},
	}})
	must(tb, err)
	who := officetest.Desk{ID: "one", Operator: "claire"}.Request(tb.Context(), "GET", "/", nil).Header
	line := &linetest.Line{Handler: o.Handler(officetest.Headers{}), Header: who}
	w := &watched{Store: s, longest: map[string]time.Duration{}}
	remote := link.NewRemote("office:7443", http.RoundTripper(line))
	remote.SetSession(linetest.Session)
	return &link.Exchange{Remote: remote, Replica: w}, w
}

// watched tells how long the desk's writer is not to be had.
type watched struct {
	*store.Store
	longest  map[string]time.Duration
	pulling  time.Duration
	rebuilds int
	replayed int
}

func (w *watched) timed(doing string, do func() error) error {
	begun := time.Now()
	err := do()
	w.longest[doing] = max(w.longest[doing], time.Since(begun))
	return err
}

func (w *watched) Pushed(ctx context.Context, results map[clients.ID]shared.Result) error {
	return w.timed("pushed", func() error { return w.Store.Pushed(ctx, results) })
}

func (w *watched) Absorb(ctx context.Context, page wire.PullAnswer) (changed link.Changed, err error) {
	if !page.More {
		open, err := w.Store.Unacknowledged(ctx, -1)
		if err != nil {
			return changed, err
		}
		w.rebuilds++
		w.replayed += len(open) - len(page.Acked)
	}
	begun := time.Now()
	err = w.timed("absorb", func() (err error) {
		changed, err = w.Store.Absorb(ctx, page)
		return err
	})
	w.pulling += time.Since(begun)
	return changed, err
}

// watchHeap looks at the heap until it is asked how large it ever was.
func watchHeap() (most func() uint64) {
	var peak atomic.Uint64
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			peak.Store(max(peak.Load(), m.HeapAlloc))
			select {
			case <-stop:
				return
			case <-time.After(50 * time.Millisecond):
			}
		}
	}()
	return func() uint64 { close(stop); <-stopped; return peak.Load() }
}
