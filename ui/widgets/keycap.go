package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"permanence/ui/theme"
)

// KeyCap is a key as it stands on the keyboard: "F2", "Ctrl K". An empty one
// takes no room.
type KeyCap struct {
	widget.BaseWidget
	text      *Text
	onPrimary bool
}

// NewKeyCap draws a key.
func NewKeyCap(key string) *KeyCap {
	k := &KeyCap{text: NewText(key, TextStyle{Size: theme.SizeTiny, Bold: true, Align: fyne.TextAlignCenter})}
	k.ExtendBaseWidget(k)
	return k
}

// Set changes the key and reports whether it was another.
func (k *KeyCap) Set(key string) bool {
	if k.text.Set(key) {
		k.Refresh()
		return true
	}
	return false
}

// String is what stands on the key.
func (k *KeyCap) String() string { return k.text.String() }

// CreateRenderer is Fyne's way to the drawing of a widget.
func (k *KeyCap) CreateRenderer() fyne.WidgetRenderer {
	r := &capRenderer{key: k, rect: canvas.NewRectangle(nil), foot: canvas.NewRectangle(nil)}
	r.paint()
	return r
}

// capRenderer draws the key with a thicker lower edge, as a key has.
type capRenderer struct {
	key        *KeyCap
	rect, foot *canvas.Rectangle
}

func (r *capRenderer) Destroy() {}

func (r *capRenderer) Objects() []fyne.CanvasObject {
	if r.key.String() == "" {
		return nil
	}
	return []fyne.CanvasObject{r.foot, r.rect, r.key.text}
}

func (r *capRenderer) MinSize() fyne.Size {
	if r.key.String() == "" {
		return fyne.Size{}
	}
	return fyne.NewSize(max(r.key.text.Natural().Width+theme.Px(10), theme.Px(20)), theme.Px(20))
}

func (r *capRenderer) Layout(size fyne.Size) {
	r.foot.Resize(size)
	r.rect.Resize(size.SubtractWidthHeight(0, theme.Px(1.5)))
	h := r.key.text.MinSize().Height
	r.key.text.Move(fyne.NewPos(0, (size.Height-theme.Px(1.5)-h)/2))
	r.key.text.Resize(fyne.NewSize(size.Width, h))
}

func (r *capRenderer) Refresh() {
	r.paint()
	r.Layout(r.key.Size())
	r.rect.Refresh()
	r.foot.Refresh()
}

func (r *capRenderer) paint() {
	face, edge, ink := theme.Cap, theme.Control, theme.Muted
	if r.key.onPrimary {
		face, edge, ink = theme.Primary, theme.OnPrimary, theme.OnPrimary
	}
	line := theme.Mix(theme.Color(face), theme.Color(edge), 0.6)
	r.foot.FillColor, r.foot.CornerRadius = line, theme.Px(4)
	r.rect.FillColor, r.rect.CornerRadius = theme.Color(face), theme.Px(4)
	r.rect.StrokeColor, r.rect.StrokeWidth = line, 1
	r.key.text.SetColor(ink)
}
