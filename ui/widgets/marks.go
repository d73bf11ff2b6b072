package widgets

import (
	"image"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	fynetheme "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"permanence/ui/theme"
)

// Dot is a small round light: the state of a line, of the office.
type Dot struct {
	widget.BaseWidget
	color fyne.ThemeColorName
}

// NewDot makes a light of a colour.
func NewDot(c fyne.ThemeColorName) *Dot {
	d := &Dot{color: c}
	d.ExtendBaseWidget(d)
	return d
}

// SetColor changes the light.
func (d *Dot) SetColor(c fyne.ThemeColorName) {
	if d.color != c {
		d.color = c
		d.Refresh()
	}
}

// CreateRenderer is Fyne's way to the drawing of a widget.
func (d *Dot) CreateRenderer() fyne.WidgetRenderer {
	c := canvas.NewCircle(theme.Color(d.color))
	size := func() fyne.Size { return fyne.NewSquareSize(theme.Px(9)) }
	return &simpleRenderer{object: c, min: size, paint: func() { c.FillColor = theme.Color(d.color) }}
}

// Rule is a thin line between rows.
type Rule struct{ widget.BaseWidget }

// NewRule makes a line as wide as its room.
func NewRule() *Rule {
	r := &Rule{}
	r.ExtendBaseWidget(r)
	return r
}

// CreateRenderer is Fyne's way to the drawing of a widget.
func (r *Rule) CreateRenderer() fyne.WidgetRenderer {
	line := canvas.NewRectangle(theme.Color(theme.Edge))
	size := func() fyne.Size { return fyne.NewSize(1, 1) }
	return &simpleRenderer{object: line, min: size, paint: func() { line.FillColor = theme.Color(theme.Edge) }}
}

// Stripes is the hatched ground of time that is kept for emergencies.
type Stripes struct{ widget.BaseWidget }

// NewStripes makes a hatched ground.
func NewStripes() *Stripes {
	s := &Stripes{}
	s.ExtendBaseWidget(s)
	return s
}

// CreateRenderer is Fyne's way to the drawing of a widget.
func (s *Stripes) CreateRenderer() fyne.WidgetRenderer {
	r := canvas.NewRaster(hatch)
	return &simpleRenderer{object: r, min: func() fyne.Size { return fyne.Size{} }, paint: func() {}}
}

// hatch draws diagonal stripes, with a soft edge so that they do not flicker.
func hatch(w, h int) image.Image {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	ground, stripe := theme.Color(theme.BadTint), theme.Color(theme.BadStripe)
	const period = 18
	ramp := make([]color.NRGBA, period)
	for i := range ramp {
		edge := min(float64(i), float64(period-i)) - period/4.0
		ramp[i] = theme.Mix(ground, stripe, min(max(edge/1.5+0.5, 0), 1))
	}
	for y := range h {
		for x := range w {
			img.SetNRGBA(x, y, ramp[(x+y)%period])
		}
	}
	return img
}

// simpleRenderer draws a widget that is one canvas object.
type simpleRenderer struct {
	object fyne.CanvasObject
	min    func() fyne.Size
	paint  func()
}

func (r *simpleRenderer) Destroy()                     {}
func (r *simpleRenderer) MinSize() fyne.Size           { return r.min() }
func (r *simpleRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.object} }
func (r *simpleRenderer) Layout(size fyne.Size)        { r.object.Resize(size) }

func (r *simpleRenderer) Refresh() {
	r.paint()
	r.object.Refresh()
}

// Meter shows a level as lit bars, like that of a mixer.
type Meter struct {
	widget.BaseWidget
	lit int
}

const meterBars = 8

// NewMeter makes a meter that shows silence.
func NewMeter() *Meter {
	m := &Meter{}
	m.ExtendBaseWidget(m)
	return m
}

// SetLevel shows a level in dBFS: nothing below -60, all bars from -6 up.
func (m *Meter) SetLevel(dbfs float64) {
	lit := min(max(int((dbfs+60)/54*meterBars), 0), meterBars)
	if lit != m.lit {
		m.lit = lit
		m.Refresh()
	}
}

// CreateRenderer is Fyne's way to the drawing of a widget.
func (m *Meter) CreateRenderer() fyne.WidgetRenderer {
	r := &meterRenderer{meter: m}
	for i := range r.bars {
		r.bars[i] = canvas.NewRectangle(nil)
		r.objects = append(r.objects, r.bars[i])
	}
	r.paint()
	return r
}

type meterRenderer struct {
	meter   *Meter
	bars    [meterBars]*canvas.Rectangle
	objects []fyne.CanvasObject
}

func (r *meterRenderer) Destroy()                     {}
func (r *meterRenderer) Objects() []fyne.CanvasObject { return r.objects }
func (r *meterRenderer) MinSize() fyne.Size {
	return fyne.NewSize(theme.Px(5*meterBars-2), theme.Px(12))
}

func (r *meterRenderer) Layout(fyne.Size) {
	for i, b := range r.bars {
		b.Move(fyne.NewPos(theme.Px(5)*float32(i), 0))
		b.Resize(fyne.NewSize(theme.Px(3), theme.Px(12)))
		b.CornerRadius = 1
	}
}

func (r *meterRenderer) Refresh() {
	r.paint()
	for _, b := range r.bars {
		b.Refresh()
	}
}

func (r *meterRenderer) paint() {
	for i, b := range r.bars {
		c := theme.Unlit
		switch {
		case i < r.meter.lit && i >= meterBars-1:
			c = theme.Wait
		case i < r.meter.lit:
			c = theme.Good
		}
		b.FillColor = theme.Color(c)
	}
}

// Icon is one of Fyne's pictures in one of our colours.
type Icon struct {
	widget.BaseWidget
	name  fyne.ThemeIconName
	color fyne.ThemeColorName
}

// NewIcon makes a picture the height of small text.
func NewIcon(name fyne.ThemeIconName, c fyne.ThemeColorName) *Icon {
	i := &Icon{name: name, color: c}
	i.ExtendBaseWidget(i)
	return i
}

// SetColor changes the colour of the picture.
func (i *Icon) SetColor(c fyne.ThemeColorName) {
	if i.color != c {
		i.color = c
		i.Refresh()
	}
}

// CreateRenderer is Fyne's way to the drawing of a widget.
func (i *Icon) CreateRenderer() fyne.WidgetRenderer {
	image := canvas.NewImageFromResource(nil)
	image.FillMode = canvas.ImageFillContain
	paint := func() {
		image.Resource = fynetheme.NewColoredResource(theme.Current().Icon(i.name), i.color)
	}
	paint()
	size := func() fyne.Size { return fyne.NewSquareSize(theme.Px(15)) }
	return &simpleRenderer{object: image, min: size, paint: paint}
}

// IconButton is a small picture that can be pressed: one day further, close.
type IconButton struct {
	widget.BaseWidget
	OnTapped func()
	icon     fyne.ThemeIconName
	hovered  bool
}

// NewIconButton makes one of Fyne's themed icons pressable.
func NewIconButton(icon fyne.ThemeIconName, tapped func()) *IconButton {
	b := &IconButton{icon: icon, OnTapped: tapped}
	b.ExtendBaseWidget(b)
	return b
}

// SetIcon changes the picture.
func (b *IconButton) SetIcon(icon fyne.ThemeIconName) {
	if b.icon != icon {
		b.icon = icon
		b.Refresh()
	}
}

// Tapped does what the picture says.
func (b *IconButton) Tapped(*fyne.PointEvent) { b.OnTapped() }

// MouseIn lights the button.
func (b *IconButton) MouseIn(*desktop.MouseEvent) { b.hovered = true; b.Refresh() }

// MouseMoved has nothing to do.
func (b *IconButton) MouseMoved(*desktop.MouseEvent) {}

// MouseOut puts the light out.
func (b *IconButton) MouseOut() { b.hovered = false; b.Refresh() }

// CreateRenderer is Fyne's way to the drawing of a widget.
func (b *IconButton) CreateRenderer() fyne.WidgetRenderer {
	r := &iconRenderer{button: b, rect: canvas.NewRectangle(nil), image: canvas.NewImageFromResource(nil)}
	r.paint()
	return r
}

type iconRenderer struct {
	button *IconButton
	rect   *canvas.Rectangle
	image  *canvas.Image
}

func (r *iconRenderer) Destroy()                     {}
func (r *iconRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.rect, r.image} }
func (r *iconRenderer) MinSize() fyne.Size           { return fyne.NewSquareSize(theme.Px(26)) }

func (r *iconRenderer) Layout(size fyne.Size) {
	r.rect.Resize(size)
	side := theme.Px(18)
	r.image.Move(fyne.NewPos((size.Width-side)/2, (size.Height-side)/2))
	r.image.Resize(fyne.NewSquareSize(side))
}

func (r *iconRenderer) Refresh() {
	r.paint()
	r.rect.Refresh()
	r.image.Refresh()
}

func (r *iconRenderer) paint() {
	r.rect.FillColor, r.rect.CornerRadius = color.Transparent, theme.Px(5)
	if r.button.hovered {
		r.rect.FillColor = theme.Color(theme.Hover)
	}
	r.image.Resource = fynetheme.NewThemedResource(theme.Current().Icon(r.button.icon))
	r.image.FillMode = canvas.ImageFillContain
}
