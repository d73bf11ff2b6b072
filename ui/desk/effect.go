package desk

import (
	"time"

	"permanence/clients"
	"permanence/phone"
)

// Effect is something to do, decided by Step and carried out by Run. Each one
// performs itself at the ports; what comes of it returns as events.
type Effect interface{ perform(p *performer) }

// To the telephone.
type (
	// SetLines makes the telephone have exactly these lines.
	SetLines struct{ Lines []phone.Line }
	// Dial begins an outgoing call.
	Dial struct {
		Call phone.CallID
		Line phone.LineID
		To   phone.Outbound
	}
	// Answer takes a ringing call.
	Answer struct{ Call phone.CallID }
	// Reject refuses a ringing call.
	Reject struct{ Call phone.CallID }
	// Redirect sends a ringing call elsewhere.
	Redirect struct {
		Call   phone.CallID
		Target string
	}
	// BlindTransfer asks the other side to call somebody else.
	BlindTransfer struct {
		Call   phone.CallID
		Target string
	}
	// Connect puts the other sides of two calls through to each other.
	Connect struct{ Call, With phone.CallID }
	// Confer makes calls one conversation.
	Confer struct {
		Calls []phone.CallID
		Here  bool
	}
	// Hangup ends a call.
	Hangup struct{ Call phone.CallID }
	// Hold makes the other party wait.
	Hold struct{ Call phone.CallID }
	// Resume takes a held party back.
	Resume struct{ Call phone.CallID }
	// SendDTMF sends keys.
	SendDTMF struct {
		Call   phone.CallID
		Digits string
	}
)

// To the sound.
type (
	// PlaySignal makes the operator hear the calls' situation.
	PlaySignal struct{ Signal Signal }
	// ChooseDevice gives a role its device.
	ChooseDevice struct {
		Role Role
		Name string
	}
	// SetMute switches the microphone.
	SetMute struct{ Muted bool }
	// LoopSound lets the operator hear herself.
	LoopSound struct{ For time.Duration }
)

// To the store, writing. They are carried out in order.
type (
	// Mutate applies a change of shared data.
	Mutate struct {
		Mutation clients.Mutation
		Tag      string // comes back in Applied or ApplyFailed
	}
	// AppendJournal adds a line to the call journal. It is never given up.
	AppendJournal struct{ Entry JournalEntry }
	// FlushJournal tries the lines once more that the disk refused.
	FlushJournal struct{}
	// KeepDraft saves a message being typed.
	KeepDraft struct {
		Draft  SavedDraft
		Stroke int
	}
	// DropDraft forgets a draft that was sent or put away.
	DropDraft struct{ Ticket clients.ID }
	// KeepSettings saves the desk's settings and the passwords typed with them.
	KeepSettings struct {
		Settings Settings
		Secrets  map[string]string
	}
	// RetryDelivery puts a failed delivery back to waiting.
	RetryDelivery struct{ Delivery clients.ID }
)

// To the store, reading.
type (
	// LoadAll reads what the desk begins with.
	LoadAll struct{}
	// LoadClient reads a client's card again.
	LoadClient struct{ Client clients.ID }
	// LoadNews reads what changed since the operator last answered.
	LoadNews struct {
		Ticket   clients.ID
		Client   clients.ID
		Operator clients.ID
	}
	// LoadHistory reads a client's history.
	LoadHistory struct{ Client clients.ID }
	// LoadMessage reads a message taken earlier.
	LoadMessage struct{ Message clients.ID }
	// LoadEarlier reads what is known of a caller.
	LoadEarlier struct {
		Ticket clients.ID
		Client clients.ID
		Number phone.Number
	}
	// LoadAgenda reads appointments.
	LoadAgenda struct {
		Client   clients.ID
		From, To time.Time
	}
	// RunSearch searches; an older query still waiting is dropped.
	RunSearch struct{ Query string }
	// ListCalls reads a page of past calls, older than Before unless that is zero.
	ListCalls struct {
		Filter CallFilter
		Before time.Time
	}
	// ReadCall reads all of one past call.
	ReadCall struct{ Call phone.CallID }
	// ReadOutbox reads what has not left yet.
	ReadOutbox struct{}
)

// To the courier and the test buttons.
type (
	// WakeCourier looks at the outbox now.
	WakeCourier struct{}
	// TryLine tests a line's settings.
	TryLine struct {
		Line     phone.Line
		Password string
	}
	// TryMail sends a test mail.
	TryMail struct {
		Mail     MailSettings
		Password string
		To       string
	}
)
