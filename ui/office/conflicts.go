package office

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"permanence/clients"
	"permanence/ui/desk"
	"permanence/ui/sheet"
	"permanence/ui/theme"
	"permanence/ui/widgets"
)

// Conflicts is the one calm list of what waits for a person's word: at the left what
// is in question, at the right both versions with the ways to settle it.
type Conflicts struct {
	cfg     Config
	rows    []*row
	list    *fyne.Container
	empty   *widgets.Text
	detail  *detail
	ask     *ask
	done    *settled
	body    *fyne.Container
	content fyne.CanvasObject

	state desk.State
	at    clients.ID // the conflict that is chosen
}

// NewConflicts builds the screen.
func NewConflicts(c Config) *Conflicts {
	p := &Conflicts{cfg: c}
	p.list = container.New(&widgets.Column{Gap: 6})
	p.empty = widgets.NewText(p.t("none"), widgets.TextStyle{Color: theme.Muted, Lines: 4})
	p.ask = newAsk(p)
	p.detail, p.done = newDetail(p), newSettled(p)
	left := container.New(widgets.Pad{20, 16, 10, 12}, container.New(&widgets.Column{Gap: 12}, p.done.box, p.empty, p.list))
	p.body = container.New(&widgets.Columns{Shares: []float32{7, 13}, Fill: true}, widgets.NewScroll(left), p.detail.content)
	p.content = sheet.Paper(c.Words, p.t("title"), c.Close, container.NewBorder(nil, p.foot(), nil, nil, p.body))
	return p
}

// foot names the keys that no button bears.
func (p *Conflicts) foot() fyne.CanvasObject {
	key := func(cap, does string) fyne.CanvasObject {
		return container.New(&widgets.Row{Gap: 6}, widgets.NewKeyCap(p.cfg.Words.T(cap)),
			widgets.NewText(p.t(does), widgets.TextStyle{Size: theme.SizeSmall, Color: theme.Muted}))
	}
	keys := container.New(&widgets.Row{Gap: 22}, key("search.arrows", "does.choose"), key("conflict.digits", "does.settle"), key("key.escape", "does.leave"))
	return container.NewVBox(widgets.NewRule(), container.New(widgets.Pad{24, 10, 24, 10}, keys))
}

// Content is what is drawn; it is built once.
func (p *Conflicts) Content() fyne.CanvasObject { return p.content }

// First is nothing: there is nothing to type here.
func (p *Conflicts) First() fyne.Focusable { return nil }

// Key handles a key before the window does, and reports whether it did.
func (p *Conflicts) Key(key fyne.KeyName, mods fyne.KeyModifier) bool {
	if p.ask.open {
		return p.ask.key(key, mods)
	}
	if mods&^fyne.KeyModifierShift != 0 {
		return false
	}
	switch key {
	case fyne.KeyEscape:
		p.cfg.Close()
	case fyne.KeyDown:
		p.step(1)
	case fyne.KeyUp:
		p.step(-1)
	case fyne.KeyReturn, fyne.KeyEnter:
		p.open()
	case fyne.KeyBackspace:
		p.undo()
	default:
		return p.settleBy(widgets.Digit(key))
	}
	return true
}

// settleBy settles the chosen conflict in the i-th of its ways.
func (p *Conflicts) settleBy(i int) bool {
	c := p.chosen()
	if c == nil || i < 0 {
		return false
	}
	if choices := desk.Choices(*c); i < len(choices) {
		p.settle(c, choices[i])
	}
	return true
}

func (p *Conflicts) settle(c *clients.Conflict, choice clients.Choice) {
	if needs(c, choice) {
		p.ask.begin(c, choice)
		return
	}
	p.cfg.Send(desk.ConflictSettled{Conflict: c.ID, Choice: choice})
	if choice == clients.KeepOther {
		p.cfg.Edit(c.Client)
	}
}

// open leaves for the client of the chosen conflict, and for the day of an overlap.
func (p *Conflicts) open() {
	if c := p.chosen(); c != nil && c.Client != "" {
		p.cfg.Send(desk.ConflictOpened{Conflict: c.ID})
		p.cfg.Close()
	}
}

func (p *Conflicts) undo() {
	if p.state.Office.Settling != nil {
		p.cfg.Send(desk.SettlingUndone{})
	}
}

// Show follows a new state.
func (p *Conflicts) Show(s desk.State) {
	p.state = s
	open := s.Unsettled()
	if p.chosen() == nil {
		p.ask.open = false // somebody was quicker
		if len(open) > 0 {
			p.at = open[0].ID
		}
	}
	for len(p.rows) < len(open) {
		r := newRow(p)
		p.rows = append(p.rows, r)
		p.list.Add(r.box)
	}
	for i, r := range p.rows {
		if widgets.Show(r.box, i < len(open)); i < len(open) {
			r.show(&open[i], open[i].ID == p.at)
		}
	}
	widgets.Show(p.empty, len(open) == 0)
	p.done.show(&s)
	p.detail.show(p.chosen())
	widgets.Relayout(p.body)
	p.content.Refresh()
}

// chosen is the conflict in view; nil when there is none.
func (p *Conflicts) chosen() *clients.Conflict {
	for _, c := range p.state.Unsettled() {
		if c.ID == p.at {
			return &c
		}
	}
	return nil
}

func (p *Conflicts) step(by int) {
	open := p.state.Unsettled()
	i := slices.IndexFunc(open, func(c clients.Conflict) bool { return c.ID == p.at })
	if i += by; i >= 0 && i < len(open) {
		p.choose(open[i].ID)
	}
}

func (p *Conflicts) choose(id clients.ID) {
	p.ask.open = p.ask.open && p.at == id
	p.at = id
	p.Show(p.state)
}

// t says a sentence of the screen.
func (p *Conflicts) t(key string, args ...any) string {
	return p.cfg.Words.T("conflict."+key, args...)
}

// row is one conflict of the list.
type row struct {
	panel         *Conflicts
	box           *widgets.Box
	title, detail *widgets.Text
	conflict      clients.ID
}

func newRow(p *Conflicts) *row {
	r := &row{panel: p}
	r.title = widgets.NewText("", widgets.TextStyle{Size: theme.SizeSmall, Bold: true, Cut: true})
	r.detail = widgets.NewText("", widgets.TextStyle{Size: theme.SizeSmall, Color: theme.Muted, Lines: 2})
	r.box = widgets.NewBox(rowStyle(false), container.New(&widgets.Column{Gap: 1}, r.title, r.detail))
	r.box.OnTapped = func() { p.choose(r.conflict) }
	return r
}

func rowStyle(chosen bool) widgets.BoxStyle {
	style := widgets.BoxStyle{Stroke: theme.Edge, Radius: 6, Bar: 4, Pad: widgets.Pad{12, 7, 10, 8}}
	if chosen {
		style.Fill, style.Stroke = theme.PrimaryTint, theme.Primary
	}
	return style
}

func (r *row) show(c *clients.Conflict, chosen bool) {
	r.conflict = c.ID
	s := &r.panel.state
	client := s.Directory.Client(c.Client)
	color := ""
	if client != nil {
		color = client.Color
	}
	r.box.SetStyle(rowStyle(chosen))
	r.box.SetBar(theme.Client(color).Bar)
	name, title := r.panel.clientName(c), r.panel.titleOf(c)
	if name == "" {
		name, title = title, ""
	}
	r.title.Set(name)
	r.detail.Set(joined(title, r.panel.authors(c)))
}

func (p *Conflicts) settledWords(s *desk.Settling) string {
	if s.Conflict.Held() {
		return p.t("settled.held." + string(s.Choice))
	}
	return p.t("settled." + string(s.Choice))
}

// settled says what was just settled, and takes it back.
type settled struct {
	panel *Conflicts
	box   *widgets.Box
	text  *widgets.Text
}

func newSettled(p *Conflicts) *settled {
	d := &settled{panel: p}
	d.text = widgets.NewText("", widgets.TextStyle{Size: theme.SizeSmall, Lines: 3})
	undo := widgets.NewKeyButton(p.t("undo"), p.cfg.Words.T("key.back"), widgets.Secondary, p.undo).Small()
	d.box = widgets.NewBox(widgets.BoxStyle{Fill: theme.GoodTint, Radius: 6, Pad: widgets.Pad{12, 8, 10, 9}},
		container.New(&widgets.Column{Gap: 6}, d.text, container.New(&widgets.Flow{}, undo)))
	d.box.Hide()
	return d
}

func (d *settled) show(s *desk.State) {
	now := s.Office.Settling
	if widgets.Show(d.box, now != nil); now == nil {
		return
	}
	d.text.SetSpans(
		widgets.Span{Text: joined(d.panel.clientName(&now.Conflict), d.panel.titleOf(&now.Conflict)), Bold: true},
		widgets.Span{Text: " " + d.panel.settledWords(now)})
}
