package storetest

import (
	"encoding/json"
	"errors"

	"permanence/clients"
	"permanence/ui/desk"
)

func clientKept(b *bench) {
	b.withClients()
	b.reopen()
	want := durand()
	got := b.client("durand")
	if got.Version == 0 {
		b.Fatal("the stored client has no version")
	}
	want.Version = got.Version
	b.equal(got, want)
	b.refused(b.try(clients.CreateClient{Client: durand()}), "store.exists")
	_, err := b.Client(b.ctx, "nobody")
	b.refused(err, "store.not-found")
}

func patchNames(b *bench) {
	b.withClients()
	before := b.client("durand")
	b.apply(Patch("durand", before.Version, "trade", "avocate"), Patch("durand", before.Version, "hours", nil))
	after := b.client("durand")
	if after.Version <= before.Version {
		b.Errorf("version went from %d to %d", before.Version, after.Version)
	}
	want := before
	want.Trade, want.Hours, want.Version = "avocate", clients.Week{}, after.Version
	b.equal(after, want)

	changes, err := b.ClientHistory(b.ctx, "durand", 2)
	b.ok(err)
	if len(changes) != 2 || changes[0].Field != "hours" || changes[1].Field != "trade" {
		b.Fatalf("history is %+v; want hours, then trade", changes)
	}
	b.equal(changes[1].Before, `"avocat · Toulouse"`)
	b.equal(changes[1].After, `"avocate"`)
	b.equal(changes[0].After, "null")
	b.equal(changes[0].By, "Claire Martin")
	b.equal(changes[0].At.Equal(noon), true)
	// Undo by history: what it says was there before can be put back.
	b.apply(clients.PatchClient{Client: "durand", Fields: map[string]json.RawMessage{"hours": json.RawMessage(changes[0].Before)}})
	b.equal(b.client("durand").Hours, durand().Hours)
}

// wayAudited: who decided where a client's calls go, under whose number we call,
// and that conversations are recorded, must be told afterwards.
func wayAudited(b *bench) {
	b.withClients()
	off := durand().Forwards
	off[0].Off = true
	for field, to := range map[string]any{
		"forwards": off, "caller_id": clients.CallerID{Number: "+33561999999"}, "address": "1 place du Capitole", "auto_answer": false,
		"voice": clients.Voice{Recording: clients.Recording{On: true}}, "health": true,
	} {
		b.apply(Patch("durand", 0, field, to))
		changes, err := b.ClientHistory(b.ctx, "durand", 1)
		b.ok(err)
		b.equal([]string{changes[0].Field, changes[0].By}, []string{field, "Claire Martin"})
		// What was there before can be put back.
		b.apply(clients.PatchClient{Client: "durand", Fields: map[string]json.RawMessage{field: json.RawMessage(changes[0].Before)}})
	}
	got := b.client("durand")
	got.Version = 0
	b.equal(got, durand())
	for _, field := range []string{"forwards", "caller_id", "auto_answer", "voice", "health"} {
		b.refused(b.try(Patch("durand", 0, field, "x")), "store.bad-change")
	}
}

func patchRefused(b *bench) {
	b.withClients()
	before := b.client("durand")
	b.refused(b.try(Patch("nobody", 0, "name", "X")), "store.not-found")
	for _, field := range []string{"id", "version", "dids", "hours"} {
		b.refused(b.try(Patch("durand", 0, field, "x")), "store.bad-change")
	}
	b.equal(b.client("durand"), before)
	b.refused(b.Apply(b.ctx, clients.Mutation{At: noon, Change: Patch("durand", 0, "name", "X")}), "store.bad-change")
}

func onceOnly(b *bench) {
	b.withClients()
	m := b.mutation("claire", Patch("durand", 0, "trade", "notaire"))
	b.ok(b.Apply(b.ctx, m))
	first := b.client("durand")
	b.apply(Patch("durand", 0, "trade", "huissier"))
	second := b.client("durand")
	b.reopen()
	b.ok(b.Apply(b.ctx, m))
	b.equal(b.client("durand"), second)
	if first.Version >= second.Version {
		b.Errorf("versions %d, %d do not grow", first.Version, second.Version)
	}
}

func didTaken(b *bench) {
	b.withClients()
	thief := clients.Client{ID: "thief", Name: "Roc", DIDs: []string{"05 61 12 34 56"}}
	err := b.try(clients.CreateClient{Client: thief})
	var taken *clients.DIDTakenError
	if !errors.As(err, &taken) || taken.By != "Maître Durand" || taken.DID != "+33561123456" {
		b.Fatalf("got %v; want the number of Maître Durand refused", err)
	}
	_, err = b.Client(b.ctx, "thief")
	b.refused(err, "store.not-found")
	b.refused(b.try(Patch("petit", 0, "dids", []string{"+33561999999", "+33561123456"})), "client.did-taken")
	b.equal(b.client("petit").DIDs, []string{"+33561999999"})
	// One's own number is not taken, and is kept once however it is typed.
	b.apply(Patch("durand", 0, "dids", []string{"+33561123457", "05.61.12.34.56", "+33 5 61 12 34 56"}))
	b.equal(b.client("durand").DIDs, []string{"+33561123457", "+33561123456"})
	b.apply(Patch("durand", 0, "dids", []string{}), clients.CreateClient{Client: thief})
	b.equal(len(b.client("durand").DIDs), 0)
}

func didFreed(b *bench) {
	b.withClients()
	b.apply(Patch("durand", 0, "archived", true), Patch("petit", 0, "dids", []string{"+33561123456"}))
	b.refused(b.try(Patch("durand", 0, "archived", false)), "client.did-taken")
}

func sameField(b *bench) {
	b.withClients()
	saw := b.client("durand").Version
	b.ok(b.Apply(b.ctx, b.mutation("julie", Patch("durand", saw, "instructions", "De Julie"))))
	b.ok(b.Apply(b.ctx, b.mutation("claire", Patch("durand", saw, "instructions", "De Claire"))))
	b.equal(b.client("durand").Instructions, "De Claire")
	changes, err := b.ClientHistory(b.ctx, "durand", 2)
	b.ok(err)
	b.equal([]string{changes[0].By, changes[0].Before, changes[0].After, changes[1].By, changes[1].After},
		[]string{"Claire Martin", `"De Julie"`, `"De Claire"`, "Julie Roche", `"De Julie"`})
}

func news(b *bench) {
	fields := func() (list []string) {
		changes, err := b.News(b.ctx, "durand", "claire")
		b.ok(err)
		for _, c := range changes {
			list = append(list, c.Field+": "+c.Before+" → "+c.After)
		}
		return list
	}
	julie := func(field string, value any) {
		b.ok(b.Apply(b.ctx, b.mutation("julie", Patch("durand", 0, field, value))))
	}
	b.withClients()
	b.equal(fields(), []string(nil)) // she never answered for it: all is new
	b.answeredCall("call-1", "durand", "claire")
	b.equal(fields(), []string(nil))

	julie("trade", "notaire")
	julie("trade", "huissier")
	julie("color", "#000000")
	julie("color", "#7a2c39")                         // back again
	b.apply(Patch("durand", 0, "name", "Me Durand"))  // her own
	b.apply(Patch("petit", 0, "name", "Docteur Pet")) // another client
	want := []string{`trade: "avocat · Toulouse" → "huissier"`}
	b.equal(fields(), want)

	b.answeredCall("call-2", "durand", "julie")
	b.answeredCall("call-3", "petit", "claire")
	b.journal(desk.JournalAnswered, "claire", desk.Entry{Call: "call-4", Client: "durand", ArrivedAt: noon, AnsweredAt: noon})
	b.equal(fields(), want) // the call in hand does not hide them
	b.journal(desk.JournalEnded, "claire", desk.Entry{Call: "call-4", Client: "durand", ArrivedAt: noon, EndedAt: noon})
	b.equal(fields(), []string(nil))
}

func allOrNone(b *bench) {
	b.withClients()
	before := b.client("durand")
	list := []clients.Mutation{
		b.mutation("claire", Patch("durand", 0, "trade", "notaire")),
		b.mutation("claire", clients.CreateClient{Client: clients.Client{ID: "x", Name: "X", DIDs: []string{"+33561999999"}}}),
	}
	b.refused(b.ApplyAll(b.ctx, list), "client.did-taken")
	b.equal(b.client("durand"), before)
	b.ok(b.ApplyAll(b.ctx, list[:1]))
	b.equal(b.client("durand").Trade, "notaire")
}
