package door

import (
	"sync"
	"time"
)

// How wrong tries are slowed down: the first few cost nothing, since people mistype;
// then each doubles the wait. A key that nobody tried for a while is forgotten.
const (
	freePerName = 5
	freePerDesk = 10
	freeFromOne = 30 // an address may be a whole bureau's
	longestWait = 15 * time.Minute
	forgetAfter = time.Hour
	sweepEvery  = time.Minute
	mostKeys    = 10_000 // remembered at once
)

// throttle slows down who guesses, by what he guesses at and from where. It is this
// process's own: who can restart the office may as well read its database.
type throttle struct {
	now func() time.Time

	mu    sync.Mutex
	wrong map[string]wrong
	swept time.Time // when what is old was last looked for
}

type wrong struct {
	n    int
	last time.Time
}

// tried is what a try counts against, and how many of them are free.
type tried struct {
	key  string
	free int
}

func newThrottle(now func() time.Time) *throttle {
	return &throttle{now: now, wrong: map[string]wrong{}}
}

// charge counts a try as wrong before it is looked at, so that tries made together
// count too. It returns how long to wait when one of the keys must: then nothing is
// counted.
func (t *throttle) charge(what ...tried) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	t.forget(now)
	var wait time.Duration
	for _, w := range what {
		if now.Sub(t.wrong[w.key].last) >= forgetAfter {
			delete(t.wrong, w.key)
		}
		wait = max(wait, t.wrong[w.key].wait(w.free, now))
	}
	if wait > 0 {
		return wait
	}
	for _, w := range what {
		t.wrong[w.key] = wrong{n: t.wrong[w.key].n + 1, last: now}
	}
	return 0
}

// refund takes one try back: it was right.
func (t *throttle) refund(keys ...string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, k := range keys {
		if w := t.wrong[k]; w.n > 1 {
			t.wrong[k] = wrong{n: w.n - 1, last: w.last}
		} else {
			delete(t.wrong, k)
		}
	}
}

// clear forgets all tries at a key.
func (t *throttle) clear(key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.wrong, key)
}

func (w wrong) wait(free int, now time.Time) time.Duration {
	if w.n < free {
		return 0
	}
	pause := min(time.Second<<min(w.n-free, 20), longestWait)
	return max(0, w.last.Add(pause).Sub(now))
}

// forget drops what is old, once there is much of it; and when that is not enough,
// anything: a flood of made-up names must not fill the memory, nor have each try look
// through all of it.
func (t *throttle) forget(now time.Time) {
	if len(t.wrong) < mostKeys {
		return
	}
	if now.Sub(t.swept) >= sweepEvery {
		t.sweep(now)
	}
	for k := range t.wrong {
		if len(t.wrong) < mostKeys {
			return
		}
		delete(t.wrong, k)
	}
}

func (t *throttle) sweep(now time.Time) {
	t.swept = now
	for k, w := range t.wrong {
		if now.Sub(w.last) >= forgetAfter {
			delete(t.wrong, k)
		}
	}
}
