package treat

import "math"

// power is the mean square of a frame, 1 being a square wave at full scale: what
// ITU-T G.100.1 calls dBov, as a ratio.
func power(f []int16) float64 {
	var sum float64
	for _, s := range f {
		sum += float64(s) * float64(s)
	}
	return sum / float64(len(f)) / (fullScale * fullScale)
}

func decibels(power float64) float64 { return 10 * math.Log10(power) }

// speechLevel measures how loud somebody speaks, and not how much: pauses do not
// count, as in ITU-T P.56, method B. Unlike there it works while the voice comes,
// and noise that does not vary is not speech, however loud.
type speechLevel struct {
	envelope float64
	ground   ground
	hangover int     // frames that count still after the last loud one
	heard    int     // frames of speech until now
	mean     float64 // power of the speech
}

// What counts as speech. P.56 sets a margin of 15.9 dB below the level itself, and
// a hangover of 200 ms.
const (
	envelopePace   = 0.25 // of a frame: 35 ms
	speechOverHum  = 8    // 9 dB over the steady noise
	speechMargin   = 0.0257
	speechHangover = 20
	speechLasts    = 400 // frames over which the level is a mean
)

// quietest is what may be speech at all: -60 dBov.
const quietest = 1e-6

// note takes a frame's power and reports whether it is speech.
func (l *speechLevel) note(p float64) bool {
	if l.envelope < nothing {
		l.envelope = p // the rise out of silence is not the noise's lowest level
	}
	l.envelope += (max(p, nothing/2) - l.envelope) * envelopePace
	hum := l.ground.note(l.envelope)
	if l.envelope > max(quietest, hum*speechOverHum, l.mean*speechMargin) {
		l.hangover = speechHangover
	}
	if l.hangover == 0 {
		return false
	}
	l.hangover--
	l.heard++
	l.mean += (p - l.mean) / float64(min(l.heard, speechLasts))
	return true
}

// known reports whether enough was heard to tell: a second of speech.
func (l *speechLevel) known() bool { return l.heard >= 100 }

// ground follows the noise under a voice: the lowest level of the last seconds
// (the idea of minimum statistics, Martin 2001, without its spectrum). Digital
// silence is no noise: many networks send it in pauses.
type ground struct {
	now, before float64 // lowest in this piece, and in the one before; 0 is none yet
	frames      int     // of this piece
}

const (
	groundLasts = 150  // frames in a piece
	nothing     = 1e-8 // -80 dBov
)

func (g *ground) note(p float64) float64 {
	if p < nothing {
		return g.level()
	}
	if g.now == 0 || p < g.now {
		g.now = p
	}
	g.frames++
	level := g.level()
	if g.frames == groundLasts {
		g.before, g.now, g.frames = g.now, p, 0
	}
	return level
}

func (g *ground) level() float64 {
	if g.before == 0 {
		return g.now
	}
	return min(g.now, g.before)
}
