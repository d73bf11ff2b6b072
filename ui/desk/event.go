package desk

import (
	"time"

	"permanence/clients"
	"permanence/clients/agenda"
	"permanence/phone"
)

// Event is something that happened: at the telephone, in the store, or a key
// the operator pressed. The types in this file are all there are; what each does
// to the state stands in its apply method, beside the others of its kind.
type Event interface{ apply(t *turn) }

// Input is an event with what Step may not fetch itself.
type Input struct {
	At    time.Time  // when Run took the event
	ID    clients.ID // a fresh UUID v7, for what this event may create
	Next  clients.ID // another, for what follows from it
	Event Event
}

// The operator's acts. A zero Call means the one that the key plainly means:
// the oldest ringing call for Answer, the call in front for the others.
type (
	// AnswerPressed is F2.
	AnswerPressed struct{ Call phone.CallID }
	// RejectPressed refuses a ringing call.
	RejectPressed struct{ Call phone.CallID }
	// HangupPressed is F8.
	HangupPressed struct{ Call phone.CallID }
	// HoldPressed is F3: hold what talks, or resume what is held.
	HoldPressed struct{ Call phone.CallID }
	// HoldAsked and ResumeAsked are the two halves of F3, for programs.
	HoldAsked struct{ Call phone.CallID }
	// ResumeAsked takes a held call back.
	ResumeAsked struct{ Call phone.CallID }
	// DTMFPressed sends keys to a call.
	DTMFPressed struct {
		Call   phone.CallID
		Digits string
	}
	// DialPressed calls a number. A zero Line means the first that is ready.
	DialPressed struct {
		Line     phone.LineID
		Target   string
		Client   clients.ID // for whom, "" when for nobody
		AsClient bool       // show that client's number; refused without its agreement
		Private  bool       // show none
	}
	// DialOffered puts a number before the operator that another program wants
	// called: a web page, a letter. Nothing is dialled before she presses a key,
	// which sends DialPressed; "" takes the number away.
	DialOffered struct{ Target string }
	// CalledBack dials whoever a past call was with, for the same client.
	CalledBack struct{ Call phone.CallID }
	// TransferOpened is F4: the call waits, and the panel asks to whom. One that
	// rings goes on ringing meanwhile, and is sent on (302) instead of put through.
	TransferOpened struct{ Call phone.CallID }
	// TransferTyped is the panel's entry changed.
	TransferTyped struct{ Text string }
	// TransferChosen puts through to a number: at once, or announced, when the
	// operator speaks with them first.
	TransferChosen struct {
		Number    string
		Name      string
		Announced bool
	}
	// TransferSwapped talks with the other of the two: caller or consulted.
	TransferSwapped struct{}
	// TransferCompleted puts the two through to each other.
	TransferCompleted struct{}
	// TransferCancelled goes back to the caller, from wherever a transfer stands.
	TransferCancelled struct{}
	// ConferencePressed joins the talking and the waiting parties and the operator.
	ConferencePressed struct{}
	// ConferenceLeft takes the operator out; the others go on over this desk.
	ConferenceLeft struct{}
	// ConferenceJoined brings her back in.
	ConferenceJoined struct{}
	// ConferenceEnded parts the conference: the call in front talks, the others wait.
	ConferenceEnded struct{}
	// DoNotDisturbSet switches the ringing of everything.
	DoNotDisturbSet struct{ On bool }
	// ForwardsPaused switches all forwards of a line ("" is every line) or, when
	// set, of a client, off or on again.
	ForwardsPaused struct {
		Line   phone.LineID
		Client clients.ID
		Off    bool
	}
	// CallListOpened shows the list of all calls, or narrows it.
	CallListOpened struct{ Filter CallFilter }
	// CallListFurther reads the next page.
	CallListFurther struct{}
	// CallListLeft closes it.
	CallListLeft struct{}
	// CallOpened shows all of one past call; "" closes it.
	CallOpened struct{ Call phone.CallID }
	// MutePressed switches the microphone.
	MutePressed struct{}
	// TicketChosen brings a ticket to the front.
	TicketChosen struct{ Ticket clients.ID }
	// CallChosen brings the ticket of a call to the front.
	CallChosen struct{ Call phone.CallID }
	// ClientOpened opens a ticket for a client without a call.
	ClientOpened struct{ Client clients.ID }
	// ClientAssigned says for which client an unknown call is.
	ClientAssigned struct {
		Ticket clients.ID
		Client clients.ID
	}
	// CallTypeChosen qualifies the ticket in front.
	CallTypeChosen struct {
		Ticket clients.ID
		Key    string
	}
	// DraftTyped is one entry of the message form changed. Field is "name",
	// "number", "text", "urgent" ("1" or "") or a client's Field.Key after "field:".
	DraftTyped struct {
		Ticket clients.ID
		Field  string
		Value  string
	}
	// SendPressed is Ctrl+Enter.
	SendPressed struct{ Ticket clients.ID }
	// TicketPutAway closes a ticket; what was typed is asked about first, so
	// Anyway must be set when its message is not empty.
	TicketPutAway struct {
		Ticket clients.ID
		Anyway bool
	}
	// SearchTyped is the search entry changed; "" closes the search.
	SearchTyped struct{ Query string }
	// DayChosen shows another day of the agenda.
	DayChosen struct{ Day time.Time }
	// DayStepped shows the day so many days further.
	DayStepped struct{ Days int }
	// NextFreePressed is F7: begins booking the next free slot.
	NextFreePressed struct{}
	// SlotChosen begins booking a free slot, or opens a taken one.
	SlotChosen struct{ Slot agenda.Slot }
	// BookingTyped is an entry of the booking changed: "name", "number", "note".
	BookingTyped struct{ Field, Value string }
	// BookingConfirmed sets the appointment. Anyway accepts an overlap.
	BookingConfirmed struct{ Anyway bool }
	// BookingLeft closes the booking without setting anything.
	BookingLeft struct{}
	// AppointmentLifted begins moving an appointment: the next SlotChosen takes it.
	AppointmentLifted struct{ Appointment clients.ID }
	// AppointmentCancelled cancels an appointment.
	AppointmentCancelled struct{ Appointment clients.ID }
	// AgendaUndone takes the last agenda action back.
	AgendaUndone struct{}
	// DeliveryRetried sends a failed delivery again.
	DeliveryRetried struct{ Delivery clients.ID }
	// NoticeClosed takes a notice away.
	NoticeClosed struct{ ID string }
	// MissedSeen says that the missed calls were looked at.
	MissedSeen struct{}
	// ClientSaved stores an edited or new client (ID "").
	ClientSaved struct {
		Client clients.Client
		Saw    int64           // the version that was edited
		Base   *clients.Client // the card as it was then; nil when it is the directory's
		// Blind are edited fields that others changed meanwhile and whose words the
		// operator has not judged, by their JSON names, with the version that she saw.
		Blind map[string]int64
	}
	// ClientHistoryAsked loads what changed in a client's card, of which its editor
	// shows a version.
	ClientHistoryAsked struct {
		Client clients.ID
		Saw    int64
	}
	// OperatorSaved stores who works at this desk; without an ID it is a new
	// operator, who takes the desk.
	OperatorSaved struct{ Operator clients.Operator }
	// MessageOpened shows a message taken earlier, with its deliveries.
	MessageOpened struct{ Message clients.ID }
	// MessageLeft closes it.
	MessageLeft struct{}
	// SettingsSaved stores and uses new settings. Secrets maps a name
	// ("line:<id>", "mail") to a password that was typed; others stay.
	SettingsSaved struct {
		Settings Settings
		Secrets  map[string]string
	}
	// LineTested is the test button of a line.
	LineTested struct {
		Line     phone.Line
		Password string // "" uses the kept one
	}
	// MailTested is the test button of the mail settings.
	MailTested struct {
		Mail     MailSettings
		Password string
		To       string
	}
	// SoundTested is the loop test: speak and hear yourself.
	SoundTested struct{}
	// CutInPressed is F2 during an announcement: the operator speaks at once.
	CutInPressed struct{ Call phone.CallID }
	// WaitPressed is Shift+F2: a ringing call hears the wait announcement, then waits
	// with its client's music.
	WaitPressed struct{ Call phone.CallID }
	// RecordingPaused is Ctrl+P: what is said is left out, or no longer.
	RecordingPaused struct{ Call phone.CallID }
	// SoundPlayed lets the operator listen to a sound from a place in it.
	SoundPlayed struct {
		Sound phone.SoundID
		From  time.Duration
	}
	// SoundStopped ends it.
	SoundStopped struct{}
	// DictationBegun records the microphone: a greeting, a name.
	DictationBegun struct {
		Kind   clients.SoundKind
		Client clients.ID
		Title  string
	}
	// DictationEnded stops recording; the sound is kept.
	DictationEnded struct{}
	// DictationLeft forgets it. What was recorded stays if a client uses it; sounds
	// that nobody refers to are deleted after a day.
	DictationLeft struct{}
	// SoundFileChosen takes a sound file in.
	SoundFileChosen struct {
		Path   string
		Kind   clients.SoundKind
		Client clients.ID
	}
	// SoundFileLeft forgets it. One that is still being read comes in all the same,
	// and is deleted after a day if no client uses it.
	SoundFileLeft struct{}
	// SoundDeleted deletes what a caller said before its date.
	SoundDeleted struct{ Sound phone.SoundID }
	// HeadsetPressed is a button of the headset.
	HeadsetPressed struct{ Button HeadsetButton }
	// CloseAsked begins the end of the program.
	CloseAsked struct{}
)

// What the ports and the clock report.
type (
	// Ticked comes once a second.
	Ticked struct{}
	// PhoneReported carries an event of the telephone.
	PhoneReported struct{ Event phone.Event }
	// CommandRefused says that the telephone did not accept a command.
	CommandRefused struct {
		Call    phone.CallID
		Command string
		Code    string
		Detail  string
	}
	// Loaded is the store's first word.
	Loaded struct{ Snapshot Snapshot }
	// LoadFailed says that the store could not be read.
	LoadFailed struct{ Problem Problem }
	// Applied says that a mutation is committed; Tag is the effect's.
	Applied struct {
		Mutation clients.Mutation
		Tag      string
	}
	// ApplyFailed says that it was not; Overlap or Lent is set when that is why.
	ApplyFailed struct {
		Mutation clients.Mutation
		Tag      string
		Problem  Problem
		Overlap  []clients.Appointment
		Lent     *clients.Lease
	}
	// DraftKept says that a draft is on disk as it stood at At.
	DraftKept struct {
		Ticket clients.ID
		At     time.Time
		Stroke int // the draft's keystroke count that was committed
	}
	// DraftNotKept says that it could not be saved.
	DraftNotKept struct {
		Ticket  clients.ID
		Problem Problem
	}
	// StoreFailed reports a write that failed and will be tried again.
	StoreFailed struct {
		What    string
		Problem Problem
	}
	// StoreRecovered says that writing works again.
	StoreRecovered struct{}
	// ClientLoaded is a client's card as the store now has it.
	ClientLoaded struct{ Client clients.Client }
	// NewsLoaded lists what changed since the operator last answered.
	NewsLoaded struct {
		Ticket  clients.ID
		Changes []ClientChange
	}
	// HistoryLoaded is a client's history.
	HistoryLoaded struct{ History ClientHistory }
	// EarlierLoaded is what is known of a caller.
	EarlierLoaded struct {
		Ticket  clients.ID
		Earlier Earlier
	}
	// MessageLoaded is a message taken earlier.
	MessageLoaded struct {
		Message    clients.Message
		Deliveries []clients.Delivery
	}
	// AgendaLoaded are the appointments of a client in [From, To).
	AgendaLoaded struct {
		Client       clients.ID
		From, To     time.Time
		Appointments []clients.Appointment
	}
	// SearchDone are the hits of a query; an older query's hits are dropped.
	SearchDone struct {
		Query string
		Hits  []Hit
		Error string
	}
	// CallsListed is a page of the list of calls.
	CallsListed struct {
		Filter  CallFilter
		Before  time.Time // as it was asked; zero for the first page
		Entries []Entry
		More    bool
	}
	// CallRead is one past call.
	CallRead struct{ Record CallRecord }
	// OutboxRead is the outbox as the store has it.
	OutboxRead struct{ Deliveries []clients.Delivery }
	// DeliveryChanged reports a delivery that was tried.
	DeliveryChanged struct{ Delivery clients.Delivery }
	// SoundChanged is the state of the devices.
	SoundChanged struct{ Sound SoundState }
	// HeadsetChanged names the headset whose buttons work, "" when there is none.
	HeadsetChanged struct{ Name string }
	// ListeningEnded says that a sound is over, or why it could not be played.
	ListeningEnded struct {
		Sound   phone.SoundID
		Problem Problem
	}
	// DictationHeard says that the microphone is open: what is said now is recorded.
	DictationHeard struct{ Sound phone.SoundID }
	// Dictated says that a recording of the microphone is complete.
	Dictated struct {
		Sound   phone.SoundID
		Length  time.Duration
		Silent  bool
		Problem Problem
	}
	// SoundTaken says how far a sound file has come in.
	SoundTaken struct {
		Sound phone.SoundID
		Share float64
	}
	// SoundKept says that a sound is listed.
	SoundKept struct{ Sound clients.Sound }
	// SoundNotKept says why it could not be recorded, read or listed.
	SoundNotKept struct {
		Sound   phone.SoundID
		Row     clients.Sound // what was to be listed; zero when something else failed
		Problem Problem
	}
	// SoundsDropped says which sounds are deleted.
	SoundsDropped struct{ Sounds []phone.SoundID }
	// SettingsKept says that the settings are on disk.
	SettingsKept struct {
		Settings Settings
		Secrets  []string // names of the passwords that changed with them
		Silently bool     // as in KeepSettings
	}
	// SettingsNotKept says that they are not; the old ones stay in use.
	SettingsNotKept struct{ Problem Problem }
	// Checked is the result of a test button.
	Checked struct {
		Name   string // "line:<id>", "mail", "sound"
		OK     bool
		Code   string
		Detail string
	}
	// ReadFailed says that something could not be read from the store.
	ReadFailed struct {
		What    string
		Problem Problem
	}
)

// HeadsetButton is what a headset's button means.
type HeadsetButton string

// The buttons: the hook switch answers and ends, mute closes the microphone.
const (
	HookButton HeadsetButton = "hook"
	MuteButton HeadsetButton = "mute"
)

// Problem is an error as the core keeps it: a code by which the window finds
// the sentence, and the technical words.
type Problem struct {
	Code   string
	Detail string
}
