package audio

import (
	"maps"
	"math"
	"slices"
	"sync/atomic"
	"time"
)

// Role is one of the three uses of a sound device.
type Role string

// The three roles: she speaks into one, hears callers in another, and the phone
// rings on the third, which may be the loudspeakers while she wears a headset.
const (
	Microphone Role = "microphone"
	Earpiece   Role = "earpiece"
	Ringer     Role = "ringer"
)

// roles in the order of the arrays that are indexed by role.
var roles = [roleCount]Role{micIndex: Microphone, earIndex: Earpiece, ringerIndex: Ringer}

const (
	micIndex = iota
	earIndex
	ringerIndex
	roleCount
)

func (r Role) index() (int, bool) {
	i := slices.Index(roles[:], r)
	return i, i >= 0
}

// Use is the device behind a role.
type Use struct {
	Wanted string // the name that was chosen; "" is the system's default
	Using  string // the name of the device in use; "" when there is none
	Lost   bool   // Wanted is not there or does not work: Using stands in for it
}

// What State.Err may say.
const (
	// ErrServer: the sound system does not answer. It is asked again each second.
	ErrServer = "sound.server"
	// ErrDevice: a device could not be opened, or gives no sign of life.
	ErrDevice = "sound.device"
	// ErrMicrophoneSilent: the microphone works and brings nothing at all, not
	// even noise: it is switched off at the headset or refused by the system.
	ErrMicrophoneSilent = "sound.microphone-silent"
)

// State is what the operator must know of her sound.
type State struct {
	Uses      map[Role]Use
	Captures  []string // names one can choose for the microphone
	Playbacks []string // names one can choose for earpiece and ringer
	Silent    bool     // there is neither microphone nor earpiece
	Muted     bool
	Err       string // "" or one of the codes above
	Detail    string // the technical words behind Err
}

func (s State) equal(o State) bool {
	return maps.Equal(s.Uses, o.Uses) && slices.Equal(s.Captures, o.Captures) &&
		slices.Equal(s.Playbacks, o.Playbacks) && s.Silent == o.Silent && s.Muted == o.Muted &&
		s.Err == o.Err && s.Detail == o.Detail
}

// Stats count what a good device never does. They only grow.
type Stats struct {
	Underruns    uint64        // the earpiece or the ringer asked and too little was ready
	Overruns     uint64        // samples of the microphone were dropped to stay on time
	LateEar      uint64        // playback callbacks that came more than a frame late
	LateMic      uint64        // capture callbacks that came more than a frame late
	WorstEarGap  time.Duration // longest time between two callbacks of a living device
	WorstMicGap  time.Duration
	EarDepth     time.Duration // voice waiting for the earpiece now
	StoodIn      uint64        // frames for which the ticker took the earpiece's place
	DevicesBegun uint64        // devices opened so far
}

// counters are the live side of Stats.
type counters struct {
	underruns, overruns atomic.Uint64
	ear, mic            lateness
	stoodIn, begun      atomic.Uint64
}

// lateness counts callbacks that came late.
type lateness struct {
	late  atomic.Uint64
	worst atomic.Int64 // nanoseconds
}

// note counts a gap between callbacks; expected is how long the samples of the
// last one were to last.
func (l *lateness) note(gap, expected time.Duration) {
	if gap > expected+FrameDuration {
		l.late.Add(1)
	}
	if int64(gap) > l.worst.Load() {
		l.worst.Store(int64(gap))
	}
}

// Stats tells how the devices have behaved so far.
func (c *Console) Stats() Stats {
	s := Stats{
		Underruns:    c.count.underruns.Load(),
		Overruns:     c.count.overruns.Load(),
		LateEar:      c.count.ear.late.Load(),
		LateMic:      c.count.mic.late.Load(),
		WorstEarGap:  time.Duration(c.count.ear.worst.Load()),
		WorstMicGap:  time.Duration(c.count.mic.worst.Load()),
		StoodIn:      c.count.stoodIn.Load(),
		DevicesBegun: c.count.begun.Load(),
	}
	if o := c.ear.Load(); o != nil {
		s.EarDepth = duration(o.ring.depth())
	}
	return s
}

// silentLevel is the level of no sound at all.
const silentLevel = -96

// level is a number of dBFS that one goroutine writes and any may read.
type level struct{ bits atomic.Uint64 }

func (l *level) store(dbfs float64) { l.bits.Store(math.Float64bits(dbfs)) }
func (l *level) load() float64      { return math.Float64frombits(l.bits.Load()) }

// duration of n samples.
func duration(n int) time.Duration { return time.Duration(n) * time.Second / Rate }
