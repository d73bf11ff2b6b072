package audio

import "time"

// jitterBuffer decides what is played when. It knows packets and times, not
// sound: what it decides, the player turns into voice. All times are in samples
// at 48 kHz, and "now" is how many samples the sound card has pulled, so that the
// buffer needs no clock and follows the card's.
//
// The rules:
//
//   - Playing begins when the first packet has waited as long as the network's
//     delays require, and again so after a pause.
//   - Nothing to play: the time stands still while concealment bridges it, so that
//     a packet that is only late is heard whole, and the depth has grown by what
//     was missing. After patience, the voice has paused.
//   - A hole with later packets behind it is bridged, and the time goes on.
//   - Late is what has a lower number than something played; timestamps may jump.
//   - What waits is never longer than maxDepth: older packets are dropped.
type jitterBuffer struct {
	order  sequencer
	queue  packetQueue
	delays delays
	seen   [queueSlots]int64 // numbers that came, to tell doubles
	count  tally
	jitter interarrival

	now     int64 // samples pulled
	target  int64 // depth wanted, above base
	base    int64 // the shortest transit, when the target was set
	calm    int   // frames since the target could be lower
	guards  bool  // packets carry copies of the ones before
	unit    int64 // samples in the packet decoded last
	playing bool
	next    int64 // time of the next sample to decode
	taken   int64 // no number up to this is awaited
	debt    int64 // concealment since the last packet, not yet set against a hole
	waited  int64 // samples pulled since a packet waits for the beginning
	missing float64
}

// The bounds, in samples.
const (
	maxDepth   = Rate * 400 / 1000 // of what waits
	maxGap     = maxDepth          // a longer hole is not bridged but jumped
	patience   = Rate * 200 / 1000 // how long nothing may come before it is a pause
	slack      = FrameSize         // by which timestamps of packets in a row may be wrong
	usualUnit  = 2 * FrameSize     // a packet, before one was decoded
	calmFrames = 100               // between two steps of the target down
	maxPayload = 1500              // bytes: no network packet holds more
)

// The share of lost packets is averaged over some five seconds; above lossy the
// buffer holds one packet more when it helps.
const (
	lossWeight = 1.0 / 256
	lossy      = 0.01
)

func newJitterBuffer(clockRate int) *jitterBuffer {
	b := &jitterBuffer{delays: newDelays(), unit: usualUnit}
	b.target = b.delays.depth()
	b.order = newSequencer(clockRate)
	return b
}

// changeClock begins anew with another codec. What is known of the network stays.
func (b *jitterBuffer) changeClock(clockRate int) {
	b.count.settle()
	b.count.discarded += uint64(b.queue.count)
	b.queue.clear()
	b.delays.forgetBase()
	b.order = newSequencer(clockRate)
	b.unit, b.playing, b.debt = usualUnit, false, 0
}

// push takes a packet.
func (b *jitterBuffer) push(p Packet) {
	if len(p.Payload) == 0 || len(p.Payload) > maxPayload {
		b.count.discarded++
		return
	}
	seq, media, where := b.order.order(p)
	if where == restarted {
		b.restart(seq)
	}
	if where == stray || b.double(seq) {
		b.count.discarded++
		return
	}
	b.count.arrive(seq)
	b.jitter.note(p, b.order.perTick)
	b.delays.add(b.now, media)
	if seq <= b.taken {
		b.count.late++
		return
	}
	b.store(queued{seq: seq, media: media, marked: p.Marker, payload: p.Payload})
}

// double reports whether the packet came before, and remembers it. Numbers are
// never as far apart as there are places.
func (b *jitterBuffer) double(seq int64) bool {
	i := seq & (queueSlots - 1)
	before := b.seen[i]
	b.seen[i] = seq
	return before == seq
}

// restart forgets a stream that another one follows.
func (b *jitterBuffer) restart(seq int64) {
	b.count.discarded += uint64(b.queue.count)
	b.queue.clear()
	b.delays.forgetBase()
	b.count.begin(seq)
	b.jitter.forget()
	for i := range b.seen {
		b.seen[i] = seq - 1 - queueSlots
	}
	b.taken, b.playing, b.debt = seq-1, false, 0
}

// store queues a packet, in place of the oldest ones if it must be.
func (b *jitterBuffer) store(p queued) {
	for !b.queue.fits(p.seq) {
		if p.seq < b.queue.last {
			b.count.discarded++
			return
		}
		b.giveUp()
	}
	b.queue.put(p)
	b.count.received++
}

// giveUp drops the oldest packet.
func (b *jitterBuffer) giveUp() {
	b.taken = b.queue.head().seq
	b.queue.drop()
	b.count.discarded++
}

// action is what the player has to do.
type action int

const (
	rest    action = iota // silence
	conceal               // invent n samples
	play                  // invent n samples, then decode payload
	nothing               // all is done that can be done well
)

// decision is an action and its amounts.
type decision struct {
	action  action
	n       int
	payload []byte
}

// decide says what comes next. ready is how many samples are decoded and not yet
// pulled; when they are enough, only what need not be invented is decided. spare
// is memory for the next payload.
func (b *jitterBuffer) decide(ready int, enough bool, spare []byte) decision {
	if !b.playing && !b.begin() {
		return idle(enough, rest)
	}
	if b.overflow(ready) {
		return decision{action: conceal, n: FrameSize}
	}
	head := b.queue.head()
	if head == nil {
		return b.starve(enough)
	}
	hole := b.holeBefore(head)
	switch {
	case hole > 0 && enough:
		return decision{action: nothing}
	case hole > b.unit:
		return b.bridge(hole, b.isPause(head))
	}
	return b.take(hole, spare)
}

// holeBefore is the time that is still missing before the head.
func (b *jitterBuffer) holeBefore(head *queued) int64 {
	hole := b.settleDebt(head)
	inRow := head.seq == b.taken+1
	if hole < 0 || hole > maxGap || inRow && hole <= slack {
		b.next, hole = head.media, 0
	}
	return hole
}

// isPause reports whether a hole before the packet would be the speaker's: none
// is missing, or it begins a talkspurt.
func (b *jitterBuffer) isPause(p *queued) bool { return p.marked || p.seq == b.taken+1 }

func idle(enough bool, otherwise action) decision {
	if enough {
		return decision{action: nothing}
	}
	return decision{action: otherwise, n: FrameSize}
}

// begin starts playing if the first packet has waited long enough.
func (b *jitterBuffer) begin() bool {
	head := b.queue.head()
	if head == nil {
		return false
	}
	if b.now-head.media-b.delays.base < b.target && b.waited < b.target {
		return false
	}
	b.playing, b.waited = true, 0
	b.settleDebt(head)
	b.next, b.taken = head.media, head.seq-1
	return true
}

// overflow drops the oldest packets if too much waits, and reports whether it did.
func (b *jitterBuffer) overflow(ready int) bool {
	if b.queue.count < 2 || b.waiting(ready) <= maxDepth {
		return false
	}
	for b.queue.count > 1 && b.waiting(ready) > b.target+b.unit {
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
	for range min(head.seq-b.taken-1, queueSlots) {
		b.missing += lossWeight * (1 - b.missing)
	}
	b.missing -= lossWeight * b.missing
	b.next, b.taken = head.media, head.seq
	return decision{action: play, n: int(hole), payload: b.queue.pop(spare)}
}

// conceals counts invented voice; what fills a pause is none.
func (b *jitterBuffer) conceals(n int64, pause bool) {
	if !pause {
		b.count.concealed += n
	}
}

// played tells how many samples the packet that was taken had.
func (b *jitterBuffer) played(n int) {
	b.unit = int64(n)
	b.next += int64(n)
}

// spoiled tells that it could not be decoded; as much was invented.
func (b *jitterBuffer) spoiled() {
	b.count.discarded++
	b.count.concealed += b.unit
	b.next += b.unit
}

// pulled moves the time on.
func (b *jitterBuffer) pulled(n int) {
	b.now += int64(n)
	if !b.playing && b.queue.count > 0 {
		b.waited += int64(n)
	}
	b.aim(b.wanted())
}

// aim moves the target: up at once, down slowly. When the way of the packets has
// become longer for good, the base rises, and the place aimed at stays where it is.
func (b *jitterBuffer) aim(want int64) {
	b.target -= max(0, b.delays.base-b.base)
	b.base = b.delays.base
	b.calm++
	if want >= b.target {
		b.target, b.calm = want, 0
	} else if b.calm > calmFrames {
		b.target -= min(b.target-want, max(FrameSize, (b.target-want)/4))
		b.calm = 0
	}
}

// wanted is the depth that the network needs now. A lossy one needs the packet
// behind a hole in hand, if that carries a copy of what is missing.
func (b *jitterBuffer) wanted() int64 {
	want := b.delays.depth()
	if b.guards && b.missing > lossy {
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
	e := b.depth(ready) - b.target
	if e > 2*maxDepth || e < -2*maxDepth {
		return 0 // the sender's clock jumps, and what is played is still before it
	}
	return e
}

// shownDepth is the depth for people. What is invented while nothing comes counts
// when it turns out that nothing was lost.
func (b *jitterBuffer) shownDepth(ready int) time.Duration {
	if !b.playing {
		return 0
	}
	return duration(int(min(max(b.depth(ready)-b.debt, 0), maxDepth)))
}
