package editor

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"permanence/ui/desk"
	"permanence/ui/sheet"
	"permanence/ui/theme"
	"permanence/ui/widgets"
)

// meanwhile is the line over the pages that says what came from other desks since the
// card was opened.
type meanwhile struct {
	panel *Panel
	text  *widgets.Text
	look  *sheet.Button
	box   *fyne.Container
	seen  int64 // the newest that she had shown to her
}

func newMeanwhile(p *Panel) *meanwhile {
	m := &meanwhile{panel: p, text: widgets.NewText("", widgets.TextStyle{Size: theme.SizeSmall, Lines: 2})}
	m.look = p.sheet.NewButton(p.t("under.look"), widgets.Secondary, m.show)
	m.look.SetKey("Ctrl I")
	row := container.New(&widgets.Row{Gap: 12, Grow: m.text}, m.text, m.look)
	m.box = container.NewStack(widgets.NewBox(widgets.BoxStyle{Fill: theme.PrimaryTint}, container.New(widgets.Pad{24, 3, 20, 3}, row)))
	m.box.Hide()
	return m
}

// follow draws what the core knows of others' changes.
func (m *meanwhile) follow(s *desk.State) {
	var news []desk.ClientChange
	if s.Edit != nil && s.Edit.Client == m.panel.id && m.panel.id != "" {
		news = slices.DeleteFunc(slices.Clone(s.Edit.Under), func(c desk.ClientChange) bool { return c.Seq <= m.seen })
	}
	moved := widgets.Show(m.box, len(news) > 0)
	if len(news) > 0 {
		moved = m.text.Set(m.sentence(news)) || moved
	}
	if moved {
		m.panel.sheet.Rise()
	}
}

// sentence says who changed what, and when last: "Modifiée par Claire à 10:42 : accueil".
func (m *meanwhile) sentence(news []desk.ClientChange) string {
	w, now := m.panel.cfg.Words, m.panel.state.Now
	var who, what []string
	for _, c := range news {
		if !slices.Contains(who, c.By) {
			who = append(who, c.By)
		}
		if field := w.Or(nil, "editor.name-of."+c.Field, c.Field); !slices.Contains(what, field) {
			what = append(what, field)
		}
	}
	return m.panel.t("under", strings.Join(who, ", "), w.When(news[0].At, now), strings.ToLower(strings.Join(what, ", ")))
}

// show turns to where there is something to choose, else to the history.
func (m *meanwhile) show() {
	p := m.panel
	if !m.box.Visible() {
		return
	}
	if list := p.clashes(); len(list) > 0 {
		p.turnToClash(list[0])
		return
	}
	m.seen = p.base.Version
	p.sheet.Turn(len(p.pages))
	m.follow(&p.state)
}

// turnToClash shows a clash, and gives it the keyboard.
func (p *Panel) turnToClash(field string) {
	page := pageOf(field)
	p.sheet.Turn(page)
	for _, c := range p.parts.clashes[page].list {
		if c.field == field {
			p.sheet.Focus(c.theirs)
		}
	}
}

// clashList is the clashes of one page, over its form.
type clashList struct {
	panel  *Panel
	list   []*clash
	column *fyne.Container
}

func newClashList(p *Panel) *clashList {
	l := &clashList{panel: p, column: container.New(&widgets.Column{Gap: 12})}
	l.column.Hide()
	return l
}

// show draws the clashes of fields, and reports whether something moved.
func (l *clashList) show(fields []string) bool {
	for len(l.list) < len(fields) {
		c := newClash(l.panel)
		l.list = append(l.list, c)
		l.column.Add(c.box)
	}
	moved := widgets.Show(l.column, len(fields) > 0)
	for i, c := range l.list {
		moved = widgets.Show(c.box, i < len(fields)) || moved
		if i < len(fields) {
			c.show(fields[i])
		}
	}
	return moved
}

// clash is a field that she and another wrote differently: the other's words beside
// hers, which stand in the form under it, and what she can do.
type clash struct {
	panel  *Panel
	field  string
	head   *widgets.Text
	other  *lineList
	theirs *sheet.Button
	both   *sheet.Button
	mine   *sheet.Button
	row    *fyne.Container
	box    *widgets.Box
}

func newClash(p *Panel) *clash {
	c := &clash{panel: p, head: widgets.NewText("", widgets.TextStyle{Lines: 2}), other: newLineList("", theme.Ink)}
	c.theirs = p.sheet.NewButton(p.t("under.theirs"), widgets.Secondary, func() { p.takeTheirs(c.field) })
	c.both = p.sheet.NewButton(p.t("under.both"), widgets.Secondary, func() { p.takeBoth(c.field) })
	c.mine = p.sheet.NewButton(p.t("under.mine"), widgets.Secondary, func() { p.keepMine(c.field) })
	c.row = container.New(&widgets.Flow{Gap: 8}, c.theirs, c.both, c.mine)
	style := widgets.BoxStyle{Fill: theme.WaitTint, Stroke: theme.Edge, Radius: 6, Pad: widgets.Pad{14, 9, 12, 10}}
	c.box = widgets.NewBox(style, container.New(&widgets.Column{Gap: 8}, c.head, c.other.column, c.row, sheet.Note(p.t("under.left"))))
	return c
}

func (c *clash) show(field string) {
	c.field = field
	p := c.panel
	w := p.cfg.Words
	words := p.t("under.clash-unknown")
	if by, ok := p.lastChange(field); ok {
		words = p.t("under.clash", by.By, w.When(by.At, p.state.Now))
	}
	c.head.SetSpans(widgets.Span{Text: w.Or(nil, "editor.name-of."+field, field), Bold: true}, widgets.Span{Text: "   " + words, Color: theme.Muted})
	lines, _ := contrast(Describe(w, field, valueOf(p.base, field)), Describe(w, field, valueOf(p.draft, field)))
	if len(lines) == 0 {
		lines = []string{p.t("under.emptied")}
	}
	c.other.set(lines)
	_, joins := desk.Both(field, valueOf(p.base, field), valueOf(p.draft, field))
	if widgets.Show(c.both, joins) {
		widgets.Relayout(c.row)
	}
}

// lastChange is the last change of a field that came from another desk.
func (p *Panel) lastChange(field string) (desk.ClientChange, bool) {
	if h := p.state.Edit; h != nil && h.Client == p.id {
		for _, c := range h.Under {
			if c.Field == field {
				return c, true
			}
		}
	}
	return desk.ClientChange{}, false
}

// markClashes draws the clashes over the forms of their pages.
func (p *Panel) markClashes() {
	on := map[int][]string{}
	for _, field := range p.clashes() {
		on[pageOf(field)] = append(on[pageOf(field)], field)
	}
	moved := false
	for i, l := range p.parts.clashes {
		moved = l.show(on[i]) || moved
		p.sheet.Mark(i, len(on[i]) > 0 || p.wrongOn(i))
	}
	if moved {
		p.sheet.Relayout()
	}
}
