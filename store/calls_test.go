package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/pressly/goose/v3"

	"permanence/phone"
	"permanence/store"
	"permanence/store/migration"
	"permanence/ui/desk"
)

// versionThree makes a database as it was before there was a list of calls.
func versionThree(t *testing.T, dir string, rows ...string) {
	t.Helper()
	old, err := sql.Open("sqlite", filepath.Join(dir, store.FileName))
	if err != nil {
		t.Fatal(err)
	}
	defer old.Close()
	p, err := goose.NewProvider(goose.DialectSQLite3, old, migration.Files)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.UpTo(t.Context(), 3); err != nil {
		t.Fatal(err)
	}
	tx, err := old.Begin()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if _, err := tx.Exec(row); err != nil {
			t.Fatalf("%s: %v", row, err)
		}
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
}

// oldCall is a call of version 3, with its one line in the journal.
func oldCall(id string, arrived int64, kind desk.JournalKind, missed bool) []string {
	at := time.UnixMicro(arrived).UTC().Format(time.RFC3339Nano)
	entry := fmt.Sprintf(`{"Call":%q,"Client":"d","ClientName":"Maître Durand","Number":"+33612345678","ArrivedAt":%q,"Missed":%v}`, id, at, missed)
	return []string{
		fmt.Sprintf(`INSERT INTO journal (at, kind, call, actor, head, entry) VALUES (%d, '%s', '%s', '', 0, '%s')`, arrived, kind, id, entry),
		fmt.Sprintf(`INSERT INTO call (id, journal, client, number, name, arrived, ended, answered_by, answered_head, entry)
			VALUES ('%s', last_insert_rowid(), 'd', '+33612345678', '', %d, %d, '', 0, '%s')`, id, arrived, arrived, entry),
	}
}

func TestCallsOfAnOldDatabaseAreListed(t *testing.T) {
	dir := t.TempDir()
	var rows []string
	at := now.UnixMicro()
	rows = append(rows, oldCall("late", at+9, desk.JournalEnded, true)...)
	for n := range 2100 { // more than are read at once, many of one moment
		rows = append(rows, oldCall(fmt.Sprintf("c%04d", n), at-int64(n/100)*1000, desk.JournalEnded, false)...)
	}
	rows = append(rows, oldCall("passed", at-1_000_000, desk.JournalPassed, false)...)
	versionThree(t, dir, rows...)
	s := open(t, dir)
	for _, tt := range []struct {
		f    desk.CallFilter
		want int
	}{
		{desk.CallFilter{}, 2102},
		{desk.CallFilter{Kind: desk.CallsMissed}, 1},
		{desk.CallFilter{Kind: desk.CallsTransferred}, 1},
		{desk.CallFilter{Query: "maitre 345678", Client: "d"}, 2102},
	} {
		if got := paged(t, s, tt.f); len(got) != tt.want {
			t.Errorf("%+v lists %d calls; want %d", tt.f, len(got), tt.want)
		}
	}
}

// paged reads a list page by page and checks that no call comes twice.
func paged(t *testing.T, s *store.Store, f desk.CallFilter) map[phone.CallID]bool {
	t.Helper()
	seen := map[phone.CallID]bool{}
	for before := (time.Time{}); ; {
		page, err := s.Calls(t.Context(), f, before, 90)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range page {
			if seen[e.Call] {
				t.Fatalf("%s comes twice", e.Call)
			}
			seen[e.Call], before = true, e.ArrivedAt
		}
		if len(page) < 90 {
			return seen
		}
	}
}

func FuzzCallsQuery(f *testing.F) {
	s, err := store.Open(f.Context(), f.TempDir(), store.Options{})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { s.Close() })
	for _, q := range []string{"durand", "#in", `"`, "06 12", "* OR", "\x00", "NEAR(a b)", "-a", "00336", "œ"} {
		f.Add(q, "d", "missed")
	}
	f.Fuzz(func(t *testing.T, query, client, kind string) {
		filter := desk.CallFilter{Query: query, Client: desk.ID(client), Kind: desk.CallKind(kind)}
		if _, err := s.Calls(t.Context(), filter, now, 10); err != nil {
			t.Errorf("%+v: %v", filter, err)
		}
	})
}

// many fills a store with 200,000 calls: one in five missed, one in a hundred
// put through, one in ten made here.
var many = sync.OnceValues(func() (*store.Store, error) {
	dir, err := mkdirTemp()
	if err != nil {
		return nil, err
	}
	s, err := store.Open(context.Background(), dir, store.Options{})
	if err != nil {
		return nil, err
	}
	for batch := range 20 {
		list := make([]desk.JournalEntry, 10_000)
		for i := range list {
			list[i] = manyCall(batch*10_000 + i)
		}
		if err := s.AppendAll(context.Background(), list); err != nil {
			return nil, err
		}
	}
	return s, nil
})

func manyCall(n int) desk.JournalEntry {
	at := now.Add(time.Duration(n-200_000) * 3 * time.Minute)
	e := desk.Entry{
		Call: phoneCall(n), Client: desk.ID(fmt.Sprint("client-", n*7919%1000)), ClientName: fmt.Sprint("Cabinet Durand ", n*7919%1000),
		Number: phone.Number(fmt.Sprintf("+336%08d", n*104729%100_000_000)), Name: "Hélène Lefèvre",
		ArrivedAt: at, EndedAt: at.Add(time.Minute), Missed: n%5 == 0,
	}
	if n%10 == 1 {
		e.Direction = phone.Outgoing
	}
	if n%100 == 2 {
		e.TransferredTo = "Me Caron"
	}
	return desk.JournalEntry{At: at, Kind: desk.JournalEnded, Entry: e}
}

// BenchmarkCalls reads pages of the list of 200,000 calls: the first, and one in
// the middle, narrowed in every way.
func BenchmarkCalls(b *testing.B) {
	s, err := many()
	if err != nil {
		b.Fatal(err)
	}
	filters := map[string]desk.CallFilter{
		"all": {}, "missed": {Kind: desk.CallsMissed}, "outgoing": {Kind: desk.CallsOutgoing},
		"transferred": {Kind: desk.CallsTransferred}, "client": {Client: "client-7"},
		"client missed": {Client: "client-7", Kind: desk.CallsMissed},
		"name":          {Query: "lefevre"}, "letter": {Query: "l"}, "number": {Query: "06 1"}, "middle": {Query: "4567"},
		"name missed": {Query: "lefevre", Kind: desk.CallsMissed}, "nothing": {Query: "lefevre zz"},
		"number transferred": {Query: "06", Kind: desk.CallsTransferred},
	}
	for name, f := range filters {
		for page, before := range map[string]time.Time{"first": {}, "middle": now.Add(-100_000 * 3 * time.Minute)} {
			b.Run(name+"/"+page, func(b *testing.B) {
				var runs []time.Duration
				for b.Loop() {
					start := time.Now()
					if _, err := s.Calls(b.Context(), f, before, 101); err != nil {
						b.Fatal(err)
					}
					runs = append(runs, time.Since(start))
				}
				quantiles(b, runs)
			})
		}
	}
}
