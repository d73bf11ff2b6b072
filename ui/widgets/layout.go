package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"permanence/ui/theme"
)

// tall is something whose height depends on its width.
type tall interface{ HeightFor(width float32) float32 }

// Column stacks its visible objects, each as wide as the column. Distances are
// scaled with the theme.
type Column struct {
	Gap  float32
	Grow fyne.CanvasObject // takes the height that is left; nil leaves it empty
}

// MinSize is the sum of the heights and the greatest width.
func (l *Column) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var size fyne.Size
	for i, o := range visible(objects) {
		m := o.MinSize()
		size.Width = max(size.Width, m.Width)
		size.Height += m.Height
		if i > 0 {
			size.Height += theme.Px(l.Gap)
		}
	}
	return size
}

// Layout places the objects from the top.
func (l *Column) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	shown := visible(objects)
	left := max(0, size.Height-l.HeightFor(shown, size.Width))
	y := float32(0)
	for _, o := range shown {
		h := HeightOf(o, size.Width)
		if o == l.Grow {
			h += left
		}
		o.Move(fyne.NewPos(0, y))
		o.Resize(fyne.NewSize(size.Width, h))
		y += h + theme.Px(l.Gap)
	}
}

// HeightFor is the height the objects need at a width.
func (l *Column) HeightFor(objects []fyne.CanvasObject, width float32) float32 {
	h := float32(0)
	for i, o := range visible(objects) {
		if i > 0 {
			h += theme.Px(l.Gap)
		}
		h += HeightOf(o, width)
	}
	return h
}

// Row puts its visible objects side by side, each at its own width and centred
// in the height.
type Row struct {
	Gap  float32
	Grow fyne.CanvasObject // takes the width that is left
	Fill bool              // objects take the whole height
}

// MinSize is the sum of the widths and the greatest height.
func (l *Row) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var size fyne.Size
	for i, o := range visible(objects) {
		m := o.MinSize()
		size.Width += m.Width
		size.Height = max(size.Height, m.Height)
		if i > 0 {
			size.Width += theme.Px(l.Gap)
		}
	}
	return size
}

// Layout places the objects from the left. When there is too little room the
// growing one is made narrower than it wishes.
func (l *Row) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	shown := visible(objects)
	rest := size.Width - l.wished(shown)
	x := float32(0)
	for _, o := range shown {
		w := wish(o)
		if o == l.Grow {
			w = max(w+rest, o.MinSize().Width)
		}
		w = min(w, max(0, size.Width-x))
		h := HeightOf(o, w)
		if l.Fill {
			h = size.Height
		}
		o.Move(fyne.NewPos(x, (size.Height-h)/2))
		o.Resize(fyne.NewSize(w, h))
		x += w + theme.Px(l.Gap)
	}
}

func (l *Row) wished(shown []fyne.CanvasObject) float32 {
	w := float32(0)
	for i, o := range shown {
		if i > 0 {
			w += theme.Px(l.Gap)
		}
		w += wish(o)
	}
	return w
}

// wish is the width an object would like: all its words, for a text.
func wish(o fyne.CanvasObject) float32 {
	if t, ok := o.(*Text); ok {
		return t.Natural().Width
	}
	return o.MinSize().Width
}

// Pad keeps a distance around its one object: left, top, right, bottom.
type Pad [4]float32

// All is the same distance on all sides.
func All(v float32) Pad { return Pad{v, v, v, v} }

// MinSize is the object's with the distances.
func (p Pad) MinSize(objects []fyne.CanvasObject) fyne.Size {
	m := objects[0].MinSize()
	return fyne.NewSize(m.Width+p.across(), m.Height+p.down())
}

// Layout places the object inside.
func (p Pad) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	objects[0].Move(fyne.NewPos(theme.Px(p[0]), theme.Px(p[1])))
	objects[0].Resize(fyne.NewSize(size.Width-p.across(), size.Height-p.down()))
}

// HeightFor is the height the object needs at a width, with the distances.
func (p Pad) HeightFor(objects []fyne.CanvasObject, width float32) float32 {
	return HeightOf(objects[0], width-p.across()) + p.down()
}

func (p Pad) across() float32 { return theme.Px(p[0]) + theme.Px(p[2]) }
func (p Pad) down() float32   { return theme.Px(p[1]) + theme.Px(p[3]) }

// TallLayout is a layout whose height depends on its width.
type TallLayout interface {
	HeightFor(objects []fyne.CanvasObject, width float32) float32
}

// HeightOf is the height an object needs at a width.
func HeightOf(o fyne.CanvasObject, width float32) float32 {
	switch o := o.(type) {
	case tall:
		return o.HeightFor(width)
	case *fyne.Container:
		if l, ok := o.Layout.(TallLayout); ok {
			return l.HeightFor(o.Objects, width)
		}
	}
	return o.MinSize().Height
}

func visible(objects []fyne.CanvasObject) []fyne.CanvasObject {
	for i, o := range objects {
		if !o.Visible() {
			return append(append([]fyne.CanvasObject(nil), objects[:i]...), visible(objects[i+1:])...)
		}
	}
	return objects
}

// Relayout places everything inside an object again at the size it has. A screen
// calls it after it changed words whose size matters.
func Relayout(o fyne.CanvasObject) {
	switch o := o.(type) {
	case *fyne.Container:
		if o.Layout != nil {
			o.Layout.Layout(o.Objects, o.Size())
		}
		for _, child := range o.Objects {
			Relayout(child)
		}
	case *container.Clip:
		Relayout(o.Content)
	case *container.Scroll:
		before := o.Content.Size()
		for range 2 { // the width comes first, and decides the height
			o.Content.Resize(o.Content.MinSize().Max(o.Size()))
		}
		if o.Content.Size() != before {
			o.Refresh() // its bar follows
		}
		Relayout(o.Content)
	case interface{ relayout() }:
		o.relayout()
	}
}

// NewScroll scrolls content whose height depends on its width.
func NewScroll(content fyne.CanvasObject) *container.Scroll {
	return container.NewVScroll(container.New(&scrolled{}, content))
}

// scrolled asks for the height its object needs at the width it was last given.
type scrolled struct{ width float32 }

func (s *scrolled) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(0, HeightOf(objects[0], s.width))
}

func (s *scrolled) HeightFor(objects []fyne.CanvasObject, width float32) float32 {
	return HeightOf(objects[0], width)
}

func (s *scrolled) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	s.width = size.Width
	objects[0].Resize(fyne.NewSize(size.Width, max(size.Height, HeightOf(objects[0], size.Width))))
}

// Show makes an object visible or not, and reports whether it was otherwise.
func Show(o fyne.CanvasObject, yes bool) bool {
	if o.Visible() == yes {
		return false
	}
	if yes {
		o.Show()
	} else {
		o.Hide()
	}
	return true
}
