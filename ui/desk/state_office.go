package desk

import (
	"time"

	"permanence/clients"
	"permanence/phone"
)

// OfficePhase is how a desk stands with its office.
type OfficePhase string

// The phases. OfficeAlone is a desk that belongs to no office.
const (
	OfficeAlone   OfficePhase = ""
	OfficeLogin   OfficePhase = "login"   // the operator must log in
	OfficeCopying OfficePhase = "copying" // the first copy is under way
	OfficeInStep  OfficePhase = "in-step"
	OfficeBehind  OfficePhase = "behind"  // reached, and still catching up
	OfficeCutOff  OfficePhase = "cut-off" // not reached since Since
	OfficeRevoked OfficePhase = "revoked" // this machine is no desk any more
	OfficeTooOld  OfficePhase = "too-old" // this program is older than the office takes
)

// OfficeLink is how the desk stands with its office, as the link tells it: whole each
// time.
type OfficeLink struct {
	Phase   OfficePhase
	Bureau  string    // its name
	Since   time.Time // when the desk was last in step; zero when it never was
	Unsent  int       // changes that the office does not have
	Oldest  time.Time // when the oldest of them was made
	Done    int       // of OfficeCopying: rows copied
	Total   int
	Problem Problem // why it is not in step

	Desk clients.ID // this desk
}

// Linked reports whether the desk belongs to an office.
func (l *OfficeLink) Linked() bool { return l.Phase != OfficeAlone }

// InStep reports whether the office may be asked before something is promised.
func (l *OfficeLink) InStep() bool { return l.Phase == OfficeInStep }

// OfficeState is what the window shows of the office.
type OfficeState struct {
	OfficeLink

	Desks     []Presence         // everybody's, this desk's too; by name
	Conflicts []clients.Conflict // open ones, oldest first
	Settling  *Settling          // a conflict just settled, which may still be taken back; nil when none
	Pairing   *Pairing           // the machine is being made a desk; nil when not
	Login     *Login             // somebody logs in; nil when nobody does
	Password  *PasswordChange    // somebody is given another password; nil when nobody is
	Leaving   bool               // leaving the office was asked for, and is to be confirmed
	Away      *Away              // nil while the operator is here
	// Operators of the bureau, by ID: who wrote what.
	Operators map[clients.ID]clients.Operator
}

// Pairing is a machine on its way to being a desk.
type Pairing struct {
	Address string
	Step    PairingStep
	Problem Problem // with PairingFailed
}

// PairingStep is how far a pairing has come.
type PairingStep string

// The steps of a pairing; the first copy follows it.
const (
	PairingAsked  PairingStep = "asked"
	PairingProved PairingStep = "proved"
	PairingDone   PairingStep = "done"
	PairingFailed PairingStep = "failed"
)

// Login is an operator on her way in.
type Login struct {
	Name    string
	Running bool
	Problem Problem // why it failed
}

// PasswordChange is how far another password has come.
type PasswordChange struct {
	Operator clients.ID
	Running  bool
	Problem  Problem // why it failed; neither running nor failed, it is in use
}

// Away is an operator who is not at her desk.
type Away struct {
	Reason string
	Since  time.Time
}

// Presence is what is seen of a desk of the bureau.
type Presence struct {
	Desk     clients.ID
	DeskName string
	Operator clients.ID
	Name     string
	Standing Standing
	Reason   string
	Client   clients.ID
	Since    time.Time
	Drafts   []RemoteDraft
}

// Standing is what an operator is doing.
type Standing string

// The standings of a desk. Lost has fallen silent without saying so.
const (
	StandingHere Standing = "here"
	StandingCall Standing = "call"
	StandingAway Standing = "away"
	StandingLost Standing = "lost"
	StandingOff  Standing = "off"
)

// RemoteDraft is a message that is half typed on another desk. When that desk is
// lost, it is offered here.
type RemoteDraft struct {
	Ticket  clients.ID
	Message clients.Message
	Caller  phone.Identity
	Called  phone.Number
	Talking bool       // the caller is on the telephone there
	Held    bool       // and waits
	Since   time.Time  // since when the caller is, or is not; by the office's clock
	Taken   clients.ID // the desk that has taken it over
	Of      clients.ID // the message that it was taken over from; told once it is on the disk
	Orphan  bool       // its desk is there, and has it no more
}

// Offer is the draft of a lost desk, which any other may take over.
type Offer struct {
	Desk     clients.ID
	DeskName string
	Name     string    // of whoever was typing
	Since    time.Time // since when the desk is lost
	Draft    RemoteDraft
	Asked    bool // the office is being asked for it
}

// Talked is how long the caller had been on the telephone when the desk was lost; zero
// when the call was over.
func (o *Offer) Talked() time.Duration {
	if !o.Draft.Talking || o.Draft.Since.IsZero() || o.Since.IsZero() {
		return 0
	}
	return max(0, o.Since.Sub(o.Draft.Since))
}

// Origin is from where a message was taken over.
type Origin struct {
	Desk   clients.ID
	Ticket clients.ID // there
	Name   string     // of whoever was typing
	// Message is its own there: the copy here has another ID.
	Message clients.ID `json:",omitempty"`
	// Talking: the caller was on the telephone when the desk was lost.
	Talking bool `json:",omitempty"`
}

// Return is what has become of the desk from which a message was taken over.
type Return string

// The returns. A desk that has put its message away has not returned.
const (
	ReturnNone    Return = ""
	ReturnBack    Return = "back"    // it is there again, and has the message still
	ReturnTalking Return = "talking" // and the caller is on the telephone there: only the line to the office was cut
	ReturnSent    Return = "sent"    // it has sent the message after all
)

// Settling is a conflict whose settlement has not left yet: until then it may be
// taken back.
type Settling struct {
	Conflict clients.Conflict
	Choice   clients.Choice
	Text     string // as in ConflictSettled
	Until    time.Time

	id clients.ID // of the mutation that settles it
}

// Promise is how sure an appointment is that was given to a caller.
type Promise string

// The promises. Without an office an appointment is simply set.
const (
	PromiseNone      Promise = ""
	PromiseAsked     Promise = "asked"     // the office is being asked
	PromiseConfirmed Promise = "confirmed" // the office has it
	PromiseLeased    Promise = "leased"    // certain: the slot is lent to this desk
	PromiseOpen      Promise = "open"      // to be confirmed when the office is back
	PromiseContested Promise = "contested" // somebody else has the slot too
)
