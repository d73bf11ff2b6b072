package office_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"permanence/clients"
	"permanence/store/office"
	"permanence/store/office/officetest"
	"permanence/store/shared"
	"permanence/store/wire"
)

// TestHeldChangesAreJudged: a supervisor lets in what a revoked desk brought, or discards
// it; nobody else may, and the log stays whole.
func TestHeldChangesAreJudged(t *testing.T) {
	onBoth(t, func(b *bench) {
		claire, sam := b.desk("one", "claire"), b.desk("three", "sam")
		stolen := claire
		stolen.Revoked = true
		for _, id := range []clients.ID{"m1", "m2"} {
			b.bring(stolen, b.mutation("claire", note(id, "durand", "rappeler")))
		}
		held, err := b.office.Held(b.Context())
		b.ok(err)
		if len(held) != 2 || held[0].Later.By != "claire" || held[0].Later.Name != "message.take.v1" {
			b.Fatalf("held: %+v", held)
		}
		admit, discard := clients.JudgeHeld{Conflict: held[0].ID, Admit: true}, clients.JudgeHeld{Conflict: held[1].ID, Reason: "poste volé"}
		if got := b.bring(claire, b.mutation("claire", admit)); got.Code != office.CodeForbidden {
			b.Errorf("a secretary judged: %+v", got)
		}
		for _, c := range []clients.Change{admit, discard} {
			if got := b.bring(sam, b.mutation("sam", c)); got.Outcome != shared.OK {
				b.Errorf("%+v: %+v", c, got)
			}
		}
		var all copyOf
		b.pull(sam, &all, wire.PullRequest{})
		if all.rows["message/m1"].Body == nil || all.rows["message/m2"].Body != nil {
			b.Error("not as it was judged")
		}
		if held, err := b.office.Held(b.Context()); len(held) != 0 || err != nil {
			b.Errorf("still held: %+v, %v", held, err)
		}
		b.ok(b.office.Verify(b.Context()))
	})
}

// What a revoked desk only asks is not held: it brings what its caller was told instead.
func TestAQuestionOfARevokedDeskIsNotHeld(t *testing.T) {
	onBoth(t, func(b *bench) {
		stolen := b.desk("one", "claire")
		stolen.Revoked = true
		book := appointment("a1", noon.Add(24*time.Hour))
		m := b.mutation("claire", book)
		results, err := stolen.Ask(b.Context(), m)
		b.ok(err)
		if len(results) != 1 || results[0].Outcome != shared.Held {
			b.Errorf("asked: %+v", results)
		}
		book.Appointment.Unconfirmed, book.Promised = true, true
		told := b.mutation("claire", book)
		told.ID = m.ID
		b.bring(stolen, told)
		held, err := b.office.Held(b.Context())
		b.ok(err)
		if len(held) != 1 || !strings.Contains(held[0].Later.Value, `"unconfirmed":true`) {
			b.Errorf("held: %+v", held)
		}
	})
}

func TestPush(t *testing.T) {
	onBoth(t, func(b *bench) {
		claire, julie, sam := b.desk("one", "claire"), b.desk("two", "julie"), b.desk("three", "sam")
		stolen := claire
		stolen.Revoked = true
		long := note("long", "durand", strings.Repeat("x", 1<<20))
		for _, c := range []struct {
			name  string
			desk  officetest.Desk
			actor clients.ID
			do    clients.Change
			want  shared.Outcome
			code  string
		}{
			{"a message", claire, "claire", note("m1", "durand", "rappeler"), shared.OK, ""},
			{"the same message twice", claire, "claire", note("m1", "durand", "rappeler"), shared.Refused, shared.CodeExists},
			{"for a client that is hers", julie, "julie", note("m2", "petit", ""), shared.OK, ""},
			{"for a client that is not hers", julie, "julie", note("m3", "durand", ""), shared.Refused, office.CodeForbidden},
			{"for nobody", julie, "julie", note("m4", "", ""), shared.OK, ""},
			{"in the name of one who was never at this desk", julie, "claire", note("m5", "petit", ""), shared.Refused, office.CodeStranger},
			{"of a stranger, and a supervisor vouches", sam, "nobody", note("m7", "petit", ""), shared.OK, ""},
			{"an operator's card", claire, "claire", clients.SaveOperator{Operator: clients.Operator{ID: "new"}}, shared.Refused, office.CodeForbidden},
			{"her own name", claire, "claire", clients.SaveOperator{Operator: clients.Operator{ID: "claire", Name: "Claire M."}}, shared.OK, ""},
			{"her own role", claire, "claire", clients.SaveOperator{Operator: clients.Operator{ID: "claire", Role: clients.Supervisor}}, shared.Refused, office.CodeForbidden},
			{"an operator's card by a supervisor", sam, "sam", clients.SaveOperator{Operator: clients.Operator{ID: "new", Name: "Neuve"}}, shared.OK, ""},
			{"an erasure", claire, "claire", clients.Erase{Kind: "message", ID: "m1"}, shared.Refused, office.CodeForbidden},
			{"an erasure by a supervisor", sam, "sam", clients.Erase{Kind: "message", ID: "m1"}, shared.OK, ""},
			{"a message that was erased", claire, "claire", note("m1", "durand", "rappeler"), shared.OK, ""},
			{"from a revoked desk", stolen, "claire", note("m8", "durand", ""), shared.Held, office.CodeRevoked},
			{"an appointment", claire, "claire", appointment("a1", noon), shared.OK, ""},
			{"an overlap", claire, "claire", appointment("a2", noon), shared.Refused, "agenda.overlap"},
			{"an overlap that was promised", claire, "claire", promised(appointment("a3", noon)), shared.Contested, ""},
			{"too much", claire, "claire", long, shared.Refused, office.CodeTooLarge},
			{"a sign that no text has", claire, "claire", note("m9", "durand", "nul \x00 ici"), shared.OK, ""},
		} {
			if got := b.bring(c.desk, b.mutation(c.actor, c.do)); got.Outcome != c.want || got.Code != c.code {
				b.Errorf("%s: %+v; want %s %q", c.name, got, c.want, c.code)
			}
		}
		b.ok(b.office.Verify(b.Context()))
		var all copyOf
		b.pull(sam, &all, wire.PullRequest{})
		var refused int
		for _, row := range all.of(shared.Conflict) {
			if body[clients.Conflict](b, row).Kind == clients.ConflictRefused {
				refused++
			}
		}
		if refused != 7 { // those that spoke of m1 went with it
			b.Errorf("%d refused or held mutations are shown to a person; want 7", refused)
		}
		if got := all.rows["message/m1"]; !got.Gone || len(got.Body) > 0 {
			b.Errorf("an erased message came back: %+v", got)
		}
	})
}

func promised(c clients.BookAppointment) clients.BookAppointment {
	c.Promised = true
	return c
}

func TestAMutationCountsOnce(t *testing.T) {
	onBoth(t, func(b *bench) {
		d := b.desk("one", "claire")
		m := b.mutation("claire", note("m1", "durand", ""))
		first := b.bring(d, m)
		b.push(d, note("m2", "durand", ""))
		for range 3 {
			if again := b.bring(d, m); again != first {
				b.Errorf("brought again it is %+v; it was %+v", again, first)
			}
		}
		refused := b.mutation("claire", note("m1", "durand", ""))
		if one, two := b.bring(d, refused), b.bring(d, refused); one != two || one.Outcome != shared.Refused {
			b.Errorf("a refusal brought twice: %+v, then %+v", one, two)
		}
	})
}

func TestAMutationOfANewerProgramIsLeftToItsDesk(t *testing.T) {
	onBoth(t, func(b *bench) {
		d := b.desk("one", "claire")
		m := shared.Mutation{ID: b.newID(), At: noon, Actor: "claire", Name: "client.sing.v7", Args: []byte(`{}`)}
		var before, after copyOf
		b.pull(d, &before, wire.PullRequest{})
		for range 2 {
			if got := b.bring(d, m); got.Outcome != shared.Unknown {
				b.Errorf("%+v", got)
			}
		}
		b.pull(d, &after, wire.PullRequest{Pending: []clients.ID{m.ID}})
		if len(after.acked) > 0 || after.cursor != before.cursor {
			b.Errorf("it was kept: acked %v", after.acked)
		}
	})
}

// A desk that stood alone brings its operator along, and then what she did there: her
// card makes her known, and must not make her a stranger.
func TestADeskThatStoodAloneBringsItsWork(t *testing.T) {
	onBoth(t, func(b *bench) {
		waits := b.mutation("sophie", clients.CreateClient{Client: clients.Client{ID: "ancien", Name: "Ancien"}})
		secretary := b.desk("one", "claire")
		if list, err := secretary.Push(b.Context(), waits); officetest.Code(err) != "unvouched" {
			b.Errorf("before a supervisor vouches: %+v, %v", list, err)
		}
		sam, claire := b.desk("one", "sam"), b.desk("two", "claire")
		if got := b.bring(sam, waits); got.Outcome != shared.OK {
			b.Errorf("and after: %+v", got)
		}
		for _, c := range []clients.Change{
			clients.SaveOperator{Operator: clients.Operator{ID: "sophie", Name: "Sophie"}},
			clients.CreateClient{Client: clients.Client{ID: "neuf", Name: "Neuf"}},
			note("m1", "neuf", ""),
		} {
			if got := b.bring(sam, b.mutation("sophie", c)); got.Outcome != shared.OK {
				b.Errorf("%s: %+v", c.MutationName(), got)
			}
		}
		if got := b.bring(claire, b.mutation("sophie", note("m2", "neuf", ""))); got.Code != office.CodeStranger {
			b.Errorf("from a desk where she never was: %+v", got)
		}
	})
}

// An answer may be lost: what was refused may then be promised, under the same UUID.
func TestAQuestionThatIsRefusedIsNotKept(t *testing.T) {
	onBoth(t, func(b *bench) {
		d := b.desk("one", "claire")
		b.push(d, appointment("a1", noon))
		book := appointment("a2", noon)
		asked := b.mutation("claire", book)
		results, err := d.Ask(b.Context(), asked)
		b.ok(err)
		if len(results) != 1 || results[0].Outcome != shared.Refused || results[0].Code != "agenda.overlap" {
			b.Fatalf("%+v", results)
		}
		var c copyOf
		b.pull(d, &c, wire.PullRequest{Pending: []clients.ID{asked.ID}})
		if len(c.of(shared.Conflict)) > 0 || len(c.acked) > 0 {
			b.Errorf("it was kept: %v", c.of(shared.Conflict))
		}
		told := b.mutation("claire", promised(book))
		told.ID = asked.ID
		if got := b.bring(d, told); got.Outcome != shared.Contested {
			b.Errorf("promised under the same UUID: %+v", got)
		}
	})
}

func TestPushInOrder(t *testing.T) {
	onBoth(t, func(b *bench) {
		d := b.desk("one", "claire")
		var list []shared.Mutation
		for i := range wire.MaxPush {
			list = append(list, b.mutation("claire", note(clients.ID(fmt.Sprint("m", i)), "durand", "")))
		}
		results, err := d.Push(b.Context(), list...)
		b.ok(err)
		for i, r := range results {
			if r.Outcome != shared.OK || i > 0 && r.Seq <= results[i-1].Seq {
				b.Fatalf("%d: %+v", i, r)
			}
		}
		if len(results) != wire.MaxPush {
			b.Errorf("%d results", len(results))
		}
	})
}

func TestWhatNoDeskSendsIsRefused(t *testing.T) {
	onBoth(t, func(b *bench) {
		d := b.desk("one", "claire")
		many, err := json.Marshal(wire.PushRequest{Mutations: make([]shared.Mutation, wire.MaxPush+1)})
		b.ok(err)
		stranger, gone, nobody, none := b.desk("one", "stranger"), b.desk("one", "gone"), b.desk("one", ""), b.desk("", "claire")
		stolen := d
		stolen.Revoked = true
		for _, c := range []struct {
			name   string
			desk   officetest.Desk
			path   string
			body   []byte
			status int
			code   string
		}{
			{"no JSON", d, "/v1/push", []byte(`{`), 400, "bad-request"},
			{"no UTF-8", d, "/v1/push", []byte("{\"muts\":\"\xff\"}"), 400, "bad-request"},
			{"too deep", d, "/v1/pull", bytes.Repeat([]byte("["), 5000), 400, "bad-request"},
			{"too many", d, "/v1/push", many, 413, "too-large"},
			{"too long", d, "/v1/push", bytes.Repeat([]byte(" "), wire.MaxBody+1), 413, "too-large"},
			{"a mutation without a UUID", d, "/v1/push", []byte(`{"muts":[{"name":"x","args":{}}]}`), 400, "bad-request"},
			{"a UUID that is none", d, "/v1/push", []byte(`{"muts":[{"uuid":"%'","name":"x","args":{}}]}`), 400, "bad-request"},
			{"an unknown standing", d, "/v1/presence", []byte(`{"presence":{"standing":"lost"}}`), 400, "bad-request"},
			{"nobody logged in", nobody, "/v1/pull", []byte(`{}`), 401, "no-session"},
			{"no desk", none, "/v1/pull", []byte(`{}`), 401, "no-session"},
			{"an operator of nobody", stranger, "/v1/pull", []byte(`{}`), 403, "forbidden"},
			{"an operator who has left", gone, "/v1/pull", []byte(`{}`), 403, "forbidden"},
			{"a revoked desk that pulls", stolen, "/v1/pull", []byte(`{}`), 403, "revoked"},
			{"a revoked desk that looks who is there", stolen, "/v1/presence", []byte(`{}`), 403, "revoked"},
		} {
			w := c.desk.Do(b.Context(), http.MethodPost, c.path, c.body)
			var said wire.Error
			b.ok(json.Unmarshal(w.Body.Bytes(), &said))
			if w.Code != c.status || said.Code != c.code {
				b.Errorf("%s: %d %q; want %d %q", c.name, w.Code, said.Code, c.status, c.code)
			}
		}
	})
}

func TestAnOldProtocolMayStillPush(t *testing.T) {
	onBoth(t, func(b *bench) {
		d := b.desk("one", "claire")
		for path, want := range map[string]int{"/v1/push": http.StatusOK, "/v1/pull": http.StatusUpgradeRequired} {
			r := d.Request(b.Context(), http.MethodPost, path, []byte(`{}`))
			r.Header.Set(wire.ProtocolHeader, "0")
			if got := b.status(d, r); got != want {
				b.Errorf("%s: %d; want %d", path, got, want)
			}
		}
	})
}

func TestHello(t *testing.T) {
	onBoth(t, func(b *bench) {
		w := b.desk("one", "").Do(b.Context(), http.MethodGet, "/v1/hello", nil)
		var h wire.Hello
		b.ok(json.Unmarshal(w.Body.Bytes(), &h))
		if h.Bureau != "toulouse" || h.Protocol != wire.Protocol || h.Incarnation == "" || !h.Now.Equal(noon) {
			b.Errorf("%+v", h)
		}
	})
}

// clumsy is an Authenticator with a fault.
type clumsy struct{}

func (clumsy) Identify(*http.Request) (office.Identity, error) { panic("a fault") }

func TestAnAccidentIsKeptFromTheDesk(t *testing.T) {
	b := newBench(t, filepath.Join(t.TempDir(), "office.db"))
	d := officetest.Desk{Handler: b.office.Handler(clumsy{}), ID: "one"}
	w := d.Do(t.Context(), http.MethodPost, "/v1/pull", []byte(`{}`))
	var said wire.Error
	b.ok(json.Unmarshal(w.Body.Bytes(), &said))
	if w.Code != http.StatusServiceUnavailable || said.Code != "not-ready" || strings.Contains(w.Body.String(), "fault") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// What a mutation says is read twice: once to see whether its author may, and once to
// be written. Both must read the same.
func TestArgumentsThatReadTwoWaysAreRefused(t *testing.T) {
	onBoth(t, func(b *bench) {
		julie := b.desk("two", "julie")
		const hers, more = `{"id":"julie","name":"Julie","clients":["petit"]}`, `{"id":"julie","name":"Julie","role":"supervisor"}`
		for name, args := range map[string]string{
			"in capitals":     `{"operator":` + more + `,"OPERATOR":` + hers + `}`,
			"in small caps":   `{"OPERATOR":` + hers + `,"operator":` + more + `,"Operator":` + hers + `}`,
			"less the second": `{"operator":` + hers + `,"operator":{"id":"julie","name":"Julie"}}`,
			"nothing":         `{"operator":` + hers + `,"operator":null}`,
			"within":          `{"operator":{"id":"julie","name":"Julie","clients":["petit"],"role":"supervisor","role":"secretary"}}`,
		} {
			m := shared.Mutation{ID: b.newID(), At: noon, Actor: "julie", Name: "operator.save.v1", Args: []byte(args)}
			if got := b.bring(julie, m); got.Outcome != shared.Refused {
				b.Errorf("%s: %+v", name, got)
			}
			card, _, err := b.office.Operator(b.Context(), "julie")
			b.ok(err)
			if card.Role == clients.Supervisor || card.May("durand") {
				b.Fatalf("%s: she has made herself %+v", name, card)
			}
		}
	})
}

// Who may not see a client cannot have its mails taken for sent either, whatever she
// says whose they are.
func TestADeliveryIsOfItsOwnClient(t *testing.T) {
	onBoth(t, func(b *bench) {
		claire, julie := b.desk("one", "claire"), b.desk("two", "julie")
		take := note("m1", "durand", "rappeler")
		take.Recipients = []clients.Recipient{{Channel: "mail", Address: "durand@example.fr"}}
		b.push(claire, take)
		jobs, err := b.office.Queue().Due(b.Context(), b.clock(), 10)
		b.ok(err)
		d := jobs[0].Delivery
		d.State, d.Client = clients.Sent, "petit"
		if got := b.bring(julie, b.mutation("julie", clients.ReportDelivery{Delivery: d})); got.Code != office.CodeForbidden {
			b.Errorf("it was taken for sent: %+v", got)
		}
		d.ID, d.State, d.Recipient.Address = "new", clients.Failed, "julie@example.org"
		if got := b.bring(julie, b.mutation("julie", clients.ReportDelivery{Delivery: d})); got.Code != office.CodeForbidden {
			b.Errorf("she has it sent to herself: %+v", got)
		}
	})
}
