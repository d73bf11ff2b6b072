package officesim

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"permanence/clients"
	"permanence/store/office"
	core "permanence/ui/desk"
)

// hallSeed is what of a world's number makes the number of its hall.
const hallSeed = 0xd4af7

// hall is a small world of its own beside the large one, with a chance of its own: some
// minutes in which secretaries type, and desks and office die in the middle of it.
type hall struct {
	w         *world
	ctx       context.Context
	name      string
	office    *premises
	seats     []*seat
	cards     []clients.Client
	operators []clients.Operator
	changed   map[clients.ID]time.Time // when an operator's rights were, or a client was erased
	erased    map[clients.ID]bool
	roots     map[clients.ID]clients.ID // of a copy, the message that it began as
	papers    map[clients.ID]*paper
	words     int
	resting   bool
}

// How long secretaries type, and how often what happens.
const (
	typingFor  = 12 * time.Minute
	actEvery   = 12 * time.Second
	breakEvery = 40 * time.Second
)

// Type runs the hall of a world, which is a part of it, alone.
func Type(ctx context.Context, c Config) (Report, error) {
	root, err := os.MkdirTemp(c.Dir, "hall-")
	if err != nil {
		return Report{}, err
	}
	h, err := newHall(context.WithoutCancel(ctx), c.Seed, root)
	if err == nil {
		h.live()
		h.heal()
		h.check()
		if h.office.running() {
			h.office.rest()
		}
	}
	return Report{Wrong: h.w.wrong, Faults: h.w.faults, Mutations: h.words}, errors.Join(err, os.RemoveAll(root))
}

// add adds what became of a part of a world.
func (r *Report) add(part Report) {
	r.Wrong = append(r.Wrong, part.Wrong...)
	r.Mutations += part.Mutations
	for name, n := range part.Faults {
		r.Faults["typing: "+name] += n
	}
}

func newHall(ctx context.Context, seed uint64, root string) (*hall, error) {
	h := &hall{
		w: newWorld(seed^hallSeed, days[0]), ctx: ctx, name: "azur", changed: map[clients.ID]time.Time{},
		erased: map[clients.ID]bool{}, roots: map[clients.ID]clients.ID{}, papers: map[clients.ID]*paper{},
	}
	h.office = &premises{
		w: h.w, ctx: ctx, root: root, people: &people{desks: map[clients.ID]*badge{}},
		erased: map[string][]office.Erasure{}, paired: map[string][]clients.ID{}, bureaus: []string{h.name},
	}
	dir, err := os.MkdirTemp(root, "hall-")
	if err != nil {
		return h, err
	}
	if err := h.office.start(dir); err != nil {
		return h, err
	}
	b := &bureau{name: h.name}
	if err := b.found(h.w, h.office); err != nil {
		return h, err
	}
	h.operators = b.operators
	for i, id := range b.clients {
		h.cards = append(h.cards, clients.Client{ID: id, Name: fmt.Sprint("cabinet ", i), DIDs: []string{fmt.Sprintf("+3315000%d%03d", len(b.name), i)}})
	}
	for i, o := range h.operators {
		h.sit(i, o)
	}
	return h, nil
}

// sit sets a desk up.
func (h *hall) sit(i int, o clients.Operator) {
	id := clients.ID(fmt.Sprintf("%s-%d", h.name, i))
	h.office.people.desks[id] = &badge{bureau: h.name}
	st := &seat{hall: h, id: id, operator: o.ID, line: &line{w: h.w, desk: id, to: h.office}, disk: seatDisk{drafts: map[clients.ID]core.SavedDraft{}}}
	st.line.weather = weather{lost: 0.04, unheard: 0.06, repeated: 0.04, late: 0.02, latency: 400 * time.Millisecond}
	h.seats = append(h.seats, st)
	st.open()
}

// live has everybody work, and everything break.
func (h *hall) live() {
	for _, s := range h.seats {
		h.w.every(actEvery, func() { h.unlessResting(s.act) })
		h.w.every(breakEvery*time.Duration(len(h.seats)), func() { h.unlessResting(func() { h.trouble(s) }) })
		h.w.every(5*time.Second, s.beat)
		h.w.every(20*time.Second, s.pull)
	}
	h.w.every(2*time.Minute, func() { h.unlessResting(h.accident) })
	h.w.pass(typingFor)
}

func (h *hall) unlessResting(do func()) {
	if !h.resting {
		do()
	}
}

// may lists the clients for whom an operator may work.
func (h *hall) may(operator clients.ID) []clients.Client {
	i := slices.IndexFunc(h.operators, func(o clients.Operator) bool { return o.ID == operator })
	return slices.DeleteFunc(slices.Clone(h.cards), func(c clients.Client) bool { return !h.operators[i].May(c.ID) || h.erased[c.ID] })
}

// trouble has something happen to a desk.
func (h *hall) trouble(s *seat) {
	d := h.w.upTo(90 * time.Second)
	switch n := h.w.rng.IntN(10); {
	case n < 3:
		h.w.injected("desk crashed")
		s.stop(false)
	case n < 5:
		h.w.injected("desk crashed with its disk")
		s.stop(true)
	case n < 8:
		h.w.injected("partition")
		s.line.up, s.line.down = h.w.chance(0.8), h.w.chance(0.8)
		h.w.after(d, func() { s.line.up, s.line.down = false, false })
	default:
		h.w.injected("desk's disk full")
		s.full = true
		h.w.after(d, func() { s.full = false })
	}
}

// accident has something happen to the office, or to what it knows.
func (h *hall) accident() {
	if !h.office.running() {
		return
	}
	switch n := h.w.rng.IntN(10); {
	case n < 4:
		h.w.injected("office crashed in a transaction")
		h.office.disk.fuse = 1 + h.w.rng.IntN(60)
	case n < 6:
		h.w.injected("office crashed")
		h.office.crash()
	case n < 9:
		h.changeRights()
	default:
		h.eraseClient()
	}
}

// changeRights gives a secretary other clients; two she keeps.
func (h *hall) changeRights() {
	o := &h.operators[2+h.w.rng.IntN(2)]
	card := *o
	card.Clients = nil
	for i, c := range h.cards {
		if i < 2 || h.w.chance(0.5) {
			card.Clients = append(card.Clients, c.ID)
		}
	}
	if h.does(clients.SaveOperator{Operator: card}) {
		h.w.injected("rights changed")
		*o, h.changed[o.ID] = card, h.w.now
	}
}

// eraseClient erases one; some stay.
func (h *hall) eraseClient() {
	c := h.cards[3+h.w.rng.IntN(2)].ID
	if !h.erased[c] && h.does(clients.Erase{Kind: "client", ID: c, Reason: "demande"}) {
		h.w.injected("client erased")
		h.erased[c], h.changed[c] = true, h.w.now
	}
}

// does has the office do something, and live through it: the hall knows what it did.
func (h *hall) does(c clients.Change) bool {
	h.office.disk.fuse = 0
	_, err := h.office.offices[h.name].Apply(h.ctx, clients.Mutation{ID: h.w.id(), At: h.w.now, Change: c})
	if h.office.disk.dead {
		h.office.fell()
		return false
	}
	if err != nil {
		h.w.violated("%s: %v", c.MutationName(), err)
	}
	return err == nil
}

// heal ends all faults, and has everything that is offered taken over.
func (h *hall) heal() {
	h.resting, h.office.disk.fuse = true, 0
	for _, s := range h.seats {
		s.line.up, s.line.down, s.full = false, false, false
		s.line.weather = weather{latency: 50 * time.Millisecond}
	}
	h.w.pass(3 * time.Minute)
	for range 2 {
		for _, s := range h.seats {
			s.takeAll()
		}
		h.w.pass(45 * time.Second)
	}
}
