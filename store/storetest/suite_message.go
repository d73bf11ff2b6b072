package storetest

import (
	"strings"
	"time"

	"permanence/clients"
	"permanence/ui/desk"
)

func lefevre() clients.Message {
	return clients.Message{
		ID: "msg-1", Client: "durand", Call: "call-1", Called: "+33561123456", CallType: "client",
		Name: "Mme Lefèvre", Number: "06 12 34 56 78", Fields: map[string]string{"dossier": "2026-12"},
		Text: "Rappeler au sujet du renouvellement.", TakenBy: "claire", TakenAt: noon,
		Sound: left, SoundLength: 42 * time.Second,
	}
}

func two() []clients.Recipient {
	return []clients.Recipient{
		{Name: "Me Durand", Channel: "mail", Address: "durand@example.fr"},
		{Name: "Secrétariat", Channel: "mail", Address: "bureau@example.fr"},
	}
}

func message(b *bench) {
	b.withClients()
	b.ok(b.SaveSettings(b.ctx, desk.Settings{Mail: desk.MailSettings{From: "messages@permanence.example"}}))
	m := b.mutation("claire", clients.TakeMessage{Message: lefevre(), Recipients: two()})
	b.ok(b.Apply(b.ctx, m))
	b.ok(b.Apply(b.ctx, m))
	b.reopen()
	got, deliveries, err := b.Message(b.ctx, "msg-1")
	b.ok(err)
	want := lefevre()
	want.Version = got.Version
	b.equal(got, want)
	b.equal(len(deliveries), 2)
	for i, d := range deliveries {
		b.equal(d.Recipient, two()[i])
		b.equal(d.State, clients.Waiting)
		b.equal(d.NextTry.IsZero(), true)
		left, right, _ := strings.Cut(d.MessageID, "@")
		if left == "" || strings.ContainsAny(left, "<> ") || right != "permanence.example" {
			b.Errorf("Message-ID %q is not a unique name at the domain of the mails", d.MessageID)
		}
	}
	if deliveries[0].ID == deliveries[1].ID || deliveries[0].MessageID == deliveries[1].MessageID {
		b.Error("two deliveries have one name")
	}
	outbox, err := b.Outbox(b.ctx)
	b.ok(err)
	b.equal(outbox, deliveries)
	b.refused(b.try(clients.TakeMessage{Message: lefevre()}), "store.exists")
	_, _, err = b.Message(b.ctx, "nothing")
	b.refused(err, "store.not-found")
}

func messageUnknown(b *bench) {
	m := lefevre()
	m.Client = ""
	b.apply(clients.TakeMessage{Message: m, Recipients: two()[:1]})
	jobs, err := b.queue.Due(b.ctx, noon, 10)
	b.ok(err)
	if len(jobs) != 1 || jobs[0].Client.Name != "" || jobs[0].Message.Name != m.Name {
		b.Fatalf("jobs are %+v; want the message without a client", jobs)
	}
}

func draftGone(b *bench) {
	draft := desk.SavedDraft{Ticket: "t1", Opened: noon, Message: lefevre()}
	other := desk.SavedDraft{Ticket: "t2", Opened: noon, Message: clients.Message{ID: "msg-2", Text: "…"}}
	b.ok(b.SaveDraft(b.ctx, draft))
	b.ok(b.SaveDraft(b.ctx, other))
	b.apply(clients.TakeMessage{Message: lefevre()})
	b.ok(b.SaveDraft(b.ctx, draft)) // typed before, written after
	snap, err := b.Load(b.ctx, noon)
	b.ok(err)
	if len(snap.Drafts) != 1 || snap.Drafts[0].Ticket != "t2" {
		b.Fatalf("drafts are %+v; want only the other one", snap.Drafts)
	}
}

// due lists the messages that are due.
func (b *bench) due(now time.Time, limit int) (list []string) {
	b.Helper()
	jobs, err := b.queue.Due(b.ctx, now, limit)
	b.ok(err)
	for _, j := range jobs {
		list = append(list, string(j.Message.ID))
	}
	return list
}

// oneDelivery takes a message with one recipient, after noon, and returns its delivery.
func (b *bench) oneDelivery(id clients.ID, after time.Duration) clients.ID {
	b.Helper()
	msg := lefevre()
	msg.ID = id
	m := b.mutation("claire", clients.TakeMessage{Message: msg, Recipients: two()[:1]})
	m.At = noon.Add(after)
	b.ok(b.Apply(b.ctx, m))
	_, list, err := b.Message(b.ctx, id)
	b.ok(err)
	return list[0].ID
}

func outboxOrder(b *bench) {
	b.withClients()
	// The clock of who takes a message may be ahead of the one that sends it.
	first, second := b.oneDelivery("first", 48*time.Hour), b.oneDelivery("second", 0)
	hour := noon.Add(time.Hour)
	b.equal(b.due(hour, 10), []string{"first", "second"})
	b.equal(b.due(hour, 1), []string{"first"})

	jobs, err := b.queue.Due(b.ctx, hour, 1)
	b.ok(err)
	b.equal([]string{jobs[0].Client.Name, jobs[0].Operator.Name, string(jobs[0].Delivery.ID)},
		[]string{"Maître Durand", "Claire Martin", string(first)})

	b.ok(b.queue.Retry(b.ctx, first, hour.Add(time.Minute), "451 plus tard"))
	b.equal(b.due(hour, 10), []string{"second"})
	b.ok(b.queue.Fail(b.ctx, second, "550 boîte inconnue"))
	b.equal(b.due(hour.Add(time.Hour), 10), []string{"first"})
	outbox, err := b.Outbox(b.ctx)
	b.ok(err)
	b.equal([]any{outbox[0].State, outbox[0].Error, outbox[0].Attempts, outbox[1].State, outbox[1].Error},
		[]any{clients.Waiting, "451 plus tard", 1, clients.Failed, "550 boîte inconnue"})

	b.ok(b.Retry(b.ctx, second, hour))
	b.equal(b.due(hour, 10), []string{"second"})
	b.refused(b.Retry(b.ctx, "nothing", hour), "store.not-found")
}

func sentStays(b *bench) {
	id := b.oneDelivery("m", 0)
	b.journal(desk.JournalArrived, "", desk.Entry{Call: "call-1", ArrivedAt: noon})
	b.journal(desk.JournalEnded, "", desk.Entry{Call: "call-1", ArrivedAt: noon, EndedAt: noon.Add(time.Minute)})
	state := func() clients.DeliveryState {
		snap, err := b.Load(b.ctx, noon)
		b.ok(err)
		b.equal(snap.History[0].Message, clients.ID("m")) // though the journal does not say so
		return snap.History[0].Delivery
	}
	b.equal(state(), clients.Waiting)
	b.ok(b.queue.Fail(b.ctx, id, "550"))
	b.equal(state(), clients.Failed)
	b.ok(b.queue.Sent(b.ctx, id, noon.Add(time.Minute)))
	b.equal(state(), clients.Sent)
	b.ok(b.Retry(b.ctx, id, noon))
	b.ok(b.queue.Fail(b.ctx, id, "too late"))
	_, list, err := b.Message(b.ctx, "m")
	b.ok(err)
	b.equal([]any{list[0].State, list[0].Error, list[0].SentAt.Equal(noon.Add(time.Minute))}, []any{clients.Sent, "", true})
	b.equal(b.due(noon.Add(time.Hour), 10), []string(nil))
	outbox, err := b.Outbox(b.ctx)
	b.ok(err)
	b.equal(len(outbox), 0)
}
