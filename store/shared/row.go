package shared

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"permanence/clients"
)

// Kind says what a row is.
type Kind string

// The kinds of rows. A desk that is older than the office keeps rows of kinds that it
// does not know, and shows nothing of them.
const (
	Operator    Kind = "operator"
	Client      Kind = "client"
	Message     Kind = "message"
	Appointment Kind = "appointment"
	Delivery    Kind = "delivery"
	Change      Kind = "change"
	Conflict    Kind = "conflict"
	Lease       Kind = "lease"
	Sound       Kind = "sound" // what is told of a recorded sound; the voice is fetched apart
	Desk        Kind = "desk"  // a paired machine
)

// Row is one piece of shared data, as it is stored and as it travels.
type Row struct {
	Kind   Kind            `json:"kind"`
	ID     clients.ID      `json:"id"`
	Client clients.ID      `json:"client,omitempty"` // whose: who may read it follows; "" is the whole bureau's
	Desk   clients.ID      `json:"desk,omitempty"`   // set when it concerns one desk alone
	Seq    int64           `json:"seq"`
	Body   json.RawMessage `json:"body,omitempty"` // an object; fields that a program does not know it keeps
	Gone   bool            `json:"gone,omitempty"` // a tombstone: it was erased, and has no body
}

// ErrNoRow says that there is no such row.
var ErrNoRow = errors.New("shared: no such row")

// FieldChange is the body of a Change row.
type FieldChange struct {
	Kind     Kind            `json:"kind"`
	Row      clients.ID      `json:"row"`
	Field    string          `json:"field"`
	Before   json.RawMessage `json:"before"` // null when it was not there
	After    json.RawMessage `json:"after"`
	Actor    clients.ID      `json:"actor"`
	Desk     clients.ID      `json:"desk,omitempty"`
	At       time.Time       `json:"at"` // by the actor's desk
	Mutation clients.ID      `json:"mutation"`
}

// Rows is where the rows of one bureau lie, within one transaction. Put gives a row
// its place in every index of this store; what it wrote, the next read sees.
type Rows interface {
	// Row reads a row, or ErrNoRow. A tombstone is a row that is Gone.
	Row(ctx context.Context, kind Kind, id clients.ID) (Row, error)
	// Put writes a row in place of what was there.
	Put(ctx context.Context, r Row) error
	// Owner finds the client that a number reaches; archived ones have none.
	Owner(ctx context.Context, did string) (clients.Client, bool, error)
	// Overlapping lists the appointments of a client, not cancelled, that have a moment
	// in [start, end), in the order of their beginnings and IDs.
	Overlapping(ctx context.Context, client clients.ID, start, end time.Time) ([]Row, error)
	// Lent lists the leases on a client's agenda that have a moment in [start, end) and
	// still bind the office.
	Lent(ctx context.Context, client clients.ID, start, end time.Time) ([]clients.Lease, error)
	// Doubtful reports whether leases may be out of which these rows know nothing, as after
	// a backup was put back: then nothing is confirmed.
	Doubtful(ctx context.Context) (bool, error)
	// Changed finds the newest change of a field after a sequence number that did not
	// come from this desk.
	Changed(ctx context.Context, kind Kind, row clients.ID, field string, after int64, but clients.ID) (FieldChange, bool, error)
	// OpenConflicts lists the conflicts of a client's row that are not settled.
	OpenConflicts(ctx context.Context, client clients.ID) ([]clients.Conflict, error)
	// MailHost is the right side of the Message-IDs (RFC 5322 §3.6.4).
	MailHost(ctx context.Context) (string, error)
	// Belonging lists the rows that go when this one is erased: the deliveries of a
	// message, the conflicts whose body speaks of the row, and all that is of a client.
	// Change rows are not among them: Scrub takes those.
	Belonging(ctx context.Context, kind Kind, id clients.ID) ([]Row, error)
	// Scrub takes every trace of a row that is being erased out of what lies beside the
	// rows: arguments of mutations, its change rows, the search.
	Scrub(ctx context.Context, kind Kind, id clients.ID) error
}

// Mutation is a change on its way: as it is kept on the desk until the office has it,
// and as the office keeps it.
type Mutation struct {
	ID    clients.ID      `json:"uuid"`
	At    time.Time       `json:"at"`
	Actor clients.ID      `json:"actor"`
	Desk  clients.ID      `json:"-"` // whose certificate it came with
	Name  string          `json:"name"`
	Args  json.RawMessage `json:"args"`
}

// Outcome is what became of a mutation.
type Outcome string

// The outcomes. After each of them but Unknown the desk may forget the mutation once
// it has the rows up to the number it was given.
const (
	OK        Outcome = "ok"
	Contested Outcome = "contested" // an overlap: done, and a conflict is open
	Disputed  Outcome = "conflict"  // the same field twice: done, and a conflict is open
	Refused   Outcome = "refused"   // not done; kept as a conflict
	Held      Outcome = "held"      // from a revoked desk: kept aside, "à vérifier"
	Unknown   Outcome = "unknown"   // of a newer program: the desk keeps it until the office is upgraded
)

// Result is what became of one mutation.
type Result struct {
	Outcome Outcome `json:"outcome"`
	Code    string  `json:"code,omitempty"`   // of a refusal: the word for the operator's sentence
	Detail  string  `json:"detail,omitempty"` // for the log
	Seq     int64   `json:"seq,omitempty"`
	// Obstacle is what stands in the way of a booking that was refused just now.
	Obstacle *Obstacle `json:"obstacle,omitempty"`
}

// Obstacle is the appointments that a booking would overlap, or the lease that it would
// break.
type Obstacle struct {
	Overlap []clients.Appointment `json:"overlap,omitempty"`
	Lease   *clients.Lease        `json:"lease,omitempty"`
}
