package clients

import "testing"

func TestWhoMayAnswerForWhom(t *testing.T) {
	for _, tt := range []struct {
		name   string
		who    Operator
		client ID
		may    bool
	}{
		{"for all when none is named", Operator{}, "durand", true},
		{"for one that is named", Operator{Clients: []ID{"petit", "durand"}}, "durand", true},
		{"for no other", Operator{Clients: []ID{"petit"}}, "durand", false},
		{"for nobody's calls", Operator{Clients: []ID{"petit"}}, "", true},
		{"a supervisor for all", Operator{Clients: []ID{"petit"}, Role: Supervisor}, "durand", true},
	} {
		if got := tt.who.May(tt.client); got != tt.may {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}

func TestOperatorsAreComparedWhole(t *testing.T) {
	card := Operator{ID: "o", Name: "Claire", Clients: []ID{"durand"}}
	for _, other := range []Operator{
		{ID: "p", Name: "Claire", Clients: []ID{"durand"}},
		{ID: "o", Name: "Julie", Clients: []ID{"durand"}},
		{ID: "o", Name: "Claire", Clients: []ID{"petit"}},
		{ID: "o", Name: "Claire", Clients: []ID{"durand"}, Role: Supervisor},
		{ID: "o", Name: "Claire", Clients: []ID{"durand"}, Left: true},
		{ID: "o", Name: "Claire", Clients: []ID{"durand"}, Email: "c@example.fr"},
	} {
		if card.Equal(other) {
			t.Errorf("%+v is taken for %+v", other, card)
		}
	}
	if !card.Equal(card) {
		t.Error("a card is not taken for itself")
	}
}
