package sipua

import (
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/emiago/diago/media"
	"github.com/pion/rtcp"
	"github.com/pion/rtp"

	"permanence/audio"
)

const maxDigits = 64 // keys waiting to be sent

// speaker is the one writer of all RTP of a call: voice, recorded sounds, silence
// and keys share its sequence numbers, so that no gateway reads 4447 where 4711 was
// pressed. It is clocked by the microphone: two frames make a packet.
type speaker struct {
	conn *net.UDPConn
	now  func() time.Time

	mu    sync.Mutex
	codec audio.Codec
	enc   audio.Encoder
	pt    uint8
	keys  format
	to    netip.AddrPort
	broadcast
	tape     *audio.Tape // keeps what is said; nil when none
	packets  *media.RTPPacketWriter
	sequence uint16 // of the next packet
	crypto   *protection
	seal     *sealer
	fresh    bool // the next packet begins a talk spurt
	pcm      []int16
	payload  []byte
	datagram [1500]byte
	digits   []rune
	key      []media.DTMFEvent // what is left to send of the key being sent
	keyAt    int               // packets of it that were sent

	sent     uint64
	octets   uint32 // of this source, for sender reports
	count    uint32
	firstAt  time.Time
	lastAt   time.Time
	reported float64 // loss that the other side told
}

// use takes a new agreement. The encoder stays if the codec does, and the source
// with it; another codec is another source, for its clock may differ, and so is
// another key, so that nobody needs to know how often the numbers wrapped before.
func (s *speaker) use(a agreement) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	recoded := s.codec == nil || s.codec.Name() != a.codec.Name()
	rekeyed := !s.crypto.sameLocal(a.crypto)
	if recoded {
		enc, err := a.codec.NewEncoder()
		if err != nil {
			return fmt.Errorf("%s encoder: %w", a.codec.Name(), err)
		}
		s.codec, s.enc = a.codec, enc
	}
	if rekeyed {
		seal, err := newSealer(a.crypto)
		if err != nil {
			return err
		}
		s.seal, s.crypto = seal, a.crypto
	}
	if recoded || rekeyed {
		s.begin(a)
	}
	s.pt, s.keys = a.pt, a.keys
	return nil
}

// begin makes a new source. Its numbers begin in the lower half, so that one who
// misses the first packets does not miss that they wrapped (RFC 3711 §3.3.1).
func (s *speaker) begin(a agreement) {
	s.count, s.octets, s.key = 0, 0, nil
	s.sequence = uint16(rand.N(1 << 15))
	s.packets = media.NewRTPPacketWriter(s, media.Codec{
		Name: a.codec.Name(), PayloadType: a.pt, SampleRate: uint32(a.codec.ClockRate()),
		SampleDur: 20 * time.Millisecond, NumChannels: 1,
	})
	s.packets.ClockDisable() // the microphone is the clock
	s.packets.DelayTimestamp(rand.Uint32())
}

func (s *speaker) say(what saying) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.says == nothing && what != nothing {
		s.fresh = true
	}
	s.says = what
}

// play has the other side hear an announcement in place of all else; nil ends it.
func (s *speaker) play(a *announcement) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.announce = a
}

// tune sets what is heard while the other side waits; nil is silence.
func (s *speaker) tune(m *music) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.music = m
}

func (s *speaker) keepOn(t *audio.Tape) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tape = t
}

func (s *speaker) aim(to netip.AddrPort) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.to = to
}

// press queues keys.
func (s *speaker) press(digits string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.keys.name == "" || s.says == nothing || len(s.digits)+len(digits) > maxDigits {
		return false
	}
	s.digits = append(s.digits, []rune(digits)...)
	return true
}

// takesKeys tells whether keys can go in RTP at all.
func (s *speaker) takesKeys() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.keys.name != ""
}

// Hear takes a frame of the microphone; every second one sends a packet.
func (s *speaker) Hear(mic audio.Frame) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.enc == nil {
		return
	}
	s.pcm = append(s.pcm, mic...)
	if len(s.pcm) < 2*audio.FrameSize {
		return
	}
	s.tick()
	s.pcm = s.pcm[:0]
}

// tick is called each 20 ms.
func (s *speaker) tick() {
	switch {
	case s.says == nothing:
		s.digits, s.key = nil, nil
		s.packets.DelayTimestamp(s.step())
		s.keepSilence()
	case len(s.key) > 0 || len(s.digits) > 0:
		s.sendKey()
		s.keepSilence()
	default:
		s.sendVoice()
	}
}

// step is 20 ms in the codec's RTP clock.
func (s *speaker) step() uint32 { return uint32(s.codec.ClockRate() / 50) }

func (s *speaker) sendVoice() {
	s.sayFrame(s.pcm[:audio.FrameSize])
	s.sayFrame(s.pcm[audio.FrameSize:])
	payload, err := s.enc.Encode(s.payload[:0], s.pcm)
	if err != nil {
		s.packets.DelayTimestamp(s.step())
		return
	}
	s.payload = payload
	_, _ = s.packets.WriteSamples(payload, s.step(), s.fresh, s.pt)
	s.fresh = false
}

// sayFrame makes a frame of the microphone into what is said, and keeps it if it is
// somebody's words.
func (s *speaker) sayFrame(f audio.Frame) {
	switch spoken := s.fill(f); {
	case s.tape == nil:
	case spoken:
		s.tape.Here(f)
	default:
		s.tape.Here(wordless[:])
	}
}

// wordless is a frame in which nobody says anything.
var wordless [audio.FrameSize]int16

// keepSilence stands for 20 ms in which nothing is said.
func (s *speaker) keepSilence() {
	if s.tape != nil {
		s.tape.Here(wordless[:])
		s.tape.Here(wordless[:])
	}
}

// sendKey sends the next packet of a key: four of its 100 ms, then its end three
// times, which also is the pause before the next key. All carry the timestamp of
// the key's beginning (RFC 4733 §2.5).
func (s *speaker) sendKey() {
	if len(s.key) == 0 {
		s.key, s.keyAt = media.RTPDTMFEncode8000(s.digits[0]), 0
		s.digits = s.digits[1:]
	}
	e := s.key[0]
	e.Duration = uint16(int(e.Duration) * s.keys.clock / 8000)
	_, _ = s.packets.WriteSamples(media.DTMFEncode(e), 0, s.keyAt == 0, s.keys.pt)
	s.key = s.key[1:]
	s.keyAt++
	if len(s.key) == 0 {
		s.packets.DelayTimestamp(uint32(s.keyAt) * s.step())
		s.fresh = true
	}
}

// WriteRTP implements media.RTPWriter on the call's socket.
func (s *speaker) WriteRTP(p *rtp.Packet) error {
	p.SequenceNumber = s.sequence
	s.sequence++
	n, err := p.MarshalTo(s.datagram[:])
	if err != nil {
		return fmt.Errorf("RTP: %w", err)
	}
	b, err := s.seal.sealRTP(s.datagram[:n])
	if err != nil {
		return err
	}
	if _, err := s.conn.WriteToUDPAddrPort(b, s.to); err != nil {
		return fmt.Errorf("RTP: %w", err) // as a lost packet: the next may arrive
	}
	s.sent++
	s.count++
	s.octets += uint32(len(p.Payload))
	s.lastAt = s.now()
	if s.firstAt.IsZero() {
		s.firstAt = s.lastAt
	}
	return nil
}

// expect passes on which share of our packets the other side loses.
func (s *speaker) expect(loss float64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reported = loss
	if s.enc != nil {
		s.enc.Expect(loss)
	}
}

// inTime turns units of our RTP clock, at most a second, into time.
func (s *speaker) inTime(units uint32) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.codec == nil {
		return 0
	}
	clock := uint32(s.codec.ClockRate())
	return time.Duration(min(units, clock)) * time.Second / time.Duration(clock)
}

// sealer is what our RTCP is encrypted with, too.
func (s *speaker) sealer() *sealer {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.seal
}

// source is our SSRC, 0 before there is one.
func (s *speaker) source() uint32 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.packets == nil {
		return 0
	}
	return s.packets.SSRC
}

// senderReport is what RTCP tells about our stream, if something was sent.
func (s *speaker) senderReport(now time.Time) (rtcp.SenderReport, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.count == 0 {
		return rtcp.SenderReport{}, false
	}
	since := now.Sub(s.lastAt).Seconds() * float64(s.codec.ClockRate())
	return rtcp.SenderReport{
		SSRC: s.packets.SSRC, NTPTime: media.NTPTimestamp(now),
		RTPTime:     s.packets.PacketHeader.Timestamp + uint32(int64(since)),
		PacketCount: s.count, OctetCount: s.octets,
	}, true
}
