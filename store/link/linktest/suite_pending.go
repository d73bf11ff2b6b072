package linktest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"permanence/clients"
	"permanence/store/link"
	"permanence/store/shared"
	"permanence/store/shared/sharedtest"
	"permanence/store/wire"
)

func alone(b *bench) {
	b.one.do(durand())
	m, err := b.one.Membership(b.ctx)
	b.equal([]any{m, err}, []any{link.Membership{}, nil})
	b.equal(b.one.waiting(), []string(nil))
	if _, err := b.one.Absorb(b.ctx, wire.PullAnswer{Cursor: "0/1"}); err == nil {
		b.Fatal("a desk without an office took rows in")
	}
}

// readings: that somebody read something goes up like the rest, and is not counted as
// work that waits.
func readings(b *bench) {
	b.one.do(durand()).join().sync()
	b.one.do(clients.NoteReading{Kind: clients.ReadingClient, ID: "durand"})
	n, oldest, err := b.one.Waiting(b.ctx)
	b.equal([]any{n, oldest.IsZero(), err}, []any{0, true, nil})
	b.one.do(take("m"))
	n, oldest, err = b.one.Waiting(b.ctx)
	b.equal([]any{n, oldest.IsZero(), err}, []any{1, false, nil})
	b.equal(len(b.one.push()), 2)
	b.one.pull()
	b.one.same()
}

func joined(b *bench) {
	b.one.do(durand(), take("m"), book("a", 0, 20))
	b.one.do(b.one.patch("trade", `"avocate"`)).join().crash()
	m, err := b.one.Membership(b.ctx)
	b.equal([]any{m, err}, []any{link.Membership{Bureau: "b", Desk: "one", Address: "office:1"}, nil})
	b.equal(b.one.waiting(), []string{"client.create.v1", "message.take.v1", "appointment.book.v1", "client.patch.v1"})
	b.equal(b.one.durand().Trade, "avocate")
	b.one.join() // again: nothing happens twice
	for id, r := range b.one.push() {
		b.equal([]any{id, r.Outcome}, []any{id, shared.OK})
	}
	b.equal(b.one.durand().Trade, "avocate")
	b.one.pull()
	b.one.same()
	b.two.join().sync().same()
}

// sentAlone: between its message and the report of its delivery, the office would send
// a second time.
func sentAlone(b *bench) {
	b.one.do(durand(), take("m"))
	b.one.do(clients.ReportDelivery{Delivery: b.delivery("m", clients.Sent)}).join()
	list, _, err := b.one.Pending(b.ctx, 0, 10)
	b.ok(err)
	for _, m := range list {
		_, err := b.office.Push(b.ctx, "one", []shared.Mutation{m})
		b.ok(err)
		for _, d := range b.deliveries() {
			b.equal(d.State, clients.Sent)
		}
	}
	b.equal(len(b.deliveries()), 1)
}

// delivery is that of a message taken by the last mutation, in another state.
func (b *bench) delivery(message clients.ID, state clients.DeliveryState) clients.Delivery {
	b.Helper()
	there := NewOffice()
	m, err := shared.NewMutation(clients.Mutation{ID: "mut-0002", At: noon.Add(2 * time.Second), Change: take(message)}, "")
	b.ok(err)
	_, err = there.Push(b.ctx, "x", []shared.Mutation{m})
	b.ok(err)
	for key, r := range there.Rows {
		var d clients.Delivery
		if key.Kind == shared.Delivery {
			b.ok(json.Unmarshal(r.Body, &d))
			d.State, d.Attempts = state, 1
			return d
		}
	}
	return clients.Delivery{}
}

// deliveries are those at the office.
func (b *bench) deliveries() (list []clients.Delivery) {
	b.Helper()
	for key, r := range b.office.Rows {
		var d clients.Delivery
		if key.Kind == shared.Delivery && !r.Gone {
			b.ok(json.Unmarshal(r.Body, &d))
			list = append(list, d)
		}
	}
	return list
}

// firstCopy is cut off after each page, while the desk goes on working.
func firstCopy(b *bench) {
	b.one.do(durand(), book("a", 0, 20), take("m"), take("n"), take("o")).join().sync()
	b.two.join()
	b.two.do(take("p"))
	last := ""
	for {
		page := b.two.page(1)
		_, err := b.two.Absorb(b.ctx, page)
		b.ok(err)
		b.two.crash()
		cursor, err := b.two.Cursor(b.ctx)
		b.ok(err)
		if cursor == last {
			b.Fatal("the cursor stands still")
		}
		last = cursor
		b.equal(b.two.waiting(), []string{"message.take.v1"})
		if _, err := b.two.Row(b.ctx, shared.Message, "p"); err != nil {
			b.Fatal(err)
		}
		if !page.More {
			break
		}
	}
	b.two.sync().same()
}

// drained brings up much that was done alone. Acknowledgements come in many pieces, the
// machine crashes between any two, and the desk goes on working and sees all of it.
func drained(b *bench) {
	b.one.do(durand(), take("m"), book("a", 0, 20), take("n"), take("o"))
	b.one.do(b.one.patch("trade", `"avocate"`)).join().crash()
	b.two.join()
	b.two.do(take("p")).sync()
	want := b.one.waiting()
	for len(want) > 0 {
		b.one.pushSome(2)
		b.one.crash()
		want = want[min(2, len(want)):]
		b.equal(b.one.waiting(), append([]string(nil), want...))
	}
	for more, n := true, 0; more; n++ {
		page := b.one.page(2)
		page.Acked = page.Acked[:min(2, len(page.Acked))]
		page.More = page.More || len(page.Acked) == 2
		_, err := b.one.Absorb(b.ctx, page)
		b.ok(err)
		if n < 3 {
			b.one.do(take(clients.ID(fmt.Sprint("meanwhile-", n))), b.one.patch("color", fmt.Sprintf(`"#00000%d"`, n)))
		}
		b.one.crash()
		b.sees(b.one, []clients.ID{"m", "n", "o", "meanwhile-0"})
		more = page.More
	}
	b.equal(b.one.durand().Color, "#000002")
	b.equal(len(b.one.waiting()), 6)
	b.one.sync().same()
	b.two.sync().same()
	b.equal(len(b.one.conflicts()), 0)
}

// sees expects a desk to show what it did alone, whatever came of it yet.
func (b *bench) sees(s *station, messages []clients.ID) {
	b.Helper()
	for _, id := range messages {
		if _, err := s.Row(b.ctx, shared.Message, id); err != nil {
			b.Fatalf("message %s: %v", id, err)
		}
	}
	b.equal(s.durand().Trade, "avocate")
	b.equal(s.day(), []string{"a 0"})
}

func overlay(b *bench) {
	b.both()
	b.one.do(b.one.patch("trade", `"avocate"`), book("a", 0, 20), take("m"))
	b.two.do(b.two.patch("color", `"#112233"`), book("b", 60, 80)).sync()
	version := b.one.durand().Version
	b.one.pull() // nothing was pushed
	c := b.one.durand()
	b.equal([]string{c.Trade, c.Color}, []string{"avocate", "#112233"})
	if c.Version <= version || c.Version > b.office.seq {
		b.Errorf("the card has number %d, the office %d", c.Version, b.office.seq)
	}
	b.equal(b.one.day(), []string{"a 0", "b 60"})
	b.equal(b.one.waiting(), []string{"client.patch.v1", "appointment.book.v1", "message.take.v1"})
	b.one.crash()
	b.equal(b.one.waiting(), []string{"client.patch.v1", "appointment.book.v1", "message.take.v1"})
	b.one.sync().same()
	b.two.sync().same()
	b.equal(len(b.one.conflicts()), 0)
}

func acknowledged(b *bench) {
	b.both()
	b.one.do(book("a", 0, 20), b.one.patch("trade", `"avocate"`))
	b.one.push()
	b.equal(b.one.waiting(), []string(nil))
	ids, err := b.one.Unacknowledged(b.ctx, -1)
	b.ok(err)
	b.equal(len(ids), 2)
	b.equal(b.one.day(), []string{"a 0"})
	changed := b.one.pull()
	b.equal(changed[len(changed)-1].Agendas, []clients.ID{"durand"})
	ids, err = b.one.Unacknowledged(b.ctx, -1)
	b.equal([]any{len(ids), err}, []any{0, nil})
	b.one.same()
}

func disputed(b *bench) {
	b.both()
	b.one.do(b.one.patch("trade", `"avocate"`))
	b.two.do(b.two.patch("trade", `"notaire"`)).sync()
	b.one.pull()
	// It sees the question as soon as it knows of the other, and its own text stands.
	b.equal(b.one.durand().Trade, "avocate")
	b.equal(len(b.one.conflicts()), 1)
	for _, r := range b.one.push() {
		b.equal(r.Outcome, shared.Disputed)
	}
	b.one.pull()
	b.one.same()
	b.two.sync().same()
	for _, s := range []*station{b.one, b.two} {
		c := s.conflicts()
		b.equal([]any{len(c), c[0].Earlier.Value, c[0].Later.Value, c[0].Earlier.Desk, c[0].Later.Desk},
			[]any{1, `"notaire"`, `"avocate"`, clients.ID("two"), clients.ID("one")})
	}
	b.two.do(clients.SettleConflict{Conflict: b.two.conflicts()[0].ID, Choice: clients.KeepLater}).sync()
	b.one.sync().same()
	b.equal(len(b.one.conflicts()), 0)
}

func contested(b *bench) {
	b.both()
	b.one.do(promise("a", 0, 20))
	b.two.do(promise("b", 10, 30))
	b.equal(b.one.day(), []string{"a 0 unconfirmed"})
	b.one.sync()
	b.equal(b.one.day(), []string{"a 0"})
	b.two.sync()
	b.one.sync()
	for _, s := range []*station{b.one, b.two} {
		s.same()
		b.equal(len(s.conflicts()), 1)
		b.equal(s.day()[0], "a 0 contested")
	}
	b.one.do(clients.MoveAppointment{Appointment: "a", Start: noon.Add(time.Hour), End: noon.Add(2 * time.Hour)})
	b.equal(len(b.one.conflicts()), 0)
	b.one.sync().same()
	b.two.sync().same()
	b.equal(b.two.day(), []string{"b 10", "a 60"})
}

func refused(b *bench) {
	b.both()
	b.one.do(book("a", 0, 20)).sync()
	b.two.do(book("b", 10, 30))
	b.two.pull() // it cannot be carried out any more, and is not lost
	b.equal(b.two.waiting(), []string{"appointment.book.v1"})
	b.equal(b.two.day(), []string{"a 0"})
	b.two.sync().same()
	c := b.two.conflicts()
	b.equal([]any{len(c), c[0].Kind, c[0].Code, c[0].Later.Name}, []any{1, clients.ConflictRefused, "agenda.overlap", "appointment.book.v1"})
}

func refusedHere(b *bench) {
	b.both()
	b.one.do(book("a", 0, 20))
	var over *clients.OverlapError
	if err := b.one.try(book("b", 10, 30)); !errors.As(err, &over) {
		b.Fatalf("got %v; want an overlap", err)
	}
	b.equal(b.one.waiting(), []string{"appointment.book.v1"})
	m := clients.Mutation{ID: "once", At: noon, Change: take("m")}
	b.ok(b.one.Apply(b.ctx, m))
	b.ok(b.one.Apply(b.ctx, m))
	b.equal(b.one.waiting(), []string{"appointment.book.v1", "message.take.v1"})
	b.one.sync().same()
	b.ok(b.one.Apply(b.ctx, m)) // known still
	b.equal(b.one.waiting(), []string(nil))
}

// twice: an answer that is taken in again, as if the desk had died after it.
func twice(b *bench) {
	b.both()
	b.two.do(b.two.patch("trade", `"notaire"`), book("a", 0, 20)).sync()
	b.one.do(take("m"))
	page := b.one.page(100)
	for range 3 {
		_, err := b.one.Absorb(b.ctx, page)
		b.ok(err)
		b.equal(b.one.waiting(), []string{"message.take.v1"})
		b.one.crash()
	}
	b.one.sync().same()
}

func unknown(b *bench) {
	b.both()
	b.one.do(take("m"))
	list, _, err := b.one.Pending(b.ctx, 0, 1)
	b.ok(err)
	b.ok(b.one.Pushed(b.ctx, map[clients.ID]shared.Result{list[0].ID: {Outcome: shared.Unknown}}))
	b.equal(b.one.waiting(), []string{"message.take.v1"})
	b.one.sync().same()
}

func strangeRows(b *bench) {
	b.both()
	b.office.Put(shared.Row{Kind: "hologram", ID: "h", Client: "durand", Body: json.RawMessage(`{"a":[1]}`)})
	b.office.Put(shared.Row{Kind: shared.Message, ID: "odd", Client: "durand", Body: json.RawMessage(`{"text":["no","text"]}`)})
	b.office.Put(shared.Row{Kind: shared.Desk, ID: "two", Body: json.RawMessage(`{"name":"Accueil"}`)})
	b.one.sync().same()
	b.office.Put(shared.Row{Kind: shared.Message, ID: "odd", Client: "durand", Body: json.RawMessage(`{"id":"odd","text":"lisible"}`)})
	b.one.sync().same()
}

// reset: the rows stay until the office has shown all that there are.
func reset(b *bench) {
	b.both()
	b.one.do(take("m"), take("n"), book("a", 0, 20)).sync()
	b.one.do(take("pending"))
	for key, row := range b.office.Rows { // a right was taken away
		if key.ID == "n" || bytes.Contains(row.Body, []byte(`"message":"n"`)) {
			delete(b.office.Rows, key)
		}
	}
	b.office.Rights++
	page := b.one.page(1)
	b.equal([]bool{page.Reset, page.More}, []bool{true, true})
	changed, err := b.one.Absorb(b.ctx, page)
	b.ok(err)
	b.equal(changed.Reset, true)
	b.one.crash()
	b.equal(b.one.day(), []string{"a 0"})
	for _, id := range []clients.ID{"m", "n", "pending"} {
		_, err := b.one.Row(b.ctx, shared.Message, id)
		b.ok(err)
	}
	b.one.pull()
	b.one.missing(shared.Message, "n")
	_, err = b.one.Row(b.ctx, shared.Message, "pending")
	b.ok(err)
	b.one.sync().same()
}

func again(b *bench) {
	b.both()
	backup := b.office.Copy()
	b.one.do(b.one.patch("trade", `"avocate"`), book("a", 0, 20)).sync()
	b.one.do(take("m"))
	b.office.Restore(backup)
	b.one.pull()
	b.equal(b.one.waiting()[len(b.one.waiting())-1], "message.take.v1")
	b.equal([]any{b.one.durand().Trade, b.one.day()}, []any{"avocate", []string{"a 0"}})
	b.one.sync().same()
	b.two.sync().same()
	b.equal([]any{b.two.durand().Trade, b.two.day()}, []any{"avocate", []string{"a 0"}})
}

func letGo(b *bench) {
	b.both()
	b.one.do(take("m")).sync()
	backup := b.office.Copy()
	b.one.clock.Now = noon.AddDate(0, 0, 46)
	b.one.do(take("n")).sync()
	b.one.sync()
	b.office.Restore(backup)
	b.one.pull()
	b.equal(b.one.waiting(), []string{"message.take.v1"}) // n; m is long in every backup
}

func erased(b *bench) {
	b.both()
	b.one.do(take("m"), take("n")).sync()
	b.two.sync().do(clients.Erase{Kind: "message", ID: "m"}).sync().same()
	b.one.do(book("a", 0, 20))
	b.one.sync().same()
	r, err := b.one.Row(b.ctx, shared.Message, "m")
	b.equal([]any{r.Gone, len(r.Body), err}, []any{true, 0, nil})
	b.equal(len(b.deliveries()), 1)
}

func eraseRefused(b *bench) {
	b.both()
	b.one.do(take("m")).sync()
	b.one.do(clients.Erase{Kind: "message", ID: "m"})
	r, err := b.one.Row(b.ctx, shared.Message, "m")
	b.equal([]any{r.Gone, err}, []any{true, nil})
	list, _, err := b.one.Pending(b.ctx, 0, 1)
	b.ok(err)
	no := shared.Result{Outcome: shared.Refused, Code: "office.forbidden"}
	b.office.known[list[0].ID] = no
	b.ok(b.one.Pushed(b.ctx, map[clients.ID]shared.Result{list[0].ID: no}))
	b.one.pull()
	b.one.same()
}

func left(b *bench) {
	b.both()
	b.one.do(book("a", 0, 20)).sync()
	b.one.do(take("m"))
	b.ok(b.one.Leave(b.ctx))
	b.ok(b.one.Leave(b.ctx))
	b.two.do(b.two.patch("trade", `"notaire"`)).sync()
	b.one.crash()
	b.equal(b.one.waiting(), []string(nil))
	b.one.do(b.one.patch("trade", `"avocate"`), promise("b", 10, 30))
	b.equal(len(b.one.day()), 2)
	b.one.join()
	b.equal(b.one.waiting(), []string{"message.take.v1", "client.patch.v1", "appointment.book.v1"})
	b.one.sync().same()
	b.two.sync().same()
	kinds := []string{}
	for _, c := range b.one.conflicts() {
		kinds = append(kinds, string(c.Kind))
	}
	b.equal(sorted(kinds), []string{"field", "overlap"})
}

// key names a row of the office.
func key(kind shared.Kind, id clients.ID) sharedtest.Key { return sharedtest.Key{Kind: kind, ID: id} }
