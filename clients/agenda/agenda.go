// Package agenda computes a client's day from its rules and its appointments:
// slots, free or taken, and the next free one. It is pure: the same rules,
// appointments and times give the same slots.
package agenda

import (
	"time"

	"permanence/clients"
)

// Kind says what a slot is.
type Kind string

// The kinds of slots. An Emergency slot is free, but for urgent callers only.
// Taken covers an appointment of any length, on the grid or off it.
const (
	Free      Kind = "free"
	Emergency Kind = "emergency"
	Taken     Kind = "taken"
	Past      Kind = "past" // free, but already gone or too close by the client's notice
)

// Slot is one row of the agenda, [Start, End).
type Slot struct {
	Start       time.Time
	End         time.Time
	Kind        Kind
	Appointment *clients.Appointment // set when Taken
}
