package codec

import "permanence/audio"

// wideband is G.722 at 64 kbit/s (ITU-T G.722 09/2012; RFC 3551 §4.5.2). We have it
// of our own because what a decoder knows must stay true while packets are lost.
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
	return newEncoder(w.Name(), wideRate, newWide().pack)
}

// NewDecoder implements audio.Codec.
func (w wideband) NewDecoder() (audio.Decoder, error) {
	return newDecoder(w.Name(), wideRate, &bands{state: newWide()})
}

// wide is one half of G.722, either: a byte is two samples, the higher band's bits
// above the lower band's.
type wide struct {
	mirror
	low  lowBand
	high highBand
}

func newWide() *wide { return &wide{low: newLowBand(), high: newHighBand()} }

// pack appends the bytes of samples, of which there is an even number.
func (w *wide) pack(dst []byte, pcm []int16) []byte {
	for ; len(pcm) >= 2; pcm = pcm[2:] {
		low, high := w.split(pcm[0], pcm[1])
		dst = append(dst, w.high.encode(high)<<6|w.low.encode(low))
	}
	return dst
}

// unpack appends the samples of bytes.
func (w *wide) unpack(dst []int16, payload []byte) []int16 {
	for _, b := range payload {
		first, second := w.join(w.low.decode(b), w.high.decode(b>>6))
		dst = append(dst, first, second)
	}
	return dst
}

// bands unpacks G.722. What it makes of a payload depends on those before.
type bands struct {
	state *wide
	trial wide
}

func (b *bands) unpack(dst []int16, payload []byte) []int16 { return b.state.unpack(dst, payload) }

func (b *bands) peek(dst []int16, payload []byte) []int16 {
	b.trial = *b.state
	return b.trial.unpack(dst, payload)
}

// lead is what the mirror filters still hold of the time before the loss.
func (*bands) lead() int { return 2 * (mirrorTaps - 1) }

// miss lets the predictors trust less in what they know. To lead the decoder through what
// is invented, as the encoder was led through what was said (the idea of Appendix III),
// brings the samples 1.6 dB nearer on the mean, and yet was measured to score less.
func (b *bands) miss() {
	b.state.low.doubt()
	b.state.high.doubt()
}
