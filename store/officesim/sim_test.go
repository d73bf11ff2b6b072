package officesim_test

import (
	"flag"
	"fmt"
	"os"
	"runtime/debug"
	"testing"
	"time"

	"permanence/store/officesim"
)

var (
	seed  = flag.Uint64("seed", 0, "the first world of TestSeed")
	seeds = flag.Uint64("seeds", 1, "how many worlds TestSeed runs")
	desks = flag.Int("desks", 4, "desks of the first bureau")
	hours = flag.Float64("hours", 8, "hours until all is healed")
)

// TestMain lets garbage lie: worlds make much of it, and keep little.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	os.Exit(m.Run())
}

// TestSeed runs the worlds that the flags name, if they name any.
func TestSeed(t *testing.T) {
	if *seed == 0 {
		t.Skip("no -seed")
	}
	for n := *seed; n < *seed+*seeds; n++ {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			t.Parallel()
			run(t, officesim.Config{Seed: n, Desks: *desks, Time: time.Duration(*hours * float64(time.Hour))})
		})
	}
}

// TestWorlds runs a few short worlds: make sim runs many long ones.
func TestWorlds(t *testing.T) {
	for n := uint64(1); n <= 4; n++ {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			t.Parallel()
			run(t, officesim.Config{Seed: n, Desks: 4, Time: 2 * time.Hour})
		})
	}
}

// TestTyping runs the halls of some worlds: what is half typed when something breaks.
func TestTyping(t *testing.T) {
	for n := max(1, *seed); n < max(1, *seed)+max(12, *seeds); n++ {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			t.Parallel()
			report, err := officesim.Type(t.Context(), officesim.Config{Seed: n, Dir: memory(t)})
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%d texts; %v", report.Mutations, report.Faults)
			for _, wrong := range report.Wrong {
				t.Error(wrong)
			}
		})
	}
}

func run(t *testing.T, c officesim.Config) {
	c.Dir = memory(t)
	report, err := officesim.Run(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d mutations; %v", report.Mutations, report.Faults)
	for i, wrong := range report.Wrong {
		if i < 10 {
			t.Error(wrong)
		}
	}
	if len(report.Wrong) > 0 {
		t.Errorf("again: go test ./store/officesim -run TestSeed -seed %d -desks %d -hours %g", c.Seed, c.Desks, c.Time.Hours())
	}
}

// memory is a folder that needs no disk, where there is one.
func memory(t *testing.T) string {
	const shm = "/dev/shm"
	if _, err := os.Stat(shm); err != nil {
		return t.TempDir()
	}
	dir, err := os.MkdirTemp(shm, "officesim-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}
