package shared

import (
	"context"
	"encoding/json"
	"errors"

	"permanence/clients"
)

// Apply carries a mutation out under its number, where that is final: at the office,
// or on a desk that stands alone. The caller has looked whether its UUID is known and
// given it its number, in the same transaction.
//
// A refusal (see Refusal) has written nothing. Of a mutation of a newer program the
// outcome is Unknown, without an error, and nothing is written either. After any other
// error the transaction must be taken back.
func Apply(ctx context.Context, rows Rows, seq int64, m Mutation) (Result, error) {
	return (&applier{ctx: ctx, rows: rows, seq: seq, m: m}).run()
}

// ApplyAhead carries a mutation out on a desk that has an office, ahead of it. Rows
// keep the numbers that the office gave them, 0 when it does not have them yet, for
// those are what the desk's next change will say it saw. What the desk promised stays
// to be confirmed, and nothing is scrubbed: the office may refuse.
func ApplyAhead(ctx context.Context, rows Rows, m Mutation) (Result, error) {
	return (&applier{ctx: ctx, rows: rows, ahead: true, m: m}).run()
}

// applier is one mutation on its way.
type applier struct {
	ctx   context.Context
	rows  Rows
	seq   int64 // the mutation's number in the bureau's one sequence
	ahead bool  // of the office, which has the last word
	m     Mutation

	outcome Outcome
}

func (a *applier) run() (Result, error) {
	err := a.decodeAndChange()
	switch code, refused := Refusal(err); {
	case refused:
		return Result{Outcome: Refused, Code: code, Detail: err.Error(), Seq: a.seq, Obstacle: obstacle(err)}, err
	case errors.Is(err, clients.ErrUnknownChange):
		return Result{Outcome: Unknown, Detail: err.Error()}, nil
	case err != nil:
		return Result{}, err
	}
	return Result{Outcome: a.outcome, Seq: a.seq}, nil
}

func (a *applier) decodeAndChange() error {
	if a.m.ID == "" {
		return Refuse(CodeBadChange, "a mutation needs a UUID")
	}
	c, err := clients.DecodeChange(a.m.Name, a.m.Args)
	if errors.Is(err, clients.ErrUnknownChange) {
		return err
	}
	if err != nil {
		return Refuse(CodeBadChange, "%v", err)
	}
	a.outcome = OK
	return a.change(c)
}

func (a *applier) change(c clients.Change) error {
	switch c := c.(type) {
	case clients.CreateClient:
		return a.createClient(c)
	case clients.PatchClient:
		return a.patchClient(c)
	case clients.TakeMessage:
		return a.takeMessage(c)
	case clients.BookAppointment:
		return a.book(c)
	case clients.MoveAppointment:
		return a.move(c)
	case clients.CancelAppointment:
		return a.cancel(c)
	case clients.SaveOperator:
		return a.saveOperator(c)
	case clients.SettleConflict:
		return a.settle(c)
	case clients.JudgeHeld:
		return a.judgeHeld(c)
	case clients.Erase:
		return a.erase(c)
	case clients.ReportDelivery:
		return a.reportDelivery(c)
	case clients.NoteReading:
		return nil
	}
	return Refuse(CodeBadChange, "no rule for %s", a.m.Name)
}

// ClientOf tells whose rows a mutation touches, so that the office can ask whether its
// author has a right to them: "" for what belongs to no client, or is not there.
func ClientOf(ctx context.Context, rows Rows, c clients.Change) (clients.ID, error) {
	switch c := c.(type) {
	case clients.CreateClient:
		return c.Client.ID, nil
	case clients.PatchClient:
		return c.Client, nil
	case clients.TakeMessage:
		return c.Message.Client, nil
	case clients.BookAppointment:
		return c.Appointment.Client, nil
	case clients.ReportDelivery:
		return clientOfDelivery(ctx, rows, c.Delivery)
	case clients.MoveAppointment:
		return ownerOf(ctx, rows, Appointment, c.Appointment)
	case clients.CancelAppointment:
		return ownerOf(ctx, rows, Appointment, c.Appointment)
	case clients.SettleConflict:
		return ownerOf(ctx, rows, Conflict, c.Conflict)
	case clients.JudgeHeld:
		return ownerOf(ctx, rows, Conflict, c.Conflict)
	case clients.Erase:
		return ownerOf(ctx, rows, Kind(c.Kind), c.ID)
	case clients.NoteReading:
		return ownerOf(ctx, rows, Kind(c.Kind), c.ID)
	}
	return "", nil
}

// clientOfDelivery tells whose a delivery is: what is there of it says so, or its message
// does, and only then who reports it.
func clientOfDelivery(ctx context.Context, rows Rows, d clients.Delivery) (clients.ID, error) {
	for _, known := range []Row{{Kind: Delivery, ID: d.ID}, {Kind: Message, ID: d.Message}} {
		r, err := rows.Row(ctx, known.Kind, known.ID)
		if err == nil {
			return r.Client, nil
		}
		if !errors.Is(err, ErrNoRow) {
			return "", err
		}
	}
	return d.Client, nil
}

func ownerOf(ctx context.Context, rows Rows, kind Kind, id clients.ID) (clients.ID, error) {
	r, err := rows.Row(ctx, kind, id)
	if errors.Is(err, ErrNoRow) {
		return "", nil
	}
	if err == nil && kind == Client {
		return r.ID, nil
	}
	return r.Client, err
}

// NewMutation writes a mutation down as it is kept and travels.
func NewMutation(m clients.Mutation, desk clients.ID) (Mutation, error) {
	if m.Change == nil {
		return Mutation{}, Refuse(CodeBadChange, "a mutation needs a change")
	}
	args, err := json.Marshal(m.Change)
	if err != nil {
		return Mutation{}, Refuse(CodeBadChange, "%s cannot be written as JSON: %v", m.Change.MutationName(), err)
	}
	return Mutation{ID: m.ID, At: m.At, Actor: m.Actor, Desk: desk, Name: m.Change.MutationName(), Args: args}, nil
}
