package codec

import (
	"github.com/zaf/g711"

	"permanence/audio"
)

// law is G.711 with one of its two tables (RFC 3551 §4.5.14).
type law struct {
	name        string
	payloadType uint8
	pack        func(dst []byte, pcm []int16) []byte
	expand      func(dst []int16, payload []byte) []int16
}

const narrowRate = 8000

// Name implements audio.Codec.
func (l law) Name() string { return l.name }

// ClockRate implements audio.Codec.
func (l law) ClockRate() int { return rtpClock }

// PayloadType implements audio.Codec.
func (l law) PayloadType() uint8 { return l.payloadType }

// NewEncoder implements audio.Codec.
func (l law) NewEncoder() (audio.Encoder, error) { return newEncoder(l.name, narrowRate, l.pack) }

// NewDecoder implements audio.Codec.
func (l law) NewDecoder() (audio.Decoder, error) {
	return newDecoder(l.name, narrowRate, expander(l.expand))
}

// expander unpacks G.711, each sample by itself.
type expander func(dst []int16, payload []byte) []int16

func (e expander) unpack(dst []int16, payload []byte) []int16 { return e(dst, payload) }

func (e expander) peek(dst []int16, payload []byte) []int16 { return e(dst, payload) }

func (expander) miss() {}

func (expander) lead() int { return 0 }

func packA(dst []byte, pcm []int16) []byte {
	for _, s := range pcm {
		dst = append(dst, g711.EncodeAlawFrame(s))
	}
	return dst
}

// ExpandA appends the samples of A-law bytes.
func ExpandA(dst []int16, payload []byte) []int16 {
	for _, b := range payload {
		dst = append(dst, g711.DecodeAlawFrame(b))
	}
	return dst
}

func packMu(dst []byte, pcm []int16) []byte {
	for _, s := range pcm {
		dst = append(dst, g711.EncodeUlawFrame(s))
	}
	return dst
}

// ExpandMu appends the samples of µ-law bytes.
func ExpandMu(dst []int16, payload []byte) []int16 {
	for _, b := range payload {
		dst = append(dst, g711.DecodeUlawFrame(b))
	}
	return dst
}
