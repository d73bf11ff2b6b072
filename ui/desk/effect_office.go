package desk

import (
	"time"

	"permanence/clients"
)

// To the office.
type (
	// PairDesk makes this machine a desk of an office.
	PairDesk struct{ Address, Code, DeskName string }
	// LogIn opens a session for an operator.
	LogIn struct{ Name, Password string }
	// ChangePassword gives whoever has the desk another password.
	ChangePassword struct {
		Operator clients.ID
		Old, New string
	}
	// SetPassword gives another operator one.
	SetPassword struct {
		Operator clients.ID
		Password string
	}
	// LogOut ends it.
	LogOut struct{}
	// LeaveOffice makes the desk stand alone again.
	LeaveOffice struct{}
	// AskOffice has a booking decided before it is promised.
	AskOffice struct {
		Mutation clients.Mutation
		Tag      string // comes back with the answer
	}
	// TellPresence shows this desk to the others.
	TellPresence struct{ Presence Presence }
	// TakeOver takes a lost desk's draft over.
	TakeOver struct{ Desk, Ticket clients.ID }
	// SyncOffice tries to be in step now.
	SyncOffice struct{}
)

// To the store, about what the bureau shares.
type (
	// ReadDirectory reads all cards anew.
	ReadDirectory struct{}
	// ReadOperators reads who works for the bureau.
	ReadOperators struct{}
	// ReadConflicts reads the open conflicts.
	ReadConflicts struct{}
	// ReadLeases reads which slots of an agenda are lent.
	ReadLeases struct {
		Client   clients.ID
		From, To time.Time
		Booking  clients.ID // the mutation that waits for them, "" when they are for the agenda
	}
	// ReadDeliveries reads how a message's deliveries stand.
	ReadDeliveries struct{ Message clients.ID }
	// Settle applies what follows from a settlement and then the settlement itself; what
	// fails ends it, and the conflict stays open.
	Settle struct {
		Conflict  clients.ID
		Mutations []clients.Mutation
	}
)
