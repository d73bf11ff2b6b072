package sharedtest

import (
	"errors"
	"slices"
	"time"

	"permanence/clients"
	"permanence/store/shared"
)

func overlap(b *bench) {
	b.withClients()
	b.do(shared.OK, book("a", 0, 20), book("b", 20, 40))
	b.refused("agenda.overlap", book("c", 10, 30))
	anyway := book("c", 10, 30)
	anyway.Anyway = true
	b.from("two").do(shared.Contested, anyway)
	for _, id := range []clients.ID{"a", "b", "c"} {
		b.equal(b.appointment(id).Contested, true)
		b.equal(b.row(shared.Appointment, id).Seq, b.seq)
	}
	pairs := [][2]clients.ID{}
	for _, c := range b.conflicts() {
		b.equal([]any{c.Kind, c.Client, c.Later.Desk, c.Later.By, c.Earlier.By}, []any{clients.ConflictOverlap, clients.ID("durand"), clients.ID("two"), clients.ID("claire"), clients.ID("claire")})
		pairs = append(pairs, [2]clients.ID{c.Earlier.Ref, c.Later.Ref})
	}
	slices.SortFunc(pairs, func(x, y [2]clients.ID) int { return slices.Compare(x[:], y[:]) })
	b.equal(pairs, [][2]clients.ID{{"a", "c"}, {"b", "c"}})
	// Moved within the overlap, it is the same question and not another one.
	b.do(shared.Contested, clients.MoveAppointment{Appointment: "c", Start: noon.Add(11 * time.Minute), End: noon.Add(31 * time.Minute), Anyway: true})
	b.equal(len(b.conflicts()), 2)
}

func promised(b *bench) {
	b.withClients()
	b.do(shared.OK, book("a", 0, 20), book("b", 20, 40))
	b.do(shared.Contested, promise("c", 0, 20))
	c := b.appointment("c")
	b.equal([]bool{c.Contested, c.Unconfirmed}, []bool{true, true})
	b.do(shared.Contested, clients.MoveAppointment{Appointment: "c", Start: noon.Add(25 * time.Minute), End: noon.Add(30 * time.Minute), Promised: true})
	b.equal([]bool{b.appointment("a").Contested, b.appointment("b").Contested}, []bool{false, true})
	open := b.conflicts()
	b.equal([]any{len(open), open[0].Earlier.Ref}, []any{1, clients.ID("b")})
}

func confirmed(b *bench) {
	b.withClients()
	b.do(shared.OK, promise("a", 0, 20))
	b.equal(b.appointment("a").Unconfirmed, false)
	b.do(shared.Contested, promise("b", 10, 30))
	b.equal([]bool{b.appointment("a").Unconfirmed, b.appointment("b").Unconfirmed}, []bool{false, true})
	b.do(shared.OK, clients.CancelAppointment{Appointment: "a"})
	last := b.appointment("b")
	b.equal([]bool{last.Unconfirmed, last.Contested}, []bool{false, false})
}

func ahead(b *bench) {
	b.withClients()
	b.do(shared.OK, book("a", 0, 20))
	numbered := b.row(shared.Appointment, "a").Seq
	for _, c := range []clients.Change{
		promise("b", 40, 60), clients.MoveAppointment{Appointment: "a", Start: noon.Add(time.Hour), End: noon.Add(2 * time.Hour), Promised: true},
	} {
		got, err := shared.ApplyAhead(b.ctx, b.rows, b.mutation(c))
		b.equal([]any{got, err}, []any{shared.Result{Outcome: shared.OK}, nil})
	}
	b.equal([]bool{b.appointment("a").Unconfirmed, b.appointment("b").Unconfirmed}, []bool{true, true})
	b.equal([]int64{b.row(shared.Appointment, "a").Seq, b.row(shared.Appointment, "b").Seq}, []int64{numbered, 0})
}

// lease lends half an hour from noon to desk "one".
func (b *bench) lease() {
	b.Helper()
	l := clients.Lease{ID: "l", Client: "durand", Desk: "one", Start: noon, End: noon.Add(30 * time.Minute), For: 24 * time.Hour}
	b.put(shared.Row{Kind: shared.Lease, ID: "l", Client: "durand", Desk: "one", Seq: b.seq}, l)
}

func lent(b *bench) {
	b.withClients()
	b.do(shared.OK, book("a", 60, 80))
	b.lease()
	var lent *clients.LentError
	anyway := book("b", 20, 40)
	anyway.Anyway = true
	if err := b.from("two").refused("agenda.lent", anyway); !errors.As(err, &lent) || lent.Lease.ID != "l" {
		b.Fatalf("got %v; want the lease", err)
	}
	b.refused("agenda.lent", clients.MoveAppointment{Appointment: "a", Start: noon, End: noon.Add(time.Minute)})
	b.do(shared.OK, book("c", 30, 40)) // the slot ends where this begins
	b.do(shared.OK, promise("d", 0, 10))
	b.from("one").do(shared.OK, book("e", 10, 20))
	b.from("two").do(shared.OK, clients.CancelAppointment{Appointment: "e"})
	b.refused("agenda.lent", clients.CancelAppointment{Appointment: "e", Restore: true})
}

// lentWaits: what one desk promises on a slot that is lent to another is not confirmed
// before that lease has ended, since its holder may promise it for certain.
func lentWaits(b *bench) {
	b.withClients()
	b.lease()
	b.from("two").do(shared.OK, promise("a", 0, 20), book("far", 60, 80))
	b.equal(b.appointment("a").Unconfirmed, true)
	b.do(shared.Contested, promise("b", 10, 30))
	b.do(shared.OK, clients.CancelAppointment{Appointment: "b"}) // looked at again
	b.equal(b.appointment("a").Unconfirmed, true)
	b.seq++
	b.ok(shared.EndLease(b.ctx, b.rows, b.seq, b.row(shared.Lease, "l")))
	b.equal([]bool{b.appointment("a").Unconfirmed, b.appointment("far").Unconfirmed}, []bool{false, false})
	b.equal([]any{b.row(shared.Appointment, "a").Seq, b.row(shared.Lease, "l").Gone}, []any{b.seq, true})
}

func leaseUsed(b *bench) {
	b.withClients()
	b.lease()
	theft := book("a", 0, 20)
	theft.Lease = "l"
	b.from("two").do(shared.OK, theft) // promised to a caller, so it counts; the lease is not its own
	b.equal(b.row(shared.Lease, "l").Gone, false)
	own := book("b", 20, 30)
	own.Lease = "l"
	b.from("one").do(shared.OK, own)
	used := b.row(shared.Lease, "l")
	b.equal([]any{used.Gone, used.Seq, used.Desk, len(used.Body)}, []any{true, b.seq, clients.ID("one"), 0})
	late := book("c", 0, 20)
	late.Lease = "l"
	b.do(shared.Contested, late)
}

func settledByMove(b *bench) {
	b.withClients()
	b.do(shared.OK, book("a", 0, 20))
	b.do(shared.Contested, promise("b", 10, 30))
	id := b.conflicts()[0].ID
	b.do(shared.OK, clients.MoveAppointment{Appointment: "a", Start: noon.Add(time.Hour), End: noon.Add(2 * time.Hour)})
	b.equal(len(b.conflicts()), 0)
	b.equal(value[clients.Conflict](b, shared.Conflict, id).Settled, &clients.Settlement{By: "claire", At: noon, Choice: clients.KeepBoth})
	b.equal(b.row(shared.Conflict, id).Seq, b.seq)
	b.equal(b.appointment("b").Contested, false)
}

func settledByCancel(b *bench) {
	b.withClients()
	b.do(shared.OK, book("a", 0, 20))
	for _, tt := range []struct {
		cancel clients.ID
		choice clients.Choice
		later  clients.ID
	}{{"b", clients.KeepEarlier, "b"}, {"a", clients.KeepLater, "c"}} {
		b.do(shared.Contested, promise(tt.later, 10, 30))
		id := b.conflicts()[0].ID
		b.do(shared.OK, clients.CancelAppointment{Appointment: tt.cancel})
		b.equal(value[clients.Conflict](b, shared.Conflict, id).Settled.Choice, tt.choice)
	}
}

func settle(b *bench) {
	b.withClients()
	b.do(shared.OK, book("a", 0, 20))
	b.do(shared.Contested, promise("b", 10, 30))
	id := b.conflicts()[0].ID
	b.do(shared.OK, clients.SettleConflict{Conflict: id, Choice: clients.KeepBoth})
	b.equal(len(b.conflicts()), 0)
	b.do(shared.OK, clients.SettleConflict{Conflict: id, Choice: clients.KeepLater})
	b.equal(value[clients.Conflict](b, shared.Conflict, id).Settled, &clients.Settlement{By: "claire", At: noon, Choice: clients.KeepBoth})
	b.equal(b.appointment("b").Contested, true) // both are there, and seen
}
