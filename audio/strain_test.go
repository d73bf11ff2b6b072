package audio

import (
	"testing"
	"time"
)

// worker is a computer that tells how much the program has worked.
type worker struct {
	Driver
	used time.Duration
}

func (w *worker) Worked() time.Duration     { return w.used }
func (w *worker) Bell() Bell                { return NewChime() }
func (w *worker) Hurry(Bell) (relax func()) { return func() {} }

// TestStrain: for how long the voice goes before other work, judged every 10 ms.
func TestStrain(t *testing.T) {
	const turn = 10 * time.Millisecond
	for name, c := range map[string]struct {
		work    time.Duration // at 40 % of a core
		trouble bool
		lasts   time.Duration
	}{
		"calm":                  {},
		"a moment's work":       {work: 150 * time.Millisecond},
		"work":                  {work: time.Second, lasts: afterWork},
		"trouble":               {trouble: true, lasts: afterTrouble},
		"work and then trouble": {work: time.Second, trouble: true, lasts: afterTrouble},
	} {
		t.Run(name, func(t *testing.T) {
			var s strain
			var now time.Duration
			w := &worker{}
			strained := false
			pass := func(share float64, trouble bool) {
				w.used += time.Duration(share * float64(turn))
				now += turn
				strained = s.judge(now, trouble, w)
			}
			pass(0.1, false)
			for range c.work / turn {
				pass(0.4, false)
			}
			pass(0.1, c.trouble)
			if strained != (c.lasts > 0) {
				t.Fatalf("strained: %v", strained)
			}
			began := now
			for strained {
				pass(0.1, false)
			}
			if took := now - began; took < c.lasts-lookAtWork || took > c.lasts+lookAtWork {
				t.Errorf("it lasted %v, want %v", took, c.lasts)
			}
		})
	}
}
