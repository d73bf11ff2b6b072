package desk

import (
	"permanence/clients"
)

// What the operator does about the office.
type (
	// PairAsked makes this machine a desk of the office at an address, with the code
	// that the office shows. The code goes to the link and stays nowhere.
	PairAsked struct{ Address, Code, DeskName string }
	// PairingLeft closes what is shown of a pairing that is over: how it went was read.
	PairingLeft struct{}
	// LoginAsked opens a session. The password goes to the link and stays nowhere.
	LoginAsked struct{ Name, Password string }
	// PasswordAsked gives the operator at this desk another password, for her old one.
	// Neither stays anywhere.
	PasswordAsked struct{ Old, New string }
	// PasswordGiven gives another operator one, as a supervisor may.
	PasswordGiven struct {
		Operator clients.ID
		Password string
	}
	// PasswordLeft closes what is shown of that.
	PasswordLeft struct{}
	// LogoutPressed ends it.
	LogoutPressed struct{}
	// LeaveAsked makes the desk stand alone again; it is asked about first, so Anyway
	// is set the second time.
	LeaveAsked struct{ Anyway bool }
	// LeaveCancelled stays.
	LeaveCancelled struct{}
	// SyncPressed tries to be in step now.
	SyncPressed struct{}
	// AwayPressed says that the operator leaves her desk, and why in her words.
	AwayPressed struct{ Reason string }
	// BackPressed says that she is back. Speaking with somebody says so as well.
	BackPressed struct{}
	// ConflictOpened shows what a conflict is about: its client, and the day of an
	// overlap.
	ConflictOpened struct{ Conflict clients.ID }
	// ConflictSettled settles a conflict. It leaves the desk some seconds later.
	ConflictSettled struct {
		Conflict clients.ID
		Choice   clients.Choice
		// Text is both texts as she put them together, or why a held change is discarded.
		Text string
	}
	// SettlingUndone takes that back.
	SettlingUndone struct{}
	// TakeOverPressed takes a lost desk's draft over.
	TakeOverPressed struct{ Desk, Ticket clients.ID }
	// TicketCalledBack calls the caller of a message again that was taken over; "" is the
	// ticket in front. The call is the ticket's own.
	TicketCalledBack struct{ Ticket clients.ID }
	// OfferLeft takes such an offer off the screen.
	OfferLeft struct{ Desk, Ticket clients.ID }
)

// What the link and the store report of the office.
type (
	// OfficeChanged is how the desk stands with its office.
	OfficeChanged struct{ Link OfficeLink }
	// DesksChanged is everybody's presence, by name.
	DesksChanged struct{ Desks []Presence }
	// SharedChanged says what came from other desks that the window may be showing.
	SharedChanged struct {
		Clients   []clients.ID // cards
		Agendas   []clients.ID // whose appointments or lent slots changed
		Messages  []clients.ID
		Outbox    bool // deliveries
		Conflicts bool
		Operators bool
		Reset     bool // everything
	}
	// PairingChanged tells how far a pairing has come.
	PairingChanged struct {
		Step    PairingStep
		Problem Problem
	}
	// LoggedIn says who has the desk now.
	LoggedIn struct{ Operator clients.Operator }
	// LoginFailed says why nobody has.
	LoginFailed struct{ Problem Problem }
	// PasswordKept says whose password is another now.
	PasswordKept struct{ Operator clients.ID }
	// PasswordRefused says why it is not.
	PasswordRefused struct {
		Operator clients.ID
		Problem  Problem
	}
	// OfficeLeft says that the desk stands alone.
	OfficeLeft struct{}
	// LeaveFailed says why it does not.
	LeaveFailed struct{ Problem Problem }
	// AskAnswered says that the office has taken a booking in: it is certain, and stored.
	AskAnswered struct {
		Mutation clients.Mutation
		Tag      string
	}
	// AskUnanswered says that the office did not answer in time.
	AskUnanswered struct {
		Mutation clients.Mutation
		Tag      string
		Problem  Problem
	}
	// TakenOver is a draft that is this desk's now.
	TakenOver struct {
		Desk  clients.ID // whose it was
		Draft RemoteDraft
	}
	// TakeOverRefused says why it is not: mostly because somebody was quicker.
	TakeOverRefused struct {
		Desk, Ticket clients.ID
		Problem      Problem
	}
	// ClientGone says that a card is not on this desk any more: it was erased, or the
	// operator has no right to it.
	ClientGone struct{ Client clients.ID }
	// DirectoryRead is all cards as the store has them now.
	DirectoryRead struct{ Clients []clients.Client }
	// OperatorsRead is everybody who works for the bureau.
	OperatorsRead struct{ Operators []clients.Operator }
	// ConflictsRead is the open conflicts.
	ConflictsRead struct{ Conflicts []clients.Conflict }
	// LeasesRead is the slots of an agenda that the office has lent; none when they
	// could not be read.
	LeasesRead struct {
		Client  clients.ID
		Booking clients.ID // the mutation for which they were read, "" for the agenda
		Leases  []clients.Lease
	}
	// DeliveriesRead is how a message's deliveries stand.
	DeliveriesRead struct{ Deliveries []clients.Delivery }
	// Settled says that a settlement is stored, with what follows from it.
	Settled struct{ Conflict clients.ID }
	// SettleFailed says that it is not, and the conflict stays open.
	SettleFailed struct {
		Conflict clients.ID
		Problem  Problem
	}
)
