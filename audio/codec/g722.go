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
	state := g722.NewDecoder(g722.Rate64000, 0)
	return newDecoder(w.Name(), wideRate, func(dst []int16, payload []byte) []int16 {
		room := slices.Grow(dst, 2*len(payload))[:len(dst)+2*len(payload)]
		return room[:len(dst)+state.Decode(room[len(dst):], payload)]
	})
}
