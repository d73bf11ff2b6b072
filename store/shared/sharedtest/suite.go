package sharedtest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"permanence/clients"
	"permanence/store/shared"
)

// Rows checks that rows lie as they should, and that the rules do the same to them as
// to any others. open begins a transaction on an empty bureau; it is never committed.
func Rows(t *testing.T, open func(t *testing.T) shared.Rows) {
	for name, test := range map[string]func(*bench){
		"a row of each kind comes back as it was":       rowsKept,
		"a tombstone has no body and stays":             rowsGone,
		"a number reaches one client":                   owner,
		"who overlaps, in order":                        overlapping,
		"a mutation of a newer program changes none":    unknown,
		"what only a newer program knows is kept":       newer,
		"what refuses has written nothing":              refusals,
		"what is made follows from the mutation":        deterministic,
		"fields that are not known stay":                fieldsStay,
		"a client and its history":                      clientHistory,
		"two desks write the same field":                disputed,
		"two desks write the same thing":                undisputed,
		"a message and its deliveries":                  message,
		"a delivery reported before its message":        reportedAhead,
		"what was sent stays sent":                      sentStays,
		"an overlap is refused, or a conflict":          overlap,
		"what was promised is never refused":            promised,
		"the authority confirms":                        confirmed,
		"ahead of the office nothing is confirmed":      ahead,
		"a slot that is lent":                           lent,
		"what is promised on a lent slot waits":         lentWaits,
		"a booking gives its lease back":                leaseUsed,
		"who moves away has settled the overlap":        settledByMove,
		"who cancels has settled the overlap":           settledByCancel,
		"the first settlement stands":                   settle,
		"a refused mutation is kept as a conflict":      kept,
		"a held change is let in as it would have been": heldAdmitted,
		"a held change is discarded, and why":           heldDiscarded,
		"what is held and cannot be done any more":      heldTooLate,
		"a message is erased with all that is of it":    eraseMessage,
		"a client is erased with all that is of it":     eraseClient,
		"of two at once one is erased":                  eraseOverlap,
		"ahead of the office the history is not gone":   eraseAhead,
		"whose rows a mutation touches":                 clientOf,
		"an operator's card is replaced, not its rest":  operator,
	} {
		t.Run(name, func(t *testing.T) {
			b := &bench{T: t, ctx: t.Context(), rows: open(t)}
			test(b)
		})
	}
}

// noon is when everything happens.
var noon = time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)

// bench is the rows under test with what tests say over and over.
type bench struct {
	*testing.T
	ctx  context.Context
	rows shared.Rows
	seq  int64
	desk clients.ID // whose mutations these are
}

func (b *bench) ok(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

func (b *bench) equal(got, want any) {
	b.Helper()
	if !reflect.DeepEqual(got, want) {
		g, _ := json.Marshal(got)
		w, _ := json.Marshal(want)
		b.Fatalf("got  %s\nwant %s", g, w)
	}
}

// from has the next mutations come from a desk.
func (b *bench) from(desk clients.ID) *bench {
	b.desk = desk
	return b
}

func (b *bench) mutation(c clients.Change) shared.Mutation {
	b.Helper()
	b.seq++
	m, err := shared.NewMutation(clients.Mutation{
		ID: clients.ID(fmt.Sprint("mut-", b.seq)), At: noon, Actor: "claire", Change: c,
	}, b.desk)
	b.ok(err)
	return m
}

// try carries a change out.
func (b *bench) try(c clients.Change) (shared.Result, error) {
	b.Helper()
	m := b.mutation(c)
	return shared.Apply(b.ctx, b.rows, b.seq, m)
}

// do carries changes out that must end so.
func (b *bench) do(want shared.Outcome, list ...clients.Change) {
	b.Helper()
	for _, c := range list {
		got, err := b.try(c)
		if err != nil || got.Outcome != want || got.Seq != b.seq {
			b.Fatalf("%s ended with %+v, %v; want %s under number %d", c.MutationName(), got, err, want, b.seq)
		}
	}
}

// refused carries a change out that must be refused.
func (b *bench) refused(code string, c clients.Change) error {
	b.Helper()
	got, err := b.try(c)
	if is, _ := shared.Refusal(err); is != code || got.Outcome != shared.Refused || got.Code != code {
		b.Fatalf("%s ended with %+v, %v; want it refused with %s", c.MutationName(), got, err, code)
	}
	return err
}

func (b *bench) row(kind shared.Kind, id clients.ID) shared.Row {
	b.Helper()
	r, err := b.rows.Row(b.ctx, kind, id)
	b.ok(err)
	return r
}

func (b *bench) missing(kind shared.Kind, id clients.ID) {
	b.Helper()
	if r, err := b.rows.Row(b.ctx, kind, id); !errors.Is(err, shared.ErrNoRow) {
		b.Fatalf("%s %s is %+v, %v; want no such row", kind, id, r, err)
	}
}

func value[T any](b *bench, kind shared.Kind, id clients.ID) T {
	b.Helper()
	var v T
	b.ok(json.Unmarshal(b.row(kind, id).Body, &v))
	return v
}

func (b *bench) client(id clients.ID) clients.Client {
	b.Helper()
	return value[clients.Client](b, shared.Client, id)
}

func (b *bench) appointment(id clients.ID) clients.Appointment {
	b.Helper()
	return value[clients.Appointment](b, shared.Appointment, id)
}

// conflicts lists the open conflicts of Maître Durand's, without their numbers.
func (b *bench) conflicts() []clients.Conflict {
	b.Helper()
	list, err := b.rows.OpenConflicts(b.ctx, "durand")
	b.ok(err)
	for i := range list {
		list[i].Seq = 0
	}
	slices.SortFunc(list, func(x, y clients.Conflict) int { return x.Later.At.Compare(y.Later.At) })
	return list
}

// put writes a value as a row.
func (b *bench) put(r shared.Row, v any) {
	b.Helper()
	body, err := json.Marshal(v)
	b.ok(err)
	r.Body = body
	b.ok(b.rows.Put(b.ctx, r))
}

func (b *bench) withClients() {
	b.Helper()
	b.do(shared.OK,
		clients.CreateClient{Client: clients.Client{ID: "durand", Name: "Maître Durand", Trade: "avocat", DIDs: []string{"+33561123456"}}},
		clients.CreateClient{Client: clients.Client{ID: "petit", Name: "Dr Petit", DIDs: []string{"+33561999999"}}})
}

// patch sets one field of Maître Durand's card.
func patch(saw int64, field, value string) clients.PatchClient {
	return clients.PatchClient{Client: "durand", Saw: saw, Fields: map[string]json.RawMessage{field: json.RawMessage(value)}}
}

// at is an appointment of Maître Durand's, some minutes after noon.
func at(id clients.ID, from, to int) clients.Appointment {
	return clients.Appointment{
		ID: id, Client: "durand", Name: "Mme " + string(id), TakenBy: "claire",
		Start: noon.Add(time.Duration(from) * time.Minute), End: noon.Add(time.Duration(to) * time.Minute),
	}
}

func book(id clients.ID, from, to int) clients.BookAppointment {
	return clients.BookAppointment{Appointment: at(id, from, to)}
}

func promise(id clients.ID, from, to int) clients.BookAppointment {
	c := book(id, from, to)
	c.Promised, c.Appointment.Unconfirmed = true, true
	return c
}
