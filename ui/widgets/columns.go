package widgets

import (
	"fyne.io/fyne/v2"

	"permanence/ui/theme"
)

// Columns puts its visible objects side by side and shares the width out among
// them, each as high as it needs, their heads on one line. Where a column would
// be narrower than Least they stand under one another instead.
type Columns struct {
	Gap    float32
	Shares []float32 // one an object; equal shares where they are missing
	Least  float32   // width of the narrowest column
	Fill   bool      // objects take the whole height
}

// MinSize is wide enough for the widest object alone.
func (l *Columns) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var size fyne.Size
	for _, o := range visible(objects) {
		size = size.Max(o.MinSize())
	}
	return size
}

// Layout gives each object its share of the width and its height.
func (l *Columns) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	if l.stacked(objects, size.Width) {
		l.stack().Layout(objects, size)
		return
	}
	l.each(objects, size.Width, func(o fyne.CanvasObject, x, width float32) {
		height := HeightOf(o, width)
		if l.Fill {
			height = max(height, size.Height)
		}
		o.Move(fyne.NewPos(x, 0))
		o.Resize(fyne.NewSize(width, height))
	})
}

// HeightFor is the height the objects need at a width.
func (l *Columns) HeightFor(objects []fyne.CanvasObject, width float32) float32 {
	if l.stacked(objects, width) {
		return l.stack().HeightFor(objects, width)
	}
	h := float32(0)
	l.each(objects, width, func(o fyne.CanvasObject, _, w float32) { h = max(h, HeightOf(o, w)) })
	return h
}

func (l *Columns) stack() *Column { return &Column{Gap: l.Gap * 0.85} }

// stacked reports whether a column would be too narrow at a width.
func (l *Columns) stacked(objects []fyne.CanvasObject, width float32) bool {
	narrow := false
	l.each(objects, width, func(_ fyne.CanvasObject, _, w float32) { narrow = narrow || w < theme.Px(l.Least) })
	return narrow
}

func (l *Columns) each(objects []fyne.CanvasObject, width float32, do func(o fyne.CanvasObject, x, width float32)) {
	gaps, total := -theme.Px(l.Gap), float32(0)
	for i, o := range objects {
		if o.Visible() {
			gaps += theme.Px(l.Gap)
			total += l.share(i)
		}
	}
	x := float32(0)
	for i, o := range objects {
		if o.Visible() {
			w := max(0, width-gaps) * l.share(i) / total
			do(o, x, w)
			x += w + theme.Px(l.Gap)
		}
	}
}

func (l *Columns) share(i int) float32 {
	if i < len(l.Shares) {
		return l.Shares[i]
	}
	return 1
}
