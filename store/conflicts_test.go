package store_test

import (
	"encoding/json"
	"testing"
	"time"

	"permanence/clients"
)

// A conflict of two appointments can be shown whichever agenda is in view.
func TestOverlapBringsItsAppointments(t *testing.T) {
	s, ctx := open(t, t.TempDir()), t.Context()
	do := func(id clients.ID, c clients.Change) {
		t.Helper()
		if err := s.Apply(ctx, clients.Mutation{ID: id, At: time.Unix(1, 0), Actor: "op", Change: c}); err != nil {
			t.Fatal(err)
		}
	}
	at := time.Date(2026, 11, 26, 14, 0, 0, 0, time.UTC)
	book := func(id clients.ID, name string) clients.BookAppointment {
		return clients.BookAppointment{Promised: true, Appointment: clients.Appointment{ID: id, Client: "c", Start: at, End: at.Add(20 * time.Minute), Name: name}}
	}
	do("m1", clients.CreateClient{Client: clients.Client{ID: "c", Name: "Maître Durand"}})
	do("m2", book("a1", "Étude Çelik"))
	do("m3", book("a2", "M. Perrault"))
	list, err := s.Conflicts(ctx)
	if err != nil || len(list) != 1 {
		t.Fatalf("conflicts %v, %v", list, err)
	}
	for want, v := range map[string]clients.Version{"Étude Çelik": list[0].Earlier, "M. Perrault": list[0].Later} {
		var a clients.Appointment
		if err := json.Unmarshal([]byte(v.Value), &a); err != nil || a.Name != want || !a.Start.Equal(at) {
			t.Errorf("%s is told as %q, %v", want, v.Value, err)
		}
	}
}
