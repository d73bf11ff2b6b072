// Package opus is the Opus codec (RFC 6716) as RTP carries it (RFC 7587), by way
// of libopus. It is the only package that knows that library.
//
// Voice is encoded in mono packets of 20 ms, each of which may also carry a coarse
// copy of the one before it: in-band forward error correction. At 32 kbit/s it costs
// quality, or below 10 % of expected loss is not there at all; at 40 it costs none. So
// a call begins at 40 kbit/s with copies, goes down to 32 without them when the other
// side has reported for half a minute that nothing was lost (Encoder.Expect), and is
// back at the first packet that was; after each such return it stays for twice as long.
// Of voice that loses 5 % in short bursts, that
// makes a score of 3.3 in place of 2.5.
//
// Pauses are sent as they are, without discontinuous transmission. It would save 20
// kbit/s of a pause, and costs what an operator pays for dearly: beginnings of words
// without a copy, gaps in which routers close and trunks suspect a dead call, and
// peers that play no noise and sound as if the line were cut. From others it is taken.
package opus

import (
	"errors"
	"fmt"
	"math"
	"slices"

	libopus "github.com/hraban/opus"

	"permanence/audio"
)

// New returns the codec, with the payload type 111 that most telephones offer.
func New() audio.Codec { return codec{} }

type codec struct{}

// Name implements audio.Codec.
func (codec) Name() string { return "opus" }

// ClockRate implements audio.Codec. It is 48000 whatever is coded (RFC 7587 §4.1).
func (codec) ClockRate() int { return audio.Rate }

// PayloadType implements audio.Codec.
func (codec) PayloadType() uint8 { return 111 }

// NewEncoder implements audio.Codec.
func (codec) NewEncoder() (audio.Encoder, error) { return newEncoder(libopus.AppVoIP) }

// NewFileEncoder encodes for a file: voice and music as faithfully as the bits
// allow, where the encoder of a call brings out what makes speech clear. Its output
// is Lookahead samples late.
func NewFileEncoder() (audio.Encoder, error) { return newEncoder(libopus.AppAudio) }

// Lookahead is how much later than its input the output of an encoder is, in
// samples: 4 ms to align the two layers of the codec, and 2.5 ms of overlap.
const Lookahead = audio.Rate/250 + audio.Rate/400

func newEncoder(use libopus.Application) (audio.Encoder, error) {
	e := &encoder{buf: make([]byte, maxPayload), patience: calm}
	var err error
	if e.lib, err = libopus.NewEncoder(audio.Rate, 1, use); err != nil {
		return nil, fmt.Errorf("opus encoder: %w", err)
	}
	if err := errors.Join(e.lib.SetComplexity(complexity), e.protect(true)); err != nil {
		return nil, fmt.Errorf("opus encoder: %w", err)
	}
	return e, nil
}

// NewDecoder implements audio.Codec.
func (codec) NewDecoder() (audio.Decoder, error) {
	lib, err := libopus.NewDecoder(audio.Rate, 1)
	if err != nil {
		return nil, fmt.Errorf("opus decoder: %w", err)
	}
	return &decoder{lib: lib, copied: make([]int16, 0, longestFrame)}, nil
}

const (
	plainRate     = 32000 // bit/s: voice without audible loss
	protectedRate = 40000 // the same, with copies
	complexity    = 5     // a good half of the work of 10
	maxPayload    = 1275  // bytes of one frame (RFC 6716 §3.2.1)
)

// percent is the loss that libopus is told to expect. From 10 on it makes more of the
// copies than is won by them, however much is lost.
const percent = 5

// calm is how many reports in a row without a loss end the protection: half a minute,
// at a report in five seconds.
const calm = 6

// longestCalm bounds it where losses come again and again: an hour.
const longestCalm = 720

type encoder struct {
	lib       *libopus.Encoder
	buf       []byte // libopus may fill it to its capacity
	protected bool   // packets carry copies
	calm      int    // reports since a loss
	patience  int    // reports without one that end the protection
}

// Encode implements audio.Encoder.
func (e *encoder) Encode(dst []byte, pcm []int16) ([]byte, error) {
	if len(pcm) != 2*audio.FrameSize {
		return dst, fmt.Errorf("opus encoder: %d samples instead of %d", len(pcm), 2*audio.FrameSize)
	}
	n, err := e.lib.Encode(pcm, e.buf)
	if err != nil {
		return dst, fmt.Errorf("opus encoder: %w", err)
	}
	return append(dst, e.buf[:n]...), nil
}

// Expect implements audio.Encoder. It is told of each report.
func (e *encoder) Expect(loss float64) {
	e.calm++
	if loss > 0 {
		e.calm = 0
	}
	protected := e.calm < e.patience
	if protected == e.protected {
		return
	}
	if protected {
		e.patience = min(2*e.patience, longestCalm) // what came back will come again
	}
	_ = e.protect(protected) // cannot fail: it was done before
}

// protect switches the copies, and the bit rate with them.
func (e *encoder) protect(on bool) error {
	e.protected = on
	rate := plainRate
	if on {
		rate = protectedRate
	}
	return errors.Join(e.lib.SetBitrate(rate), e.lib.SetInBandFEC(on), e.lib.SetPacketLossPerc(percent))
}

// maxSamples is 120 ms, the longest packet there is.
const maxSamples = audio.Rate * 120 / 1000

// longestFrame is 60 ms; longer packets have several.
const longestFrame = audio.Rate * 60 / 1000

// grain is 2.5 ms: concealment is made in multiples of it.
const grain = audio.Rate / 400

type decoder struct {
	lib     *libopus.Decoder
	guarded int     // packets for which copies are still expected
	copied  []int16 // room for a copy, of which the end is used
}

var _ audio.Guarded = (*decoder)(nil)

// expected is how many packets without a copy follow one with a copy before the
// sender is thought to have switched copies off. Silence carries none.
const expected = 250

// Guarded implements audio.Guarded.
func (d *decoder) Guarded() bool { return d.guarded > 0 }

// Decode implements audio.Decoder. A stereo payload comes out in mono.
func (d *decoder) Decode(dst []int16, payload []byte) ([]int16, error) {
	dst, room := extend(dst, maxSamples)
	n, err := d.lib.Decode(payload, room)
	if err != nil {
		return dst, fmt.Errorf("opus decoder: %w", err)
	}
	d.guarded = max(0, d.guarded-1)
	if carriesCopy(payload) {
		d.guarded = expected
	}
	return dst[:len(dst)+n], nil
}

// carriesCopy reports whether a packet of one frame holds a copy of the frame
// before: the flag follows the voice activity bits, one for each 20 ms, at the
// beginning of the SILK layer (RFC 6716 §3.1, §4.2.3).
func carriesCopy(payload []byte) bool {
	if len(payload) < 2 {
		return false
	}
	config, frames := payload[0]>>3, payload[0]&3
	if config >= 16 || frames != 0 {
		return false
	}
	flags := 1
	if config < 12 && config&3 >= 2 {
		flags = int(config & 3) // 40 ms have two, 60 ms three
	}
	return payload[1]>>(7-flags)&1 == 1
}

// frameLength is how many samples one frame of a SILK or hybrid packet holds (RFC 6716
// §3.1).
func frameLength(toc byte) int {
	config := int(toc >> 3)
	if config >= 12 {
		return audio.Rate / 100 << (config & 1) // 10 or 20 ms
	}
	return audio.Rate / 100 * [...]int{1, 2, 4, 6}[config&3]
}

// Conceal implements audio.Decoder.
func (d *decoder) Conceal(dst []int16, n int, next []byte) []int16 {
	end := len(dst) + max(n, 0)
	for n > 0 {
		piece := min((n+grain-1)/grain*grain, maxSamples)
		dst = d.conceal(dst, piece, next)
		n -= piece
	}
	return dst[:end]
}

// conceal makes up one piece of voice. The copy in the next packet, if it has
// one, is of the end of what is missing.
func (d *decoder) conceal(dst []int16, n int, next []byte) []int16 {
	if carriesCopy(next) && n < frameLength(next[0]) {
		return d.endOfCopy(dst, n, next)
	}
	dst, room := extend(dst, n)
	var err error
	if len(next) > 0 {
		err = d.lib.DecodeFEC(next, room)
	} else {
		err = d.lib.DecodePLC(room)
	}
	if err != nil {
		clear(room)
	}
	return dst[:len(dst)+n]
}

// endOfCopy appends the last n samples of a copy that came when its beginning was
// already invented; libopus gives whole frames only. It goes on at the height at which
// what was invented ends, and is at its own within 2.5 ms.
func (d *decoder) endOfCopy(dst []int16, n int, next []byte) []int16 {
	_, whole := extend(d.copied, frameLength(next[0]))
	if d.lib.DecodeFEC(next, whole) != nil {
		clear(whole)
	}
	end := whole[len(whole)-n:]
	if len(dst) > 0 {
		lead(end, dst[len(dst)-1])
	}
	return append(dst, end...)
}

// lead bends the beginning of a voice so that it goes on from last.
func lead(pcm []int16, last int16) {
	const span = audio.Rate / 400
	offset := int(last) - int(pcm[0])
	for i := range min(span, len(pcm)) {
		v := int(pcm[i]) + offset*(span-i)/span
		pcm[i] = int16(min(max(v, math.MinInt16), math.MaxInt16))
	}
}

// extend makes room for n samples after dst. libopus writes up to the capacity
// of the room, which therefore ends with it.
func extend(dst []int16, n int) (grown, room []int16) {
	dst = slices.Grow(dst, n)
	end := len(dst) + n
	return dst, dst[len(dst):end:end]
}
