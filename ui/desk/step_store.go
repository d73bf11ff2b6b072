package desk

import (
	"encoding/json"
	"slices"
	"strings"

	"permanence/clients"
	"permanence/phone"
)

func (e Loaded) apply(t *turn) {
	s := e.Snapshot
	t.Ready, t.Operator = true, s.Operator
	t.Directory = NewDirectory(s.Clients)
	t.History, t.ownHistory = s.History, true
	t.Outbox = s.Outbox
	t.Sounds = make(map[phone.SoundID]clients.Sound, len(s.Sounds))
	for _, sound := range s.Sounds {
		t.Sounds[sound.ID] = sound
	}
	for _, d := range s.Drafts {
		t.restore(d)
	}
	for _, r := range s.CutOff {
		t.salvage(r)
	}
	t.Front = t.nextFront()
	t.useSettings(s.Settings, nil)
	t.do(TreatVoices{Treatment: s.Settings.Treats()})
	if s.Interrupted > 0 {
		t.warn("interrupted", "store.interrupted")
	}
	t.do(WakeCourier{})
	t.readBureau()
	t.expireSounds()
}

// restore puts a draft back on the desk as it was when the program stopped.
func (t *turn) restore(d SavedDraft) {
	tk := Ticket{
		ID: d.Ticket, Journal: d.Call, Client: d.Client, Called: d.Called, Caller: d.Caller,
		Opened: d.Opened, Ended: d.SavedAt, From: d.From,
		Draft: Draft{Message: d.Message, SavedAt: d.SavedAt, Strokes: 1, Typed: true},
	}
	own(&t.ownTickets, &t.Tickets)
	t.Tickets = append(t.Tickets, tk)
	t.askAbout(&tk)
}

func (e LoadFailed) apply(t *turn) { t.alarm("store", e.Problem) }

func (e Applied) apply(t *turn) {
	t.sync()
	switch c := e.Mutation.Change.(type) {
	case clients.TakeMessage:
		t.messageTaken(clients.ID(strings.TrimPrefix(e.Tag, tagMessage)), c)
	case clients.CreateClient:
		t.clientSaved(c.Client.ID)
	case clients.PatchClient:
		t.clientSaved(c.Client)
	case clients.SaveOperator:
		t.operatorSaved(c.Operator)
	case clients.NoteReading:
	default:
		t.agendaChanged(e.Tag, e.Mutation)
	}
}

func (e ApplyFailed) apply(t *turn) {
	switch e.Mutation.Change.(type) {
	case clients.TakeMessage:
		if tk := t.ticket(clients.ID(strings.TrimPrefix(e.Tag, tagMessage))); tk != nil {
			tk.Draft.Sending, tk.Draft.Error = false, e.Problem.Code
		}
		t.alarm("message", e.Problem)
	case clients.NoteReading:
		t.readingNotNoted(e.Problem)
	case clients.CreateClient, clients.PatchClient, clients.SaveOperator:
		t.alarm("client", e.Problem, e.Problem.Detail)
	default:
		t.agendaRefused(e)
	}
}

func (t *turn) clientSaved(id clients.ID) {
	t.withdraw("client")
	t.remark("client-saved", "client.saved")
	t.do(LoadClient{Client: id}, LoadHistory{Client: id}, ReadConflicts{})
}

func (e ClientSaved) apply(t *turn) {
	c := e.Client
	if c.ID == "" {
		c.ID = t.ID
		t.mutate(clients.CreateClient{Client: c}, tagClient)
		return
	}
	before := t.Directory.Client(c.ID)
	if before == nil {
		return
	}
	if e.Base != nil { // what others changed since is theirs
		before = e.Base
	}
	t.patchClient(*before, clients.Diff(*before, c), e)
	if h := t.Edit; h != nil && h.Client == c.ID && e.Base != nil {
		told := *h
		told.Saw = max(told.Saw, e.Saw)
		told.Under = changedUnder(&told)
		t.Edit = &told
	}
}

// patchClient sends what was edited. What was written without looking at another's
// words goes apart, under the version that its author did look at: so both are kept.
func (t *turn) patchClient(seen clients.Client, patch map[string]json.RawMessage, e ClientSaved) {
	blind := map[string]json.RawMessage{}
	saw := e.Saw
	for field, version := range e.Blind {
		if v, edited := patch[field]; edited {
			blind[field] = v
			saw = min(saw, version)
			delete(patch, field)
		}
	}
	if len(patch) > 0 {
		change := clients.Patch(seen, patch)
		change.Saw = e.Saw
		t.mutate(change, tagClient)
	}
	if len(blind) > 0 {
		change := clients.PatchClient{Client: seen.ID, Saw: saw, Fields: blind}
		t.do(Mutate{Tag: tagClient, Mutation: clients.Mutation{ID: t.Next, At: t.At, Actor: t.Operator.ID, Change: change}})
	}
}

func (e OperatorSaved) apply(t *turn) {
	o := e.Operator
	o.ID = firstID(o.ID, t.ID)
	t.mutate(clients.SaveOperator{Operator: o}, tagClient)
}

// operatorSaved makes the desk hers; a desk has one operator at a time. With an office
// it is the login that says whose it is.
func (t *turn) operatorSaved(o clients.Operator) {
	t.withdraw("client")
	t.knowOperator(o)
	if t.Office.Linked() && o.ID != t.Operator.ID {
		t.remark("settings", "settings.saved")
		return
	}
	t.Operator = o
	if t.Settings.Operator != o.ID {
		s := t.Settings
		s.Operator = o.ID
		t.do(KeepSettings{Settings: s})
		return
	}
	t.remark("settings", "settings.saved")
}

func (e MessageOpened) apply(t *turn) {
	t.noteReading(clients.ReadingMessage, e.Message)
	t.do(LoadMessage(e))
}

func (MessageLeft) apply(t *turn) { t.Reading = nil }

func (e MessageLoaded) apply(t *turn) {
	t.Reading = &Reading{Message: e.Message, Deliveries: e.Deliveries}
}

// readAgain keeps an open message's deliveries those of the store.
func (t *turn) readAgain(d clients.Delivery) {
	if t.Reading != nil && t.Reading.Message.ID == d.Message {
		t.do(LoadMessage{Message: d.Message})
	}
}

func (e ClientHistoryAsked) apply(t *turn) {
	t.noteReading(clients.ReadingClient, e.Client)
	t.Edit = &ClientHistory{Client: e.Client, Saw: e.Saw}
	t.do(LoadHistory{Client: e.Client})
}

// A journal line that could not be written is tried until it is; the operator
// sees that the disk refuses, and that nothing new is safe until it recovers.
func (e StoreFailed) apply(t *turn) {
	t.Store = StoreState{Failing: true, Code: e.Problem.Code, Detail: e.Problem.Detail}
	t.alarm("store", e.Problem, e.What)
}

func (StoreRecovered) apply(t *turn) {
	t.Store = StoreState{}
	t.withdraw("store")
	t.remark("store-back", "store.recovered")
}

func (e ReadFailed) apply(t *turn) {
	switch e.What {
	case "agenda":
		t.Agenda.Error = e.Problem.Code
	case "calls", "call":
		t.listUnread(e.Problem)
	}
	t.notify(Notice{ID: "read:" + e.What, Code: e.Problem.Code, Detail: e.Problem.Detail, Level: Warning, Until: t.At.Add(remarkFor)})
}

func (e SearchTyped) apply(t *turn) {
	t.Search.Query, t.Search.Error = e.Query, ""
	t.Search.Pending = e.Query != ""
	if e.Query == "" {
		t.Search.Hits = nil
		return
	}
	t.do(RunSearch(e))
}

func (e SearchDone) apply(t *turn) {
	if e.Query == t.Search.Query {
		t.Search = Search{Query: e.Query, Hits: e.Hits, Error: e.Error}
	}
}

// Where the office delivers, the outbox is all that tells of it. What left it was
// mostly sent, but may have been erased as well: its message says which.
func (e OutboxRead) apply(t *turn) {
	before := t.Outbox
	t.Outbox = e.Deliveries
	if !t.Office.Linked() {
		return
	}
	for _, was := range before {
		i := slices.IndexFunc(t.Outbox, func(d clients.Delivery) bool { return d.ID == was.ID })
		switch {
		case i < 0:
			t.withdraw("delivery:" + string(was.ID))
			t.do(ReadDeliveries{Message: was.Message})
		case t.Outbox[i].State != was.State:
			t.delivered(t.Outbox[i])
		}
	}
}

func (e DeliveriesRead) apply(t *turn) {
	for _, d := range e.Deliveries {
		t.delivered(d)
	}
}

func (e DeliveryChanged) apply(t *turn) {
	t.do(ReadOutbox{})
	t.readAgain(e.Delivery)
	t.delivered(e.Delivery)
}

// delivered follows a delivery's state in the history, and says how it ended.
func (t *turn) delivered(d clients.Delivery) {
	own(&t.ownHistory, &t.History)
	for i := range t.History {
		if t.History[i].Message == d.Message {
			t.History[i].Delivery = d.State
		}
	}
	id := "delivery:" + string(d.ID)
	switch {
	case d.State == clients.Failed:
		t.notify(Notice{ID: id, Code: "delivery.failed", Args: []string{d.Recipient.Name, d.Error}, Detail: d.Error, Level: Alarm})
	case d.State == clients.Sent:
		t.withdraw(id)
		t.remark("sent", "delivery.sent", d.Recipient.Name)
	}
}

func (e DeliveryRetried) apply(t *turn) {
	t.withdraw("delivery:" + string(e.Delivery))
	t.do(RetryDelivery(e), ReadOutbox{}, WakeCourier{})
}
