package shared

import (
	"encoding/json"

	"permanence/clients"
)

// judgeHeld lets a held change in, in the name of its author and as of its own time, or
// discards it. Who judges first has judged. What cannot be carried out any more stays
// open as what it is then: a refused change.
func (a *applier) judgeHeld(c clients.JudgeHeld) error {
	r, conflict, err := opened[clients.Conflict](a, Conflict, c.Conflict)
	if err != nil || conflict.Settled != nil {
		return err
	}
	if !conflict.Held() {
		return Refuse(CodeBadChange, "conflict %q is not held", c.Conflict)
	}
	choice := clients.KeepEarlier
	if c.Admit {
		choice = clients.KeepLater
		err := a.admit(conflict)
		if code, refused := Refusal(err); refused {
			return a.writeAudited(r, fields{"code": text(code)})
		}
		if err != nil {
			return err
		}
	}
	s := a.settlement(choice)
	s.Reason = c.Reason
	body, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return a.writeAudited(r, fields{"settled": body})
}

// admit carries a held change out. Its appointments were promised to somebody.
func (a *applier) admit(c clients.Conflict) error {
	change, err := clients.DecodeChange(c.Later.Name, []byte(c.Later.Value))
	if err != nil {
		return Refuse(CodeBadChange, "%v", err)
	}
	m := Mutation{
		ID: a.derive("held", string(c.ID)), At: c.Later.At, Actor: c.Later.By, Desk: c.Later.Desk,
		Name: c.Later.Name, Args: json.RawMessage(c.Later.Value),
	}
	switch held := change.(type) {
	case clients.BookAppointment:
		held.Promised, held.Lease = true, "" // a revoked desk has no slots
		change = held
	case clients.MoveAppointment:
		held.Promised = true
		change = held
	case clients.CreateClient, clients.PatchClient, clients.TakeMessage, clients.CancelAppointment, clients.SettleConflict:
	default: // rights and erasures are asked for anew
		return Refuse(CodeBadChange, "%s of a revoked desk is not let in", c.Later.Name)
	}
	inner := &applier{ctx: a.ctx, rows: a.rows, seq: a.seq, ahead: a.ahead, m: m, outcome: OK}
	if err := inner.change(change); err != nil {
		return err
	}
	a.outcome = inner.outcome
	return nil
}

func text(s string) json.RawMessage {
	b, _ := json.Marshal(s) // a string always marshals
	return b
}
