package officesim

import (
	"errors"
	"maps"
	"slices"
	"time"

	"permanence/clients"
	"permanence/phone"
	"permanence/store/link"
	"permanence/store/shared"
	"permanence/store/wire"
	core "permanence/ui/desk"
)

// seat is a desk at which messages are typed: the real core of the window, which speaks
// to the real office. Its disk is a map, for what is asked here is only what is on it.
type seat struct {
	*hall
	id       clients.ID
	operator clients.ID
	line     *line
	remote   *link.Remote
	state    core.State
	run      int // of the program: what an earlier one began is nothing to this one
	down     bool
	beating  bool
	told     core.Presence
	disk     seatDisk
	written  time.Time // until then the disk is at work
	full     bool      // the disk refuses
	cursor   string
	known    time.Time           // what the office had then, this seat has seen of the others
	lastTold map[clients.ID]bool // the messages that the office was told of last
	gone     []clients.ID        // erased clients
}

// seatDisk is what a stop of the machine leaves.
type seatDisk struct {
	drafts  map[clients.ID]core.SavedDraft
	pending []clients.Mutation
}

// open starts the program with what the disk has.
func (s *seat) open() {
	s.down, s.cursor, s.told = false, "", core.Presence{}
	s.known = time.Time{}
	s.remote = link.NewRemote("office", s.line)
	s.remote.SetSession(string(s.operator))
	s.state = core.State{Now: s.w.now, Directory: core.NewDirectory(nil)}
	var drafts []core.SavedDraft
	for _, id := range slices.Sorted(maps.Keys(s.disk.drafts)) {
		drafts = append(drafts, s.disk.drafts[id])
	}
	s.play(core.OfficeChanged{Link: core.OfficeLink{Phase: core.OfficeInStep, Desk: s.id, Bureau: s.name}})
	s.play(core.Loaded{Snapshot: core.Snapshot{
		Operator: clients.Operator{ID: s.operator, Name: string(s.operator)}, Clients: s.cards, Drafts: drafts,
	}})
}

// stop kills the program, and the disk with it if so it is to be.
func (s *seat) stop(withDisk bool) {
	if s.down {
		return
	}
	s.run, s.down = s.run+1, true
	if withDisk {
		s.burnt(s)
		s.disk = seatDisk{drafts: map[clients.ID]core.SavedDraft{}}
	}
	s.w.after(s.w.upTo(time.Minute), s.open)
}

// play has the core take an event, and does what it asks for.
func (s *seat) play(e core.Event) {
	var effects []core.Effect
	s.state, effects = core.Step(s.state, core.Input{At: s.w.now, ID: s.w.id(), Next: s.w.id(), Event: e})
	for _, effect := range effects {
		s.perform(effect)
	}
}

// later does something unless the program has died meanwhile.
func (s *seat) later(d time.Duration, do func()) {
	run := s.run
	s.w.after(d, func() {
		if s.run == run {
			do()
		}
	})
}

// write does something on the disk, after what it was asked before.
func (s *seat) write(do func()) {
	if s.written.Before(s.w.now) {
		s.written = s.w.now
	}
	s.written = s.written.Add(s.w.upTo(2 * time.Second))
	s.later(s.written.Sub(s.w.now), do)
}

func (s *seat) perform(effect core.Effect) {
	switch e := effect.(type) {
	case core.TellPresence:
		s.told = e.Presence
	case core.KeepDraft:
		s.write(func() { s.keep(e) })
	case core.DropDraft:
		s.write(func() { delete(s.disk.drafts, e.Ticket) })
	case core.Mutate:
		s.write(func() { s.apply(e) })
	case core.TakeOver:
		s.later(0, func() { s.take(e) })
	}
}

func (s *seat) keep(e core.KeepDraft) {
	if s.full {
		s.play(core.DraftNotKept{Ticket: e.Draft.Ticket, Problem: core.Problem{Code: "store.disk-full"}})
		return
	}
	if !slices.Contains(s.gone, e.Draft.Message.Client) {
		s.disk.drafts[e.Draft.Ticket] = e.Draft
		s.kept(s, e.Draft)
	}
	s.play(core.DraftKept{Ticket: e.Draft.Ticket, At: s.w.now, Stroke: e.Stroke})
}

// apply stores a message in place of its draft, and brings it up.
func (s *seat) apply(e core.Mutate) {
	m := e.Mutation
	c, ok := m.Change.(clients.TakeMessage)
	if !ok {
		return
	}
	if s.full {
		s.play(core.ApplyFailed{Mutation: m, Tag: e.Tag, Problem: core.Problem{Code: "store.disk-full"}})
		return
	}
	s.disk.pending = append(s.disk.pending, m)
	maps.DeleteFunc(s.disk.drafts, func(_ clients.ID, d core.SavedDraft) bool { return d.Message.ID == c.Message.ID })
	s.play(core.Applied{Mutation: m, Tag: e.Tag})
	s.later(0, s.push)
}

func (s *seat) take(e core.TakeOver) {
	run := s.run
	answer, err := s.remote.TakeOver(s.ctx, wire.TakeoverRequest{Desk: e.Desk, Ticket: e.Ticket})
	switch {
	case s.run != run:
		s.w.roll("taker died before the answer", 1)
	case err != nil:
		s.play(core.TakeOverRefused{Desk: e.Desk, Ticket: e.Ticket, Problem: core.Problem{Code: codeOf(err)}})
	default:
		s.w.injected("draft taken over")
		s.given(s, answer.Draft.Message)
		s.play(core.TakenOver{Desk: e.Desk, Draft: core.RemoteDraft(answer.Draft)})
	}
}

// codeOf is an error's code for the window.
func codeOf(err error) string {
	var coded interface{ Code() string }
	if errors.As(err, &coded) {
		return coded.Code()
	}
	return "office.unreachable"
}

// beat tells the office of this desk.
func (s *seat) beat() {
	if s.down || s.beating {
		return
	}
	s.beating = true
	defer func() { s.beating = false }()
	run, told := s.run, s.told
	asked := s.w.now
	answer, err := s.remote.Presence(s.ctx, link.PresenceOnWire(told))
	if err != nil || s.run != run {
		return
	}
	s.sawFor(s, asked, answer.Desks)
	s.toldOffice(s, told)
	var seen []core.Presence
	for _, p := range answer.Desks {
		seen = append(seen, link.PresenceOfWire(p))
	}
	s.known = asked
	s.play(core.DesksChanged{Desks: seen})
	s.play(core.Ticked{})
}

// push brings up what is on the disk and not at the office.
func (s *seat) push() {
	run, list := s.run, slices.Clone(s.disk.pending)
	if len(list) == 0 {
		return
	}
	var muts []shared.Mutation
	for _, m := range list {
		sm, err := shared.NewMutation(m, "")
		if err != nil {
			s.w.violated("%s: %v", s.id, err)
			return
		}
		muts = append(muts, sm)
	}
	answer, err := s.remote.Push(s.ctx, wire.PushRequest{Mutations: muts})
	if err != nil || s.run != run {
		return
	}
	done := map[clients.ID]bool{}
	for i, r := range answer.Results {
		done[list[i].ID] = true
		s.arrived(list[i], r.Outcome)
	}
	s.disk.pending = slices.DeleteFunc(s.disk.pending, func(m clients.Mutation) bool { return done[m.ID] })
}

// pull learns which messages have come, and what was erased.
func (s *seat) pull() {
	if s.down {
		return
	}
	s.push()
	run := s.run
	page, err := s.remote.Pull(s.ctx, wire.PullRequest{Cursor: s.cursor})
	if err != nil || s.run != run {
		return
	}
	s.cursor = page.Cursor
	var messages []clients.ID
	for _, r := range page.Rows {
		switch {
		case r.Kind == shared.Message && !r.Gone:
			messages = append(messages, r.ID)
		case r.Kind == shared.Client && r.Gone:
			s.erase(r.ID)
		}
	}
	s.play(core.SharedChanged{Messages: messages})
}

// erase takes a client off the disk.
func (s *seat) erase(client clients.ID) {
	s.gone = append(s.gone, client)
	maps.DeleteFunc(s.disk.drafts, func(_ clients.ID, d core.SavedDraft) bool { return d.Message.Client == client })
	s.play(core.ClientGone{Client: client})
}

// rings has a caller be answered, and something typed of what she says.
func (s *seat) rings() {
	call := phone.CallID(string(s.id) + s.w.now.Format("150405.000"))
	c := pick(s.w, s.may(s.operator))
	s.play(core.PhoneReported{Event: phone.CallArrived{Call: call, Line: "l", At: s.w.now, Invite: phone.Invite{
		Caller: phone.Identity{Number: "+33639980001", Name: "Mme Œuvray"},
		Called: []phone.CalledHint{{Source: phone.FromTo, Number: phone.Number(c.DIDs[0])}},
	}}})
	s.play(core.AnswerPressed{Call: call})
	s.play(core.PhoneReported{Event: phone.CallAnswered{Call: call, At: s.w.now}})
	s.later(s.w.upTo(time.Minute), func() {
		s.play(core.PhoneReported{Event: phone.CallEnded{Call: call, At: s.w.now}})
	})
}
