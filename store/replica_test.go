package store_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"permanence/clients"
	"permanence/store"
	"permanence/store/link"
	"permanence/store/link/linktest"
	"permanence/store/shared"
	"permanence/store/wire"
)

func TestReplica(t *testing.T) {
	linktest.Run(t, func(t testing.TB, dir string, clock *linktest.Clock) linktest.Desk {
		s, err := store.Open(t.Context(), dir, store.Options{
			Now:  func() time.Time { return clock.Now },
			Boot: func() (string, time.Duration) { return clock.Boot, clock.Up },
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			knowEachOther(t, s)
			s.Close()
		})
		return seen{s}
	})
}

// knowEachOther looks whether each row that names another finds it. Nothing enforces it
// while pages come in, in the order of the last change: at the end it holds all the same.
func knowEachOther(t testing.TB, s *store.Store) {
	ctx := context.WithoutCancel(t.Context())
	var table, parent string
	var row, key any
	err := s.Writer().QueryRowContext(ctx, `PRAGMA foreign_key_check`).Scan(&table, &row, &parent, &key)
	if err == nil {
		t.Errorf("row %v of %s names one that %s does not have", row, table, parent)
	}
}

// seen is a store of which single rows can be read.
type seen struct{ *store.Store }

func (s seen) Row(ctx context.Context, kind shared.Kind, id clients.ID) (shared.Row, error) {
	tx, err := s.Writer().BeginTx(ctx, nil)
	if err != nil {
		return shared.Row{}, err
	}
	defer func() { _ = tx.Rollback() }()
	rows, err := s.Rows(ctx, tx)
	if err != nil {
		return shared.Row{}, err
	}
	return rows.Row(ctx, kind, id)
}

// TestOneSends: while a desk belongs to an office, the office sends, and what was the
// office's to send stays so when the desk has left it.
func TestOneSends(t *testing.T) {
	s := open(t, t.TempDir())
	office := linktest.NewOffice()
	due := func(want int) {
		t.Helper()
		jobs, err := s.Queue().Due(t.Context(), now.Add(time.Hour), 10)
		if err != nil || len(jobs) != want {
			t.Fatalf("%d deliveries are due, %v; want %d", len(jobs), err, want)
		}
	}
	message := func(id clients.ID) clients.Mutation {
		return clients.Mutation{ID: "take-" + id, At: now, Change: clients.TakeMessage{
			Message:    clients.Message{ID: id, TakenAt: now},
			Recipients: []clients.Recipient{{Name: "x", Channel: "mail", Address: "x@example.fr"}},
		}}
	}
	apply(t, s, message("alone"))
	due(1)
	must(t, s.Join(t.Context(), link.Membership{Desk: "one"}))
	due(0)
	inStep(t, s, office)
	apply(t, s, message("linked"))
	due(0)

	_, list, err := s.Message(t.Context(), "alone")
	must(t, err)
	must(t, s.Retry(t.Context(), list[0].ID, now.Add(time.Minute)))
	waiting, _, err := s.Pending(t.Context(), 0, 10)
	must(t, err)
	if len(waiting) != 2 || waiting[1].Name != "delivery.report.v1" {
		t.Fatalf("%+v is pending; want the office asked to try again", waiting)
	}
	must(t, s.Leave(t.Context()))
	due(1) // "linked", of which the office does not know
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// inStep tells the office everything and takes everything in.
func inStep(t testing.TB, s *store.Store, office *linktest.Office) {
	t.Helper()
	list, _, err := s.Pending(t.Context(), 0, 1000)
	must(t, err)
	results, err := office.Push(t.Context(), "one", list)
	must(t, err)
	must(t, s.Pushed(t.Context(), results))
	cursor, err := s.Cursor(t.Context())
	must(t, err)
	ids, err := s.Unacknowledged(t.Context(), -1)
	must(t, err)
	page, err := office.Pull(cursor, ids, 1_000_000)
	must(t, err)
	_, err = s.Absorb(t.Context(), page)
	must(t, err)
}

// TestWrittenWithoutLooking: a field that another desk changed while its card was open
// here is kept twice when its author had not judged it, and merged when she had.
func TestWrittenWithoutLooking(t *testing.T) {
	s := open(t, t.TempDir())
	office := linktest.NewOffice()
	must(t, s.Join(t.Context(), link.Membership{Desk: "one"}))
	apply(t, s, clients.Mutation{ID: "m0", At: now, Change: clients.CreateClient{Client: clients.Client{ID: "durand", Name: "Durand"}}})
	inStep(t, s, office)
	opened := version(t, s)
	for _, field := range []string{"trade", "instructions"} {
		m, err := shared.NewMutation(clients.Mutation{ID: clients.ID("theirs-" + field), At: now, Change: set(field, 0, "theirs")}, "two")
		must(t, err)
		_, err = office.Push(t.Context(), "two", []shared.Mutation{m})
		must(t, err)
	}
	inStep(t, s, office)
	seen := version(t, s)
	apply(t, s, clients.Mutation{ID: "m1", At: now, Change: set("trade", seen, "hers")})
	apply(t, s, clients.Mutation{ID: "m2", At: now, Change: set("instructions", opened, "hers")})
	for _, when := range []string{"ahead of the office", "in step"} {
		list, err := s.Conflicts(t.Context())
		must(t, err)
		if len(list) != 1 || list[0].Field != "instructions" || list[0].Earlier.Value != `"theirs"` || list[0].Later.Value != `"hers"` {
			t.Fatalf("%s: %+v", when, list)
		}
		inStep(t, s, office)
	}
	changes, err := s.ClientHistory(t.Context(), "durand", 10)
	must(t, err)
	for _, c := range changes {
		if here := c.After != `"theirs"`; c.Here != here || c.Seq == 0 {
			t.Errorf("%+v; want made here: %v", c, here)
		}
	}
}

func set(field string, saw int64, value string) clients.PatchClient {
	return clients.PatchClient{Client: "durand", Saw: saw, Fields: map[string]json.RawMessage{field: json.RawMessage(`"` + value + `"`)}}
}

func version(t testing.TB, s *store.Store) int64 {
	t.Helper()
	c, err := s.Client(t.Context(), "durand")
	must(t, err)
	return c.Version
}

// TestErasedBytes looks for what was erased in every byte of the folder.
func TestErasedBytes(t *testing.T) {
	secret := "Zébulonnette"
	for name, linked := range map[string]bool{"alone": false, "at an office": true} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s := open(t, dir)
			office := linktest.NewOffice()
			if linked {
				must(t, s.Join(t.Context(), link.Membership{Desk: "one"}))
			}
			apply(t, s, newClient("a"))
			for _, id := range []clients.ID{"secret-message", "other-message"} {
				m := clients.Message{ID: id, Client: "a", Name: "Mme " + secret, Number: "06 12 34 56 78", Text: secret, TakenAt: now}
				if id == "other-message" {
					m.Name, m.Text = "Mme Autre", "Rappeler."
				}
				apply(t, s, clients.Mutation{ID: "take-" + id, At: now, Change: clients.TakeMessage{Message: m}})
			}
			if linked {
				inStep(t, s, office)
			}
			if n := occurrences(t, dir, secret); n == 0 {
				t.Fatal("the test does not find what it looks for")
			}
			apply(t, s, clients.Mutation{ID: "erase", At: now, Change: clients.Erase{Kind: "message", ID: "secret-message"}})
			if linked {
				inStep(t, s, office)
			}
			if n := occurrences(t, dir, secret) + occurrences(t, dir, store.Fold(secret)); n > 0 {
				t.Errorf("what was erased is still there %d times", n)
			}
			if n := occurrences(t, dir, "Mme Autre"); n == 0 {
				t.Error("the other message is gone too")
			}
		})
	}
}

// TestErasedBytesBroughtAgain: after the office was put back, a desk brings again what it
// did; what was erased meanwhile is then in none of its bytes.
func TestErasedBytesBroughtAgain(t *testing.T) {
	const secret = "Zébulonnette"
	dir := t.TempDir()
	s := open(t, dir)
	office := linktest.NewOffice()
	must(t, s.Join(t.Context(), link.Membership{Desk: "one"}))
	for _, client := range []string{"durand", "other"} {
		apply(t, s, newClient(client))
	}
	for i := range 200 {
		m := clients.Message{ID: clients.ID(fmt.Sprintf("m%d", i)), Client: "other", Text: strings.Repeat("x", 10*i), TakenAt: now}
		if i%3 == 0 {
			m.Client, m.Text = "durand", secret
		}
		apply(t, s, clients.Mutation{ID: "take-" + m.ID, At: now, Change: clients.TakeMessage{Message: m}})
	}
	inStep(t, s, office)
	erase, err := shared.NewMutation(clients.Mutation{ID: "erase", At: now, Change: clients.Erase{Kind: "client", ID: "durand"}}, "two")
	must(t, err)
	_, err = office.Push(t.Context(), "two", []shared.Mutation{erase})
	must(t, err)
	cursor, err := s.Cursor(t.Context())
	must(t, err)
	page, err := office.Pull(cursor, nil, 1_000_000)
	must(t, err)
	page.Again = true
	_, err = s.Absorb(t.Context(), page)
	must(t, err)
	inStep(t, s, office)
	if n := occurrences(t, dir, secret); n > 0 {
		t.Errorf("what was erased is still there %d times", n)
	}
}

func occurrences(t *testing.T, dir, text string) (n int) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	must(t, err)
	for _, f := range files {
		if info, err := os.Stat(f); err != nil || info.IsDir() {
			continue
		}
		b, err := os.ReadFile(f)
		must(t, err)
		n += bytes.Count(b, []byte(text))
	}
	return n
}

// TestWaitingIsCountedByIndex: it is counted every second, of hundreds of thousands when
// a desk joins that stood alone for years.
func TestWaitingIsCountedByIndex(t *testing.T) {
	s := open(t, t.TempDir())
	var id, parent, unused int
	var plan string
	row := s.Writer().QueryRow(`EXPLAIN QUERY PLAN SELECT count(*)` + store.Work)
	must(t, row.Scan(&id, &parent, &unused, &plan))
	if plan != "SCAN pending USING INDEX pending_work" {
		t.Error(plan)
	}
}

// TestSettledPageByPage: of what a desk did alone, all mails sent, nothing is left to be
// put back with the last page, for which everybody would wait.
func TestSettledPageByPage(t *testing.T) {
	s := yearsAlone(t, 50)
	x, _ := bringer(t, s)
	must(t, s.Join(t.Context(), link.Membership{Desk: "one", Bureau: "bureau"}))
	must(t, x.Push(t.Context()))
	for more := true; more; {
		cursor, err := s.Cursor(t.Context())
		must(t, err)
		page, err := x.Remote.Pull(t.Context(), wire.PullRequest{Cursor: cursor})
		must(t, err)
		more, page.More = page.More, true
		_, err = s.Absorb(t.Context(), page)
		must(t, err)
	}
	var covered int
	must(t, s.Writer().QueryRow(`SELECT count(*) FROM base`).Scan(&covered))
	if covered > 0 {
		t.Errorf("%d rows wait for the last page", covered)
	}
}
