package desk

import (
	"time"

	"permanence/clients"
	"permanence/phone"
)

// Announcing is a recorded sound that a caller hears in place of the operator.
type Announcing struct {
	Kind   clients.SoundKind
	Since  time.Time
	Length time.Duration // of all that is announced
}

// Recording is what is being kept of a call.
type Recording struct {
	Sound  phone.SoundID
	Kind   clients.SoundKind // SoundMessage or SoundCall
	Since  time.Time         // zero while the announcement is not over
	Paused bool

	notice phone.SoundID // what the caller must have heard before it begins
	ending bool          // it was stopped, and its end is not told yet
}

// Listening is a sound in the operator's ear. Where it has come to follows from the
// clock: From + now - Since.
type Listening struct {
	Sound phone.SoundID
	From  time.Duration
	Since time.Time
}

// Dictation is a sound that the operator records: a greeting, a client's name.
type Dictation struct {
	As      clients.Sound // its length once it has ended
	Since   time.Time     // zero until the microphone is open
	Most    time.Duration // it ends by itself then
	Ended   bool
	Silent  bool // nothing was heard
	Kept    bool // it is listed, and may be used
	Problem Problem
}

// Importing is a sound file on its way in.
type Importing struct {
	Sound   clients.Sound
	Share   float64 // done, 0..1
	Kept    bool    // it is listed, and may be used
	Problem Problem
}

// Heard is how far a sound of this length has been heard, if the operator listens to
// it now.
func (s *State) Heard(id phone.SoundID, length time.Duration) (at time.Duration, playing bool) {
	l := s.Listening
	if l == nil || l.Sound != id || id == "" {
		return 0, false
	}
	return min(l.From+max(s.Now.Sub(l.Since), 0), length), true
}
