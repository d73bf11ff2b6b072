package office

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"permanence/clients"
	"permanence/ui/desk"
	"permanence/ui/theme"
	"permanence/ui/widgets"
)

// detail is the chosen conflict: both versions side by side, each with the key that
// keeps it, and under them the other ways.
type detail struct {
	panel       *Conflicts
	title, lead *widgets.Text
	sides       [2]*side
	others      [2]*widgets.KeyButton
	open        *widgets.KeyButton
	row         *fyne.Container
	column      *fyne.Container
	content     *container.Scroll
}

func newDetail(p *Conflicts) *detail {
	d := &detail{panel: p}
	d.title = widgets.NewText("", widgets.TextStyle{Size: theme.SizeTitle, Bold: true, Lines: 2})
	d.lead = widgets.NewText("", widgets.TextStyle{Color: theme.Muted, Lines: 3})
	both := container.New(&widgets.Columns{Gap: 12, Least: 200, Fill: true})
	for i := range d.sides {
		d.sides[i] = newSide(func() { p.settleBy(i) }, digit(i))
		both.Add(d.sides[i].box)
	}
	d.row = container.New(&widgets.Flow{Gap: 8})
	for i := range d.others {
		d.others[i] = widgets.NewKeyButton("", digit(i+2), widgets.Secondary, func() { p.settleBy(i + 2) })
		d.row.Add(d.others[i])
	}
	d.open = widgets.NewKeyButton("", p.cfg.Words.T("key.enter"), widgets.Secondary, p.open)
	d.row.Add(d.open)
	head := container.New(&widgets.Column{Gap: 3}, d.title, d.lead)
	d.column = container.New(&widgets.Column{Gap: 14}, head, both, d.row, p.ask.content)
	d.content = widgets.NewScroll(container.New(widgets.Pad{12, 16, 22, 12}, d.column))
	return d
}

func digit(i int) string { return string(rune('1' + i)) }

func (d *detail) show(c *clients.Conflict) {
	if widgets.Show(d.column, c != nil); c == nil {
		return
	}
	p := d.panel
	widgets.Show(p.ask.content, p.ask.open)
	widgets.Show(d.row, !p.ask.open)
	d.title.SetSpans(widgets.Span{Text: joined(p.clientName(c), p.titleOf(c))})
	d.lead.Set(p.leadOf(c))
	faces, choices := p.faces(c), desk.Choices(*c)
	for i, s := range d.sides {
		s.show(faces[i], p.wayOf(c, choices[i]))
	}
	for i, b := range d.others {
		shown := i+2 < len(choices)
		if widgets.Show(b, shown); shown {
			b.SetLabel(p.wayOf(c, choices[i+2]))
		}
	}
	d.open.SetLabel(p.t("open." + string(c.Kind)))
	widgets.Show(d.open, c.Client != "")
}

// side is one version of a conflict, with the key that keeps it.
type side struct {
	box     *widgets.Box
	who, at *widgets.Text
	lines   []*widgets.Text
	column  *fyne.Container
	keep    *widgets.KeyButton
}

func newSide(keep func(), cap string) *side {
	s := &side{keep: widgets.NewKeyButton("", cap, widgets.Secondary, keep)}
	s.who = widgets.NewText("", widgets.TextStyle{Bold: true, Cut: true})
	s.at = widgets.NewText("", widgets.TextStyle{Size: theme.SizeSmall, Color: theme.Muted, Lines: 2})
	s.column = container.New(&widgets.Column{Gap: 4})
	head := container.New(&widgets.Column{Gap: 1}, s.who, s.at)
	grow := container.New(&widgets.Column{Gap: 10}, head, s.column)
	body := container.New(&widgets.Column{Gap: 12, Grow: grow}, grow, container.New(&widgets.Flow{}, s.keep))
	s.box = widgets.NewBox(widgets.BoxStyle{Fill: theme.Field, Stroke: theme.Edge, Radius: 7, Pad: widgets.Pad{14, 10, 12, 12}}, body)
	return s
}

func (s *side) show(f face, keep string) {
	s.who.Set(f.who)
	s.at.Set(f.at)
	widgets.Show(s.at, f.at != "")
	s.keep.SetLabel(keep)
	for len(s.lines) < len(f.lines) {
		t := widgets.NewText("", widgets.TextStyle{Lines: 12})
		s.lines = append(s.lines, t)
		s.column.Add(t)
	}
	for i, t := range s.lines {
		if widgets.Show(t, i < len(f.lines)); i < len(f.lines) {
			l := f.lines[i]
			color := theme.Muted
			if l.own {
				color = theme.Ink
			}
			t.SetSpans(widgets.Span{Text: l.text, Bold: l.own, Color: color})
		}
	}
}
