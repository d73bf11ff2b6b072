package sound

import (
	"math"

	"permanence/audio"
)

// activity tells whether anybody spoke: voice stands out from the noise of its own
// line, whatever that is.
type activity struct {
	frames int
	levels [1 - quietest]int // frames of each level, in dBFS
}

// quietest is the level of digital silence, in dBFS.
const quietest = -96

// Voice is what is 12 dB above the noise, or above loud for certain, and never what
// is below faint. A tenth of all frames is no louder than the noise: even who speaks
// without a pause has syllables.
const (
	aboveNoise = 12
	faint      = -55
	loud       = -35
	spoken     = 30 // frames in all: 300 ms, a short word
)

// add counts one frame and returns its level.
func (a *activity) add(f audio.Frame) int {
	level := frameLevel(f)
	a.levels[level-quietest]++
	a.frames++
	return level
}

// threshold is the level from which on a frame is voice.
func (a *activity) threshold() int {
	noise, below := quietest, 0
	for i, n := range a.levels {
		if below += n; below*10 > a.frames {
			noise = quietest + i
			break
		}
	}
	return min(max(noise+aboveNoise, faint), loud)
}

// silent reports whether nobody said anything.
func (a *activity) silent() bool {
	voiced := 0
	for _, n := range a.levels[a.threshold()-quietest:] {
		voiced += n
	}
	return voiced < spoken
}

// frameLevel is the level of a frame in whole dBFS, a square wave of full scale
// being 0.
func frameLevel(f audio.Frame) int {
	var sum float64
	for _, s := range f {
		sum += float64(s) * float64(s)
	}
	power := sum / float64(len(f)) / (math.MinInt16 * math.MinInt16)
	return int(min(max(10*math.Log10(power), quietest), 0))
}
