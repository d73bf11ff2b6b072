package office_test

import (
	"database/sql"
	"fmt"
	"testing"
	"time"

	"permanence/clients"
	"permanence/store/office"
	"permanence/store/office/officetest"
	"permanence/store/office/pgtest"
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

// short are terms under which a lease is over within an afternoon.
var short = office.Terms{
	For: time.Hour, Margin: 10 * time.Minute, Renew: 30 * time.Minute, Days: 5,
	Back: 14 * 24 * time.Hour, Active: 20 * time.Minute,
}

// lent is a slot that desk one has, and desk two would like.
type lent struct {
	*bench
	one, two officetest.Desk
	c1       copyOf
	slot     clients.Lease
}

func newLent(b *bench) *lent {
	b.Helper()
	b.terms = short
	b.office = b.serve("toulouse")
	l := &lent{bench: b, one: b.desk("one", "claire"), two: b.desk("two", "sam")}
	b.booked(l.one, 2)
	b.inStep(l.one, &l.c1)
	b.tend()
	b.inStep(l.one, &l.c1)
	l.slot = b.leases(&l.c1, "one")[0]
	return l
}

// ask is what the office answers when desk two asks whether it may promise the slot.
func (l *lent) ask() (shared.Outcome, string) {
	l.Helper()
	m := l.mutation("sam", appointment(l.newID(), l.slot.Start))
	results, err := l.two.Ask(l.Context(), m)
	if err != nil {
		return "", officetest.Code(err)
	}
	return results[0].Outcome, results[0].Code
}

func (l *lent) mustBeLent(because string) {
	l.Helper()
	l.tend()
	if outcome, code := l.ask(); outcome != shared.Refused || code != "agenda.lent" {
		l.Errorf("%s: %s %s; want it to be lent", because, outcome, code)
	}
}

func (l *lent) mustBeFree(because string) {
	l.Helper()
	l.tend()
	if outcome, code := l.ask(); outcome != shared.OK {
		l.Errorf("%s: %s %s; want it to be free", because, outcome, code)
	}
}

// tell has desk one read everything, and say then that it has nothing unsent.
func (l *lent) tell() {
	l.Helper()
	l.inStep(l.one, &l.c1)
	l.pass(2 * time.Minute)
	l.inStep(l.one, &l.c1)
	l.pass(21 * time.Minute) // and it is gone again, so that nothing is lent to it
}

// A desk that is cut off may have promised a slot while it could. Until it has told,
// the slot is nobody else's, however long that takes.
func TestAnUnusedLeaseComesBackWhenItsDeskHasToldAll(t *testing.T) {
	onBoth(t, func(b *bench) {
		l := newLent(b)
		var c2 copyOf
		l.pass(time.Hour + 5*time.Minute)
		l.mustBeLent("within the margin")
		l.pass(3 * time.Hour)
		l.mustBeLent("its desk has told nothing")
		if l.inStep(l.two, &c2); len(l.leases(&c2, "one")) == 0 {
			l.Error("the others do not see that it is lent")
		}
		stale := l.c1.cursor
		l.pull(l.one, &l.c1, wire.PullRequest{}) // it is there again, with something unsent
		l.pass(2 * time.Minute)
		l.pull(l.one, &l.c1, wire.PullRequest{})
		l.mustBeLent("its desk has something to tell")
		l.pull(l.one, &copyOf{cursor: stale}, wire.PullRequest{Clear: true})
		l.pass(2 * time.Minute)
		l.mustBeLent("that it had nothing unsent it said before it read that the lease is over")
		if got := l.leases(&l.c1, "one"); len(got) != 1 || got[0].For != 0 {
			l.Errorf("its desk may use it: %+v", got)
		}
		l.tell()
		l.mustBeFree("all was told")
	})
}

// What the clock says that anybody may set frees nothing, neither that the slot has
// begun nor that the lease is over.
func TestAClockThatIsSetFreesNoSlot(t *testing.T) {
	onBoth(t, func(b *bench) {
		l := newLent(b)
		for _, d := range []time.Duration{48 * time.Hour, 30 * 24 * time.Hour, -60 * 24 * time.Hour, 31 * 24 * time.Hour} {
			l.set(d)
			l.mustBeLent(fmt.Sprintf("the clock was set by %s", d))
		}
		l.inStep(l.one, &l.c1)
		if got := l.leases(&l.c1, "one"); len(got) == 0 || got[0].For == 0 {
			l.Errorf("it was called back: %+v", got)
		}
		l.pass(71 * time.Minute)
		l.mustBeLent("its desk has told nothing")
		l.tell()
		l.mustBeFree("all was told")
	})
}

// How long a lease has been out a machine knows from when it saw it itself.
func TestTheWaitBeginsAnewOnAnotherRun(t *testing.T) {
	onBoth(t, func(b *bench) {
		l := newLent(b)
		l.pass(time.Hour)
		l.reboot("run 2")
		l.tend()
		l.pass(time.Hour)
		l.tend()
		l.inStep(l.two, &copyOf{})
		recalled := func() bool {
			var c copyOf
			l.inStep(l.two, &c)
			return l.leases(&c, "one")[0].For == 0
		}
		if recalled() {
			l.Error("the time of two runs was added")
		}
		l.pass(11 * time.Minute)
		if l.tend(); !recalled() {
			l.Error("it is never called back after a reboot")
		}
	})
}

// Two machines before one database measure apart: what one sends, the other has not known
// for long.
func TestEachMachineMeasuresItself(t *testing.T) {
	b := newBench(t, pgtest.Database(t))
	l := newLent(b)
	l.tend()
	l.reboot("another")
	l.tend() // it has known from now on
	l.pass(time.Hour)
	l.reboot("run 1")
	l.pull(l.one, &copyOf{}, wire.PullRequest{}) // sent again by the first
	l.reboot("another")
	l.pass(2 * time.Hour)
	l.tend()
	l.pull(l.two, &l.c1, wire.PullRequest{})
	if got := l.leases(&l.c1, "one"); got[0].For == 0 {
		l.Error("it was called back by what the second knew before the first sent it")
	}
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

// What was lent or taken after a backup was made nobody knows when it is put back. Until
// every desk has told, nothing is certain.
// Where every desk that ever was is known, certainty comes back once all have told: no
// lease is out then that the office does not know. A desk that the backup does not know
// can tell nothing.
func TestDoubtIsOverOnceAllHaveTold(t *testing.T) {
	for name, c := range map[string]struct {
		paired []clients.ID
		over   bool
	}{
		"all known":         {[]clients.ID{"one", "two"}, true},
		"one since":         {[]clients.ID{"one", "two", "since"}, false},
		"nobody knows that": {nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			onBoth(t, func(b *bench) {
				for _, id := range []clients.ID{"one", "two"} {
					b.ok(b.office.SaveDesk(b.Context(), office.DeskCard{ID: id}, func(*sql.Tx) error { return nil }))
				}
				l := newLent(b)
				var c2 copyOf
				l.inStep(l.two, &c2)
				l.ok(l.office.Restored(l.Context(), office.Past{Paired: c.paired}))
				l.inStep(l.two, &c2)
				l.pass(2 * time.Minute)
				l.inStep(l.two, &c2)
				l.tend()
				if outcome, code := l.ask(); code != "doubtful" {
					l.Errorf("desk one has told nothing: %s %s; want nobody to know", outcome, code)
				}
				l.tell()
				l.tend()
				if _, code := l.ask(); (code != "doubtful") != c.over {
					l.Errorf("all have told: %q; want the doubt to be over: %v", code, c.over)
				}
			})
		})
	}
}

func TestNothingIsCertainAfterABackupWasPutBackUntilAllHaveTold(t *testing.T) {
	onBoth(t, func(b *bench) {
		for _, id := range []clients.ID{"one", "two", "sold"} {
			card := office.DeskCard{ID: id}
			if id == "sold" {
				card.Revoked = noon
			}
			b.ok(b.office.SaveDesk(b.Context(), card, func(*sql.Tx) error { return nil }))
		}
		l := newLent(b)
		l.inStep(l.two, &copyOf{})
		before := l.c1.cursor
		l.ok(l.office.Restored(l.Context(), office.Past{}))
		doubtful := func(because string) {
			l.Helper()
			l.tend()
			if outcome, code := l.ask(); outcome != "" || code != "doubtful" {
				l.Errorf("%s: %s %s; want nobody to know", because, outcome, code)
			}
		}
		doubtful("at once")
		toConfirm := appointment("waits", l.slot.Start.Add(24*time.Hour))
		toConfirm.Promised, toConfirm.Appointment.Unconfirmed = true, true
		l.push(l.two, toConfirm)
		unconfirmed := func() bool {
			var c copyOf
			l.inStep(l.two, &c)
			return body[clients.Appointment](l.bench, c.rows["appointment/waits"]).Unconfirmed
		}
		if !unconfirmed() {
			l.Error("an appointment was confirmed")
		}
		var c2 copyOf
		l.inStep(l.two, &c2)
		l.pass(2 * time.Minute)
		l.inStep(l.two, &c2)
		l.set(30 * 24 * time.Hour)
		doubtful("the clock was set")
		l.set(-30 * 24 * time.Hour)
		l.pass(71 * time.Minute)
		doubtful("desk one has told nothing")
		l.c1.cursor = before
		l.pull(l.one, &l.c1, wire.PullRequest{Clear: true}) // it does not know yet that it must tell again
		l.pass(2 * time.Minute)
		doubtful("desk one had told another office")
		if got := l.leases(&l.c1, "one"); len(got) > 0 && got[0].For > 0 {
			l.Errorf("it may still use %+v", got)
		}
		l.tell()
		l.tend()
		if unconfirmed() {
			l.Error("what waited was not confirmed")
		}
		l.pass(21 * time.Minute) // both are gone, so that nothing is lent to them
		l.mustBeFree("all has been told")
		l.inStep(l.one, &l.c1)
		l.tend()
		if l.inStep(l.one, &l.c1); len(l.leases(&l.c1, "one")) == 0 {
			l.Error("nothing is lent ever after")
		}
	})
}

func TestARestoringIsWaitedForAnewOnAnotherRun(t *testing.T) {
	onBoth(t, func(b *bench) {
		l := newLent(b)
		l.ok(l.office.Restored(l.Context(), office.Past{}))
		l.pass(time.Hour)
		l.reboot("run 2")
		l.tend()
		l.pass(time.Hour)
		l.tend()
		if outcome, _ := l.ask(); outcome != "" {
			l.Errorf("the time of two runs was added: %s", outcome)
		}
		l.pass(11 * time.Minute)
		l.tend()
		l.tell()
		l.mustBeFree("it has waited for long enough")
	})
}
