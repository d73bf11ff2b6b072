//go:build !office

package main

// The benchmarks of this package measure the promises that the user can feel, on
// the real parts: a desk with 1,000 clients and 200,000 journal rows, SIP and RTP
// on loopback, a sound server, a window. `make bench` runs them and prints a table
// of their medians and 99th percentiles beside the aims.

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"permanence/phone"
	"permanence/store"
	"permanence/store/storetest"
	"permanence/ui/desk"
)

// benchPatience bounds every wait of a benchmark.
const benchPatience = 20 * time.Second

// samples are the durations of single runs.
type samples []time.Duration

// quantile is the nearest rank: the smallest that q of the runs do not exceed.
func (s samples) quantile(q float64) time.Duration {
	sorted := slices.Sorted(slices.Values(s))
	return sorted[max(0, int(math.Ceil(q*float64(len(sorted))))-1)]
}

// report tells the median and the 99th percentile, and what is aimed at; an aim
// of 0 is none. The time per operation of the testing package means nothing here.
func (s samples) report(b *testing.B, aim time.Duration) {
	b.Helper()
	if len(s) == 0 {
		b.Fatal("nothing was measured")
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(len(s)), "runs")
	b.ReportMetric(milliseconds(s.quantile(0.50)), "p50-ms")
	b.ReportMetric(milliseconds(s.quantile(0.99)), "p99-ms")
	if aim > 0 {
		b.ReportMetric(milliseconds(aim), "aim-ms")
	}
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// reportAs reports samples under a name of their own, for a benchmark whose runs
// measure several things at once.
func (s samples) reportAs(b *testing.B, name string, aim time.Duration, more ...func(*testing.B)) {
	b.Run(name, func(b *testing.B) {
		s.report(b, aim)
		for _, f := range more {
			f(b)
		}
	})
}

// largeDesk is a fresh copy of the folder of a large bureau.
func largeDesk(b testing.TB) string {
	b.Helper()
	full, err := largeFolder()
	if err != nil {
		b.Fatalf("filling a large bureau: %v", err)
	}
	dir := filepath.Join(b.TempDir(), "desk")
	if err := os.CopyFS(dir, os.DirFS(full)); err != nil {
		b.Fatal(err)
	}
	if err := os.Chmod(dir, 0o700); err != nil {
		b.Fatal(err)
	}
	return dir
}

// largeFolder is filled once for all runs: it takes longer than the benchmarks.
// It is made anew when the schema or the generator has changed.
var largeFolder = sync.OnceValues(func() (string, error) {
	key, err := hashOf("../../store/migration/*.sql", "../../store/storetest/*.go")
	if err != nil {
		return "", err
	}
	dir := filepath.Join("..", "..", "out", "bench", "bureau", key)
	if _, err := os.Stat(dir); err == nil {
		return dir, nil
	}
	if err := os.RemoveAll(filepath.Dir(dir)); err != nil { // what an older one left
		return "", err
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return "", err
	}
	unfinished, err := os.MkdirTemp(filepath.Dir(dir), "unfinished-")
	if err != nil {
		return "", err
	}
	if err := fillLarge(unfinished); err != nil {
		return "", errors.Join(err, os.RemoveAll(unfinished))
	}
	return dir, os.Rename(unfinished, dir)
})

// hashOf names the content of files.
func hashOf(patterns ...string) (string, error) {
	sum := sha256.New()
	for _, p := range patterns {
		files, err := filepath.Glob(p)
		if err != nil {
			return "", err
		}
		for _, f := range files {
			content, err := os.ReadFile(f)
			if err != nil {
				return "", err
			}
			fmt.Fprintf(sum, "%s %d\n%s", f, len(content), content)
		}
	}
	return hex.EncodeToString(sum.Sum(nil)[:8]), nil
}

func fillLarge(dir string) (err error) {
	ctx := context.Background()
	s, err := store.Open(ctx, dir, store.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return storetest.Fill(ctx, s, storetest.Large, time.Now())
}

// giveLine makes a line the only one of a desk's folder. Voices are not treated: they
// are compared with what was said, and with a peer that treats none.
func giveLine(b testing.TB, dir string, l phone.Line) {
	b.Helper()
	s, err := store.Open(b.Context(), dir, store.Options{})
	if err != nil {
		b.Fatal(err)
	}
	snap, err := s.Load(b.Context(), time.Now())
	if err == nil {
		snap.Settings.Lines = []phone.Line{l}
		snap.Settings.Theme = "light"
		snap.Settings.Treatment = &desk.Treatment{}
		err = s.SaveSettings(b.Context(), snap.Settings)
	}
	if err := errors.Join(err, s.Close()); err != nil {
		b.Fatal(err)
	}
}

// directLine listens on a free port of this machine.
func directLine(b testing.TB) phone.Line {
	b.Helper()
	at, err := freeAddress()
	if err != nil {
		b.Fatal(err)
	}
	return phone.Line{ID: "ligne", Label: "Ligne", User: "permanence", Direct: true, Bind: at}
}

// stateWhen waits for a state that fits, and tells when it came.
func stateWhen(b *testing.B, states <-chan desk.State, what string, fits func(*desk.State) bool) (desk.State, time.Time) {
	b.Helper()
	late := time.After(benchPatience)
	for {
		select {
		case s := <-states:
			if fits(&s) {
				return s, time.Now()
			}
		case <-late:
			b.Fatalf("no state in %v in which %s", benchPatience, what)
		}
	}
}

// benchProgram is the binary under measure: the one that PERMANENCE_BINARY names,
// as `make bench` does, or one built now.
var benchProgram = sync.OnceValues(func() (string, error) {
	if binary := os.Getenv("PERMANENCE_BINARY"); binary != "" {
		return binary, nil
	}
	binary, err := filepath.Abs(filepath.Join("..", "..", "out", "bench", "permanence"))
	if err != nil {
		return "", err
	}
	build := exec.Command("go", "build", "-o", binary, ".")
	build.Stderr = os.Stderr
	return binary, build.Run()
})
