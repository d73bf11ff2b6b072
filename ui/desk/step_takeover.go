package desk

import (
	"slices"

	"permanence/clients"
)

// offers lists the drafts that nobody has taken and that the operator wants to see, those
// lost longest first: of lost desks, and what a desk lost with its disk, her own too.
func (t *turn) offers() []Offer {
	var list []Offer
	for _, p := range t.Office.Desks {
		lost := p.Standing == StandingLost && p.Desk != t.Office.Desk
		for _, d := range p.Drafts {
			if !lost && !d.Orphan {
				continue
			}
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
// send its own, neither is lost. Its ID follows from the lost one's: so one answer that
// comes twice makes one message, and so does a desk that died before it was on its disk.
func (e TakenOver) apply(t *turn) {
	t.dropOffer(e.Desk, e.Draft.Ticket)
	m := e.Draft.Message
	m.ID, m.TakenBy, m.Version = clients.CopyOf(m.ID, t.Office.Desk), t.Operator.ID, 0
	if t.hasMessage(m.ID) {
		return
	}
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

// hasMessage reports whether a message is in hand, or was sent from what is.
func (s *State) hasMessage(id clients.ID) bool {
	return slices.ContainsFunc(s.Tickets, func(tk Ticket) bool { return tk.Draft.Message.ID == id || tk.LastSent == id })
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

// noteTaken marks the tickets that somebody took over while this desk was cut off: its
// own, and what it had itself taken over and could not confirm in time. Whoever was given
// one may die before it is on her disk: then it is only here again.
func (t *turn) noteTaken() {
	for i := range t.Tickets {
		tk := &t.Tickets[i]
		by, known := t.takenFrom(tk)
		if !known || by == tk.TakenBy {
			continue
		}
		tk = t.ticket(tk.ID)
		tk.TakenBy, tk.takenAt, tk.Draft.Warned = by, tk.Draft.Strokes, false
		if t.withdraw("taken:" + string(tk.ID)); by != "" {
			t.warn("taken:"+string(tk.ID), "message.taken-over", by)
		}
	}
}

// takenFrom names who has taken over what a ticket holds; unknown when nothing is seen
// of it at the office.
func (s *State) takenFrom(tk *Ticket) (by string, known bool) {
	desk, draft := s.Office.Desk, RemoteDraft{Ticket: tk.ID, Message: tk.Draft.Message}
	if d := s.draftOf(desk, tk.ID); d != nil && d.Message.ID == tk.Draft.Message.ID {
		known = true
	}
	if by = s.takenBy(desk, draft); by != "" || tk.From.Message == "" {
		return by, known
	}
	draft.Ticket, draft.Message.ID = tk.From.Ticket, tk.From.Message
	return s.takenBy(tk.From.Desk, draft), known || s.draftOf(tk.From.Desk, tk.From.Ticket) != nil
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

// noteSentThere marks what was taken over and came after all: from its own desk, or
// from another that had taken it over before.
func (t *turn) noteSentThere(messages []clients.ID) {
	for i := range t.Tickets {
		if name := t.sender(t.Tickets[i].From, messages); name != "" {
			t.ticket(t.Tickets[i].ID).From.Name = name
			t.hasReturned(t.Tickets[i].ID, ReturnSent)
		}
	}
}

// sender names who sent what was taken over from elsewhere; "" when nobody did.
func (s *State) sender(from Origin, messages []clients.ID) string {
	if from.Message == "" {
		return ""
	}
	if slices.Contains(messages, from.Message) {
		return firstOf(from.Name, string(from.Desk))
	}
	for _, p := range s.Office.Desks {
		if p.Desk != s.Office.Desk && slices.Contains(messages, clients.CopyOf(from.Message, p.Desk)) {
			return firstOf(p.Name, p.DeskName, string(p.Desk))
		}
	}
	return ""
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
	if d == nil || d.Orphan {
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
