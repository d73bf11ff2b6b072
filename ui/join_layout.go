package ui

import (
	"fyne.io/fyne/v2"

	"permanence/ui/theme"
	"permanence/ui/widgets"
)

// joinLayout puts the buttons at the right of the words where both have room and
// nobody stands between them, and under them otherwise. Its objects are the
// words, the parties and the buttons.
type joinLayout struct{}

const (
	joinGap    = 7
	leastWords = 260 // what the words keep beside the buttons
)

// MinSize is nothing in width: the words wrap, and so do the buttons.
func (joinLayout) MinSize(o []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(0, o[0].MinSize().Height)
}

// beside is the width of the buttons at the right of the words, 0 when they
// stand below.
func (joinLayout) beside(o []fyne.CanvasObject, width float32) float32 {
	buttons := -theme.Px(8)
	for _, b := range o[2].(*fyne.Container).Objects {
		if b.Visible() {
			buttons += b.MinSize().Width + theme.Px(8)
		}
	}
	if o[1].Visible() || width-buttons < theme.Px(leastWords) {
		return 0
	}
	return buttons
}

// HeightFor is the height of one row, or of all three.
func (l joinLayout) HeightFor(o []fyne.CanvasObject, width float32) float32 {
	if buttons := l.beside(o, width); buttons > 0 {
		return max(widgets.HeightOf(o[0], width-buttons-theme.Px(12)), widgets.HeightOf(o[2], buttons))
	}
	return l.stack().HeightFor(l.stacked(o), width)
}

// Layout places the three.
func (l joinLayout) Layout(o []fyne.CanvasObject, size fyne.Size) {
	buttons := l.beside(o, size.Width)
	if buttons == 0 {
		l.stack().Layout(l.stacked(o), size)
		return
	}
	words := size.Width - buttons - theme.Px(12)
	h := widgets.HeightOf(o[0], words)
	o[0].Move(fyne.NewPos(0, (size.Height-h)/2))
	o[0].Resize(fyne.NewSize(words, h))
	h = widgets.HeightOf(o[2], buttons)
	o[2].Move(fyne.NewPos(size.Width-buttons, (size.Height-h)/2))
	o[2].Resize(fyne.NewSize(buttons, h))
}

func (joinLayout) stack() *widgets.Column { return &widgets.Column{Gap: joinGap} }

// stacked leaves out words that say nothing.
func (joinLayout) stacked(o []fyne.CanvasObject) []fyne.CanvasObject {
	for _, w := range o[0].(*fyne.Container).Objects {
		if w.Visible() {
			return o
		}
	}
	return o[1:]
}
