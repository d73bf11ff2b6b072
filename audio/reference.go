package audio

import (
	"sync/atomic"
	"time"
)

// reference carries what the earpiece plays to the microphone's side, for the echo
// canceller. Both devices have clocks of their own, and a canceller cannot follow an
// echo whose way changes all the time: so the reference is read at the pace of the
// earpiece, seen from the microphone's clock, to a millionth. It has one writer and
// one reader, and neither waits.
//
// A bridge will not do here. It looks at how many samples wait, which falls slowly
// and then jumps by a frame, as two clocks slide along each other; here the time
// since the last frame counts as if its samples had come one by one.
type reference struct {
	ring  *ring
	wrote atomic.Int64 // when a frame was written last, in nanoseconds of the clock

	// Of the reader.
	flowing bool
	goal    float64 // samples that should wait
	depth   float64 // samples that wait, smoothed
	held    float64 // as many as waited in the first second
	drift   float64 // by how many samples a frame of the earpiece is longer
	frames  int     // read since it flows
	at      float64 // where the next sample lies after buf[1]
	buf     [referenceTaps + FrameSize + 2*maxBend]int16
}

// What waits is as little as devices allow that call every 10 ms: sound is played
// some 30 ms after it was written, and a reference that comes after its echo is of
// no use. Devices that call more rarely make the goal grow, and play later as well.
const (
	referenceGoal  = 2*FrameSize + FrameSize/4
	referenceMost  = 6 * FrameSize
	referenceRoom  = 16 * FrameSize
	referenceNeeds = FrameSize + maxBend + 1
	referenceTaps  = 4 // samples of which one between them is made
	referenceStops = 10 * FrameDuration
	looking        = 100 // frames
	outlier        = 5 * Rate / 1000
	pace           = 1.0 / 1000 // of what is too much, per frame: 10 s
)

func newReference() *reference {
	return &reference{ring: newRing(referenceRoom), goal: referenceGoal}
}

// write takes a frame of the earpiece; one too many is dropped.
func (r *reference) write(f Frame, now time.Duration) {
	if r.ring.size()-r.ring.depth() < len(f) {
		return
	}
	r.ring.write(f)
	r.wrote.Store(int64(now))
}

// read fills a frame with what the earpiece played at this time, silence when it
// plays nothing.
func (r *reference) read(f Frame, now time.Duration) {
	since := now - time.Duration(r.wrote.Load())
	waits := r.ring.depth()
	level := float64(waits) + since.Seconds()*Rate
	switch {
	case since > referenceStops:
		r.stop(f, waits)
	case r.flowing && waits < referenceNeeds:
		r.goal = min(r.goal+FrameSize/2, referenceMost)
		r.stop(f, 0)
	case !r.flowing && float64(waits) < r.goal:
		clear(f)
	case !r.flowing || level > r.goal+4*FrameSize:
		r.begin(level, waits)
		r.take(f, FrameSize)
	default:
		r.take(f, FrameSize+r.bend(level))
	}
}

// stop ends with silence; what is known of the clocks remains.
func (r *reference) stop(f Frame, waits int) {
	r.ring.discard(waits)
	r.flowing = false
	clear(f)
}

// begin leaves what should wait, and drops what is older.
func (r *reference) begin(level float64, waits int) {
	surplus := max(0, min(int(level-r.goal), waits-referenceNeeds))
	r.ring.discard(surplus)
	r.flowing, r.frames, r.at = true, 0, 0
}

// bend is how many samples more than a frame to read: a loop of second order, so
// that clocks which differ leave no error, and a slow one, because calls come when
// the scheduler lets them. In its first second it only looks.
func (r *reference) bend(level float64) float64 {
	if r.frames++; r.frames <= looking {
		r.depth += (level - r.depth) / float64(r.frames)
		r.held = r.depth
		return r.drift
	}
	r.depth += min(max(level-r.depth, -outlier), outlier) / 64
	over := r.depth - r.held
	r.drift = min(max(r.drift+over*pace*pace/4, -maxBend/2), maxBend/2)
	return r.drift + min(max(over*pace, -maxBend/2), maxBend/2)
}

// take reads n samples and spreads them evenly over the frame, each on a curve
// through its four neighbours (Catmull and Rom).
func (r *reference) take(f Frame, n float64) {
	end := r.at + n
	whole := int(end)
	r.ring.read(r.buf[referenceTaps : referenceTaps+whole])
	step := n / FrameSize
	for i := range f {
		at := r.at + float64(i)*step
		k := int(at)
		f[i] = between(r.buf[k:k+referenceTaps], float32(at-float64(k)))
	}
	copy(r.buf[:referenceTaps], r.buf[whole:whole+referenceTaps])
	r.at = end - float64(whole)
}

// between is the curve through four samples, a part of the way from the second to
// the third.
func between(p []int16, part float32) int16 {
	a, b, c, d := float32(p[0]), float32(p[1]), float32(p[2]), float32(p[3])
	return clip(b + part/2*(c-a+part*(2*a-5*b+4*c-d+part*(3*(b-c)+d-a))))
}
