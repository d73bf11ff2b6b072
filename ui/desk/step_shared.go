package desk

import (
	"slices"

	"permanence/clients"
)

// What other desks wrote, and what of it the window is showing.

// manyCards is from how many changed cards on all of them are read at once.
const manyCards = 50

func (e SharedChanged) apply(t *turn) {
	if e.Reset {
		t.readAnew()
		return
	}
	if len(e.Clients) > manyCards {
		t.do(ReadDirectory{})
	}
	for _, id := range e.Clients {
		t.cardChanged(id, len(e.Clients) <= manyCards)
	}
	if slices.Contains(e.Agendas, t.Agenda.Client) && t.Agenda.Client != "" {
		t.loadAgenda()
	}
	if r := t.Reading; r != nil && slices.Contains(e.Messages, r.Message.ID) {
		t.do(LoadMessage{Message: r.Message.ID})
	}
	t.noteSentThere(e.Messages)
	if e.Outbox {
		t.do(ReadOutbox{})
	}
	if e.Conflicts {
		t.do(ReadConflicts{})
	}
	if e.Operators {
		t.do(ReadOperators{})
	}
}

// readAnew reads everything again that the window may be showing.
func (t *turn) readAnew() {
	t.do(ReadDirectory{}, ReadOutbox{})
	t.readBureau()
	if t.Agenda.Client != "" {
		t.loadAgenda()
	}
	if t.Reading != nil {
		t.do(LoadMessage{Message: t.Reading.Message.ID})
	}
	if t.Edit != nil {
		t.do(LoadHistory{Client: t.Edit.Client})
	}
}

// cardChanged reads what follows from another's change of a card.
func (t *turn) cardChanged(id clients.ID, itself bool) {
	if itself {
		t.do(LoadClient{Client: id})
	}
	if t.Edit != nil && t.Edit.Client == id {
		t.do(LoadHistory{Client: id})
	}
	for i := range t.Tickets {
		if t.Tickets[i].Client == id {
			t.do(LoadNews{Ticket: t.Tickets[i].ID, Client: id, Operator: t.Operator.ID})
		}
	}
}

func (e ClientLoaded) apply(t *turn) {
	was := t.Directory.Client(e.Client.ID)
	if e.Client.Archived && was != nil && !was.Archived {
		t.withdrawn(was)
	}
	t.gone = without(t.gone, e.Client.ID)
	t.Directory = t.Directory.With(e.Client)
}

func (e ClientGone) apply(t *turn) {
	if card := t.Directory.Client(e.Client); card != nil {
		t.Directory = t.Directory.Without(e.Client)
		t.keepInHand(card)
	}
}

func (e DirectoryRead) apply(t *turn) {
	old := t.Directory
	t.Directory, t.gone = NewDirectory(e.Clients), nil
	for i := range t.Tickets {
		id := t.Tickets[i].Client
		if card := old.Client(id); card != nil && t.Directory.Client(id) == nil {
			t.keepInHand(card)
		}
	}
}

// keepInHand keeps a card that is not on this desk any more while a ticket shows it:
// a caller is on the telephone, and a message half typed. No new call finds it.
func (t *turn) keepInHand(card *clients.Client) {
	if !t.isInHand(card.ID) {
		return
	}
	if !card.Archived {
		t.withdrawn(card)
	}
	last := *card
	last.Archived = true
	t.Directory = t.Directory.With(last)
	t.gone = append(without(t.gone, card.ID), card.ID)
}

// withdrawn says that a client in hand is answered for no more.
func (t *turn) withdrawn(card *clients.Client) {
	if t.isInHand(card.ID) {
		t.warn("withdrawn:"+string(card.ID), "client.withdrawn", card.Name)
	}
}

func (s *State) isInHand(client clients.ID) bool {
	return slices.ContainsFunc(s.Tickets, func(tk Ticket) bool { return tk.Client == client })
}

// forgetGone lets go of the cards that were kept only for a ticket.
func (t *turn) forgetGone() {
	for _, id := range t.gone {
		if !t.isInHand(id) {
			t.gone = without(t.gone, id)
			t.Directory = t.Directory.Without(id)
		}
	}
}

// without copies a list and leaves one ID out.
func without(list []clients.ID, id clients.ID) []clients.ID {
	return slices.DeleteFunc(slices.Clone(list), func(x clients.ID) bool { return x == id })
}

func (e HistoryLoaded) apply(t *turn) {
	h := e.History
	if old := t.Edit; old != nil && old.Client == h.Client {
		h.Saw, h.Met = old.Saw, old.Met
	}
	h.Met = metIn(&h)
	h.Under = changedUnder(&h)
	t.Edit = &h
}

// changedUnder lists what came from other desks since the editor saw the card.
func changedUnder(h *ClientHistory) []ClientChange {
	return slices.DeleteFunc(slices.Clone(h.Changes), func(c ClientChange) bool {
		return c.Here || c.Seq <= h.Saw || slices.Contains(h.Met, c.itself())
	})
}

// metIn adds to the changes that were met those that the editor saw in its card.
func metIn(h *ClientHistory) []ClientChange {
	met := slices.Clone(h.Met)
	for _, c := range h.Changes {
		if !c.Here && c.Seq <= h.Saw && !slices.Contains(met, c.itself()) {
			met = append(met, c.itself())
		}
	}
	return met
}

// itself is what a change is known by wherever it comes from.
func (c ClientChange) itself() ClientChange {
	return ClientChange{Client: c.Client, At: c.At, By: c.By, Field: c.Field}
}
