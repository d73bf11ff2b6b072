package audio

import "time"

// tally counts packets.
type tally struct {
	received, late, discarded uint64
	concealed                 int64 // samples

	first, next int64 // numbers of this stream: its first, and one above its highest
	arrived     int64 // packets of this stream, each once
	before      int64 // lost in the streams before
}

// discard counts packets that had come in time and were not played all the same.
func (t *tally) discard(n int) {
	t.received -= uint64(n)
	t.discarded += uint64(n)
}

// begin starts to count a new stream, of which seq is the first packet.
func (t *tally) begin(seq int64) {
	t.settle()
	t.first, t.next = seq, seq
}

// settle closes the count of a stream.
func (t *tally) settle() {
	t.before = t.lost()
	t.first, t.next, t.arrived = 0, 0, 0
}

// arrive counts a packet that came for the first time.
func (t *tally) arrive(seq int64) {
	t.arrived++
	t.next = max(t.next, seq+1)
}

// lost is RFC 3550 A.3: expected less arrived.
func (t *tally) lost() int64 {
	return t.before + max(0, t.next-t.first-t.arrived)
}

// interarrival is the jitter of RFC 3550 A.8.
type interarrival struct {
	known  bool
	at     time.Time
	ticks  uint32
	jitter float64 // seconds
}

// forget begins anew with a new stream.
func (j *interarrival) forget() { j.known = false }

// note takes a packet; perTick is the length of an RTP tick, in samples. Packets
// without a time of arrival, and jumps of the clock, tell nothing.
func (j *interarrival) note(p Packet, perTick int64) {
	if p.At.IsZero() {
		return
	}
	if j.known {
		sent := float64(int64(int32(p.Timestamp-j.ticks))*perTick) / Rate
		if d := p.At.Sub(j.at).Seconds() - sent; d > -1 && d < 1 {
			j.jitter += (max(d, -d) - j.jitter) / 16
		}
	}
	j.known, j.at, j.ticks = true, p.At, p.Timestamp
}
