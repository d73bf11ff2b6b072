package audio

import (
	"sync"
	"time"
)

// Packet is one RTP packet of voice (RFC 3550 §5.1), freed of what only the
// network needs. Its payload is of the codec agreed on: comfort noise and
// telephone events are not for the receiver.
type Packet struct {
	Sequence  uint16
	Timestamp uint32 // in units of the codec's ClockRate
	Marker    bool   // first packet after a pause (RFC 3551 §4.1)
	Payload   []byte
	At        time.Time // when it came from the network
}

// ReceiverStats tell how well a voice arrives.
type ReceiverStats struct {
	Depth     time.Duration // how long the voice of a packet that came without delay waits here
	Target    time.Duration // the depth that the network of the last seconds needs
	Concealed time.Duration // voice invented in place of what was missing
	Received  uint64        // packets accepted
	Lost      uint64        // packets that never came (RFC 3550 A.3)
	Late      uint64        // packets that came after their time
	Discarded uint64        // packets refused: double, malformed, or too many
	Jitter    time.Duration // interarrival jitter (RFC 3550 A.8)
	LevelDBFS float64       // loudness of what is played, -96 for silence
}

// Receiver turns packets that arrive anyhow into frames on demand.
type Receiver struct {
	mu    sync.Mutex
	dec   Decoder
	queue [][]byte
	pcm   []int16
	stats ReceiverStats
}

// NewReceiver makes a receiver for a voice that dec decodes and whose RTP clock
// has clockRate Hz.
func NewReceiver(dec Decoder, clockRate int) *Receiver {
	return &Receiver{dec: dec}
}

// Push takes a packet; any goroutine may call it. The payload is copied.
func (r *Receiver) Push(p Packet) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.queue) < 20 {
		r.queue = append(r.queue, append([]byte(nil), p.Payload...))
		r.stats.Received++
	}
}

// Pull fills a frame with the next 10 ms. It belongs to the console's goroutine.
func (r *Receiver) Pull(f Frame) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for len(r.pcm) < len(f) && len(r.queue) > 0 {
		r.pcm, _ = r.dec.Decode(r.pcm, r.queue[0])
		r.queue = r.queue[1:]
	}
	n := copy(f, r.pcm)
	clear(f[n:])
	r.pcm = append(r.pcm[:0], r.pcm[n:]...)
}

// Reset continues with another codec, agreed on in mid-call. Any goroutine may
// call it; dec belongs to the receiver from then on.
func (r *Receiver) Reset(dec Decoder, clockRate int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.dec, r.queue, r.pcm = dec, nil, nil
}

// Stats may be asked by any goroutine.
func (r *Receiver) Stats() ReceiverStats {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.stats
}
