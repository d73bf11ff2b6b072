package link

import (
	"context"

	"permanence/clients"
	"permanence/store/wire"
	"permanence/ui/desk"
)

// Tell shows this desk to the others. The last word wins.
func (l *Link) Tell(p desk.Presence) {
	told := PresenceOnWire(p)
	l.presence.Store(&told)
	if b, err := l.office(); err == nil {
		hint(b.seen)
	}
}

// TakeOver takes a lost desk's draft over; the first who asks has it.
func (l *Link) TakeOver(ctx context.Context, lost, ticket clients.ID) (desk.RemoteDraft, error) {
	b, err := l.office()
	if err != nil {
		return desk.RemoteDraft{}, err
	}
	answer, err := b.remote.TakeOver(ctx, wire.TakeoverRequest{Desk: lost, Ticket: ticket})
	return desk.RemoteDraft(answer.Draft), err
}

func (b *bond) showDesks(answer wire.PresenceAnswer) {
	desks := make([]desk.Presence, 0, len(answer.Desks))
	for _, p := range answer.Desks {
		desks = append(desks, PresenceOfWire(p))
	}
	b.cfg.Send(desk.DesksChanged{Desks: desks})
}

// PresenceOnWire is a presence as the office is told it.
func PresenceOnWire(p desk.Presence) wire.Presence {
	w := wire.Presence{
		Desk: p.Desk, DeskName: p.DeskName, Operator: p.Operator, Name: p.Name, Standing: wire.Standing(p.Standing),
		Reason: p.Reason, Client: p.Client, Since: p.Since,
	}
	for _, d := range p.Drafts {
		w.Drafts = append(w.Drafts, wire.Draft(d))
	}
	return w
}

// PresenceOfWire is one as the office tells it.
func PresenceOfWire(w wire.Presence) desk.Presence {
	p := desk.Presence{
		Desk: w.Desk, DeskName: w.DeskName, Operator: w.Operator, Name: w.Name, Standing: desk.Standing(w.Standing),
		Reason: w.Reason, Client: w.Client, Since: w.Since,
	}
	for _, d := range w.Drafts {
		p.Drafts = append(p.Drafts, desk.RemoteDraft(d))
	}
	return p
}
