package office_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"permanence/clients"
	"permanence/store/office"
	"permanence/store/office/officetest"
	"permanence/store/office/pgtest"
	"permanence/store/shared"
	"permanence/store/wire"
)

// noon is when tests begin: a Monday.
var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// bench is an office with its people: the supervisor sam, and the secretaries claire
// (for all clients) and julie (for Petit alone).
type bench struct {
	testing.TB
	db     *office.Database
	office *office.Office
	terms  office.Terms // of leases, for offices served from now on

	mu   sync.Mutex
	now  time.Time
	run  string        // of the machine
	up   time.Duration // since it began
	made int
}

// onBoth runs a test before each engine.
func onBoth(t *testing.T, f func(b *bench)) {
	t.Run("sqlite", func(t *testing.T) { f(newBench(t, filepath.Join(t.TempDir(), "office.db"))) })
	t.Run("postgres", func(t *testing.T) { f(newBench(t, pgtest.Database(t))) })
}

func newBench(t testing.TB, address string) *bench {
	t.Helper()
	b := &bench{TB: t, now: noon, run: "run 1"}
	b.db = b.open(address)
	b.office = b.serve("toulouse")
	b.people()
	return b
}

func (b *bench) open(address string) *office.Database {
	b.Helper()
	db, err := office.OpenDatabase(b.Context(), address)
	b.ok(err)
	b.Cleanup(func() { b.ok(db.Close()) })
	return db
}

// serve opens one more office before the database.
func (b *bench) serve(bureau string) *office.Office {
	b.Helper()
	return b.serveOn(b.db, bureau)
}

func (b *bench) serveOn(db *office.Database, bureau string) *office.Office {
	b.Helper()
	o, err := office.New(b.Context(), db, office.Config{
		Bureau: bureau, BureauName: "Permanence de " + bureau, Version: "test",
		Now: b.clock, Boot: b.uptime, NewID: b.newID, Log: slog.New(slog.DiscardHandler), Terms: b.terms,
	})
	b.ok(err)
	return o
}

func (b *bench) people() {
	b.Helper()
	for _, card := range []clients.Operator{
		{ID: "sam", Name: "Sam", Role: clients.Supervisor},
		{ID: "claire", Name: "Claire"},
		{ID: "julie", Name: "Julie", Clients: []clients.ID{"petit"}},
		{ID: "gone", Name: "Partie", Left: true},
	} {
		b.own(clients.SaveOperator{Operator: card})
	}
	b.own(clients.CreateClient{Client: clients.Client{ID: "durand", Name: "Maître Durand", DIDs: []string{"+33561000001"}}})
	b.own(clients.CreateClient{Client: clients.Client{ID: "petit", Name: "Dr Petit", DIDs: []string{"+33561000002"}, Agenda: always()}})
}

// always is an agenda that is open on working days from nine to twelve, in twenty
// minutes.
func always() clients.AgendaRules {
	var week clients.Week
	for d := time.Monday; d <= time.Friday; d++ {
		week[d] = []clients.Range{{From: 9 * 60, To: 12 * 60}}
	}
	return clients.AgendaRules{Hours: week, Duration: 20}
}

// own has the office itself do something.
func (b *bench) own(c clients.Change) {
	b.Helper()
	result, err := b.office.Apply(b.Context(), clients.Mutation{ID: b.newID(), At: b.clock(), Change: c})
	b.ok(err)
	if result.Outcome != shared.OK {
		b.Fatalf("%s: %+v", c.MutationName(), result)
	}
}

func (b *bench) clock() time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.now
}

func (b *bench) pass(d time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.now, b.up = b.now.Add(d), b.up+d
}

// set sets the office's clock, and no time passes.
func (b *bench) set(d time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.now = b.now.Add(d)
}

func (b *bench) uptime() (string, time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.run, b.up
}

// reboot gives the office's machine a new run.
func (b *bench) reboot(run string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.run, b.up = run, 0
}

func (b *bench) newID() clients.ID {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.made++
	return clients.ID(fmt.Sprintf("00000000-0000-7000-8000-%012d", b.made))
}

func (b *bench) ok(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// desk is a desk with an operator.
func (b *bench) desk(id, operator clients.ID) officetest.Desk {
	return officetest.Desk{Handler: b.office.Handler(officetest.Headers{}), ID: id, Operator: operator}
}

// mutation writes a change down as its desk would.
func (b *bench) mutation(actor clients.ID, c clients.Change) shared.Mutation {
	b.Helper()
	m, err := shared.NewMutation(clients.Mutation{ID: b.newID(), At: b.clock(), Actor: actor, Change: c}, "")
	b.ok(err)
	return m
}

// push has a desk's operator do something, and returns what became of it.
func (b *bench) push(d officetest.Desk, c clients.Change) shared.Result {
	b.Helper()
	return b.bring(d, b.mutation(d.Operator, c))
}

func (b *bench) bring(d officetest.Desk, m shared.Mutation) shared.Result {
	b.Helper()
	results, err := d.Push(b.Context(), m)
	b.ok(err)
	if len(results) != 1 {
		b.Fatalf("%d results of one mutation", len(results))
	}
	return results[0]
}

// copyOf is what a desk knows: every row, by kind and ID.
type copyOf struct {
	rows   map[string]shared.Row
	cursor string
	acked  []clients.ID
	again  bool
	resets int
}

// pull brings a copy into step, page by page.
func (b *bench) pull(d officetest.Desk, c *copyOf, q wire.PullRequest) {
	b.Helper()
	for {
		q.Cursor = c.cursor
		page, err := d.Pull(b.Context(), q)
		b.ok(err)
		if page.Reset {
			c.rows = nil
			c.resets++
		}
		c.again = c.again || page.Again
		if c.rows == nil {
			c.rows = map[string]shared.Row{}
		}
		for _, row := range page.Rows {
			c.rows[string(row.Kind)+"/"+string(row.ID)] = row
		}
		c.cursor, c.acked = page.Cursor, append(c.acked, page.Acked...)
		if !page.More {
			return
		}
	}
}

// of counts the living rows of a kind.
func (c *copyOf) of(kind shared.Kind) (list []shared.Row) {
	for _, row := range c.rows {
		if row.Kind == kind && !row.Gone {
			list = append(list, row)
		}
	}
	return list
}

func body[T any](b *bench, row shared.Row) T {
	b.Helper()
	var v T
	b.ok(json.Unmarshal(row.Body, &v))
	return v
}

func note(id, client clients.ID, text string) clients.TakeMessage {
	return clients.TakeMessage{Message: clients.Message{ID: id, Client: client, Name: "Mme Lefèvre", Text: text, TakenAt: noon}}
}

func appointment(id clients.ID, start time.Time) clients.BookAppointment {
	return clients.BookAppointment{Appointment: clients.Appointment{
		ID: id, Client: "petit", Start: start, End: start.Add(20 * time.Minute), Name: "Mme Lefèvre",
	}}
}
