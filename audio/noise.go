package audio

import (
	"math"
	"math/rand/v2"
)

// noiseShape is the noise of a pause, as the speaker's side describes it (RFC 3389
// §3): how loud, and where in the spectrum.
type noiseShape struct {
	rms   float64             // of a 16-bit sample
	order int                 // how many of the following were told
	k     [noiseOrder]float64 // reflection coefficients
}

// noiseOrder is how much of a spectrum is used; more is allowed, and not heard.
const noiseOrder = 12

// readNoise reads a description. The level is in dB below the loudest square wave;
// a coefficient of N is 258·(N-127)/32768.
func readNoise(payload []byte) noiseShape {
	var s noiseShape
	if len(payload) == 0 {
		return s
	}
	s.rms = (fullScale + 1) * math.Pow(10, -float64(payload[0]&0x7f)/20)
	for _, n := range payload[1:min(len(payload), 1+noiseOrder)] {
		s.k[s.order] = min(max(258*(float64(n)-127)/32768, -0.99), 0.99) // 1 would ring for ever
		s.order++
	}
	return s
}

// comfort makes such a noise, so that a pause does not sound like a dead line. It
// is made at 8 kHz, which is what the description is of, and belongs to one
// goroutine.
type comfort struct {
	gain   float64 // of the excitation
	delay  [noiseOrder]float64
	narrow [FrameSize / 6]int16
	widen  *Resampler
}

// gainPace lets a noise change over 50 ms when it is described anew.
const gainPace = 1.0 / 400

// begin starts a pause.
func (c *comfort) begin(s noiseShape) {
	if c.widen == nil {
		c.widen, _ = NewResampler(Rate/6, Rate) // cannot fail: both rates are known
	}
	c.gain, c.delay = s.excitation(), [noiseOrder]float64{}
}

// excitation is the gain at which uniform noise comes out of the filter as loud as
// described.
func (s *noiseShape) excitation() float64 {
	power := 3.0 // of what one unit of uniform noise lacks to 1
	for _, k := range s.k[:s.order] {
		power *= 1 - k*k
	}
	return s.rms * math.Sqrt(power)
}

// frame appends 10 ms of it to dst.
func (c *comfort) frame(dst []int16, s noiseShape) []int16 {
	target := s.excitation()
	for i := range c.narrow {
		c.gain += (target - c.gain) * gainPace
		c.narrow[i] = clip(float32(c.filter(c.gain*(2*rand.Float64()-1), &s)))
	}
	return c.widen.Process(dst, c.narrow[:])
}

// filter is the lattice form of the synthesis filter, stable for any coefficients
// below 1. Their sign is that of browsers and gateways, A(z) = 1 + k·z⁻¹: a noise
// like a room's has a negative first one.
func (c *comfort) filter(x float64, s *noiseShape) float64 {
	for m := s.order - 1; m >= 0; m-- {
		x -= s.k[m] * c.delay[m]
		if m+1 < s.order {
			c.delay[m+1] = c.delay[m] + s.k[m]*x
		}
	}
	c.delay[0] = x
	return x
}
