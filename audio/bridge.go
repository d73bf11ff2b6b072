package audio

// bridge carries a voice from one clock to another: one goroutine writes frames,
// another reads them, and neither waits. What lies between them is bounded and
// kept near a goal by reading a frame a few samples longer or shorter than it is,
// which is not heard. It has exactly one writer and one reader.
type bridge struct {
	ring *ring

	// Of the reader.
	flowing bool
	goal    int                            // samples that should wait
	depth   float64                        // samples that wait, smoothed
	carry   float64                        // of a sample, to be bent by
	buf     [1 + FrameSize + maxBend]int16 // the last sample read before, and what follows
}

const (
	firstGoal  = 3 * FrameSize // two frames may come at once, and one late
	furthest   = 8 * FrameSize // the goal never grows beyond
	bridgeSize = 16 * FrameSize
	maxBend    = 4         // samples in a frame: 0.8 %, ten times what clocks differ by
	bendPace   = 1.0 / 500 // of what is too much or too little, per frame
)

func newBridge() *bridge { return &bridge{ring: newRing(bridgeSize), goal: firstGoal} }

// write takes a frame; one too many is dropped.
func (b *bridge) write(f Frame) {
	if b.ring.size()-b.ring.depth() >= len(f) {
		b.ring.write(f)
	}
}

// read fills a frame, with silence when there is nothing or not enough yet.
func (b *bridge) read(f Frame) {
	waits := b.ring.depth()
	switch {
	case !b.flowing && waits < b.goal:
		clear(f)
		return
	case !b.flowing:
		b.begin(waits)
		b.take(f, FrameSize)
		fadeIn(f)
		return
	case waits < FrameSize+maxBend:
		b.runDry(f)
		return
	case waits > b.goal+furthest:
		b.begin(waits)
	}
	b.take(f, FrameSize+b.bend(waits))
}

// begin leaves what should wait, and drops what is older.
func (b *bridge) begin(waits int) {
	b.ring.discard(waits - b.goal)
	b.flowing, b.depth, b.carry = true, float64(b.goal), 0
}

// runDry ends with what is left, and lets more wait the next time.
func (b *bridge) runDry(f Frame) {
	n := b.ring.read(f)
	fadeOut(f[:n])
	clear(f[n:])
	b.flowing = false
	b.goal = min(b.goal+FrameSize, furthest)
}

// bend is how many samples more than a frame to read.
func (b *bridge) bend(waits int) int {
	b.depth += (float64(waits) - b.depth) / 64
	b.carry += min(max((b.depth-float64(b.goal))*bendPace, -maxBend), maxBend)
	n := int(b.carry)
	b.carry -= float64(n)
	return n
}

// take reads n samples and spreads them evenly over the frame.
func (b *bridge) take(f Frame, n int) {
	b.ring.read(b.buf[1 : 1+n])
	for i := range f {
		at := (i + 1) * n
		k, part := at/FrameSize, at%FrameSize
		if part == 0 {
			f[i] = b.buf[k]
			continue
		}
		f[i] = int16((int(b.buf[k])*(FrameSize-part) + int(b.buf[k+1])*part) / FrameSize)
	}
	b.buf[0] = b.buf[n]
}
