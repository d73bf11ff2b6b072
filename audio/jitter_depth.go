package audio

import "time"

// goal is the depth that the buffer aims at.
type goal struct {
	depth int64 // samples above base
	base  int64 // the shortest transit when it was set
	calm  int   // frames since it was last moved
}

// calmFrames are between two steps down.
const calmFrames = 100

// aim moves the goal: up at once, down slowly. When the way of the packets has
// become longer for good, the base rises, and the place aimed at stays where it is.
func (g *goal) aim(want, base int64) {
	g.depth -= max(0, base-g.base)
	g.base = base
	g.calm++
	if want >= g.depth {
		g.depth, g.calm = want, 0
	} else if g.calm > calmFrames {
		g.depth -= min(g.depth-want, max(FrameSize, (g.depth-want)/4))
		g.calm = 0
	}
}

// The share of lost packets is averaged over some five seconds; above lossy the
// buffer holds one packet more when it helps.
const (
	lossWeight = 1.0 / 256
	lossy      = 0.01
)

// noteLoss takes so many missing packets, and one that came, into the average.
func (b *jitterBuffer) noteLoss(missing int64) {
	for range min(missing, queueSlots) {
		b.loss += lossWeight * (1 - b.loss)
	}
	b.loss -= lossWeight * b.loss
}

// wanted is the depth that the network needs now. A lossy one needs the packet
// behind a hole in hand, if that helps to mend it.
func (b *jitterBuffer) wanted() int64 {
	want := b.delays.depth()
	if b.unit%FrameSize != 0 {
		want += FrameSize // packets may be needed at any place of a frame
	}
	if b.guards && b.loss > lossy {
		want += b.unit
	}
	return max(minMargin, min(want, maxDepth-2*b.unit))
}

// depth is how long the voice of a packet that comes without delay now waits.
func (b *jitterBuffer) depth(ready int) int64 {
	return b.now - (b.next - int64(ready)) - b.delays.base
}

// excess is how much deeper the buffer is than it should be, if that can be told.
func (b *jitterBuffer) excess(ready int) int64 {
	if !b.playing || b.debt > 0 || b.delays.count == 0 {
		return 0
	}
	e := b.depth(ready) - b.goal.depth
	if e > 2*maxDepth || e < -2*maxDepth {
		return 0 // the sender's clock jumps, and what is played is still before it
	}
	split := b.split(ready)
	return wholeFrames(e-split) + split
}

// wholeFrames is by how many of them, in samples, the time in hand before a packet is
// needed may be shorter, or must be longer when it is less than none.
func wholeFrames(spare int64) int64 {
	switch {
	case spare < 0:
		return (spare+1)/FrameSize*FrameSize - FrameSize
	case spare > firmness:
		return (spare - firmness) / FrameSize * FrameSize
	}
	return 0
}

// firmness is by how much more than a frame must be in hand for one to be left out, so
// that none comes and goes at a bound.
const firmness = Rate / 400

// split is how much of the frame in which the next packet is needed is voice from before
// it. The packet has to be there that much before it is heard, so that the least delay
// is had when packets begin with frames. Those that do not fill frames begin anywhere.
func (b *jitterBuffer) split(ready int) int64 {
	if b.unit%FrameSize != 0 {
		return 0
	}
	return int64(ready) % FrameSize
}

// shownDepth is the depth for people. What is invented while nothing comes counts
// when it turns out that nothing was lost.
func (b *jitterBuffer) shownDepth(ready int) time.Duration {
	if !b.playing {
		return 0
	}
	return duration(int(min(max(b.depth(ready)-b.debt, 0), maxDepth)))
}
