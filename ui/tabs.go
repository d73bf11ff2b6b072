package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"permanence/ui/theme"
	"permanence/ui/widgets"
)

// tabRow chooses one of the pages of a client's card.
type tabRow struct {
	root   *fyne.Container
	pad    *snugPad
	tabs   []*tab
	chosen int
	turned func(int)
}

func newTabRow(labels []string, turned func(int)) *tabRow {
	r := &tabRow{turned: turned}
	row := container.New(&widgets.Row{Gap: 4})
	for i, label := range labels {
		t := newTab(label, func() { r.set(i) })
		r.tabs = append(r.tabs, t)
		row.Add(t)
	}
	r.pad = newSnugPad(widgets.Pad{9, 6, 12, 0}, widgets.Pad{9, 1, 12, 0}, row)
	r.root = container.New(&widgets.Column{}, r.pad.Container, widgets.NewRule())
	r.tabs[0].choose(true)
	return r
}

// set chooses a tab, counted round.
func (r *tabRow) set(i int) {
	i = (i + len(r.tabs)) % len(r.tabs)
	if i == r.chosen {
		return
	}
	r.tabs[r.chosen].choose(false)
	r.tabs[i].choose(true)
	r.chosen = i
	r.turned(i)
}

// tab is one word with a line under it when it is chosen.
type tab struct {
	widget.BaseWidget
	text    *widgets.Text
	tapped  func()
	chosen  bool
	hovered bool
}

func newTab(label string, tapped func()) *tab {
	t := &tab{tapped: tapped, text: widgets.NewText(label, widgets.TextStyle{Size: theme.SizeSmall, Color: theme.Muted, Align: fyne.TextAlignCenter})}
	t.ExtendBaseWidget(t)
	return t
}

func (t *tab) choose(yes bool) {
	t.chosen = yes
	color := theme.Muted
	if yes {
		color = theme.Primary
	}
	t.text.SetColor(color)
	t.text.SetSpans(widgets.Span{Text: t.text.String(), Bold: yes})
	t.Refresh()
}

// Tapped chooses the tab.
func (t *tab) Tapped(*fyne.PointEvent) { t.tapped() }

// MouseIn lights the tab.
func (t *tab) MouseIn(*desktop.MouseEvent) { t.hovered = true; t.Refresh() }

// MouseMoved has nothing to do.
func (t *tab) MouseMoved(*desktop.MouseEvent) {}

// MouseOut puts the light out.
func (t *tab) MouseOut() { t.hovered = false; t.Refresh() }

// CreateRenderer is Fyne's way to the drawing of a widget.
func (t *tab) CreateRenderer() fyne.WidgetRenderer {
	r := &tabRenderer{tab: t, line: canvas.NewRectangle(nil)}
	r.paint()
	return r
}

type tabRenderer struct {
	tab  *tab
	line *canvas.Rectangle
}

func (r *tabRenderer) Destroy()                     {}
func (r *tabRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.tab.text, r.line} }

// MinSize leaves room for bold words, so that choosing moves nothing.
func (r *tabRenderer) MinSize() fyne.Size {
	w := fyne.MeasureText(r.tab.text.String(), theme.Size(theme.SizeSmall), fyne.TextStyle{Bold: true}).Width
	return fyne.NewSize(w+theme.Px(18), theme.Px(32))
}

func (r *tabRenderer) Layout(size fyne.Size) {
	h := r.tab.text.MinSize().Height
	r.tab.text.Move(fyne.NewPos(0, (size.Height-theme.Px(3)-h)/2))
	r.tab.text.Resize(fyne.NewSize(size.Width, h))
	r.line.Move(fyne.NewPos(0, size.Height-theme.Px(3)))
	r.line.Resize(fyne.NewSize(size.Width, theme.Px(3)))
}

func (r *tabRenderer) Refresh() {
	r.paint()
	r.Layout(r.tab.Size())
	r.line.Refresh()
}

func (r *tabRenderer) paint() {
	r.line.FillColor = theme.Color(theme.Panel)
	switch {
	case r.tab.chosen:
		r.line.FillColor = theme.Color(theme.Primary)
	case r.tab.hovered:
		r.line.FillColor = theme.Color(theme.Edge)
	}
}
