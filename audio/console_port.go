package audio

import (
	"sync/atomic"
	"time"
)

// A port is the console's end of one opened device: a ring, and the callback
// that the device's thread runs. Each opening gets a new port, so that a thread
// that should have ended cannot disturb the next one.

// heartbeat tells when a device last called.
type heartbeat struct {
	clock    clock
	lateness *lateness
	first    time.Duration // the first call; the device's thread alone reads it
	last     atomic.Int64  // nanoseconds of the clock; 0 before the first call
	size     atomic.Int64  // samples of the last call
}

// stalled is the silence after which the ticker takes a device's place, unless
// the device is known to call more rarely. It is far above what a busy scheduler
// does to a callback.
const stalled = 100 * time.Millisecond

// beat notes a call for n samples. While a device starts its calls come as they
// can; they are not measured.
func (h *heartbeat) beat(n int) {
	now := max(1, h.clock.now())
	switch last := time.Duration(h.last.Load()); {
	case h.first == 0:
		h.first = now
	case now-h.first > startsIn:
		h.lateness.note(now-last, duration(int(h.size.Load())))
	}
	h.last.Store(int64(now))
	h.size.Store(int64(n))
}

// alive reports whether the device calls.
func (h *heartbeat) alive(now time.Duration) bool {
	last := h.last.Load()
	patience := max(stalled, 4*duration(int(h.size.Load())))
	return last != 0 && now-time.Duration(last) < patience
}

// lastBeat is when the device last called, 0 when it never did.
func (h *heartbeat) lastBeat() time.Duration { return time.Duration(h.last.Load()) }

// The bounds of what waits for the earpiece. With one frame every scheduling
// delay is heard; with two none was in an hour of calls, so the third is only
// added for a while after one was.
const (
	prefill      = 2 * FrameSize
	ringRoom     = 8192 // samples; a device that asks for more at once is served in part
	cautious     = 30 * time.Second
	startingTime = 100 * time.Millisecond
)

// outlet is the port of a playback device.
type outlet struct {
	heartbeat
	ring     *ring
	more     chan<- struct{} // asks the ear goroutine for more
	count    *counters
	underrun atomic.Int64 // when the last one was, in nanoseconds of the clock
	largest  atomic.Int64 // samples of the largest call
}

// newOutlet is filled with silence already, because a device begins by asking.
func newOutlet(c clock, count *counters, late *lateness, more chan<- struct{}) *outlet {
	o := &outlet{
		heartbeat: heartbeat{clock: c, lateness: late},
		ring:      newRing(ringRoom),
		more:      more,
		count:     count,
	}
	o.ring.write(make([]int16, prefill))
	return o
}

// fill is the device's callback.
func (o *outlet) fill(pcm []int16) {
	n := o.ring.read(pcm)
	clear(pcm[n:])
	o.beat(len(pcm))
	if n < len(pcm) {
		o.missed()
	}
	if int64(len(pcm)) > o.largest.Load() {
		o.largest.Store(int64(len(pcm)))
	}
	wake(o.more)
}

// missed counts an underrun. A device that starts asks for its whole buffer at
// once; giving it silence then is not one.
func (o *outlet) missed() {
	now := o.lastBeat()
	if now-o.first < startingTime {
		return
	}
	o.underrun.Store(int64(now))
	o.count.underruns.Add(1)
}

// depth is how many samples are kept ready: two frames, or one more than the
// device takes at once, and one more while underruns are fresh.
func (o *outlet) depth(now time.Duration) int {
	want := max(prefill, int(o.largest.Load())+FrameSize)
	if at := o.underrun.Load(); at != 0 && now-time.Duration(at) < cautious {
		want += FrameSize
	}
	return min(want, o.ring.size()-FrameSize)
}

// inlet is the port of a capture device.
type inlet struct {
	heartbeat
	ring  *ring
	more  chan<- struct{}
	count *counters
}

// maxBacklog bounds the voice that waits for the mic goroutine; what is older is
// dropped, because a delay once taken would stay for the rest of the call.
const maxBacklog = 5 * FrameSize

func newInlet(c clock, count *counters, more chan<- struct{}) *inlet {
	return &inlet{
		heartbeat: heartbeat{clock: c, lateness: &count.mic},
		ring:      newRing(ringRoom),
		more:      more,
		count:     count,
	}
}

// deliver is the device's callback.
func (i *inlet) deliver(pcm []int16) {
	if i.ring.write(pcm) < len(pcm) {
		i.count.overruns.Add(1)
	}
	i.beat(len(pcm))
	wake(i.more)
}

// trim drops what is too old.
func (i *inlet) trim() {
	allowed := max(maxBacklog, 2*int(i.size.Load()))
	if over := i.ring.depth() - allowed; over > 0 {
		i.ring.discard(over)
		i.count.overruns.Add(1)
	}
}
