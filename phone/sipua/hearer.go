package sipua

import (
	"fmt"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/emiago/diago/media"
	"github.com/pion/rtp"

	"permanence/audio"
)

// hearer takes in the RTP of a call: voice for the receiver, keys for the desk.
type hearer struct {
	onKey   func(rune)
	learned func(netip.AddrPort) // the peer really sends from here

	mu       sync.Mutex
	latch    latch
	crypto   *protection
	opener   *opener
	receiver *audio.Receiver
	codec    audio.Codec
	pt       uint8
	keys     format
	noise    uint8       // payload type that describes pauses
	deaf     bool        // they wait: what still comes is not played
	tape     *audio.Tape // keeps what is heard, played or not; nil when none
	stats    reception
	total    uint64
	firstAt  time.Time
	lifeAt   time.Time // the last RTP or RTCP
	keyAt    uint32    // RTP timestamp of the last key
	keySeen  bool
}

func (h *hearer) use(a agreement) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.codec == nil || h.codec.Name() != a.codec.Name() {
		dec, err := a.codec.NewDecoder()
		if err != nil {
			return fmt.Errorf("%s decoder: %w", a.codec.Name(), err)
		}
		if h.receiver == nil {
			h.receiver = audio.NewReceiver(dec, a.codec.ClockRate())
		} else {
			h.receiver.Reset(dec, a.codec.ClockRate())
		}
		h.codec, h.stats = a.codec, reception{}
	}
	if !h.crypto.sameRemote(a.crypto) {
		o, err := newOpener(a.crypto, h.opener)
		if err != nil {
			return err
		}
		h.opener = o
	}
	h.crypto = a.crypto
	h.pt, h.keys, h.noise = a.pt, a.keys, comfortNoise
	if a.noise.name != "" {
		h.noise = a.noise.pt
	}
	h.latch.expect(a.rtp)
	return nil
}

func (h *hearer) setDeaf(deaf bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.deaf = deaf
}

func (h *hearer) keepOn(t *audio.Tape) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.tape = t
}

// Speak fills a frame with the other party's voice.
func (h *hearer) Speak(ear audio.Frame) {
	h.mu.Lock()
	r, deaf, tape := h.receiver, h.deaf, h.tape
	h.mu.Unlock()
	if r == nil {
		clear(ear)
		return
	}
	r.Pull(ear, time.Now()) // also while deaf, so that nothing old is heard afterwards
	if tape != nil {
		tape.There(ear)
	}
	if deaf {
		clear(ear)
	}
}

// read takes packets until the socket is closed.
func (h *hearer) read(conn *net.UDPConn, guarded func(func())) {
	buf := make([]byte, 2048)
	for {
		n, from, err := conn.ReadFromUDPAddrPort(buf)
		if err != nil {
			if closed(err) {
				return
			}
			continue
		}
		guarded(func() { h.packet(buf[:n], plain(from), time.Now()) })
	}
}

func (h *hearer) packet(b []byte, from netip.AddrPort, at time.Time) {
	if len(b) < 12 || b[0]>>6 != 2 || h.refuses(from, at) {
		return
	}
	var p rtp.Packet
	b, ok := h.keyed().openRTP(b)
	if !ok || media.RTPUnmarshal(b, &p) != nil || len(p.Payload) == 0 {
		return
	}
	key, moved := h.take(&p, from, at)
	if moved.IsValid() {
		h.learned(moved)
	}
	if key != 0 {
		h.onKey(key)
	}
}

// refuses tells whether a packet from there would not be heard whatever is in it,
// so that a flood from elsewhere costs no cryptography.
func (h *hearer) refuses(from netip.AddrPort, at time.Time) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.latch.refuses(from, at)
}

// keyed is what the peer's packets are opened with.
func (h *hearer) keyed() *opener {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.opener
}

// take sorts a packet in. It returns a key pressed for the first time, and the
// peer's address if it was just learned.
func (h *hearer) take(p *rtp.Packet, from netip.AddrPort, at time.Time) (key rune, moved netip.AddrPort) {
	h.mu.Lock()
	defer h.mu.Unlock()
	isKey := h.keys.name != "" && p.PayloadType == h.keys.pt
	isNoise := p.PayloadType == h.noise && p.PayloadType != h.pt && !isKey
	if h.codec == nil || (p.PayloadType != h.pt && !isKey && !isNoise) {
		return 0, moved
	}
	before := h.latch.target()
	if !h.latch.accept(from, at) {
		return 0, moved
	}
	if now := h.latch.target(); now != before {
		moved = now
	}
	if h.total++; h.firstAt.IsZero() {
		h.firstAt = at
	}
	h.lifeAt = at
	if p.SSRC != h.stats.ssrc {
		h.keySeen = false // another source has another clock
	}
	h.stats.take(p.SSRC, p.SequenceNumber, p.Timestamp, at, h.codec.ClockRate())
	voice := audio.Packet{
		Sequence: p.SequenceNumber, Timestamp: p.Timestamp, Marker: p.Marker, Payload: p.Payload, Noise: isNoise, At: at,
	}
	if isKey {
		// They share the voice's numbers: an empty packet is one that came and
		// holds no voice, so that it is not taken for a loss.
		voice.Payload = nil
	}
	h.receiver.Push(voice)
	if isKey {
		return h.key(p), moved
	}
	return 0, moved
}

// comfortNoise is the static payload type of RFC 3389. Gateways send it whether it
// was agreed on or not.
const comfortNoise = 13

// key reads a telephone-event. Every packet of one key has the same timestamp;
// the first that arrives counts (RFC 4733 §2.5.2.2).
func (h *hearer) key(p *rtp.Packet) rune {
	var e media.DTMFEvent
	if media.DTMFDecode(p.Payload, &e) != nil || e.Event > 15 {
		return 0
	}
	if h.keySeen && int32(p.Timestamp-h.keyAt) <= 0 {
		return 0
	}
	h.keySeen, h.keyAt = true, p.Timestamp
	return media.DTMFToRune(e.Event)
}

// heard is when the peer was last heard.
func (h *hearer) heard() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.lifeAt
}

// alive counts RTCP as a sign of life from a peer that says nothing.
func (h *hearer) alive(at time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.lifeAt = at
}

// tally is what was heard until now.
func (h *hearer) tally() tally {
	h.mu.Lock()
	t := tally{lifeAt: h.lifeAt, packets: h.total, skipped: h.stats.skipped, gaps: h.stats.gaps, packet: packetDelay}
	if h.codec != nil {
		t.codec = h.codec.Name()
		if h.stats.packet > 0 {
			t.packet = time.Duration(h.stats.packet) * time.Second / time.Duration(h.codec.ClockRate())
		}
	}
	receiver := h.receiver
	h.mu.Unlock()
	if receiver != nil {
		s := receiver.Stats()
		t.concealed, t.depth = s.Concealed, s.Depth
	}
	return t
}

// peer is where the other side's RTP comes from.
func (h *hearer) peer() netip.AddrPort {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.latch.target()
}
