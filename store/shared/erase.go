package shared

import (
	"context"
	"encoding/json"

	"permanence/clients"
)

// erasable are the kinds that a person may ask to have erased.
var erasable = map[Kind]bool{Message: true, Appointment: true, Client: true}

// erase leaves a tombstone in place of a row and of each row that goes with it. Ahead
// of the office nothing but the rows is touched: if it refuses, all must come back.
func (a *applier) erase(c clients.Erase) error {
	kind := Kind(c.Kind)
	if !erasable[kind] {
		return Refuse(CodeBadChange, "a row of kind %q is not erased", c.Kind)
	}
	r, err := a.rows.Row(a.ctx, kind, c.ID)
	if err == nil && r.Gone {
		return nil
	}
	target, err := a.open(kind, c.ID)
	if err != nil {
		return err
	}
	beside, err := a.beside(target)
	if err != nil {
		return err
	}
	with, err := a.rows.Belonging(a.ctx, kind, c.ID)
	if err != nil {
		return err
	}
	for _, r := range append(with, target.Row) {
		if err := a.bury(r); err != nil {
			return err
		}
	}
	return a.contest(beside)
}

// beside lists the appointments that share a moment with one that goes: with it goes what
// they were contested for.
func (a *applier) beside(r record) ([]clients.Appointment, error) {
	if r.Kind != Appointment {
		return nil, nil
	}
	_, ap, err := opened[clients.Appointment](a, r.Kind, r.ID)
	if err != nil {
		return nil, err
	}
	return a.overlapping(ap)
}

// bury puts a tombstone, which keeps what says who may read it and no more.
func (a *applier) bury(r Row) error {
	r.Body, r.Gone = nil, true
	if a.ahead {
		return a.rows.Put(a.ctx, r)
	}
	r.Seq = a.seq
	if err := a.rows.Put(a.ctx, r); err != nil {
		return err
	}
	return a.rows.Scrub(a.ctx, r.Kind, r.ID)
}

// LookBeside looks again, under a sequence number, at the appointments that shared a
// moment with a row that is erased by now: one after a backup was put back. Of another
// kind of row, or one without a body, nothing depends.
func LookBeside(ctx context.Context, rows Rows, seq int64, erased Row) error {
	if erased.Kind != Appointment || erased.Body == nil {
		return nil
	}
	var ap clients.Appointment
	if err := json.Unmarshal(erased.Body, &ap); err != nil {
		return err
	}
	a := &applier{ctx: ctx, rows: rows, seq: seq}
	beside, err := a.overlapping(ap)
	for _, other := range beside {
		if err == nil {
			err = a.confirm(other.ID)
		}
	}
	return err
}
