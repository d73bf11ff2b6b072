package audio

import (
	"sync/atomic"
	"time"
)

// loopDelay is how late the operator hears herself: long enough to have stopped
// speaking.
const loopDelay = time.Second

// loopSlack is what may wait beyond the delay, between two clocks.
const loopSlack = 10 * FrameDuration

// loopback carries the microphone's frames to the ear during the loop test.
// Times are in nanoseconds of the console's clock.
type loopback struct {
	ring  *ring        // written by the mic goroutine, read by the ear goroutine
	since atomic.Int64 // records from then
	until atomic.Int64 // to then; 0 when there is no test
}

func newLoopback() *loopback { return &loopback{ring: newRing(samples(loopDelay + 2*loopSlack))} }

// start records for d from now, or longer when it records already; zero ends
// the test.
func (l *loopback) start(now, d time.Duration) {
	if d <= 0 {
		l.until.Store(0)
		return
	}
	if l.over(now) {
		l.since.Store(int64(now))
	}
	l.until.Store(int64(now + d))
}

// over reports whether everything recorded has been heard.
func (l *loopback) over(now time.Duration) bool {
	until := time.Duration(l.until.Load())
	return until == 0 || now > until+loopDelay+loopSlack
}

// record keeps one frame of the microphone while the test runs.
func (l *loopback) record(f Frame, now time.Duration) {
	if int64(now) < l.until.Load() {
		l.ring.write(f)
	}
}

// play writes the voice of a second ago, and reports false when there is none.
func (l *loopback) play(out Frame, now time.Duration) bool {
	if l.over(now) {
		l.ring.discard(l.ring.size())
		return false
	}
	if now < time.Duration(l.since.Load())+loopDelay || l.ring.depth() < FrameSize {
		return false
	}
	l.ring.discard(l.ring.depth() - samples(loopDelay+loopSlack))
	l.ring.read(out)
	return true
}
