package sheet

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	fynetheme "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"permanence/ui/theme"
	"permanence/ui/widgets"
)

// Check is a box that is ticked or not, with its words. Space and Enter turn it.
type Check struct {
	Stop
	OnTurned func(on bool)
	mark     *checkMark
	label    *widgets.Text
}

// NewCheck makes an empty box; turned is told what the operator did.
func (s *Sheet) NewCheck(label string, turned func(on bool)) *Check {
	c := &Check{OnTurned: turned, label: widgets.NewText(label, widgets.TextStyle{})}
	c.mark = newCheckMark()
	row := container.New(&widgets.Row{Gap: 9}, c.mark, c.label)
	c.OnKey = pressed(c.turn)
	c.Around(s, c, newTap(row, c.turn), 4)
	return c
}

func (c *Check) turn() {
	c.Set(!c.mark.on)
	c.OnTurned(c.mark.on)
}

// Set ticks the box or not, and tells nobody.
func (c *Check) Set(on bool) {
	if c.mark.on != on {
		c.mark.on = on
		c.mark.Refresh()
	}
}

// On reports whether the box is ticked.
func (c *Check) On() bool { return c.mark.on }

// SetLabel changes the words.
func (c *Check) SetLabel(s string) { c.label.Set(s) }

// Label is the words beside the box.
func (c *Check) Label() string { return c.label.String() }

// checkMark is the box itself.
type checkMark struct {
	widget.BaseWidget
	on bool
}

func newCheckMark() *checkMark {
	m := &checkMark{}
	m.ExtendBaseWidget(m)
	return m
}

// CreateRenderer is Fyne's way to the drawing of a widget.
func (m *checkMark) CreateRenderer() fyne.WidgetRenderer {
	r := &checkRenderer{mark: m, box: canvas.NewRectangle(nil), tick: canvas.NewImageFromResource(nil)}
	r.tick.FillMode = canvas.ImageFillContain
	r.paint()
	return r
}

type checkRenderer struct {
	mark *checkMark
	box  *canvas.Rectangle
	tick *canvas.Image
}

func (r *checkRenderer) Destroy()                     {}
func (r *checkRenderer) MinSize() fyne.Size           { return fyne.NewSquareSize(theme.Px(18)) }
func (r *checkRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.box, r.tick} }

func (r *checkRenderer) Layout(size fyne.Size) {
	r.box.Resize(size)
	r.tick.Move(fyne.NewSquareOffsetPos(theme.Px(1)))
	r.tick.Resize(size.SubtractWidthHeight(theme.Px(2), theme.Px(2)))
}

func (r *checkRenderer) Refresh() {
	r.paint()
	r.Layout(r.mark.Size())
	r.box.Refresh()
	r.tick.Refresh()
}

func (r *checkRenderer) paint() {
	fill, edge := theme.Field, theme.Control
	if r.mark.on {
		fill, edge = theme.Primary, theme.Primary
	}
	r.box.FillColor, r.box.StrokeColor = theme.Color(fill), theme.Color(edge)
	r.box.StrokeWidth, r.box.CornerRadius = 1.5, theme.Px(4)
	r.tick.Hidden = !r.mark.on
	r.tick.Resource = fynetheme.NewColoredResource(fynetheme.ConfirmIcon(), theme.OnPrimary)
}

// tap lets the mouse press anything.
type tap struct {
	widget.BaseWidget
	inner fyne.CanvasObject
	do    func()
}

func newTap(inner fyne.CanvasObject, do func()) *tap {
	t := &tap{inner: inner, do: do}
	t.ExtendBaseWidget(t)
	return t
}

// Tapped does what was agreed.
func (t *tap) Tapped(*fyne.PointEvent) { t.do() }

// Cursor shows that it can be pressed.
func (t *tap) Cursor() desktop.Cursor { return desktop.PointerCursor }

// CreateRenderer is Fyne's way to the drawing of a widget.
func (t *tap) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(t.inner) }
