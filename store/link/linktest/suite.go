package linktest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"permanence/clients"
	"permanence/store/link"
	"permanence/store/shared"
	"permanence/store/wire"
)

// Desk is what is tested: a Replica, and how the desk changes and sees its rows.
type Desk interface {
	link.Replica
	Apply(ctx context.Context, m clients.Mutation) error
	Client(ctx context.Context, id clients.ID) (clients.Client, error)
	Appointments(ctx context.Context, client clients.ID, from, to time.Time) ([]clients.Appointment, error)
	Conflicts(ctx context.Context) ([]clients.Conflict, error)
	Leases(ctx context.Context, client clients.ID, from, to time.Time) ([]clients.Lease, error)
	// Row reads a row as it lies under the search and the lists.
	Row(ctx context.Context, kind shared.Kind, id clients.ID) (shared.Row, error)
	Close() error
}

// Clock is what a desk's machine tells of the time.
type Clock struct {
	Now  time.Time
	Boot string
	Up   time.Duration
}

// Opener opens the desk on a folder.
type Opener func(t testing.TB, dir string, clock *Clock) Desk

// Run checks that a desk's copy keeps its promises.
func Run(t *testing.T, open Opener) {
	for name, test := range map[string]func(*bench){
		"a desk alone has no office":                    alone,
		"what it did alone becomes pending":             joined,
		"a reading is told and nobody waits for it":     readings,
		"what it sent alone is told first":              sentAlone,
		"the first copy, page by page":                  firstCopy,
		"what it did alone goes up in pieces":           drained,
		"what is pending lies over what comes":          overlay,
		"what is acknowledged has the office's numbers": acknowledged,
		"two desks write the same field":                disputed,
		"two desks book the same slot":                  contested,
		"what the office refuses is a conflict":         refused,
		"what is refused here leaves nothing":           refusedHere,
		"a page that comes twice changes nothing":       twice,
		"a newer program's change waits":                unknown,
		"rows of unknown kinds and shapes are kept":     strangeRows,
		"all is taken anew":                             reset,
		"the office comes from a backup":                again,
		"what is acknowledged is let go after a while":  letGo,
		"what is erased":                                erased,
		"an erasure that the office refuses":            eraseRefused,
		"leases hold on the machine's clock":            leases,
		"leaving, and joining again":                    left,
		"whatever happens, all see the same":            converge,
	} {
		t.Run(name, func(t *testing.T) {
			b := &bench{T: t, ctx: t.Context(), opener: open, office: NewOffice()}
			b.one, b.two = b.desk("one"), b.desk("two")
			test(b)
		})
	}
}

var noon = time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)

// bench is an office and two desks of it.
type bench struct {
	*testing.T
	ctx      context.Context
	opener   Opener
	office   *Office
	one, two *station
	n        int
}

func (b *bench) ok(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

func (b *bench) equal(got, want any) {
	b.Helper()
	if !reflect.DeepEqual(got, want) {
		g, _ := json.Marshal(got)
		w, _ := json.Marshal(want)
		b.Fatalf("got  %s\nwant %s", g, w)
	}
}

// station is one desk, and the hand of the link.
type station struct {
	Desk
	b     *bench
	id    clients.ID
	dir   string
	clock Clock
}

func (b *bench) desk(id clients.ID) *station {
	s := &station{b: b, id: id, dir: b.TempDir(), clock: Clock{Now: noon, Boot: "run 1", Up: time.Hour}}
	s.Desk = b.opener(b.T, s.dir, &s.clock)
	return s
}

// crash opens the desk anew.
func (s *station) crash() {
	s.b.Helper()
	s.b.ok(s.Close())
	s.Desk = s.b.opener(s.b.T, s.dir, &s.clock)
}

func (s *station) join() *station {
	s.b.Helper()
	s.b.ok(s.Join(s.b.ctx, link.Membership{Bureau: "b", Desk: s.id, Address: "office:1"}))
	return s
}

// try does something at this desk.
func (s *station) try(c clients.Change) error {
	s.b.n++
	id := clients.ID(fmt.Sprintf("mut-%04d", s.b.n))
	return s.Apply(s.b.ctx, clients.Mutation{ID: id, At: noon.Add(time.Duration(s.b.n) * time.Second), Actor: "op-" + s.id, Change: c})
}

func (s *station) do(list ...clients.Change) *station {
	s.b.Helper()
	for _, c := range list {
		s.b.ok(s.try(c))
	}
	return s
}

// push tells the office what it has not been told, and says what it answered.
func (s *station) push() map[clients.ID]shared.Result {
	s.b.Helper()
	all := map[clients.ID]shared.Result{}
	for after := int64(0); ; {
		list, place, err := s.Pending(s.b.ctx, after, 3)
		s.b.ok(err)
		if len(list) == 0 {
			return all
		}
		results, err := s.b.office.Push(s.b.ctx, s.id, list)
		s.b.ok(err)
		s.b.ok(s.Pushed(s.b.ctx, results))
		for id, r := range results {
			all[id] = r
		}
		after = place
	}
}

// pushSome tells the office the oldest of what it has not been told.
func (s *station) pushSome(n int) {
	s.b.Helper()
	list, _, err := s.Pending(s.b.ctx, 0, n)
	s.b.ok(err)
	results, err := s.b.office.Push(s.b.ctx, s.id, list)
	s.b.ok(err)
	s.b.ok(s.Pushed(s.b.ctx, results))
}

// page asks the office for a page.
func (s *station) page(limit int) wire.PullAnswer {
	s.b.Helper()
	cursor, err := s.Cursor(s.b.ctx)
	s.b.ok(err)
	pending, err := s.Unacknowledged(s.b.ctx, -1)
	s.b.ok(err)
	s.Asking()
	page, err := s.b.office.Pull(cursor, pending, limit)
	s.b.ok(err)
	return page
}

// pull takes in all that the office has.
func (s *station) pull() (list []link.Changed) {
	s.b.Helper()
	for {
		page := s.page(5)
		c, err := s.Absorb(s.b.ctx, page)
		s.b.ok(err)
		list = append(list, c)
		if !page.More {
			return list
		}
	}
}

// sync is a push and a pull, and another push for what has to be told again.
func (s *station) sync() *station {
	s.b.Helper()
	s.push()
	s.pull()
	s.push()
	s.pull()
	return s
}

// waiting lists what the office has not been told.
func (s *station) waiting() (names []string) {
	s.b.Helper()
	list, _, err := s.Pending(s.b.ctx, 0, 1000)
	s.b.ok(err)
	for _, m := range list {
		names = append(names, m.Name)
	}
	n, oldest, err := s.Waiting(s.b.ctx)
	s.b.ok(err)
	s.b.equal(n, len(list))
	s.b.equal(oldest.IsZero(), n == 0)
	return names
}

func (s *station) durand() clients.Client {
	s.b.Helper()
	c, err := s.Client(s.b.ctx, "durand")
	s.b.ok(err)
	return c
}

// day says what stands in Maître Durand's agenda.
func (s *station) day() (list []string) {
	s.b.Helper()
	all, err := s.Appointments(s.b.ctx, "durand", noon, noon.Add(8*time.Hour))
	s.b.ok(err)
	for _, a := range all {
		text := fmt.Sprint(a.ID, " ", a.Start.Sub(noon).Minutes())
		for mark, set := range map[string]bool{" contested": a.Contested, " unconfirmed": a.Unconfirmed} {
			if set {
				text += mark
			}
		}
		list = append(list, text)
	}
	return list
}

func (s *station) conflicts() []clients.Conflict {
	s.b.Helper()
	list, err := s.Conflicts(s.b.ctx)
	s.b.ok(err)
	return list
}

// same checks that a desk that has nothing pending has exactly the office's rows.
func (s *station) same() {
	s.b.Helper()
	s.b.equal(s.waiting(), []string(nil))
	for key, want := range s.b.office.Rows {
		got, err := s.Row(s.b.ctx, key.Kind, key.ID)
		if err != nil {
			s.b.Fatalf("desk %s: %s %s: %v", s.id, key.Kind, key.ID, err)
		}
		s.b.equal(got, want)
	}
}

// missing checks that a desk has no such row.
func (s *station) missing(kind shared.Kind, id clients.ID) {
	s.b.Helper()
	if r, err := s.Row(s.b.ctx, kind, id); !errors.Is(err, shared.ErrNoRow) {
		s.b.Fatalf("%s %s is %+v, %v; want no such row", kind, id, r, err)
	}
}

func durand() clients.CreateClient {
	return clients.CreateClient{Client: clients.Client{ID: "durand", Name: "Maître Durand", Trade: "avocat", DIDs: []string{"+33561123456"}}}
}

func (s *station) patch(field, value string) clients.PatchClient {
	return clients.PatchClient{
		Client: "durand", Saw: s.durand().Version, Fields: map[string]json.RawMessage{field: json.RawMessage(value)},
	}
}

func at(id clients.ID, from, to int) clients.Appointment {
	return clients.Appointment{
		ID: id, Client: "durand", Name: "Mme " + string(id), TakenBy: "claire",
		Start: noon.Add(time.Duration(from) * time.Minute), End: noon.Add(time.Duration(to) * time.Minute),
	}
}

func book(id clients.ID, from, to int) clients.BookAppointment {
	return clients.BookAppointment{Appointment: at(id, from, to)}
}

func promise(id clients.ID, from, to int) clients.BookAppointment {
	c := book(id, from, to)
	c.Promised, c.Appointment.Unconfirmed = true, true
	return c
}

func take(id clients.ID) clients.TakeMessage {
	return clients.TakeMessage{
		Message:    clients.Message{ID: id, Client: "durand", Name: "Mme Lefèvre", Text: "Rappeler " + string(id), TakenAt: noon},
		Recipients: []clients.Recipient{{Name: "Me Durand", Channel: "mail", Address: "durand@example.fr"}},
	}
}

// both joins the desks to an office that has one client.
func (b *bench) both() {
	b.Helper()
	b.one.do(durand()).join().sync()
	b.two.join().sync()
	b.one.same()
	b.two.same()
}

func sorted(list []string) []string {
	slices.Sort(list)
	return list
}
