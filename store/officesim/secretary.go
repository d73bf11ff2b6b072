package officesim

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"permanence/clients"
	"permanence/store/shared"
	"permanence/store/wire"
)

// deed is something that a secretary does, and how often beside the others.
type deed struct {
	weight int
	do     func(*station)
}

var deeds = []deed{
	{40, (*station).takeMessage},
	{25, (*station).patch},
	{25, (*station).book},
	{8, (*station).move},
	{8, (*station).cancel},
	{6, (*station).settle},
	{2, (*station).erase},
	{2, (*station).eraseAppointment},
	{1, (*station).eraseClient},
	{2, (*station).changeRights},
	{4, (*station).judge},
	{3, (*station).newClient},
	{4, (*station).login},
}

// work has the secretary do something, and then brings it to the office.
func (s *station) work() {
	if s.running() && !s.working && !s.out {
		s.act()
		s.sync()
	}
}

// act has the secretary do something.
func (s *station) act() {
	n := 0
	for _, d := range deeds {
		n += d.weight
	}
	n = s.w.rng.IntN(n)
	for _, d := range deeds {
		if n -= d.weight; n < 0 {
			s.does(d.do)
			return
		}
	}
}

// does has the secretary do one thing, and nothing else meanwhile.
func (s *station) does(do func(*station)) {
	s.working = true
	defer func() { s.working = false }()
	s.know()
	do(s)
	if s.store != nil && s.disk.dead {
		s.fell()
	}
}

// apply does something on the desk. What it says of it goes into the ledger.
func (s *station) apply(c clients.Change) (*entry, error) {
	return s.applyAs(s.w.id(), c)
}

func (s *station) applyAs(id clients.ID, c clients.Change) (*entry, error) {
	m := clients.Mutation{ID: id, At: s.now(), Actor: s.operator.ID, Change: c}
	e := s.ledger.add(&entry{m: m, desk: s.id, at: s.w.now, onDesk: true, alone: !s.joined})
	err := s.store.Apply(s.ctx, m)
	e.safe = err == nil
	return e, err
}

// mayFail accepts an error only where one was injected.
func (s *station) mayFail(doing string, err error) {
	if err != nil && !s.disk.dead && s.disk.refuse == nil {
		s.w.violated("%s: %s: %v", s.id, doing, err)
	}
}

// client chooses one of those whose cards she sees, and may: just after another has
// logged in the desk may still show hers.
func (s *station) client() (clients.Client, bool) {
	list, err := s.store.Clients(s.ctx)
	list = slices.DeleteFunc(list, func(c clients.Client) bool { return !s.operator.May(c.ID) })
	if err != nil || len(list) == 0 {
		s.mayFail("reading the cards", err)
		return clients.Client{}, false
	}
	return pick(s.w, list), true
}

// word is a text that is nowhere else in the world. It begins with its bureau's name.
func (s *station) word() string {
	return s.bureau + "x" + strings.ReplaceAll(string(s.w.id()), "-", "")
}

func (s *station) takeMessage() {
	c, ok := s.client()
	if !ok {
		return
	}
	m := clients.Message{
		ID: s.w.id(), Client: c.ID, Name: "Mme Œuvray " + s.word(), Text: "Rappeler: " + s.word() + " « d'accord » <&>",
		TakenBy: s.operator.ID, TakenAt: s.now().UTC().Truncate(time.Microsecond), Urgent: s.w.chance(0.1),
		Fields: map[string]string{"dossier": s.word()},
	}
	_, err := s.apply(clients.TakeMessage{Message: m, Recipients: c.Recipients})
	s.mayFail("taking a message", err)
}

// patchable are the fields of a card that people change. The last only a newer program
// knows.
var patchable = []string{"name", "trade", "instructions", "address", "color", "humeur"}

func (s *station) patch() {
	c, ok := s.client()
	if !ok {
		return
	}
	fields := map[string]json.RawMessage{}
	for range 1 + s.w.rng.IntN(2) {
		fields[pick(s.w, patchable)], _ = json.Marshal(s.word()) // a string can be written
	}
	seen, err := s.store.Client(s.ctx, c.ID)
	if err == nil {
		err = s.patchSeen(seen, fields)
	}
	s.mayFail("changing a card", err)
}

// patchSeen changes a card, and notes which texts of others its author had before her.
func (s *station) patchSeen(seen clients.Client, fields map[string]json.RawMessage) error {
	history, err := s.store.ClientHistory(s.ctx, seen.ID, math.MaxInt32)
	if err != nil {
		return err
	}
	e, err := s.apply(clients.Patch(seen, fields))
	e.met = map[string]bool{}
	for _, c := range history {
		e.met[c.Field+" "+canonical([]byte(c.After))] = true
	}
	return err
}

// slot chooses a time on one of the next two days, at half past or at the hour.
func (s *station) slot() (start, end time.Time) {
	day := s.w.now.Truncate(24*time.Hour).AddDate(0, 0, 1+s.w.rng.IntN(2))
	start = day.Add(8*time.Hour + time.Duration(s.w.rng.IntN(12))*30*time.Minute)
	return start, start.Add(30 * time.Minute)
}

// book promises a time to a caller: certain when the office says so or under a lease,
// else to be confirmed.
func (s *station) book() {
	c, ok := s.client()
	if !ok {
		return
	}
	if l, ok := s.calledFor(c.ID); ok {
		s.promise(s.appointmentAt(l.Client, l.Start, l.End))
		return
	}
	start, end := s.slot()
	a := s.appointmentAt(c.ID, start, end)
	if lease, ok := s.lease(c.ID); ok && (!s.online() || s.w.chance(0.2)) {
		a.Start, a.End = lease.Start, lease.End
		e, err := s.apply(clients.BookAppointment{Appointment: a, Promised: true, Lease: lease.ID})
		e.certain = err == nil
		s.mayRefuse("booking under a lease", e, err)
		return
	}
	s.promise(a)
}

func (s *station) appointmentAt(client clients.ID, start, end time.Time) clients.Appointment {
	return clients.Appointment{ID: s.w.id(), Client: client, Name: s.word(), TakenBy: s.operator.ID, Start: start, End: end}
}

// promise books without a lease. While the line is there the office is asked first:
// what it has taken is certain. Else the caller is told that it is to be confirmed.
func (s *station) promise(a clients.Appointment) {
	id, change := s.w.id(), clients.BookAppointment{Appointment: a}
	if s.online() && !s.syncing {
		switch said, err := s.ask(id, change); {
		case !s.running():
			return // the caller heard nothing
		case err == nil && said.Outcome == shared.Refused:
			return // and was told so
		case err == nil && said.Outcome == shared.OK:
			change.Promised = true // from now on
			e, err := s.applyAs(id, change)
			e.certain = err == nil
			s.mayRefuse("storing what the office took", e, err)
			return
		}
	}
	change.Promised, change.Appointment.Unconfirmed = s.joined, s.joined
	e, err := s.applyAs(id, change)
	s.mayRefuse("booking", e, err)
}

// ask has the office decide a booking, after all that this desk did before.
func (s *station) ask(id clients.ID, c clients.Change) (shared.Result, error) {
	s.syncing = true
	defer func() { s.syncing = false }()
	m, err := shared.NewMutation(clients.Mutation{ID: id, At: s.now(), Actor: s.operator.ID, Change: c}, s.id)
	if err == nil {
		err = s.exchange.Push(s.ctx)
	}
	if err != nil {
		return shared.Result{}, err
	}
	cursor, err := s.store.Cursor(s.ctx)
	if err != nil {
		return shared.Result{}, err
	}
	answer, err := s.remote.Push(s.ctx, wire.PushRequest{Mutations: []shared.Mutation{m}, Ask: true, Cursor: cursor})
	if err != nil || len(answer.Results) != 1 {
		return shared.Result{}, errNoAnswer
	}
	return answer.Results[0], nil
}

// mayRefuse accepts what the rules of an agenda refuse.
func (s *station) mayRefuse(doing string, e *entry, err error) {
	if _, refused := shared.Refusal(err); refused {
		e.dropped = true
		return
	}
	s.mayFail(doing, err)
}

// lease finds one of her desk's leases that still holds, and whose place is free.
func (s *station) lease(client clients.ID) (clients.Lease, bool) {
	list, err := s.store.Leases(s.ctx, client, s.w.now, s.w.now.AddDate(0, 1, 0))
	if err != nil {
		s.mayFail("reading leases", err)
		return clients.Lease{}, false
	}
	for _, l := range list {
		if l.Desk != s.id {
			continue
		}
		taken, err := s.store.Appointments(s.ctx, client, l.Start, l.End)
		s.mayFail("reading the agenda", err)
		if err == nil && !slices.ContainsFunc(taken, stands) {
			return l, true
		}
	}
	return clients.Lease{}, false
}

func stands(a clients.Appointment) bool { return !a.Cancelled }

// appointment chooses one that stands.
func (s *station) appointment() (clients.Appointment, bool) {
	c, ok := s.client()
	if !ok {
		return clients.Appointment{}, false
	}
	list, err := s.store.Appointments(s.ctx, c.ID, s.w.now, s.w.now.AddDate(0, 1, 0))
	s.mayFail("reading the agenda", err)
	list = slices.DeleteFunc(list, func(a clients.Appointment) bool { return a.Cancelled })
	if len(list) == 0 {
		return clients.Appointment{}, false
	}
	return pick(s.w, list), true
}

func (s *station) move() {
	a, ok := s.appointment()
	if !ok {
		return
	}
	c := clients.MoveAppointment{Appointment: a.ID, Promised: s.joined && !s.online(), Anyway: s.w.chance(0.2)}
	c.Start, c.End = s.slot()
	e, err := s.apply(c)
	s.mayRefuse("moving", e, err)
}

func (s *station) cancel() {
	a, ok := s.appointment()
	if !ok {
		return
	}
	_, err := s.apply(clients.CancelAppointment{Appointment: a.ID, Reason: "annulé par téléphone"})
	s.mayFail("cancelling", err)
}

func (s *station) settle() {
	list, err := s.store.Conflicts(s.ctx)
	list = slices.DeleteFunc(list, func(c clients.Conflict) bool { return c.Held() || !s.operator.May(c.Client) })
	if err != nil || len(list) == 0 {
		s.mayFail("reading conflicts", err)
		return
	}
	choice := pick(s.w, []clients.Choice{clients.KeepEarlier, clients.KeepLater, clients.KeepBoth, clients.KeepOther})
	_, err = s.apply(clients.SettleConflict{Conflict: pick(s.w, list).ID, Choice: choice})
	s.mayFail("settling", err)
}

// erase has a message erased, as its caller asked; a supervisor may.
func (s *station) erase() {
	taken := s.ledger.messages()
	if s.operator.Role != clients.Supervisor || len(taken) == 0 {
		return
	}
	m := pick(s.w, taken)
	if _, _, err := s.store.Message(s.ctx, m.ID); err != nil {
		return // it has not come here yet
	}
	s.eraseRow(shared.Message, m.ID, m.Fields["dossier"])
}

func (s *station) newClient() {
	c := clients.Client{
		ID: s.w.id(), Name: s.word(), DIDs: []string{fmt.Sprintf("+3316%08d", s.w.rng.IntN(1e8))},
		Recipients: []clients.Recipient{{Name: "Cabinet", Channel: "mail", Address: "cabinet@client.invalid"}},
		Agenda:     hours(),
	}
	list, err := s.store.Clients(s.ctx)
	if err != nil || len(list) > 12 || len(s.operator.Clients) > 0 {
		return // as many as a world needs; and who sees some clients only makes none
	}
	_, err = s.apply(clients.CreateClient{Client: c})
	s.mayFail("making a client", err)
}

// login changes who works at the desk, if the office answers.
func (s *station) login() {
	if !s.joined || !s.online() || s.syncing {
		return
	}
	list, err := s.store.Operators(s.ctx)
	if err != nil || len(list) == 0 {
		s.mayFail("reading the operators", err)
		return
	}
	next, remote := pick(s.w, list), s.remote
	remote.SetSession(string(next.ID))
	_, err = remote.Presence(s.ctx, wire.Presence{Standing: wire.Here})
	if err != nil || remote != s.remote {
		remote.SetSession(string(s.operator.ID))
		return
	}
	s.operator = next
}

// hours are those of an agenda whose day has twelve places.
func hours() clients.AgendaRules {
	day := []clients.Range{{From: 8 * 60, To: 14 * 60}}
	return clients.AgendaRules{
		Duration: 30, Zone: "UTC",
		Hours: clients.Week{0: day, 1: day, 2: day, 3: day, 4: day, 5: day, 6: day},
	}
}
