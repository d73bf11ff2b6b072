package audio

import "time"

// pulse tells whether a device calls, to the one goroutine that looks.
type pulse struct {
	calls uint64        // as last seen
	last  time.Duration // when they last grew; 0 before the first
}

// stalled is the silence after which the ticker takes a device's place, unless
// the device is known to call more rarely. It is far above what a busy scheduler
// does to a goroutine.
const stalled = 100 * time.Millisecond

// feel looks at a port's calls.
func (p *pulse) feel(port *Port, now time.Duration) {
	if calls := port.memory.Calls.Load(); calls != p.calls {
		p.calls, p.last = calls, max(1, now)
	}
}

// alive looks, and reports whether the device calls.
func (p *pulse) alive(port *Port, now time.Duration) bool {
	p.feel(port, now)
	patience := max(stalled, 4*duration(int(port.memory.Size.Load())))
	return p.last != 0 && now-p.last < patience
}

// The bounds of what waits for the earpiece. A goroutine that is woken has a frame
// of time, or what the device takes at once. That nearly always suffices; each time
// it did not, or hardly, another frame is kept ready, so that a busy computer costs
// delay and no gaps. What is not needed for a while is given up frame by frame.
const (
	prefill     = 2 * FrameSize
	mostReserve = 5 * FrameSize
	cautious    = 30 * time.Second
)

// outlet is the console's end of a playback device.
type outlet struct {
	*Port
	pulse   pulse
	seam    seam
	broken  bool          // the next frame does not continue the last
	trouble uint64        // calls that found too little, or nearly, as last seen
	reserve int           // samples kept ready beyond what a calm computer needs
	careful time.Duration // until when none of them is given up
}

// newOutlet is filled with silence already, because a device begins by asking.
func newOutlet(more Bell) *outlet {
	o := &outlet{Port: NewPort(more), broken: true}
	o.Bring(make([]int16, prefill))
	return o
}

// wants is how many samples are to be ready now; below that the device wakes us.
func (o *outlet) wants(now time.Duration) int {
	o.adapt(now)
	n := min(max(FrameSize, int(o.memory.Largest.Load()))+o.reserve, PortSize-FrameSize)
	o.memory.Mark.Store(int64(n))
	return n
}

// adapt keeps one more frame ready after trouble, and one less after a while without.
// Several calls in trouble since the last look are one delay of ours, and one frame.
func (o *outlet) adapt(now time.Duration) {
	switch t := o.memory.Missed.Load() + o.memory.Tight.Load(); {
	case t != o.trouble:
		o.trouble, o.careful = t, now+cautious
		o.reserve = min(o.reserve+FrameSize, mostReserve)
	case o.reserve > 0 && now >= o.careful:
		o.careful = now + cautious
		o.reserve -= FrameSize
	}
}

// play brings a frame to the device.
func (o *outlet) play(f Frame) {
	o.seam.pass(f, o.broken)
	o.broken = false
	o.Bring(f)
}

// inlet is the console's end of a capture device.
type inlet struct {
	*Port
	pulse pulse
}

func newInlet(more Bell) *inlet { return &inlet{Port: NewPort(more)} }

// maxBacklog bounds the voice that waits for the mic goroutine; what is older is
// dropped, because a delay once taken would stay for the rest of the call.
const maxBacklog = 5 * FrameSize

// trim drops what is too old, and reports whether there was any.
func (i *inlet) trim() bool {
	allowed := max(maxBacklog, 2*int(i.memory.Size.Load()))
	over := i.Depth() - allowed
	i.ring.discard(over)
	return over > 0
}
