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

// MediaChanged reports the negotiated codec and direction.
type MediaChanged struct {
	Call  CallID
	Codec string // "opus", "G722", "PCMA", "PCMU"
	Flow  Flow
	At    time.Time
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

// CallEnded is the last event of a call.
type CallEnded struct {
	Call   CallID
	Cause  EndCause
	Status int    // SIP status, 0 if none
	Detail string // the reason phrase or error, for the log and the tooltip
	At     time.Time
}

// CommandFailed says that a command accepted earlier could not be carried out;
// the call goes on as it was.
type CommandFailed struct {
	Call    CallID
	Command string // "hold", "resume", "dtmf"
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
