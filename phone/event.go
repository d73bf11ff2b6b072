package phone

import "time"

// Event is something that happened at the telephone. Events of one call arrive
// in order. The concrete types are below; there are no others.
type Event interface{ phoneEvent() }

// LineChanged reports a line's new state.
type LineChanged struct {
	Line   LineID
	State  LineState
	Status int       // SIP status behind a refusal, 0 if none
	Detail string    // the server's words or the network's error, for the log and the tooltip
	Until  time.Time // registered until; or the next try when unreachable
	At     time.Time
}

// CallArrived announces an incoming call; 180 Ringing has been sent.
type CallArrived struct {
	Call   CallID
	Line   LineID
	Invite Invite
	At     time.Time
}

// CallRinging says that an outgoing call rings at the other side. With Early the
// other side sends its own ring-back as media (RFC 3960), so we play none.
type CallRinging struct {
	Call  CallID
	Early bool
	At    time.Time
}

// CallAnswered says that voice may pass: our 200 was sent, or theirs arrived.
type CallAnswered struct {
	Call CallID
	At   time.Time
}

// MediaChanged reports the negotiated codec, direction and protection.
type MediaChanged struct {
	Call     CallID
	Codec    string // "opus", "G722", "PCMA", "PCMU"
	Flow     Flow
	Security Security // never weaker than it was earlier in the call
	At       time.Time
}

// HoldChanged reports who holds the call now; both may.
type HoldChanged struct {
	Call  CallID
	Here  bool // we hold them
	There bool // they hold us
	At    time.Time
}

// DTMFReceived is one key pressed by the other party: 0-9, *, #, A-D.
type DTMFReceived struct {
	Call  CallID
	Digit rune
	At    time.Time
}

// TransferStep says how far a transfer that we asked for has come (RFC 3515).
type TransferStep string

// The steps, in order. After TransferDone the call ends with Transferred; after
// TransferFailed it is as it was before.
const (
	TransferAsked   TransferStep = "asked"   // the other side accepted to call
	TransferRinging TransferStep = "ringing" // it rings there
	TransferDone    TransferStep = "done"
	TransferFailed  TransferStep = "failed"
)

// TransferProgressed tells how the other side of Call fares with a transfer.
type TransferProgressed struct {
	Call   CallID
	Step   TransferStep
	Status int    // SIP status that the third party answered, 0 if unknown
	Detail string // its words
	At     time.Time
}

// CallReferred says that the other side of Call asked us to call somebody else,
// and that we do so under the name New: events of an outgoing call follow. The
// other side ends Call once New is answered.
type CallReferred struct {
	Call   CallID
	New    CallID
	Line   LineID
	Target Identity
	At     time.Time
}

// CallReplaced says that New takes the place of Call: its other side was put
// through to somebody else. New is answered by itself, and held if Call was;
// Call ends with Replaced.
type CallReplaced struct {
	Call   CallID
	New    CallID
	Line   LineID
	Invite Invite // of New
	At     time.Time
}

// ConferenceChanged says which calls hear each other now; none ends it.
type ConferenceChanged struct {
	Calls []CallID
	Here  bool // the operator is in it
	At    time.Time
}

// LampState is what a watched extension does (RFC 4235).
type LampState string

// The states of a lamp.
const (
	LampUnknown LampState = "unknown" // not told, or no longer
	LampFree    LampState = "free"
	LampRinging LampState = "ringing"
	LampBusy    LampState = "busy"
)

// LampChanged reports a watched extension, named as in Line.Watch.
type LampChanged struct {
	Line   LineID
	Target string
	State  LampState
	At     time.Time
}

// MailboxChanged reports the voice messages waiting at the server (RFC 3842).
type MailboxChanged struct {
	Line LineID
	New  int
	Old  int
	At   time.Time
}

// StrangersTurnedAway counts the requests of those who may not call this line.
// It comes at most every ten seconds, however many there are.
type StrangersTurnedAway struct {
	Line  LineID
	Total uint64 // since the line began
	From  string // the address of one of them
	At    time.Time
}

// CallEnded is the last event of a call.
type CallEnded struct {
	Call    CallID
	Cause   EndCause
	Status  int     // SIP status, 0 if none
	Detail  string  // the reason phrase or error, for the log and the tooltip
	Quality Quality // of the whole call, zero when nothing was heard
	At      time.Time
}

// CommandFailed says that a command accepted earlier could not be carried out;
// the call goes on as it was.
type CommandFailed struct {
	Call    CallID
	Command string // "hold", "resume", "dtmf", "transfer", "connect", "conference", "music", "record"
	Detail  string
	At      time.Time
}

func (LineChanged) phoneEvent()   {}
func (CallArrived) phoneEvent()   {}
func (CallRinging) phoneEvent()   {}
func (CallAnswered) phoneEvent()  {}
func (MediaChanged) phoneEvent()  {}
func (HoldChanged) phoneEvent()   {}
func (DTMFReceived) phoneEvent()  {}
func (CallEnded) phoneEvent()     {}
func (CommandFailed) phoneEvent() {}

func (TransferProgressed) phoneEvent()  {}
func (CallReferred) phoneEvent()        {}
func (CallReplaced) phoneEvent()        {}
func (ConferenceChanged) phoneEvent()   {}
func (LampChanged) phoneEvent()         {}
func (MailboxChanged) phoneEvent()      {}
func (StrangersTurnedAway) phoneEvent() {}
