package officesim

import (
	"fmt"
	"slices"
	"time"

	"permanence/clients"
	"permanence/store/shared"
	"permanence/store/wire"
	core "permanence/ui/desk"
)

// paper is what is known of a message that somebody began to type, through all its
// copies.
type paper struct {
	client  clients.ID
	kept    map[clients.ID]int // the newest text on a desk's disk
	told    int                // and at the office
	letGo   bool               // a secretary put it away, or a disk had it alone
	copied  bool               // somebody took it over: the author may have typed on
	chained bool               // and another took it over again
}

// word makes a text of which one can see how new it is.
func (h *hall) word() string {
	h.words++
	return fmt.Sprint("mot ", h.words)
}

// age is how new a text is; 0 of none.
func age(m clients.Message) (n int) {
	_, _ = fmt.Sscanf(m.Text, "mot %d", &n)
	return n
}

// root is the message that a copy began as.
func (h *hall) root(id clients.ID) clients.ID {
	if r, ok := h.roots[id]; ok {
		return r
	}
	return id
}

func (h *hall) paper(m clients.Message) *paper {
	id := h.root(m.ID)
	if h.papers[id] == nil {
		h.papers[id] = &paper{client: m.Client, kept: map[clients.ID]int{}}
	}
	return h.papers[id]
}

// kept notes what a disk has.
func (h *hall) kept(s *seat, d core.SavedDraft) {
	if n := age(d.Message); n > 0 {
		h.paper(d.Message).kept[s.id] = n
	}
}

// toldOffice notes what the office has confirmed.
func (h *hall) toldOffice(s *seat, p core.Presence) {
	s.lastTold = map[clients.ID]bool{}
	for _, d := range p.Drafts {
		if n := age(d.Message); n > 0 && !h.erased[d.Message.Client] {
			s.lastTold[d.Message.ID] = true
			h.paper(d.Message).told = max(h.paper(d.Message).told, n)
		}
	}
}

// given notes which message a copy is of.
func (h *hall) given(s *seat, m clients.Message) {
	h.roots[clients.CopyOf(m.ID, s.id)] = h.root(m.ID)
	p := h.paper(m)
	p.chained = p.chained || p.copied
	p.copied = true
}

// burnt notes what goes with a disk: what the office was never told of.
func (h *hall) burnt(s *seat) {
	for _, d := range s.disk.drafts {
		p := h.paper(d.Message)
		p.letGo = p.letGo || !s.lastTold[d.Message.ID]
	}
	for _, m := range s.disk.pending {
		h.paper(m.Change.(clients.TakeMessage).Message).letGo = true
	}
	for _, p := range h.papers {
		delete(p.kept, s.id)
	}
}

// arrived notes what became of a message at the office. What is held or refused there is
// a person's to judge.
func (h *hall) arrived(m clients.Mutation, is shared.Outcome) {
	p := h.paper(m.Change.(clients.TakeMessage).Message)
	if is != shared.OK {
		p.letGo = true
	}
}

// sawFor looks whether a desk was shown only what its operator may see.
func (h *hall) sawFor(s *seat, asked time.Time, desks []wire.Presence) {
	allowed := h.may(s.operator)
	for _, p := range desks {
		for _, d := range p.Drafts {
			c := d.Message.Client
			recent := !h.changed[s.operator].Before(asked) || !h.changed[c].Before(asked)
			if !recent && !slices.ContainsFunc(allowed, func(card clients.Client) bool { return card.ID == c }) {
				h.w.violated("%s was shown a draft of %s, to which she has no right, or which was erased", s.id, c)
			}
		}
	}
}

// act has the secretary do something.
func (s *seat) act() {
	if s.down {
		return
	}
	switch n := s.w.rng.IntN(20); {
	case n < 5 && len(s.state.Calls) == 0 && len(s.state.Tickets) < 4:
		s.rings()
		s.types(len(s.state.Tickets) - 1)
	case n < 13 && len(s.state.Offers) > 0:
		s.answerOffer(pick(s.w, s.state.Offers))
	case len(s.state.Tickets) == 0:
	case n < 16:
		s.types(s.w.rng.IntN(len(s.state.Tickets)))
	case n < 19:
		s.send(pick(s.w, s.state.Tickets))
	default:
		s.putAway(pick(s.w, s.state.Tickets))
	}
}

func (s *seat) types(i int) {
	if i >= 0 {
		s.play(core.DraftTyped{Ticket: s.state.Tickets[i].ID, Field: "text", Value: s.hall.word()})
	}
}

func (s *seat) answerOffer(o core.Offer) {
	if s.w.roll("offer declined", 0.15) {
		s.play(core.OfferLeft{Desk: o.Desk, Ticket: o.Draft.Ticket})
		return
	}
	s.play(core.TakeOverPressed{Desk: o.Desk, Ticket: o.Draft.Ticket})
}

// takeAll takes over whatever is offered.
func (s *seat) takeAll() {
	for _, o := range s.state.Offers {
		s.play(core.TakeOverPressed{Desk: o.Desk, Ticket: o.Draft.Ticket})
	}
}

// marked reports whether the secretary sees that somebody else has the message too.
func marked(tk core.Ticket) bool { return tk.TakenBy != "" || tk.Return != core.ReturnNone }

// send sends what was typed: a second time when she was told that it is in two hands.
func (s *seat) send(tk core.Ticket) {
	m := tk.Draft.Message
	if age(m) == 0 {
		return
	}
	s.play(core.SendPressed{Ticket: tk.ID})
	if s.w.chance(0.5) {
		s.play(core.SendPressed{Ticket: tk.ID})
	}
}

// putAway lets a message go: to whoever has it too, or for good.
func (s *seat) putAway(tk core.Ticket) {
	s.play(core.TicketPutAway{Ticket: tk.ID, Anyway: s.w.chance(0.3)})
	if s.state.Ticket(tk.ID) != nil || age(tk.Draft.Message) == 0 {
		return
	}
	p := s.paper(tk.Draft.Message)
	delete(p.kept, s.id)
	p.told = 0
	p.letGo = p.letGo || tk.TakenBy == "" && tk.Return != core.ReturnSent
}

// check looks where every message is that was ever on a disk.
func (h *hall) check() {
	if len(h.w.wrong) > 0 {
		return
	}
	newest, hands := map[clients.ID]int{}, map[clients.ID][]core.Ticket{}
	found := func(m clients.Message) { newest[h.root(m.ID)] = max(newest[h.root(m.ID)], age(m)) }
	h.messages(found)
	for _, s := range h.seats {
		h.atSeat(s, found)
		for _, tk := range s.state.Tickets {
			if age(tk.Draft.Message) > 0 {
				root := h.root(tk.Draft.Message.ID)
				hands[root] = append(hands[root], tk)
			}
		}
	}
	for id, p := range h.papers {
		h.judge(id, p, newest[id], hands[id])
	}
}

// messages looks at those that the office has.
func (h *hall) messages(found func(clients.Message)) {
	saw, err := inspector{office: h.office, desk: h.seats[0].id, boss: h.operators[0].ID}.all(nil)
	if err != nil {
		h.w.violated("reading the office: %v", err)
	}
	j := &judgement{scene: &scene{world: h.w}}
	for _, r := range saw.rows {
		if r.Kind == shared.Message && !r.Gone {
			found(bodyOf[clients.Message](j, r))
		}
	}
}

// atSeat looks at what a desk's disk has, and what it sees that nobody has.
func (h *hall) atSeat(s *seat, found func(clients.Message)) {
	if s.down || s.w.now.Sub(s.known) > 30*time.Second {
		h.w.violated("%s is not there though all is healed", s.id)
	}
	for _, d := range s.disk.drafts {
		found(d.Message)
	}
	for _, m := range s.disk.pending {
		found(m.Change.(clients.TakeMessage).Message)
	}
	for _, p := range s.state.Office.Desks {
		for _, d := range p.Drafts {
			if d.Orphan && d.Taken == "" {
				found(d.Message)
			}
		}
	}
}

// judge says whether a message is where it should be.
func (h *hall) judge(id clients.ID, p *paper, newest int, hands []core.Ticket) {
	if p.letGo || h.erased[p.client] {
		return
	}
	floor := p.told
	for _, n := range p.kept {
		floor = max(floor, n)
	}
	switch {
	case floor == 0: // nothing was written but a caller's number
	case newest == 0:
		h.w.violated("what was typed of %s is nowhere", id)
	case newest < floor && !p.copied:
		h.w.violated("of %s only text %d is left, %d was on a disk", id, newest, floor)
	case len(hands) > 1 && !p.chained && !slices.ContainsFunc(hands, marked):
		h.w.violated("%s is in %d hands, and nobody was told", id, len(hands))
	}
}
