package desk

import (
	"slices"

	"permanence/clients"
)

// offers lists the drafts of lost desks that nobody has taken and that the operator
// wants to see, those lost longest first.
func (t *turn) offers() []Offer {
	var list []Offer
	for _, p := range t.Office.Desks {
		if p.Standing != StandingLost || p.Desk == t.Office.Desk {
			continue
		}
		for _, d := range p.Drafts {
			o := Offer{Desk: p.Desk, DeskName: p.DeskName, Name: p.Name, Since: p.Since, Draft: d}
			if d.Taken != "" || slices.ContainsFunc(t.left, o.same) {
				continue
			}
			o.Asked = slices.ContainsFunc(t.Offers, func(old Offer) bool { return old.Asked && o.same(old) })
			list = append(list, o)
		}
	}
	slices.SortStableFunc(list, func(a, b Offer) int { return a.Since.Compare(b.Since) })
	return list
}

func (o Offer) same(p Offer) bool { return o.Desk == p.Desk && o.Draft.Ticket == p.Draft.Ticket }

// offer gives an offer to be changed, nil when there is none.
func (t *turn) offered(desk, ticket clients.ID) *Offer {
	t.Offers = slices.Clone(t.Offers)
	for i := range t.Offers {
		if t.Offers[i].Desk == desk && t.Offers[i].Draft.Ticket == ticket {
			return &t.Offers[i]
		}
	}
	return nil
}

// dropOffer takes an offer off the screen for good.
func (t *turn) dropOffer(desk, ticket clients.ID) {
	if o := t.offered(desk, ticket); o != nil {
		gone := *o
		t.left = append(slices.Clone(t.left), Offer{Desk: desk, Draft: RemoteDraft{Ticket: ticket}})
		t.Offers = slices.DeleteFunc(t.Offers, gone.same)
	}
}

func (e OfferLeft) apply(t *turn) { t.dropOffer(e.Desk, e.Ticket) }

func (e TakeOverPressed) apply(t *turn) {
	if o := t.offered(e.Desk, e.Ticket); o != nil && !o.Asked {
		o.Asked = true
		t.do(TakeOver(e))
	}
}

// TakenOver opens a ticket with what was typed on the lost desk, and the caller's
// number to call back. The message is a new one: should the lost desk come back and
// send its own, neither is lost.
func (e TakenOver) apply(t *turn) {
	t.dropOffer(e.Desk, e.Draft.Ticket)
	m := e.Draft.Message
	m.ID, m.TakenBy, m.Version = t.ID, t.Operator.ID, 0
	m.Name, m.Number = firstOf(m.Name, e.Draft.Caller.Name), firstOf(m.Number, e.Draft.Caller.Number.Display())
	tk := Ticket{
		ID: t.ID, Client: m.Client, Called: e.Draft.Called, Caller: e.Draft.Caller,
		Opened: t.At, Ended: t.At, From: t.DeskNamed(e.Desk),
		Draft: Draft{Message: m, Strokes: 1, Dirty: true, Typed: true},
	}
	own(&t.ownTickets, &t.Tickets)
	t.Tickets = append(t.Tickets, tk)
	t.askAbout(&tk)
	t.keepDraft(tk.ID)
	if !t.frontIsBusy() {
		TicketChosen{Ticket: tk.ID}.apply(t)
	}
	t.remark("takeover", "takeover.done", tk.From)
}

func (e TakeOverRefused) apply(t *turn) {
	if by := t.takenBy(e.Desk, e.Ticket); by != "" {
		t.dropOffer(e.Desk, e.Ticket)
		t.warn("takeover", "takeover.taken", by)
		return
	}
	if o := t.offered(e.Desk, e.Ticket); o != nil {
		o.Asked = false
	}
	t.notify(Notice{ID: "takeover", Code: e.Problem.Code, Detail: e.Problem.Detail, Level: Warning, Until: t.At.Add(remarkFor)})
}

// takenBy names who has taken a desk's draft over; "" when nobody is known to have.
func (s *State) takenBy(desk, ticket clients.ID) string {
	for _, p := range s.Office.Desks {
		for _, d := range p.Drafts {
			if p.Desk == desk && d.Ticket == ticket && d.Taken != "" {
				return firstOf(s.DeskNamed(d.Taken), string(d.Taken))
			}
		}
	}
	return ""
}

// noteTaken marks this desk's own tickets that somebody took over while it was cut off.
func (t *turn) noteTaken() {
	for i := range t.Tickets {
		id := t.Tickets[i].ID
		by := t.takenBy(t.Office.Desk, id)
		if by == "" || t.Tickets[i].TakenBy != "" {
			continue
		}
		t.ticket(id).TakenBy = by
		t.warn("taken:"+string(id), "message.taken-over", by)
	}
}
