package sharedtest

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"permanence/clients"
	"permanence/store/shared"
)

// Key names a row.
type Key struct {
	Kind shared.Kind
	ID   clients.ID
}

// Memory is rows in a map, without any index. It is no database: nothing is taken back.
type Memory map[Key]shared.Row

var _ shared.Rows = Memory{}

// Row reads a row, or ErrNoRow.
func (m Memory) Row(_ context.Context, kind shared.Kind, id clients.ID) (shared.Row, error) {
	if r, ok := m[Key{kind, id}]; ok {
		return r, nil
	}
	return shared.Row{}, shared.ErrNoRow
}

// Put writes a row.
func (m Memory) Put(_ context.Context, r shared.Row) error {
	m[Key{r.Kind, r.ID}] = r
	return nil
}

// living lists the rows of a kind that are not gone, by ID.
func (m Memory) living(kind shared.Kind) []shared.Row {
	var list []shared.Row
	for _, r := range m {
		if r.Kind == kind && !r.Gone {
			list = append(list, r)
		}
	}
	slices.SortFunc(list, func(a, b shared.Row) int { return cmp.Compare(a.ID, b.ID) })
	return list
}

// values reads the bodies of the living rows of a kind.
func values[T any](m Memory, kind shared.Kind) (list []T, err error) {
	for _, r := range m.living(kind) {
		var v T
		if err := json.Unmarshal(r.Body, &v); err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, nil
}

// Owner finds the client that a number reaches.
func (m Memory) Owner(_ context.Context, did string) (clients.Client, bool, error) {
	list, err := values[clients.Client](m, shared.Client)
	for _, c := range list {
		if !c.Archived && slices.Contains(c.DIDs, did) {
			return c, true, err
		}
	}
	return clients.Client{}, false, err
}

// Overlapping lists the appointments that have a moment in [start, end).
func (m Memory) Overlapping(_ context.Context, client clients.ID, start, end time.Time) ([]shared.Row, error) {
	list, err := values[clients.Appointment](m, shared.Appointment)
	slices.SortStableFunc(list, func(a, b clients.Appointment) int { return a.Start.Compare(b.Start) })
	var rows []shared.Row
	for _, a := range list {
		if a.Client == client && !a.Cancelled && a.Start.Before(end) && start.Before(a.End) {
			rows = append(rows, m[Key{shared.Appointment, a.ID}])
		}
	}
	return rows, err
}

// Lent lists the leases that have a moment in [start, end).
func (m Memory) Lent(_ context.Context, client clients.ID, start, end time.Time) ([]clients.Lease, error) {
	list, err := values[clients.Lease](m, shared.Lease)
	return slices.DeleteFunc(list, func(l clients.Lease) bool {
		return l.Client != client || !l.Start.Before(end) || !start.Before(l.End)
	}), err
}

// Doubtful never doubts: all leases that there are lie here.
func (Memory) Doubtful(context.Context) (bool, error) { return false, nil }

// Changed finds the newest change of a field after a number that came from elsewhere.
func (m Memory) Changed(_ context.Context, kind shared.Kind, row clients.ID, field string, after int64, but clients.ID) (shared.FieldChange, bool, error) {
	var newest shared.FieldChange
	var seq int64
	for _, r := range m.living(shared.Change) {
		var c shared.FieldChange
		if err := json.Unmarshal(r.Body, &c); err != nil {
			return c, false, err
		}
		if c.Kind == kind && c.Row == row && c.Field == field && c.Desk != but && r.Seq > max(after, seq) {
			newest, seq = c, r.Seq
		}
	}
	return newest, seq > 0, nil
}

// OpenConflicts lists the conflicts of a client that are not settled.
func (m Memory) OpenConflicts(_ context.Context, client clients.ID) ([]clients.Conflict, error) {
	list, err := values[clients.Conflict](m, shared.Conflict)
	return slices.DeleteFunc(list, func(c clients.Conflict) bool { return c.Client != client || c.Settled != nil }), err
}

// MailHost is a domain that cannot exist (RFC 2606).
func (m Memory) MailHost(context.Context) (string, error) { return "permanence.invalid", nil }

// Belonging lists the rows that go when this one is erased.
func (m Memory) Belonging(_ context.Context, kind shared.Kind, id clients.ID) ([]shared.Row, error) {
	var list []shared.Row
	for _, key := range slices.SortedFunc(maps.Keys(m), func(a, b Key) int { return cmp.Compare(a.ID, b.ID) }) {
		r := m[key]
		if !r.Gone && r.Kind != shared.Change && key != (Key{kind, id}) && belongs(r, kind, id) {
			list = append(list, r)
		}
	}
	return list, nil
}

func belongs(r shared.Row, kind shared.Kind, id clients.ID) bool {
	var d clients.Delivery
	switch {
	case kind == shared.Client && r.Client == id:
		return true
	case r.Kind == shared.Conflict:
		return strings.Contains(string(r.Body), string(id))
	case r.Kind == shared.Delivery && kind == shared.Message:
		return json.Unmarshal(r.Body, &d) == nil && d.Message == id
	}
	return false
}

// Scrub takes the history of a row away.
func (m Memory) Scrub(_ context.Context, kind shared.Kind, id clients.ID) error {
	for key, r := range m {
		var c shared.FieldChange
		if r.Kind == shared.Change && json.Unmarshal(r.Body, &c) == nil && c.Kind == kind && c.Row == id {
			delete(m, key)
		}
	}
	return nil
}
