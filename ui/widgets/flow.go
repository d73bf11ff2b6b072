package widgets

import (
	"fyne.io/fyne/v2"

	"permanence/ui/theme"
)

// Flow puts its visible objects side by side at their own widths and goes on in
// a further row where there is no more room.
type Flow struct{ Gap float32 }

// MinSize is that of the widest object: one row of it at least.
func (f *Flow) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var size fyne.Size
	for _, o := range visible(objects) {
		size = size.Max(fyne.NewSize(o.MinSize().Width, o.MinSize().Height))
	}
	return size
}

// Layout places the objects row by row.
func (f *Flow) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	f.place(objects, size.Width, func(o fyne.CanvasObject, pos fyne.Position, s fyne.Size) {
		o.Move(pos)
		o.Resize(s)
	})
}

// HeightFor is the height the objects need at a width.
func (f *Flow) HeightFor(objects []fyne.CanvasObject, width float32) float32 {
	return f.place(objects, width, func(fyne.CanvasObject, fyne.Position, fyne.Size) {})
}

func (f *Flow) place(objects []fyne.CanvasObject, width float32, put func(fyne.CanvasObject, fyne.Position, fyne.Size)) float32 {
	gap := theme.Px(f.Gap)
	var x, y, row float32
	for _, o := range visible(objects) {
		m := fyne.NewSize(min(wish(o), width), o.MinSize().Height)
		if x > 0 && x+m.Width > width {
			x, y, row = 0, y+row+gap, 0
		}
		put(o, fyne.NewPos(x, y), m)
		x += m.Width + gap
		row = max(row, m.Height)
	}
	return y + row
}
