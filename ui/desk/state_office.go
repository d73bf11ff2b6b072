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

// OfficeState is what the window shows of the office.
type OfficeState struct {
	Phase   OfficePhase
	Bureau  string    // its name
	Since   time.Time // when the desk was last in step; zero when it never was
	Unsent  int       // changes that the office does not have
	Oldest  time.Time // when the oldest of them was made
	Done    int       // of OfficeCopying: rows copied
	Total   int
	Problem Problem // why it is not in step

	Desk      clients.ID // this desk
	Desks     []Presence // everybody's, this desk's too; by name
	Conflicts []clients.Conflict
	Pairing   *Pairing // the machine is being made a desk; nil when not
	// Operators of the bureau, by ID: who wrote what.
	Operators map[clients.ID]clients.Operator
}

// Linked reports whether the desk belongs to an office.
func (o *OfficeState) Linked() bool { return o.Phase != OfficeAlone }

// Pairing is a machine on its way to being a desk.
type Pairing struct {
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
	Talking bool
	Taken   clients.ID // the desk that has taken it over
}
