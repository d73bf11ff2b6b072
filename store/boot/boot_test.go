package boot_test

import (
	"testing"
	"time"

	"permanence/store/boot"
)

func TestWhatHasPassedIsKnownWithinOneRunOnly(t *testing.T) {
	then := boot.Moment{Run: "a", Up: time.Hour}
	for name, c := range map[string]struct {
		then, now boot.Moment
		known     bool
		within    bool
	}{
		"just now":           {then, then, true, true},
		"a little later":     {then, boot.Moment{Run: "a", Up: 119 * time.Minute}, true, true},
		"when it is over":    {then, boot.Moment{Run: "a", Up: 2 * time.Hour}, true, false},
		"after a reboot":     {then, boot.Moment{Run: "b", Up: 2 * time.Hour}, false, false},
		"before it happened": {then, boot.Moment{Run: "a", Up: time.Minute}, false, false},
		"without a clock":    {boot.Moment{}, boot.Moment{}, false, false},
	} {
		if _, known := c.now.Since(c.then); known != c.known || c.now.Within(time.Hour, c.then) != c.within {
			t.Errorf("%s: known %v, within an hour %v", name, known, c.now.Within(time.Hour, c.then))
		}
	}
}

func TestTheMachineRuns(t *testing.T) {
	first := boot.Clock(boot.Machine).Now()
	if first.Run == "" {
		t.Skip("this system has no such clock")
	}
	if _, known := boot.Clock(boot.Machine).Now().Since(first); !known || first.Up <= 0 {
		t.Errorf("it has been running for %s", first.Up)
	}
}
