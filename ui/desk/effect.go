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
	Answer struct {
		Call phone.CallID
		How  phone.Reception
	}
	// Attend brings the operator into a call, or takes her out of it.
	Attend struct {
		Call    phone.CallID
		Present bool
	}
	// Announce plays sounds to a caller; without any it ends what plays.
	Announce struct {
		Call   phone.CallID
		Sounds []phone.SoundID
	}
	// PlayMusic sets what a caller hears while it waits.
	PlayMusic struct {
		Call  phone.CallID
		Sound phone.SoundID
	}
	// Record begins to keep what is said.
	Record struct {
		Call phone.CallID
		As   phone.SoundID
		What phone.Recorded
	}
	// PauseRecording leaves out what is said.
	PauseRecording struct {
		Call   phone.CallID
		Paused bool
	}
	// StopRecording ends a recording.
	StopRecording struct{ Call phone.CallID }
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
	// PreferDevices gives a role its devices.
	PreferDevices struct {
		Role  Role
		Names []string
	}
	// TreatVoices switches what is done to voices.
	TreatVoices struct{ Treatment Treatment }
	// Whisper plays a sound in the operator's ear alone.
	Whisper struct{ Sound phone.SoundID }
	// Listen plays a sound to the operator.
	Listen struct {
		Sound phone.SoundID
		From  time.Duration
	}
	// Dictate records the microphone; without a sound it ends.
	Dictate struct {
		As   phone.SoundID
		Most time.Duration
	}
	// ShowHeadset sets the headset's lamps.
	ShowHeadset struct{ State HeadsetState }
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
		Silently bool // nobody asked for it, and nobody is told
	}
	// KeepSound lists a sound whose file is complete.
	KeepSound struct{ Sound clients.Sound }
	// DropSound deletes a sound.
	DropSound struct{ Sound phone.SoundID }
	// ExpireSounds deletes the sounds whose date has come.
	ExpireSounds struct{}
	// ImportSound takes a sound file in, and lists it.
	ImportSound struct {
		Path string
		As   clients.Sound
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
