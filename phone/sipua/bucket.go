package sipua

import (
	"sync"
	"time"
)

// bucket lets through so many a second, and twice as many at once after a pause.
type bucket struct {
	rate float64 // a second

	mu   sync.Mutex
	left float64
	at   time.Time // when left was counted; zero for a bucket nobody took from
}

// take tells whether one more may pass now.
func (b *bucket) take(now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.at.IsZero() {
		b.left = 2 * b.rate
	} else if passed := now.Sub(b.at); passed > 0 {
		b.left = min(b.left+passed.Seconds()*b.rate, 2*b.rate)
	}
	b.at = now
	if b.left < 1 {
		return false
	}
	b.left--
	return true
}
