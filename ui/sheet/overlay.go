package sheet

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"permanence/ui/theme"
	"permanence/ui/widgets"
)

// Over lays a sheet of at most this size over the dimmed window, in its middle.
// The result fills the window, and nothing under it can be pressed.
func Over(paper fyne.CanvasObject, most fyne.Size) fyne.CanvasObject {
	box := widgets.NewBox(widgets.Panel, paper)
	return container.NewStack(newScrim(), container.New(&centred{most: most}, box))
}

// centred keeps its one object in the middle, not larger than most and away from
// the edges.
type centred struct{ most fyne.Size }

// MinSize is nothing: a sheet takes what the window has.
func (c *centred) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.Size{} }

// Layout puts the object in the middle, a little above it.
func (c *centred) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	away := 2 * theme.Px(20)
	w := min(theme.Px(c.most.Width), size.Width-away)
	h := min(theme.Px(c.most.Height), size.Height-away)
	objects[0].Move(fyne.NewPos((size.Width-w)/2, (size.Height-h)*0.4))
	objects[0].Resize(fyne.NewSize(w, h))
}

// scrim dims the window and takes the presses meant for it.
type scrim struct{ widget.BaseWidget }

func newScrim() *scrim {
	s := &scrim{}
	s.ExtendBaseWidget(s)
	return s
}

// Tapped has nothing to do: a press beside the sheet loses nothing.
func (*scrim) Tapped(*fyne.PointEvent) {}

// Scrolled has nothing to do: what lies under the sheet stays where it is.
func (*scrim) Scrolled(*fyne.ScrollEvent) {}

// CreateRenderer is Fyne's way to the drawing of a widget.
func (s *scrim) CreateRenderer() fyne.WidgetRenderer {
	r := &scrimRenderer{rect: canvas.NewRectangle(theme.Color(theme.Scrim))}
	return r
}

type scrimRenderer struct{ rect *canvas.Rectangle }

func (r *scrimRenderer) Destroy()                     {}
func (r *scrimRenderer) MinSize() fyne.Size           { return fyne.Size{} }
func (r *scrimRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.rect} }
func (r *scrimRenderer) Layout(size fyne.Size)        { r.rect.Resize(size) }

func (r *scrimRenderer) Refresh() {
	r.rect.FillColor = theme.Color(theme.Scrim)
	r.rect.Refresh()
}
