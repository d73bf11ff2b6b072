package desk

import (
	"slices"

	"permanence/clients"
)

// Unsettled lists the conflicts that wait for a person: neither another has settled
// them, nor the operator a moment ago.
func (s *State) Unsettled() []clients.Conflict {
	settling := s.Office.Settling
	if settling == nil {
		return s.Office.Conflicts
	}
	return slices.DeleteFunc(slices.Clone(s.Office.Conflicts), func(c clients.Conflict) bool { return c.ID == settling.Conflict.ID })
}

// Colleagues are the desks of the bureau but this one, without those that were closed.
func (s *State) Colleagues() []Presence {
	return slices.DeleteFunc(slices.Clone(s.Office.Desks), func(d Presence) bool {
		return d.Desk == s.Office.Desk || d.Standing == StandingOff
	})
}
