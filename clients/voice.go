package clients

import (
	"slices"
	"strings"
	"time"

	"permanence/phone"
)

// Voice is what a client's callers hear beside the operator, and what is kept of
// what they say.
type Voice struct {
	Greetings []SpokenGreeting `json:"greetings,omitempty"`
	Name      phone.SoundID    `json:"name,omitempty"`  // its name, for the operator's ear alone
	Music     phone.SoundID    `json:"music,omitempty"` // for those who wait; silence when empty
	Wait      Wait             `json:"wait,omitzero"`
	Machines  []Machine        `json:"machines,omitempty"` // the first that applies takes the call
	Recording Recording        `json:"recording,omitzero"`
}

// SpokenGreeting is a greeting in an operator's own voice. It belongs to the
// written greeting that has the same text, with its hours and its language: when
// the text changes, what was recorded is not played any more.
type SpokenGreeting struct {
	Operator ID            `json:"operator"`
	Text     string        `json:"text"`
	Sound    phone.SoundID `json:"sound"`
}

// Wait is the announcement for those who wait while the operator is busy.
type Wait struct {
	Sound phone.SoundID `json:"sound,omitempty"`
	After int           `json:"after,omitempty"` // seconds of ringing after which it plays by itself; 0 only at a key
}

// Machine is one rule by which an answering machine takes a client's calls.
type Machine struct {
	When     ForwardWhen   `json:"when"`
	After    int           `json:"after,omitempty"` // seconds, for ForwardNoAnswer
	Greeting phone.SoundID `json:"greeting"`
	Hours    Week          `json:"hours,omitzero"`    // only then; at any time when empty
	Closed   bool          `json:"closed,omitempty"`  // only outside the client's opening hours
	Seconds  int           `json:"seconds,omitempty"` // that a caller may speak; MachineSeconds when 0
	Off      bool          `json:"off,omitempty"`     // kept, but not in use
}

// How long a machine may let callers speak, in seconds: less is no message, more
// is one that nobody listens to.
const (
	MinMachineSeconds = 10
	MaxMachineSeconds = 600
)

// MachineSeconds is how long a caller may speak when a rule does not say.
const MachineSeconds = 120

// Longest is how long a caller may speak.
func (m Machine) Longest() time.Duration {
	if m.Seconds <= 0 {
		return MachineSeconds * time.Second
	}
	return time.Duration(m.Seconds) * time.Second
}

// MaxRecordingDays is how long a recorded conversation is kept at most (CNIL: six
// months for recordings of calls at work).
const MaxRecordingDays = 180

// Recording says whether conversations are recorded. It never is for a client of
// the health sector, nor without a reason and an announcement.
type Recording struct {
	On           bool          `json:"on,omitempty"`
	Reason       string        `json:"reason,omitempty"`       // what for, as the CNIL asks it to be written down
	Announcement phone.SoundID `json:"announcement,omitempty"` // callers hear it before anything is recorded
	Days         int           `json:"days,omitempty"`         // kept so long
}

// Spoken finds the recording in the operator's voice of a written greeting.
func (v *Voice) Spoken(operator ID, g Greeting) (phone.SoundID, bool) {
	for _, s := range v.Greetings {
		if s.Operator == operator && s.Text == g.Text {
			return s.Sound, true
		}
	}
	return "", false
}

// Machine finds the rule for a situation at now, on the client's wall clock.
func (c *Client) Machine(when ForwardWhen, now time.Time) (Machine, bool) {
	for _, m := range c.Voice.Machines {
		open := c.Hours.Empty() || c.Hours.Open(now)
		if !m.Off && m.When == when && !(m.Closed && open) && (m.Hours.Empty() || m.Hours.Open(now)) {
			return m, true
		}
	}
	return Machine{}, false
}

// Records reports whether conversations of the client are recorded.
func (c *Client) Records() bool {
	r := c.Voice.Recording
	return r.On && !c.Health && strings.TrimSpace(r.Reason) != "" && r.Announcement != "" && r.Days > 0 && r.Days <= MaxRecordingDays
}

// Named lists every sound that the client's card refers to, with what it is for.
func (v *Voice) Named() []Sound {
	list := []Sound{
		{ID: v.Name, Kind: SoundName},
		{ID: v.Music, Kind: SoundMusic},
		{ID: v.Wait.Sound, Kind: SoundWait},
		{ID: v.Recording.Announcement, Kind: SoundNotice},
	}
	for _, g := range v.Greetings {
		list = append(list, Sound{ID: g.Sound, Kind: SoundGreeting, Operator: g.Operator, Title: g.Text})
	}
	for _, m := range v.Machines {
		list = append(list, Sound{ID: m.Greeting, Kind: SoundMachine})
	}
	return slices.DeleteFunc(list, func(s Sound) bool { return s.ID == "" })
}

// Sounds lists the IDs of those sounds.
func (v *Voice) Sounds() []phone.SoundID {
	var list []phone.SoundID
	for _, s := range v.Named() {
		list = append(list, s.ID)
	}
	return list
}

// SoundKind says what a recorded sound is for.
type SoundKind string

// The kinds of sounds. SoundMessage and SoundCall hold a caller's voice.
const (
	SoundGreeting SoundKind = "greeting"
	SoundName     SoundKind = "name"
	SoundMusic    SoundKind = "music"
	SoundWait     SoundKind = "wait"
	SoundMachine  SoundKind = "machine" // what the answering machine says
	SoundNotice   SoundKind = "notice"  // "cet appel est enregistré"
	SoundMessage  SoundKind = "message" // what a caller left on the answering machine
	SoundCall     SoundKind = "call"    // a recorded conversation
)

// Sound is a recorded sound as the store lists it.
type Sound struct {
	ID       phone.SoundID `json:"id"`
	Kind     SoundKind     `json:"kind"`
	Client   ID            `json:"client,omitempty"`
	Operator ID            `json:"operator,omitempty"` // who recorded or imported it
	Call     phone.CallID  `json:"call,omitempty"`
	Title    string        `json:"title,omitempty"`  // the file it came from, the caller
	Reason   string        `json:"reason,omitempty"` // what a conversation was recorded for
	Length   time.Duration `json:"length"`           // nanoseconds
	Made     time.Time     `json:"made"`
	DeleteOn time.Time     `json:"delete_on,omitzero"` // it is deleted then; zero is never
}
