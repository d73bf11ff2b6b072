package audio

// queued is a packet that waits for its time.
type queued struct {
	seq     int64
	media   int64 // time of its first sample, in samples at 48 kHz
	marked  bool  // it begins a talkspurt
	noise   bool  // the payload describes the pause that begins
	payload []byte
}

// queueSlots bounds the packets that wait: 400 ms of the shortest packets that
// are in use (5 ms), and room for reordering.
const queueSlots = 128

// packetQueue keeps packets in the order of their numbers. Slots keep their
// memory, so that a stream in its stride allocates nothing.
type packetQueue struct {
	slots [queueSlots]queued
	used  [queueSlots]bool
	first int64 // no number below is in the queue
	last  int64 // no number above is
	count int
}

// clear forgets all packets.
func (q *packetQueue) clear() {
	clear(q.used[:])
	q.count = 0
}

// has reports whether the packet with this number waits already.
func (q *packetQueue) has(seq int64) bool {
	i := seq & (queueSlots - 1)
	return q.used[i] && q.slots[i].seq == seq
}

// put stores a copy. The caller has made room and knows that it is not double.
func (q *packetQueue) put(p queued) {
	i := p.seq & (queueSlots - 1)
	p.payload = append(q.slots[i].payload[:0], p.payload...)
	q.slots[i], q.used[i] = p, true
	if q.count == 0 {
		q.first, q.last = p.seq, p.seq
	}
	q.first, q.last = min(q.first, p.seq), max(q.last, p.seq)
	q.count++
}

// fits reports whether the number can be stored without dropping older ones.
func (q *packetQueue) fits(seq int64) bool {
	return q.count == 0 || max(seq, q.last)-min(seq, q.first) < queueSlots
}

// head is the packet with the lowest number, nil when there is none.
func (q *packetQueue) head() *queued {
	if q.count == 0 {
		return nil
	}
	for !q.has(q.first) {
		q.first++
	}
	return &q.slots[q.first&(queueSlots-1)]
}

// newest is the packet with the highest number; the queue is not empty.
func (q *packetQueue) newest() *queued { return &q.slots[q.last&(queueSlots-1)] }

// pop removes the head, and gives its payload in exchange for buf, whose memory
// the slot uses from now on.
func (q *packetQueue) pop(buf []byte) []byte {
	s := q.head()
	payload := s.payload
	s.payload = buf
	q.used[s.seq&(queueSlots-1)] = false
	q.first = s.seq + 1
	q.count--
	return payload
}

// drop removes the head.
func (q *packetQueue) drop() {
	s := q.head()
	s.payload = q.pop(s.payload)
}
