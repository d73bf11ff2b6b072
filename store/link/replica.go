package link

import (
	"context"
	"time"

	"permanence/clients"
	"permanence/store/shared"
	"permanence/store/wire"
)

// Replica is a desk's copy of the shared data, with what it has not yet sent. The
// desk's store is one. Each method is one transaction.
type Replica interface {
	// Membership tells to which office this desk belongs; the zero value when it stands
	// alone.
	Membership(ctx context.Context) (Membership, error)
	// Join makes the desk a member: everything it did alone becomes pending, oldest
	// first, so that the office learns it.
	Join(ctx context.Context, m Membership) error
	// Leave makes it stand alone again, with the rows it has.
	Leave(ctx context.Context) error
	// Cursor is where the next pull begins.
	Cursor(ctx context.Context) (string, error)
	// Asking says that a pull is about to be asked for. A lease that its page brings was
	// received at this moment and no later, since the office counts from its answer.
	Asking()
	// Pending lists what the office has not been told, oldest first, after a place in the
	// queue; the place of the last one listed is returned.
	Pending(ctx context.Context, after int64, limit int) (list []shared.Mutation, place int64, err error)
	// Pushed keeps what the office said of mutations, by UUID.
	Pushed(ctx context.Context, results map[clients.ID]shared.Result) error
	// Unacknowledged lists the UUIDs that a pull may acknowledge: what was pushed, the
	// oldest first, at most limit; -1 is all.
	Unacknowledged(ctx context.Context, limit int) ([]clients.ID, error)
	// Absorb takes a page in: rows, cursor, acknowledgements, and what is still pending
	// carried out again on top. It tells what changed for the window.
	Absorb(ctx context.Context, page wire.PullAnswer) (Changed, error)
	// Progress tells how far the desk has come.
	Progress(ctx context.Context) (Progress, error)
	// Waiting counts the work that is not yet sent, and since when the oldest waits; what
	// was only read is none.
	Waiting(ctx context.Context) (n int, oldest time.Time, err error)
}

// Membership is what makes a machine a desk of an office. The private key and the
// session are in the secrets, not here.
type Membership struct {
	Address     string     `json:"address"`          // host:port, as it was typed
	Others      []string   `json:"others,omitempty"` // where else an office serves the bureau, as it said
	Bureau      string     `json:"bureau"`
	BureauName  string     `json:"bureau_name"`
	Desk        clients.ID `json:"desk"`
	DeskName    string     `json:"desk_name"`
	CA          []byte     `json:"ca"`          // DER
	Certificate []byte     `json:"certificate"` // DER
}

// Progress is how far a desk's copy has come, over restarts.
type Progress struct {
	InStep  time.Time // when the last page was last in; zero when it never was
	Copying bool      // everything is being taken anew, and the last page has not come
}

// Changed is what a page changed that a window may be showing.
type Changed struct {
	Clients   []clients.ID // cards
	Agendas   []clients.ID // whose appointments or leases changed
	Messages  []clients.ID
	Operators bool
	Outbox    bool // deliveries
	Conflicts bool
	Desks     bool
	Reset     bool // everything
}
