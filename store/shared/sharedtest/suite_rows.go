package sharedtest

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"permanence/clients"
	"permanence/store/shared"
)

// bodies are bodies as each kind has them, with a field that nobody knows.
var bodies = map[shared.Kind]string{
	shared.Operator:    `{"id":"x","name":"Claire","hologram":1.10}`,
	shared.Client:      `{"id":"x","name":"Étude <X>","dids":["+33561000001"],"hologram":1.10}`,
	shared.Message:     `{"id":"x","client":"c","text":"Rappeler","taken_at":"2026-11-26T12:00:00Z","hologram":1.10}`,
	shared.Appointment: `{"id":"x","client":"c","start":"2026-11-26T12:00:00Z","end":"2026-11-26T12:20:00Z","name":"Mme L","hologram":1.10}`,
	shared.Delivery:    `{"id":"x","message":"m","client":"c","recipient":{"name":"d","channel":"mail","address":"d@example.fr"},"state":"waiting","attempts":0,"message_id":"x@h","hologram":1.10}`,
	shared.Change:      `{"kind":"client","row":"c","field":"name","before":null,"after":"Étude \u003cX\u003e","actor":"a","desk":"d","at":"2026-11-26T12:00:00.123456789Z","mutation":"m","hologram":1.10}`,
	shared.Conflict:    `{"id":"x","kind":"field","client":"c","field":"name","earlier":{"by":"a"},"later":{"by":"b"},"hologram":1.10}`,
	shared.Lease:       `{"id":"x","client":"c","desk":"d","start":"2026-11-26T12:00:00Z","end":"2026-11-26T12:20:00Z","for":86400000000000,"hologram":1.10}`,
	shared.Sound:       `{"id":"x","kind":"music"}`,
	shared.Desk:        `{"id":"x","name":"Accueil"}`,
	"hologram":         `{"of":"the day after tomorrow"}`,
}

func rowsKept(b *bench) {
	for kind, body := range bodies {
		b.missing(kind, "x")
		want := shared.Row{Kind: kind, ID: "x", Client: "c", Seq: 7, Body: json.RawMessage(body)}
		if kind == shared.Client {
			want.Client = "x"
		}
		if kind == shared.Lease || kind == "hologram" {
			want.Desk = "d"
		}
		if kind == shared.Operator || kind == shared.Desk {
			want.Client = ""
		}
		b.ok(b.rows.Put(b.ctx, want))
		b.equal(b.row(kind, "x"), want)
		want.Seq = 8
		b.ok(b.rows.Put(b.ctx, want))
		b.equal(b.row(kind, "x"), want)
	}
}

func rowsGone(b *bench) {
	rowsKept(b)
	for kind := range bodies {
		gone := b.row(kind, "x")
		gone.Seq, gone.Body, gone.Gone = 9, nil, true
		b.ok(b.rows.Put(b.ctx, gone))
		b.equal(b.row(kind, "x"), gone)
	}
	_, found, err := b.rows.Owner(b.ctx, "+33561000001")
	b.equal([]any{found, err}, []any{false, nil})
	rows, err := b.rows.Overlapping(b.ctx, "c", noon, noon.Add(time.Hour))
	b.equal([]any{len(rows), err}, []any{0, nil})
	leases, err := b.rows.Lent(b.ctx, "c", noon, noon.Add(time.Hour))
	b.equal([]any{len(leases), err}, []any{0, nil})
	open, err := b.rows.OpenConflicts(b.ctx, "c")
	b.equal([]any{len(open), err}, []any{0, nil})
}

func owner(b *bench) {
	reaches := func(did string) clients.ID {
		b.Helper()
		c, found, err := b.rows.Owner(b.ctx, did)
		b.ok(err)
		b.equal(found, c.ID != "")
		return c.ID
	}
	b.withClients()
	b.equal(reaches("+33561123456"), clients.ID("durand"))
	b.equal(reaches("+33561000000"), clients.ID(""))
	b.refused("client.did-taken", clients.CreateClient{Client: clients.Client{ID: "thief", DIDs: []string{"05 61 12 34 56"}}})
	b.refused("client.did-taken", patch(0, "dids", `["+33561999999"]`))
	b.do(shared.OK, patch(0, "dids", `["05.61.12.34.57","+33561123457"]`))
	b.equal(b.client("durand").DIDs, []string{"+33561123457"})
	b.equal([]clients.ID{reaches("+33561123456"), reaches("+33561123457")}, []clients.ID{"", "durand"})
	b.do(shared.OK, patch(0, "archived", `true`))
	b.equal(reaches("+33561123457"), clients.ID(""))
}

func overlapping(b *bench) {
	b.withClients()
	b.do(shared.OK, book("c", 40, 60), book("b", 20, 40), book("a", 0, 20), book("z", 60, 80))
	b.do(shared.OK, clients.CancelAppointment{Appointment: "b"})
	elsewhere := book("d", 0, 80)
	elsewhere.Appointment.Client = "petit"
	b.do(shared.OK, elsewhere)
	rows, err := b.rows.Overlapping(b.ctx, "durand", noon.Add(19*time.Minute), noon.Add(60*time.Minute))
	b.ok(err)
	var ids []string
	for _, r := range rows {
		ids = append(ids, string(r.ID))
	}
	b.equal(ids, []string{"a", "c"})
}

func unknown(b *bench) {
	m := shared.Mutation{ID: "m", Name: "hologram.show.v9", Args: json.RawMessage(`{}`)}
	got, err := shared.Apply(b.ctx, b.rows, 1, m)
	b.ok(err)
	b.equal(got.Outcome, shared.Unknown)
}

// newer: a newer program's desk says more of a new row than this one knows, at any depth.
// A name that could be taken for a known one is refused.
func newer(b *bench) {
	b.withClients()
	begins := `"start":"2026-11-26T12:00:00Z","end":"2026-11-26T12:20:00Z"`
	for _, tt := range []struct {
		kind       shared.Kind
		name, args string
	}{
		{shared.Client, "client.create.v1", `{"client":{"id":"new","name":"Neuf","mood":{"now":"calm"},"fields":[{"key":"a","label":"A","unit":"kg"}]}}`},
		{shared.Message, "message.take.v1", `{"message":{"id":"new","client":"durand","taken_at":"2026-11-26T12:00:00Z","mood":["calm"]},"tone":1}`},
		{shared.Appointment, "appointment.book.v1", `{"appointment":{"id":"new","client":"durand",` + begins + `,"name":"","mood":"calm"}}`},
		{shared.Operator, "operator.save.v1", `{"operator":{"id":"new","name":"Neuve","mood":12345678901234567890}}`},
	} {
		b.seq++
		m := shared.Mutation{ID: clients.ID(fmt.Sprint("mut-", b.seq)), At: noon, Actor: "claire", Name: tt.name, Args: json.RawMessage(tt.args)}
		got, err := shared.Apply(b.ctx, b.rows, b.seq, m)
		b.ok(err)
		b.equal(got.Outcome, shared.OK)
		var said map[string]map[string]any
		_ = json.Unmarshal(m.Args, &said) // what stands beside the row is no object
		b.equal(value[map[string]any](b, tt.kind, "new"), said[string(tt.kind)])

		m.ID, m.Args = m.ID+"-again", []byte(strings.NewReplacer(`"new"`, `"other"`, `"mood"`, `"ID"`, `T12:`, `T14:`).Replace(tt.args))
		_, err = shared.Apply(b.ctx, b.rows, b.seq, m)
		code, _ := shared.Refusal(err)
		b.equal(code, shared.CodeBadChange)
		b.missing(tt.kind, "other")
	}
}

// refusals: no row has another number afterwards than before.
func refusals(b *bench) {
	b.withClients()
	b.do(shared.OK, book("a", 0, 20), clients.CancelAppointment{Appointment: "a"}, book("b", 10, 30))
	before := b.seq
	for _, tt := range []struct {
		code   string
		change clients.Change
	}{
		{"store.exists", clients.CreateClient{Client: clients.Client{ID: "durand"}}},
		{"store.bad-change", clients.CreateClient{}},
		{"store.not-found", clients.PatchClient{Client: "nobody"}},
		{"store.bad-change", patch(0, "id", `"x"`)},
		{"store.bad-change", patch(0, "dids", `"x"`)},
		{"store.bad-change", patch(0, "DIDS", `["+33561999999"]`)},
		{"store.bad-change", patch(0, "hours", `"x"`)},
		{"agenda.wrong-time", book("c", 60, 60)},
		{"store.exists", book("b", 60, 80)},
		{"agenda.overlap", book("c", 29, 40)},
		{"agenda.overlap", clients.CancelAppointment{Appointment: "a", Restore: true}},
		{"store.bad-change", clients.MoveAppointment{Appointment: "a", Start: noon, End: noon.Add(time.Hour)}},
		{"store.not-found", clients.MoveAppointment{Appointment: "nothing"}},
		{"store.not-found", clients.BookAppointment{Appointment: clients.Appointment{ID: "c", Client: "nobody"}}},
		{"store.bad-change", clients.SaveOperator{}},
		{"store.bad-change", clients.SettleConflict{Conflict: "c", Choice: "none"}},
		{"store.not-found", clients.SettleConflict{Conflict: "c", Choice: clients.KeepBoth}},
		{"store.bad-change", clients.Erase{Kind: "operator", ID: "claire"}},
		{"store.not-found", clients.Erase{Kind: "message", ID: "nothing"}},
		{"store.bad-change", clients.ReportDelivery{Delivery: clients.Delivery{ID: "d", State: "lost"}}},
	} {
		b.refused(tt.code, tt.change)
	}
	_, err := shared.Apply(b.ctx, b.rows, 99, shared.Mutation{Name: "client.create.v1", Args: json.RawMessage(`{}`)})
	b.equal(fmt.Sprint(err), "shared: a mutation needs a UUID")
	_, err = shared.Apply(b.ctx, b.rows, 99, shared.Mutation{ID: "m", Name: "client.create.v1", Args: json.RawMessage(`[]`)})
	if code, refused := shared.Refusal(err); !refused || code != "store.bad-change" {
		b.Fatalf("arguments of another shape: %v", err)
	}
	for _, key := range []Key{{shared.Client, "durand"}, {shared.Appointment, "a"}, {shared.Appointment, "b"}} {
		if r := b.row(key.Kind, key.ID); r.Seq > before {
			b.Errorf("%s %s was written under number %d", key.Kind, key.ID, r.Seq)
		}
	}
	b.missing(shared.Appointment, "c")
	b.missing(shared.Delivery, "d")
	b.equal(len(b.conflicts()), 0)
}

// deterministic: the same mutations make the same rows here as in memory.
func deterministic(b *bench) {
	memory := Memory{}
	there := &bench{T: b.T, ctx: b.ctx, rows: memory}
	for _, x := range []*bench{b, there} {
		x.from("one").withClients()
		x.do(shared.OK, book("a", 0, 20), patch(1, "trade", `"avocate"`))
		x.from("two").do(shared.Disputed, patch(1, "trade", `"notaire"`))
		x.do(shared.Contested, promise("b", 10, 30))
		x.do(shared.OK, clients.TakeMessage{Message: note("m"), Recipients: two})
	}
	for key, want := range memory {
		got := b.row(key.Kind, key.ID)
		got.Body, want.Body = plain(b, got.Body), plain(b, want.Body)
		b.equal(got, want)
	}
}

// plain has the same text for the same value.
func plain(b *bench, body json.RawMessage) json.RawMessage {
	var v map[string]any
	b.ok(json.Unmarshal(body, &v))
	delete(v, "message_id") // its right side is the place's own
	text, err := json.Marshal(v)
	b.ok(err)
	return text
}

func fieldsStay(b *bench) {
	b.withClients()
	b.do(shared.OK, book("a", 0, 20), clients.SaveOperator{Operator: clients.Operator{ID: "claire", Name: "Claire"}})
	extra := `,"hologram":{"b":1.10,"a":[12345678901234567890]}}`
	for _, key := range []Key{{shared.Client, "durand"}, {shared.Appointment, "a"}, {shared.Operator, "claire"}} {
		r := b.row(key.Kind, key.ID)
		r.Body = append(r.Body[:len(r.Body)-1:len(r.Body)-1], extra...)
		b.ok(b.rows.Put(b.ctx, r))
	}
	b.do(shared.OK, patch(0, "name", `"Me Durand"`),
		clients.MoveAppointment{Appointment: "a", Start: noon.Add(time.Hour), End: noon.Add(2 * time.Hour)},
		clients.SaveOperator{Operator: clients.Operator{ID: "claire", Name: "Claire M."}})
	for _, key := range []Key{{shared.Client, "durand"}, {shared.Appointment, "a"}, {shared.Operator, "claire"}} {
		var f map[string]json.RawMessage
		b.ok(json.Unmarshal(b.row(key.Kind, key.ID).Body, &f))
		b.equal(string(f["hologram"]), `{"b":1.10,"a":[12345678901234567890]}`)
	}
}
