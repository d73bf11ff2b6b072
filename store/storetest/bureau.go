package storetest

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"time"

	"permanence/clients"
	"permanence/phone"
	"permanence/ui/desk"
)

// Size says how large an invented bureau is.
type Size struct {
	Clients int
	Journal int // journal rows; a call has two to four
	Seed    uint64
}

// Large is the bureau that benchmarks are held against.
var Large = Size{Clients: 1000, Journal: 200_000, Seed: 1}

// Filler is what an invented bureau is put into.
type Filler interface {
	ApplyAll(ctx context.Context, ms []clients.Mutation) error
	AppendAll(ctx context.Context, list []desk.JournalEntry) error
}

// Fill invents a bureau and puts it into an empty store: clients with complete
// cards, years of calls, a message for about half of them, an appointment for
// every tenth. The same size always gives the same bureau; it ends at end.
func Fill(ctx context.Context, f Filler, size Size, end time.Time) error {
	b := newBureau(size, end)
	if err := f.ApplyAll(ctx, b.begin()); err != nil {
		return fmt.Errorf("storetest: clients: %w", err)
	}
	for b.rows < size.Journal {
		journal, ms := b.batch(min(10_000, size.Journal-b.rows))
		if err := f.AppendAll(ctx, journal); err != nil {
			return fmt.Errorf("storetest: journal: %w", err)
		}
		if err := f.ApplyAll(ctx, ms); err != nil {
			return fmt.Errorf("storetest: messages: %w", err)
		}
	}
	return nil
}

type bureau struct {
	size   Size
	rand   *rand.Rand
	now    time.Time // of the next call
	step   time.Duration
	rows   int // journal rows so far
	ids    int
	people []person
	cards  []clients.Client
	slots  map[clients.ID]time.Time // each client's next appointment
}

type person struct {
	name   string
	number phone.Number
}

// Operator is who answers in an invented bureau.
var Operator = clients.Operator{ID: "op-1", Name: "Claire Martin", Email: "claire@permanence.example"}

func newBureau(size Size, end time.Time) *bureau {
	const perCall = 3 * time.Minute // between two calls
	calls := time.Duration(size.Journal/3 + 1)
	b := &bureau{
		size: size, rand: rand.New(rand.NewPCG(size.Seed, 7)), step: perCall,
		now: end.Add(-calls * perCall), slots: map[clients.ID]time.Time{},
	}
	for range size.Journal/10 + 1 {
		b.people = append(b.people, b.person())
	}
	for i := range size.Clients {
		b.cards = append(b.cards, b.card(i))
	}
	return b
}

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

func (b *bureau) id(kind string) clients.ID {
	b.ids++
	return clients.ID(fmt.Sprintf("%s-%08d-%08x", kind, b.ids, b.rand.Uint32()))
}

func (b *bureau) person() person {
	number := fmt.Sprintf("+33%d%08d", pick(b.rand, []int{1, 2, 3, 4, 5, 6, 6, 6, 7}), b.rand.IntN(100_000_000))
	return person{name: pick(b.rand, firstNames) + " " + pick(b.rand, lastNames), number: phone.Number(number)}
}

func (b *bureau) mutation(c clients.Change) clients.Mutation {
	return clients.Mutation{ID: b.id("mut"), At: b.now, Actor: Operator.ID, Change: c}
}

// begin creates the operator and the clients.
func (b *bureau) begin() []clients.Mutation {
	ms := []clients.Mutation{b.mutation(clients.SaveOperator{Operator: Operator})}
	for _, c := range b.cards {
		ms = append(ms, b.mutation(clients.CreateClient{Client: c}))
	}
	return ms
}

func (b *bureau) card(i int) clients.Client {
	trade := pick(b.rand, trades)
	who := b.person()
	return clients.Client{
		ID:   b.id("client"),
		Name: trade.title + " " + who.name, Trade: trade.name + " · " + pick(b.rand, towns), Color: "#7a2c39",
		DIDs:         []string{fmt.Sprintf("+3356100%04d", i)},
		Greetings:    []clients.Greeting{{Text: trade.title + " " + who.name + ", bonjour !"}},
		Instructions: "# Consignes\n\n- Ne jamais donner le portable.\n- Les urgences sont transférées.\n",
		FAQ:          []clients.FAQ{{Question: "Où se garer ?", Answer: "Au parking de la place."}},
		CallTypes: []clients.CallType{
			{Key: "client", Label: "Client", Questions: []string{"Votre nom ?", "L'objet de votre appel ?"}},
			{Key: "urgent", Label: "Urgent", Urgent: true},
		},
		Fields:     []clients.Field{{Key: "dossier", Label: "Dossier"}},
		Contacts:   []clients.Contact{{Name: who.name, Role: trade.name, Number: string(who.number), Key: "1"}},
		Hours:      openDays(9, 18),
		Recipients: []clients.Recipient{{Name: who.name, Channel: "mail", Address: fmt.Sprintf("client%d@example.fr", i)}},
		Agenda:     clients.AgendaRules{Hours: openDays(9, 12), Duration: 20},
	}
}

func openDays(from, to int) (w clients.Week) {
	for day := time.Monday; day <= time.Friday; day++ {
		w[day] = []clients.Range{{From: clients.Minute(from * 60), To: clients.Minute(to * 60)}}
	}
	return w
}

// batch invents about n journal rows, and the messages and appointments that
// came of those calls.
func (b *bureau) batch(n int) (journal []desk.JournalEntry, ms []clients.Mutation) {
	for len(journal) < n {
		c, who := &b.cards[b.rand.IntN(len(b.cards))], pick(b.rand, b.people)
		e := desk.Entry{
			Call: phone.CallID(b.id("call")), Line: "ligne", Client: c.ID, ClientName: c.Name,
			Number: who.number, ArrivedAt: b.now,
		}
		if b.rand.IntN(5) == 0 {
			journal = append(journal, missed(e)...)
		} else {
			lines, more := b.answered(e, who)
			journal, ms = append(journal, lines...), append(ms, more...)
		}
		b.now = b.now.Add(b.step)
	}
	journal = journal[:min(len(journal), n)]
	b.rows += len(journal)
	return journal, ms
}

func missed(e desk.Entry) []desk.JournalEntry {
	arrived := desk.JournalEntry{At: e.ArrivedAt, Kind: desk.JournalArrived, Entry: e, Raw: invite}
	e.EndedAt, e.Cause, e.Missed = e.ArrivedAt.Add(25*time.Second), phone.CallerGaveUp, true
	return []desk.JournalEntry{arrived, {At: e.EndedAt, Kind: desk.JournalEnded, Entry: e}}
}

func (b *bureau) answered(e desk.Entry, who person) (lines []desk.JournalEntry, ms []clients.Mutation) {
	line := func(after time.Duration, kind desk.JournalKind, actor clients.ID) {
		lines = append(lines, desk.JournalEntry{At: b.now.Add(after), Kind: kind, Entry: e, Actor: actor})
	}
	line(0, desk.JournalArrived, "")
	lines[0].Raw = invite
	e.AnsweredAt = b.now.Add(6 * time.Second)
	line(6*time.Second, desk.JournalAnswered, Operator.ID)
	if b.rand.IntN(5) < 3 {
		m := b.message(e, who)
		e.Message, e.Name, e.CallType = m.ID, who.name, m.CallType
		ms = append(ms, b.mutation(clients.TakeMessage{Message: m}))
		line(60*time.Second, desk.JournalNoted, Operator.ID)
	}
	if b.rand.IntN(10) == 0 {
		ms = append(ms, b.mutation(clients.BookAppointment{Appointment: b.appointment(e, who)}))
	}
	e.EndedAt, e.Cause = b.now.Add(90*time.Second), phone.HungUpThere
	line(90*time.Second, desk.JournalEnded, Operator.ID)
	return lines, ms
}

func (b *bureau) message(e desk.Entry, who person) clients.Message {
	return clients.Message{
		ID: b.id("msg"), Client: e.Client, Call: string(e.Call), CallType: "client",
		Name: who.name, Number: who.number.Display(), Text: pick(b.rand, subjects) + " " + pick(b.rand, followUps),
		Fields:  map[string]string{"dossier": fmt.Sprintf("%d-%04d", b.now.Year(), b.rand.IntN(10_000))},
		TakenBy: Operator.ID, TakenAt: b.now.Add(time.Minute),
	}
}

func (b *bureau) appointment(e desk.Entry, who person) clients.Appointment {
	start := b.slots[e.Client]
	if start.Before(b.now) {
		start = b.now.Truncate(time.Hour).Add(24 * time.Hour)
	}
	end := start.Add(20 * time.Minute)
	b.slots[e.Client] = end
	return clients.Appointment{
		ID: b.id("appt"), Client: e.Client, Start: start, End: end,
		Name: who.name, Number: who.number.Display(), Note: pick(b.rand, subjects), TakenBy: Operator.ID,
	}
}

// Patch is the change of one field of a client, as its author saw version saw.
func Patch(client clients.ID, saw int64, field string, value any) clients.PatchClient {
	v, err := json.Marshal(value)
	if err != nil {
		panic(err) // a test's own value
	}
	return clients.PatchClient{Client: client, Saw: saw, Fields: map[string]json.RawMessage{field: v}}
}
