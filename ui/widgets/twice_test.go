package widgets

import (
	"testing"
	"time"
)

func TestTwice(t *testing.T) {
	noon := time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)
	press := func(about string, after time.Duration) func(*Twice) bool {
		return func(q *Twice) bool { return q.Press(about, noon.Add(after)) }
	}
	forget := func(q *Twice) bool { q.Forget(); return false }
	for name, c := range map[string]struct {
		acts []func(*Twice) bool
		want bool
	}{
		"once":            {[]func(*Twice) bool{press("a", 0)}, false},
		"twice":           {[]func(*Twice) bool{press("a", 0), press("a", time.Second)}, true},
		"a double click":  {[]func(*Twice) bool{press("a", 0), press("a", 0)}, false},
		"much later":      {[]func(*Twice) bool{press("a", 0), press("a", askFor)}, false},
		"of another":      {[]func(*Twice) bool{press("a", 0), press("b", time.Second)}, false},
		"back to the one": {[]func(*Twice) bool{press("a", 0), press("b", time.Second), press("a", 2*time.Second)}, false},
		"taken back":      {[]func(*Twice) bool{press("a", 0), forget, press("a", time.Second)}, false},
		"once more":       {[]func(*Twice) bool{press("a", 0), press("a", time.Second), press("a", 2*time.Second)}, false},
	} {
		var q Twice
		done := false
		for _, act := range c.acts {
			done = act(&q)
		}
		if done != c.want {
			t.Errorf("%s: %v", name, done)
		}
	}
}
