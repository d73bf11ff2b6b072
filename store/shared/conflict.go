package shared

import (
	"context"
	"encoding/json"

	"permanence/clients"
)

// putConflict opens a conflict, or writes it anew.
func (a *applier) putConflict(c clients.Conflict) error {
	return a.putValue(record{Row: Row{Kind: Conflict, ID: c.ID, Client: c.Client}}, c)
}

// settle closes a conflict. Who settles first has settled it.
func (a *applier) settle(c clients.SettleConflict) error {
	switch c.Choice {
	case clients.KeepEarlier, clients.KeepLater, clients.KeepBoth, clients.KeepOther:
	default:
		return Refuse(CodeBadChange, "a conflict is not settled by %q", c.Choice)
	}
	r, conflict, err := opened[clients.Conflict](a, Conflict, c.Conflict)
	if err != nil || conflict.Settled != nil {
		return err
	}
	if conflict.Held() {
		return Refuse(CodeBadChange, "conflict %q is for a supervisor to judge", c.Conflict)
	}
	return a.close(r, c.Choice)
}

// close writes a settlement into a conflict's row, and leaves its other fields alone.
func (a *applier) close(r record, choice clients.Choice) error {
	s, err := json.Marshal(a.settlement(choice))
	if err != nil {
		return err
	}
	_, err = a.write(r, fields{"settled": s})
	return err
}

func (a *applier) settlement(choice clients.Choice) clients.Settlement {
	return clients.Settlement{By: a.m.Actor, At: a.m.At, Choice: choice}
}

// KeepRefused keeps a refused mutation as a conflict, so that it is lost to nobody: the
// office does so under the mutation's number, after Apply or its own rules refused it.
// The code is that of the refusal.
func KeepRefused(ctx context.Context, rows Rows, seq int64, m Mutation, code string) error {
	var client clients.ID
	if c, err := clients.DecodeChange(m.Name, m.Args); err == nil {
		if client, err = ClientOf(ctx, rows, c); err != nil {
			return err
		}
	}
	a := &applier{ctx: ctx, rows: rows, seq: seq, m: m}
	return a.putConflict(clients.Conflict{
		ID: a.derive("refused"), Kind: clients.ConflictRefused, Client: client, Code: code,
		Later: clients.Version{By: m.Actor, Desk: m.Desk, At: m.At, Name: m.Name, Value: string(m.Args)},
	})
}
