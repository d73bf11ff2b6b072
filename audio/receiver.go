package audio

import (
	"sync"
	"time"
)

// Packet is one RTP packet of voice (RFC 3550 §5.1), freed of what only the
// network needs. A packet of the same source that holds no voice, such as a
// telephone event, has an empty payload: the receiver then knows that nothing was
// lost. One that describes the noise of a pause is played until voice comes.
type Packet struct {
	Sequence  uint16
	Timestamp uint32    // in units of the codec's ClockRate
	Marker    bool      // first packet after a pause (RFC 3551 §4.1)
	Payload   []byte    // 1500 bytes at most
	Noise     bool      // the payload is a description of noise (RFC 3389)
	At        time.Time // when it came from the network; zero if not known
}

// Guarded is a Decoder for which it pays to have the next packet in hand when one is
// lost: that may carry a copy, or tell where the voice has to arrive.
type Guarded interface {
	Decoder
	// Guarded reports whether it would pay now.
	Guarded() bool
}

// ReceiverStats tell how well a voice arrives.
type ReceiverStats struct {
	Depth     time.Duration // how long a packet that comes without delay waits here now, at most 400 ms
	Target    time.Duration // the depth that the network of the last seconds needs
	Concealed time.Duration // voice invented in place of what was missing
	Received  uint64        // packets that came in time and were played, or still wait
	Lost      uint64        // packets that never came (RFC 3550 A.3)
	Late      uint64        // packets that came after their time
	Discarded uint64        // packets refused: double, malformed, or too many
	Jitter    time.Duration // interarrival jitter (RFC 3550 A.8)
	LevelDBFS float64       // loudness of what is played, -96 for silence
}

// Receiver turns the packets of one voice, which come anyhow, into frames on
// demand: in order, as soon as the network allows and not sooner, with what is
// missing concealed. It adapts its depth to the delays that it sees and follows
// the drift of the sender's clock, by stretching the voice unheard. It is bounded:
// no more than 400 ms wait, whatever comes.
type Receiver struct {
	mu     sync.Mutex // guards what follows; held for a copy at most, never while decoding
	buffer *jitterBuffer
	dec    Decoder // of the codec agreed on now
	ready  int     // samples that the player has ready
	level  float64

	player *player // of the goroutine that pulls
}

// NewReceiver makes a receiver for a voice that dec decodes and whose RTP clock
// has clockRate Hz. The decoder belongs to the receiver from then on.
func NewReceiver(dec Decoder, clockRate int) *Receiver {
	return &Receiver{
		buffer: newJitterBuffer(clockRate),
		dec:    dec,
		level:  silentLevel,
		player: newPlayer(dec),
	}
}

// Push takes a packet and copies its payload. Any goroutine may call it.
func (r *Receiver) Push(p Packet) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.buffer.push(p)
}

// Pull fills a frame with the next 10 ms, silence when there is no voice, at a time by
// the clock of Packet.At; zero if not known, which costs up to a frame of delay. It
// belongs to one goroutine, and does not allocate.
func (r *Receiver) Pull(f Frame, at time.Time) {
	p := r.player
	p.compact()
	excess := r.look()
	need := len(f)
	if excess >= minExcess {
		need = max(need, stretchNeeds(excess))
	}
	for p.ready() < need && r.advance(p.ready() >= len(f)) {
	}
	p.stretch(excess)
	p.deliver(f)
	r.close(f, at, p.meter.measure(f))
}

// look returns how much too much waits.
func (r *Receiver) look() (excess int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return int(r.buffer.excess(r.player.ready()))
}

// advance makes the next piece of voice ready, and reports false when there is
// none that need not be invented and enough is there.
func (r *Receiver) advance(enough bool) bool {
	d, unit := r.decide(enough)
	if d.action == nothing {
		return false
	}
	decoded, ok := r.player.perform(d, unit)
	if d.action == play {
		r.account(decoded, ok)
	}
	return true
}

// decide asks the buffer what comes next, and hands over the decoder that this is for.
func (r *Receiver) decide(enough bool) (d decision, unit int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.player.dec = r.dec
	d = r.buffer.decide(r.player.ready(), enough, r.player.spare)
	return d, int(r.buffer.unit)
}

// account tells the buffer what became of the packet that it gave.
func (r *Receiver) account(decoded int, ok bool) {
	g, can := r.player.dec.(Guarded)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.buffer.guards = can && g.Guarded()
	if ok {
		r.buffer.played(decoded)
	} else {
		r.buffer.spoiled()
	}
}

// close ends a pull: the time moves on.
func (r *Receiver) close(f Frame, at time.Time, level float64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.buffer.pulled(len(f), at)
	r.ready, r.level = r.player.ready(), level
}

// Reset continues with another codec, agreed on in mid-call. Packets of the old
// one that were not played are dropped; what is known of the network stays. Any
// goroutine may call it; the decoder belongs to the receiver from then on.
func (r *Receiver) Reset(dec Decoder, clockRate int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.dec = dec
	r.buffer.changeClock(clockRate)
}

// Stats may be asked by any goroutine.
func (r *Receiver) Stats() ReceiverStats {
	r.mu.Lock()
	defer r.mu.Unlock()
	b := r.buffer
	return ReceiverStats{
		Depth:     b.shownDepth(r.ready),
		Target:    duration(int(b.goal.depth)),
		Concealed: duration(int(b.count.concealed)),
		Received:  b.count.received,
		Lost:      uint64(b.count.lost()),
		Late:      b.count.late,
		Discarded: b.count.discarded,
		Jitter:    time.Duration(b.jitter.jitter * float64(time.Second)),
		LevelDBFS: r.level,
	}
}
