package audio

import "time"

// jitterBuffer decides what is played when. It knows packets and times, not
// sound: what it decides, the player turns into voice. All times are in samples
// at 48 kHz, and "now" is how many samples the sound card has pulled, so that the
// buffer follows the card's clock. Another one only tells where between two pulls a
// packet came.
//
// The rules:
//
//   - Playing begins when the first packet has waited as long as the network's
//     delays require, and again so after a pause.
//   - Nothing to play: the time stands still while concealment bridges it, so that
//     a packet that is only late is heard whole, and the depth has grown by what
//     was missing. After patience, the voice has paused.
//   - A description of noise ends the voice at once, and the noise fills the pause.
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

	goal   goal
	now    int64     // samples pulled
	at     time.Time // of the last pull
	unit   int64     // samples in the packet decoded last
	guards bool      // the next packet mends a loss
	loss   float64   // share of packets missing lately

	playing bool
	next    int64      // time of the next sample to decode
	taken   int64      // no number up to this is awaited
	debt    int64      // concealment since the last packet, not yet set against a hole
	waited  int64      // samples pulled since a packet waits for the beginning
	pause   noiseShape // the noise of the pause now
	noisy   bool       // there is one, and it has a noise
}

// The bounds, in samples.
const (
	maxDepth  = Rate * 400 / 1000 // of what waits
	maxGap    = maxDepth          // a longer hole is not bridged but jumped
	patience  = Rate * 200 / 1000 // how long nothing may come before it is a pause
	slack     = FrameSize         // by which timestamps of packets in a row may be wrong
	usualUnit = 2 * FrameSize     // a packet, before one was decoded
)

// maxPayload is in bytes: no network packet holds more.
const maxPayload = 1500

func newJitterBuffer(clockRate int) *jitterBuffer {
	b := &jitterBuffer{delays: newDelays(), unit: usualUnit}
	b.goal.depth = b.delays.depth()
	b.order = newSequencer(clockRate)
	return b
}

// changeClock begins anew with another codec. What is known of the network stays.
func (b *jitterBuffer) changeClock(clockRate int) {
	b.count.settle()
	b.count.discard(b.queue.count)
	b.queue.clear()
	b.delays.forgetBase()
	b.order = newSequencer(clockRate)
	b.unit, b.playing, b.debt, b.noisy = usualUnit, false, 0, false
}

// push takes a packet.
func (b *jitterBuffer) push(p Packet) {
	if len(p.Payload) > maxPayload {
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
	if len(p.Payload) > 0 && !p.Noise {
		b.jitter.note(p, b.order.perTick)
		b.delays.add(b.arrival(p.At), media)
	}
	if seq <= b.taken {
		b.count.late++
		return
	}
	b.store(queued{seq: seq, media: media, marked: p.Marker, noise: p.Noise, payload: p.Payload})
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
	b.count.discard(b.queue.count)
	b.queue.clear()
	b.delays.forgetBase()
	b.count.begin(seq)
	b.jitter.forget()
	for i := range b.seen {
		b.seen[i] = seq - 1 - queueSlots
	}
	b.taken, b.playing, b.debt, b.noisy = seq-1, false, 0, false
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
	b.count.discard(1)
}

// arrival is when a packet came, in samples pulled: before the next pull by as much time
// as is left until that. One that is late, or not known when, is thought to be next.
func (b *jitterBuffer) arrival(at time.Time) int64 {
	if at.IsZero() || b.at.IsZero() {
		return b.now
	}
	since := min(max(at.Sub(b.at), 0), FrameDuration)
	return b.now - FrameSize + int64(samples(since))
}

// pulled moves the time on.
func (b *jitterBuffer) pulled(n int, at time.Time) {
	b.at = at
	b.now += int64(n)
	if !b.playing && b.queue.count > 0 {
		b.waited += int64(n)
	}
	b.goal.aim(b.wanted(), b.delays.base)
}

// played tells how many samples the packet that was taken had.
func (b *jitterBuffer) played(n int) {
	b.unit = int64(n)
	b.next += int64(n)
}

// spoiled tells that it could not be decoded; as much was invented.
func (b *jitterBuffer) spoiled() {
	b.count.discard(1)
	b.count.concealed += b.unit
	b.next += b.unit
}
