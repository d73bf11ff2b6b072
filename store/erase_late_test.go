package store_test

import (
	"fmt"
	"strings"
	"testing"

	"permanence/clients"
	"permanence/store"
	"permanence/store/link"
	"permanence/store/shared"
	"permanence/store/wire"
	"permanence/ui/desk"
)

// latecomer is a desk that took a message of somebody, among others, before it learned
// that it had been erased.
type latecomer struct {
	*testing.T
	*store.Store
	ids []clients.ID // of what is pending
}

func newLatecomer(t *testing.T) *latecomer {
	l := &latecomer{T: t, Store: open(t, t.TempDir())}
	must(t, l.Join(t.Context(), link.Membership{Desk: "one"}))
	for i := range 120 {
		m := clients.Message{ID: clients.ID(fmt.Sprintf("m%03d", i)), Client: "a", Text: strings.Repeat("x", 7*i%300), TakenAt: now}
		if i%9 == 4 {
			m.Client, m.Text = "gone", strings.Repeat(forgotten+" ", 8)
		}
		l.ids = append(l.ids, "take-"+m.ID)
		apply(t, l.Store, clients.Mutation{ID: "take-" + m.ID, At: now, Change: clients.TakeMessage{Message: m}})
	}
	return l
}

// absorb takes in a page that the office gives.
func (l *latecomer) absorb(page wire.PullAnswer) {
	l.Helper()
	page.Cursor = "c"
	_, err := l.Absorb(l.Context(), page)
	must(l.T, err)
}

// pushed keeps the same answer of the office to everything.
func (l *latecomer) pushed(o shared.Outcome) {
	l.Helper()
	results := map[clients.ID]shared.Result{}
	for _, id := range l.ids {
		results[id] = shared.Result{Outcome: o}
	}
	must(l.T, l.Pushed(l.Context(), results))
}

// forgets looks whether a word of the erased client is left in any byte.
func (l *latecomer) forgets() {
	l.Helper()
	for _, word := range []string{forgotten, store.Fold(forgotten)} {
		if n := traces(l.T, l.Dir(), word); n > 0 {
			l.Errorf("%q is still there %d times", word, n)
		}
	}
}

var goneClient = []shared.Row{{Kind: shared.Client, ID: "gone", Client: "gone", Seq: 9, Gone: true}}

// TestToldAfterTheErasure: what this desk had still to tell of somebody goes when the
// office has heard it, with the copies that were made of it in the files since.
func TestToldAfterTheErasure(t *testing.T) {
	l := newLatecomer(t)
	l.absorb(wire.PullAnswer{Head: 9, Rows: goneClient})
	l.pushed(shared.Refused)
	l.absorb(wire.PullAnswer{Head: 10, Acked: l.ids})
	l.forgets()
}

// TestErasedByAnEarlierPage: what this desk had made of somebody goes with the last page
// of a pull, though it was an earlier one that told of the erasure.
func TestErasedByAnEarlierPage(t *testing.T) {
	l := newLatecomer(t)
	l.pushed(shared.Refused)
	l.absorb(wire.PullAnswer{Head: 10, Rows: goneClient, More: true})
	l.absorb(wire.PullAnswer{Head: 10, Acked: l.ids})
	l.forgets()
}

// TestLeavesWithoutTheErased: a desk that leaves its office takes nothing with it that it
// had still to tell of somebody who was erased.
func TestLeavesWithoutTheErased(t *testing.T) {
	l := newLatecomer(t)
	l.absorb(wire.PullAnswer{Head: 9, Rows: goneClient})
	must(t, l.Leave(t.Context()))
	l.forgets()
}

// TestNoDraftOfTheErased: what is still typed for somebody who was erased is refused, so
// that the window says that it is not kept.
func TestNoDraftOfTheErased(t *testing.T) {
	l := newLatecomer(t)
	l.pushed(shared.Refused)
	l.absorb(wire.PullAnswer{Head: 9, Acked: l.ids, Rows: goneClient})
	err := l.SaveDraft(t.Context(), desk.SavedDraft{Ticket: "t", Message: clients.Message{ID: "half", Client: "gone", Text: forgotten}})
	if err == nil {
		t.Error("it was kept")
	}
	l.forgets()
	must(t, l.SaveDraft(t.Context(), desk.SavedDraft{Ticket: "t", Message: clients.Message{ID: "half", Client: "a"}}))
}
