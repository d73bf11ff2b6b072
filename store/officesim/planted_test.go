//go:build planted

package officesim_test

import (
	"testing"
	"time"

	"permanence/store/officesim"
	"permanence/store/shared/planted"
)

// within is in how many worlds a mistake must be found.
const within = 50

// TestPlanted plants one mistake after the other: the worlds must find each.
func TestPlanted(t *testing.T) {
	defer planted.Plant("")
	for _, fault := range planted.All {
		t.Run(string(fault), func(t *testing.T) {
			planted.Plant(fault)
			for seed := uint64(1); seed <= within; seed++ {
				c := officesim.Config{Seed: seed, Desks: 4, Time: 8 * time.Hour, Dir: memory(t)}
				report, err := officesim.Run(t.Context(), c)
				if err != nil {
					t.Fatal(err)
				}
				if len(report.Wrong) > 0 {
					t.Logf("found in world %d: %.300s", seed, report.Wrong[0])
					return
				}
			}
			t.Errorf("not found in %d worlds", within)
		})
	}
}
