package desk

import (
	"permanence/clients"
	"permanence/phone"
)

// Call finds a live call; nil when there is none.
func (s *State) Call(id phone.CallID) *Call {
	for i := range s.Calls {
		if s.Calls[i].ID == id {
			return &s.Calls[i]
		}
	}
	return nil
}

// Ticket finds a ticket; nil when there is none.
func (s *State) Ticket(id clients.ID) *Ticket {
	for i := range s.Tickets {
		if s.Tickets[i].ID == id {
			return &s.Tickets[i]
		}
	}
	return nil
}

// TicketOf finds the ticket of a live call; nil when there is none.
func (s *State) TicketOf(call phone.CallID) *Ticket {
	for i := range s.Tickets {
		if s.Tickets[i].Call == call && call != "" {
			return &s.Tickets[i]
		}
	}
	return nil
}

// FrontTicket is the ticket on screen; nil when the desk is empty.
func (s *State) FrontTicket() *Ticket { return s.Ticket(s.Front) }

// FrontClient is the client on screen; nil when there is none or it is unknown.
func (s *State) FrontClient() *clients.Client {
	if t := s.FrontTicket(); t != nil {
		return s.Directory.Client(t.Client)
	}
	return nil
}

// FrontCall is the live call of the ticket on screen; nil when there is none.
func (s *State) FrontCall() *Call {
	if t := s.FrontTicket(); t != nil {
		return s.Call(t.Call)
	}
	return nil
}

// Unsent counts what has not left this desk yet: drafts not saved, changes that the
// office does not have, messages not delivered. It is on screen at all times.
func (s *State) Unsent() int {
	n := len(s.Outbox) + s.Office.Unsent
	for i := range s.Tickets {
		if s.Tickets[i].Draft.Dirty {
			n++
		}
	}
	return n
}
