package widgets

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"permanence/ui/theme"
)

// Kind is how much a button asks for attention.
type Kind int

// The kinds of buttons. A screen has at most one Primary.
const (
	Secondary Kind = iota
	Primary
	Quiet  // no border: beside the point
	Danger // takes something away
)

// KeyButton is a button with its key written on it. It is not a stop of the Tab
// key: its own key works from everywhere, and the keyboard stays in the entry.
type KeyButton struct {
	widget.BaseWidget
	OnTapped func()

	kind     Kind
	small    bool
	label    *Text
	cap      *KeyCap
	hovered  bool
	focused  bool
	disabled bool
}

// NewKeyButton makes a button; an empty key shows none.
func NewKeyButton(label, key string, kind Kind, tapped func()) *KeyButton {
	b := &KeyButton{}
	b.build(label, key, kind, tapped)
	b.ExtendBaseWidget(b)
	return b
}

func (b *KeyButton) build(label, key string, kind Kind, tapped func()) {
	b.OnTapped, b.kind = tapped, kind
	b.label = NewText(label, TextStyle{Bold: kind != Quiet, Cut: true, Size: theme.SizeSmall})
	b.cap = NewKeyCap(key)
	b.cap.onPrimary = kind == Primary
}

// Small makes a button of less height, for cards and rows, and returns it.
func (b *KeyButton) Small() *KeyButton {
	b.small = true
	return b
}

// SetLabel changes the words and reports whether they were others.
func (b *KeyButton) SetLabel(s string) bool {
	if b.label.Set(s) {
		b.Refresh()
		return true
	}
	return false
}

// Label is the words on the button.
func (b *KeyButton) Label() string { return b.label.String() }

// SetKey changes the key on the button and reports whether it was another.
func (b *KeyButton) SetKey(key string) bool {
	if b.cap.Set(key) {
		b.Refresh()
		return true
	}
	return false
}

// Key is the key written on the button.
func (b *KeyButton) Key() string { return b.cap.String() }

// SetKind changes how much the button asks for attention.
func (b *KeyButton) SetKind(k Kind) {
	if b.kind != k {
		b.kind = k
		b.cap.onPrimary = k == Primary
		b.Refresh()
	}
}

// SetEnabled lets the button be pressed or not.
func (b *KeyButton) SetEnabled(yes bool) {
	if b.disabled == yes {
		b.disabled = !yes
		b.Refresh()
	}
}

// Enabled reports whether the button can be pressed.
func (b *KeyButton) Enabled() bool { return !b.disabled }

// Tapped does what the button says.
func (b *KeyButton) Tapped(*fyne.PointEvent) {
	if !b.disabled && b.OnTapped != nil {
		b.OnTapped()
	}
}

// MouseIn lights the button.
func (b *KeyButton) MouseIn(*desktop.MouseEvent) { b.hover(true) }

// MouseMoved has nothing to do.
func (b *KeyButton) MouseMoved(*desktop.MouseEvent) {}

// MouseOut puts the light out.
func (b *KeyButton) MouseOut() { b.hover(false) }

func (b *KeyButton) hover(on bool) {
	b.hovered = on
	b.Refresh()
}

// CreateRenderer is Fyne's way to the drawing of a widget.
func (b *KeyButton) CreateRenderer() fyne.WidgetRenderer {
	r := &buttonRenderer{button: b, rect: canvas.NewRectangle(nil)}
	r.objects = []fyne.CanvasObject{r.rect, b.cap, b.label}
	r.paint()
	return r
}

// Button is a button without a key of its own: Tab reaches it, Space and Enter
// press it.
type Button struct{ KeyButton }

// NewButton makes a button that Tab reaches.
func NewButton(label string, kind Kind, tapped func()) *Button {
	b := &Button{}
	b.build(label, "", kind, tapped)
	b.ExtendBaseWidget(b)
	return b
}

// FocusGained shows that the keyboard is here.
func (b *Button) FocusGained() { b.focus(true) }

// FocusLost shows that it is not.
func (b *Button) FocusLost() { b.focus(false) }

func (b *Button) focus(on bool) {
	b.focused = on
	b.Refresh()
}

// TypedRune has nothing to do.
func (b *Button) TypedRune(rune) {}

// TypedKey presses the button by Space and Enter.
func (b *Button) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter:
		b.Tapped(nil)
	}
}

type buttonRenderer struct {
	button  *KeyButton
	rect    *canvas.Rectangle
	objects []fyne.CanvasObject
}

func (r *buttonRenderer) Destroy()                     {}
func (r *buttonRenderer) Objects() []fyne.CanvasObject { return r.objects }

func (r *buttonRenderer) height() float32 {
	if r.button.small {
		return theme.Px(28)
	}
	return theme.Px(34)
}

func (r *buttonRenderer) capWidth() float32 {
	if r.button.cap.String() == "" {
		return 0
	}
	return r.button.cap.MinSize().Width + theme.Px(8)
}

func (r *buttonRenderer) MinSize() fyne.Size {
	side := theme.Px(12)
	if r.button.small {
		side = theme.Px(9)
	}
	return fyne.NewSize(r.capWidth()+r.button.label.Natural().Width+2*side, r.height())
}

func (r *buttonRenderer) Layout(size fyne.Size) {
	r.rect.Resize(size)
	b := r.button
	words := min(b.label.Natural().Width, size.Width-r.capWidth()-theme.Px(9))
	x := (size.Width - r.capWidth() - words) / 2
	c := b.cap.MinSize()
	b.cap.Move(fyne.NewPos(x, (size.Height-c.Height)/2))
	b.cap.Resize(c)
	h := b.label.MinSize().Height
	b.label.Move(fyne.NewPos(x+r.capWidth(), (size.Height-h)/2))
	b.label.Resize(fyne.NewSize(words, h))
}

func (r *buttonRenderer) Refresh() {
	r.paint()
	r.Layout(r.button.Size())
	r.rect.Refresh()
	r.button.cap.Refresh()
}

// paint chooses the colours: fill, border, words.
func (r *buttonRenderer) paint() {
	b := r.button
	fill, edge, words := theme.Panel, theme.Rim, theme.Ink
	switch {
	case b.disabled:
		fill, edge, words = theme.Panel, theme.Edge, theme.Faint
	case b.kind == Primary:
		fill, edge, words = theme.Primary, theme.Primary, theme.OnPrimary
	case b.kind == Danger:
		words = theme.Bad
	case b.kind == Quiet:
		fill, edge, words = "", "", theme.Muted
	}
	b.label.SetColor(words)
	b.cap.onPrimary = b.kind == Primary && !b.disabled
	r.rect.CornerRadius = theme.Px(5)
	r.rect.FillColor, r.rect.StrokeColor, r.rect.StrokeWidth = r.shade(fill), nil, 0
	if edge != "" {
		r.rect.StrokeColor, r.rect.StrokeWidth = theme.Color(edge), 1
	}
	if b.focused {
		r.rect.StrokeColor, r.rect.StrokeWidth = theme.Color(theme.FocusRing), 2
	}
}

func (r *buttonRenderer) shade(fill fyne.ThemeColorName) color.Color {
	hover := r.button.hovered && !r.button.disabled
	switch {
	case fill == "" && hover:
		return theme.Color(theme.Hover)
	case fill == "":
		return color.Transparent
	case hover:
		return theme.Mix(theme.Color(fill), theme.Color(theme.Ink), 0.06)
	}
	return theme.Color(fill)
}
