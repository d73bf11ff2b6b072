package audio_test

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"permanence/audio"
)

// hurrier is a computer that grants real time, and counts who has it.
type hurrier struct {
	*fakeDriver
	worked  atomic.Int64 // nanoseconds
	hurried atomic.Int64
}

func (h *hurrier) Bell() audio.Bell      { return audio.NewChime() }
func (h *hurrier) Worked() time.Duration { return time.Duration(h.worked.Load()) }

func (h *hurrier) Hurry(audio.Bell) (relax func()) {
	h.hurried.Add(1)
	return func() { h.hurried.Add(-1) }
}

// work uses a share of one core for so long.
func (h *hurrier) work(b *bench, share float64, long time.Duration) {
	const turn = 10 * time.Millisecond
	for range long / turn {
		h.worked.Add(int64(share * float64(turn)))
		b.pass(turn)
	}
}

// TestHasteUnderStrain: ear and microphone go before other work while the program
// works hard and for half a minute after, and after a trouble, but only while the
// devices are open.
func TestHasteUnderStrain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ear := &fakeDevice{name: "Casque"}
		h := &hurrier{fakeDriver: &fakeDriver{captures: []*fakeDevice{{name: "Casque", says: tone(440)}}, playbacks: []*fakeDevice{ear}}}
		b := newBenchOn(t, h, h.fakeDriver)
		want := func(when string, n int64) {
			t.Helper()
			if got := h.hurried.Load(); got != n {
				t.Errorf("%s: %d goroutines hurry, want %d", when, got, n)
			}
		}
		h.work(b, 0.9, time.Second)
		want("hard work without a call", 0)
		end := b.Join(&talker{says: silent})
		h.work(b, 0.1, 5*time.Second)
		want("a calm call", 0)
		h.work(b, 0.5, 60*time.Millisecond)
		h.work(b, 0.1, 500*time.Millisecond)
		want("a moment of hard work", 0)
		h.work(b, 0.5, 350*time.Millisecond)
		want("hard work", 2)
		h.work(b, 0.1, 29*time.Second)
		want("not long after hard work", 2)
		h.work(b, 0.1, 2*time.Second)
		want("long after hard work", 0)
		b.driver.set(func() { ear.hasty = true })
		h.work(b, 0.1, time.Second)
		b.driver.set(func() { ear.hasty = false })
		want("trouble", 2)
		end()
		h.work(b, 0.1, 20*time.Second)
		want("nobody talks", 0)
		b.close()
	})
}
