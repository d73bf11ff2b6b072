package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	fynetheme "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"permanence/ui/theme"
)

// The two padlocks: a body with a keyhole, its shackle closed or swung open.
var (
	lockClosed = fyne.NewStaticResource("lock-closed.svg", []byte(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="M7 11V8a5 5 0 0 1 10 0v3h-2.2V8a2.8 2.8 0 0 0-5.6 0v3z"/><path d="M5 11h14v10H5zM12 14a1.5 1.5 0 0 0-.9 2.7V19h1.8v-2.3A1.5 1.5 0 0 0 12 14z" fill-rule="evenodd"/></svg>`))
	lockOpen   = fyne.NewStaticResource("lock-open.svg", []byte(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="M12 11V7a5 5 0 0 1 10 0v2h-2.2V7a2.8 2.8 0 0 0-5.6 0v4z"/><path d="M3 11h13v10H3zM5.2 13.2v5.6h8.6v-5.6z" fill-rule="evenodd"/></svg>`))
)

// Padlock says whether a call can be listened to on its way. It is closed only
// when nobody but the server can; open when the voice is enciphered with keys
// that travelled in clear; and not there at all when it is not.
type Padlock struct {
	widget.BaseWidget
	OnHover func(over bool) // to say in words what it means

	closed bool
}

// NewPadlock makes a padlock that is not there yet.
func NewPadlock() *Padlock {
	p := &Padlock{}
	p.ExtendBaseWidget(p)
	p.Hide()
	return p
}

// Set shows a padlock, closed or open, and reports whether it came or went.
func (p *Padlock) Set(there, closed bool) bool {
	if p.closed != closed {
		p.closed = closed
		p.Refresh()
	}
	return Show(p, there)
}

// Closed reports whether it is shown closed.
func (p *Padlock) Closed() bool { return p.Visible() && p.closed }

// MouseIn says in words what it means.
func (p *Padlock) MouseIn(*desktop.MouseEvent) { p.hover(true) }

// MouseMoved has nothing to do.
func (p *Padlock) MouseMoved(*desktop.MouseEvent) {}

// MouseOut takes the words back.
func (p *Padlock) MouseOut() { p.hover(false) }

func (p *Padlock) hover(over bool) {
	if p.OnHover != nil {
		p.OnHover(over)
	}
}

// CreateRenderer is Fyne's way to the drawing of a widget.
func (p *Padlock) CreateRenderer() fyne.WidgetRenderer {
	image := canvas.NewImageFromResource(nil)
	image.FillMode = canvas.ImageFillContain
	paint := func() {
		image.Resource = fynetheme.NewColoredResource(lockOpen, theme.Wait)
		if p.closed {
			image.Resource = fynetheme.NewColoredResource(lockClosed, theme.Good)
		}
	}
	paint()
	size := func() fyne.Size { return fyne.NewSquareSize(theme.Px(15)) }
	return &simpleRenderer{object: image, min: size, paint: paint}
}
