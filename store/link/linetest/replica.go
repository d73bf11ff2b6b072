package linetest

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"permanence/clients"
	"permanence/store/link"
	"permanence/store/shared"
	"permanence/store/wire"
)

// ErrCrash is what a replica's methods return after its program has crashed.
var ErrCrash = errors.New("linetest: the program has crashed")

// Replica is a desk's store in memory. What its methods did outlives a crash; what they
// would have done after it, not.
type Replica struct {
	Now func() time.Time

	mu      sync.Mutex
	member  link.Membership
	cursor  string
	at      link.Progress
	rows    map[clients.ID]shared.Row
	pending []entry
	crashIn int // so many methods more; 0 never
	crashed bool
}

// entry is a mutation that the desk keeps.
type entry struct {
	shared.Mutation
	told, acked bool
}

var _ link.Store = (*Replica)(nil)

// CrashAfter has the program crash after so many of its methods.
func (r *Replica) CrashAfter(n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.crashIn, r.crashed = n, false
}

// Crashed reports whether it has.
func (r *Replica) Crashed() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.crashed
}

// Rows lists the IDs of the rows, in order.
func (r *Replica) Rows() []clients.ID {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Sorted(maps.Keys(r.rows))
}

// do is one transaction.
func (r *Replica) do(f func()) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.crashed {
		return ErrCrash
	}
	if r.crashIn > 0 {
		if r.crashIn--; r.crashIn == 0 {
			r.crashed = true
			return ErrCrash
		}
	}
	f()
	return nil
}

// Membership implements link.Replica.
func (r *Replica) Membership(context.Context) (m link.Membership, err error) {
	err = r.do(func() { m = r.member })
	return m, err
}

// Join implements link.Replica.
func (r *Replica) Join(_ context.Context, m link.Membership) error {
	return r.do(func() {
		if r.member.Bureau != m.Bureau {
			r.cursor, r.at = "", link.Progress{Copying: true}
		}
		r.member = m
	})
}

// Leave implements link.Replica.
func (r *Replica) Leave(context.Context) error {
	return r.do(func() { r.member, r.cursor = link.Membership{}, "" })
}

// Cursor implements link.Replica.
func (r *Replica) Cursor(context.Context) (cursor string, err error) {
	err = r.do(func() { cursor = r.cursor })
	return cursor, err
}

// Asking implements link.Replica: it has no leases.
func (r *Replica) Asking() {}

// Pending implements link.Replica.
func (r *Replica) Pending(_ context.Context, after int64, limit int) (list []shared.Mutation, place int64, err error) {
	place = after
	err = r.do(func() {
		for i, e := range r.pending {
			if !e.told && !e.acked && int64(i+1) > after && len(list) < limit {
				list, place = append(list, e.Mutation), int64(i+1)
			}
		}
	})
	return list, place, err
}

// Pushed implements link.Replica.
func (r *Replica) Pushed(_ context.Context, results map[clients.ID]shared.Result) error {
	return r.do(func() {
		for i, e := range r.pending {
			if result, is := results[e.ID]; is {
				r.pending[i].told = result.Outcome != shared.Unknown
			}
		}
	})
}

// Unacknowledged implements link.Replica.
func (r *Replica) Unacknowledged(_ context.Context, limit int) (list []clients.ID, err error) {
	err = r.do(func() {
		for _, e := range r.pending {
			if e.told && !e.acked && len(list) != limit {
				list = append(list, e.ID)
			}
		}
	})
	return list, err
}

// Absorb implements link.Replica.
func (r *Replica) Absorb(_ context.Context, page wire.PullAnswer) (changed link.Changed, err error) {
	err = r.do(func() {
		if page.Reset {
			r.rows, changed.Reset = nil, true
		}
		for i, e := range r.pending {
			if page.Again {
				r.pending[i].told, r.pending[i].acked = false, false
			} else if slices.Contains(page.Acked, e.ID) {
				r.pending[i].acked = true
			}
		}
		for _, row := range page.Rows {
			r.put(row)
			changed.Messages = append(changed.Messages, row.ID)
		}
		r.cursor = page.Cursor
		r.at.Copying = page.More && (r.at.Copying || page.Reset)
		if !page.More {
			r.at.InStep = r.Now()
		}
	})
	return changed, err
}

func (r *Replica) put(row shared.Row) {
	if r.rows == nil {
		r.rows = map[clients.ID]shared.Row{}
	}
	r.rows[row.ID] = row
}

// Progress implements link.Replica.
func (r *Replica) Progress(context.Context) (p link.Progress, err error) {
	err = r.do(func() { p = r.at })
	return p, err
}

// Waiting implements link.Replica.
func (r *Replica) Waiting(context.Context) (n int, oldest time.Time, err error) {
	err = r.do(func() {
		for _, e := range r.pending {
			if e.told || e.acked || e.Name == (clients.NoteReading{}).MutationName() {
				continue
			}
			if n++; n == 1 {
				oldest = e.At
			}
		}
	})
	return n, oldest, err
}

// Apply implements link.Store.
func (r *Replica) Apply(_ context.Context, m clients.Mutation) error {
	sm, err := shared.NewMutation(m, r.member.Desk)
	if err != nil {
		return err
	}
	return r.do(func() {
		r.pending = append(r.pending, entry{Mutation: sm})
		r.put(shared.Row{Kind: shared.Message, ID: m.ID})
	})
}
