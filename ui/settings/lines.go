package settings

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"permanence/phone"
	"permanence/ui/desk"
	"permanence/ui/sheet"
	"permanence/ui/theme"
	"permanence/ui/widgets"
)

func (p *Panel) linesPage(g *form) fyne.CanvasObject {
	list := sheet.NewList(g, sheet.ListConfig[draft, phone.Line]{
		Path: "lines", At: func(d *draft) *[]phone.Line { return &d.lines },
		Build: p.lineCard,
		Fresh: func() phone.Line { return phone.Line{ID: p.cfg.NewLine(), Transport: phone.UDP} },
		Name:  func(l phone.Line) string { return l.Label },
		Add:   p.t("line.add"), Empty: p.t("line.empty"),
	})
	return sheet.Rows(sheet.Note(p.t("lines.note")), list.Content())
}

// lineCard is the card of one line: how it is doing, its entries, its test.
type lineCard struct {
	panel *Panel
	line  phone.Line // as typed

	light      *widgets.Dot
	doing      *widgets.Text
	result     *widgets.Text
	test       *sheet.Button
	more       *sheet.Button
	registered *fyne.Container // what a line with a registrar needs
	direct     *fyne.Container // what a direct line needs
	rare       *fyne.Container // what is seldom changed
	open       bool
}

func (p *Panel) lineCard(g *sheet.Group[phone.Line]) fyne.CanvasObject {
	type line = phone.Line
	c := &lineCard{panel: p, light: widgets.NewDot(theme.Faint)}
	p.parts.lines = append(p.parts.lines, c)
	c.doing = widgets.NewText("", widgets.TextStyle{Size: theme.SizeSmall, Cut: true})
	c.result = widgets.NewText("", widgets.TextStyle{Size: theme.SizeSmall, Lines: 3})
	state := container.New(&widgets.Row{Gap: 8, Grow: c.doing}, c.light, c.doing)

	label := sheet.Text(g, p.in("label", "line.label"), func(l *line) *string { return &l.Label })
	user := sheet.Text(g, p.in("user", "line.user"), func(l *line) *string { return &l.User })
	domain := sheet.Text(g, p.in("domain", "line.domain"), func(l *line) *string { return &l.Domain })
	password := newSecret(p, g, func(l *line) string { return desk.SecretOfLine(l.ID) }, p.keptLine)
	bind := sheet.Text(g, p.in("bind", "line.bind"), func(l *line) *string { return &l.Bind })
	c.registered = sheet.Rows(sheet.Beside(nil, user, domain, password))
	c.direct = sheet.Rows(sheet.Beside([]float32{1, 2}, bind, sheet.Note(p.t("line.bind.note"))))
	c.rare = p.rareOfLine(g)

	c.test = p.sheet.NewButton(p.t("line.test"), widgets.Secondary, c.tryLine)
	c.more = p.sheet.NewButton(p.t("line.more"), widgets.Quiet, c.unfold)
	foot := container.New(&widgets.Row{Gap: 10}, c.test, c.more)
	return sheet.Rows(state, label, c.registered, c.direct, c.rare, foot, c.result)
}

// rareOfLine are the entries that most lines never need.
func (p *Panel) rareOfLine(g *sheet.Group[phone.Line]) *fyne.Container {
	type line = phone.Line
	direct := sheet.Tick(g, p.t("line.direct"), func(l *line) *bool { return &l.Direct })
	disabled := sheet.Tick(g, p.t("line.disabled"), func(l *line) *bool { return &l.Disabled })
	auth := sheet.Text(g, p.in("auth_user", "line.auth"), func(l *line) *string { return &l.AuthUser })
	proxy := sheet.Text(g, p.in("proxy", "line.proxy"), func(l *line) *string { return &l.Proxy })
	codecs := sheet.Sort(g, p.in("codecs", "line.codecs"), p.choices("line.codec", codecNames...), codecNames,
		func(l *line) *[]string { return &l.Codecs })
	called := sheet.Sort(g, p.in("order", "line.order"), p.sources(), phone.DefaultCalledOrder,
		func(l *line) *[]phone.CalledSource { return &l.Order })
	rare := sheet.Rows(
		container.New(&widgets.Flow{Gap: 24}, direct, disabled),
		sheet.Beside(nil, auth, proxy),
		p.wireOfLine(g),
		p.identityOfLine(g),
		sheet.Beside(nil, codecs, called),
		sheet.Note(p.t("line.order.keys")),
	)
	rare.Hide()
	return rare
}

// codecNames are the codecs in the order a line prefers them unless told otherwise.
var codecNames = []string{"opus", "G722", "PCMA", "PCMU"}

func (p *Panel) sources() []widgets.Choice {
	keys := make([]string, len(phone.DefaultCalledOrder))
	for i, s := range phone.DefaultCalledOrder {
		keys[i] = string(s)
	}
	return p.choices("line.source", keys...)
}

// keptLine reports whether a password of this line may have been kept: the line
// is in use.
func (p *Panel) keptLine(secret string) bool {
	for _, l := range p.base.lines {
		if desk.SecretOfLine(l.ID) == secret {
			return true
		}
	}
	return false
}

// arrange shows the entries that this kind of line needs.
func (c *lineCard) arrange(l *phone.Line) {
	c.line = *l
	a := widgets.Show(c.registered, !l.Direct)
	b := widgets.Show(c.direct, l.Direct)
	if a || b {
		c.panel.sheet.Relayout()
	}
	c.live(&c.panel.state)
}

func (c *lineCard) unfold() {
	c.open = !c.open
	widgets.Show(c.rare, c.open)
	key := "line.more"
	if c.open {
		key = "line.less"
	}
	c.more.SetLabel(c.panel.t(key))
	c.panel.sheet.Relayout()
}

// live shows how the line in use is doing and how its last test went.
func (c *lineCard) live(s *desk.State) {
	tone, sentence := theme.Faint, c.panel.t("line.unsaved")
	for i := range s.Lines {
		if l := &s.Lines[i]; l.ID == c.line.ID {
			tone = toneOf(l.State)
			sentence = joined(c.panel.cfg.Words.T("line.state."+string(l.State)), l.Detail)
		}
	}
	c.light.SetColor(tone)
	c.doing.SetColor(theme.Muted)
	c.doing.Set(sentence)
	c.panel.showCheck(c.result, s.Checks[desk.SecretOfLine(c.line.ID)], "line")
}

func toneOf(s phone.LineState) fyne.ThemeColorName {
	switch {
	case s.Ready():
		return theme.Good
	case s == phone.LineRegistering:
		return theme.Wait
	case s == phone.LineOff:
		return theme.Faint
	}
	return theme.Bad
}

// tryLine tests the line as it is typed, without keeping it.
func (c *lineCard) tryLine() {
	p := c.panel
	p.cfg.Send(desk.LineTested{Line: c.line, Password: p.secrets[desk.SecretOfLine(c.line.ID)]})
}
