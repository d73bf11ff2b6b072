package sound

import (
	"io"
	"time"

	"permanence/audio"
	"permanence/audio/opus"
)

// Player plays a kept sound. It is held in memory as it is compressed, and decoded
// packet by packet: 20 ms of voice take about a tenth of a millisecond.
type Player struct {
	*opusStream
	dec    audio.Decoder
	factor float32
	buf    []int16
	ready  []int16 // decoded, and not yet played
	next   int     // packet to decode
	at     int     // samples played
}

var _ audio.Source = (*Player)(nil)

// Open reads a sound that Recorder or Import made, or any other Ogg Opus file in
// mono or stereo of at most MaxBytes. What is none is an *Error.
func Open(src io.Reader) (*Player, error) {
	s, err := readOpus(src)
	if err != nil {
		return nil, err
	}
	dec, err := opus.New().NewDecoder()
	if err != nil {
		return nil, err
	}
	p := &Player{opusStream: s, dec: dec, factor: s.factor(), buf: make([]int16, 0, maxPacket)}
	p.Skip(0)
	return p, nil
}

// Length implements audio.Source.
func (p *Player) Length() time.Duration { return duration(p.length) }

// Next implements audio.Source. A packet that cannot be decoded is silence.
func (p *Player) Next(f audio.Frame) bool {
	n := p.read(f)
	if n == 0 {
		return false
	}
	clear(f[n:])
	return true
}

// read fills pcm as far as the sound goes.
func (p *Player) read(pcm []int16) int {
	pcm = pcm[:min(len(pcm), p.length-p.at)]
	n := 0
	for n < len(pcm) && p.decode() {
		moved := copy(pcm[n:], p.ready)
		p.ready = p.ready[moved:]
		n += moved
	}
	p.at += n
	return n
}

// decode makes samples ready, and reports false when there are no more.
func (p *Player) decode() bool {
	for len(p.ready) == 0 {
		if p.next >= p.count() {
			p.at = p.length
			return false
		}
		p.ready = p.decodePacket(p.packet(p.next))
		p.next++
	}
	return true
}

func (p *Player) decodePacket(packet []byte) []int16 {
	n := packetSamples(packet)
	pcm, err := p.dec.Decode(p.buf[:0], packet)
	if err != nil || len(pcm) != n {
		pcm = p.buf[:n]
		clear(pcm)
	}
	if p.gain != 0 {
		amplify(pcm, p.factor)
	}
	return pcm
}

// preRoll is how much is decoded before a place in the sound so that the decoder
// has forgotten where it was (RFC 7845 §4.6).
const preRoll = 80 * audio.Rate / 1000

// Skip implements audio.Source.
func (p *Player) Skip(to time.Duration) {
	p.at = int(min(max(samples(to), 0), int64(p.length)))
	p.ready = nil
	begin := 0
	p.next = opusHeaders
	for p.next < p.count() {
		n := packetSamples(p.packet(p.next))
		if begin+n > p.at+p.preSkip-preRoll {
			break
		}
		begin += n
		p.next++
	}
	p.pass(p.at + p.preSkip - begin)
}

// pass decodes n samples that are not heard.
func (p *Player) pass(n int) {
	for n > 0 && p.decode() {
		passed := min(n, len(p.ready))
		p.ready = p.ready[passed:]
		n -= passed
	}
}

// amplify multiplies samples, and holds them within 16 bits.
func amplify(pcm []int16, factor float32) {
	for i, s := range pcm {
		pcm[i] = clip(float32(s) * factor)
	}
}
