package sipua

import (
	"sync"
	"time"
)

const (
	// slowAnswer is more than a server needs: a request that is lost is repeated only
	// after T1, 500 ms (RFC 3261 §17.1.2.2).
	slowAnswer = 400 * time.Millisecond
	// slowLasts is how long a slow answer tells something: until the next ping.
	slowLasts = 30 * time.Second
)

// access is how fast the server of a line answers, by the pings and registrations
// that are exchanged anyhow: where it is slow, the way there is.
type access struct {
	mu    sync.Mutex
	asked time.Time // a question that waits for its answer; zero when none does
	slow  time.Time // when an answer was slow, or did not come
}

// ask begins to wait for an answer, unless one is waited for already.
func (a *access) ask(now time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.asked.IsZero() {
		a.asked = now
	}
}

// answered ends the waiting.
func (a *access) answered(now time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.asked.IsZero() && now.Sub(a.asked) > slowAnswer {
		a.slow = now
	}
	a.asked = time.Time{}
}

// troubled tells whether the server is, or was lately, slow to answer.
func (a *access) troubled(now time.Time) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.asked.IsZero() && now.Sub(a.asked) > slowAnswer {
		return true
	}
	return !a.slow.IsZero() && now.Sub(a.slow) < slowLasts
}
