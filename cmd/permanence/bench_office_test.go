//go:build !office

package main

import (
	"context"
	"sync"
	"testing"
	"time"

	"permanence/clients"
	"permanence/store/office/pgtest"
)

// What the office is aimed at, and measured with.
const (
	aimSeen     = time.Second // a change on one desk is seen on another
	aimPush     = 100 * time.Millisecond
	officeDesks = 20
	pushEach    = 40                     // messages that each desk brings up one by one
	pushEvery   = 400 * time.Millisecond // the pace of a desk: far beyond what anybody types
	fullFor     = 5 * time.Second        // and as fast as they can
	seenRuns    = 60
	offlineWork = 2000
	bureauRows  = 200_000
)

// BenchmarkOffice measures an office in a process of its own, on each database: SQLite
// and a PostgreSQL of Debian's, both with every commit on the disk. The desks are real
// stores that were paired and logged in, over TLS on loopback.
func BenchmarkOffice(b *testing.B) {
	for _, on := range []struct {
		name     string
		database func(*testing.B) string
	}{
		{"sqlite", func(*testing.B) string { return "" }},
		{"postgres", func(b *testing.B) string { return pgtest.Start(b, "fsync=on").Database(b) }},
	} {
		b.Run(on.name, func(b *testing.B) { measureOffice(b, on.database(b)) })
	}
}

func measureOffice(b *testing.B, database string) {
	o := startBenchOffice(b, database)
	desks := make([]*benchDesk, officeDesks)
	for i := range desks {
		desks[i] = o.desk(b)
	}
	desks[0].do(b, clients.CreateClient{Client: clients.Client{ID: "durand", Name: "Maître Durand"}})
	for _, d := range desks {
		d.sync(b)
	}
	b.Run("push", func(b *testing.B) { pushInTurn(b, desks).report(b, aimPush) })
	b.Run("full", func(b *testing.B) { pushFull(b, desks) })
	b.Run("seen", func(b *testing.B) { seen(b, desks[0], desks[1]).report(b, aimSeen) })
	b.Run("drain", func(b *testing.B) { drain(b, desks[0]) })
	o.fill(b, desks[0].bureau, bureauRows)
	b.Run("copy", func(b *testing.B) { firstCopy(b, o.desk(b)) })
	b.Run("memory", func(b *testing.B) {
		b.ReportMetric(0, "ns/op")
		b.ReportMetric(o.memory(), "MB")
	})
}

// pushInTurn has all desks bring single messages up, each at its pace, and measures
// until the office has said that it keeps one.
func pushInTurn(b *testing.B, desks []*benchDesk) (all samples) {
	var mu sync.Mutex
	var work sync.WaitGroup
	for i, d := range desks {
		work.Go(func() {
			pace := time.NewTimer(pushEvery * time.Duration(i) / officeDesks)
			for range pushEach {
				<-pace.C
				pace.Reset(pushEvery)
				note := d.note()
				began := time.Now()
				d.push(b, note)
				mu.Lock()
				all = append(all, time.Since(began))
				mu.Unlock()
			}
		})
	}
	work.Wait()
	return all
}

// pushFull counts what the office keeps of all desks that push as fast as they can.
func pushFull(b *testing.B, desks []*benchDesk) {
	ctx, cancel := context.WithTimeout(b.Context(), fullFor)
	defer cancel()
	kept := make([]int, len(desks))
	var work sync.WaitGroup
	for i, d := range desks {
		work.Go(func() {
			for ctx.Err() == nil {
				d.push(b, d.note())
				kept[i]++
			}
		})
	}
	work.Wait()
	sum := 0
	for _, n := range kept {
		sum += n
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(sum)/fullFor.Seconds(), "commits/s")
}

// seen measures from the moment at which a message is kept on one desk until another
// has it in its own database: saved, pushed, poked, pulled, taken in.
func seen(b *testing.B, from, to *benchDesk) (all samples) {
	pokes := to.listen(b)
	from.sync(b)
	for range seenRuns {
		to.sync(b)
		drainPokes(pokes)
		note := from.note()
		began := time.Now()
		from.do(b, note)
		must(b, from.exchange.Push(b.Context()))
		for !to.has(b, note.Message.ID) {
			select {
			case <-pokes:
				to.sync(b)
			case <-time.After(benchPatience):
				b.Fatal("no poke came")
			}
		}
		all = append(all, time.Since(began))
		from.sync(b)
	}
	return all
}

// drainPokes forgets the hints of what was already taken.
func drainPokes(pokes <-chan struct{}) {
	for {
		select {
		case <-pokes:
		case <-time.After(50 * time.Millisecond):
			return
		}
	}
}

// drain measures how long it takes until the office has what a desk did in a long
// outage, and the desk knows it.
func drain(b *testing.B, d *benchDesk) {
	d.sync(b)
	var list []clients.Mutation
	for range offlineWork {
		list = append(list, d.mutation(d.note()))
	}
	if err := d.store.ApplyAll(b.Context(), list); err != nil {
		b.Fatal(err)
	}
	began := time.Now()
	d.sync(b)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(time.Since(began).Seconds(), "s")
	if n, _, err := d.store.Waiting(b.Context()); n > 0 || err != nil {
		b.Fatalf("%d are still waiting, %v", n, err)
	}
}

// firstCopy measures how long it takes until a new desk has a large bureau, searchable.
func firstCopy(b *testing.B, d *benchDesk) {
	began := time.Now()
	d.sync(b)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(time.Since(began).Seconds(), "s")
	b.ReportMetric(float64(d.rows)/time.Since(began).Seconds(), "rows/s")
	if d.rows < bureauRows {
		b.Fatalf("%d rows came; want %d at least", d.rows, bureauRows)
	}
}
