package link_test

import (
	"crypto/tls"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"permanence/store/link"
	"permanence/store/link/linetest"
	"permanence/store/wire"
	"permanence/ui/desk"
)

// roads are the lines to offices, by address.
type roads map[string]*linetest.Line

// RoundTrip takes the line to whom a request is for.
func (r roads) RoundTrip(q *http.Request) (*http.Response, error) {
	line, is := r[q.URL.Host]
	if !is {
		return nil, linetest.ErrCut
	}
	return line.RoundTrip(q)
}

// sitBetween opens a desk that knows one of several offices before one database.
func sitBetween(t *testing.T, o http.Handler, addresses ...string) (*station, roads) {
	t.Helper()
	m, secrets, err := linetest.Member(bureau, "desk")
	ok(t, err)
	lines := roads{}
	for _, a := range addresses {
		lines[a] = &linetest.Line{Handler: o}
	}
	s := &station{t: t, replica: &linetest.Replica{Now: time.Now}, secrets: secrets}
	s.store = s.replica
	ok(t, s.replica.Join(t.Context(), m))
	s.link = link.New(link.Config{
		Store: s.store, Secrets: secrets, Log: slog.New(slog.DiscardHandler), Send: s.hear,
		Transport: func(*tls.Config) http.RoundTripper { return lines },
	})
	var running sync.WaitGroup
	running.Go(func() { s.link.Run(t.Context()) })
	t.Cleanup(running.Wait)
	return s, lines
}

// A desk that one office leaves goes to another that the first has told it of, hears
// what is new there, and stays.
func TestAnotherOffice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := &linetest.Office{Bureau: bureau, Addresses: []string{"office", "second:7444"}}
		s, lines := sitBetween(t, o, "office:7443", "second:7444")
		s.link.Tell(desk.Presence{Standing: desk.StandingHere})
		after(3 * time.Second)
		s.phase(desk.OfficeInStep, 0)
		if m, err := s.replica.Membership(t.Context()); err != nil || !slices.Equal(m.Others, []string{"second:7444"}) {
			t.Fatalf("it knows %v, %v", m.Others, err)
		}

		lines["office:7443"].Set(linetest.Faults{Cut: true})
		ok(t, s.link.Ask(t.Context(), message("asked"))) // it is certain all the same
		after(wire.BeatEvery + 3*time.Second)
		s.phase(desk.OfficeInStep, 0)
		o.Write("news")
		after(time.Millisecond)
		s.has("news", "asked")

		lines["office:7443"].Set(linetest.Faults{})
		asked := lines["office:7443"].Asked("/v1/pull")
		s.write("own")
		after(time.Minute)
		s.has("news", "asked", "own")
		s.phase(desk.OfficeInStep, 0)
		if lines["office:7443"].Asked("/v1/pull") != asked {
			t.Error("it went back though nothing was amiss")
		}
	})
}

// An office that has lost its database is as good as none.
func TestAnUnwellOffice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := &linetest.Office{Bureau: bureau, Addresses: []string{"office", "second"}}
		s, lines := sitBetween(t, o, "office:7443", "second:7443")
		after(3 * time.Second)
		o.Refuse("/v1/push", wire.Error{Code: "not-ready"})
		s.write("own")
		after(3 * time.Second)
		s.phase(desk.OfficeInStep, 0)
		if lines["second:7443"].Asked("/v1/push") == 0 {
			t.Error("the other office was not asked")
		}
	})
}

// What an office says of the others is bounded, and what is no address is left out.
func TestWhereElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		said := []string{"", "office:7443", "a", "a:7443", "https://b/", "::1"}
		for range 20 {
			said = append(said, "c"+string(rune('a'+len(said))))
		}
		o := &linetest.Office{Bureau: bureau, Addresses: said}
		s, _ := sitBetween(t, o, "office:7443")
		after(3 * time.Second)
		s.phase(desk.OfficeInStep, 0)
		m, err := s.replica.Membership(t.Context())
		ok(t, err)
		if len(m.Others) != 8 || !slices.Equal(m.Others[:3], []string{"a:7443", "b:7443", "[::1]:7443"}) {
			t.Errorf("it knows %v", m.Others)
		}
	})
}

// What is under way at an office that has gone does not wait for its end.
func TestWhatIsUnderWayIsAskedElsewhere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := &linetest.Office{Bureau: bureau, Addresses: []string{"office", "second"}}
		s, lines := sitBetween(t, o, "office:7443", "second:7443")
		s.link.Tell(desk.Presence{Standing: desk.StandingHere})
		after(3 * time.Second)
		lines["office:7443"].Set(linetest.Faults{Slow: time.Hour}) // a cable that was pulled out
		s.write("own")
		after(3*wire.BeatEvery + 3*time.Second)
		s.phase(desk.OfficeInStep, 0)
	})
}
