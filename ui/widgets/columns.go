package widgets

import (
	"fyne.io/fyne/v2"

	"permanence/ui/theme"
)

// Columns puts its visible objects side by side and shares the width out among
// them, each as high as it needs, their heads on one line.
type Columns struct {
	Gap    float32
	Shares []float32 // one an object; equal shares where they are missing
	Fill   bool      // objects take the whole height
}

// MinSize is wide enough for each object to have its share.
func (l *Columns) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var size fyne.Size
	total := l.total(objects)
	for i, o := range objects {
		if !o.Visible() {
			continue
		}
		m := o.MinSize()
		size.Width = max(size.Width, m.Width/l.share(i)*total)
		size.Height = max(size.Height, m.Height)
	}
	return size.AddWidthHeight(l.gaps(objects), 0)
}

// Layout gives each object its share of the width and its height.
func (l *Columns) Layout(objects []fyne.CanvasObject, size fyne.Size) {
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
	h := float32(0)
	l.each(objects, width, func(o fyne.CanvasObject, _, w float32) { h = max(h, HeightOf(o, w)) })
	return h
}

func (l *Columns) each(objects []fyne.CanvasObject, width float32, do func(o fyne.CanvasObject, x, width float32)) {
	room, total := max(0, width-l.gaps(objects)), l.total(objects)
	x := float32(0)
	for i, o := range objects {
		if !o.Visible() {
			continue
		}
		w := room * l.share(i) / total
		do(o, x, w)
		x += w + theme.Px(l.Gap)
	}
}

func (l *Columns) gaps(objects []fyne.CanvasObject) float32 {
	return theme.Px(l.Gap) * float32(max(0, len(visible(objects))-1))
}

func (l *Columns) total(objects []fyne.CanvasObject) float32 {
	sum := float32(0)
	for i, o := range objects {
		if o.Visible() {
			sum += l.share(i)
		}
	}
	return max(sum, 1e-6)
}

func (l *Columns) share(i int) float32 {
	if i < len(l.Shares) {
		return l.Shares[i]
	}
	return 1
}
