// Package codec holds the voice codecs that need no C library: G.711 in its two
// laws and G.722. Inside the program voice has 48 kHz; these codecs have 8 and
// 16 kHz, so each half of a codec carries its resampler, and each decoder its
// concealment of lost packets.
//
//	PCMA, PCMU   8 kHz, 300–3400 Hz, 64 kbit/s   payload types 8 and 0
//	G722        16 kHz, 50–7000 Hz, 64 kbit/s    payload type 9
package codec

import (
	"errors"
	"fmt"

	"permanence/audio"
)

// The codecs. They are in no order: the caller knows what is preferred.
var (
	PCMA audio.Codec = law{name: "PCMA", payloadType: 8, pack: packA, expand: ExpandA}
	PCMU audio.Codec = law{name: "PCMU", payloadType: 0, pack: packMu, expand: ExpandMu}
	G722 audio.Codec = wideband{}
)

// rtpClock is 8000 Hz for all three. For G.722 that is a mistake of RFC 1890,
// kept on purpose (RFC 3551 §4.5.2).
const rtpClock = 8000

var errEmpty = errors.New("empty payload")

// encoder is the half that speaks: down to the codec's rate, then packed.
type encoder struct {
	name string
	down *audio.Resampler
	pack func(dst []byte, pcm []int16) []byte
	pcm  []int16 // 20 ms at the codec's rate
}

func newEncoder(name string, rate int, pack func([]byte, []int16) []byte) (audio.Encoder, error) {
	down, err := audio.NewResampler(audio.Rate, rate)
	if err != nil {
		return nil, fmt.Errorf("%s encoder: %w", name, err)
	}
	return &encoder{name: name, down: down, pack: pack, pcm: make([]int16, 0, rate/50)}, nil
}

// Encode implements audio.Encoder.
func (e *encoder) Encode(dst []byte, pcm []int16) ([]byte, error) {
	if len(pcm) != 2*audio.FrameSize {
		return dst, fmt.Errorf("%s encoder: %d samples instead of %d", e.name, len(pcm), 2*audio.FrameSize)
	}
	e.pcm = e.down.Process(e.pcm[:0], pcm)
	return e.pack(dst, e.pcm), nil
}

// Expect does nothing: these codecs cannot protect themselves.
func (*encoder) Expect(float64) {}

// unpacker turns payloads into voice at the codec's rate.
type unpacker interface {
	unpack(dst []int16, payload []byte) []int16
	// peek is unpack, and it never was.
	peek(dst []int16, payload []byte) []int16
	// miss tells that a loss begins.
	miss()
	// lead is for how many samples after a loss the voice is not yet what it was.
	lead() int
}

// decoder is the half that hears: unpacked, mended where packets were lost, then
// up to 48 kHz. Mending before resampling keeps the filter's memory true.
type decoder struct {
	unpacker
	name   string
	step   int // samples at 48 kHz for one of the codec's
	mend   *audio.Concealer
	up     *audio.Resampler
	pcm    []int16
	ahead  []int16 // of the packet after a loss
	seam   []int16 // invented for the lead after the loss
	missed bool    // nothing was decoded since the last loss
}

func newDecoder(name string, rate int, u unpacker) (audio.Decoder, error) {
	up, err := audio.NewResampler(rate, audio.Rate)
	if err != nil {
		return nil, fmt.Errorf("%s decoder: %w", name, err)
	}
	d := &decoder{unpacker: u, name: name, step: audio.Rate / rate, up: up}
	d.mend = audio.NewConcealer(rate)
	d.pcm, d.ahead = make([]int16, 0, rate/10), make([]int16, 0, rate/10)
	return d, nil
}

var _ audio.Guarded = (*decoder)(nil)

// Guarded implements audio.Guarded: a loss is mended better when it is known what
// follows.
func (*decoder) Guarded() bool { return true }

// Decode implements audio.Decoder. Any bytes are legal in these codecs, so only
// an empty payload is an error.
func (d *decoder) Decode(dst []int16, payload []byte) ([]int16, error) {
	if len(payload) == 0 {
		return dst, fmt.Errorf("%s decoder: %w", d.name, errEmpty)
	}
	d.pcm = d.unpack(d.pcm[:0], payload)
	copy(d.pcm, d.seam)
	d.mend.Heard(d.pcm)
	d.seam, d.missed = d.seam[:0], false
	return d.up.Process(dst, d.pcm), nil
}

// Conceal implements audio.Decoder. The next payload tells where the voice has to
// arrive.
func (d *decoder) Conceal(dst []int16, n int, next []byte) []int16 {
	if n <= 0 {
		return dst
	}
	if !d.missed {
		d.miss()
	}
	d.seam, d.missed = d.seam[:0], true
	end := len(dst) + n
	d.pcm = d.mend.Conceal(d.pcm[:0], (n+d.step-1)/d.step)
	if len(next) > 0 {
		d.meet(next)
	}
	return d.up.Process(dst, d.pcm)[:end]
}

// meet joins what was invented with the payload that follows, beyond its lead.
func (d *decoder) meet(next []byte) {
	d.ahead = d.peek(d.ahead[:0], next)
	lead := d.lead()
	if len(d.ahead) <= lead {
		return
	}
	n := len(d.pcm)
	d.pcm = d.mend.Beyond(d.pcm, lead)
	d.mend.Join(d.pcm, d.ahead[lead:])
	d.seam = append(d.seam, d.pcm[n:]...)
	d.pcm = d.pcm[:n]
}
