package desk

import (
	"context"
	"errors"
	"sync/atomic"
)

// searchHits bounds what a search shows: more is not read, it is typed further.
const searchHits = 40

// write queues a write. The journal's backlog goes first, so that the order in
// which things happened stays the order on disk.
func (p *performer) write(f func(ctx context.Context)) {
	p.writes.put(func() {
		p.flushJournal()
		f(p.ctx)
	})
}

// read queues a read and reports its failure.
func (p *performer) read(what string, f func(ctx context.Context) error) {
	p.reads.put(func() {
		if err := f(p.ctx); err != nil && !errors.Is(err, context.Canceled) {
			p.send(ReadFailed{What: what, Problem: problem(err, "store.read-failed")})
		}
	})
}

// journalBacklog holds the lines that the disk refused, oldest first. It belongs
// to the writing goroutine.
type journalBacklog struct {
	lines   []JournalEntry
	failing bool
}

func (e AppendJournal) perform(p *performer) {
	p.writes.put(func() {
		p.backlog.lines = append(p.backlog.lines, e.Entry)
		p.flushJournal()
	})
}

// flushJournal writes what waits, in order, and stops at the first refusal: a
// journal with holes would be worse than a late one.
func (p *performer) flushJournal() {
	b := &p.backlog
	for len(b.lines) > 0 {
		if err := p.ports.Store.Append(p.ctx, b.lines[0]); err != nil {
			p.journalRefused(err)
			return
		}
		b.lines = b.lines[1:]
	}
	if b.failing {
		b.failing = false
		p.send(StoreRecovered{})
	}
}

func (p *performer) journalRefused(err error) {
	if !p.backlog.failing {
		p.backlog.failing = true
		p.send(StoreFailed{What: "journal", Problem: problem(err, "store.write-failed")})
	}
}

func (FlushJournal) perform(p *performer) { p.writes.put(p.flushJournal) }

func (e Mutate) perform(p *performer) {
	p.write(func(ctx context.Context) {
		if err := p.ports.Store.Apply(ctx, e.Mutation); err != nil {
			p.send(ApplyFailed{
				Mutation: e.Mutation, Tag: e.Tag,
				Problem: problem(err, "store.write-failed"), Overlap: overlapOf(err), Lent: lentOf(err),
			})
			return
		}
		p.send(Applied(e))
	})
}

func (e KeepDraft) perform(p *performer) {
	p.write(func(ctx context.Context) {
		if err := p.ports.Store.SaveDraft(ctx, e.Draft); err != nil {
			p.send(DraftNotKept{Ticket: e.Draft.Ticket, Problem: problem(err, "store.write-failed")})
			return
		}
		p.send(DraftKept{Ticket: e.Draft.Ticket, At: p.now(), Stroke: e.Stroke})
	})
}

func (e DropDraft) perform(p *performer) {
	p.write(func(ctx context.Context) {
		if err := p.ports.Store.DropDraft(ctx, e.Ticket); err != nil {
			p.send(ReadFailed{What: "draft", Problem: problem(err, "store.write-failed")})
		}
	})
}

func (e KeepSettings) perform(p *performer) {
	p.write(func(ctx context.Context) {
		renewed, err := p.keepSecrets(e.Secrets)
		if err == nil {
			err = p.ports.Store.SaveSettings(ctx, e.Settings)
		}
		if err != nil {
			p.send(SettingsNotKept{Problem: problem(err, "store.write-failed")})
			return
		}
		p.send(SettingsKept{Settings: e.Settings, Secrets: renewed, Silently: e.Silently})
	})
}

// keepSecrets stores the passwords first: settings without theirs would fail at
// once, passwords without settings harm nobody.
func (p *performer) keepSecrets(secrets map[string]string) (names []string, err error) {
	for name, secret := range secrets {
		if err := p.ports.Secrets.Set(name, secret); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, nil
}

func (e RetryDelivery) perform(p *performer) {
	p.write(func(ctx context.Context) {
		if err := p.ports.Store.Retry(ctx, e.Delivery, p.now()); err != nil {
			p.send(ReadFailed{What: "outbox", Problem: problem(err, "store.write-failed")})
		}
	})
}

func (LoadAll) perform(p *performer) {
	p.writes.put(func() {
		snap, err := p.ports.Store.Load(p.ctx, p.now())
		if err != nil {
			p.send(LoadFailed{Problem: problem(err, "store.read-failed")})
			return
		}
		p.send(Loaded{Snapshot: snap})
	})
}

func (e LoadClient) perform(p *performer) {
	p.read("client", func(ctx context.Context) error {
		c, err := p.ports.Store.Client(ctx, e.Client)
		if err != nil && problem(err, "").Code == notThere {
			p.send(ClientGone(e))
			return nil
		}
		if err == nil {
			p.send(ClientLoaded{Client: c})
		}
		return err
	})
}

func (e LoadNews) perform(p *performer) {
	p.read("news", func(ctx context.Context) error {
		n, err := p.ports.Store.News(ctx, e.Client, e.Operator)
		if err == nil {
			p.send(NewsLoaded{Ticket: e.Ticket, Changes: n})
		}
		return err
	})
}

func (e LoadHistory) perform(p *performer) {
	p.read("history", func(ctx context.Context) error {
		h, err := p.ports.Store.ClientHistory(ctx, e.Client, HistoryLimit)
		if err == nil {
			p.send(HistoryLoaded{History: ClientHistory{Client: e.Client, Changes: h}})
		}
		return err
	})
}

func (e LoadMessage) perform(p *performer) {
	p.read("message", func(ctx context.Context) error {
		m, d, err := p.ports.Store.Message(ctx, e.Message)
		if err == nil {
			p.send(MessageLoaded{Message: m, Deliveries: d})
		}
		return err
	})
}

// callPage is how many past calls one reading brings.
const callPage = 100

func (e ListCalls) perform(p *performer) {
	p.read("calls", func(ctx context.Context) error {
		list, err := p.ports.Store.Calls(ctx, e.Filter, e.Before, callPage+1)
		if err == nil {
			more := len(list) > callPage
			p.send(CallsListed{Filter: e.Filter, Before: e.Before, Entries: list[:min(len(list), callPage)], More: more})
		}
		return err
	})
}

func (e ReadCall) perform(p *performer) {
	p.read("call", func(ctx context.Context) error {
		r, err := p.ports.Store.Call(ctx, e.Call)
		if err == nil {
			r.Sounds, err = p.ports.Store.CallSounds(ctx, e.Call)
		}
		if err == nil {
			p.send(CallRead{Record: r})
		}
		return err
	})
}

func (e LoadEarlier) perform(p *performer) {
	p.read("earlier", func(ctx context.Context) error {
		known, err := p.ports.Store.Earlier(ctx, e.Client, e.Number)
		if err == nil {
			p.send(EarlierLoaded{Ticket: e.Ticket, Earlier: known})
		}
		return err
	})
}

func (e LoadAgenda) perform(p *performer) {
	p.read("agenda", func(ctx context.Context) error {
		a, err := p.ports.Store.Appointments(ctx, e.Client, e.From, e.To)
		if err == nil {
			p.send(AgendaLoaded{Client: e.Client, From: e.From, To: e.To, Appointments: a})
		}
		return err
	})
}

func (ReadOutbox) perform(p *performer) {
	p.read("outbox", func(ctx context.Context) error {
		d, err := p.ports.Store.Outbox(ctx)
		if err == nil {
			p.send(OutboxRead{Deliveries: d})
		}
		return err
	})
}

// searchSlot holds the newest query only: while one search runs, the keys typed
// meanwhile make one more search and not ten.
type searchSlot struct{ query atomic.Pointer[string] }

func (e RunSearch) perform(p *performer) {
	if p.search.query.Swap(&e.Query) != nil {
		return // a search already waits its turn and will take this query
	}
	p.reads.put(func() {
		query := *p.search.query.Swap(nil)
		hits, err := p.ports.Store.Search(p.ctx, query, searchHits)
		done := SearchDone{Query: query, Hits: hits}
		if err != nil {
			done.Error = problem(err, "store.read-failed").Code
		}
		p.send(done)
	})
}
