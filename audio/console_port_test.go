package audio

import (
	"testing"
	"time"
)

func TestTheReserveGrowsWithTroubleAndShrinksWithout(t *testing.T) {
	o := newOutlet(NewChime())
	now := time.Second
	wants := func(when string, frames int) {
		t.Helper()
		if got := o.wants(now); got != frames*FrameSize {
			t.Errorf("%s: %d samples are kept ready, want %d frames", when, got, frames)
		}
	}
	wants("at first", 1)
	o.memory.Tight.Add(1)
	wants("after one tight call", 2)
	o.memory.Missed.Add(7)
	wants("after a delay of many calls", 3)
	now += cautious - time.Second
	wants("not long after", 3)
	for range 20 {
		o.memory.Tight.Add(1)
		o.wants(now)
	}
	wants("at the bound", 6)
	for left := 5; left >= 1; left-- {
		now += cautious
		wants("a while later", left)
		wants("and at once again", left)
	}
	now += time.Hour
	wants("in the end", 1)
}
