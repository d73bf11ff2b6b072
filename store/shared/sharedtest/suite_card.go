package sharedtest

import (
	"encoding/json"

	"permanence/clients"
	"permanence/store/shared"
)

func clientHistory(b *bench) {
	b.from("one").withClients()
	created := b.row(shared.Client, "durand").Seq
	b.do(shared.OK, patch(created, "trade", `"avocate"`))
	if now := b.row(shared.Client, "durand"); now.Seq != b.seq || now.Client != "durand" {
		b.Fatalf("the card is %+v; want number %d", now, b.seq)
	}
	b.do(shared.OK, patch(b.seq, "trade", `"avocate"`)) // nothing changes
	b.equal(b.row(shared.Client, "durand").Seq, b.seq-1)
	c, found, err := b.rows.Changed(b.ctx, shared.Client, "durand", "trade", created, "two")
	b.ok(err)
	b.equal(found, true)
	b.equal(c, shared.FieldChange{
		Kind: shared.Client, Row: "durand", Field: "trade", Before: json.RawMessage(`"avocat"`), After: json.RawMessage(`"avocate"`),
		Actor: "claire", Desk: "one", At: noon, Mutation: "mut-3",
	})
	for _, none := range []struct {
		field string
		after int64
		but   clients.ID
	}{{"trade", created, "one"}, {"trade", b.seq, "two"}, {"name", created, "two"}} {
		if _, found, err := b.rows.Changed(b.ctx, shared.Client, "durand", none.field, none.after, none.but); found || err != nil {
			b.Errorf("%+v was changed: %v, %v", none, found, err)
		}
	}
}

func disputed(b *bench) {
	b.from("one").withClients()
	saw := b.seq
	b.from("two").do(shared.OK, patch(saw, "instructions", `"De Julie"`))
	b.from("one").do(shared.Disputed, patch(saw, "instructions", `"De Claire"`))
	b.equal(b.client("durand").Instructions, "De Claire")
	list := b.conflicts()
	b.equal(len(list), 1)
	b.equal(list[0], clients.Conflict{
		ID: list[0].ID, Kind: clients.ConflictField, Client: "durand", Field: "instructions",
		Earlier: clients.Version{By: "claire", Desk: "two", At: noon, Value: `"De Julie"`},
		Later:   clients.Version{By: "claire", Desk: "one", At: noon, Value: `"De Claire"`},
	})
	b.equal(b.row(shared.Conflict, list[0].ID).Client, clients.ID("durand"))
	// One's own changes, and other fields, are in nobody's way.
	b.do(shared.OK, patch(b.row(shared.Client, "durand").Seq, "instructions", `"Encore"`), patch(saw, "faq", `[]`))
	b.equal(len(b.conflicts()), 1)
}

func undisputed(b *bench) {
	b.from("one").withClients()
	saw := b.seq
	b.from("two").do(shared.OK, patch(saw, "trade", `"notaire"`))
	b.from("one").do(shared.OK, patch(saw, "trade", ` "notaire" `))
	b.equal(len(b.conflicts()), 0)
}

func operator(b *bench) {
	full := clients.Operator{
		ID: "claire", Name: "Claire", Email: "c@example.fr", Role: clients.Supervisor, Clients: []clients.ID{"durand"}, Left: true,
	}
	b.do(shared.OK, clients.SaveOperator{Operator: full})
	b.equal(value[clients.Operator](b, shared.Operator, "claire"), full)
	bare := clients.Operator{ID: "claire", Name: "Claire"}
	b.do(shared.OK, clients.SaveOperator{Operator: bare})
	b.equal(value[clients.Operator](b, shared.Operator, "claire"), bare)
	b.equal(b.row(shared.Operator, "claire").Client, clients.ID(""))
}

func clientOf(b *bench) {
	b.withClients()
	b.do(shared.OK, book("a", 0, 20), clients.TakeMessage{Message: note("m"), Recipients: two[:1]})
	b.do(shared.Contested, promise("b", 10, 30))
	for _, tt := range []struct {
		change clients.Change
		want   clients.ID
	}{
		{clients.CreateClient{Client: clients.Client{ID: "x"}}, "x"},
		{patch(0, "name", `"X"`), "durand"},
		{clients.TakeMessage{Message: clients.Message{Client: "petit"}}, "petit"},
		{book("c", 0, 20), "durand"},
		{clients.MoveAppointment{Appointment: "a"}, "durand"},
		{clients.CancelAppointment{Appointment: "nothing"}, ""},
		{clients.SettleConflict{Conflict: b.conflicts()[0].ID}, "durand"},
		{clients.Erase{Kind: "message", ID: "m"}, "durand"},
		{clients.Erase{Kind: "client", ID: "petit"}, "petit"},
		{clients.ReportDelivery{Delivery: clients.Delivery{Client: "petit"}}, "petit"},
		{clients.ReportDelivery{Delivery: clients.Delivery{ID: "d", Message: "m", Client: "petit"}}, "durand"},
		{clients.ReportDelivery{Delivery: clients.Delivery{ID: b.deliveries("m")[0].ID, Client: "petit"}}, "durand"},
		{clients.SaveOperator{}, ""},
	} {
		got, err := shared.ClientOf(b.ctx, b.rows, tt.change)
		if err != nil || got != tt.want {
			b.Errorf("%s %+v is of %q, %v; want %q", tt.change.MutationName(), tt.change, got, err, tt.want)
		}
	}
}
