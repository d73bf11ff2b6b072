package exchange

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"permanence/clients"
	"permanence/phone"
	"permanence/store"
	"permanence/ui/desk"
)

// Store is where a document comes from and goes to; *store.Store is one.
type Store interface {
	Clients(ctx context.Context) ([]clients.Client, error)
	Operators(ctx context.Context) ([]clients.Operator, error)
	Settings(ctx context.Context) (desk.Settings, error)
	// Import applies the mutations and keeps the settings in one transaction.
	Import(ctx context.Context, ms []clients.Mutation, settings desk.Settings) error
}

var _ Store = (*store.Store)(nil)

// Summary says what an import did.
type Summary struct {
	Created, Updated, Unchanged int // clients
	Lines                       int // lines added or changed
}

// Import brings a document in, all of it or nothing, in the name of actor, or of
// the document's operator when actor is "". The passwords in doc.Secrets are the
// caller's to keep, once Import has returned.
//
// The error is Problems when the document does not fit with what the store has.
func Import(ctx context.Context, s Store, doc Document, actor clients.ID, now time.Time) (Summary, error) {
	in := &importer{doc: doc, actor: actor, now: now}
	if err := in.load(ctx, s); err != nil {
		return Summary{}, err
	}
	in.operator()
	in.settingsOf()
	in.cards()
	if len(in.problems) > 0 {
		return Summary{}, in.problems
	}
	if err := s.Import(ctx, in.mutations, in.settings); err != nil {
		return Summary{}, in.refused(err)
	}
	return in.summary, nil
}

// Export takes everything that a document can say out of a store.
func Export(ctx context.Context, s Store) (Document, error) {
	in := &importer{}
	if err := in.load(ctx, s); err != nil {
		return Document{}, err
	}
	doc := Document{Lines: in.settings.Lines, Desk: deskOf(in.settings)}
	if in.settings.Mail != (desk.MailSettings{}) {
		doc.Mail = &in.settings.Mail
	}
	if len(in.operators) > 0 {
		i := slices.IndexFunc(in.operators, func(o clients.Operator) bool { return o.ID == in.settings.Operator })
		doc.Operator = &in.operators[max(i, 0)]
	}
	for _, c := range in.clients {
		doc.Clients = append(doc.Clients, NewCard(c))
	}
	return doc, nil
}

// importer turns a document into mutations and settings.
type importer struct {
	doc   Document
	actor clients.ID
	now   time.Time

	clients   []clients.Client // as the store has them
	operators []clients.Operator
	settings  desk.Settings

	mutations []clients.Mutation
	cardOf    []int // for each mutation the card it comes from, -1 for none
	summary   Summary
	problems  Problems
}

func (in *importer) load(ctx context.Context, s Store) error {
	var errs [3]error
	in.clients, errs[0] = s.Clients(ctx)
	in.operators, errs[1] = s.Operators(ctx)
	in.settings, errs[2] = s.Settings(ctx)
	if err := errors.Join(errs[:]...); err != nil {
		return fmt.Errorf("exchange: %w", err)
	}
	return nil
}

func (in *importer) mutate(card int, c clients.Change) {
	in.mutations = append(in.mutations, clients.Mutation{ID: newID(), At: in.now, Actor: in.actor, Change: c})
	in.cardOf = append(in.cardOf, card)
}

func newID() clients.ID { return clients.ID(uuid.Must(uuid.NewV7()).String()) }

// operator makes the document's operator the desk's, and finds her by her ID,
// else by her name.
func (in *importer) operator() {
	if in.doc.Operator == nil {
		return
	}
	o := *in.doc.Operator
	i := slices.IndexFunc(in.operators, func(k clients.Operator) bool {
		return k.ID == o.ID || o.ID == "" && k.Name == o.Name
	})
	if i >= 0 {
		o.ID = in.operators[i].ID
	}
	if o.ID == "" {
		o.ID = newID()
	}
	if in.actor == "" {
		in.actor = o.ID
	}
	if i < 0 || !in.operators[i].Equal(o) {
		in.mutate(-1, clients.SaveOperator{Operator: o})
	}
	in.settings.Operator = o.ID
}

// settingsOf adds the document's lines to the desk's, or replaces those of the
// same ID.
func (in *importer) settingsOf() {
	if in.doc.Mail != nil {
		in.settings.Mail = *in.doc.Mail
	}
	for _, l := range in.doc.Lines {
		i := slices.IndexFunc(in.settings.Lines, func(k phone.Line) bool { return k.ID == l.ID })
		switch {
		case i < 0:
			in.settings.Lines = append(in.settings.Lines, l)
		case sameLine(in.settings.Lines[i], l):
			continue
		default:
			in.settings.Lines[i] = l
		}
		in.summary.Lines++
	}
	if in.doc.Desk != nil {
		in.doc.Desk.into(&in.settings)
		in.problems = append(in.problems, in.doc.Desk.unknownLines(in.settings.Lines)...)
	}
}

func sameLine(a, b phone.Line) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && string(x) == string(y)
}

// refused gives the store's refusal of a card its place in the file.
func (in *importer) refused(err error) error {
	var me *store.MutationError
	var taken *clients.DIDTakenError
	if !errors.As(err, &me) || !errors.As(err, &taken) || in.cardOf[me.Index] < 0 {
		return err
	}
	i := in.cardOf[me.Index]
	c := in.doc.Clients[i]
	at := fmt.Sprintf("dids[%d]", max(0, slices.Index(c.DIDs, taken.DID)))
	return Problems{{
		Line: c.lineOf(at), Path: fmt.Sprintf("clients[%d].%s", i, at), Code: taken.Code(),
		Text: sentence(taken.Code(), phone.Number(taken.DID).Display(), taken.By),
	}}
}
