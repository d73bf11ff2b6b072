package audio

import "math"

// noiseShape is a noise: how loud, and where in the spectrum. The speaker's side
// describes it (RFC 3389 §3), or it was found in what was heard.
type noiseShape struct {
	rms   float64             // of a 16-bit sample
	order int                 // how many of the following are known
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

// noiseLike finds the noise that sounds like a piece of voice of some milliseconds:
// its level, and by linear prediction its spectrum (Levinson and Durbin's
// recursion).
func noiseLike(pcm []int16) noiseShape {
	var r [noiseOrder + 1]float64
	for lag := range r {
		for i := lag; i < len(pcm); i++ {
			r[lag] += float64(pcm[i]) * float64(pcm[i-lag])
		}
	}
	s := noiseShape{rms: math.Sqrt(r[0] / float64(max(1, len(pcm))))}
	if s.rms < 1 {
		return noiseShape{}
	}
	rest := r[0]*1.0001 + 1 // a floor 40 dB down keeps the recursion stable
	var a [noiseOrder + 1]float64
	for m := range s.k {
		k := r[m+1]
		for i := range m {
			k += a[i] * r[m-i]
		}
		s.k[m] = min(max(-k/rest, -0.99), 0.99)
		before := a
		for i := range m {
			a[i] += s.k[m] * before[m-1-i]
		}
		a[m] = s.k[m]
		rest *= 1 - s.k[m]*s.k[m]
	}
	s.order = noiseOrder
	return s
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

// hiss makes noise of a shape, the same each time it begins. The zero value is
// ready.
type hiss struct {
	seed  uint32
	delay [noiseOrder]float64
}

// next is a sample; gain is that of the excitation.
func (h *hiss) next(gain float64, s *noiseShape) float64 {
	h.seed = h.seed*1664525 + 1013904223
	return h.filter(gain*(float64(h.seed)/(1<<31)-1), s)
}

// filter is the lattice form of the synthesis filter, stable for any coefficients
// below 1. Their sign is that of browsers and gateways, A(z) = 1 + k·z⁻¹: a noise
// like a room's has a negative first one.
func (h *hiss) filter(x float64, s *noiseShape) float64 {
	for m := s.order - 1; m >= 0; m-- {
		x -= s.k[m] * h.delay[m]
		if m+1 < s.order {
			h.delay[m+1] = h.delay[m] + s.k[m]*x
		}
	}
	h.delay[0] = x
	return x
}

// comfort fills a pause with noise, so that it does not sound like a dead line. It
// is made at 8 kHz, which is what descriptions are of, and belongs to one goroutine.
type comfort struct {
	gain   float64 // of the excitation
	hiss   hiss
	narrow [noiseRate / 100]int16
	widen  *Resampler
}

// noiseRate is 8 kHz.
const noiseRate = Rate / 6

// gainPace lets a noise change over 50 ms when it is described anew.
const gainPace = 1.0 / 400

// begin starts a pause.
func (c *comfort) begin(s noiseShape) {
	if c.widen == nil {
		c.widen, _ = NewResampler(noiseRate, Rate) // cannot fail: both rates are known
	}
	c.gain, c.hiss.delay = s.excitation(), [noiseOrder]float64{}
}

// frame appends 10 ms of it to dst.
func (c *comfort) frame(dst []int16, s noiseShape) []int16 {
	target := s.excitation()
	for i := range c.narrow {
		c.gain += (target - c.gain) * gainPace
		c.narrow[i] = clip(float32(c.hiss.next(c.gain, &s)))
	}
	return c.widen.Process(dst, c.narrow[:])
}
