package shared

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

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
	if errors.Is(err, ErrNoRow) {
		return a.eraseUnmade(kind, c.ID)
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

// eraseUnmade erases what was never made and is kept all the same: in what was refused, or
// is held for a supervisor.
func (a *applier) eraseUnmade(kind Kind, id clients.ID) error {
	with, err := a.rows.Belonging(a.ctx, kind, id)
	if err != nil {
		return err
	}
	with = slices.DeleteFunc(with, func(r Row) bool { return !wanted(r, kind, id) })
	if len(with) == 0 {
		return notFound(kind, id)
	}
	for _, r := range append(with, Row{Kind: kind, ID: id, Client: with[0].Client}) {
		if err := a.bury(r); err != nil {
			return err
		}
	}
	return nil
}

// wanted reports whether a row is of a client, or keeps a change that would have made just
// this message or appointment.
func wanted(r Row, kind Kind, id clients.ID) bool {
	if kind == Client {
		return r.Client == id
	}
	var c clients.Conflict
	if r.Kind != Conflict || json.Unmarshal(r.Body, &c) != nil {
		return false
	}
	change, err := clients.DecodeChange(c.Later.Name, []byte(c.Later.Value))
	if err != nil {
		return false
	}
	switch change := change.(type) {
	case clients.TakeMessage:
		return kind == Message && change.Message.ID == id
	case clients.BookAppointment:
		return kind == Appointment && change.Appointment.ID == id
	}
	return false
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
