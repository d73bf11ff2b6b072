package wire

import (
	"time"

	"permanence/clients"
	"permanence/phone"
	"permanence/store/shared"
)

// The protocol's versions that this program speaks.
const (
	MinProtocol = 1
	Protocol    = 1
)

// ProtocolHeader names the protocol that a desk speaks, in each request.
const ProtocolHeader = "Permanence-Protocol"

// Bounds of one request.
const (
	MaxPush     = 50
	MaxPage     = 2000
	MaxBody     = 8 << 20          // bytes of a request or an answer, but for sounds
	MaxSound    = 32 << 20         // bytes
	PollEvery   = 30 * time.Second // a desk pulls at least so often
	BeatEvery   = 5 * time.Second  // and tells its presence
	LostAfter   = 15 * time.Second // a desk unheard of for so long is lost
	DoubtFor    = 4 * time.Second  // and after so long, when its stream of events broke off
	GrantFor    = 30 * time.Second // a draft that was given, and is on no disk after so long, is offered again
	AskFor      = 2 * time.Second  // how long a booking waits for the office's word
	SessionDays = 30               // a session ends so long after its last use
)

// Error is the body of a refusal.
type Error struct {
	Code   string `json:"code"`
	Detail string `json:"detail,omitempty"`
	// Retry is when to try again, in seconds, with 429 and 503.
	Retry int `json:"retry,omitempty"`
}

// Invitation is what a machine that wants to become a desk is shown first. It comes
// over TLS that nobody vouches for yet: the proofs of both sides do.
type Invitation struct {
	CA    []byte `json:"ca"`    // the authority that vouches for the office's server, DER
	Salt  []byte `json:"salt"`  // for deriving the key from the code, new with each code
	Nonce []byte `json:"nonce"` // names the code, and tells nothing of it
}

// PairRequest asks for a certificate. Proof is HMAC-SHA-256 under the derived key over
// "desk", the CA's DER, the nonce and the request's DER, each with its length before it.
type PairRequest struct {
	Nonce []byte `json:"nonce"`
	Name  string `json:"name"` // of the machine, as others will see it; the CSR's common name
	CSR   []byte `json:"csr"`  // PKCS #10, DER
	Proof []byte `json:"proof"`
}

// PairAnswer makes a desk. Proof is the same over "office", the CA and the certificate:
// the office knew the code too.
type PairAnswer struct {
	Bureau      string     `json:"bureau"` // its ID
	BureauName  string     `json:"bureau_name"`
	Desk        clients.ID `json:"desk"`
	Certificate []byte     `json:"certificate"` // DER
	Proof       []byte     `json:"proof"`
}

// LoginRequest opens a session on this desk.
type LoginRequest struct {
	Name     string `json:"name"`
	Password string `json:"password"`
}

// LoginAnswer is who has logged in. The session goes in "Authorization: Bearer".
type LoginAnswer struct {
	Operator clients.Operator `json:"operator"`
	Session  string           `json:"session"`
}

// PasswordRequest gives an operator another password: who has the session, who says the
// old one, or somebody else, whose session is a supervisor's.
type PasswordRequest struct {
	Operator clients.ID `json:"operator,omitempty"` // "" is one's own
	Old      string     `json:"old,omitempty"`
	New      string     `json:"new"`
}

// Hello is what an office says of itself.
type Hello struct {
	MinProtocol int       `json:"min_protocol"`
	Protocol    int       `json:"protocol"`
	Bureau      string    `json:"bureau"`
	BureauName  string    `json:"bureau_name"`
	Incarnation string    `json:"incarnation"` // new whenever its data came from a backup
	Version     string    `json:"version"`     // of the program
	Now         time.Time `json:"now"`
	// Addresses are where the bureau's offices are reached, host:port, when there are
	// several: a desk that is left by one goes to another.
	Addresses []string `json:"addresses,omitempty"`
}

// PushRequest brings mutations up, the oldest first.
type PushRequest struct {
	Mutations []shared.Mutation `json:"muts"`
	// Ask: an operator waits for the office's word before she promises anything. What is
	// refused is then not kept: if the answer is lost she may promise it after all, under
	// the same UUID, and that must not meet its own refusal.
	Ask bool `json:"ask,omitempty"`
	// Cursor is the desk's own, as in a pull. When the office's data came from a backup
	// since, the push is refused: the desk has to pull first, to learn that it must push
	// again what went before. Without one everything is taken.
	Cursor string `json:"cursor,omitempty"`
}

// PushAnswer says of each what became of it, in the same order. It may be shorter than
// what was pushed: the rest was not looked at.
type PushAnswer struct {
	Results []shared.Result `json:"results"`
}

// PullRequest asks for what has changed.
type PullRequest struct {
	Cursor  string       `json:"cursor,omitempty"` // "" from the beginning
	Pending []clients.ID `json:"pending,omitempty"`
	Limit   int          `json:"limit,omitempty"` // MaxPage when 0
	// Clear: when it asked, everything that the desk had done had been pushed, and it
	// keeps to that order: nothing older can come. Only then does the office know
	// that a lease which has run out was not used.
	Clear bool `json:"clear,omitempty"`
}

// PullAnswer is one page.
type PullAnswer struct {
	Rows   []shared.Row `json:"rows,omitempty"`
	Cursor string       `json:"cursor"`
	More   bool         `json:"more,omitempty"`
	Left   int          `json:"left,omitempty"` // about how many rows follow this page
	Head   int64        `json:"head"`
	// Acked are those of Pending whose rows the desk now has; on the last page.
	Acked []clients.ID `json:"acked,omitempty"`
	// Reset: forget all shared rows before taking these in. What is pending stays.
	Reset bool `json:"reset,omitempty"`
	// Again: mutations that were acknowledged before must be pushed again, because the
	// office's data came from a backup.
	Again bool `json:"again,omitempty"`
}

// Standing is what an operator is doing.
type Standing string

// The standings. Lost is said by the office of a desk that has fallen silent.
const (
	Here   Standing = "here"
	OnCall Standing = "call"
	Away   Standing = "away"
	Lost   Standing = "lost"
	Off    Standing = "off" // closed properly
)

// Presence is what others see of a desk.
type Presence struct {
	Desk     clients.ID `json:"desk"`
	DeskName string     `json:"desk_name"`
	Operator clients.ID `json:"operator,omitempty"`
	Name     string     `json:"name,omitempty"` // the operator's
	Standing Standing   `json:"standing"`
	Reason   string     `json:"reason,omitempty"` // of Away, in her words
	Client   clients.ID `json:"client,omitempty"` // for whom she is on the telephone
	Since    time.Time  `json:"since,omitzero"`   // of the standing, by the office's clock
	Drafts   []Draft    `json:"drafts,omitempty"`
}

// Draft is a message half typed: "en cours" for the others, and theirs to take over
// when the desk is lost.
type Draft struct {
	Ticket  clients.ID      `json:"ticket"`
	Message clients.Message `json:"message"`
	Caller  phone.Identity  `json:"caller"`
	Called  phone.Number    `json:"called,omitempty"`
	Talking bool            `json:"talking,omitempty"` // the caller is on the telephone
	Held    bool            `json:"held,omitempty"`    // and waits there
	Since   time.Time       `json:"since,omitzero"`    // since when the caller is, or is not; by the office's clock
	Taken   clients.ID      `json:"taken,omitempty"`   // the desk that has taken it over
	// Of is the message that this one was taken over from: whoever tells so has it on her
	// disk.
	Of clients.ID `json:"of,omitempty"`
	// Orphan: its desk is heard, and neither has it nor has said that it is done. The
	// office says so.
	Orphan bool `json:"orphan,omitempty"`
}

// PresenceRequest tells of this desk, whole each time.
type PresenceRequest struct {
	Presence Presence `json:"presence"`
	// Run names the run of the desk's program. What this run told and tells no more is
	// done; what an earlier one told may have been lost with its disk.
	Run string `json:"run,omitempty"`
	// Beat counts in a run: one that comes late knows nothing of what a later one told.
	Beat int64 `json:"beat,omitempty"`
}

// PresenceAnswer is everybody that the operator may see, this desk too.
type PresenceAnswer struct {
	Desks []Presence `json:"desks"`
}

// TakeoverRequest takes a lost desk's draft over. The first who asks has it, for
// GrantFor: until then her desk has to say that the copy is on its disk.
type TakeoverRequest struct {
	Desk   clients.ID `json:"desk"`
	Ticket clients.ID `json:"ticket"`
}

// TakeoverAnswer is the draft as it was last seen.
type TakeoverAnswer struct {
	Draft Draft `json:"draft"`
}
