package desk

import (
	"slices"

	"permanence/clients"
)

// Unsettled lists the conflicts that wait for a person: neither another has settled
// them, nor the operator a moment ago. What a revoked desk brought is a supervisor's to
// judge, and is shown to nobody else.
func (s *State) Unsettled() []clients.Conflict {
	settling := s.Office.Settling
	return slices.DeleteFunc(slices.Clone(s.Office.Conflicts), func(c clients.Conflict) bool {
		return settling != nil && c.ID == settling.Conflict.ID || c.Held() && s.Operator.Role != clients.Supervisor
	})
}

// Colleagues are the desks of the bureau but this one, without those that were closed.
func (s *State) Colleagues() []Presence {
	return slices.DeleteFunc(slices.Clone(s.Office.Desks), func(d Presence) bool {
		return d.Desk == s.Office.Desk || d.Standing == StandingOff
	})
}
