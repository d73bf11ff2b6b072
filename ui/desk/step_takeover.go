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
			before := slices.IndexFunc(t.Offers, o.same)
			// One that this desk has taken stays until its answer has come: it may be lost on
			// the way, and is given again.
			if d.Taken != "" && (d.Taken != t.Office.Desk || before < 0) || slices.ContainsFunc(t.left, o.same) {
				continue
			}
			o.Asked = before >= 0 && t.Offers[before].Asked
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
		Opened: t.At, Ended: t.At,
		From: Origin{
			Desk: e.Desk, Ticket: e.Draft.Ticket, Name: t.DeskNamed(e.Desk), Message: e.Draft.Message.ID, Talking: e.Draft.Talking,
		},
		Draft: Draft{Message: m, Strokes: 1, Dirty: true, Typed: true},
	}
	own(&t.ownTickets, &t.Tickets)
	t.Tickets = append(t.Tickets, tk)
	t.askAbout(&tk)
	t.keepDraft(tk.ID)
	if !t.frontIsBusy() {
		TicketChosen{Ticket: tk.ID}.apply(t)
	}
	t.remark("takeover", "takeover.done", tk.From.Name)
}

// TakeOverRefused tells who was quicker as soon as that is known: the refusal may be
// here before the news.
func (e TakeOverRefused) apply(t *turn) {
	if t.noteQuicker(); t.offered(e.Desk, e.Ticket) == nil {
		return
	}
	if e.Problem.Code == takenElsewhere {
		return
	}
	t.offered(e.Desk, e.Ticket).Asked = false
	t.notify(Notice{ID: "takeover", Code: e.Problem.Code, Detail: e.Problem.Detail, Level: Warning, Until: t.At.Add(remarkFor)})
}

// takenElsewhere is the office's word for a draft that another desk has.
const takenElsewhere = "office.taken"

// noteQuicker tells who has taken what this desk had asked for.
func (t *turn) noteQuicker() {
	for _, o := range t.Offers {
		if by := t.takenBy(o.Desk, o.Draft); o.Asked && by != "" {
			t.dropOffer(o.Desk, o.Draft.Ticket)
			t.warn("takeover", "takeover.taken", by)
		}
	}
}

// takenBy names who has taken a desk's draft over; "" when nobody else is known to have.
func (s *State) takenBy(desk clients.ID, draft RemoteDraft) string {
	d := s.draftOf(desk, draft.Ticket)
	if d == nil || d.Taken == "" || d.Taken == s.Office.Desk || d.Message.ID != draft.Message.ID {
		return ""
	}
	return firstOf(s.DeskNamed(d.Taken), string(d.Taken))
}

// draftOf finds what is seen of a desk's draft, nil when there is nothing.
func (s *State) draftOf(desk, ticket clients.ID) *RemoteDraft {
	for i := range s.Office.Desks {
		p := &s.Office.Desks[i]
		for j := range p.Drafts {
			if p.Desk == desk && p.Drafts[j].Ticket == ticket {
				return &p.Drafts[j]
			}
		}
	}
	return nil
}

// noteTaken marks this desk's own tickets that somebody took over while it was cut off.
func (t *turn) noteTaken() {
	for i := range t.Tickets {
		tk := &t.Tickets[i]
		by := t.takenBy(t.Office.Desk, RemoteDraft{Ticket: tk.ID, Message: tk.Draft.Message})
		if by == "" || tk.TakenBy != "" {
			continue
		}
		tk = t.ticket(tk.ID)
		tk.TakenBy, tk.takenAt = by, tk.Draft.Strokes
		t.warn("taken:"+string(tk.ID), "message.taken-over", by)
	}
}

// noteReturned follows the desks from which something was taken over: whoever has it
// now must know that it is in two hands, and may be that the caller is spoken to.
func (t *turn) noteReturned() {
	for i := range t.Tickets {
		if tk := &t.Tickets[i]; tk.Return != ReturnSent {
			t.hasReturned(tk.ID, t.returned(tk.From))
		}
	}
}

// noteSentThere marks what was taken over and came from its own desk after all.
func (t *turn) noteSentThere(messages []clients.ID) {
	for i := range t.Tickets {
		if tk := &t.Tickets[i]; tk.From.Message != "" && slices.Contains(messages, tk.From.Message) {
			t.hasReturned(tk.ID, ReturnSent)
		}
	}
}

// hasReturned says once what has become of the desk that a ticket was taken over from.
func (t *turn) hasReturned(id clients.ID, is Return) {
	if t.State.Ticket(id).Return == is {
		return
	}
	tk := t.ticket(id)
	tk.Return, tk.Draft.Warned, tk.takenAt = is, false, tk.Draft.Strokes
	if t.withdraw("returned:" + string(id)); is != ReturnNone {
		t.warn("returned:"+string(id), "takeover."+string(is), tk.From.Name)
	}
}

// returned is what has become of the desk from which something was taken over.
func (s *State) returned(from Origin) Return {
	d := s.draftOf(from.Desk, from.Ticket)
	if d == nil {
		return ReturnNone
	}
	switch p := s.presenceOf(from.Desk); {
	case p.Standing == StandingLost || p.Standing == StandingOff:
		return ReturnNone
	case d.Talking:
		return ReturnTalking
	}
	return ReturnBack
}

// TicketCalledBack has no call of the history to go by: that is on the lost desk.
func (e TicketCalledBack) apply(t *turn) {
	tk := t.State.Ticket(firstID(e.Ticket, t.Front))
	if tk == nil || tk.Call != "" {
		return
	}
	m, number := &tk.Draft.Message, dialled(tk.Caller)
	if _, fits := dialTarget(m.Number); fits {
		number = m.Number // as it was noted, which the caller may have asked for
	}
	if number == "" {
		t.warn("dial", "dial.number-withheld")
		return
	}
	t.dial(DialPressed{Target: number, Client: tk.Client}, tk.ID)
}
