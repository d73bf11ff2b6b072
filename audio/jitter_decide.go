package audio

// action is what the player has to do.
type action int

const (
	rest    action = iota // silence
	conceal               // invent n samples
	play                  // invent n samples, then decode payload
	soothe                // the noise of a pause
	nothing               // all is done that can be done well
)

// decision is an action and its amounts.
type decision struct {
	action  action
	n       int
	payload []byte
	noise   noiseShape
}

// decide says what comes next. ready is how many samples are decoded and not yet
// pulled; when they are enough, only what need not be invented is decided. spare
// is memory for the next payload.
func (b *jitterBuffer) decide(ready int, enough bool, spare []byte) decision {
	b.passVoiceless()
	if !b.playing && !b.begin() {
		return b.idle(enough)
	}
	if b.overflow(ready) {
		return decision{action: conceal, n: FrameSize}
	}
	head := b.queue.head()
	if head == nil {
		return b.starve(enough)
	}
	hole := b.holeBefore(head, ready)
	switch {
	case hole > 0 && enough:
		return decision{action: nothing}
	case hole > b.unit:
		return b.bridge(hole, b.isPause(head))
	}
	return b.take(hole, spare)
}

// holeBefore is the time that is still missing before the head. A pause of the
// speaker is left out when that brings the depth nearer to what is wanted.
func (b *jitterBuffer) holeBefore(head *queued, ready int) int64 {
	hole := b.settleDebt(head)
	inRow := head.seq == b.taken+1
	if hole < 0 || hole > maxGap || inRow && hole <= max(slack, b.excess(ready)) {
		b.next, hole = head.media, 0
	}
	return hole
}

// isPause reports whether a hole before the packet would be the speaker's: none
// is missing, or it begins a talkspurt.
func (b *jitterBuffer) isPause(p *queued) bool { return p.marked || p.seq == b.taken+1 }

// passVoiceless takes the packets that hold no voice: a hole that they leave in
// the time is a pause.
func (b *jitterBuffer) passVoiceless() {
	for head := b.queue.head(); head != nil && (head.noise || len(head.payload) == 0); head = b.queue.head() {
		if head.noise {
			b.pause, b.noisy = readNoise(head.payload), true
			b.playing, b.debt, b.waited = false, 0, 0
		}
		b.taken = head.seq
		b.queue.drop()
	}
}

// idle fills a pause.
func (b *jitterBuffer) idle(enough bool) decision {
	switch {
	case enough:
		return decision{action: nothing}
	case b.noisy:
		return decision{action: soothe, n: FrameSize, noise: b.pause}
	}
	return decision{action: rest, n: FrameSize}
}

// begin starts playing if the first packet has waited long enough.
func (b *jitterBuffer) begin() bool {
	head := b.queue.head()
	if head == nil {
		return false
	}
	if b.now-head.media-b.delays.base < b.goal.depth && b.waited < b.goal.depth {
		return false
	}
	b.playing, b.waited, b.noisy = true, 0, false
	b.settleDebt(head)
	b.next, b.taken = head.media, head.seq-1
	return true
}

// overflow drops the oldest packets if too much waits, and reports whether it did.
func (b *jitterBuffer) overflow(ready int) bool {
	if b.queue.count < 2 || b.waiting(ready) <= maxDepth {
		return false
	}
	for b.queue.count > 1 && b.waiting(ready) > b.goal.depth+b.unit {
		b.giveUp()
		b.next = b.queue.head().media
	}
	return true
}

// waiting is the voice between the earpiece and the newest packet's end.
func (b *jitterBuffer) waiting(ready int) int64 {
	return b.queue.newest().media + b.unit - b.next + int64(ready)
}

// starve bridges the time in which nothing is there.
func (b *jitterBuffer) starve(enough bool) decision {
	if enough {
		return decision{action: nothing}
	}
	b.debt += FrameSize
	if b.debt > patience {
		b.playing = false
		return decision{action: rest, n: FrameSize}
	}
	return decision{action: conceal, n: FrameSize}
}

// settleDebt sets what was invented while nothing came against the hole before
// the packet that is there now, and returns what is left of the hole.
func (b *jitterBuffer) settleDebt(head *queued) int64 {
	hole := head.media - b.next
	paid := min(b.debt, max(hole, 0))
	b.conceals(b.debt, b.isPause(head) && hole > slack)
	b.next += paid
	b.debt = 0
	return hole - paid
}

// bridge invents the part of a hole that the packet behind it knows nothing of.
func (b *jitterBuffer) bridge(hole int64, pause bool) decision {
	n := min(hole-b.unit, FrameSize)
	b.next += n
	b.conceals(n, pause)
	return decision{action: conceal, n: int(n)}
}

// take gives the head to the player, with what is left of the hole before it.
func (b *jitterBuffer) take(hole int64, spare []byte) decision {
	head := b.queue.head()
	b.conceals(hole, b.isPause(head))
	b.noteLoss(head.seq - b.taken - 1)
	b.next, b.taken = head.media, head.seq
	return decision{action: play, n: int(hole), payload: b.queue.pop(spare)}
}

// conceals counts invented voice; what fills a pause is none.
func (b *jitterBuffer) conceals(n int64, pause bool) {
	if !pause {
		b.count.concealed += n
	}
}
