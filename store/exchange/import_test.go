package exchange_test

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"permanence/clients"
	"permanence/phone"
	"permanence/store"
	"permanence/store/exchange"
	"permanence/ui/desk"
)

var now = time.Date(2026, 11, 26, 14, 32, 0, 0, time.UTC)

func open(t testing.TB) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), t.TempDir(), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func importText(t testing.TB, s exchange.Store, text string) exchange.Summary {
	t.Helper()
	sum, err := exchange.Import(t.Context(), s, read(t, text), "claire", now)
	if err != nil {
		t.Fatal(err)
	}
	return sum
}

func exported(t testing.TB, s exchange.Store) string {
	t.Helper()
	doc, err := exchange.Export(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return write(t, doc)
}

func byName(t testing.TB, s *store.Store, name string) clients.Client {
	t.Helper()
	list, err := s.Clients(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range list {
		if c.Name == name {
			return c
		}
	}
	t.Fatalf("no client %s among %d", name, len(list))
	return clients.Client{}
}

func TestImportExport(t *testing.T) {
	s := open(t)
	if got := exported(t, s); got != "permanence: 1\n" {
		t.Errorf("an empty desk exports %q", got)
	}
	sum := importText(t, s, cabinet(t))
	if want := (exchange.Summary{Created: 2, Lines: 3}); sum != want {
		t.Errorf("first import: %+v; want %+v", sum, want)
	}
	// Export has the clients by name: Dr Petit stands before Maître Durand.
	again := exported(t, s)
	if len(again) != len(cabinet(t)) {
		t.Errorf("exported as\n%s", again)
	}
	other := open(t)
	importText(t, other, again)
	if third := exported(t, other); third != again {
		t.Errorf("through another desk it became\n%s", third)
	}
}

func TestImportAgainChangesNothing(t *testing.T) {
	for name, text := range map[string]string{
		"with IDs": cabinet(t),
		"without": `
operator: {name: Claire Martin}
lines: [{user: a, domain: b}]
clients:
  - {name: Maître Durand, dids: [05 61 12 34 56], hours: {lun: 9-12}, recipients: [{address: a@b.fr}]}
  - {name: Dr Petit}
`,
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			importText(t, s, text)
			before := exported(t, s)
			versions := versionsOf(t, s)
			if sum := importText(t, s, text); sum != (exchange.Summary{Unchanged: 2}) {
				t.Errorf("second import: %+v", sum)
			}
			if after := exported(t, s); after != before {
				t.Errorf("was\n%s\nis\n%s", before, after)
			}
			if after := versionsOf(t, s); !reflect.DeepEqual(after, versions) {
				t.Errorf("versions went from %v to %v", versions, after)
			}
		})
	}
}

func versionsOf(t *testing.T, s *store.Store) map[clients.ID]int64 {
	t.Helper()
	list, err := s.Clients(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	m := map[clients.ID]int64{}
	for _, c := range list {
		m[c.ID] = c.Version
	}
	return m
}

func TestImportUpdates(t *testing.T) {
	s := open(t)
	importText(t, s, cabinet(t))
	sum := importText(t, s, `
clients:
  - {id: durand, trade: notaire, faq: [], instructions: }
  - {name: Dr Petit, color: "#123456"}
  - {name: Garage Roche}
`)
	if want := (exchange.Summary{Created: 1, Updated: 2}); sum != want {
		t.Errorf("got %+v; want %+v", sum, want)
	}
	durand := byName(t, s, "Maître Durand")
	if durand.Trade != "notaire" || len(durand.FAQ) != 0 || durand.Instructions != "" {
		t.Errorf("what the file says is not so: %+v", durand)
	}
	if len(durand.Greetings) != 2 || len(durand.DIDs) != 2 || durand.Agenda.Duration != 20 {
		t.Errorf("what the file does not mention is gone: %+v", durand)
	}
	// Found by its number, and renamed.
	importText(t, s, "clients: [{name: Durand & Fille, dids: [05 61 12 34 56]}]")
	if c := byName(t, s, "Durand & Fille"); c.ID != "durand" {
		t.Errorf("renamed client has ID %s", c.ID)
	}
	changes, err := s.ClientHistory(t.Context(), "durand", 1)
	if err != nil || changes[0].By != "Claire Martin" || !changes[0].At.Equal(now) {
		t.Errorf("history is %+v, %v", changes, err)
	}
}

func TestImportKeepsOtherSettings(t *testing.T) {
	s := open(t)
	mine := desk.Settings{
		Lines: []phone.Line{{ID: "mine", User: "x", Domain: "y"}, {ID: "principale", User: "old", Domain: "y"}},
		Theme: "dark", Sound: map[desk.Role]desk.Preference{desk.Ringer: {"Jabra"}},
	}
	if err := s.SaveSettings(t.Context(), mine); err != nil {
		t.Fatal(err)
	}
	sum := importText(t, s, cabinet(t))
	got, err := s.Settings(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Lines) != 4 || got.Lines[0].User != "x" || got.Lines[1].User != "0561000000" || sum.Lines != 3 {
		t.Errorf("lines are %+v, %d of them new", got.Lines, sum.Lines)
	}
	if got.Theme != "dark" || got.Sound[desk.Ringer].First() != "Jabra" || got.Mail.Host != "smtp.example.fr" || got.Operator != "claire" {
		t.Errorf("settings are %+v", got)
	}
}

func TestImportMovesNumbers(t *testing.T) {
	s := open(t)
	importText(t, s, "clients: [{id: a, name: A, dids: [0561000001, 0561000002]}, {id: b, name: B, dids: [0561000003]}]")
	importText(t, s, "clients: [{id: a, dids: [0561000003]}, {id: b, dids: [0561000002]}]")
	a, b := byName(t, s, "A"), byName(t, s, "B")
	if !reflect.DeepEqual(a.DIDs, []string{"+33561000003"}) || !reflect.DeepEqual(b.DIDs, []string{"+33561000002"}) {
		t.Errorf("A has %v, B has %v", a.DIDs, b.DIDs)
	}
}

func TestImportAllOrNothing(t *testing.T) {
	base := `
operator: {id: claire, name: Claire}
clients:
  - {id: a, name: A, dids: [0561000001]}
  - {id: b, name: B, dids: [0561000002]}
  - {id: c, name: C, dids: [0561000003], call_types: [{key: x}], recipients: [{address: a@b.fr, call_types: [x]}]}
`
	for name, test := range map[string]struct{ text, want string }{
		"a number of an existing client": {
			"clients:\n  - {name: New}\n  - id: b\n    name: B2\n    dids:\n      - 0561000009\n      - 0561000001\n",
			"7 clients[1].dids[1] client.did-taken",
		},
		"numbers of two": {
			"clients:\n  - name: New\n  - name: X\n    dids: [0561000001, 0561000002]\n",
			"3 clients[1] import.two-clients",
		},
		"one client twice": {
			"clients:\n  - {id: a, trade: x}\n  - {name: A}\n",
			"3 clients[1] import.same-client",
		},
		"what it leaves makes no sense": {
			"clients:\n  - {name: New}\n  - {id: c, call_types: []}\n",
			"3 clients[1].recipients[0].call_types[0] client.call-type-unknown",
		},
		"a stranger without a name": {
			"clients:\n  - {name: New}\n  - {id: stranger, trade: x}\n",
			"3 clients[1].name client.name-missing",
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			importText(t, s, base)
			before := exported(t, s)
			doc := read(t, test.text+"lines: [{user: new, domain: d}]\noperator: {name: Julie}\n")
			_, err := exchange.Import(t.Context(), s, doc, "", now)
			checkProblems(t, err, []string{test.want})
			if after := exported(t, s); after != before {
				t.Errorf("half imported:\n%s", after)
			}
		})
	}
}

// TestImportActor: when nobody is named, the document’s operator imports.
func TestImportActor(t *testing.T) {
	s := open(t)
	doc := read(t, "operator: {name: Julie Roche}\nclients: [{id: a, name: A}]")
	if _, err := exchange.Import(t.Context(), s, doc, "", now); err != nil {
		t.Fatal(err)
	}
	changes, err := s.ClientHistory(t.Context(), "a", 1)
	if err != nil || len(changes) != 1 || changes[0].By != "Julie Roche" {
		t.Errorf("history is %+v, %v", changes, err)
	}
	importText(t, s, "operator: {name: Claire Martin}")
	importText(t, s, "operator: {name: Julie Roche, email: julie@example.fr}")
	list, err := s.Operators(t.Context())
	if err != nil || len(list) != 2 || !strings.Contains(exported(t, s), "julie@example.fr") {
		t.Errorf("operators are %+v, %v", list, err)
	}
}

// TestImportFailure: what the store says passes through.
func TestImportFailure(t *testing.T) {
	s := open(t)
	ctx, stop := context.WithCancel(t.Context())
	stop()
	_, err := exchange.Import(ctx, s, read(t, cabinet(t)), "claire", now)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v; want that it was called off", err)
	}
	if _, err := exchange.Export(ctx, s); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v; want that it was called off", err)
	}
}

// TestImportOfTheWorkplace: what the file does not mention stays, what it does
// mention is replaced as a whole.
func TestImportOfTheWorkplace(t *testing.T) {
	s := open(t)
	importText(t, s, cabinet(t))
	importText(t, s, "desk:\n  do_not_disturb: non\n  forwards: [{line: directe, when: busy, to: 205}]\n")
	got, err := s.Settings(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := map[phone.LineID][]clients.Forward{"directe": {{When: clients.ForwardBusy, To: "205"}}}
	if got.DoNotDisturb || !reflect.DeepEqual(got.Forwards, want) {
		t.Errorf("do not disturb %v, forwards %+v", got.DoNotDisturb, got.Forwards)
	}
	if len(got.Partners) != 1 || got.Address == "" {
		t.Errorf("partners %v and address %q were not mentioned", got.Partners, got.Address)
	}
	importText(t, s, "desk:\n  forwards:\n")
	if got, _ := s.Settings(t.Context()); got.Forwards != nil {
		t.Errorf("an empty key leaves %+v", got.Forwards)
	}
}

func TestForwardsOfAnUnknownLineAreRefused(t *testing.T) {
	s := open(t)
	importText(t, s, cabinet(t))
	doc := read(t, "desk:\n  forwards:\n    - {when: busy, to: 205}\n    - when: busy\n      line: principal\n      to: 205\n")
	_, err := exchange.Import(t.Context(), s, doc, "claire", now)
	checkProblems(t, err, []string{"5 desk.forwards[1].line import.line-unknown"})
}
