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
	Wanted string // the name of the dearest; "" is the system's default
	Using  string // the name of the device in use; "" when there is none
	Lost   bool   // Wanted is not there or does not work: Using, the next dearest, stands in for it
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

// silentLevel is the level of no sound at all.
const silentLevel = -96

// level is a number of dBFS that one goroutine writes and any may read.
type level struct{ bits atomic.Uint64 }

func (l *level) store(dbfs float64) { l.bits.Store(math.Float64bits(dbfs)) }
func (l *level) load() float64      { return math.Float64frombits(l.bits.Load()) }

// duration of n samples.
func duration(n int) time.Duration { return time.Duration(n) * time.Second / Rate }
