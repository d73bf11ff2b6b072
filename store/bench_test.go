package store_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"permanence/clients"
	"permanence/store"
	"permanence/store/storetest"
	"permanence/ui/desk"
)

var now = time.Date(2026, 11, 26, 14, 32, 0, 0, time.UTC)

// large fills one store for all benchmarks of a run.
var large = sync.OnceValues(func() (*store.Store, error) {
	dir, err := mkdirTemp()
	if err != nil {
		return nil, err
	}
	s, err := store.Open(context.Background(), dir, store.Options{})
	if err != nil {
		return nil, err
	}
	return s, storetest.Fill(context.Background(), s, storetest.Large, now)
})

func largeStore(b *testing.B) *store.Store {
	b.Helper()
	s, err := large()
	if err != nil {
		b.Fatal(err)
	}
	return s
}

// quantiles reports the median and the 99th percentile of single runs.
func quantiles(b *testing.B, runs []time.Duration) {
	slices.Sort(runs)
	b.ReportMetric(float64(runs[len(runs)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(runs[len(runs)*99/100].Microseconds())/1000, "p99-ms")
}

// BenchmarkSearchKeystroke types queries letter by letter, as Ctrl+K sees them.
func BenchmarkSearchKeystroke(b *testing.B) {
	s := largeStore(b)
	var keys []string
	for _, q := range []string{"durand", "lefevre helene", "06 12 34", "+336", "rappeler demain", "maitre", "soeur", "n diaye", "4567"} {
		for i := range q {
			keys = append(keys, q[:i+1])
		}
	}
	var runs []time.Duration
	for i := 0; b.Loop(); i++ {
		start := time.Now()
		if _, err := s.Search(b.Context(), keys[i%len(keys)], 20); err != nil {
			b.Fatal(err)
		}
		runs = append(runs, time.Since(start))
	}
	quantiles(b, runs)
}

// BenchmarkLoad reads what a desk begins with.
func BenchmarkLoad(b *testing.B) {
	s := largeStore(b)
	var snap desk.Snapshot
	for b.Loop() {
		var err error
		if snap, err = s.Load(b.Context(), now); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(snap.Clients)), "clients")
}

// BenchmarkApplyMessage commits messages with one recipient each.
func BenchmarkApplyMessage(b *testing.B) {
	s := largeStore(b)
	var runs []time.Duration
	for i := 0; b.Loop(); i++ {
		id := clients.ID(fmt.Sprintf("bench-%d-%d", b.N, time.Now().UnixNano()))
		m := clients.Mutation{ID: id, At: now, Actor: storetest.Operator.ID, Change: clients.TakeMessage{
			Message:    clients.Message{ID: id, Name: "Mme Lefèvre", Number: "06 12 34 56 78", Text: "Renouvellement.", TakenAt: now},
			Recipients: []clients.Recipient{{Name: "Me Durand", Channel: "mail", Address: "durand@example.fr"}},
		}}
		start := time.Now()
		if err := s.Apply(b.Context(), m); err != nil {
			b.Fatal(err)
		}
		runs = append(runs, time.Since(start))
	}
	quantiles(b, runs)
}
