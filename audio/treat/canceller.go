package treat

import "math"

// The echo that is looked for: 250 ms of it, which is the way through both devices
// and a small room, and up to 8 kHz, above which telephones carry nothing.
const (
	reach = 25 // partitions, of one frame each
	heard = 8000*points/rate + 2
)

// band is the lines of a spectrum in which an echo is looked for.
type band [heard]complex128

// canceller learns how the loudspeaker is heard in the microphone, and takes it
// away. It is a filter in partitions of one frame, computed on spectra (Soo and
// Pang 1990, overlap-save), without any delay.
//
// How much is learned from a line of a frame is what a Kalman filter says (Enzner
// and Vary 2006; in partitions: Kuech, Mabande and Enzner 2014): much, where the
// loudspeaker is loud and the filter still doubtful; nothing, where the microphone
// holds more than filter and doubt explain, because then somebody speaks.
type canceller struct {
	fourier
	played [points]float64 // the newest samples of far
	buffer [points]float64
	wide   spectrum

	far    [reach]band // spectra of far, the newest at head
	head   int
	filter [reach]band
	doubt  [reach][heard]float64 // variance of the filter's lines
	near   [heard]float64        // power of what is not echo
	next   int                   // the partition that is tidied next

	echo     band           // of this frame, as the filter has it
	rest     band           // what it leaves of the microphone
	unsure   [heard]float64 // power of echo that may be in rest
	harm     harm
	error    [frameSize]float64
	estimate [frameSize]float64
}

const (
	share      = float64(frameSize) / points // of a spectrum's power that one frame has
	firstDoubt = 0.02                        // 25 of them allow an echo half as strong as the voice
	constancy  = 0.998                       // of a room, per frame
	nearPace   = 0.3
	inaudible  = 1e4 // of a line of far: white noise at -80 dBov
	tidied     = 2   // partitions per frame
)

func newCanceller() *canceller {
	c := &canceller{}
	c.forget()
	return c
}

// forget begins anew.
func (c *canceller) forget() {
	c.filter = [reach]band{}
	for p := range c.doubt {
		for k := range c.doubt[p] {
			c.doubt[p][k] = firstDoubt
		}
	}
}

// cancel takes the echo of far from near.
func (c *canceller) cancel(near, far []int16) {
	c.hear(far)
	c.predict()
	c.subtract(near)
	if c.harm.done(near, c.error[:]) {
		c.forget()
	}
	c.learn()
	for range tidied {
		c.tidy()
	}
	for i, v := range c.error {
		near[i] = clip(v)
	}
}

// hear takes a frame of the loudspeaker.
func (c *canceller) hear(far []int16) {
	copy(c.played[:], c.played[frameSize:])
	for i, s := range far {
		c.played[points-frameSize+i] = float64(s)
	}
	c.forward(&c.wide, &c.played)
	c.head = (c.head + reach - 1) % reach
	copy(c.far[c.head][:], c.wide[:])
}

// at is the spectrum of far that partition p hears now.
func (c *canceller) at(p int) *band { return &c.far[(c.head+p)%reach] }

// predict computes the echo as the filter has it.
func (c *canceller) predict() {
	clear(c.wide[:])
	for p := range c.filter {
		x := c.at(p)
		for k, w := range &c.filter[p] {
			c.wide[k] += w * x[k]
		}
	}
	c.inverse(&c.buffer, &c.wide)
	copy(c.estimate[:], c.buffer[points-frameSize:])
}

// subtract leaves what is not echo, as samples and as a spectrum.
func (c *canceller) subtract(near []int16) {
	for i, s := range near {
		c.error[i] = float64(s) - c.estimate[i]
	}
	c.spectrumOf(&c.rest, &c.error)
	c.spectrumOf(&c.echo, &c.estimate)
}

// spectrumOf transforms one frame.
func (c *canceller) spectrumOf(b *band, f *[frameSize]float64) {
	clear(c.buffer[:points-frameSize])
	copy(c.buffer[points-frameSize:], f[:])
	c.forward(&c.wide, &c.buffer)
	copy(b[:], c.wide[:])
}

// learn moves the filter to where rest would have had less echo.
func (c *canceller) learn() {
	var step [heard]complex128
	var known [heard]float64
	c.doubts()
	for k, e := range &c.rest {
		p := square(e)
		explained := share * c.unsure[k]
		alien := max(p-explained, leastNoise)
		c.near[k] += (alien - c.near[k]) * nearPace
		all := c.unsure[k] + max(c.near[k], alien)/share
		step[k] = e / complex(all, 0)
		known[k] = share / all
	}
	for p := range c.filter {
		c.learnPartition(p, &step, &known)
	}
	c.doubts()
}

// learnPartition moves one partition, and its doubt.
func (c *canceller) learnPartition(p int, step *[heard]complex128, known *[heard]float64) {
	x, w, doubt := c.at(p), &c.filter[p], &c.doubt[p]
	for k, v := range x {
		loud := square(v)
		if loud < inaudible {
			continue // a silence teaches nothing, and nothing is forgotten over it
		}
		d := doubt[k]
		w[k] += complex(d, 0) * conj(v) * step[k]
		d *= 1 - d*loud*known[k]
		doubt[k] = constancy*d + (1-constancy)*square(w[k])
	}
}

// doubts sums up what the filter's doubts make of the loudspeaker.
func (c *canceller) doubts() {
	clear(c.unsure[:])
	for p := range c.doubt {
		x := c.at(p)
		for k, d := range &c.doubt[p] {
			c.unsure[k] += d * square(x[k])
		}
	}
}

// tidy takes from a partition what lies beyond its frame. Spectra know only
// circles, so that learning puts a little there; taken from one partition after the
// other it does not grow.
func (c *canceller) tidy() {
	w := &c.filter[c.next]
	c.next = (c.next + 1) % reach
	copy(c.wide[:], w[:])
	clear(c.wide[heard:])
	c.inverse(&c.buffer, &c.wide)
	clear(c.buffer[points-frameSize+1:])
	c.forward(&c.wide, &c.buffer)
	copy(w[:], c.wide[:])
}

// remains is what is left of an amplitude in the lines from one on.
func (c *canceller) remains(from int) float64 {
	rest, echo := 1.0, 0.0
	for k := from; k < heard; k++ {
		rest += square(c.rest[k])
		echo += square(c.echo[k])
	}
	return math.Sqrt(rest / (rest + echo))
}

// harm notices a filter that adds more than it takes: the room, or the way through
// the devices, is another one.
type harm struct{ before, after float64 }

const (
	harmPace = 0.05 // per frame
	harmful  = 1.25
)

// done reports harm, from what the microphone heard and what the filter made of it.
func (h *harm) done(near []int16, rest []float64) bool {
	var before, after float64
	for i, s := range near {
		before += float64(s) * float64(s)
		after += rest[i] * rest[i]
	}
	h.before += (before - h.before) * harmPace
	h.after += (after - h.after) * harmPace
	if h.after < harmful*h.before+frameSize {
		return false
	}
	*h = harm{}
	return true
}
