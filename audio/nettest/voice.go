package nettest

import (
	"fmt"
	"time"

	"permanence/audio"
)

// Hear sends a voice, by a codec that expects a share of its packets to be lost, and
// returns what is heard at the end of the line, 48 kHz both.
func (n Network) Hear(seed uint64, c audio.Codec, voice []int16, expected float64) (heard []int16, o Outcome, err error) {
	dec, err := c.NewDecoder()
	if err != nil {
		return nil, o, fmt.Errorf("%s decoder: %w", c.Name(), err)
	}
	payloads, err := encode(c, voice, expected)
	if err != nil || len(payloads) == 0 {
		return nil, o, err
	}
	n.clock, n.Length = c.ClockRate(), time.Duration(len(payloads))*n.unit()
	n.payload = func(i int) []byte { return payloads[i%len(payloads)] }
	l := newListener(n, dec)
	l.pulled = func(time.Duration) { heard = append(heard, l.frame...) }
	o = n.play(seed, l)
	return heard, o, nil
}

// encode cuts a voice into packets of 20 ms.
func encode(c audio.Codec, voice []int16, expected float64) (payloads [][]byte, err error) {
	enc, err := c.NewEncoder()
	if err != nil {
		return nil, fmt.Errorf("%s encoder: %w", c.Name(), err)
	}
	enc.Expect(expected)
	for ; len(voice) >= 2*audio.FrameSize; voice = voice[2*audio.FrameSize:] {
		p, err := enc.Encode(nil, voice[:2*audio.FrameSize])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.Name(), err)
		}
		payloads = append(payloads, p)
	}
	return payloads, nil
}
