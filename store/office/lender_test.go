package office_test

import (
	"fmt"
	"testing"
	"time"

	"permanence/clients"
	"permanence/store/office"
	"permanence/store/office/officetest"
	"permanence/store/shared"
	"permanence/store/wire"
)

// inStep pulls everything, and says that nothing is unsent.
func (b *bench) inStep(d officetest.Desk, c *copyOf) {
	b.Helper()
	b.pull(d, c, wire.PullRequest{Clear: true})
}

// leases are those of a copy that belong to a desk.
func (b *bench) leases(c *copyOf, desk clients.ID) (list []clients.Lease) {
	b.Helper()
	for _, row := range c.of(shared.Lease) {
		if l := body[clients.Lease](b, row); l.Desk == desk {
			list = append(list, l)
		}
	}
	return list
}

// booked has a desk book n appointments of the week that is over.
func (b *bench) booked(d officetest.Desk, n int) {
	b.Helper()
	for i := range n {
		c := appointment(clients.ID(fmt.Sprintf("old-%s-%d", d.ID, i)), noon.AddDate(0, 0, -i-1))
		if got := b.push(d, c); got.Outcome != shared.OK {
			b.Fatalf("%+v", got)
		}
	}
}

func (b *bench) tend() {
	b.Helper()
	b.ok(b.office.Tend(b.Context()))
}

func TestSlotsAreLentToThoseWhoBook(t *testing.T) {
	onBoth(t, func(b *bench) {
		one, two := b.desk("one", "claire"), b.desk("two", "sam")
		var c1, c2 copyOf
		b.booked(one, 8)
		b.inStep(one, &c1)
		b.inStep(two, &c2)
		b.tend()
		b.inStep(one, &c1)
		b.inStep(two, &c2)
		mine := b.leases(&c1, "one")
		if len(mine) != 4 || len(b.leases(&c1, "two")) > 0 {
			b.Fatalf("eight bookings in two weeks gave %d leases for one week; want 4", len(mine))
		}
		if len(b.leases(&c2, "one")) != 4 {
			b.Error("the others do not see what is lent")
		}
		for _, l := range mine {
			if !l.Start.After(noon) || l.For != office.DefaultTerms.For || l.End.Sub(l.Start) != 20*time.Minute {
				b.Errorf("lent: %+v", l)
			}
		}
		slot := mine[0]
		book := appointment("theirs", slot.Start)
		if got := b.push(two, book); got.Code != "agenda.lent" {
			b.Errorf("another desk books what is lent: %+v", got)
		}
		book = appointment("mine", slot.Start)
		book.Lease, book.Promised = slot.ID, true
		if got := b.push(one, book); got.Outcome != shared.OK {
			b.Errorf("the desk books it: %+v", got)
		}
		b.tend()
		b.inStep(one, &c1)
		if got := len(b.leases(&c1, "one")); got != 5 { // nine bookings now
			b.Errorf("%d leases after one was used; want 5", got)
		}
		before := c1.cursor
		b.tend()
		if b.inStep(one, &c1); c1.cursor != before {
			b.Error("tending changed something though all is as it should be")
		}
	})
}

func TestHalfOfWhatIsFreeStaysWithEverybody(t *testing.T) {
	onBoth(t, func(b *bench) {
		for n, id := range []clients.ID{"one", "two", "three"} {
			d := b.desk(id, "claire")
			for i := range 30 {
				start := noon.AddDate(0, 0, -n-1).Add(time.Duration(i) * 20 * time.Minute)
				b.push(d, appointment(clients.ID(fmt.Sprint(id, i)), start))
			}
			b.inStep(d, &copyOf{})
		}
		b.tend()
		var c copyOf
		b.inStep(b.desk("one", "claire"), &c)
		free := 5 * 9                                      // today from noon on there is none: Tuesday to Friday, and Monday
		if got := len(c.of(shared.Lease)); got != free/2 { // they would have use for 45
			b.Errorf("%d of %d are lent", got, free)
		}
	})
}

// A desk that is cut off may have promised a slot while it could. Until it has told,
// the slot is nobody else's, however long that takes.
func TestAnUnusedLeaseComesBackWhenItsDeskHasToldAll(t *testing.T) {
	onBoth(t, func(b *bench) {
		b.terms = office.Terms{
			For: time.Hour, Margin: 10 * time.Minute, Renew: 30 * time.Minute, Days: 5,
			Back: 14 * 24 * time.Hour, Active: 20 * time.Minute,
		}
		b.office = b.serve("toulouse")
		one, two := b.desk("one", "claire"), b.desk("two", "sam")
		var c1, c2 copyOf
		b.booked(one, 2)
		b.inStep(one, &c1)
		b.tend()
		b.inStep(one, &c1)
		slot := b.leases(&c1, "one")[0]
		taken := func() bool { return b.push(two, appointment(b.newID(), slot.Start)).Code == "agenda.lent" }

		b.pass(time.Hour + 5*time.Minute)
		b.tend()
		if !taken() {
			b.Error("it came back within the margin")
		}
		b.pass(3 * time.Hour)
		b.tend()
		b.inStep(two, &c2)
		if !taken() || len(b.leases(&c2, "one")) == 0 {
			b.Error("it came back though its desk has told nothing")
		}
		b.pull(one, &copyOf{cursor: c1.cursor}, wire.PullRequest{}) // it is there again, with something unsent
		b.tend()
		if !taken() {
			b.Error("it came back though its desk has something to tell")
		}
		b.inStep(one, &c1)
		b.pass(21 * time.Minute) // and is gone again, so that nothing is lent to it
		b.tend()
		if taken() {
			b.Error("it did not come back when all was told")
		}
	})
}

func TestALeaseIsSentAgainWhileItsDeskIsInStep(t *testing.T) {
	onBoth(t, func(b *bench) {
		one := b.desk("one", "claire")
		var c copyOf
		b.booked(one, 2)
		b.inStep(one, &c)
		b.tend()
		b.inStep(one, &c)
		first := c.of(shared.Lease)[0]
		b.pass(23 * time.Hour)
		b.inStep(one, &c)
		b.tend()
		b.inStep(one, &c)
		if got := c.rows["lease/"+string(first.ID)]; got.Seq != first.Seq {
			b.Error("it was sent again too early")
		}
		b.pass(2 * time.Hour)
		b.inStep(one, &c)
		b.tend()
		b.inStep(one, &c)
		if got := c.rows["lease/"+string(first.ID)]; got.Seq == first.Seq || got.Gone {
			b.Errorf("it was not sent again: %+v", got)
		}
	})
}

func TestARevokedDesksLeasesComeBackAtOnce(t *testing.T) {
	onBoth(t, func(b *bench) {
		one, two := b.desk("one", "claire"), b.desk("two", "sam")
		var c copyOf
		b.booked(one, 2)
		b.inStep(one, &c)
		b.tend()
		b.inStep(one, &c)
		slot := b.leases(&c, "one")[0]
		b.ok(b.office.Revoke(b.Context(), "one"))
		if got := b.push(two, appointment("theirs", slot.Start)); got.Outcome != shared.OK {
			b.Errorf("%+v", got)
		}
	})
}

func TestNothingIsLentForAWhileAfterABackupWasPutBack(t *testing.T) {
	onBoth(t, func(b *bench) {
		one := b.desk("one", "claire")
		var c copyOf
		b.booked(one, 2)
		b.ok(b.office.Restored(b.Context(), nil))
		b.inStep(one, &c)
		b.tend()
		b.inStep(one, &c)
		if got := len(c.of(shared.Lease)); got > 0 {
			b.Errorf("%d are lent", got)
		}
		b.pass(office.DefaultTerms.For + office.DefaultTerms.Margin)
		b.inStep(one, &c)
		b.tend()
		b.inStep(one, &c)
		if len(c.of(shared.Lease)) == 0 {
			b.Error("nothing is lent ever after")
		}
	})
}
