package store_test

import (
	"slices"
	"testing"

	"permanence/clients"
	"permanence/store/link"
	"permanence/store/link/linktest"
	"permanence/store/shared"
	"permanence/store/wire"
)

// TestRightsOutliveAnErasedClient: an operator's card that names an erased client is
// brought again, with all its other rights, to an office that was put back from a backup.
func TestRightsOutliveAnErasedClient(t *testing.T) {
	s := open(t, t.TempDir())
	office := linktest.NewOffice()
	must(t, s.Join(t.Context(), link.Membership{Desk: "one"}))
	for id, c := range map[clients.ID]clients.Change{
		"1": clients.CreateClient{Client: clients.Client{ID: "petit", Name: "Petit"}},
		"2": clients.SaveOperator{Operator: clients.Operator{ID: "sam", Name: "Sam", Role: clients.Secretary, Clients: []clients.ID{"durand", "petit"}}},
	} {
		apply(t, s, clients.Mutation{ID: id, At: now, Change: c})
	}
	inStep(t, s, office)
	apply(t, s, clients.Mutation{ID: "3", At: now, Change: clients.Erase{Kind: "client", ID: "petit"}})
	inStep(t, s, office)

	_, err := s.Absorb(t.Context(), wire.PullAnswer{Reset: true, Again: true, Cursor: "anew"})
	must(t, err)
	list, _, err := s.Pending(t.Context(), 0, 10)
	must(t, err)
	if !slices.ContainsFunc(list, func(m shared.Mutation) bool { return m.ID == "2" }) {
		t.Errorf("the operator's card is not brought again: %v", list)
	}
	if slices.ContainsFunc(list, func(m shared.Mutation) bool { return m.ID == "1" }) {
		t.Errorf("the erased client is kept: %v", list)
	}
}
