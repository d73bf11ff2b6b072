package officesim

import (
	"maps"
	"slices"
	"time"

	"permanence/clients"
)

// Callers want the very place that another desk holds, and are rung back as soon as it
// is thought free: so a place that is given away too early is given twice.

// calledFor finds the place that a caller wants: one that has become free, or now and
// then one that is lent.
func (s *station) calledFor(client clients.ID) (clients.Lease, bool) {
	for _, id := range slices.Sorted(maps.Keys(s.waited)) {
		l := s.waited[id]
		if held, read := s.lentNow(l.Client, l.Start, l.End); read && len(held) == 0 {
			delete(s.waited, id)
			return l, s.operator.May(l.Client)
		}
	}
	list, _ := s.lentNow(client, s.w.now, s.w.now.AddDate(0, 1, 0))
	if len(list) == 0 || !s.w.chance(0.3) {
		return clients.Lease{}, false
	}
	l := pick(s.w, list)
	s.waited[l.ID] = l
	return l, true
}

// lentNow lists the places that other desks hold.
func (s *station) lentNow(client clients.ID, from, to time.Time) ([]clients.Lease, bool) {
	list, err := s.store.Leases(s.ctx, client, from, to)
	s.mayFail("reading leases", err)
	return slices.DeleteFunc(list, func(l clients.Lease) bool { return l.Desk == s.id }), err == nil
}

// rush has callers ring while the line is cut.
func (s *station) rush() {
	if s.running() && !s.working && !s.out && !s.online() {
		s.does((*station).book)
	}
}
