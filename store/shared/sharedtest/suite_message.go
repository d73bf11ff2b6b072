package sharedtest

import (
	"errors"
	"strings"
	"time"

	"permanence/clients"
	"permanence/store/shared"
)

func note(id clients.ID) clients.Message {
	return clients.Message{ID: id, Client: "durand", Name: "Mme Lefèvre", Text: "Rappeler.", TakenAt: noon}
}

var two = []clients.Recipient{
	{Name: "Me Durand", Channel: "mail", Address: "durand@example.fr"},
	{Name: "Secrétariat", Channel: "mail", Address: "bureau@example.fr"},
}

// deliveries reads those of a message taken by the mutation that came last.
func (b *bench) deliveries(message clients.ID) (list []clients.Delivery) {
	b.Helper()
	rows, err := b.rows.Belonging(b.ctx, shared.Message, message)
	b.ok(err)
	for _, r := range rows {
		list = append(list, value[clients.Delivery](b, shared.Delivery, r.ID))
	}
	return list
}

func message(b *bench) {
	b.withClients()
	b.do(shared.OK, clients.TakeMessage{Message: note("m"), Recipients: two})
	b.equal(value[clients.Message](b, shared.Message, "m"), note("m"))
	b.equal(b.row(shared.Message, "m").Client, clients.ID("durand"))
	list := b.deliveries("m")
	b.equal(len(list), 2)
	host, err := b.rows.MailHost(b.ctx)
	b.ok(err)
	for _, d := range list {
		b.equal([]any{d.Message, d.Client, d.State, d.NextTry.IsZero(), d.MessageID},
			[]any{clients.ID("m"), clients.ID("durand"), clients.Waiting, true, string(d.ID) + "@" + host})
		b.equal(b.row(shared.Delivery, d.ID).Client, clients.ID("durand"))
	}
	if list[0].ID == list[1].ID || list[0].Recipient.Address == list[1].Recipient.Address {
		b.Errorf("deliveries are %+v; want one for each recipient", list)
	}
	b.refused("store.exists", clients.TakeMessage{Message: note("m")})
	unknown := note("u")
	unknown.Client = ""
	b.do(shared.OK, clients.TakeMessage{Message: unknown})
}

// reportedAhead: a desk that joins tells what it has sent before it tells the message,
// since the office would send it again in between.
func reportedAhead(b *bench) {
	b.withClients()
	take := b.mutation(clients.TakeMessage{Message: note("m"), Recipients: two[:1]})
	other := Memory{}
	_, err := shared.Apply(b.ctx, other, 1, take)
	b.ok(err)
	made := other.living(shared.Delivery)
	sent := clients.Delivery{
		ID: made[0].ID, Message: "m", Client: "durand", Recipient: two[0], State: clients.Sent,
		Attempts: 2, SentAt: noon.Add(time.Minute), MessageID: "x@example.fr",
	}
	waiting := sent
	waiting.State = clients.Waiting
	b.do(shared.OK, clients.ReportDelivery{Delivery: waiting})
	b.missing(shared.Delivery, waiting.ID) // there is nothing to send yet
	b.do(shared.OK, clients.ReportDelivery{Delivery: sent})
	b.seq++
	_, err = shared.Apply(b.ctx, b.rows, b.seq, take)
	b.ok(err)
	b.equal(b.deliveries("m"), []clients.Delivery{sent})
}

func sentStays(b *bench) {
	b.withClients()
	b.do(shared.OK, clients.TakeMessage{Message: note("m"), Recipients: two[:1]})
	d := b.deliveries("m")[0]
	report := func(state clients.DeliveryState, err string) {
		b.Helper()
		d.State, d.Error = state, err
		d.Attempts++
		b.do(shared.OK, clients.ReportDelivery{Delivery: d})
	}
	d.NextTry = noon.Add(time.Minute)
	report(clients.Waiting, "451 plus tard")
	b.equal(b.deliveries("m")[0], d)
	d.NextTry = time.Time{}
	report(clients.Failed, "550 boîte inconnue")
	b.equal(b.deliveries("m")[0], d)
	d.SentAt = noon.Add(time.Hour)
	report(clients.Sent, "")
	sent := d
	b.equal(b.deliveries("m")[0], sent)
	report(clients.Failed, "too late")
	b.equal(b.deliveries("m")[0], sent)
}

// erased checks that a row is a tombstone under this number.
func (b *bench) erased(kind shared.Kind, id clients.ID) {
	b.Helper()
	r := b.row(kind, id)
	if !r.Gone || len(r.Body) > 0 || r.Seq != b.seq {
		b.Errorf("%s %s is %+v; want a tombstone under number %d", kind, id, r, b.seq)
	}
}

func eraseMessage(b *bench) {
	b.withClients()
	b.do(shared.OK, clients.TakeMessage{Message: note("mmm"), Recipients: two}, clients.TakeMessage{Message: note("nnn"), Recipients: two[:1]})
	sent := b.deliveries("mmm")
	refused := b.mutation(clients.TakeMessage{Message: note("mmm")})
	b.ok(shared.KeepRefused(b.ctx, b.rows, b.seq, refused, "store.exists"))
	kept := b.conflicts()[0]
	b.do(shared.OK, clients.Erase{Kind: "message", ID: "mmm"})
	b.erased(shared.Message, "mmm")
	b.erased(shared.Conflict, kept.ID)
	for _, d := range sent {
		b.erased(shared.Delivery, d.ID)
	}
	b.equal(len(b.conflicts()), 0)
	b.equal(len(b.deliveries("nnn")), 1)
	seq := b.seq
	b.do(shared.OK, clients.Erase{Kind: "message", ID: "mmm"}) // again
	b.equal(b.row(shared.Message, "mmm").Seq, seq)
	b.refused("store.exists", clients.TakeMessage{Message: note("mmm")})
	// A report that comes late brings nothing back.
	b.do(shared.OK, clients.ReportDelivery{Delivery: sent[0]})
	b.equal(b.row(shared.Delivery, sent[0].ID).Gone, true)
	late := sent[0]
	late.ID = "another"
	b.do(shared.OK, clients.ReportDelivery{Delivery: late})
	b.missing(shared.Delivery, "another")
}

// eraseOverlap: who stays when one of two at once is erased has the moment alone.
func eraseOverlap(b *bench) {
	b.from("one").withClients()
	b.do(shared.OK, book("a", 0, 20))
	b.do(shared.Contested, promise("b", 10, 30))
	b.do(shared.OK, clients.Erase{Kind: "appointment", ID: "b"})
	b.equal(value[clients.Appointment](b, shared.Appointment, "a").Contested, false)
	b.equal(len(b.conflicts()), 0)
}

func eraseClient(b *bench) {
	b.from("one").withClients()
	b.do(shared.OK, book("a", 0, 20), clients.TakeMessage{Message: note("m"), Recipients: two[:1]})
	b.do(shared.Contested, promise("b", 10, 30))
	b.do(shared.OK, patch(0, "trade", `"avocate"`))
	conflict, delivery := b.conflicts()[0].ID, b.deliveries("m")[0].ID
	b.do(shared.OK, clients.Erase{Kind: "client", ID: "durand"})
	for _, key := range []Key{
		{shared.Client, "durand"},
		{shared.Appointment, "a"},
		{shared.Appointment, "b"},
		{shared.Message, "m"},
		{shared.Delivery, delivery},
		{shared.Conflict, conflict},
	} {
		b.erased(key.Kind, key.ID)
	}
	b.equal(b.client("petit").Name, "Dr Petit")
	if c, found, err := b.rows.Changed(b.ctx, shared.Client, "durand", "trade", 0, "two"); found || err != nil {
		b.Errorf("the history still says %+v, %v", c, err)
	}
	b.do(shared.OK, clients.CreateClient{Client: clients.Client{ID: "heir", DIDs: []string{"+33561123456"}}})
	b.refused("store.exists", clients.CreateClient{Client: clients.Client{ID: "durand"}})
}

// eraseAhead: the office may refuse, so what cannot be brought back stays.
func eraseAhead(b *bench) {
	b.from("one").withClients()
	b.do(shared.OK, patch(0, "trade", `"avocate"`))
	before := b.row(shared.Client, "durand")
	got, err := shared.ApplyAhead(b.ctx, b.rows, b.mutation(clients.Erase{Kind: "client", ID: "durand"}))
	b.equal([]any{got.Outcome, err}, []any{shared.OK, nil})
	after := b.row(shared.Client, "durand")
	b.equal([]any{after.Gone, after.Seq}, []any{true, before.Seq})
	_, found, err := b.rows.Changed(b.ctx, shared.Client, "durand", "trade", 0, "two")
	b.equal([]any{found, err}, []any{true, nil})
}

func kept(b *bench) {
	b.withClients()
	b.do(shared.OK, book("a", 0, 20))
	m := b.from("two").mutation(book("b", 10, 30))
	_, err := shared.Apply(b.ctx, b.rows, b.seq, m)
	var over *clients.OverlapError
	if !errors.As(err, &over) || len(over.With) != 1 || over.With[0].ID != "a" || over.With[0].Version != b.seq-1 {
		b.Fatalf("got %v; want an overlap with a", err)
	}
	code, _ := shared.Refusal(err)
	b.ok(shared.KeepRefused(b.ctx, b.rows, b.seq, m, code))
	c := b.conflicts()[0]
	b.equal([]any{c.Kind, c.Client, c.Code, c.Later.By, c.Later.Desk, c.Later.Name},
		[]any{clients.ConflictRefused, clients.ID("durand"), "agenda.overlap", clients.ID("claire"), clients.ID("two"), m.Name})
	if !strings.Contains(c.Later.Value, "Mme b") {
		b.Errorf("the conflict keeps %q; want what was refused", c.Later.Value)
	}
	b.equal(b.row(shared.Conflict, c.ID).Seq, b.seq)
}
