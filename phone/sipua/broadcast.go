package sipua

import (
	"math"

	"permanence/audio"
)

// saying is what a call wants its other side to hear. Silence is sent like a voice and
// not described (RFC 3389): routers and trunks need the packets, RTCP counts them, and
// many peers that agreed to comfort noise play none.
type saying int

const (
	nothing   saying = iota // the other side does not want to hear us
	silence                 // packets go on, the room is not in them
	meanwhile               // likewise, with the call's music if it has any
	room                    // the microphone
)

// broadcast decides for each frame what the other side hears: an announcement before
// all else, then what the call says. It belongs to the speaker, under its lock.
type broadcast struct {
	says     saying
	announce *announcement // nil when none
	music    *music        // nil is silence
	from     origin        // what the last frame was
	last     int16         // its last sample
}

// origin is where a frame comes from.
type origin struct {
	kind  saying
	sound any // the announcement or the music
}

// fill makes a frame of the microphone into one of what is to be heard, and reports
// whether it is somebody's words: the operator's, or an announcement.
func (b *broadcast) fill(f audio.Frame) (spoken bool) {
	from := b.choose(f)
	if from != b.from {
		join(f, b.last)
	}
	b.from, b.last = from, f[len(f)-1]
	return from.kind == room
}

// choose fills the frame with what is on now.
func (b *broadcast) choose(f audio.Frame) origin {
	if a := b.announce; a != nil {
		if a.next(f) {
			return origin{room, a}
		}
		b.announce = nil
	}
	switch {
	case b.says == room:
		return origin{kind: room}
	case b.says == meanwhile && b.music != nil && b.music.next(f):
		return origin{meanwhile, b.music}
	}
	clear(f)
	return origin{kind: silence}
}

// seam is how long one sound takes to become another: 5 ms, too short to be heard
// and long enough not to click.
const seam = audio.FrameSize / 2

// join leads from the sample before a frame to its first, so that a sound may end
// and another begin anywhere. Of what was before nothing is heard but that sample.
func join(f audio.Frame, last int16) {
	step := int(last) - int(f[0])
	for i := range seam {
		f[i] = int16(min(max(int(f[i])+step*(seam-i)/seam, math.MinInt16), math.MaxInt16))
	}
}

// music is a sound over and over. It remembers its place from one wait to the next.
type music struct{ source audio.Source }

func (m *music) next(f audio.Frame) bool {
	if m.source.Next(f) {
		return true
	}
	m.source.Skip(0)
	return m.source.Next(f)
}
