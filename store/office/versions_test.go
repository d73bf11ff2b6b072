package office_test

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"permanence/clients"
	"permanence/store"
	"permanence/store/link"
	"permanence/store/office/officetest"
	"permanence/store/shared"
	"permanence/store/wire"
)

// replica is a real desk's store, in step with an office by hand.
type replica struct {
	*bench
	*store.Store
	desk officetest.Desk
	dir  string
}

func (b *bench) replica(id, operator clients.ID) *replica {
	b.Helper()
	r := &replica{bench: b, desk: b.desk(id, operator), dir: b.TempDir()}
	r.open()
	b.ok(r.Join(b.Context(), link.Membership{Address: "office:1", Bureau: "toulouse", Desk: id}))
	b.Cleanup(func() { b.ok(r.Close()) })
	return r
}

func (r *replica) open() {
	r.Helper()
	s, err := store.Open(r.Context(), r.dir, store.Options{Now: r.clock})
	r.ok(err)
	r.Store = s
}

// restart closes the store and opens it again, as a program does that was replaced.
func (r *replica) restart() {
	r.Helper()
	r.ok(r.Close())
	r.open()
}

func (r *replica) do(c clients.Change) clients.ID {
	r.Helper()
	m := clients.Mutation{ID: r.newID(), At: r.bench.clock(), Actor: r.desk.Operator, Change: c}
	r.ok(r.Apply(r.Context(), m))
	return m.ID
}

// sync tells the office everything and takes everything in.
func (r *replica) sync() {
	r.Helper()
	r.tell()
	r.take()
}

func (r *replica) tell() {
	r.Helper()
	var after int64
	for {
		list, place, err := r.Pending(r.Context(), after, wire.MaxPush)
		r.ok(err)
		if len(list) == 0 {
			return
		}
		after = place
		results, err := r.desk.Push(r.Context(), list...)
		r.ok(err)
		said := map[clients.ID]shared.Result{}
		for i, result := range results {
			said[list[i].ID] = result
		}
		r.ok(r.Pushed(r.Context(), said))
	}
}

func (r *replica) take() {
	r.Helper()
	for more := true; more; {
		cursor, err := r.Cursor(r.Context())
		r.ok(err)
		pending, err := r.Unacknowledged(r.Context(), -1)
		r.ok(err)
		page, err := r.desk.Pull(r.Context(), wire.PullRequest{Cursor: cursor, Pending: pending})
		r.ok(err)
		_, err = r.Absorb(r.Context(), page)
		r.ok(err)
		more = page.More
	}
}

// waiting lists what the office was not told or did not understand.
func (r *replica) waiting() (names []string) {
	r.Helper()
	list, _, err := r.Pending(r.Context(), 0, 1000)
	r.ok(err)
	for _, m := range list {
		names = append(names, m.Name)
	}
	return names
}

// shows reports whether the desk's window would show a message, with this text.
func (r *replica) shows(id clients.ID, text string) bool {
	m, _, err := r.Message(r.Context(), id)
	return err == nil && m.Text == text
}

// raw is a mutation as a newer program writes it.
func (b *bench) raw(actor clients.ID, name, args string) shared.Mutation {
	return shared.Mutation{ID: b.newID(), At: b.clock(), Actor: actor, Name: name, Args: json.RawMessage(args)}
}

// member reads one member of a row's body.
func member(b *bench, row shared.Row, name string) string {
	b.Helper()
	return string(body[map[string]json.RawMessage](b, row)[name])
}

// A desk of a newer program, this office, and a desk of this program beside it: what
// only the newer one knows comes back to it untouched, though the others wrote on the
// same rows.
func TestADeskOfANewerProgram(t *testing.T) {
	onBoth(t, func(b *bench) {
		newer, old := b.desk("newer", "claire"), b.replica("old", "sam")
		song := b.raw("claire", "client.sing.v7", `{"client":"durand"}`)
		list := []shared.Mutation{
			b.raw("claire", "client.create.v1", `{"client":{"id":"neuf","name":"Neuf","mood":{"now":"calm"}},"witness":"x"}`),
			song,
			b.raw("claire", "message.take.v1", `{"message":{"id":"m1","client":"neuf","taken_at":"2026-11-23T12:00:00Z","text":"Rappeler","tone":"bas"}}`),
			b.raw("claire", "client.patch.v1", `{"client":"neuf","saw":0,"fields":{"weather":[1,2]},"why":"x"}`),
		}
		results, err := newer.Push(b.Context(), list...)
		b.ok(err)
		var said []shared.Outcome
		for _, r := range results {
			said = append(said, r.Outcome)
		}
		if want := []shared.Outcome{shared.OK, shared.Unknown, shared.OK, shared.OK}; !slices.Equal(said, want) {
			b.Fatalf("%v; want %v", said, want)
		}

		old.sync()
		if !old.shows("m1", "Rappeler") {
			b.Error("the older desk does not show the message")
		}
		old.do(clients.PatchClient{Client: "neuf", Saw: 1 << 40, Fields: map[string]json.RawMessage{"trade": []byte(`"avocat"`)}})
		old.sync()
		var c copyOf
		b.pull(newer, &c, wire.PullRequest{Pending: []clients.ID{song.ID}})
		for _, want := range []struct{ row, member, text string }{
			{"client/neuf", "mood", `{"now":"calm"}`},
			{"client/neuf", "weather", `[1,2]`},
			{"client/neuf", "trade", `"avocat"`},
			{"message/m1", "tone", `"bas"`},
		} {
			if got := member(b, c.rows[want.row], want.member); got != want.text {
				b.Errorf("%s of %s is %s; want %s", want.member, want.row, got, want.text)
			}
		}
		if len(c.acked) > 0 {
			b.Errorf("the office took a mutation that it does not understand: %v", c.acked)
		}
	})
}

// between stands between a desk and an office and changes what they say.
type between struct {
	http.Handler
	asked    func(path string, body []byte) []byte
	answered func(path string, body []byte) []byte
}

func (h between) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	said, _ := io.ReadAll(r.Body) // it is in memory
	if h.asked != nil {
		said = h.asked(r.URL.Path, said)
	}
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(said)), int64(len(said))
	answer := httptest.NewRecorder()
	h.Handler.ServeHTTP(answer, r)
	text := answer.Body.Bytes()
	if h.answered != nil && answer.Code == http.StatusOK {
		text = h.answered(r.URL.Path, text)
	}
	maps.Copy(w.Header(), answer.Header())
	w.WriteHeader(answer.Code)
	_, _ = w.Write(text) // to a recorder
}

// embellish makes an office's answers those of a newer one: every object on the way
// has more members, there are rows of a kind that nobody here knows, and rows of a
// known kind that do not read.
func embellish(b *bench, path string, text []byte) []byte {
	if path != "/v1/pull" {
		return append([]byte(`{"weather":"fair",`), text[1:]...)
	}
	var page map[string]any
	b.ok(json.Unmarshal(text, &page))
	page["weather"] = []string{"fair"}
	rows, _ := page["rows"].([]any)
	for _, row := range rows {
		r := row.(map[string]any)
		r["ink"] = "blue"
		if body, ok := r["body"].(map[string]any); ok {
			body["mood"] = map[string]any{"now": "calm"}
		}
	}
	page["rows"] = append(rows,
		map[string]any{"kind": "ritual", "id": "tea", "client": "durand", "seq": 1, "body": map[string]any{"at": "five"}},
		map[string]any{"kind": "message", "id": "odd", "client": "durand", "seq": 1, "body": map[string]any{"id": "odd", "text": []int{1}}})
	out, err := json.Marshal(page)
	b.ok(err)
	return out
}

// other reads a row that the desk keeps and shows to nobody.
func (r *replica) other(kind, id string) string {
	r.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(r.dir, "permanence.db")+"?mode=ro")
	r.ok(err)
	defer db.Close()
	var body string
	r.ok(db.QueryRow(`SELECT body FROM other WHERE kind = ? AND id = ?`, kind, id).Scan(&body))
	return body
}

// Before a newer office a desk works as before, keeps what it does not know through a
// restart, and sends nothing of it back changed.
func TestAnOfficeOfANewerProgram(t *testing.T) {
	b := newBench(t, filepath.Join(t.TempDir(), "office.db"))
	d := b.replica("desk", "sam")
	d.desk.Handler = between{Handler: d.desk.Handler, answered: func(path string, text []byte) []byte { return embellish(b, path, text) }}
	d.do(note("m1", "durand", "Rappeler"))
	d.sync()
	d.restart()
	for kind, want := range map[string]string{"ritual/tea": `{"at":"five"}`, "message/odd": `{"id":"odd","text":[1]}`} {
		kind, id, _ := strings.Cut(kind, "/")
		if got := d.other(kind, id); got != want {
			b.Errorf("%s %s is %s; want %s", kind, id, got, want)
		}
	}
	if !d.shows("m1", "Rappeler") {
		b.Error("the desk does not show its message")
	}
	if names := d.waiting(); len(names) > 0 {
		b.Errorf("still waiting: %v", names)
	}
	d.do(clients.PatchClient{Client: "durand", Saw: 1 << 40, Fields: map[string]json.RawMessage{"trade": []byte(`"avocat"`)}})
	d.sync()
	var c copyOf
	b.pull(b.desk("other", "claire"), &c, wire.PullRequest{})
	card := c.rows["client/durand"]
	if got := member(b, card, "trade") + member(b, card, "mood"); got != `"avocat"` {
		b.Errorf("the office has %s; the desk was to send the trade alone", card.Body)
	}
}

// An office of an older program: what it does not understand stays on the desk, seen
// there, and holds up nothing of what follows. When the office is upgraded it counts,
// once.
func TestAnOfficeOfAnOlderProgram(t *testing.T) {
	b := newBench(t, filepath.Join(t.TempDir(), "office.db"))
	d := b.replica("desk", "claire")
	d.sync()
	upgraded := d.desk.Handler
	d.desk.Handler = between{Handler: upgraded, asked: func(path string, text []byte) []byte {
		return bytes.ReplaceAll(text, []byte(`"message.take.v1"`), []byte(`"message.take.v9"`))
	}}
	d.do(note("m1", "durand", "Rappeler"))
	d.do(appointment("a1", noon.Add(24*time.Hour)))
	for range 3 {
		d.sync()
		d.restart()
	}
	if got, want := d.waiting(), []string{"message.take.v1"}; !slices.Equal(got, want) {
		b.Errorf("waiting: %v; want %v", got, want)
	}
	if !d.shows("m1", "Rappeler") {
		b.Error("the desk does not show what it could not tell")
	}
	var before, after copyOf
	reader := b.desk("reader", "sam")
	b.pull(reader, &before, wire.PullRequest{})
	if m, a := len(before.of(shared.Message)), len(before.of(shared.Appointment)); m != 0 || a != 1 {
		b.Errorf("the older office has %d messages and %d appointments; want none and one", m, a)
	}
	d.desk.Handler = upgraded
	d.sync()
	d.sync()
	b.pull(reader, &after, wire.PullRequest{})
	if m := len(after.of(shared.Message)); m != 1 || len(d.waiting()) > 0 {
		b.Errorf("the upgraded office has %d messages, the desk waits with %v", m, d.waiting())
	}
	if got := after.of(shared.Conflict); len(got) > 0 {
		b.Errorf("conflicts: %v", got)
	}
}
