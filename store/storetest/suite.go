package storetest

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"testing"
	"time"

	"permanence/clients"
	"permanence/clients/dispatch"
	"permanence/phone"
	"permanence/ui/desk"
)

// Store is what is tested: the desk's port and what stands beside it.
type Store interface {
	desk.Store
	SoundFiles
	Filler
	Close() error
}

// Opener opens the store under test on a folder, with its outbox.
type Opener func(t testing.TB, dir string) (Store, dispatch.Queue)

// Run checks that a store keeps its promises.
func Run(t *testing.T, open Opener) {
	for name, test := range map[string]func(*bench){
		"a client is kept whole":                  clientKept,
		"how a client is called is audited":       wayAudited,
		"a patch changes what it names":           patchNames,
		"a patch that makes no sense is refused":  patchRefused,
		"a mutation counts once":                  onceOnly,
		"a number reaches one client":             didTaken,
		"an archived client gives its numbers":    didFreed,
		"the same field twice: both are kept":     sameField,
		"news since her last call":                news,
		"all mutations or none":                   allOrNone,
		"a message and its deliveries":            message,
		"a message for nobody known":              messageUnknown,
		"a sent message leaves no draft":          draftGone,
		"the outbox in the order of its tries":    outboxOrder,
		"what is sent stays sent":                 sentStays,
		"an overlap is refused, or seen by all":   overlap,
		"who moves away contests no longer":       contestEnds,
		"a cancellation can be taken back":        restore,
		"the agenda of a day":                     agendaDay,
		"one of two who want the same slot":       race,
		"the history folds the journal":           history,
		"calls cut off by a crash are ended":      interrupted,
		"calls in hand are not ended by a reload": notInterrupted,
		"the list of calls, narrowed":             callsFiltered,
		"calls at once: none lost, none twice":    callsAtOnce,
		"the list follows the journal":            callsFollow,
		"a call is kept whole":                    callWhole,
		"a call shows how its message stands":     callDelivery,
		"what is known of a caller":               earlier,
		"drafts and settings come back":           kept,
		"a sound is kept whole":                   soundKept,
		"a sound is there once it is whole":       soundWritten,
		"a sound has the name of a sound":         soundNamed,
		"a message keeps its sound":               soundOfMessage,
		"a sound that is deleted is gone":         soundDropped,
		"a recording that must not be":            soundRefused,
		"a sound is deleted on its date":          soundExpired,
		"a recording leaves no desk":              soundSent,
		"a sound of no card is deleted":           soundUnused,
		"search":                                  search,
		"what a hit shows":                        searchHits,
		"search by number":                        searchNumber,
		"search follows changes":                  searchFollows,
	} {
		t.Run(name, func(t *testing.T) {
			b := &bench{T: t, ctx: t.Context(), opener: open, dir: t.TempDir()}
			b.open()
			test(b)
			b.close()
		})
	}
}

// bench is one store under test with what tests say over and over.
type bench struct {
	*testing.T
	ctx    context.Context
	opener Opener
	dir    string
	Store
	queue dispatch.Queue
	n     int
}

// noon is when everything happens, unless a test says otherwise.
var noon = time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)

func (b *bench) open() {
	b.Helper()
	b.Store, b.queue = b.opener(b.T, b.dir)
}

func (b *bench) close() {
	b.Helper()
	b.ok(b.Store.Close())
}

func (b *bench) reopen() {
	b.Helper()
	b.close()
	b.open()
}

func (b *bench) ok(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// refused checks that err has the code.
func (b *bench) refused(err error, code string) {
	b.Helper()
	var coded interface{ Code() string }
	if !errors.As(err, &coded) || coded.Code() != code {
		b.Fatalf("got %v; want an error with code %q", err, code)
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

func (b *bench) mutation(by clients.ID, c clients.Change) clients.Mutation {
	b.n++
	return clients.Mutation{ID: clients.ID("mut-" + string(rune('a'+b.n/26)) + string(rune('a'+b.n%26))), At: noon, Actor: by, Change: c}
}

// try applies a change by Claire under a fresh UUID.
func (b *bench) try(c clients.Change) error {
	return b.Apply(b.ctx, b.mutation("claire", c))
}

// apply applies changes that must succeed.
func (b *bench) apply(list ...clients.Change) {
	b.Helper()
	for _, c := range list {
		b.ok(b.try(c))
	}
}

func (b *bench) client(id clients.ID) clients.Client {
	b.Helper()
	c, err := b.Client(b.ctx, id)
	b.ok(err)
	return c
}

// durand and petit are the clients of these tests.
func durand() clients.Client {
	return clients.Client{
		ID: "durand", Name: "Maître Durand", Trade: "avocat · Toulouse", Color: "#7a2c39",
		DIDs:         []string{"+33561123456"},
		Greetings:    []clients.Greeting{{Text: "Cabinet de Maître Durand, bonjour !", From: 480, To: 1080}},
		Instructions: "Ne jamais donner le **portable**.",
		CallTypes:    []clients.CallType{{Key: "client", Label: "Client", Questions: []string{"Votre nom ?"}}},
		Hours:        openDays(9, 18),
		Recipients:   []clients.Recipient{{Name: "Me Durand", Channel: "mail", Address: "durand@example.fr"}},
		Agenda:       clients.AgendaRules{Hours: openDays(9, 12), Duration: 20},
		Address:      "12 rue des Lilas, 31000 Toulouse",
		CallerID:     clients.CallerID{Number: "+33561123456", AgreedOn: "2026-11-02", By: "Me Durand", Document: "classeur 3"},
		Forwards: []clients.Forward{
			{When: clients.ForwardNoAnswer, After: 20, To: "+33612345678", Name: "Sophie (binôme)", Hours: openDays(12, 14)},
			{When: clients.ForwardAlways, To: "sip:garde@example.fr", Off: true},
		},
		AutoAnswer: true,
		Voice: clients.Voice{
			Greetings: []clients.SpokenGreeting{{Operator: "claire", Text: "Cabinet de Maître Durand, bonjour !", Sound: greeting}},
			Name:      greeting, Music: music, Wait: clients.Wait{Sound: music, After: 30},
			Machines:  []clients.Machine{{When: clients.ForwardAlways, Greeting: greeting, Hours: openDays(12, 14), Closed: true, Seconds: 90}},
			Recording: clients.Recording{On: true, Reason: "formation", Announcement: greeting, Days: 30},
		},
	}
}

func petit() clients.Client {
	return clients.Client{ID: "petit", Name: "Dr Petit", Trade: "médecin", DIDs: []string{"+33561999999"}}
}

func (b *bench) withClients() {
	b.Helper()
	b.apply(
		clients.SaveOperator{Operator: clients.Operator{ID: "claire", Name: "Claire Martin"}},
		clients.SaveOperator{Operator: clients.Operator{ID: "julie", Name: "Julie Roche"}},
		clients.CreateClient{Client: durand()}, clients.CreateClient{Client: petit()},
	)
}

// journal writes a step of a call.
func (b *bench) journal(kind desk.JournalKind, by clients.ID, e desk.Entry) {
	b.Helper()
	b.ok(b.Append(b.ctx, desk.JournalEntry{At: noon, Kind: kind, Entry: e, Actor: by}))
}

// answeredCall journals a call that an operator answered and that is over.
func (b *bench) answeredCall(call phone.CallID, client, by clients.ID) {
	b.Helper()
	e := desk.Entry{Call: call, Client: client, ArrivedAt: noon}
	b.journal(desk.JournalArrived, by, e)
	e.AnsweredAt = noon.Add(5 * time.Second)
	b.journal(desk.JournalAnswered, by, e)
	e.EndedAt = noon.Add(time.Minute)
	b.journal(desk.JournalEnded, by, e)
}
