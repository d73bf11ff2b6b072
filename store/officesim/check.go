package officesim

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"permanence/clients"
	"permanence/store/shared"
)

// check looks whether everything is as was promised.
func (s *scene) check() {
	if len(s.wrong) > 0 {
		return
	}
	for _, b := range s.bureaus {
		saw, err := s.inspect(b)
		if err != nil {
			s.violated("reading %s: %v", b.name, err)
			return
		}
		j := &judgement{scene: s, b: b, rows: saw.rows, known: saw.known}
		j.read()
		j.ledger()
		j.moves()
		j.once()
		j.overlaps()
		j.certainties()
		j.disputes()
		j.orders()
		j.mails()
		j.rituals()
		for _, st := range b.stations {
			if st.revoked {
				j.revoked(st)
				continue
			}
			j.rightsOf(st)
			j.same(st)
			j.shown(st)
		}
		if err := s.office.offices[b.name].Verify(s.ctx); err != nil {
			s.violated("%s: the log: %v", b.name, err)
		}
	}
	s.traces()
}

// judgement compares a bureau with its ledger.
type judgement struct {
	*scene
	b            *bureau
	rows         map[rowKey]shared.Row
	known        map[clients.ID]bool
	changes      map[clients.ID]map[string]shared.FieldChange // by mutation and field
	history      []change
	conflicts    []clients.Conflict
	appointments map[clients.ID]clients.Appointment
	deliveries   map[clients.ID][]clients.Delivery // by message
}

// change is a row of the history with its number.
type change struct {
	shared.FieldChange
	seq int64
}

// read sorts the rows by what they are.
func (j *judgement) read() {
	j.changes = map[clients.ID]map[string]shared.FieldChange{}
	j.appointments, j.deliveries = map[clients.ID]clients.Appointment{}, map[clients.ID][]clients.Delivery{}
	for _, r := range j.rows {
		if r.Gone {
			continue
		}
		switch r.Kind {
		case shared.Change:
			j.readChange(r)
		case shared.Conflict:
			j.conflicts = append(j.conflicts, bodyOf[clients.Conflict](j, r))
		case shared.Appointment:
			j.appointments[r.ID] = bodyOf[clients.Appointment](j, r)
		case shared.Delivery:
			d := bodyOf[clients.Delivery](j, r)
			j.deliveries[d.Message] = append(j.deliveries[d.Message], d)
		}
	}
	slices.SortFunc(j.conflicts, func(a, b clients.Conflict) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(j.history, func(a, b change) int { return cmp.Compare(a.seq, b.seq) })
}

func (j *judgement) readChange(r shared.Row) {
	c := bodyOf[shared.FieldChange](j, r)
	if j.changes[c.Mutation] == nil {
		j.changes[c.Mutation] = map[string]shared.FieldChange{}
	}
	j.changes[c.Mutation][c.Field] = c
	j.history = append(j.history, change{c, r.Seq})
}

func bodyOf[T any](j *judgement, r shared.Row) T {
	var v T
	if err := json.Unmarshal(r.Body, &v); err != nil {
		j.violated("%s %s does not read: %v", r.Kind, r.ID, err)
	}
	return v
}

// ledger looks whether all that somebody must still have is there.
func (j *judgement) ledger() {
	for _, e := range j.b.ledger.entries {
		if !e.held() || j.b.ledger.forgotten(e) {
			continue
		}
		if !j.known[e.m.ID] {
			j.violated("%s of %s at %s (%s) never came (desk %v office %v certain %v)", e.m.Change.MutationName(), e.desk, e.at.Format("15:04:05.000"), e.m.ID, e.onDesk, e.office, e.certain)
			continue
		}
		if j.kept(e) {
			continue
		}
		switch c := e.m.Change.(type) {
		case clients.TakeMessage:
			j.message(e, c)
		case clients.PatchClient:
			j.edit(e, c)
		case clients.BookAppointment:
			j.booking(e, c)
		}
	}
}

// message: it is there once, byte for byte, with each of its mails.
func (j *judgement) message(e *entry, c clients.TakeMessage) {
	r, ok := j.rows[rowKey{shared.Message, c.Message.ID}]
	want, _ := json.Marshal(c.Message) // it was stored as JSON
	if !ok || r.Gone || canonical(r.Body) != canonical(want) {
		j.violated("message %s of %s at %s is %v %s%s; want %s", c.Message.ID, e.desk, e.at.Format("15:04:05"), ok, r.Body, j.refusalOf(e), want)
		return
	}
	if n := len(j.deliveries[c.Message.ID]); n != len(c.Recipients) {
		j.violated("message %s has %d mails; want %d", c.Message.ID, n, len(c.Recipients))
	}
}

// refusalOf says why a mutation was refused, if it was.
func (j *judgement) refusalOf(e *entry) string {
	for _, c := range j.conflicts {
		if c.Kind == clients.ConflictRefused && c.Later.Name == e.m.Change.MutationName() && c.Later.At.Equal(e.m.At) {
			return " (refused: " + c.Code + ")"
		}
	}
	return ""
}

// edit: each changed field is in the history, or in a conflict.
func (j *judgement) edit(e *entry, c clients.PatchClient) {
	for field, value := range c.Fields {
		if got, ok := j.changes[e.m.ID][field]; ok && canonical(got.After) == canonical(value) {
			continue
		}
		text := strings.Trim(string(value), `"`)
		if !slices.ContainsFunc(j.conflicts, func(c clients.Conflict) bool { return strings.Contains(c.Later.Value, text) }) {
			j.violated("%s's edit of %s at %s is nowhere: %s = %s", e.desk, c.Client, e.at.Format("15:04:05"), field, value)
		}
	}
}

// booking: it stands, or was cancelled, or stands refused before everybody's eyes. What
// was promised is never refused.
func (j *judgement) booking(e *entry, c clients.BookAppointment) {
	a, ok := j.appointments[c.Appointment.ID]
	if !ok {
		refused := j.refusalOf(e)
		if refused == "" || c.Promised || e.certain {
			j.violated("appointment %s of %s at %s is gone%s", c.Appointment.ID, e.desk, e.at.Format("15:04:05"), refused)
		}
		return
	}
	cancelled, times := j.fate(c.Appointment)
	if a.Cancelled && !cancelled {
		j.violated("appointment %s was cancelled by nobody", a.ID)
	}
	if !slices.ContainsFunc(times, func(t clients.Appointment) bool { return t.Start.Equal(a.Start) && t.End.Equal(a.End) }) {
		j.violated("appointment %s is at %s, which nobody chose", a.ID, a.Start)
	}
}

// fate is what people did to an appointment: whether anybody cancelled it, and the
// times it was given.
func (j *judgement) fate(a clients.Appointment) (cancelled bool, times []clients.Appointment) {
	times = []clients.Appointment{a}
	for _, e := range j.b.ledger.entries {
		switch c := e.m.Change.(type) {
		case clients.CancelAppointment:
			cancelled = cancelled || c.Appointment == a.ID
		case clients.MoveAppointment:
			if c.Appointment == a.ID {
				times = append(times, clients.Appointment{Start: c.Start, End: c.End})
			}
		}
	}
	return cancelled, times
}

// overlaps: each is marked on both sides, and was a conflict for people to see.
func (j *judgement) overlaps() {
	list := slices.Collect(maps.Values(j.appointments))
	slices.SortFunc(list, func(a, b clients.Appointment) int { return cmp.Compare(a.ID, b.ID) })
	for i, a := range list {
		alone := true
		for k, b := range list {
			if !a.Overlaps(b) {
				continue
			}
			alone = false
			if k > i && !j.between(a.ID, b.ID) {
				j.violated("appointments %s and %s overlap, and no conflict says so", a.ID, b.ID)
			}
		}
		if !a.Cancelled && a.Contested == alone {
			j.violated("appointment %s: contested is %v; want %v", a.ID, a.Contested, !alone)
		}
	}
}

func (j *judgement) between(a, b clients.ID) bool {
	return slices.ContainsFunc(j.conflicts, func(c clients.Conflict) bool {
		return c.Kind == clients.ConflictOverlap && (c.Earlier.Ref == a && c.Later.Ref == b || c.Earlier.Ref == b && c.Later.Ref == a)
	})
}

// certainties: no two callers were told for certain that the same time is theirs, by the
// office's word or under a lease that held, unless the first had given it back before.
// A backup that was put back between the two is no excuse.
func (j *judgement) certainties() {
	var list []*entry
	for _, e := range j.b.ledger.entries {
		if e.certain && e.held() && !j.kept(e) {
			list = append(list, e)
		}
	}
	for i, e := range list {
		for _, f := range list[i+1:] {
			a, b := appointmentOf(e), appointmentOf(f)
			if a.Overlaps(b) && !j.freed(e, f.at) {
				j.violated("%s (%s at %s) and %s (%s at %s) were both promised for certain", a.ID, e.desk, e.at.Format("15:04:05"), b.ID, f.desk, f.at.Format("15:04:05"))
			}
		}
	}
}

func appointmentOf(e *entry) clients.Appointment {
	return e.m.Change.(clients.BookAppointment).Appointment
}

// freed reports whether anybody had moved, cancelled or erased what was booked before a
// time, or may have.
func (j *judgement) freed(e *entry, before time.Time) bool {
	a := appointmentOf(e).ID
	return slices.ContainsFunc(j.b.ledger.entries, func(o *entry) bool {
		if o.at.After(before) {
			return false
		}
		switch c := o.m.Change.(type) {
		case clients.CancelAppointment:
			return c.Appointment == a
		case clients.MoveAppointment:
			return c.Appointment == a
		case clients.Erase:
			return c.ID == a || c.ID == appointmentOf(e).Client
		}
		return false
	})
}

// disputes: who changed a field without having seen another desk's change of it has
// made a conflict, also when a backup was put back between the two. It may be missing
// where she changed just what stood there. What she had seen is known by its words, as
// numbers may mean something else by now.
func (j *judgement) disputes() {
	for i, c := range j.history {
		e := j.b.ledger.byID[c.Mutation]
		if c.Kind != shared.Client || e == nil {
			continue
		}
		patch, ok := e.m.Change.(clients.PatchClient)
		if was, said := patch.Was[c.Field]; !ok || e.alone || said && canonical(was) == canonical(c.Before) {
			continue
		}
		unseen := slices.ContainsFunc(j.history[:i], func(o change) bool {
			return o.Kind == shared.Client && o.Row == c.Row && o.Field == c.Field && o.Desk != c.Desk && o.seq < c.seq && !e.met[o.Field+" "+canonical(o.After)]
		})
		if unseen && !slices.ContainsFunc(j.conflicts, func(k clients.Conflict) bool {
			return k.Kind == clients.ConflictField && k.Field == c.Field && k.Later.Value == canonical(c.After)
		}) {
			j.violated("%s changed %s of %s without having seen another's change, and no conflict says so", c.Desk, c.Field, c.Row)
		}
	}
}

// orders: what a desk did came in the order in which it did it.
func (j *judgement) orders() {
	last := map[clients.ID]int64{}
	for _, e := range j.b.ledger.entries {
		c, ok := e.m.Change.(clients.TakeMessage)
		if !ok || !e.held() || j.b.isRevoked(e.desk) || j.kept(e) {
			continue
		}
		r, there := j.rows[rowKey{shared.Message, c.Message.ID}]
		if !there || r.Gone || j.b.ledger.forgotten(e) {
			continue // what was taken and erased before the desk had an office never comes
		}
		if r.Seq < last[e.desk] {
			j.violated("%s: message %s of %s has number %d, an earlier one has %d", e.desk, r.ID, e.at.Format("15:04:05"), r.Seq, last[e.desk])
		}
		last[e.desk] = r.Seq
	}
}

// mails: each was sent, under one name.
func (j *judgement) mails() {
	for message, list := range j.deliveries {
		for _, d := range list {
			names := slices.Compact(slices.Clone(j.b.ledger.sent[d.ID]))
			if d.State != clients.Sent || len(names) != 1 || names[0] != d.MessageID {
				j.violated("mail %s of message %s is %s, sent as %q", d.ID, message, d.State, names)
			}
		}
	}
}
