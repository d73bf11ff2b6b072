package search

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"permanence/clients"
	"permanence/ui/desk"
	"permanence/ui/sheet"
	"permanence/ui/theme"
	"permanence/ui/widgets"
	"permanence/ui/words"
)

// Config is what the search needs from the window.
type Config struct {
	Words *words.Book
	Send  func(desk.Event)
	Close func()       // leaves the search
	Keys  widgets.Keys // the window's, which asks Panel.Key first
}

// Panel is the search.
type Panel struct {
	cfg     Config
	entry   *entry
	list    *list
	preview *preview
	hint    *widgets.Text
	hints   *fyne.Container
	content fyne.CanvasObject

	state  desk.State
	rows   []row
	at     int  // the line that is chosen, -1 for none
	asking bool // Enter was pressed on a caller; once more calls
	opened clients.ID
}

// New builds the search.
func New(c Config) *Panel {
	p := &Panel{cfg: c, at: -1}
	p.entry = newEntry(p)
	p.hint = widgets.NewText("", widgets.TextStyle{Color: theme.Muted, Lines: 6})
	p.list = newList(p)
	p.preview = newPreview(p)
	field := container.New(widgets.Pad{24, 16, 24, 12}, p.entry)
	p.hints = container.New(widgets.Pad{25, 4, 24, 0}, container.New(&widgets.Column{}, p.hint))
	left := container.NewStack(p.list.scroll, p.hints)
	both := container.New(&widgets.Columns{Gap: 0, Shares: []float32{11, 9}, Fill: true}, left, p.preview.content)
	body := container.NewBorder(field, p.foot(), nil, nil, both)
	p.content = sheet.Paper(c.Words, p.t("title"), p.leave, body)
	return p
}

// foot names the keys; the arrows cannot be written on buttons.
func (p *Panel) foot() fyne.CanvasObject {
	key := func(cap, does string) fyne.CanvasObject {
		return container.New(&widgets.Row{Gap: 6}, widgets.NewKeyCap(p.cfg.Words.T(cap)),
			widgets.NewText(p.t(does), widgets.TextStyle{Size: theme.SizeSmall, Color: theme.Muted}))
	}
	keys := container.New(&widgets.Row{Gap: 22}, key("search.arrows", "does.choose"), key("key.enter", "does.open"), key("key.escape", "does.leave"))
	return container.NewVBox(widgets.NewRule(), container.New(widgets.Pad{24, 10, 24, 10}, keys))
}

// Content is what is drawn; it is built once.
func (p *Panel) Content() fyne.CanvasObject { return p.content }

// First is the entry.
func (p *Panel) First() fyne.Focusable { return p.entry }

// Key handles a key before the window does, and reports whether it did.
func (p *Panel) Key(key fyne.KeyName, mods fyne.KeyModifier) bool {
	switch {
	case mods == fyne.KeyModifierControl && key == fyne.KeyL:
		return p.preview.listen()
	case mods != 0:
		return false
	}
	switch key {
	case fyne.KeyDown:
		p.choose(step(p.rows, p.at, 1))
	case fyne.KeyUp:
		p.choose(step(p.rows, p.at, -1))
	case fyne.KeyPageDown:
		p.page(1)
	case fyne.KeyPageUp:
		p.page(-1)
	case fyne.KeyReturn, fyne.KeyEnter:
		p.enter()
	case fyne.KeyEscape:
		p.escape()
	default:
		return false
	}
	return true
}

// pageRows is how far the page keys go.
const pageRows = 8

func (p *Panel) page(by int) {
	at := p.at
	for range pageRows {
		at = step(p.rows, at, by)
	}
	p.choose(at)
}

// Show follows a new state: what was found, and the message that is read.
func (p *Panel) Show(s desk.State) {
	p.state = s
	p.refill()
}

// typed asks for what is typed, at each key.
func (p *Panel) typed(query string) {
	p.asking = false
	p.cfg.Send(desk.SearchTyped{Query: query})
	p.refill()
}

// refill shows what was found. The line that was chosen stays chosen.
func (p *Panel) refill() {
	var chosen row
	if p.at >= 0 {
		chosen = p.rows[p.at]
	}
	p.rows = rowsOf(p.entry.Text, p.state.Search.Hits)
	at := stay(p.rows, chosen)
	p.list.fill(p.rows)
	p.choose(at)
	p.sayHint()
}

// choose brings a line forward; what it stands for is read at the right.
func (p *Panel) choose(at int) {
	if at != p.at {
		p.asking = false
	}
	p.at = at
	p.list.mark(at)
	p.read()
	p.preview.show()
}

// chosen is the line that is chosen.
func (p *Panel) chosen() (row, bool) {
	if p.at < 0 || p.at >= len(p.rows) {
		return row{}, false
	}
	return p.rows[p.at], true
}

// read asks for the whole of the message that is chosen.
func (p *Panel) read() {
	var id clients.ID
	if r, ok := p.chosen(); ok && r.hit.Kind == desk.HitMessage {
		id = clients.ID(r.hit.ID)
	}
	switch {
	case id == p.opened:
		return
	case id != "":
		p.cfg.Send(desk.MessageOpened{Message: id})
	default:
		p.cfg.Send(desk.MessageLeft{})
	}
	p.opened = id
}

// sayHint says what can be typed, or that nothing was found.
func (p *Panel) sayHint() {
	sentence := ""
	search := p.state.Search
	switch {
	case p.entry.Text == "":
		sentence = p.t("hint")
	case search.Error != "":
		sentence = p.t("failed", p.cfg.Words.Or(nil, "problem."+search.Error, "notice."+search.Error, search.Error))
	case len(p.rows) == 0 && !search.Pending && search.Query == p.entry.Text:
		sentence = p.t("nothing", p.entry.Text)
	}
	widgets.Show(p.hint, sentence != "")
	if p.hint.Set(sentence) {
		widgets.Relayout(p.hints)
	}
}

// escape takes a question back, or leaves.
func (p *Panel) escape() {
	if p.asking {
		p.asking = false
		p.preview.show()
		return
	}
	p.leave()
}

// leave empties the entry and closes: the next search begins anew.
func (p *Panel) leave() {
	p.asking = false
	p.entry.SetText("")
	p.cfg.Close()
}

// t says a sentence of the search.
func (p *Panel) t(key string, args ...any) string { return p.cfg.Words.T("search."+key, args...) }
