package clients

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Change is one named mutation of shared data. The name carries a version, and
// once released a name keeps its meaning for ever.
type Change interface{ MutationName() string }

// Mutation is a Change with what makes it unique and accountable. The store
// applies it once per UUID, in one transaction.
type Mutation struct {
	ID     ID        // UUID v7
	At     time.Time // the desk's clock
	Actor  ID        // the operator
	Change Change
}

// CreateClient adds a client. Refused when a DID belongs to another client.
type CreateClient struct {
	Client Client `json:"client"`
}

// PatchClient sets fields of a client by their JSON names, each to a whole new
// value, and says which version its author saw. Patch makes one.
type PatchClient struct {
	Client ID                         `json:"client"`
	Saw    int64                      `json:"saw"`
	Fields map[string]json.RawMessage `json:"fields"`
	// Was are the values that the author saw in these fields, null where there was none.
	// Versions tell that only until the office's data comes from a backup: what was lost
	// and brought again has another number. A field that is missing here goes by Saw alone.
	Was map[string]json.RawMessage `json:"was,omitempty"`
}

// TakeMessage stores a message and queues one delivery per recipient.
type TakeMessage struct {
	Message    Message     `json:"message"`
	Recipients []Recipient `json:"recipients"`
}

// BookAppointment sets an appointment. When it overlaps another it is refused with
// an *OverlapError, unless Anyway or Promised is set: then both become contested.
// A slot that is lent to another desk is refused with a *LentError, unless Promised.
type BookAppointment struct {
	Appointment Appointment `json:"appointment"`
	Anyway      bool        `json:"anyway,omitempty"`
	// Promised: the caller was told, so it is never refused; an overlap is a conflict
	// that every desk shows.
	Promised bool `json:"promised,omitempty"`
	Lease    ID   `json:"lease,omitempty"` // the lease under which it was promised for certain
}

// MoveAppointment gives an appointment another time, under the same rule.
type MoveAppointment struct {
	Appointment ID        `json:"appointment"`
	Start       time.Time `json:"start"`
	End         time.Time `json:"end"`
	Anyway      bool      `json:"anyway,omitempty"`
	Promised    bool      `json:"promised,omitempty"` // the caller was told, by a desk that was cut off
}

// CancelAppointment cancels an appointment; Restore takes the cancellation back.
type CancelAppointment struct {
	Appointment ID     `json:"appointment"`
	Reason      string `json:"reason,omitempty"`
	Restore     bool   `json:"restore,omitempty"`
}

// SettleConflict closes a conflict.
type SettleConflict struct {
	Conflict ID     `json:"conflict"`
	Choice   Choice `json:"choice"`
}

// JudgeHeld lets a change in that a revoked desk brought up, as it would have been, or
// discards it. The conflict keeps who decided so and why. Only supervisors may.
type JudgeHeld struct {
	Conflict ID     `json:"conflict"`
	Admit    bool   `json:"admit,omitempty"`
	Reason   string `json:"reason,omitempty"`
}

// Erase takes a message, an appointment or a client with all that is kept of it out
// of every desk, every history and, within their lifetime, every backup (GDPR, article 17).
type Erase struct {
	Kind   string `json:"kind"` // "message", "appointment" or "client"
	ID     ID     `json:"id"`
	Reason string `json:"reason,omitempty"`
}

// ReportDelivery tells how far the office has come with a delivery.
type ReportDelivery struct {
	Delivery Delivery `json:"delivery"`
}

// SaveOperator adds an operator or replaces its card.
type SaveOperator struct {
	Operator Operator `json:"operator"`
}

// NoteReading says that somebody opened something to read it. It changes nothing: that it
// stands in the log of mutations, which cannot be changed unseen, is all it is for
// (CNIL, délibération 2021-122 on logging). The client's card that a call lays out is
// one too.
type NoteReading struct {
	Kind string `json:"kind"`
	ID   ID     `json:"id"`
}

// What can be read.
const (
	ReadingClient  = "client"
	ReadingMessage = "message"
	ReadingCall    = "call"  // a past one, with what was said of it
	ReadingSound   = "sound" // a caller's voice
)

// The names under which changes travel and are stored.
const (
	nameCreateClient      = "client.create.v1"
	namePatchClient       = "client.patch.v1"
	nameTakeMessage       = "message.take.v1"
	nameBookAppointment   = "appointment.book.v1"
	nameMoveAppointment   = "appointment.move.v1"
	nameCancelAppointment = "appointment.cancel.v1"
	nameSaveOperator      = "operator.save.v1"
	nameSettleConflict    = "conflict.settle.v1"
	nameJudgeHeld         = "held.judge.v1"
	nameErase             = "erase.v1"
	nameReportDelivery    = "delivery.report.v1"
	nameNoteReading       = "reading.note.v1"
)

// MutationName is the name under which the change travels.
func (CreateClient) MutationName() string { return nameCreateClient }

// MutationName is the name under which the change travels.
func (PatchClient) MutationName() string { return namePatchClient }

// MutationName is the name under which the change travels.
func (TakeMessage) MutationName() string { return nameTakeMessage }

// MutationName is the name under which the change travels.
func (BookAppointment) MutationName() string { return nameBookAppointment }

// MutationName is the name under which the change travels.
func (MoveAppointment) MutationName() string { return nameMoveAppointment }

// MutationName is the name under which the change travels.
func (CancelAppointment) MutationName() string { return nameCancelAppointment }

// MutationName is the name under which the change travels.
func (SaveOperator) MutationName() string { return nameSaveOperator }

// MutationName is the name under which the change travels.
func (SettleConflict) MutationName() string { return nameSettleConflict }

// MutationName is the name under which the change travels.
func (JudgeHeld) MutationName() string { return nameJudgeHeld }

// MutationName is the name under which the change travels.
func (Erase) MutationName() string { return nameErase }

// MutationName is the name under which the change travels.
func (ReportDelivery) MutationName() string { return nameReportDelivery }

// MutationName is the name under which the change travels.
func (NoteReading) MutationName() string { return nameNoteReading }

// ErrUnknownChange is a change that only a newer program knows.
var ErrUnknownChange = errors.New("clients: unknown change")

// DecodeChange reads a change back from its name and JSON arguments. A name from
// a newer program gives ErrUnknownChange; the caller keeps the mutation and does not
// drop it. Arguments in which a name stands twice are an error.
func DecodeChange(name string, args []byte) (Change, error) {
	switch name {
	case nameCreateClient:
		return decode[CreateClient](args)
	case namePatchClient:
		return decode[PatchClient](args)
	case nameTakeMessage:
		return decode[TakeMessage](args)
	case nameBookAppointment:
		return decode[BookAppointment](args)
	case nameMoveAppointment:
		return decode[MoveAppointment](args)
	case nameCancelAppointment:
		return decode[CancelAppointment](args)
	case nameSaveOperator:
		return decode[SaveOperator](args)
	case nameSettleConflict:
		return decode[SettleConflict](args)
	case nameJudgeHeld:
		return decode[JudgeHeld](args)
	case nameErase:
		return decode[Erase](args)
	case nameReportDelivery:
		return decode[ReportDelivery](args)
	case nameNoteReading:
		return decode[NoteReading](args)
	}
	return nil, fmt.Errorf("%w %q", ErrUnknownChange, name)
}

func decode[C Change](args []byte) (Change, error) {
	var c C
	err := json.Unmarshal(args, &c)
	if err == nil {
		err = once(args)
	}
	if err != nil {
		return nil, fmt.Errorf("clients: %s: %w", c.MutationName(), err)
	}
	return c, nil
}

// OverlapError refuses an appointment that would share a moment with others.
type OverlapError struct {
	With []Appointment
}

// Error says with how many appointments there is an overlap.
func (e *OverlapError) Error() string {
	return fmt.Sprintf("clients: appointment overlaps %d other(s)", len(e.With))
}

// Code is the word by which the window finds the sentence for the operator.
func (e *OverlapError) Code() string { return "agenda.overlap" }

// LentError refuses a slot that the office has lent to another desk.
type LentError struct {
	Lease Lease
}

// Error names the slot and the desk.
func (e *LentError) Error() string {
	return fmt.Sprintf("clients: %s is lent to desk %s", e.Lease.Start.Format(time.RFC3339), e.Lease.Desk)
}

// Code is the word by which the window finds the sentence for the operator.
func (e *LentError) Code() string { return "agenda.lent" }

// DIDTakenError refuses a client whose number belongs to another.
type DIDTakenError struct {
	DID string
	By  string // the other client's name
}

// Error names the number. Its owner may be a client that whoever reads this may not see.
func (e *DIDTakenError) Error() string {
	return fmt.Sprintf("clients: number %s belongs to another client", e.DID)
}

// Code is the word by which the window finds the sentence for the operator.
func (e *DIDTakenError) Code() string { return "client.did-taken" }
