package store_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"permanence/clients"
	"permanence/store"
	"permanence/store/shared"
)

// TestNoSilentOverlap does to an agenda whatever can be done to it: at each
// moment an appointment is contested exactly when it overlaps another.
func TestNoSilentOverlap(t *testing.T) {
	s := open(t, t.TempDir())
	exec(t, s, `PRAGMA synchronous = OFF`) // other tests look at what a crash leaves
	runs := 0
	rapid.Check(t, func(rt *rapid.T) {
		runs++
		a := agendaModel{ctx: t.Context(), s: s, client: clients.ID(fmt.Sprint("client-", runs))}
		a.apply(rt, clients.CreateClient{Client: clients.Client{ID: a.client, Name: "X"}})
		for range rapid.IntRange(2, 12).Draw(rt, "steps") {
			rapid.SampledFrom([]func(*rapid.T){a.book, a.book, a.move, a.cancel}).Draw(rt, "step")(rt)
			a.check(rt)
		}
	})
}

type agendaModel struct {
	ctx    context.Context
	s      *store.Store
	client clients.ID
	n      int
	booked []clients.ID
}

func (a *agendaModel) apply(t *rapid.T, c clients.Change) bool {
	a.n++
	err := a.s.Apply(a.ctx, clients.Mutation{ID: clients.ID(fmt.Sprint(a.client, "/", a.n)), Change: c})
	var over *clients.OverlapError
	var refused *shared.Error
	if errors.As(err, &over) && len(over.With) > 0 || errors.As(err, &refused) && (refused.Code() == "store.bad-change" || refused.Code() == "store.not-found") {
		return false
	}
	if err != nil {
		t.Fatal(err)
	}
	return true
}

func (a *agendaModel) times(t *rapid.T) (start, end time.Time) {
	start = now.Add(time.Duration(rapid.IntRange(0, 12).Draw(t, "start")) * 10 * time.Minute)
	return start, start.Add(time.Duration(rapid.IntRange(1, 4).Draw(t, "length")) * 10 * time.Minute)
}

// one draws an appointment that may be there or not.
func (a *agendaModel) one(t *rapid.T) clients.ID {
	if len(a.booked) == 0 {
		return "nothing"
	}
	return rapid.SampledFrom(a.booked).Draw(t, "appointment")
}

func (a *agendaModel) book(t *rapid.T) {
	ap := clients.Appointment{ID: clients.ID(fmt.Sprint(a.client, "-", a.n)), Client: a.client}
	ap.Start, ap.End = a.times(t)
	if a.apply(t, clients.BookAppointment{Appointment: ap, Anyway: rapid.Bool().Draw(t, "anyway")}) {
		a.booked = append(a.booked, ap.ID)
	}
}

func (a *agendaModel) move(t *rapid.T) {
	c := clients.MoveAppointment{Appointment: a.one(t), Anyway: rapid.Bool().Draw(t, "anyway")}
	c.Start, c.End = a.times(t)
	a.apply(t, c)
}

func (a *agendaModel) cancel(t *rapid.T) {
	a.apply(t, clients.CancelAppointment{Appointment: a.one(t), Restore: rapid.Bool().Draw(t, "restore")})
}

func (a *agendaModel) check(t *rapid.T) {
	list, err := a.s.Appointments(a.ctx, a.client, now.Add(-time.Hour), now.Add(24*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	for i, x := range list {
		overlaps := false
		for j, y := range list {
			overlaps = overlaps || i != j && x.Overlaps(y)
		}
		if overlaps != x.Contested {
			t.Fatalf("%s from %v to %v: contested %v, overlaps %v", x.ID, x.Start, x.End, x.Contested, overlaps)
		}
	}
}
