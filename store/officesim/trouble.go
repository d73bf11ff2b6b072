package officesim

import (
	"errors"
	"slices"
	"time"

	"permanence/clients/dispatch"
)

// fault is something that happens to a desk, and how often beside the others.
type fault struct {
	weight int
	name   string
	do     func(*scene, *station) bool // false: it could not be done now
}

var troubles = []fault{
	{30, "partition", (*scene).cutOff},
	{10, "one-way partition", (*scene).cutHalf},
	{25, "desk crashed in a transaction", func(_ *scene, st *station) bool { return st.burn() }},
	{10, "desk crashed", func(_ *scene, st *station) bool { st.crash(); return true }},
	{10, "desk backed up", func(_ *scene, st *station) bool { st.backUp(); return len(st.copies) > 0 }},
	{5, "desk put back from a backup", (*scene).restoreDesk},
	{5, "desk's disk full", func(s *scene, st *station) bool { return s.refuse(st.disk, s.full, st.running()) }},
	{5, "desk's database held", func(s *scene, st *station) bool { return s.refuse(st.disk, s.busy, st.running()) }},
	{5, "desk's clock set", (*scene).setClock},
}

// trouble has something happen to a desk.
func (s *scene) trouble(st *station) {
	n := 0
	for _, f := range troubles {
		n += f.weight
	}
	n = s.rng.IntN(n)
	for _, f := range troubles {
		if n -= f.weight; n < 0 {
			if f.do(s, st) {
				s.injected(f.name)
			}
			return
		}
	}
}

// longest is how long a line is cut at most: in a long world for days.
const longest = 5 * 24 * time.Hour

func (s *scene) outage() time.Duration {
	if s.chance(0.02) {
		return s.upTo(longest)
	}
	return s.upTo(2 * time.Hour)
}

func (s *scene) cutOff(st *station) bool {
	s.cutFor(st, s.outage())
	for range 4 {
		s.after(s.upTo(time.Hour), s.unless(&s.resting, st.rush))
	}
	if s.chance(0.6) { // what the desk has promised by then the office does not know
		s.after(30*time.Minute+s.upTo(30*time.Minute), s.unless(&s.resting, s.setOfficeClockOn))
	}
	return true
}

// cutFor cuts a line in both directions. Another fault may mend it earlier.
func (s *scene) cutFor(st *station, d time.Duration) {
	st.line.up, st.line.down = true, true
	s.after(d, func() { st.line.up, st.line.down = false, false })
}

func (s *scene) cutHalf(st *station) bool {
	half := &st.line.up
	if s.chance(0.7) {
		half = &st.line.down
	}
	*half = true
	s.after(s.outage()/4, func() { *half = false })
	return true
}

// burn has the machine stop somewhere within the next steps.
func (st *station) burn() bool {
	if !st.running() {
		return false
	}
	st.disk.fuse = 1 + st.w.rng.IntN(400)
	return true
}

// refuse has a disk refuse to write for a while.
func (s *scene) refuse(d *disk, with error, running bool) bool {
	if !running {
		return false
	}
	d.refuse = with
	s.after(s.upTo(2*time.Minute), func() { d.refuse = nil })
	return true
}

func (s *scene) setClock(st *station) bool {
	st.skew = s.anyClock(48 * time.Hour)
	return true
}

// accident has something happen to the office.
func (s *scene) accident() {
	if !s.office.running() {
		return
	}
	switch n := s.rng.IntN(100); {
	case n < 35:
		s.injected("office crashed in a transaction")
		s.office.disk.fuse = 1 + s.rng.IntN(2000)
	case n < 50:
		s.injected("office crashed")
		s.office.crash()
	case n < 70:
		s.injected("office backed up")
		s.office.backUp()
	case n < 80:
		s.hurry()
		if s.restoreOffice() {
			s.injected("office put back from a backup")
		}
	case n < 90:
		s.injected("office's disk full")
		s.refuse(s.office.disk, s.full, true)
	default:
		s.injected("office's database held")
		s.refuse(s.office.disk, s.busy, true)
	}
}

// setOfficeClock has somebody set the office's clock, by hours or by days.
func (s *scene) setOfficeClock() {
	s.injected("office's clock set")
	s.office.setClock(s.anyClock(pick(s.world, []time.Duration{6 * time.Hour, 48 * time.Hour})))
}

// setOfficeClockOn has somebody set the office's clock into a day on which slots that are
// lent now have begun.
func (s *scene) setOfficeClockOn() {
	s.injected("office's clock set forward")
	s.office.setClock(12*time.Hour + s.upTo(60*time.Hour))
}

// hurry has desks bring something to the office that it has not confirmed by a pull yet.
func (s *scene) hurry() {
	for _, st := range s.stations() {
		if st.running() && !st.working && !st.out {
			st.act()
			st.push()
		}
	}
}

// restoreDesk puts a desk back. What only its disk had is lost.
func (s *scene) restoreDesk(st *station) bool {
	s.holding(s.bureauOf(st))
	return st.restore()
}

func (s *scene) bureauOf(st *station) *bureau {
	return s.bureaus[slices.IndexFunc(s.bureaus, func(b *bureau) bool { return b.name == st.bureau })]
}

// restoreOffice puts the office back. What only its disk had is lost.
func (s *scene) restoreOffice() bool {
	if !s.office.restore() {
		return false
	}
	for _, b := range s.bureaus {
		b.ledger.restored = append(b.ledger.restored, s.now)
		s.holding(b)
		b.forgo()
	}
	return true
}

// post sends the mails that are due.
func (s *scene) post() {
	for _, b := range s.bureaus {
		if !s.office.running() {
			return
		}
		err := s.postOf(b)
		if s.office.disk.dead {
			s.office.fell()
			return
		}
		if err != nil && s.office.disk.refuse == nil {
			s.violated("sending mails: %v", err)
		}
	}
}

func (s *scene) postOf(b *bureau) error {
	q := s.office.offices[b.name].Queue()
	jobs, err := q.Due(s.ctx, s.office.now(), 50)
	if err != nil {
		return err
	}
	var errs []error
	for _, j := range jobs {
		errs = append(errs, s.send(b, q, j))
	}
	return errors.Join(errs...)
}

// send hands a mail to the recipient's server, which takes it or not.
func (s *scene) send(b *bureau, q dispatch.Queue, j dispatch.Job) error {
	if s.roll("mail not taken", 0.1) {
		return q.Retry(s.ctx, j.Delivery.ID, s.office.now().Add(time.Minute), "451 try again")
	}
	b.ledger.sent[j.Delivery.ID] = append(b.ledger.sent[j.Delivery.ID], j.Delivery.MessageID)
	return q.Sent(s.ctx, j.Delivery.ID, s.office.now())
}
