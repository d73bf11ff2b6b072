package linktest

import (
	"fmt"
	"math/rand/v2"
	"time"

	"permanence/clients"
)

// converge has two desks do anything at all for a while, over a bad line, with crashes
// between any two steps, a backup that comes back and a card that is read anew.
func converge(b *bench) {
	for seed := range uint64(2) {
		world := &bench{T: b.T, ctx: b.ctx, opener: b.opener, office: NewOffice()}
		world.one, world.two = world.desk("one"), world.desk("two")
		world.both()
		c := chaos{bench: world, rand: rand.New(rand.NewPCG(seed, 5))}
		for range 120 {
			c.step()
		}
		for range 3 {
			world.one.sync()
			world.two.sync()
		}
		world.one.same()
		world.two.same()
		c.nothingLost()
	}
}

type chaos struct {
	*bench
	rand   *rand.Rand
	taken  []clients.ID // messages that a desk has said it keeps
	booked []clients.ID
	backup *Office
}

func (c *chaos) step() {
	s := c.one
	if c.rand.IntN(2) == 0 {
		s = c.two
	}
	switch c.rand.IntN(12) {
	case 0, 1:
		id := clients.ID(fmt.Sprint("m", c.n))
		s.do(take(id))
		c.taken = append(c.taken, id)
	case 2, 3:
		id, from := clients.ID(fmt.Sprint("a", c.n)), c.rand.IntN(40)*5
		s.do(promise(id, from, from+20))
		c.booked = append(c.booked, id)
	case 4:
		c.move(s)
	case 5:
		s.do(s.patch([]string{"trade", "color", "address"}[c.rand.IntN(3)], fmt.Sprintf("%q", fmt.Sprint("#", c.n))))
	case 6:
		s.crash()
	case 7:
		c.push(s)
	case 8, 9:
		c.pull(s)
	case 10:
		c.settle(s)
	case 11:
		c.restore()
	}
}

func (c *chaos) move(s *station) {
	if len(c.booked) == 0 {
		return
	}
	id, from := c.booked[c.rand.IntN(len(c.booked))], time.Duration(c.rand.IntN(40)*5)*time.Minute
	// A desk that does not know it yet refuses; that is no matter here.
	_ = s.try(clients.MoveAppointment{Appointment: id, Start: noon.Add(from), End: noon.Add(from + 20*time.Minute), Promised: true})
}

// push loses the answer now and then.
func (c *chaos) push(s *station) {
	list, _, err := s.Pending(c.ctx, 0, 1+c.rand.IntN(5))
	c.ok(err)
	results, err := c.office.Push(c.ctx, s.id, list)
	c.ok(err)
	if c.rand.IntN(3) > 0 {
		c.ok(s.Pushed(c.ctx, results))
	}
}

// pull ends after any page; a page is lost, or taken in twice.
func (c *chaos) pull(s *station) {
	for range 1 + c.rand.IntN(4) {
		page := s.page(1 + c.rand.IntN(8))
		for range c.rand.IntN(3) {
			_, err := s.Absorb(c.ctx, page)
			c.ok(err)
		}
		if c.rand.IntN(4) == 0 {
			s.crash()
		}
	}
}

func (c *chaos) settle(s *station) {
	if open := s.conflicts(); len(open) > 0 {
		s.do(clients.SettleConflict{Conflict: open[0].ID, Choice: clients.KeepBoth})
	}
}

// restore takes a backup, or brings the last one back.
func (c *chaos) restore() {
	if c.backup == nil || c.rand.IntN(3) > 0 {
		c.backup = c.office.Copy()
		return
	}
	c.office.Restore(c.backup)
}

func (c *chaos) nothingLost() {
	for _, id := range c.taken {
		if _, ok := c.office.Rows[key("message", id)]; !ok {
			c.Errorf("message %s was kept by a desk and is not at the office", id)
		}
	}
	for _, id := range c.booked {
		if _, ok := c.office.Rows[key("appointment", id)]; !ok {
			c.Errorf("appointment %s was promised and is not at the office", id)
		}
	}
}
