package link

import (
	"math/rand/v2"
	"time"
)

// The waits after failures: 1, 2, 4 … 30 s.
const (
	firstWait = time.Second
	lastWait  = 30 * time.Second
)

// backoff is how long to wait after the failures so far.
type backoff struct{ wait time.Duration }

// next is how long to wait after one more failure: up to a quarter is taken off by
// chance, so that the desks of a bureau do not all come back at the same moment.
func (b *backoff) next() time.Duration {
	b.wait = min(max(2*b.wait, firstWait), lastWait)
	return b.wait - rand.N(b.wait/4)
}

// reset forgets the failures.
func (b *backoff) reset() { b.wait = 0 }
