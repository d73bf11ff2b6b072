package shared

import (
	"errors"
	"fmt"

	"permanence/clients"
)

// The codes of refusals, by which the window finds its sentences. Overlaps, lent slots
// and taken numbers have errors of their own, in clients.
const (
	CodeNotFound  = "store.not-found"   // the change names a row that is not there
	CodeExists    = "store.exists"      // the change would make a row a second time
	CodeBadChange = "store.bad-change"  // the change makes no sense
	CodeBadTime   = "agenda.wrong-time" // the appointment ends before it begins
)

// Error refuses a change that cannot be carried out as it stands.
type Error struct {
	code string
	text string
}

// Refuse makes the refusal of a change, with the code of its sentence.
func Refuse(code, format string, args ...any) *Error {
	return &Error{code: code, text: fmt.Sprintf(format, args...)}
}

// Error says why, for the log.
func (e *Error) Error() string { return "shared: " + e.text }

// Code is the word by which the window finds the sentence for the operator.
func (e *Error) Code() string { return e.code }

// Refusal reports whether an error refuses the change for good, and its code. Any
// other error is a failure of the place where the rows lie: the change may be tried
// again.
func Refusal(err error) (code string, refused bool) {
	var (
		own     *Error
		overlap *clients.OverlapError
		lent    *clients.LentError
		taken   *clients.DIDTakenError
	)
	switch {
	case errors.As(err, &own):
		return own.code, true
	case errors.As(err, &overlap):
		return overlap.Code(), true
	case errors.As(err, &lent):
		return lent.Code(), true
	case errors.As(err, &taken):
		return taken.Code(), true
	}
	return "", false
}

// obstacle is what stands in the way of a booking, for whoever is to promise something
// else; nil when err says nothing of the kind.
func obstacle(err error) *Obstacle {
	var (
		overlap *clients.OverlapError
		lent    *clients.LentError
	)
	switch {
	case errors.As(err, &overlap):
		return &Obstacle{Overlap: overlap.With}
	case errors.As(err, &lent):
		return &Obstacle{Lease: &lent.Lease}
	}
	return nil
}

// notFound refuses to work on a row that is not there.
func notFound(kind Kind, id clients.ID) error {
	return Refuse(CodeNotFound, "no %s %q", kind, id)
}
