package widgets

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"permanence/ui/theme"
)

// BoxStyle is how a Box looks.
type BoxStyle struct {
	Fill   fyne.ThemeColorName // "" is transparent
	Stroke fyne.ThemeColorName // "" has no border
	Width  float32             // of the border; 1 when 0
	Radius float32
	Pad    Pad
	Bar    float32 // width of a coloured bar at the left edge, see SetBar
}

// Panel is the style of the window's panels.
var Panel = BoxStyle{Fill: theme.Panel, Stroke: theme.Edge, Radius: 7}

// Box is a ground with a border under its content; it may carry a coloured bar
// and may be pressed.
type Box struct {
	widget.BaseWidget
	Content  fyne.CanvasObject
	OnTapped func() // nil: not to be pressed

	style   BoxStyle
	ground  color.Color // of a client; nil takes style.Fill
	bar     color.Color
	hovered bool
}

// NewBox puts content on a ground.
func NewBox(style BoxStyle, content fyne.CanvasObject) *Box {
	b := &Box{Content: content, style: style}
	b.ExtendBaseWidget(b)
	return b
}

// SetStyle changes the look.
func (b *Box) SetStyle(s BoxStyle) {
	if b.style != s {
		b.style = s
		b.Refresh()
	}
}

// SetGround gives the ground a colour that is not of the theme, nil takes it back.
func (b *Box) SetGround(c color.Color) {
	if b.ground != c {
		b.ground = c
		b.Refresh()
	}
}

// SetBar colours the bar at the left edge.
func (b *Box) SetBar(c color.Color) {
	if b.bar != c {
		b.bar = c
		b.Refresh()
	}
}

// Tapped does what the box is for.
func (b *Box) Tapped(*fyne.PointEvent) {
	if b.OnTapped != nil {
		b.OnTapped()
	}
}

// MouseIn lights a box that can be pressed.
func (b *Box) MouseIn(*desktop.MouseEvent) { b.hover(true) }

// MouseMoved has nothing to do.
func (b *Box) MouseMoved(*desktop.MouseEvent) {}

// MouseOut puts the light out.
func (b *Box) MouseOut() { b.hover(false) }

func (b *Box) hover(on bool) {
	if b.OnTapped != nil && b.hovered != on {
		b.hovered = on
		b.Refresh()
	}
}

// HeightFor is the content's height at that width, with the padding.
func (b *Box) HeightFor(width float32) float32 {
	return HeightOf(b.Content, width-b.style.Pad.across()-theme.Px(b.style.Bar)) + b.style.Pad.down()
}

// CreateRenderer is Fyne's way to the drawing of a widget.
func (b *Box) CreateRenderer() fyne.WidgetRenderer {
	r := &boxRenderer{box: b, rect: canvas.NewRectangle(nil), bar: canvas.NewRectangle(nil)}
	r.objects = []fyne.CanvasObject{r.rect, r.bar}
	if b.Content != nil {
		r.objects = append(r.objects, b.Content)
	}
	r.paint()
	return r
}

func (b *Box) relayout() {
	Relayout(b.Content)
}

type boxRenderer struct {
	box       *Box
	rect, bar *canvas.Rectangle
	objects   []fyne.CanvasObject
}

func (r *boxRenderer) Destroy()                     {}
func (r *boxRenderer) Objects() []fyne.CanvasObject { return r.objects }

func (r *boxRenderer) MinSize() fyne.Size {
	m := r.box.Content.MinSize()
	s := r.box.style
	return fyne.NewSize(m.Width+s.Pad.across()+theme.Px(s.Bar), m.Height+s.Pad.down())
}

func (r *boxRenderer) Layout(size fyne.Size) {
	s := r.box.style
	r.rect.Resize(size)
	bar := theme.Px(s.Bar)
	r.bar.Resize(fyne.NewSize(bar, size.Height))
	r.box.Content.Move(fyne.NewPos(bar+theme.Px(s.Pad[0]), theme.Px(s.Pad[1])))
	r.box.Content.Resize(fyne.NewSize(size.Width-bar-s.Pad.across(), size.Height-s.Pad.down()))
}

func (r *boxRenderer) Refresh() {
	r.paint()
	r.Layout(r.box.Size())
	r.rect.Refresh()
	r.bar.Refresh()
}

func (r *boxRenderer) paint() {
	s := r.box.style
	r.rect.FillColor = r.ground()
	r.rect.CornerRadius = theme.Px(s.Radius)
	r.rect.StrokeColor, r.rect.StrokeWidth = nil, 0
	if s.Stroke != "" {
		r.rect.StrokeColor, r.rect.StrokeWidth = theme.Color(s.Stroke), max(s.Width, 1)
	}
	_, _, _, seen := r.rect.FillColor.RGBA()
	r.rect.Hidden = seen == 0 && s.Stroke == "" // not to be blended for nothing
	r.bar.FillColor = r.box.bar
	r.bar.TopLeftCornerRadius, r.bar.BottomLeftCornerRadius = theme.Px(s.Radius), theme.Px(s.Radius)
	r.bar.Hidden = s.Bar == 0 || r.box.bar == nil
}

func (r *boxRenderer) ground() color.Color {
	var c color.Color = color.Transparent
	switch {
	case r.box.ground != nil:
		c = r.box.ground
	case r.box.style.Fill != "":
		c = theme.Color(r.box.style.Fill)
	}
	if !r.box.hovered {
		return c
	}
	if _, _, _, a := c.RGBA(); a == 0 {
		return theme.Color(theme.Hover)
	}
	return theme.Mix(c, theme.Color(theme.Ink), 0.04)
}
