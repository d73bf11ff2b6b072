package officesim

import (
	"slices"

	"permanence/clients"
	"permanence/store/shared"
)

// eraseAppointment has an appointment erased, as its caller asked.
func (s *station) eraseAppointment() {
	a, ok := s.appointment()
	if !ok || s.operator.Role != clients.Supervisor {
		return
	}
	s.eraseRow(shared.Appointment, a.ID, a.Name)
}

// eraseClient has a client that left the bureau erased, with all that this desk has of it.
// Those of the first day stay: a bureau needs some.
func (s *station) eraseClient() {
	made := s.ledger.clients()
	if s.operator.Role != clients.Supervisor || len(made) == 0 {
		return
	}
	c, err := s.store.Client(s.ctx, pick(s.w, made))
	if err != nil {
		return // it has not come here yet
	}
	words := append(s.seenOf(c.ID), c.Name)
	if len(words) > 1 && s.store != nil && !s.disk.dead {
		s.eraseRow(shared.Client, c.ID, words...)
	}
}

// seenOf lists words of what this desk has of a client.
func (s *station) seenOf(client clients.ID) (words []string) {
	for _, e := range s.ledger.entries {
		switch c := e.m.Change.(type) {
		case clients.TakeMessage:
			if _, _, err := s.store.Message(s.ctx, c.Message.ID); err == nil && c.Message.Client == client {
				words = append(words, c.Message.Fields["dossier"])
			}
		case clients.BookAppointment:
			a := c.Appointment
			list, err := s.store.Appointments(s.ctx, a.Client, a.Start, a.End)
			if err == nil && a.Client == client && slices.ContainsFunc(list, func(b clients.Appointment) bool { return b.ID == a.ID }) {
				words = append(words, a.Name)
			}
		}
	}
	return words
}

// wordsOf lists words of all that anybody wrote of a client, before or after it was erased.
func (l *ledger) wordsOf(client clients.ID) (words []string) {
	for _, e := range l.entries {
		switch c := e.m.Change.(type) {
		case clients.TakeMessage:
			if c.Message.Client == client {
				words = append(words, c.Message.Fields["dossier"])
			}
		case clients.BookAppointment:
			if c.Appointment.Client == client {
				words = append(words, c.Appointment.Name)
			}
		}
	}
	return words
}

// eraseRow erases, and writes down the words that nobody may find any more.
func (s *station) eraseRow(kind shared.Kind, id clients.ID, words ...string) {
	s.ledger.erasing[id] = true
	e, err := s.apply(clients.Erase{Kind: string(kind), ID: id, Reason: "demande"})
	s.mayFail("erasing", err)
	if e.safe {
		s.w.injected(string(kind) + " erased")
		s.ledger.erased[id] = append(s.ledger.erased[id], words...)
	}
}

// clients lists those that somebody made, and nobody had erased.
func (l *ledger) clients() (made []clients.ID) {
	for _, e := range l.entries {
		if c, ok := e.m.Change.(clients.CreateClient); ok && !l.erasing[c.Client.ID] {
			made = append(made, c.Client.ID)
		}
	}
	return made
}

// forgotten reports whether a mutation speaks of something that somebody had erased:
// then it is nobody's to keep.
func (l *ledger) forgotten(e *entry) bool {
	return slices.ContainsFunc(l.about(e), func(id clients.ID) bool { return l.erasing[id] })
}

// about lists the rows that a mutation speaks of.
func (l *ledger) about(e *entry) []clients.ID {
	switch c := e.m.Change.(type) {
	case clients.CreateClient:
		return []clients.ID{c.Client.ID}
	case clients.PatchClient:
		return []clients.ID{c.Client}
	case clients.TakeMessage:
		return []clients.ID{c.Message.ID, c.Message.Client}
	case clients.BookAppointment:
		return []clients.ID{c.Appointment.ID, c.Appointment.Client}
	case clients.MoveAppointment:
		return l.ofAppointment(c.Appointment)
	case clients.CancelAppointment:
		return l.ofAppointment(c.Appointment)
	}
	return nil
}

func (l *ledger) ofAppointment(id clients.ID) []clients.ID {
	for _, e := range l.entries {
		if c, ok := e.m.Change.(clients.BookAppointment); ok && c.Appointment.ID == id {
			return []clients.ID{id, c.Appointment.Client}
		}
	}
	return []clients.ID{id}
}
