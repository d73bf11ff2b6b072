package sheet

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"permanence/ui/theme"
	"permanence/ui/widgets"
)

// nav is the list of a sheet's pages at its left. It is one stop of the Tab key:
// Up and Down turn the pages.
type nav struct {
	Stop
	rows   []*navRow
	list   *fyne.Container
	scroll *container.Scroll
	chosen int
}

func newNav(s *Sheet) *nav {
	n := &nav{list: container.New(&widgets.Column{Gap: 2})}
	n.OnKey, n.fixed = n.key, true
	n.Around(s, n, n.list, 6)
	n.scroll = container.NewVScroll(container.New(widgets.Pad{12, 16, 4, 12}, container.New(&widgets.Column{}, n)))
	return n
}

func (n *nav) key(name fyne.KeyName, mods fyne.KeyModifier) bool {
	switch {
	case mods == 0 && name == fyne.KeyDown:
		n.sheet.Turn(n.chosen + 1)
	case mods == 0 && name == fyne.KeyUp:
		n.sheet.Turn(n.chosen - 1)
	default:
		return false
	}
	return true
}

func (n *nav) add(label string) {
	i := len(n.rows)
	row := newNavRow(label, func() { n.sheet.Turn(i) })
	n.rows = append(n.rows, row)
	n.list.Add(row)
	n.choose(n.chosen)
}

func (n *nav) choose(i int) {
	n.chosen = i
	for j, r := range n.rows {
		r.set(j == i)
	}
	n.reveal()
}

// reveal scrolls the list, where it is cut, to the page that is shown.
func (n *nav) reveal() {
	row := n.rows[n.chosen]
	top := row.Position().Y
	bottom := top + row.Size().Height + 2*theme.Px(16)
	switch offset, height := n.scroll.Offset.Y, n.scroll.Size().Height; {
	case top < offset:
		n.scroll.ScrollToOffset(fyne.NewPos(0, top))
	case height > 0 && bottom > offset+height:
		n.scroll.ScrollToOffset(fyne.NewPos(0, bottom-height))
	}
}

// split puts the list of pages at the left of the page.
type split struct{}

// MinSize is nothing: both scroll.
func (split) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.Size{} }

// Layout gives the list a quarter of the width, within bounds.
func (split) Layout(o []fyne.CanvasObject, size fyne.Size) {
	left := min(max(size.Width*0.24, theme.Px(124)), theme.Px(212))
	o[0].Resize(fyne.NewSize(left, size.Height))
	o[1].Move(fyne.NewPos(left, 0))
	o[1].Resize(fyne.NewSize(size.Width-left, size.Height))
}

// navRow is the name of one page, and a red light when something is wrong there.
type navRow struct {
	widget.BaseWidget
	do     func()
	label  *widgets.Text
	light  *widgets.Dot
	chosen bool
}

func newNavRow(label string, do func()) *navRow {
	r := &navRow{do: do, label: widgets.NewText(label, widgets.TextStyle{Cut: true}), light: widgets.NewDot(theme.Bad)}
	r.light.Hide()
	r.ExtendBaseWidget(r)
	return r
}

// Tapped turns to the page.
func (r *navRow) Tapped(*fyne.PointEvent) { r.do() }

func (r *navRow) set(chosen bool) {
	if r.chosen != chosen {
		r.chosen = chosen
		r.Refresh()
	}
}

func (r *navRow) mark(wrong bool) {
	if widgets.Show(r.light, wrong) {
		r.Refresh()
	}
}

// CreateRenderer is Fyne's way to the drawing of a widget.
func (r *navRow) CreateRenderer() fyne.WidgetRenderer {
	n := &navRenderer{row: r, rect: canvas.NewRectangle(color.Transparent), bar: canvas.NewRectangle(color.Transparent)}
	n.paint()
	return n
}

type navRenderer struct {
	row       *navRow
	rect, bar *canvas.Rectangle
}

func (n *navRenderer) Destroy() {}

func (n *navRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{n.rect, n.bar, n.row.label, n.row.light}
}

func (n *navRenderer) MinSize() fyne.Size {
	return fyne.NewSize(theme.Px(90), theme.Px(36))
}

func (n *navRenderer) Layout(size fyne.Size) {
	n.rect.Resize(size)
	n.bar.Move(fyne.NewPos(0, theme.Px(8)))
	n.bar.Resize(fyne.NewSize(theme.Px(3), size.Height-2*theme.Px(8)))
	h := n.row.label.MinSize().Height
	n.row.label.Move(fyne.NewPos(theme.Px(14), (size.Height-h)/2))
	n.row.label.Resize(fyne.NewSize(n.room(size), h))
	d := n.row.light.MinSize()
	n.row.light.Move(fyne.NewPos(size.Width-theme.Px(20), (size.Height-d.Height)/2))
	n.row.light.Resize(d)
}

// room is the width for the name: all of it, unless the light is on.
func (n *navRenderer) room(size fyne.Size) float32 {
	if n.row.light.Visible() {
		return size.Width - theme.Px(38)
	}
	return size.Width - theme.Px(18)
}

func (n *navRenderer) Refresh() {
	n.paint()
	n.Layout(n.row.Size())
	n.rect.Refresh()
	n.bar.Refresh()
}

func (n *navRenderer) paint() {
	n.rect.CornerRadius, n.bar.CornerRadius = theme.Px(5), theme.Px(1.5)
	n.rect.FillColor, n.bar.FillColor = color.Transparent, color.Transparent
	ink := theme.Muted
	if n.row.chosen {
		n.rect.FillColor, n.bar.FillColor = theme.Color(theme.PrimaryTint), theme.Color(theme.Primary)
		ink = theme.Ink
	}
	n.row.label.SetSpans(widgets.Span{Text: n.row.label.String(), Bold: n.row.chosen})
	n.row.label.SetColor(ink)
}
