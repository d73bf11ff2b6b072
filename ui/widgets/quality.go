package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"permanence/ui/theme"
)

// Quality shows how well a call is heard as three rising bars: all lit and quiet
// when it is good, two in amber, one in red. It is not there until that is known.
type Quality struct {
	widget.BaseWidget
	OnHover func(over bool) // to say in words what it means

	lit int
}

const qualityBars = 3

// NewQuality makes an indicator that is not there yet.
func NewQuality() *Quality {
	q := &Quality{}
	q.ExtendBaseWidget(q)
	q.Hide()
	return q
}

// Set lights so many bars of three, and reports whether the indicator came or went.
// None takes it away.
func (q *Quality) Set(lit int) bool {
	if q.lit != lit {
		q.lit = lit
		q.Refresh()
	}
	return Show(q, lit > 0)
}

// Lit is how many bars are lit.
func (q *Quality) Lit() int { return q.lit }

// MouseIn says in words what it means.
func (q *Quality) MouseIn(*desktop.MouseEvent) { q.hover(true) }

// MouseMoved has nothing to do.
func (q *Quality) MouseMoved(*desktop.MouseEvent) {}

// MouseOut takes the words back.
func (q *Quality) MouseOut() { q.hover(false) }

func (q *Quality) hover(over bool) {
	if q.OnHover != nil {
		q.OnHover(over)
	}
}

// CreateRenderer is Fyne's way to the drawing of a widget.
func (q *Quality) CreateRenderer() fyne.WidgetRenderer {
	r := &qualityRenderer{quality: q}
	for i := range r.bars {
		r.bars[i] = canvas.NewRectangle(nil)
		r.objects = append(r.objects, r.bars[i])
	}
	r.paint()
	return r
}

type qualityRenderer struct {
	quality *Quality
	bars    [qualityBars]*canvas.Rectangle
	objects []fyne.CanvasObject
}

func (r *qualityRenderer) Destroy()                     {}
func (r *qualityRenderer) Objects() []fyne.CanvasObject { return r.objects }

func (r *qualityRenderer) MinSize() fyne.Size {
	return fyne.NewSize(theme.Px(5*qualityBars-1), theme.Px(14))
}

func (r *qualityRenderer) Layout(size fyne.Size) {
	foot := (size.Height + theme.Px(12)) / 2
	for i, b := range r.bars {
		height := theme.Px(4) * float32(i+1)
		b.Move(fyne.NewPos(theme.Px(5)*float32(i), foot-height))
		b.Resize(fyne.NewSize(theme.Px(3.5), height))
		b.CornerRadius = 1
	}
}

func (r *qualityRenderer) Refresh() {
	r.paint()
	for _, b := range r.bars {
		b.Refresh()
	}
}

func (r *qualityRenderer) paint() {
	lit := []fyne.ThemeColorName{theme.Unlit, theme.Bad, theme.Wait, theme.Faint}[min(r.quality.lit, qualityBars)]
	for i, b := range r.bars {
		c := theme.Unlit
		if i < r.quality.lit {
			c = lit
		}
		b.FillColor = theme.Color(c)
	}
}
