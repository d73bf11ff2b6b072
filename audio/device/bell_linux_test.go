package device

import (
	"runtime"
	"testing"
	"time"

	"permanence/audio"
)

// bells are all that a console may wait in.
func bells() map[string]audio.Bell {
	hasty := Open(nil).Bell()
	hasty.(*bell).hurry(true)
	return map[string]audio.Bell{"in Go": audio.NewChime(), "in the poller": Open(nil).Bell(), "in its thread": hasty}
}

func TestADeviceThreadRingsEveryBell(t *testing.T) {
	for name, b := range bells() {
		t.Run(name, func(t *testing.T) { hear(t, b) })
	}
}

func TestRingsThatNobodyHeardAreOne(t *testing.T) {
	for name, b := range bells() {
		b.Ring()
		b.Ring()
		b.Wait(-1)
		began := time.Now()
		b.Wait(20 * time.Millisecond)
		if took := time.Since(began); took < 15*time.Millisecond {
			t.Errorf("%s: a second ring was heard after %v", name, took)
		}
	}
}

func TestARingBeforeTheWayOfWaitingChangesIsHeard(t *testing.T) {
	b := Open(nil).Bell().(*bell)
	for i := range 10 {
		b.Ring()
		b.hurry(i%2 == 0)
		b.Wait(-1)
	}
}

// TestAVoiceInRealTimeBringsItsProcessor and gives it back, with its thread; one that
// is refused changes nothing, and asks no more.
func TestAVoiceInRealTimeBringsItsProcessor(t *testing.T) {
	d := Open(nil)
	b := d.Bell().(*bell)
	before := runtime.GOMAXPROCS(0)
	for range 2 {
		relax := d.Hurry(b)
		if b.plea != nil {
			<-b.plea.answered
		}
		b.Wait(time.Millisecond)
		want := before
		if !d.refused.Load() {
			want++
		}
		if during := runtime.GOMAXPROCS(0); during != want || b.hasty == d.refused.Load() {
			t.Errorf("Go has %d processors instead of %d; refused: %v; waits in its thread: %v", during, want, d.refused.Load(), b.hasty)
		}
		relax()
		b.Wait(time.Millisecond)
		if after := runtime.GOMAXPROCS(0); after != before || b.hasty {
			t.Errorf("afterwards Go has %d processors instead of %d; waits in its thread: %v", after, before, b.hasty)
		}
	}
}
