package desk

import (
	"context"
	"time"

	"permanence/clients"
	"permanence/phone"
)

// Phone is the telephone as the core uses it; phone.UserAgent is one.
type Phone interface {
	SetLines(lines []phone.Line) error
	Dial(call phone.CallID, line phone.LineID, to phone.Outbound) error
	Answer(call phone.CallID, how phone.Reception) error
	Attend(call phone.CallID, present bool) error
	Announce(call phone.CallID, sounds ...phone.SoundID) error
	Music(call phone.CallID, sound phone.SoundID) error
	Record(call phone.CallID, as phone.SoundID, what phone.Recorded) error
	PauseRecording(call phone.CallID, paused bool) error
	StopRecording(call phone.CallID) error
	Reject(call phone.CallID) error
	Redirect(call phone.CallID, target string) error
	Transfer(call phone.CallID, target string) error
	Connect(call, with phone.CallID) error
	Confer(calls []phone.CallID, here bool) error
	Hangup(call phone.CallID) error
	Hold(call phone.CallID) error
	Resume(call phone.CallID) error
	SendDTMF(call phone.CallID, digits string) error
}

// Snapshot is what the desk needs to begin.
type Snapshot struct {
	Operator    clients.Operator
	Clients     []clients.Client
	Settings    Settings
	Drafts      []SavedDraft       // messages being typed when the program last stopped
	History     []Entry            // newest first, at most HistoryLimit
	Outbox      []clients.Delivery // waiting and failed
	Interrupted int                // calls that were alive at a crash, now closed in the journal
	Sounds      []clients.Sound    // all but callers' voices
	CutOff      []CutOff           // recordings that the last stop of the program ended
}

// CutOff is a recording whose end nobody could keep: the program was killed while a
// caller spoke, or the disk stood still. Its file is whole; it is offered at each
// start until KeepSound tells its length.
type CutOff struct {
	Sound clients.Sound // with the length that was found
	Entry Entry         // its call; all but its ID may be unknown
}

// SavedDraft is a ticket as it was last committed.
type SavedDraft struct {
	Ticket  clients.ID
	Call    phone.CallID
	Client  clients.ID
	Called  phone.Number
	Caller  phone.Identity
	Opened  time.Time
	Message clients.Message
	SavedAt time.Time
	From    Origin `json:",omitzero"` // of one that was taken over
}

// JournalKind names a step in the life of a call.
type JournalKind string

// The steps the journal keeps.
const (
	JournalArrived  JournalKind = "arrived" // or dialled
	JournalAnswered JournalKind = "answered"
	JournalHeld     JournalKind = "held"
	JournalResumed  JournalKind = "resumed"
	JournalEnded    JournalKind = "ended"
	JournalNoted    JournalKind = "noted"       // qualified, message taken, appointment set
	JournalPassed   JournalKind = "transferred" // or forwarded before it was answered
)

// JournalEntry is one line of the append-only call journal. Entry holds the
// call as it stood after this step.
type JournalEntry struct {
	At    time.Time
	Kind  JournalKind
	Entry Entry
	Actor clients.ID
	Raw   []byte // of an arrival: the first request
}

// Store keeps everything. Each method returns after its commit, or with an
// error that may have a Code() string for the operator's sentence.
type Store interface {
	Load(ctx context.Context, now time.Time) (Snapshot, error)
	// Apply carries out a mutation once; a UUID known already is a success.
	Apply(ctx context.Context, m clients.Mutation) error
	Append(ctx context.Context, e JournalEntry) error
	SaveDraft(ctx context.Context, d SavedDraft) error
	DropDraft(ctx context.Context, ticket clients.ID) error
	// Client reads a card; one that is not there is the error "store.not-found".
	Client(ctx context.Context, id clients.ID) (clients.Client, error)
	ClientHistory(ctx context.Context, id clients.ID, limit int) ([]ClientChange, error)
	// News lists what changed in a client's card since the operator last
	// answered a call for it.
	News(ctx context.Context, client, operator clients.ID) ([]ClientChange, error)
	Appointments(ctx context.Context, client clients.ID, from, to time.Time) ([]clients.Appointment, error)
	// Earlier tells what is known of a caller, for this client first.
	Earlier(ctx context.Context, client clients.ID, number phone.Number) (Earlier, error)
	Search(ctx context.Context, query string, limit int) ([]Hit, error)
	Message(ctx context.Context, id clients.ID) (clients.Message, []clients.Delivery, error)
	// Calls lists past calls that fit, newest first, older than before unless that
	// is zero.
	Calls(ctx context.Context, f CallFilter, before time.Time, limit int) ([]Entry, error)
	// Call tells all of one past call.
	Call(ctx context.Context, id phone.CallID) (CallRecord, error)
	Outbox(ctx context.Context) ([]clients.Delivery, error)
	// Retry puts a failed delivery back to waiting, due at once.
	Retry(ctx context.Context, delivery clients.ID, now time.Time) error
	SaveSettings(ctx context.Context, s Settings) error
	// KeepSound lists a sound whose file is complete; the same again replaces what
	// is told of it. A recording without a length has just begun.
	KeepSound(ctx context.Context, s clients.Sound) error
	// DropSound deletes a sound and its file for good. One that is not there is a
	// success.
	DropSound(ctx context.Context, id phone.SoundID) error
	// ExpireSounds deletes the sounds whose date has come, and returns them.
	ExpireSounds(ctx context.Context, now time.Time) ([]clients.Sound, error)
	// CallSounds lists what was recorded of a call.
	CallSounds(ctx context.Context, call phone.CallID) ([]clients.Sound, error)
	// Clients lists all cards, archived ones included.
	Clients(ctx context.Context) ([]clients.Client, error)
	// Operators lists everybody who works for the bureau.
	Operators(ctx context.Context) ([]clients.Operator, error)
	// Conflicts lists the open conflicts, oldest first.
	Conflicts(ctx context.Context) ([]clients.Conflict, error)
	// Leases lists the slots of an agenda that the office has lent and that have a moment
	// in [from, to): those that this desk may promise for certain at this moment, and
	// those of others. A booking under one that is over by then is refused with
	// "agenda.lease-over".
	Leases(ctx context.Context, client clients.ID, from, to time.Time) ([]clients.Lease, error)
}

// Sound is the operator's sound as the core commands it. The methods return at
// once; what happens to devices comes back as SoundChanged.
type Sound interface {
	// Prefer sets the devices of a role by name, the dearest first: of those that are
	// plugged in the first serves, and the system's default when none is.
	Prefer(role Role, names []string)
	Mute(muted bool)
	// Treat switches what is done to the voices.
	Treat(t Treatment)
	// Whisper plays a sound once in the operator's ear alone; meanwhile she does not
	// hear the callers. "" ends it.
	Whisper(sound phone.SoundID)
	// Listen plays a sound to the operator from a place in it, and ends the one
	// before. "" only ends. ListeningEnded follows when it ends by itself.
	Listen(sound phone.SoundID, from time.Duration)
	// Dictate records the microphone as a new sound, for at most so long; "" ends it.
	// DictationHeard and Dictated follow.
	Dictate(as phone.SoundID, most time.Duration)
	// Play starts the signal that stands for the desk's situation and stops the
	// one before it.
	Play(s Signal)
	// Loop plays the microphone back to the earpiece for a few seconds.
	Loop(d time.Duration)
}

// Signal is what the operator hears of the calls' situation.
type Signal string

// The signals. SecondCall is soft and in the earpiece: somebody is being talked to.
const (
	Silence    Signal = ""
	Ring       Signal = "ring"        // an incoming call, on the ringer
	SecondCall Signal = "second-call" // an incoming call while talking
	RingBack   Signal = "ring-back"   // an outgoing call rings at the other side
	BusyTone   Signal = "busy"        // an outgoing call was refused
)

// Courier carries waiting deliveries to their recipients.
type Courier interface {
	// Wake looks at the outbox now; results come back as DeliveryChanged.
	Wake()
	// Try sends a test mail to an address with these settings; the kept password
	// is used when none is given.
	Try(ctx context.Context, s MailSettings, password, to string) error
}

// Secrets keeps passwords outside the database, the export and the log.
type Secrets interface {
	Set(name, secret string) error
}

// LineTester tries a line's settings against its registrar without keeping them;
// the kept password is used when none is given.
type LineTester interface {
	TestLine(ctx context.Context, l phone.Line, password string) error
}

// Sounds takes sound files in.
type Sounds interface {
	// Import decodes a WAV, MP3, Ogg Vorbis or Opus file, levels it, and makes it the
	// sound as.ID. It returns as with its length; told gets the share done, 0..1. The
	// store lists it only after KeepSound.
	Import(ctx context.Context, path string, as clients.Sound, told func(float64)) (clients.Sound, error)
}

// Office is the link to the bureau's office as the core uses it. What changes comes
// back as OfficeChanged, DesksChanged, SharedChanged and PairingChanged; a desk that
// stands alone has one too, which says so. Methods without an error return at once.
type Office interface {
	// Pair makes this machine a desk of the office at an address, with the code that the
	// office shows. It returns when the office has agreed; the first copy goes on.
	Pair(ctx context.Context, address, code, deskName string) error
	// Login opens a session and returns whose it is. It lasts over restarts.
	Login(ctx context.Context, name, password string) (clients.Operator, error)
	// Logout ends it; OfficeChanged says OfficeLogin then.
	Logout()
	// ChangePassword gives whoever has the desk another password, for the old one. Her
	// session here stays, and those elsewhere end.
	ChangePassword(ctx context.Context, old, password string) error
	// SetPassword gives another operator one and ends her sessions; a supervisor may.
	SetPassword(ctx context.Context, operator clients.ID, password string) error
	// Leave makes the desk stand alone again. What it has not sent stays on it.
	Leave(ctx context.Context) error
	// Ask has the office decide a booking before it is promised to a caller, after all
	// that this desk has not sent yet. nil: it is
	// certain, and already stored here. A *clients.OverlapError or *clients.LentError: it is not to
	// be promised. Any other error: the office has not answered in time, and the booking
	// may be promised "à confirmer", under the same UUID.
	Ask(ctx context.Context, m clients.Mutation) error
	// Tell shows this desk to the others.
	Tell(p Presence)
	// TakeOver takes a lost desk's draft over; the first who asks has it.
	TakeOver(ctx context.Context, desk, ticket clients.ID) (RemoteDraft, error)
	// Sync tries to be in step now, whatever was waited for.
	Sync()
}

// Headset is the telephone's side of a headset: its lamps and its ringer (USB HID,
// telephony page). Its buttons come back as HeadsetPressed.
type Headset interface {
	Show(s HeadsetState)
}

// HeadsetState is what a headset shows.
type HeadsetState struct {
	Ringing bool
	OffHook bool // in a call
	Muted   bool
}

// Ports are what the core is wired to. All must be set.
type Ports struct {
	Phone   Phone
	Store   Store
	Sound   Sound
	Courier Courier
	Secrets Secrets
	Lines   LineTester
	Sounds  Sounds
	Headset Headset
	Office  Office
}
