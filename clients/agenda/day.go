package agenda

import (
	"cmp"
	"slices"
	"time"

	"permanence/clients"
)

// Day computes the rows of the day in which the moment day falls in zone, by
// their start. There is one Taken slot for each appointment that touches the
// day and is not cancelled, on the grid or off it, within the client's hours or
// not; and one slot of the client's duration for each place left on the grid.
// A place that an appointment touches, even by a minute, is not offered.
//
// The grid begins anew with each range of hours. A place that touches an
// emergency range is Emergency; an emergency range outside the hours of an open
// day adds its own places. The client's notice makes ordinary places Past, not
// emergency ones: urgent callers are what the notice must not keep out.
//
// All appts are of this client. Taken slots point into appts. Only Taken slots
// may overlap each other, where an appointment was set knowingly on another.
func Day(rules clients.AgendaRules, zone *time.Location, day, now time.Time, appts []clients.Appointment) []Slot {
	var p planner
	return p.day(rules, dateOf(day, zone), now, appts)
}

// Overlaps lists the appointments that share a moment with appt, in their order.
func Overlaps(appt clients.Appointment, appts []clients.Appointment) []clients.Appointment {
	var with []clients.Appointment
	for i := range appts {
		if appt.Overlaps(appts[i]) {
			with = append(with, appts[i])
		}
	}
	return with
}

// planner computes days; its buffers serve from one day to the next.
type planner struct {
	taken  []*clients.Appointment
	grid   []Slot
	ranges []clients.Range
	slots  []Slot
}

// day is valid until the planner's next day.
func (p *planner) day(rules clients.AgendaRules, d date, now time.Time, appts []clients.Appointment) []Slot {
	p.take(d, appts)
	p.lay(rules, d)
	p.slots = p.slots[:0]
	free := freeFilter{taken: p.taken}
	next := 0
	for _, s := range p.grid {
		for ; next < len(p.taken) && !p.taken[next].Start.After(s.Start); next++ {
			p.slots = append(p.slots, takenSlot(p.taken[next]))
		}
		if free.offers(s) {
			p.slots = append(p.slots, aged(s, now, rules.MinNotice))
		}
	}
	for ; next < len(p.taken); next++ {
		p.slots = append(p.slots, takenSlot(p.taken[next]))
	}
	return p.slots
}

// take gathers the day's appointments by start.
func (p *planner) take(d date, appts []clients.Appointment) {
	begin, end := d.at(0), d.plus(1).at(0)
	p.taken = p.taken[:0]
	for i := range appts {
		a := &appts[i]
		if !a.Cancelled && a.Start.Before(end) && (a.End.After(begin) || !a.Start.Before(begin)) {
			p.taken = append(p.taken, a)
		}
	}
	slices.SortStableFunc(p.taken, func(a, b *clients.Appointment) int {
		return cmp.Or(a.Start.Compare(b.Start), a.End.Compare(b.End), cmp.Compare(a.ID, b.ID))
	})
}

// lay computes the places of the grid, disjoint and in order, whatever the rules.
func (p *planner) lay(rules clients.AgendaRules, d date) {
	p.grid = p.grid[:0]
	hours := rules.Hours[d.weekday()]
	if rules.Duration <= 0 || rules.Duration > 24*60 || len(hours) == 0 {
		return
	}
	p.ranges = append(append(p.ranges[:0], hours...), rules.Emergency...)
	slices.SortStableFunc(p.ranges, func(a, b clients.Range) int { return cmp.Compare(a.From, b.From) })
	length := time.Duration(rules.Duration) * time.Minute
	var end time.Time // of the last place
	for _, r := range p.ranges {
		start, stop := d.at(r.From), d.at(r.To)
		if start.Before(end) {
			start = end
		}
		for ; !start.Add(length).After(stop); start = start.Add(length) {
			end = start.Add(length)
			p.grid = append(p.grid, Slot{Start: start, End: end, Kind: Free})
		}
	}
	p.reserve(rules.Emergency, d)
}

// reserve marks the places that touch an emergency range.
func (p *planner) reserve(emergency []clients.Range, d date) {
	for _, r := range emergency {
		from, to := d.at(r.From), d.at(r.To)
		for i := range p.grid {
			if p.grid[i].Start.Before(to) && from.Before(p.grid[i].End) {
				p.grid[i].Kind = Emergency
			}
		}
	}
}

// freeFilter says which places no appointment touches. Places are asked about in order.
type freeFilter struct {
	taken []*clients.Appointment // by start, those not yet seen
	until time.Time              // the latest end of those seen
}

func (f *freeFilter) offers(s Slot) bool {
	for len(f.taken) > 0 && f.taken[0].Start.Before(s.End) {
		if f.taken[0].End.After(f.until) {
			f.until = f.taken[0].End
		}
		f.taken = f.taken[1:]
	}
	return !f.until.After(s.Start)
}

func takenSlot(a *clients.Appointment) Slot {
	return Slot{Start: a.Start, End: a.End, Kind: Taken, Appointment: a}
}

// aged makes a place Past when it began before now, or is too close to it.
func aged(s Slot, now time.Time, notice int) Slot {
	earliest := now
	if s.Kind == Free {
		earliest = now.Add(time.Duration(notice) * time.Minute)
	}
	if s.Start.Before(earliest) {
		s.Kind = Past
	}
	return s
}
