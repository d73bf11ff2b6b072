package treat

import (
	"math"
	"time"
)

// Echo takes from the microphone what it hears of the loudspeaker, so that a caller
// does not hear himself. A canceller takes what it has learned to foresee; what
// that leaves is turned down where it would stand out of the room's noise and of
// the operator's voice.
type Echo struct {
	canceller *canceller
	overlap
	floor noiseFloor
	left  [heard]float64 // power of echo that the canceller leaves
	prior [heard]float64 // ratio of voice to it that the last frame came to
	leak  leak
}

var _ Stage = (*Echo)(nil)

const (
	caution     = 2          // times what is thought to be left of the echo
	echoInertia = 0.9        // of the ratio
	leastVoice  = 1e-3       // where the gain is -60 dB; the room's noise is left in any case
	certain     = 1e6        // a ratio at which nothing is to be taken
	top         = heard - 32 // the lines from here on speak for those that are not heard
)

// NewEcho makes the stage for one microphone.
func NewEcho() *Echo { return &Echo{canceller: newCanceller()} }

// Process implements Stage.
func (e *Echo) Process(near, far []int16) {
	e.canceller.cancel(near, far)
	e.estimate()
	e.look(near)
	e.suppress()
	e.put(near)
}

// Delay implements Stage: the canceller has none.
func (e *Echo) Delay() time.Duration { return duration(lap) }

// estimate says how much echo the canceller has left: what it doubts of, or as much
// of the echo as is regularly found afterwards. The window looks back into the
// frame before.
func (e *Echo) estimate() {
	c := e.canceller
	e.leak.note(&c.echo, &c.rest)
	for k := range e.left {
		now := max(share*c.unsure[k], e.leak.at(k)*square(c.echo[k]))
		e.left[k] = max(now, e.left[k]*0.6)
		if e.left[k] < 1 {
			e.left[k] = 0
		}
	}
}

// suppress turns down what is echo.
func (e *Echo) suppress() {
	var sum float64
	for k := range heard {
		g := e.gain(k, square(e.spectrum[k]))
		e.spectrum[k] *= complex(g, 0)
		if k >= top {
			sum += g
		}
	}
	e.floor.next()
	g := complex(sum/(heard-top)*e.canceller.remains(top), 0)
	for k := heard; k < lines; k++ {
		e.spectrum[k] *= g
	}
}

// gain of a line of power p.
func (e *Echo) gain(k int, p float64) float64 {
	noise := e.floor.noise[k]
	if e.left[k] <= noise {
		noise = e.floor.note(k, p)
	}
	if e.left[k] == 0 {
		e.prior[k] = certain
		return 1
	}
	ratio := min(p/(caution*e.left[k]), certain)
	voice := max(echoInertia*e.prior[k]+(1-echoInertia)*max(ratio-1, 0), leastVoice)
	g := voice / (1 + voice)
	e.prior[k] = g * g * ratio
	if p*g*g < noise {
		g = min(1, math.Sqrt(noise/p)) // the room stays as it is, so that no hole is heard
	}
	return g
}

// leak is the share of the echo that is found in what is left: how far the one goes
// up and down with the other (Valin 2007). What goes wrong most, clocks that differ,
// grows with the frequency, so that each band has its own.
type leak struct {
	echo, rest  [heard]float64 // powers, smoothed
	both, alone [bands]float64
}

const (
	leakPace  = 0.1
	leakLasts = 0.02
	mostLeak  = 4
	bandWidth = 16 // lines
	bands     = (heard + bandWidth - 1) / bandWidth
)

func (l *leak) note(echo, rest *band) {
	for b := range l.both {
		l.both[b] *= 1 - leakLasts
		l.alone[b] *= 1 - leakLasts
	}
	for k, y := range echo {
		py, pe := square(y)+leastNoise, square(rest[k])+leastNoise
		l.echo[k] += (py - l.echo[k]) * leakPace
		l.rest[k] += (pe - l.rest[k]) * leakPace
		l.both[k/bandWidth] += (py - l.echo[k]) * (pe - l.rest[k])
		l.alone[k/bandWidth] += (py - l.echo[k]) * (py - l.echo[k])
	}
}

// at is the share at a line.
func (l *leak) at(k int) float64 {
	b := k / bandWidth
	if l.alone[b] < 1 {
		return 0
	}
	return min(max(l.both[b]/l.alone[b], 0), mostLeak)
}
