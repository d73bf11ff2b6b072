//go:build planted

package officesim_test

import (
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"permanence/store/officesim"
	"permanence/store/shared/planted"
)

// within is in how many worlds a mistake must be found.
const within = 50

// promises are what the mistakes break, in the words in which a world says so.
var promises = map[planted.Fault]string{
	planted.AckUnseen:      `message \S+ of .* is false|appointment \S+ of .* is gone|'s (edit|move) of .* is nowhere`,
	planted.CursorFirst:    `has no (message|appointment|client|change|delivery|conflict|lease) `,
	planted.OverlayStale:   `appointment \S+ is 0 false .*; want`,
	planted.SawIgnored:     `without having seen another's change`,
	planted.DoubleApply:    `stands, and stands as refused too`,
	planted.LeaseReused:    `were both promised for certain`,
	planted.TombstoneLost:  `has no \w+ \S+ \(gone: true\)|is \d+ false .*; want \d+ true`,
	planted.RightsIgnored:  `has no right`,
	planted.OrderReversed:  `has number \d+, an earlier one has`,
	planted.ErasureLeaves:  `what was erased is in`,
	planted.AgainIgnored:   `never came|[1-9]\d* are not acknowledged`,
	planted.NotContested:   `contested is false; want true`,
	planted.BaseStale:      `is \d+ false .*; want \d+ false`,
	planted.BureausMixed:   `is another bureau's: `,
	planted.ChainBroken:    `the log is not as it was written`,
	planted.RefusalDropped: `'s move of .* is nowhere|appointment \S+ of .* is gone`,
	planted.ClockTrusted:   `were both promised for certain`,
	planted.BackupWhole:    `what was erased, and put back with a backup, is in`,
	planted.GrantForGood:   `what was typed of \S+ is nowhere`,
	planted.OrphansGone:    `what was typed of \S+ is nowhere`,
}

// ofTyping are those that only the typing in a world can find.
var ofTyping = map[planted.Fault]bool{planted.GrantForGood: true, planted.OrphansGone: true}

// TestPlanted plants one mistake after the other: the worlds must find each, by the
// promise that it breaks. It begins with the world of -seed.
func TestPlanted(t *testing.T) {
	defer planted.Plant("")
	for _, fault := range planted.All {
		t.Run(string(fault), func(t *testing.T) {
			planted.Plant(fault)
			promise := regexp.MustCompile(promises[fault])
			for first := max(1, *seed); first <= within; first += atOnce {
				for i, wrong := range worlds(t, fault, first) {
					if said := promise.FindString(wrong); said != "" {
						t.Logf("found in world %d: %.200s", first+uint64(i), said)
						return
					}
				}
			}
			t.Errorf("not found in %d worlds by %s", within, promise)
		})
	}
}

// atOnce is how many worlds run beside each other.
var atOnce = uint64(runtime.GOMAXPROCS(0))

// worlds runs some and gives what was found wrong in each.
func worlds(t *testing.T, fault planted.Fault, first uint64) []string {
	found := make([]string, atOnce)
	var running sync.WaitGroup
	for i := range found {
		c := officesim.Config{Seed: first + uint64(i), Desks: 4, Time: 8 * time.Hour, Dir: memory(t)}
		running.Go(func() {
			alive := officesim.Run
			if ofTyping[fault] {
				alive = officesim.Type
			}
			report, err := alive(t.Context(), c)
			if err != nil {
				t.Error(err)
			}
			found[i] = strings.Join(report.Wrong, "\n")
		})
	}
	running.Wait()
	return found
}
