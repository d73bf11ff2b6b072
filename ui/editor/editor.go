package editor

import (
	"encoding/json"
	"time"

	"fyne.io/fyne/v2"

	"permanence/clients"
	"permanence/ui/desk"
	"permanence/ui/sheet"
	"permanence/ui/widgets"
	"permanence/ui/words"
)

// Config is what the editor needs from the window.
type Config struct {
	Words *words.Book
	Send  func(desk.Event)
	Close func()       // leaves the editor
	Keys  widgets.Keys // the window's, which asks Panel.Key first
	// ChooseFile asks the operator for a sound file; optional.
	ChooseFile func(chosen func(path string))
}

// Panel is the editor of one client's card at a time.
type Panel struct {
	cfg   Config
	sheet *sheet.Sheet
	pages []*sheet.Group[clients.Client]
	parts struct {
		preview *preview
		types   *sheet.List[clients.Client, clients.CallType]
		routes  []*route
		palette *palette
		history *history
		first   fyne.Focusable
		slots   []*slot // of recorded sounds
		news    *meanwhile
		clashes []*clashList // of each page
	}

	state   desk.State
	open    bool
	id      clients.ID     // "" while it is new
	base    clients.Client // as it is stored; the parts show it where they are not touched
	draft   clients.Client // base with what was typed
	wrong   troubles
	sending *sending
	active  *slot             // whose sound is being recorded or read
	under   map[string]*under // by field
	aside   map[clients.ID]aside
}

// aside is what was typed on a card that was left for another, and on what.
type aside struct {
	typed, base clients.Client
	under       map[string]*under
}

// sending is a card on its way to the store.
type sending struct {
	card   clients.Client
	edited map[string]json.RawMessage // the fields that were changed
	after  sheet.Filling              // how the form is filled once it is stored
	known  int                        // clients in the directory before: a new card makes it one more
	before time.Time                  // of the notice that an earlier refusal left
}

// New builds the editor without a card.
func New(c Config) *Panel {
	p := &Panel{cfg: c, aside: map[clients.ID]aside{}}
	p.sheet = sheet.New(sheet.Config{
		Words: c.Words, Keys: c.Keys, Close: p.close, Save: p.save, Dirty: p.dirty,
	})
	p.addPages()
	p.parts.news = newMeanwhile(p)
	p.sheet.Above(p.parts.news.box)
	return p
}

// Content is what is drawn; it is built once.
func (p *Panel) Content() fyne.CanvasObject { return p.sheet.Content() }

// First is the entry of the client's name.
func (p *Panel) First() fyne.Focusable { return p.parts.first }

// Key handles a key before the window does, and reports whether it did.
func (p *Panel) Key(key fyne.KeyName, mods fyne.KeyModifier) bool {
	if key == fyne.KeyI && mods == fyne.KeyModifierControl {
		p.parts.news.show()
		return true
	}
	return p.sheet.Key(key, mods)
}

// Edit begins with a client's card, "" with a new one. What was typed on another
// card and not saved is put aside and comes back with that card.
func (p *Panel) Edit(s desk.State, id clients.ID) {
	p.state = s
	if p.open && p.id == id && p.dirty() {
		return
	}
	p.putAside()
	stored := s.Directory.Client(id)
	left, typed := p.aside[id]
	if !typed || id != "" && stored == nil {
		p.begin(id, stored)
		return
	}
	delete(p.aside, id)
	p.begin(id, &left.base)
	p.under = left.under
	for _, g := range p.pages {
		card := copyOf(left.typed)
		g.Fill(&card, sheet.Typed)
	}
	p.review()
	p.Show(s)
}

// putAside keeps what was typed on the card that is left.
func (p *Panel) putAside() {
	if p.open && p.dirty() {
		p.aside[p.id] = aside{p.draft, p.base, p.under}
	}
}

func (p *Panel) begin(id clients.ID, stored *clients.Client) {
	p.leaveSound()
	p.open, p.id, p.sending, p.base, p.under = true, "", nil, p.freshCard(), map[string]*under{}
	if stored != nil {
		p.id, p.base = id, copyOf(*stored)
	}
	p.parts.news.seen = p.base.Version
	p.parts.history.begin(p.id)
	p.sheet.Turn(0)
	p.fill(sheet.Afresh)
}

// freshCard is what a new client begins with: the calls that nearly all have.
func (p *Panel) freshCard() clients.Client {
	w := p.cfg.Words
	return clients.Client{Color: swatches[0], CallTypes: []clients.CallType{
		{Key: "client", Label: w.T("editor.fresh.client")},
		{Key: "prospect", Label: w.T("editor.fresh.prospect")},
		{Key: "urgent", Label: w.T("editor.fresh.urgent"), Urgent: true},
		{Key: "demarchage", Label: w.T("editor.fresh.unwanted"), Unwanted: true},
	}}
}

// Show follows a new state: the stored card, its history, what became of saving.
func (p *Panel) Show(s desk.State) {
	p.state = s
	if !p.open {
		return
	}
	p.adopt()
	if stored := s.Directory.Client(p.id); stored != nil && stored.Version != p.base.Version {
		p.follow(copyOf(*stored))
	}
	p.catchUp()
	p.parts.news.follow(&s)
	p.markClashes()
	p.followSound(&s)
	p.refused()
	p.parts.history.show(s)
}

// adopt finds the card that a new client became: its ID is the core's.
func (p *Panel) adopt() {
	if p.id != "" || p.sending == nil || p.state.Directory.Len() <= p.sending.known {
		return
	}
	for _, c := range p.state.Directory.List() {
		if same(*c, p.sending.card) {
			p.id = c.ID
			p.parts.history.begin(p.id)
			return
		}
	}
}

// follow takes over what is stored now: the fields that were sent are kept, those
// that were not touched follow, and those typed since stay.
func (p *Panel) follow(stored clients.Client) {
	p.slipUnder(stored)
	p.base = stored
	if p.sending == nil || !p.sending.in(stored) {
		p.fill(sheet.Follow)
		return
	}
	after := p.sending.after
	for field := range p.sending.edited {
		delete(p.under, field)
	}
	p.sending = nil
	p.fill(after)
	p.sheet.Saved(p.cfg.Words.T("editor.saved", p.cfg.Words.Seconds(p.state.Now)))
}

// in reports whether what is stored holds what was sent. Another desk may have
// changed other fields in between.
func (s *sending) in(stored clients.Client) bool {
	for name := range clients.Diff(stored, s.card) {
		if _, edited := s.edited[name]; edited {
			return false
		}
	}
	return true
}

func (p *Panel) fill(why sheet.Filling) {
	for _, g := range p.pages {
		card := copyOf(p.base)
		g.Fill(&card, why)
	}
	p.review()
	p.sheet.Relayout()
}

func (p *Panel) dirty() bool {
	for _, g := range p.pages {
		if g.Touched() {
			return true
		}
	}
	return false
}

// close leaves the card for good: what was typed was saved or is not wanted.
func (p *Panel) close() {
	p.leaveSound()
	p.open, p.sending = false, nil
	p.cfg.Close()
}
