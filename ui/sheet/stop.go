package sheet

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"permanence/ui/theme"
	"permanence/ui/widgets"
)

// Stop makes a stop of the Tab key out of something that only the mouse could
// use, and draws a ring around it while it has the keyboard.
type Stop struct {
	widget.BaseWidget
	OnKey widgets.Keys // its own keys; what it leaves goes to the sheet

	sheet   *Sheet
	self    fyne.CanvasObject // what is on the canvas: the widget that embeds this
	inner   fyne.CanvasObject
	radius  float32
	fixed   bool // beside the pages: never scrolled into view
	focused bool
}

// Around makes self, which embeds the stop, a ring and its keys around inner.
func (s *Stop) Around(sheet *Sheet, self fyne.Widget, inner fyne.CanvasObject, radius float32) {
	s.sheet, s.self, s.inner, s.radius = sheet, self, inner, radius
	s.ExtendBaseWidget(self)
}

// Focused reports whether it has the keyboard.
func (s *Stop) Focused() bool { return s.focused }

// FocusGained draws the ring and scrolls it into view.
func (s *Stop) FocusGained() {
	s.focused = true
	s.Refresh()
	if !s.fixed {
		s.sheet.Reveal(s.self)
	}
}

// FocusLost takes the ring away.
func (s *Stop) FocusLost() {
	s.focused = false
	s.Refresh()
}

// TypedRune has nothing to do: characters are for entries.
func (s *Stop) TypedRune(rune) {}

// TypedKey uses a key or hands it to the sheet.
func (s *Stop) TypedKey(e *fyne.KeyEvent) { s.typed(e.Name, 0) }

// TypedShortcut uses a key with Ctrl or Alt or hands it to the sheet.
func (s *Stop) TypedShortcut(sc fyne.Shortcut) {
	if k, ok := sc.(*desktop.CustomShortcut); ok {
		s.typed(k.KeyName, k.Modifier)
	}
}

func (s *Stop) typed(name fyne.KeyName, mods fyne.KeyModifier) {
	if s.OnKey == nil || !s.OnKey(name, mods) {
		s.sheet.keys(name, mods)
	}
}

// HeightFor is the height of what is inside.
func (s *Stop) HeightFor(width float32) float32 { return widgets.HeightOf(s.inner, width) }

// CreateRenderer is Fyne's way to the drawing of a widget.
func (s *Stop) CreateRenderer() fyne.WidgetRenderer {
	r := &stopRenderer{stop: s, ring: canvas.NewRectangle(color.Transparent)}
	r.paint()
	return r
}

// ringRoom is the distance that the ring keeps from what it is drawn around.
func ringRoom() float32 { return theme.Px(3) }

type stopRenderer struct {
	stop *Stop
	ring *canvas.Rectangle
}

func (r *stopRenderer) Destroy() {}

func (r *stopRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.stop.inner, r.ring}
}

func (r *stopRenderer) MinSize() fyne.Size {
	return r.stop.inner.MinSize()
}

// Layout draws the ring outside, so that what is inside stands in line with the
// entries around it.
func (r *stopRenderer) Layout(size fyne.Size) {
	r.ring.Move(fyne.NewSquareOffsetPos(-ringRoom()))
	r.ring.Resize(size.AddWidthHeight(2*ringRoom(), 2*ringRoom()))
	r.stop.inner.Resize(size)
}

func (r *stopRenderer) Refresh() {
	r.paint()
	r.Layout(r.stop.Size())
	r.ring.Refresh()
	r.stop.inner.Refresh()
}

func (r *stopRenderer) paint() {
	r.ring.CornerRadius = theme.Px(r.stop.radius) + ringRoom()
	r.ring.StrokeWidth = 0
	if r.stop.focused {
		r.ring.StrokeColor, r.ring.StrokeWidth = theme.Color(theme.FocusRing), 2
	}
}
