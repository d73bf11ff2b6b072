package widgets

import (
	"fyne.io/fyne/v2"

	"permanence/ui/theme"
)

// Aside gives the second of two objects its own width at the right, at the top,
// and the first all the rest.
type Aside struct{ Gap float32 }

// MinSize is that of the two side by side.
func (a *Aside) MinSize(o []fyne.CanvasObject) fyne.Size {
	main, side := o[0].MinSize(), o[1].MinSize()
	return fyne.NewSize(main.Width+theme.Px(a.Gap)+side.Width, max(main.Height, side.Height))
}

// Layout puts the second at the right.
func (a *Aside) Layout(o []fyne.CanvasObject, size fyne.Size) {
	side := o[1].MinSize()
	rest := max(0, size.Width-side.Width-theme.Px(a.Gap))
	o[0].Move(fyne.NewPos(0, 0))
	o[0].Resize(fyne.NewSize(rest, max(size.Height, HeightOf(o[0], rest))))
	o[1].Move(fyne.NewPos(size.Width-side.Width, 0))
	o[1].Resize(side)
}

// HeightFor is the height the objects need at a width.
func (a *Aside) HeightFor(o []fyne.CanvasObject, width float32) float32 {
	side := o[1].MinSize()
	return max(HeightOf(o[0], max(0, width-side.Width-theme.Px(a.Gap))), side.Height)
}
