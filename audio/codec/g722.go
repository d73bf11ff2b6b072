package codec

import (
	"slices"

	"github.com/gotranspile/g722"

	"permanence/audio"
)

// wideband is G.722 at 64 kbit/s (RFC 3551 §4.5.2).
type wideband struct{}

const wideRate = 16000

// Name implements audio.Codec.
func (wideband) Name() string { return "G722" }

// ClockRate implements audio.Codec.
func (wideband) ClockRate() int { return rtpClock }

// PayloadType implements audio.Codec.
func (wideband) PayloadType() uint8 { return 9 }

// NewEncoder implements audio.Codec.
func (w wideband) NewEncoder() (audio.Encoder, error) {
	state := g722.NewEncoder(g722.Rate64000, 0)
	return newEncoder(w.Name(), wideRate, func(dst []byte, pcm []int16) []byte {
		room := slices.Grow(dst, len(pcm)/2)[:len(dst)+len(pcm)/2]
		return room[:len(dst)+state.Encode(room[len(dst):], pcm)]
	})
}

// NewDecoder implements audio.Codec.
func (w wideband) NewDecoder() (audio.Decoder, error) {
	return newDecoder(w.Name(), wideRate, &bands{state: g722.NewDecoder(g722.Rate64000, 0)})
}

// bands unpacks G.722. What it makes of a payload depends on those before.
type bands struct {
	state *g722.Decoder
	trial g722.Decoder
}

func (b *bands) unpack(dst []int16, payload []byte) []int16 { return decode(b.state, dst, payload) }

// peek gives nothing after more than 20 ms: the state then is too far from what it
// should be, and blending with it does more harm than good.
func (b *bands) peek(dst []int16, payload []byte, n int) []int16 {
	if n > wideRate/50 {
		return dst
	}
	b.trial = *b.state
	return decode(&b.trial, dst, payload)
}

func decode(state *g722.Decoder, dst []int16, payload []byte) []int16 {
	room := slices.Grow(dst, 2*len(payload))[:len(dst)+2*len(payload)]
	return room[:len(dst)+state.Decode(room[len(dst):], payload)]
}
