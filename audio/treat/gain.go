package treat

import (
	"math"
	"time"
)

// Gain makes a quiet caller as loud as the others. It only ever raises: a caller
// who is loud enough passes without one bit changed. It learns from speech alone,
// so that neither silence nor noise makes it move, and it moves slowly; only its
// limiter is fast.
type Gain struct {
	speech speechLevel
	moving bool
	gain   float64 // dB, as the speech wants it
	now    float64 // factor at the end of the last frame, with the limiter's say
}

var _ Stage = (*Gain)(nil)

// The aim is the nominal level of speech in the ITU's listening tests (ITU-T P.830).
const (
	gainAim   = -26.0 // dBov of speech
	gainMost  = 18.0  // dB
	gainSlack = 3.0   // dB beside the aim that are left alone
	gainUp    = 0.04  // dB per frame of speech: 4 dB/s
	gainDown  = 0.20
	limit     = 0.7 * fullScale // 3 dB below full scale
	recovery  = 0.02            // of what the limiter took, per frame
	slope     = frameSize / 10  // samples in which a new gain is reached
)

// NewGain makes the gain of one caller.
func NewGain() *Gain { return &Gain{now: 1} }

// Process implements Stage.
func (g *Gain) Process(near, _ []int16) {
	if g.speech.note(power(near)) && g.speech.known() {
		g.steer(gainAim - decibels(g.speech.mean))
	}
	g.apply(near)
}

// Delay implements Stage.
func (g *Gain) Delay() time.Duration { return 0 }

// steer moves the gain by one frame's step towards what is wanted, once that is
// further away than can be called the same.
func (g *Gain) steer(want float64) {
	want = min(max(want, 0), gainMost)
	away := want - g.gain
	switch {
	case math.Abs(away) > gainSlack:
		g.moving = true
	case math.Abs(away) < gainUp:
		g.moving = false
	}
	if g.moving {
		g.gain += min(max(away, -gainDown), gainUp)
	}
}

// apply raises the frame as far as its loudest sample allows.
func (g *Gain) apply(near []int16) {
	if g.gain <= 0 {
		g.gain, g.now = 0, 1
		return
	}
	before := g.now
	wanted := math.Pow(10, g.gain/20)
	g.now = max(1, min(g.now+(wanted-g.now)*recovery, limit/float64(peak(near))))
	step := (g.now - before) / slope
	for i, s := range near {
		before += step
		if i >= slope {
			before = g.now
		}
		near[i] = clip(float64(s) * before)
	}
}

// peak is the largest sample of a frame, 1 at least.
func peak(f []int16) int {
	p := 1
	for _, s := range f {
		p = max(p, int(s), -int(s))
	}
	return p
}
