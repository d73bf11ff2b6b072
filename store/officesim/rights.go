package officesim

import (
	"slices"

	"permanence/clients"
	"permanence/store/shared"
)

// changeRights has a supervisor say which clients a secretary is to see.
func (s *station) changeRights() {
	if s.operator.Role != clients.Supervisor {
		return
	}
	people, err := s.store.Operators(s.ctx)
	people = slices.DeleteFunc(people, func(o clients.Operator) bool { return o.Role == clients.Supervisor })
	cards, err2 := s.store.Clients(s.ctx)
	if err != nil || err2 != nil || len(people) == 0 || len(cards) < 2 {
		s.mayFail("reading the operators", err)
		s.mayFail("reading the cards", err2)
		return
	}
	card := pick(s.w, people)
	card.Clients = nil
	for _, c := range cards {
		if s.w.chance(0.5) {
			card.Clients = append(card.Clients, c.ID)
		}
	}
	s.ledger.demoted[card.ID] = true
	_, err = s.apply(clients.SaveOperator{Operator: card})
	s.mayFail("changing rights", err)
}

// know has the secretary work with the rights that her desk knows of.
func (s *station) know() {
	list, err := s.store.Operators(s.ctx)
	s.mayFail("reading the operators", err)
	for _, o := range list {
		if o.ID == s.operator.ID {
			s.operator = o
		}
	}
}

// rightsHold looks whether a desk that is in step has a row that its operator has no
// right to.
func (s *station) rightsHold() {
	if s.steps++; s.steps%8 != 0 || s.loggingIn() || !s.told() {
		return
	}
	s.know()
	list, err := s.store.Shared(s.ctx)
	s.mayFail("reading all", err)
	for _, r := range list {
		if !r.Gone && !s.operator.May(r.Client) {
			s.w.violated("%s: in step, and still has %s %s of %s, to which %s has no right", s.id, r.Kind, r.ID, r.Client, s.operator.Name)
		}
	}
}

// loggingIn reports whether the office has been asked in another's name, and has not
// answered yet that she is logged in.
func (s *station) loggingIn() bool { return s.remote.Session() != string(s.operator.ID) }

// told reports whether the office has confirmed everything that a desk did.
func (s *station) told() bool {
	n, _, err := s.store.Waiting(s.ctx)
	list, err2 := s.store.Unacknowledged(s.ctx, -1)
	return err == nil && err2 == nil && n+len(list) == 0
}

// rightsOf gives each desk's operator the rights that she has at the office.
func (j *judgement) rightsOf(st *station) {
	if r, ok := j.rows[rowKey{shared.Operator, st.operator.ID}]; ok {
		st.operator = bodyOf[clients.Operator](j, r)
	}
}
