package device

import (
	"runtime"
	"testing"
	"time"

	"permanence/audio"
)

func TestADeviceThreadRingsOurBell(t *testing.T) { hear(t, Open(nil).Bell()) }

func TestRingsThatNobodyHeardAreOne(t *testing.T) {
	for _, b := range []audio.Bell{audio.NewChime(), Open(nil).Bell()} {
		b.Ring()
		b.Ring()
		b.Wait(-1)
		began := time.Now()
		b.Wait(20 * time.Millisecond)
		if took := time.Since(began); took < 15*time.Millisecond {
			t.Errorf("%T: a second ring was heard after %v", b, took)
		}
	}
}

// TestAVoiceBringsItsProcessor and gives it back, whatever the system grants.
func TestAVoiceBringsItsProcessor(t *testing.T) {
	before, during := runtime.GOMAXPROCS(0), 0
	done := make(chan struct{})
	go func() {
		defer close(done)
		how, relax := Open(nil).Hurry()
		t.Log("granted:", how)
		during = runtime.GOMAXPROCS(0)
		relax()
	}()
	<-done
	if after := runtime.GOMAXPROCS(0); during != before+1 || after != before {
		t.Errorf("Go had %d processors, then %d, then %d", before, during, after)
	}
}
