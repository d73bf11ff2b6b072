package office_test

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"slices"
	"testing"

	"permanence/clients"
	"permanence/store/office"
	"permanence/store/shared"
	"permanence/store/wire"
)

// secret is what nobody may read any more.
const secret = "Zébulonnette"

// secrets lists the rows in which everybody reads a word of somebody.
func (b *bench) secrets() (where []string) {
	b.Helper()
	var all copyOf
	b.pull(b.desk("three", "sam"), &all, wire.PullRequest{})
	for name, row := range all.rows {
		if bytes.Contains(row.Body, []byte(secret)) {
			where = append(where, name)
		}
	}
	return where
}

// TestLateWordsOfAnErasedClient: what desks bring of a client who was erased while they
// were away is kept nowhere: not as a row, nor refused, held or half typed.
func TestLateWordsOfAnErasedClient(t *testing.T) {
	path := filepath.Join(t.TempDir(), "office.db")
	b := newBench(t, path)
	claire := b.desk("one", "claire")
	stolen := claire
	stolen.Revoked = true
	half := wire.Draft{Ticket: "t1", Message: clients.Message{ID: "half", Client: "petit", Text: secret}}
	tell := func() {
		_, err := claire.Tell(b.Context(), wire.Presence{Standing: wire.Here, Drafts: []wire.Draft{half}})
		b.ok(err)
	}
	tell()
	b.bring(stolen, b.mutation("claire", note("held", "petit", secret)))
	b.push(claire, clients.PatchClient{Client: "petit", Fields: map[string]json.RawMessage{"id": []byte(`"` + secret + `"`)}})
	if got := b.secrets(); len(got) != 2 || !inFiles(t, path, secret) {
		b.Fatalf("the test does not find what it looks for: %v", got)
	}
	b.own(clients.Erase{Kind: "client", ID: "petit"})
	b.tend()
	if inFiles(t, path, secret) {
		b.Error("still in a file after the erasure")
	}
	tell()
	late := appointment("a1", noon)
	late.Appointment.Name = secret
	for _, c := range []clients.Change{
		note("m1", "petit", secret), late, promised(late),
		clients.PatchClient{Client: "petit", Fields: map[string]json.RawMessage{"trade": []byte(`"` + secret + `"`)}},
	} {
		if got := b.push(claire, c); got.Outcome != shared.OK {
			b.Errorf("%T is shown to a person: %+v", c, got)
		}
		b.bring(stolen, b.mutation("claire", c))
	}
	b.tend()
	if inFiles(t, path, secret) {
		b.Error("in a file, having been brought late")
	}
	b.ok(b.office.Verify(b.Context()))
}

// TestWhatWasNeverMadeIsErased: a message that is only held, and one that was refused, can
// be erased like any other, and nothing beside them goes.
func TestWhatWasNeverMadeIsErased(t *testing.T) {
	onBoth(t, func(b *bench) {
		claire, julie := b.desk("one", "claire"), b.desk("two", "julie")
		stolen := claire
		stolen.Revoked = true
		b.bring(stolen, b.mutation("claire", note("m1", "petit", secret)))
		b.bring(julie, b.mutation("julie", note("m2", "durand", secret)))
		b.bring(stolen, b.mutation("claire", note("m10", "petit", "reste")))
		for _, id := range []clients.ID{"m1", "m2"} {
			b.own(clients.Erase{Kind: "message", ID: id})
		}
		if got := b.secrets(); len(got) > 0 {
			b.Errorf("still there: %v", got)
		}
		held, err := b.office.Held(b.Context())
		b.ok(err)
		if len(held) != 1 {
			b.Errorf("held: %+v; want the one that stays", held)
		}
		r, err := b.office.Apply(b.Context(), clients.Mutation{ID: b.newID(), At: noon, Change: clients.Erase{Kind: "message", ID: "m"}})
		b.ok(err)
		if r.Code != shared.CodeNotFound {
			b.Errorf("half an ID: %+v", r)
		}
		var erased []office.Erasure
		erased, err = b.office.Erased(b.Context())
		if b.ok(err); !slices.Contains(erased, office.Erasure{Kind: "message", ID: "m1"}) {
			b.Errorf("no backup will know: %v", erased)
		}
	})
}
