package store_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"permanence/clients"
	"permanence/store"
	"permanence/store/link"
	"permanence/store/shared"
	"permanence/store/wire"
)

// TestLeaseSentAgain: what the office sends again under a new number it lends anew. The
// same number counts from when it came first, however often it comes.
func TestLeaseSentAgain(t *testing.T) {
	var up time.Duration
	s, err := store.Open(t.Context(), t.TempDir(), store.Options{
		Boot: func() (string, time.Duration) { return "boot", up },
	})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Join(t.Context(), link.Membership{Desk: "one"}); err != nil {
		t.Fatal(err)
	}
	lease := clients.Lease{ID: "l", Client: "a", Desk: "one", Start: now, End: now.Add(time.Hour), For: 2 * time.Hour}
	for _, step := range []struct {
		at, seq int
		holds   bool
		reset   bool
	}{
		{at: 0, seq: 5, holds: true},
		{at: 1, seq: 5, holds: true},
		{at: 2, seq: 5, holds: false},
		{at: 3, seq: 9, holds: true},
		{at: 4, seq: 9, holds: true, reset: true},
		{at: 5, seq: 9, holds: false, reset: true},
		{at: 6, seq: 7, holds: false, reset: true},
	} {
		up = time.Duration(step.at) * time.Hour
		if _, err := s.Cursor(t.Context()); err != nil { // a pull begins
			t.Fatal(err)
		}
		body, _ := json.Marshal(lease) // it can be written
		row := shared.Row{Kind: shared.Lease, ID: lease.ID, Client: "a", Desk: "one", Seq: int64(step.seq), Body: body}
		page := wire.PullAnswer{Rows: []shared.Row{row}, Cursor: fmt.Sprint(step.at), Head: int64(step.seq), Reset: step.reset}
		if _, err := s.Absorb(t.Context(), page); err != nil {
			t.Fatal(err)
		}
		list, err := s.Leases(t.Context(), "a", now, now.Add(time.Hour))
		if err != nil || (len(list) == 1) != step.holds {
			t.Errorf("after %d h, under number %d: %+v, %v; holds should be %v", step.at, step.seq, list, err, step.holds)
		}
	}
}
