package office

import (
	"encoding/json"
	"fmt"

	"permanence/clients"
	"permanence/store/shared"
)

// refLeft is the ref of an operator who has left: she has no session any more.
const refLeft = "left"

// refOpen is the ref of a conflict that nobody has settled.
const refOpen = "open"

// index is what queries need of a row's body. A row that no query looks for by its
// time has none: so a cancelled appointment overlaps nothing.
type index struct {
	ref         string
	start, stop int64
	dids        []string // of a client's card
	confirmed   bool     // of an appointment: certain, and alone in its place
}

// slot is the place of an appointment.
type slot struct {
	bureau      string
	appointment clients.ID
	client      clients.ID
	start, stop int64
	confirmed   bool
}

// indexers read the bodies of the kinds that are looked for by more than their ID.
var indexers = map[shared.Kind]func(body []byte) (index, error){
	shared.Client: with(indexClient),
	shared.Message: with(func(m clients.Message) index {
		return index{ref: string(m.Sound), start: micros(m.TakenAt)}
	}),
	shared.Appointment: with(indexAppointment),
	shared.Delivery: with(func(d clients.Delivery) index {
		return index{ref: string(d.State), start: micros(d.NextTry)}
	}),
	shared.Change: with(func(c shared.FieldChange) index { return index{ref: changeOf(c.Kind, c.Row)} }),
	shared.Lease: with(func(l clients.Lease) index {
		return index{ref: string(l.Desk), start: micros(l.Start), stop: micros(l.End)}
	}),
	shared.Conflict: with(indexConflict),
	shared.Operator: with(indexOperator),
	shared.Sound:    with(func(s clients.Sound) index { return index{start: micros(s.DeleteOn)} }),
}

func indexOf(row shared.Row) (index, error) {
	read, ok := indexers[row.Kind]
	if row.Gone || !ok {
		return index{}, nil
	}
	ix, err := read(row.Body)
	if err != nil {
		return ix, fmt.Errorf("%s %q: %w", row.Kind, row.ID, err)
	}
	return ix, nil
}

// with decodes a body for an indexer.
func with[T any](f func(T) index) func([]byte) (index, error) {
	return func(body []byte) (index, error) {
		var v T
		if err := json.Unmarshal(body, &v); err != nil {
			return index{}, err
		}
		return f(v), nil
	}
}

func indexClient(c clients.Client) index {
	if c.Archived {
		return index{}
	}
	return index{dids: c.DIDs}
}

func indexAppointment(a clients.Appointment) index {
	if a.Cancelled {
		return index{}
	}
	return index{start: micros(a.Start), stop: micros(a.End), confirmed: !a.Contested && !a.Unconfirmed}
}

func indexOperator(o clients.Operator) index {
	if o.Left {
		return index{ref: refLeft}
	}
	return index{}
}

func indexConflict(c clients.Conflict) index {
	if c.Settled != nil {
		return index{}
	}
	return index{ref: refOpen}
}

// changeOf is the ref of the changes of a row.
func changeOf(kind shared.Kind, id clients.ID) string { return string(kind) + "/" + string(id) }
