package clients

import (
	"slices"
	"time"
)

// Role says what an operator may do beyond answering.
type Role string

// A Secretary answers, writes and books. A Supervisor also changes operators and
// their rights, pairs and revokes desks, and erases.
const (
	Secretary  Role = "secretary"
	Supervisor Role = "supervisor"
)

// May reports whether the operator has a right to a client: to all, unless the card
// names some. What belongs to no client is everybody's.
func (o Operator) May(client ID) bool {
	if client == "" || len(o.Clients) == 0 || o.Role == Supervisor {
		return true
	}
	return slices.Contains(o.Clients, client)
}

// Equal reports whether two cards say the same.
func (o Operator) Equal(p Operator) bool {
	return o.ID == p.ID && o.Name == p.Name && o.Email == p.Email && o.Role == p.Role && o.Left == p.Left &&
		slices.Equal(o.Clients, p.Clients)
}

// Lease is a free slot that the office has lent to one desk: that desk may promise
// it for certain though the line is cut, and nobody else may.
type Lease struct {
	ID     ID        `json:"id"`
	Client ID        `json:"client"`
	Desk   ID        `json:"desk"`
	Start  time.Time `json:"start"`
	End    time.Time `json:"end"`
	// For is how long after it was received the desk may use it, on a clock that
	// nobody can set; the office waits longer than that before it lends the slot again.
	For time.Duration `json:"for"`
}

// ConflictKind says what is in question.
type ConflictKind string

// The kinds of conflicts. They are never settled by a program.
const (
	ConflictOverlap ConflictKind = "overlap" // two appointments share a moment
	ConflictField   ConflictKind = "field"   // two changed the same field of a card
	ConflictRefused ConflictKind = "refused" // the office could not carry a change out
)

// Conflict is something that two desks did not know of each other, until a person
// has settled it. It keeps both versions whole.
type Conflict struct {
	ID      ID           `json:"id"`
	Kind    ConflictKind `json:"kind"`
	Client  ID           `json:"client,omitempty"`
	Field   string       `json:"field,omitempty"`   // of ConflictField: its JSON name
	Earlier Version      `json:"earlier"`           // what the office had
	Later   Version      `json:"later"`             // what came after it, without knowing of it
	Code    string       `json:"code,omitempty"`    // of ConflictRefused: the word for the sentence
	Settled *Settlement  `json:"settled,omitempty"` // nil while it is open
	Seq     int64        `json:"version,omitempty"`
}

// CodeHeld is the code of what a revoked desk brought up: the office keeps it "à
// vérifier".
const CodeHeld = "office.revoked"

// Held reports whether a conflict is a change that waits for a supervisor, because a
// revoked desk brought it up.
func (c *Conflict) Held() bool { return c.Kind == ConflictRefused && c.Code == CodeHeld }

// Version is one side of a conflict.
type Version struct {
	By    ID        `json:"by,omitempty"` // the operator
	Desk  ID        `json:"desk,omitempty"`
	At    time.Time `json:"at,omitzero"`     // by that desk's clock
	Ref   ID        `json:"ref,omitempty"`   // the appointment
	Name  string    `json:"name,omitempty"`  // of a refused change: its mutation name
	Value string    `json:"value,omitempty"` // the field's JSON, or the change's arguments; the appointment, where it is read to be shown
}

// Settlement is how a person settled a conflict.
type Settlement struct {
	By     ID        `json:"by"`
	At     time.Time `json:"at"`
	Choice Choice    `json:"choice"`
	Reason string    `json:"reason,omitempty"` // of a change that was held
}

// Choice is what was chosen.
type Choice string

// The choices. What follows from one (a field put back, an appointment cancelled)
// is a mutation of its own that the desk sends with it.
const (
	KeepEarlier Choice = "earlier"
	KeepLater   Choice = "later"
	KeepBoth    Choice = "both"
	KeepOther   Choice = "other" // something else was written
)
