package desk

import (
	"time"

	"permanence/clients"
	"permanence/clients/agenda"
	"permanence/phone"
)

// State is everything the window can show. It is replaced, never modified: what
// Step changes it copies, so a State once published can be read from anywhere.
type State struct {
	Now        time.Time // the last second's tick, in the operator's time zone
	Ready      bool      // the store has been read
	Operator   clients.Operator
	Directory  *Directory
	Lines      []Line
	Calls      []Call             // alive, oldest first
	Tickets    []Ticket           // work in hand, oldest first
	Front      clients.ID         // the ticket on screen; "" shows the empty desk
	Agenda     Agenda             // of the client in front
	History    []Entry            // newest first, bounded by HistoryLimit
	Outbox     []clients.Delivery // not yet sent, and failed; oldest first
	Search     Search
	Sound      SoundState
	Sounds     map[phone.SoundID]clients.Sound // all but callers' voices
	Listening  *Listening                      // a sound that the operator listens to; nil when none
	Dictation  *Dictation                      // a sound that she is recording, or has just recorded; nil when none
	Importing  *Importing                      // a sound file being taken in; nil when none
	Settings   Settings
	Checks     map[string]Check // results of the settings' test buttons, by name
	Edit       *ClientHistory   // history of the client being edited, nil until asked
	Reading    *Reading         // a message taken earlier, nil when none is open
	Notices    []Notice         // oldest first
	Store      StoreState
	Transfer   *Transfer                  // F4: the call being put through, nil when none
	Calling    *Emergency                 // the emergency call under way, with what must be told; nil when none
	Lamps      map[string]phone.LampState // colleagues' extensions, by Partner.Watch
	AllCalls   *CallList                  // the page of all calls, nil while it is closed
	Offered    string                     // a number that another program asks to call, "" when none
	Missed     int                        // missed calls not yet looked at
	BusyUntil  time.Time                  // the busy tone of a refused outgoing call plays until then
	expired    time.Time                  // when recordings were last looked through
	unlisted   []clients.Sound            // recordings that the disk refused to list, oldest first
	ChimeUntil time.Time                  // a call answered itself: a soft chime says that the microphone is open
	Closing    bool
	Office     OfficeState
	Offers     []Offer // drafts of lost desks that may be taken over, oldest first

	told   Presence // what the office was last told of this desk
	toldAt time.Time
	left   []Offer               // offers that the operator does not want to see
	gone   []clients.ID          // cards that the store does not have any more, and that are still in hand
	asking []bookingAsked        // bookings between the operator's key and their commit
	spent  []clients.ID          // leases that were used
	sure   []clients.Appointment // bookings that were certain, the newest last

	lookedFor clients.ID // the appointment to whose day the agenda is turned once it is there
}

// HistoryLimit bounds the list of past calls kept in memory; older ones are
// found by search.
const HistoryLimit = 200

// Line is a line with its registration.
type Line struct {
	phone.Line
	State     phone.LineState
	Status    int
	Detail    string
	Until     time.Time
	Voicemail [2]int // messages waiting at the server: new, old
	Strangers uint64 // requests of strangers turned away since the start
}

// Phase is where a call stands for the operator.
type Phase string

// The phases of a call. A ringing call waits for the operator, a dialling one
// for the other side.
const (
	Ringing Phase = "ringing"
	Dialing Phase = "dialing"
	Talking Phase = "talking"
	Held    Phase = "held"
	Back    Phase = "back"    // held, and rings again: putting it through failed
	Machine Phase = "machine" // the answering machine has it
)

// Found says how the called client was found: the code of a sentence, and the
// hints that agreed.
type Found struct {
	Code    string // "found.did-diversion", "found.did", "found.diversion", "found.none", ...
	Number  phone.Number
	Sources []phone.CalledSource
}

// Call is a call that is alive.
type Call struct {
	ID         phone.CallID
	Line       phone.LineID
	Direction  phone.Direction
	Phase      Phase
	Client     clients.ID // "" for an unknown number
	Caller     phone.Identity
	KnownAs    string // the caller's name from earlier messages
	Found      Found
	Codec      string
	Flow       phone.Flow
	HeldThere  bool   // the other side holds us
	RingsThere bool   // an outgoing call rings at the other side
	EarlyMedia bool   // and sends its own ring-back
	DTMF       string // keys received, oldest first
	ArrivedAt  time.Time
	AnsweredAt time.Time // zero until answered
	HeldAt     time.Time // zero unless held
	BackAt     time.Time // when it came back from a transfer that failed
	Pending    string    // command sent and not yet confirmed: "answer", "hold", "resume", "hangup"
	Raw        []byte    // the first request, for diagnosis

	Diversions []phone.Diversion // the last diverter first
	Security   phone.Security
	Shown      phone.Number       // the number an outgoing call shows; "" the line's own
	Private    bool               // and it asked the network to show none
	Consults   phone.CallID       // the waiting call for which this one asks a third; "" when for none
	Passing    phone.TransferStep // how far the other side's transfer has come; "" when none is under way
	PassingTo  string             // to whom, as it is shown
	Conference bool               // hears the others of the conference
	Alone      bool               // and the operator is not in it
	Instead    phone.CallID       // the call whose place this one takes
	Bridges    bool               // dialled to be joined here with the one it consults for
	Silenced   bool               // refused because of do not disturb
	Aside      bool               // answered, and the operator is not in it
	Announcing *Announcing        // what the other side hears in place of her now; nil when nothing
	Recording  *Recording         // what is kept of it; nil when nothing
	Quality    phone.Quality      // of the last seconds

	passTarget string           // what a transfer under way was asked for
	takeBack   bool             // is wanted back as soon as it is on hold
	machine    *clients.Machine // the rule by which the answering machine has it; nil when it has not
	kept       []phone.SoundID  // what was recorded of it
	handedOver bool             // is being joined with a third on this desk
}

// Age is how long the call has been in its present phase.
func (c Call) Age(now time.Time) time.Duration {
	since := c.ArrivedAt
	switch c.Phase {
	case Talking:
		since = c.AnsweredAt
	case Held:
		since = c.HeldAt
	case Back:
		since = c.BackAt
	}
	if now.Before(since) {
		return 0
	}
	return now.Sub(since)
}

// Ticket is one piece of work in hand.
type Ticket struct {
	ID       clients.ID
	Call     phone.CallID // "" once the call is over, or when there was none
	Journal  phone.CallID // the call it came from, kept after its end
	Client   clients.ID
	Called   phone.Number // the number that was called
	Caller   phone.Identity
	Found    Found
	Opened   time.Time
	Ended    time.Time // when its call ended, zero before
	Draft    Draft
	Earlier  Earlier        // what is known of this caller
	News     []ClientChange // changes of the client's card since this operator last answered for it
	Booked   clients.ID     // appointment set from this ticket
	Promise  Promise        // how sure it is
	Sent     int            // messages already sent from it
	LastSent clients.ID     // the newest of them
	From     Origin         // the lost desk from which it was taken over; none when it began here
	Return   Return         // and what has become of that desk
	TakenBy  string         // who took it over while this desk was cut off; "" when nobody did

	takenAt int // Draft.Strokes when that, or the last return, became known
}

// Draft is a message being typed. It is saved as it is typed.
type Draft struct {
	Message clients.Message
	SavedAt time.Time // last commit that held all of it; zero when none
	Dirty   bool      // typed since that commit
	Saving  bool      // a commit is under way
	Error   string    // code of why the last save failed, "" when it did not
	Sending bool      // Ctrl+Enter was pressed; waiting for the store
	Missing []string  // labels of required fields she was warned about
	Warned  bool      // she was told that somebody else has this message too
	Strokes int       // changes made so far; 0: only prefilled
	Typed   bool      // something was written by hand, which must not be lost
}

// Earlier is what the journal and the messages know of a caller.
type Earlier struct {
	Name     string
	Calls    int // earlier calls to this client
	LastAt   time.Time
	LastText string // the beginning of the last message
}

// Agenda is the agenda beside the call.
type Agenda struct {
	Client       clients.ID
	Day          time.Time             // midnight in the client's zone
	Appointments []clients.Appointment // from LoadedFrom to LoadedTo
	LoadedFrom   time.Time
	LoadedTo     time.Time
	Slots        []agenda.Slot   // of Day
	Next         *agenda.Slot    // next free slot from now, nil when none is loaded
	Booking      *Booking        // the slot being given, nil when none
	LastChange   *AgendaUndo     // what "Annuler" takes back, nil when nothing
	Leases       []clients.Lease // slots that this desk may promise for certain, and those of others
	Error        string

	revision  int  // counts loads, so that the slots follow
	forUrgent bool // Next was looked for with the emergency range
}

// Booking is a slot being given to somebody, or an appointment being moved.
type Booking struct {
	Slot    agenda.Slot
	Name    string
	Number  string
	Note    string
	Moving  clients.ID            // the appointment that moves here; "" books a new one
	Overlap []clients.Appointment // set when it was refused; asks "book anyway?"
	Lent    *clients.Lease        // set when it was refused because another desk may be promising the slot
	LentTo  string                // whose desk that is
	Pending bool
	Promise Promise // PromiseAsked while the office is asked
}

// AgendaUndo remembers the last agenda action so that one key takes it back.
type AgendaUndo struct {
	Code        string              // "booked", "moved", "cancelled"
	Appointment clients.Appointment // as it was before; for booked, as it is
}

// Entry is one line of the call history.
type Entry struct {
	Call       phone.CallID
	Line       phone.LineID
	Direction  phone.Direction
	Client     clients.ID
	ClientName string
	Number     phone.Number
	Name       string
	ArrivedAt  time.Time
	AnsweredAt time.Time
	EndedAt    time.Time
	Cause      phone.EndCause
	Missed     bool
	CallType   string
	Message    clients.ID
	Delivery   clients.DeliveryState // of its message, "" when none
	Booked     bool

	Called        phone.Number      // the number that was dialled to reach us
	Diversions    []phone.Diversion // the last diverter first
	TransferredTo string            // as it was shown; "" when it was not put through
	Appointment   clients.ID        // set during the call
	Quality       phone.Quality     // of the whole call
	Machine       bool              // the answering machine took it
	Sounds        []phone.SoundID   // what was recorded of it
	Shown         phone.Number      // what an outgoing call showed
}

// Search is the state of Ctrl+K.
type Search struct {
	Query   string
	Pending bool
	Hits    []Hit
	Error   string
}

// HitKind says what a search found.
type HitKind string

// What can be found.
const (
	HitClient      HitKind = "client"
	HitCaller      HitKind = "caller"
	HitMessage     HitKind = "message"
	HitAppointment HitKind = "appointment"
)

// Hit is one result of a search.
type Hit struct {
	Kind   HitKind
	ID     string // of the client, message or appointment; the number for a caller
	Client clients.ID
	Title  string
	Detail string
	At     time.Time
	Number phone.Number
}

// ClientChange is one line of a client's history.
type ClientChange struct {
	Client ID
	At     time.Time
	By     string
	Field  string // JSON name
	Before string // JSON value
	After  string
	Seq    int64 // the card's version that it made; 0 while the office does not have it
	Here   bool  // made at this desk
}

// ID shortens clients.ID inside this package.
type ID = clients.ID

// ClientHistory is the history of the client being edited, newest first.
type ClientHistory struct {
	Client  clients.ID
	Changes []ClientChange
	Under   []ClientChange // those that came from other desks since the version in Saw
	Saw     int64          // the version that the editor was opened with, or has saved upon
	// Met are the changes that Saw contained, without their texts: after the office's data
	// came from a backup they may come again, with other versions.
	Met []ClientChange
}

// Reading is a message taken earlier that was opened to be read again.
type Reading struct {
	Message    clients.Message
	Deliveries []clients.Delivery
}

// Level is how much a notice matters.
type Level int

// The levels of notices: a remark that goes away by itself, something to look
// at, something that stops work.
const (
	Info Level = iota
	Warning
	Alarm
)

// Notice is something the operator must know. The window finds the sentence
// under "notice."+Code in the translation and fills in Args.
type Notice struct {
	ID     string // a second notice of the same ID replaces the first
	Code   string
	Args   []string
	Detail string // the technical words, shown on demand
	Level  Level
	At     time.Time
	Until  time.Time // goes away then; zero stays until closed or withdrawn
}

// StoreState says whether the desk can still write.
type StoreState struct {
	Failing bool
	Code    string // "store.disk-full", ...
	Detail  string
}
