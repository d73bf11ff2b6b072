package linktest

import (
	"encoding/json"
	"errors"
	"time"

	"permanence/clients"
	"permanence/store/shared"
)

// lend lends 20 minutes to a desk for an hour.
func (b *bench) lend(id, desk clients.ID, from int) {
	b.Helper()
	a := at(id, from, from+20)
	body, err := json.Marshal(clients.Lease{ID: id, Client: "durand", Desk: desk, Start: a.Start, End: a.End, For: time.Hour})
	b.ok(err)
	b.office.Put(shared.Row{Kind: shared.Lease, ID: id, Client: "durand", Desk: desk, Body: body})
}

// usable lists the leases on which a desk may count, its own and others'.
func (s *station) usable() (ids []string) {
	s.b.Helper()
	list, err := s.Leases(s.b.ctx, "durand", noon, noon.Add(8*time.Hour))
	s.b.ok(err)
	for _, l := range list {
		ids = append(ids, string(l.ID))
	}
	return ids
}

func under(lease, id clients.ID, from, to int) clients.BookAppointment {
	c := book(id, from, to)
	c.Promised, c.Lease = true, lease
	return c
}

func leases(b *bench) {
	b.both()
	b.lend("l1", "one", 0)
	b.lend("l2", "one", 20)
	b.lend("l3", "two", 40)
	page := b.one.page(100) // asked now, answered after half an hour's sleep
	b.one.clock.Up += 30 * time.Minute
	_, err := b.one.Cursor(b.ctx) // a push looks at it too, and begins no pull
	b.ok(err)
	_, err = b.one.Absorb(b.ctx, page)
	b.ok(err)
	b.equal(b.one.usable(), []string{"l1", "l2", "l3"})
	b.one.do(under("l1", "a", 0, 20))
	b.equal(b.one.usable(), []string{"l2", "l3"})
	b.refused(b.one.try(under("l2", "b", 20, 50)), "agenda.lease-over") // longer than what was lent
	b.refused(b.one.try(under("l3", "b", 40, 60)), "agenda.lease-over") // another's
	b.refused(b.one.try(book("b", 40, 60)), "agenda.lent")
	b.one.clock.Now = b.one.clock.Now.Add(-48 * time.Hour) // no clock that one can set
	b.one.crash()
	b.equal(b.one.usable(), []string{"l2", "l3"})
	b.one.clock.Up += 31 * time.Minute
	b.equal(b.one.usable(), []string{"l3"})
	b.refused(b.one.try(under("l2", "b", 20, 40)), "agenda.lease-over")
	b.lend("l4", "one", 60)
	b.one.sync()
	b.equal(b.one.usable(), []string{"l3", "l4"}) // l2 came again, and is no younger
	b.office.Incarnation++
	b.one.clock.Up += 59 * time.Minute
	b.one.sync()
	b.equal(b.one.usable(), []string{"l3", "l4"})
	b.one.clock.Boot = "run 2"
	b.equal(b.one.usable(), []string{"l3"})
	b.equal(b.one.day(), []string{"a 0"})
	b.one.sync().same()
}

func (b *bench) refused(err error, code string) {
	b.Helper()
	var coded interface{ Code() string }
	if !errors.As(err, &coded) || coded.Code() != code {
		b.Fatalf("got %v; want an error with code %q", err, code)
	}
}
