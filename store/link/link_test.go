package link_test

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"permanence/clients"
	"permanence/store"
	"permanence/store/link"
	"permanence/store/link/linetest"
	"permanence/store/shared"
	"permanence/store/wire"
	"permanence/ui/desk"
)

const bureau = "durand"

// station is a desk with its link at work.
type station struct {
	t       *testing.T
	line    *linetest.Line
	replica *linetest.Replica // nil when the store is a real one
	store   link.Store
	secrets *linetest.Secrets
	link    *link.Link
	skew    atomic.Int64 // of its wall clock
	stop    func()

	mu      sync.Mutex
	told    []desk.OfficeLink
	changed []desk.SharedChanged
	desks   []desk.Presence
}

// sit opens a desk of an office. It is closed when the test ends.
func sit(t *testing.T, o http.Handler, id clients.ID) *station {
	t.Helper()
	m, secrets, err := linetest.Member(bureau, id)
	ok(t, err)
	s := &station{t: t, line: &linetest.Line{Handler: o}, replica: &linetest.Replica{Now: time.Now}, secrets: secrets}
	s.store = s.replica
	ok(t, s.replica.Join(t.Context(), m))
	s.open()
	t.Cleanup(func() { s.stop() })
	return s
}

// open starts the desk's program.
func (s *station) open() {
	s.link = link.New(link.Config{
		Store: s.store, Secrets: s.secrets, Log: slog.New(slog.DiscardHandler), Sounds: soundsOf(s.store),
		Now:       func() time.Time { return time.Now().Add(time.Duration(s.skew.Load())) },
		Transport: func(*tls.Config) http.RoundTripper { return s.line },
		Send:      s.hear,
	})
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { s.link.Run(ctx) })
	s.stop = func() { cancel(); running.Wait() }
}

// hear keeps what the core would be told.
func (s *station) hear(e desk.Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch e := e.(type) {
	case desk.OfficeChanged:
		s.told = append(s.told, e.Link)
	case desk.SharedChanged:
		s.changed = append(s.changed, e)
	case desk.DesksChanged:
		s.desks = e.Desks
	}
}

// write does something at the desk.
func (s *station) write(ids ...clients.ID) {
	s.t.Helper()
	for _, id := range ids {
		ok(s.t, s.store.Apply(s.t.Context(), message(id)))
	}
	s.link.Sync()
}

func message(id clients.ID) clients.Mutation {
	return clients.Mutation{ID: id, At: time.Now(), Actor: "sophie", Change: clients.TakeMessage{}}
}

// status is what was told last.
func (s *station) status() desk.OfficeLink {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.told) == 0 {
		return desk.OfficeLink{}
	}
	return s.told[len(s.told)-1]
}

// phase expects to stand so with the office.
func (s *station) phase(want desk.OfficePhase, unsent int) {
	s.t.Helper()
	if got := s.status(); got.Phase != want || got.Unsent != unsent {
		s.t.Errorf("the desk is %q with %d unsent (%+v); want %q with %d", got.Phase, got.Unsent, got.Problem, want, unsent)
	}
}

// has expects to see these rows and no others.
func (s *station) has(want ...clients.ID) {
	s.t.Helper()
	slices.Sort(want)
	if got := s.replica.Rows(); !slices.Equal(got, want) {
		s.t.Errorf("the desk has %v; want %v", got, want)
	}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// after lets so much time pass.
func after(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func TestTwoDesks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := &linetest.Office{Bureau: bureau}
		a, b := sit(t, o, "a"), sit(t, o, "b")
		after(0)
		a.write("one", "two")
		after(time.Second)
		b.has("one", "two")
		a.phase(desk.OfficeInStep, 0)
		b.phase(desk.OfficeInStep, 0)
		if !o.Clear() {
			t.Error("the pull did not say that everything was pushed")
		}
	})
}

// TestPollWithoutEvents: a dead stream of events delays what others write, and no more.
func TestPollWithoutEvents(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := &linetest.Office{Bureau: bureau}
		dead := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/v1/events" {
				http.NotFound(w, r)
				return
			}
			o.ServeHTTP(w, r)
		})
		s := sit(t, dead, "a")
		after(0)
		o.Write("news")
		after(wire.PollEvery)
		s.has("news")
		s.phase(desk.OfficeInStep, 0)
		if n := s.line.Asked("/v1/events"); n < 2 {
			t.Errorf("the stream was tried %d times", n)
		}
	})
}

// TestCutOff: what is written meanwhile waits, in its order, and the desk says so.
func TestCutOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := &linetest.Office{Bureau: bureau}
		s := sit(t, o, "a")
		after(time.Minute)
		s.line.Set(linetest.Faults{Cut: true})
		before := time.Now()
		s.write("one")
		after(0)
		s.phase(desk.OfficeCutOff, 1)
		if st := s.status(); st.Since.After(before) || st.Since.IsZero() || st.Problem.Code != "office.unreachable" {
			t.Errorf("told %+v", st)
		}
		o.Write("meanwhile")
		after(48 * time.Hour)
		s.write("two", "three")
		s.line.Set(linetest.Faults{})
		after(31 * time.Second)
		s.phase(desk.OfficeInStep, 0)
		s.has("one", "two", "three", "meanwhile")
		if got := o.Order(); !slices.Equal(got, []clients.ID{"one", "two", "three"}) {
			t.Errorf("carried out %v", got)
		}
	})
}

// TestBackOff: 1, 2, 4 … 30 s, less up to a quarter; and at once when asked for.
func TestBackOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := sit(t, &linetest.Office{Bureau: bureau}, "a")
		after(0)
		s.line.Set(linetest.Faults{Cut: true})
		s.link.Sync()
		after(0)
		first := s.line.Asked("/v1/hello") + s.line.Asked("/v1/pull")
		after(time.Hour)
		tries := s.line.Asked("/v1/hello") + s.line.Asked("/v1/pull") - first
		if tries < 3600/30 || tries > 3600/20 {
			t.Errorf("tried %d times in an hour", tries)
		}
		s.line.Set(linetest.Faults{})
		s.link.Sync()
		after(0)
		s.phase(desk.OfficeInStep, 0)
	})
}

// TestWakeUp: after a sleep of the machine, which its clock shows, nothing is waited for.
func TestWakeUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := sit(t, &linetest.Office{Bureau: bureau}, "a")
		after(time.Second)
		before := s.line.Asked("/v1/pull")
		s.skew.Store(int64(8 * time.Hour))
		after(5 * time.Second)
		if s.line.Asked("/v1/pull") == before {
			t.Error("nothing was asked for after the machine woke")
		}
	})
}

// TestLostAnswers: the office has done it, and the desk does not know; nothing counts
// twice.
func TestLostAnswers(t *testing.T) {
	for _, path := range []string{"/v1/push", "/v1/pull", "/v1/hello"} {
		t.Run(path[4:], func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o := &linetest.Office{Bureau: bureau}
				s := sit(t, o, "a")
				after(0)
				s.line.Set(linetest.Faults{Lose: 3, Twice: 5, Only: path})
				s.write("one", "two")
				after(time.Minute)
				s.phase(desk.OfficeInStep, 0)
				if got := o.Order(); !slices.Equal(got, []clients.ID{"one", "two"}) {
					t.Errorf("carried out %v", got)
				}
			})
		})
	}
}

// TestCrashAnywhere: the program dies after each of its steps in turn, and goes on where
// it was.
func TestCrashAnywhere(t *testing.T) {
	for n := 1; n <= 25; n++ {
		synctest.Test(t, func(t *testing.T) {
			o := &linetest.Office{Bureau: bureau, Page: 2}
			o.Write("a", "b", "c")
			s := sit(t, o, "desk")
			after(0)
			s.write("one", "two")
			s.replica.CrashAfter(n)
			after(time.Minute)
			s.stop()
			s.replica.CrashAfter(0)
			s.open()
			after(time.Minute)
			s.phase(desk.OfficeInStep, 0)
			s.has("a", "b", "c", "one", "two")
			if got := o.Order(); !slices.Equal(got, []clients.ID{"one", "two"}) {
				t.Errorf("after %d steps: carried out %v", n, got)
			}
		})
	}
}

// TestFullDisk: the office is there and the disk takes nothing. That is no cut line, and
// it ends by itself.
func TestFullDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := &linetest.Office{Bureau: bureau}
		s := sit(t, o, "a")
		after(time.Second)
		s.replica.CrashAfter(1)
		o.Write("news")
		after(time.Minute)
		s.phase(desk.OfficeBehind, 0)
		s.replica.CrashAfter(0)
		after(time.Minute)
		s.phase(desk.OfficeInStep, 0)
		s.has("news")
	})
}

// TestFirstCopy tells how far it has come, not too often, and goes on after a stop.
func TestFirstCopy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const rows = 20000
		o := &linetest.Office{Bureau: bureau, Page: 100}
		for i := range rows {
			o.Write(clients.ID(fmt.Sprintf("%06d", i)))
		}
		s := sit(t, o, "a")
		s.line.Set(linetest.Faults{Slow: 20 * time.Millisecond, Only: "/v1/pull"})
		after(2 * time.Second)
		st := s.status()
		if st.Phase != desk.OfficeCopying || st.Total != rows || st.Done < rows/4 || st.Done > rows/2 {
			t.Errorf("after half of the time: %+v", st)
		}
		s.mu.Lock()
		if n := len(s.told); n > 12 {
			t.Errorf("told %d times in two seconds", n)
		}
		s.mu.Unlock()
		s.stop()
		had := len(s.replica.Rows())
		s.open()
		after(5 * time.Second)
		s.phase(desk.OfficeInStep, 0)
		if n := s.line.Asked("/v1/pull"); n > rows/100+20 {
			t.Errorf("%d pages were asked for, with %d rows there before the stop", n, had)
		}
		if n := len(s.replica.Rows()); n != rows {
			t.Errorf("%d rows", n)
		}
	})
}

// TestRestoredOffice: what it lost is pushed again, in its order.
func TestRestoredOffice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := &linetest.Office{Bureau: bureau}
		a, b := sit(t, o, "a"), sit(t, o, "b")
		after(0)
		a.write("one", "two", "three")
		after(time.Second)
		o.Restore(1)
		after(wire.PollEvery)
		after(wire.PollEvery)
		a.phase(desk.OfficeInStep, 0)
		b.has("one", "two", "three")
		if got := o.Order(); !slices.Equal(got, []clients.ID{"one", "two", "three"}) {
			t.Errorf("carried out %v", got)
		}
	})
}

// TestRefusals: each puts the desk where it belongs, and loses nothing.
func TestRefusals(t *testing.T) {
	for _, c := range []struct {
		path, code string
		want       desk.OfficePhase
		problem    string
	}{
		{"/v1/pull", "no-session", desk.OfficeLogin, ""},
		{"/v1/push", "forbidden", desk.OfficeLogin, "office.forbidden"},
		{"/v1/pull", "revoked", desk.OfficeRevoked, "office.revoked"},
		{"/v1/pull", "too-old", desk.OfficeTooOld, "office.too-old"},
		{"/v1/push", "slow-down", desk.OfficeCutOff, "office.slow-down"},
		{"/v1/pull", "not-ready", desk.OfficeCutOff, "office.not-ready"},
	} {
		t.Run(c.code, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o := &linetest.Office{Bureau: bureau}
				s := sit(t, o, "a")
				after(0)
				for range 20 { // its own poke has the desk ask again at once
					o.Refuse(c.path, wire.Error{Code: c.code, Retry: 3})
				}
				s.write("one")
				after(500 * time.Millisecond)
				if st := s.status(); st.Phase != c.want || st.Problem.Code != c.problem {
					t.Errorf("told %+v", st)
				}
				o.RefuseNone()
				after(6 * time.Minute)
				s.phase(desk.OfficeInStep, 0)
			})
		})
	}
}

// TestUnreadable: a mutation that the office cannot take stays, and holds nothing up.
func TestUnreadable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := &linetest.Office{Bureau: bureau}
		o.Decide("newer", shared.Result{Outcome: shared.Unknown})
		s := sit(t, o, "a")
		after(0)
		s.write("newer", "one")
		after(time.Second)
		s.phase(desk.OfficeInStep, 1)
		if st := s.status(); st.Problem.Code != "office.older" {
			t.Errorf("told %+v", st)
		}
		if o.Clear() {
			t.Error("the pull said that everything was pushed")
		}
	})
}

// TestLoginAndOut: without a session the desk says so, and goes on by itself.
func TestLoginAndOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := &linetest.Office{Bureau: bureau}
		s := sit(t, o, "a")
		after(0)
		s.link.Logout()
		after(time.Second)
		s.write("one")
		after(time.Minute)
		s.phase(desk.OfficeLogin, 1)
		_, err := s.link.Login(t.Context(), "Sophie", "wrong")
		if code(err) != "office.wrong-password" {
			t.Errorf("a wrong password: %v", err)
		}
		who, err := s.link.Login(t.Context(), "Sophie", linetest.Password)
		ok(t, err)
		if who.Name != "Sophie" {
			t.Errorf("logged in %+v", who)
		}
		after(time.Second)
		s.phase(desk.OfficeInStep, 0)
		s.stop()
		s.open()
		after(time.Second)
		s.phase(desk.OfficeInStep, 0)
	})
}

// TestSinceWhen: a desk that starts without its office knows since when it is not in step.
func TestSinceWhen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := sit(t, &linetest.Office{Bureau: bureau}, "a")
		after(time.Second)
		was := s.status().Since
		s.stop()
		s.line.Set(linetest.Faults{Cut: true})
		after(24 * time.Hour)
		s.open()
		after(time.Minute)
		if got := s.status(); got.Phase != desk.OfficeCutOff || !got.Since.Equal(was) {
			t.Errorf("told %+v; want since %v", got, was)
		}
	})
}

// TestUnvouched: what a desk did alone waits for a supervisor. Others' work comes all the
// same, and the desk says why it is not in step.
func TestUnvouched(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := &linetest.Office{Bureau: bureau}
		s := sit(t, o, "a")
		for range 2 {
			o.Refuse("/v1/push", wire.Error{Code: "unvouched"})
		}
		s.write("one")
		o.Write("theirs")
		after(time.Second)
		s.phase(desk.OfficeBehind, 1)
		s.has("one", "theirs")
		if got := s.status().Problem.Code; got != "office.unvouched" {
			t.Errorf("it says %q", got)
		}
		after(3 * wire.PollEvery)
		s.phase(desk.OfficeInStep, 0)
	})
}

// TestAnotherBureau answers at the address: nothing is said to it.
func TestAnotherBureau(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := &linetest.Office{Bureau: "martin"}
		s := sit(t, o, "a")
		s.write("one")
		after(time.Minute)
		s.phase(desk.OfficeCutOff, 1)
		if st := s.status(); st.Problem.Code != "office.stranger" || len(o.Order()) > 0 {
			t.Errorf("told %+v; the stranger has %v", st, o.Order())
		}
	})
}

func TestLeave(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := &linetest.Office{Bureau: bureau}
		s := sit(t, o, "a")
		after(time.Second)
		ok(t, s.link.Leave(t.Context()))
		after(time.Second)
		s.phase(desk.OfficeAlone, 0)
		if err := s.link.Ask(t.Context(), message("x")); code(err) != "office.none" {
			t.Errorf("asked alone: %v", err)
		}
		before := s.line.Asked("/v1/pull")
		after(time.Hour)
		if s.line.Asked("/v1/pull") != before {
			t.Error("the desk still asks the office")
		}
	})
}

func code(err error) string {
	if c, is := err.(interface{ Code() string }); is { //nolint:errorlint // the core looks the same way
		return c.Code()
	}
	return ""
}

// soundsOf are the sounds of a real store.
func soundsOf(s link.Store) link.Sounds {
	if real, is := s.(*store.Store); is {
		return real.SharedSounds()
	}
	return nil
}

// TestThinLine: a page that takes too long is asked for again in smaller ones.
func TestThinLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := &linetest.Office{Bureau: bureau}
		for i := range 3000 {
			o.Write(clients.ID(fmt.Sprintf("%06d", i)))
		}
		thin := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/v1/pull" {
				o.ServeHTTP(w, r)
				return
			}
			answer := httptest.NewRecorder()
			o.ServeHTTP(answer, r)
			var page wire.PullAnswer
			ok(t, json.Unmarshal(answer.Body.Bytes(), &page))
			select {
			case <-r.Context().Done():
			case <-time.After(time.Duration(len(page.Rows)) * 30 * time.Millisecond):
			}
			w.WriteHeader(answer.Code)
			_, _ = w.Write(answer.Body.Bytes()) // the desk may have given up
		})
		s := sit(t, thin, "a")
		after(10 * time.Minute)
		s.phase(desk.OfficeInStep, 0)
		if n := len(s.replica.Rows()); n != 3000 {
			t.Errorf("%d rows", n)
		}
	})
}

// A session that was ended at the office is missed at the next beat, not at the next
// look half a minute later.
func TestAnEndedSessionIsSaidSoon(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := &linetest.Office{Bureau: bureau}
		s := sit(t, o, "a")
		s.link.Tell(desk.Presence{Standing: desk.StandingHere})
		after(time.Second)
		s.phase(desk.OfficeInStep, 0)
		o.EndSessions()
		after(wire.BeatEvery + time.Second)
		s.phase(desk.OfficeLogin, 0)
	})
}

// TestSilentLine: on a line that loses everything and tells nobody, the desk says soon
// that it is not in step, and counts what is written meanwhile.
func TestSilentLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := sit(t, &linetest.Office{Bureau: bureau}, "a")
		after(time.Second)
		s.phase(desk.OfficeInStep, 0)
		s.line.Set(linetest.Faults{Slow: time.Hour})
		s.write("one")
		after(2900 * time.Millisecond)
		s.phase(desk.OfficeInStep, 1)
		after(200 * time.Millisecond)
		s.phase(desk.OfficeBehind, 1)
		if st := s.status(); st.Since.IsZero() || time.Since(st.Since) < 3*time.Second {
			t.Errorf("in step until %v", st.Since)
		}
		s.write("two")
		after(time.Second)
		s.phase(desk.OfficeBehind, 2)
		s.line.Set(linetest.Faults{})
		after(time.Minute)
		s.phase(desk.OfficeInStep, 0)
	})
}

// TestManyAcknowledgements: when more was pushed than one question can ask after, what
// is pending is carried out again once, after the last.
func TestManyAcknowledgements(t *testing.T) {
	o := &linetest.Office{Bureau: bureau}
	replica := &counted{Replica: &linetest.Replica{Now: time.Now}}
	m, _, err := linetest.Member(bureau, "a")
	ok(t, err)
	ok(t, replica.Join(t.Context(), m))
	const written = 5000
	for i := range written {
		ok(t, replica.Apply(t.Context(), message(clients.ID(fmt.Sprint("m", i)))))
	}
	remote := link.NewRemote(m.Address, &linetest.Line{Handler: o})
	remote.SetSession(linetest.Session)
	x := link.Exchange{Remote: remote, Replica: replica}
	ok(t, x.Step(t.Context()))
	if open, err := replica.Unacknowledged(t.Context(), -1); len(open) > 0 || err != nil {
		t.Errorf("%d are not acknowledged, %v", len(open), err)
	}
	if replica.pages < 3 || replica.last != 1 || len(replica.Rows()) != written {
		t.Errorf("%d pages, %d of them the last, %d rows", replica.pages, replica.last, len(replica.Rows()))
	}
}

// counted counts the pages that are taken in.
type counted struct {
	*linetest.Replica
	pages, last int
}

func (c *counted) Absorb(ctx context.Context, page wire.PullAnswer) (link.Changed, error) {
	c.pages++
	if !page.More {
		c.last++
	}
	return c.Replica.Absorb(ctx, page)
}
