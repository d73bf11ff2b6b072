package office_test

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"permanence/clients"
	"permanence/store/office"
	"permanence/store/office/officetest"
	"permanence/store/wire"
)

// typing is a presence with a message half typed for a client.
func typing(ticket, client clients.ID, text string) wire.Presence {
	return wire.Presence{Standing: wire.OnCall, Client: client, Drafts: []wire.Draft{{
		Ticket: ticket, Talking: true, Message: clients.Message{ID: "m-" + ticket, Client: client, Text: text},
	}}}
}

// tell tells a presence and returns how one desk is seen.
func (b *bench) tell(d officetest.Desk, p wire.Presence, of clients.ID) wire.Presence {
	b.Helper()
	desks, err := d.Tell(b.Context(), p)
	b.ok(err)
	for _, seen := range desks {
		if seen.Desk == of {
			return seen
		}
	}
	return wire.Presence{}
}

var here = wire.Presence{Standing: wire.Here}

func TestPresence(t *testing.T) {
	onBoth(t, func(b *bench) {
		one, two, three := b.desk("one", "claire"), b.desk("two", "sam"), b.desk("three", "julie")
		lie := typing("t1", "durand", "Rappeler")
		lie.Desk, lie.Name, lie.Since = "two", "Somebody", noon.Add(-time.Hour)
		b.tell(one, lie, "one")
		b.pass(10 * time.Second)
		b.tell(one, typing("t1", "durand", "Rappeler demain"), "one")
		got := b.tell(two, here, "one")
		if got.Name != "Claire" || got.Standing != wire.OnCall || got.Client != "durand" || !got.Since.Equal(noon) ||
			len(got.Drafts) != 1 || got.Drafts[0].Message.Text != "Rappeler demain" {
			b.Errorf("sam sees %+v", got)
		}
		if got = b.tell(three, here, "one"); got.Client != "" || len(got.Drafts) > 0 {
			b.Errorf("julie, who has no right to Durand, sees %+v", got)
		}
		b.tell(one, here, "one")
		if got = b.tell(two, here, "one"); got.Standing != wire.Here || len(got.Drafts) > 0 || !got.Since.Equal(b.clock()) {
			b.Errorf("after the call sam sees %+v", got)
		}
	})
}

func TestADraftShownToOthersIsWrittenDownOnce(t *testing.T) {
	onBoth(t, func(b *bench) {
		one, two := b.desk("one", "claire"), b.desk("two", "sam")
		b.tell(one, typing("t1", "durand", "R"), "one")
		for range 3 {
			b.tell(two, here, "one")
		}
		list, err := b.office.Accesses(b.Context(), office.AccessFilter{From: noon, To: noon.Add(time.Minute), Limit: 10})
		b.ok(err)
		if len(list) != 1 || list[0].Operator != "sam" || list[0].What != office.ReadDraft {
			b.Errorf("%+v", list)
		}
	})
}

func TestALostDesksDraftIsTakenOverByOne(t *testing.T) {
	onBoth(t, func(b *bench) {
		one, two, three := b.desk("one", "claire"), b.desk("two", "sam"), b.desk("three", "julie")
		b.pass(time.Minute) // the office has been there for a while
		b.tell(one, typing("t1", "durand", "Rappeler demain"), "one")
		if _, err := two.TakeOver(b.Context(), "one", "t1"); officetest.Code(err) != "not-lost" {
			b.Errorf("from a desk that is there: %v", err)
		}
		b.pass(wire.LostAfter + time.Second)
		if got := b.tell(two, here, "one"); got.Standing != wire.Lost || len(got.Drafts) != 1 {
			b.Errorf("silent for so long, sam sees %+v", got)
		}
		if _, err := three.TakeOver(b.Context(), "one", "t1"); officetest.Code(err) != "not-found" {
			b.Errorf("without a right to the client: %v", err)
		}
		for range 2 { // an answer may be lost
			d, err := two.TakeOver(b.Context(), "one", "t1")
			b.ok(err)
			if d.Message.Text != "Rappeler demain" || d.Taken != "two" {
				b.Errorf("taken over: %+v", d)
			}
		}
		claire := b.desk("four", "claire")
		if _, err := claire.TakeOver(b.Context(), "one", "t1"); officetest.Code(err) != "taken" {
			b.Errorf("the second who asks: %v", err)
		}
		if got := b.tell(one, typing("t1", "durand", "Rappeler demain"), "one"); got.Drafts[0].Taken != "" {
			b.Errorf("before two has it on its disk the desk that is back sees %+v", got)
		}
		b.tell(two, copied("two"), "one")
		if got := b.tell(one, typing("t1", "durand", "Rappeler demain"), "one"); got.Drafts[0].Taken != "two" {
			b.Errorf("the desk that is back sees %+v", got)
		}
	})
}

func TestADraftTellsSinceWhenItsCallerIsThere(t *testing.T) {
	onBoth(t, func(b *bench) {
		one, two := b.desk("one", "claire"), b.desk("two", "sam")
		p := typing("t1", "durand", "R")
		b.tell(one, p, "one")
		b.pass(time.Minute)
		p.Drafts[0].Held, p.Drafts[0].Message.Text = true, "Rappeler"
		p.Drafts[0].Since = noon.Add(-time.Hour) // the desk's clock is nobody's business
		b.tell(one, p, "one")
		if d := b.tell(two, here, "one").Drafts[0]; !d.Since.Equal(noon) || !d.Held {
			b.Errorf("on hold sam sees %+v", d)
		}
		p.Drafts[0].Talking, p.Drafts[0].Held = false, false
		b.tell(one, p, "one")
		if d := b.tell(two, here, "one").Drafts[0]; !d.Since.Equal(b.clock()) {
			b.Errorf("after the call sam sees %+v", d)
		}
	})
}

func TestTheNextMessageOfATicketIsNobodys(t *testing.T) {
	onBoth(t, func(b *bench) {
		one, two := b.desk("one", "claire"), b.desk("two", "sam")
		p := typing("t1", "durand", "Rappeler")
		b.tell(one, p, "one")
		b.pass(time.Minute)
		_, err := two.TakeOver(b.Context(), "one", "t1")
		b.ok(err)
		b.tell(two, copied("two"), "one")
		if d := b.tell(one, p, "one").Drafts[0]; d.Taken != "two" {
			b.Errorf("the same message: %+v", d)
		}
		p.Drafts[0].Message.ID = "m2"
		if d := b.tell(one, p, "one").Drafts[0]; d.Taken != "" {
			b.Errorf("the next message: %+v", d)
		}
	})
}

func TestADeskWhoseStreamBreaksOffIsSoonLost(t *testing.T) {
	onBoth(t, func(b *bench) {
		one, two := b.desk("one", "claire"), b.desk("two", "sam")
		b.pass(time.Minute) // the office has been there for a while
		for _, again := range []bool{false, true} {
			s := b.stream(one)
			s.next("presence")
			b.tell(one, here, "one")
			s.breakOff()
			b.doubted("one", true)
			if again {
				b.stream(one).next("presence")
				b.doubted("one", false)
			}
			b.pass(wire.DoubtFor + time.Second)
			want := wire.Lost
			if again {
				want = wire.Here
			}
			if got := b.tell(two, here, "one"); got.Standing != want {
				b.Errorf("another stream %v: sam sees %+v", again, got)
			}
		}
	})
}

// doubted waits until the office doubts a desk, or does not.
func (b *bench) doubted(desk clients.ID, want bool) {
	b.Helper()
	for late := time.Now().Add(time.Minute); time.Now().Before(late); time.Sleep(time.Millisecond) {
		var doubted int64
		b.ok(b.db.Read(b.Context(), func(tx *sql.Tx) error {
			return tx.QueryRow(`SELECT doubted FROM presence WHERE desk = $1`, desk).Scan(&doubted)
		}))
		if doubted != 0 == want {
			return
		}
	}
	b.Fatalf("the office never came to doubt %v", want)
}

func TestAnOfficeThatHasJustBegunCallsNobodyLost(t *testing.T) {
	onBoth(t, func(b *bench) {
		b.tell(b.desk("one", "claire"), here, "one")
		b.pass(time.Hour)
		b.office = b.serve("toulouse")
		if got := b.tell(b.desk("two", "sam"), here, "one"); got.Standing != wire.Here {
			b.Errorf("at once: %+v", got)
		}
		b.pass(wire.LostAfter + time.Second)
		if got := b.tell(b.desk("two", "sam"), here, "one"); got.Standing != wire.Lost {
			b.Errorf("later: %+v", got)
		}
	})
}

// stream is a desk's stream of events on a real connection.
type stream struct {
	b        *bench
	lines    *bufio.Scanner
	breakOff func() // as when the desk's program is killed
}

func (b *bench) stream(d officetest.Desk) *stream {
	b.Helper()
	server := httptest.NewServer(d.Handler)
	ctx, cancel := context.WithTimeout(b.Context(), time.Minute)
	b.Cleanup(func() { cancel(); server.Close() })
	r := d.Request(ctx, http.MethodGet, "/v1/events", nil)
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL+"/v1/events", nil)
	b.ok(err)
	q.Header = r.Header
	answer, err := server.Client().Do(q)
	b.ok(err)
	b.Cleanup(func() { _ = answer.Body.Close() })
	return &stream{b, bufio.NewScanner(answer.Body), cancel}
}

// next waits for an event of a name and returns what it carries.
func (s *stream) next(name string) string {
	s.b.Helper()
	found := false
	for s.lines.Scan() {
		line := s.lines.Text()
		if data, ok := strings.CutPrefix(line, "data: "); ok && found {
			return data
		}
		found = line == "event: "+name
	}
	s.b.Fatalf("the stream ended before %q: %v", name, s.lines.Err())
	return ""
}

// ends waits until the office hangs up.
func (s *stream) ends() {
	s.b.Helper()
	for s.lines.Scan() {
	}
	if err := s.lines.Err(); err != nil {
		s.b.Errorf("the stream did not end: %v", err)
	}
}

func TestEvents(t *testing.T) {
	onBoth(t, func(b *bench) {
		one, two := b.desk("one", "claire"), b.desk("two", "sam")
		s := b.stream(one)
		s.next("poke")
		s.next("presence")
		b.push(two, note("m1", "durand", ""))
		s.next("poke")
		b.tell(two, wire.Presence{Standing: wire.Away, Reason: "déjeuner"}, "two")
		var seen wire.PresenceAnswer
		b.ok(json.Unmarshal([]byte(s.next("presence")), &seen))
		if len(seen.Desks) != 1 || seen.Desks[0].Reason != "déjeuner" {
			b.Errorf("%+v", seen)
		}
	})
}

func TestAnotherStreamOfADeskEndsTheFirst(t *testing.T) {
	b := newBench(t, t.TempDir()+"/office.db")
	one := b.desk("one", "claire")
	first := b.stream(one)
	first.next("poke")
	second := b.stream(one)
	second.next("poke")
	for first.lines.Scan() {
		continue // until it ends
	}
	b.push(one, note("m1", "durand", ""))
	second.next("poke")
}
