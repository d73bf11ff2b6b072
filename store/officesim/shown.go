package officesim

import (
	"cmp"
	"maps"
	"slices"

	"permanence/clients"
)

// shown: each overlap stands before the eyes of everybody who may see the agenda, on the
// desk's own list and in its own agenda, until a person has settled it.
func (j *judgement) shown(st *station) {
	open, err := st.store.Conflicts(j.ctx)
	if err != nil {
		j.violated("%s: reading the conflicts: %v", st.id, err)
		return
	}
	for _, p := range j.pairs() {
		if !st.operator.May(p.a.Client) {
			continue
		}
		listed := slices.ContainsFunc(open, func(c clients.Conflict) bool { return speaksOf(c, p.a.ID, p.b.ID) })
		if !listed && !j.settled(p.a.ID, p.b.ID) {
			j.violated("%s does not list that %s and %s overlap", st.id, p.a.ID, p.b.ID)
		}
		j.marked(st, p.a)
		j.marked(st, p.b)
	}
}

// marked: a desk's agenda shows an appointment as contested.
func (j *judgement) marked(st *station, a clients.Appointment) {
	list, err := st.store.Appointments(j.ctx, a.Client, a.Start, a.End)
	if err != nil || !slices.ContainsFunc(list, func(b clients.Appointment) bool { return b.ID == a.ID && b.Contested }) {
		j.violated("%s: the agenda does not show that %s is contested (%v)", st.id, a.ID, err)
	}
}

// settled reports whether a person has settled the overlap of two appointments.
func (j *judgement) settled(a, b clients.ID) bool {
	return slices.ContainsFunc(j.conflicts, func(c clients.Conflict) bool { return c.Settled != nil && speaksOf(c, a, b) })
}

// speaksOf reports whether a conflict is the overlap of two appointments.
func speaksOf(c clients.Conflict, a, b clients.ID) bool {
	return c.Kind == clients.ConflictOverlap && (c.Earlier.Ref == a && c.Later.Ref == b || c.Earlier.Ref == b && c.Later.Ref == a)
}

// pair is two appointments that share a moment.
type pair struct{ a, b clients.Appointment }

func (j *judgement) pairs() (found []pair) {
	list := slices.SortedFunc(maps.Values(j.appointments), func(a, b clients.Appointment) int { return cmp.Compare(a.ID, b.ID) })
	for i, a := range list {
		for _, b := range list[i+1:] {
			if a.Overlaps(b) {
				found = append(found, pair{a, b})
			}
		}
	}
	return found
}
