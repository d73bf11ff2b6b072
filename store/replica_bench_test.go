package store_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"permanence/clients"
	"permanence/store"
	"permanence/store/link"
	"permanence/store/shared"
	"permanence/store/wire"
)

// officeRow is the n-th row of an invented office: a message and its delivery in turn.
func officeRow(n int) shared.Row {
	r := shared.Row{Kind: shared.Message, ID: clients.ID(fmt.Sprint("message-", n)), Client: "a", Seq: int64(n + 1)}
	var v any = clients.Message{
		ID: r.ID, Client: "a", Call: fmt.Sprint("call-", n), Name: fmt.Sprint("Mme Lefèvre ", n%5000),
		Number: fmt.Sprintf("06 %02d %02d %02d %02d", n/1000000%100, n/10000%100, n/100%100, n%100),
		Text:   "Rappeler au sujet du renouvellement de l'ordonnance, demain matin si possible.", TakenAt: now.Add(time.Duration(n) * time.Second),
	}
	if n%2 == 1 {
		r.Kind, r.ID = shared.Delivery, clients.ID(fmt.Sprint("delivery-", n))
		v = clients.Delivery{
			ID: r.ID, Message: clients.ID(fmt.Sprint("message-", n-1)), Client: "a", State: clients.Sent, Attempts: 1, SentAt: now,
			Recipient: clients.Recipient{Name: "a", Channel: "mail", Address: "a@example.fr"}, MessageID: string(r.ID) + "@example.fr",
		}
	}
	r.Body, _ = json.Marshal(v)
	return r
}

// officePage is a page of the invented office's rows.
func officePage(from, total int) wire.PullAnswer {
	p := wire.PullAnswer{Cursor: fmt.Sprint(from + wire.MaxPage), Head: int64(total)}
	for n := from; n < min(from+wire.MaxPage, total); n++ {
		p.Rows = append(p.Rows, officeRow(n))
	}
	p.More = from+wire.MaxPage < total
	return p
}

func member(b *testing.B) *store.Store {
	b.Helper()
	s := open(b, b.TempDir())
	must(b, s.Join(b.Context(), link.Membership{Desk: "one"}))
	return s
}

// BenchmarkFirstCopy takes 200,000 rows in, page by page.
func BenchmarkFirstCopy(b *testing.B) {
	const total = 200_000
	for b.Loop() {
		s := member(b)
		begun := time.Now()
		for from := 0; from < total; from += wire.MaxPage {
			_, err := s.Absorb(b.Context(), officePage(from, total))
			must(b, err)
		}
		b.ReportMetric(total/time.Since(begun).Seconds(), "rows/s")
	}
}

// BenchmarkAbsorbOverPending takes single rows in while 2,000 changes are pending.
func BenchmarkAbsorbOverPending(b *testing.B) {
	s := member(b)
	_, err := s.Absorb(b.Context(), wire.PullAnswer{Cursor: "0"})
	must(b, err)
	var list []clients.Mutation
	for i := range 2000 {
		id := clients.ID(fmt.Sprint("pending-", i))
		list = append(list, clients.Mutation{ID: id, At: now, Change: clients.TakeMessage{Message: clients.Message{ID: id, Name: "Mme Lefèvre", TakenAt: now}}})
	}
	must(b, s.ApplyAll(b.Context(), list))
	n := 0
	for b.Loop() {
		r := officeRow(2 * n)
		n++
		_, err := s.Absorb(b.Context(), wire.PullAnswer{Rows: []shared.Row{r}, Cursor: fmt.Sprint(n), Head: r.Seq})
		must(b, err)
	}
}

// BenchmarkApplyAhead is what an operator waits for when the desk has an office.
func BenchmarkApplyAhead(b *testing.B) {
	s := member(b)
	for i := 0; b.Loop(); i++ {
		id := clients.ID(fmt.Sprint("m", i))
		must(b, s.Apply(b.Context(), clients.Mutation{ID: id, At: now, Change: clients.TakeMessage{Message: clients.Message{ID: id, TakenAt: now}}}))
	}
}
