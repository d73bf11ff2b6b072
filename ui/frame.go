package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"permanence/ui/theme"
	"permanence/ui/widgets"
)

const (
	gap    = 8 // between panels
	margin = 8 // around them

	smallest       = 1120 // the window's least width …
	smallestHeight = 660  // … and height, with nothing cut
)

// frameLayout stacks the ground, top bar, notices, body and footer. The order of
// its objects is that.
type frameLayout struct {
	body fyne.CanvasObject
	snug func(height float32)
}

// MinSize is fixed: what a list holds must never make the window grow.
func (l *frameLayout) MinSize([]fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(smallest, smallestHeight)
}

// Layout gives the body what bars and notices leave.
func (l *frameLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	l.snug(size.Height)
	objects[0].Resize(size)
	m := theme.Px(margin)
	width := size.Width - 2*m
	y, bottom := float32(0), size.Height
	footer := objects[len(objects)-1]
	bottom -= footer.MinSize().Height
	footer.Move(fyne.NewPos(m, bottom))
	footer.Resize(fyne.NewSize(width, footer.MinSize().Height))
	for _, o := range objects[1 : len(objects)-1] {
		if !o.Visible() {
			continue
		}
		h := widgets.HeightOf(o, width)
		if o == l.body {
			h = bottom - y
		}
		o.Move(fyne.NewPos(m, y))
		o.Resize(fyne.NewSize(width, h))
		y += h
	}
}

// bodyLayout puts the calls at the left of the stage.
type bodyLayout struct{}

// MinSize is nothing: the frame's counts.
func (bodyLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.Size{} }

// Layout gives the calls a fifth of the width, within bounds.
func (bodyLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	left := share(size.Width, 0.222, 288, 380)
	objects[0].Resize(fyne.NewSize(left, size.Height))
	x := left + theme.Px(gap)
	objects[1].Move(fyne.NewPos(x, 0))
	objects[1].Resize(fyne.NewSize(size.Width-x, size.Height))
}

// workLayout puts the agenda at the right of the card and its message.
type workLayout struct{ agenda fyne.CanvasObject }

// MinSize is nothing: the frame's counts.
func (workLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.Size{} }

// Layout gives the agenda a bit more than a quarter, within bounds.
func (l *workLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	right := share(size.Width, 0.285, 290, 380)
	left := size.Width - right - theme.Px(gap)
	objects[0].Resize(fyne.NewSize(left, size.Height))
	l.agenda.Move(fyne.NewPos(left+theme.Px(gap), 0))
	l.agenda.Resize(fyne.NewSize(right, size.Height))
}

// centreLayout puts the message under the card. In a tall window the message
// has more room to be read over, too. What stands instead of either has its
// place: the first two objects are above, the other two below.
type centreLayout struct{}

// MinSize is nothing: the frame's counts.
func (centreLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.Size{} }

// Layout gives the message a third of the height, or what it needs.
func (centreLayout) Layout(o []fyne.CanvasObject, size fyne.Size) {
	below, least := o[2], size.Height*0.34
	if o[3].Visible() {
		below, least = o[3], min(size.Height*0.5, theme.Px(340))
	}
	height := max(widgets.HeightOf(below, size.Width), least)
	for _, above := range o[:2] {
		above.Resize(fyne.NewSize(size.Width, size.Height-height-theme.Px(gap)))
	}
	below.Move(fyne.NewPos(0, size.Height-height))
	below.Resize(fyne.NewSize(size.Width, height))
}

func share(width, part, least, most float32) float32 {
	return min(max(width*part, theme.Px(least)), theme.Px(most))
}

// ground is what lies under all panels. It can have the keyboard in name only:
// Fyne takes the focus away at a click beside whatever can have it, and a click
// beside the message must leave the cursor where it is.
type ground struct{ widget.BaseWidget }

func newGround() *ground {
	g := &ground{}
	g.ExtendBaseWidget(g)
	return g
}

func (g *ground) FocusGained()            {}
func (g *ground) FocusLost()              {}
func (g *ground) TypedRune(rune)          {}
func (g *ground) TypedKey(*fyne.KeyEvent) {}
func (g *ground) Enable()                 {}
func (g *ground) Disable()                {}
func (g *ground) Disabled() bool          { return true }

func (g *ground) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(container.NewWithoutLayout())
}
