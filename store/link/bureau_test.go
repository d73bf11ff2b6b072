package link_test

import (
	"context"
	"log/slog"
	"net/http"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"

	"permanence/clients"
	"permanence/store"
	"permanence/store/link/linetest"
	"permanence/store/office"
	"permanence/store/office/officetest"
	"permanence/store/shared"
	"permanence/store/wire"
	"permanence/ui/desk"
)

// realBureau is a real office, on virtual time.
type realBureau struct {
	t       *testing.T
	office  *office.Office
	handler http.Handler
}

// found opens an office with one client and one operator, who may do everything.
func found(t *testing.T) *realBureau {
	t.Helper()
	db, err := office.OpenDatabase(t.Context(), filepath.Join(t.TempDir(), "office.db"))
	ok(t, err)
	o, err := office.New(t.Context(), db, office.Config{
		Bureau: bureau, BureauName: "Bureau Durand", Version: "test", Now: time.Now, NewID: newID,
		Log: slog.New(slog.DiscardHandler),
	})
	ok(t, err)
	b := &realBureau{t: t, office: o, handler: o.Handler(officetest.Headers{})}
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { o.Run(ctx) })
	t.Cleanup(func() {
		cancel()
		running.Wait()
		ok(t, db.Close())
	})
	b.do(clients.SaveOperator{Operator: clients.Operator{ID: "sophie", Name: "Sophie", Role: clients.Supervisor}})
	b.do(clients.CreateClient{Client: clients.Client{ID: "durand", Name: "Maître Durand", DIDs: []string{"+33123456789"}}})
	return b
}

func newID() clients.ID { return clients.ID(uuid.Must(uuid.NewV7()).String()) }

func (b *realBureau) do(c clients.Change) {
	b.t.Helper()
	r, err := b.office.Apply(b.t.Context(), mutation(c))
	ok(b.t, err)
	if r.Outcome != shared.OK {
		b.t.Fatalf("%s: %+v", c.MutationName(), r)
	}
}

func mutation(c clients.Change) clients.Mutation {
	return clients.Mutation{ID: newID(), At: time.Now(), Actor: "sophie", Change: c}
}

// seat is a desk of this bureau with a real store.
func (b *realBureau) seat(id clients.ID) (*station, *store.Store) {
	b.t.Helper()
	m, secrets, err := linetest.Member(bureau, id)
	ok(b.t, err)
	real, err := store.Open(b.t.Context(), b.t.TempDir(), store.Options{Now: time.Now})
	ok(b.t, err)
	ok(b.t, real.Join(b.t.Context(), m))
	who := officetest.Desk{ID: id, Operator: "sophie"}.Request(b.t.Context(), "GET", "/", nil).Header
	s := &station{t: b.t, line: &linetest.Line{Handler: b.handler, Header: who}, store: real, secrets: secrets}
	s.open()
	b.t.Cleanup(func() {
		s.stop()
		ok(b.t, real.Close())
	})
	return s, real
}

func note(id clients.ID, text string) clients.Mutation {
	return mutation(clients.TakeMessage{Message: clients.Message{ID: id, Client: "durand", TakenAt: time.Now(), TakenBy: "sophie", Text: text}})
}

func (s *station) do(m clients.Mutation) {
	s.t.Helper()
	ok(s.t, s.store.Apply(s.t.Context(), m))
	s.link.Sync()
}

func textOf(t *testing.T, s *store.Store, id clients.ID) string {
	t.Helper()
	m, _, err := s.Message(t.Context(), id)
	if code(err) == "store.not-found" {
		return ""
	}
	ok(t, err)
	return m.Text
}

var noon = time.Date(2000, 3, 1, 12, 0, 0, 0, time.UTC)

func slot(id clients.ID, start time.Time) clients.Mutation {
	return mutation(clients.BookAppointment{Appointment: clients.Appointment{
		ID: id, Client: "durand", Start: start, End: start.Add(30 * time.Minute), Name: "M. Petit", TakenBy: "sophie",
	}})
}

func TestBureau(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := found(t)
		a, _ := o.seat("a")
		b, there := o.seat("b")
		after(time.Second)
		a.do(note("m1", "rappeler"))
		after(time.Second)
		if got := textOf(t, there, "m1"); got != "rappeler" {
			t.Errorf("on the other desk: %q", got)
		}
		a.phase(desk.OfficeInStep, 0)
		b.phase(desk.OfficeInStep, 0)
		b.mu.Lock()
		defer b.mu.Unlock()
		seen := slices.ContainsFunc(b.changed, func(c desk.SharedChanged) bool { return slices.Contains(c.Messages, "m1") })
		if !seen {
			t.Errorf("the window was told %+v", b.changed)
		}
	})
}

// TestBureauCutOff: both go on, and both have everything afterwards.
func TestBureauCutOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := found(t)
		a, here := o.seat("a")
		b, there := o.seat("b")
		after(time.Second)
		a.line.Set(linetest.Faults{Cut: true})
		a.do(note("m1", "de a"))
		b.do(note("m2", "de b"))
		after(3 * time.Hour)
		a.phase(desk.OfficeCutOff, 1)
		if textOf(t, here, "m1") != "de a" || textOf(t, there, "m1") != "" || textOf(t, here, "m2") != "" {
			t.Error("something passed a line that is cut, or is not here")
		}
		a.line.Set(linetest.Faults{Lose: 2, Twice: 3})
		after(2 * time.Minute)
		if textOf(t, there, "m1") != "de a" || textOf(t, here, "m2") != "de b" {
			t.Error("something is missing after the line was mended")
		}
		a.phase(desk.OfficeInStep, 0)
	})
}

// TestAsk: the office decides; what it refuses is not stored, and says what is in the way
// though this desk did not know of it.
func TestAsk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := found(t)
		a, here := o.seat("a")
		b, _ := o.seat("b")
		after(time.Second)
		a.line.Set(linetest.Faults{Slow: 100 * time.Millisecond})
		b.do(slot("taken", noon))
		after(10 * time.Millisecond)

		a.do(note("before", "avant"))
		ok(t, a.link.Ask(t.Context(), slot("free", noon.Add(time.Hour))))
		list, err := here.Appointments(t.Context(), "durand", noon, noon.Add(24*time.Hour))
		ok(t, err)
		if !slices.ContainsFunc(list, func(ap clients.Appointment) bool { return ap.ID == "free" && !ap.Unconfirmed }) {
			t.Errorf("what the office confirmed is not stored: %+v", list)
		}

		err = a.link.Ask(t.Context(), slot("second", noon))
		overlap, is := err.(*clients.OverlapError) //nolint:errorlint // it is returned as it is
		if !is || len(overlap.With) != 1 || overlap.With[0].ID != "taken" {
			t.Errorf("asked for a slot that is taken: %v", err)
		}
		after(time.Minute)
		a.phase(desk.OfficeInStep, 0)
		if conflicts, err := here.Conflicts(t.Context()); err != nil || len(conflicts) > 0 {
			t.Errorf("asking has left %+v, %v", conflicts, err)
		}
	})
}

// TestAskWithoutAnswer: the office has it and the desk does not know. It is promised as
// unconfirmed under the same UUID, and counts once.
func TestAskWithoutAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := found(t)
		a, here := o.seat("a")
		after(time.Second)
		a.line.Set(linetest.Faults{Slow: time.Minute, Only: "/v1/push"})
		m := slot("x", noon)
		began := time.Now()
		if err := a.link.Ask(t.Context(), m); code(err) != "office.unsure" || time.Since(began) != wire.AskFor {
			t.Errorf("after %v: %v", time.Since(began), err)
		}
		book := m.Change.(clients.BookAppointment)
		book.Promised, book.Appointment.Unconfirmed = true, true
		m.Change = book
		a.line.Set(linetest.Faults{})
		a.do(m)
		after(time.Minute)
		a.phase(desk.OfficeInStep, 0)
		list, err := here.Appointments(t.Context(), "durand", noon, noon.Add(time.Hour))
		ok(t, err)
		if len(list) != 1 || list[0].Unconfirmed || list[0].Contested {
			t.Errorf("it became %+v", list)
		}
	})
}

// TestRevokedDesk: what it had not sent is kept apart for a person; it reads nothing.
func TestRevokedDesk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := found(t)
		a, here := o.seat("a")
		_, there := o.seat("b")
		after(time.Second)
		a.line.Set(linetest.Faults{Cut: true})
		a.do(note("late", "trop tard"))
		after(time.Second)
		a.line.Header = officetest.Desk{ID: "a", Revoked: true}.Request(t.Context(), "GET", "/", nil).Header
		a.line.Set(linetest.Faults{})
		o.do(note("secret", "pour les autres").Change)
		after(time.Minute)
		a.phase(desk.OfficeRevoked, 0)
		if textOf(t, here, "secret") != "" {
			t.Error("a revoked desk reads on")
		}
		conflicts, err := there.Conflicts(t.Context())
		ok(t, err)
		if len(conflicts) != 1 || conflicts[0].Code != office.CodeRevoked {
			t.Errorf("a person is shown %+v", conflicts)
		}
	})
}

// TestPresence: each sees the other; a desk that falls silent is lost, and its draft goes
// to the first who asks.
func TestPresence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := found(t)
		a, _ := o.seat("a")
		b, _ := o.seat("b")
		after(time.Second)
		b.link.Tell(desk.Presence{Standing: desk.StandingHere})
		draft := desk.RemoteDraft{Ticket: "t", Message: clients.Message{ID: "m", Client: "durand", Text: "il rapp"}, Talking: true}
		a.link.Tell(desk.Presence{Standing: desk.StandingCall, Client: "durand", Drafts: []desk.RemoteDraft{draft}})
		after(2 * time.Second)
		b.sees("a", desk.StandingCall)
		a.sees("b", desk.StandingHere)

		a.line.Set(linetest.Faults{Cut: true})
		after(30 * time.Second)
		b.sees("a", desk.StandingLost)
		got, err := b.link.TakeOver(t.Context(), "a", "t")
		ok(t, err)
		if got.Message.Text != "il rapp" || got.Taken != "b" {
			t.Errorf("took over %+v", got)
		}

		a.line.Set(linetest.Faults{})
		after(30 * time.Second)
		b.sees("a", desk.StandingCall)
		b.stop()
		after(2 * time.Second)
		a.sees("b", desk.StandingOff)
	})
}

// sees expects another desk to be seen so.
func (s *station) sees(id clients.ID, want desk.Standing) {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.desks {
		if p.Desk == id {
			if p.Standing != want {
				s.t.Errorf("%s is seen as %q; want %q", id, p.Standing, want)
			}
			return
		}
	}
	s.t.Errorf("%s is not seen among %d", id, len(s.desks))
}
