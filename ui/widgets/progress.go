package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"permanence/ui/theme"
)

// Progress is a thin line that fills from the left: how far a sound has been heard,
// or a file read. A tap on it goes there when OnSought is set.
type Progress struct {
	widget.BaseWidget
	OnSought func(share float64)

	share float64
}

// NewProgress makes an empty line.
func NewProgress() *Progress {
	p := &Progress{}
	p.ExtendBaseWidget(p)
	return p
}

// Set fills the line to a share, 0..1.
func (p *Progress) Set(share float64) {
	if share = min(max(share, 0), 1); p.share != share {
		p.share = share
		p.Refresh()
	}
}

// Share is how much of the line is filled.
func (p *Progress) Share() float64 { return p.share }

// Tapped goes to the place that was tapped.
func (p *Progress) Tapped(e *fyne.PointEvent) {
	if w := p.Size().Width; p.OnSought != nil && w > 0 {
		p.OnSought(float64(min(max(e.Position.X/w, 0), 1)))
	}
}

// CreateRenderer is Fyne's way to the drawing of a widget.
func (p *Progress) CreateRenderer() fyne.WidgetRenderer {
	r := &progressRenderer{progress: p, ground: canvas.NewRectangle(nil), fill: canvas.NewRectangle(nil)}
	r.paint()
	return r
}

type progressRenderer struct {
	progress     *Progress
	ground, fill *canvas.Rectangle
}

func (r *progressRenderer) Destroy() {}

func (r *progressRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.ground, r.fill}
}

func (r *progressRenderer) MinSize() fyne.Size { return fyne.NewSize(theme.Px(60), theme.Px(14)) }

func (r *progressRenderer) Layout(size fyne.Size) {
	thick := theme.Px(4)
	y := (size.Height - thick) / 2
	r.ground.Move(fyne.NewPos(0, y))
	r.ground.Resize(fyne.NewSize(size.Width, thick))
	r.fill.Move(fyne.NewPos(0, y))
	r.fill.Resize(fyne.NewSize(size.Width*float32(r.progress.share), thick))
}

func (r *progressRenderer) Refresh() {
	r.paint()
	r.Layout(r.progress.Size())
	r.ground.Refresh()
	r.fill.Refresh()
}

func (r *progressRenderer) paint() {
	for _, b := range []*canvas.Rectangle{r.ground, r.fill} {
		b.CornerRadius = theme.Px(2)
	}
	r.ground.FillColor, r.fill.FillColor = theme.Color(theme.Unlit), theme.Color(theme.Good)
}
