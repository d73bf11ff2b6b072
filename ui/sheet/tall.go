package sheet

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"permanence/ui/widgets"
)

// tall is content for a scroll whose height follows from its width.
type tall struct {
	widget.BaseWidget
	inner fyne.CanvasObject
}

// Tall makes an object fit for a scroll: as high as it must be at the width that
// the scroll has.
func Tall(inner fyne.CanvasObject) fyne.CanvasObject {
	t := &tall{inner: inner}
	t.ExtendBaseWidget(t)
	return t
}

// CreateRenderer is Fyne's way to the drawing of a widget.
func (t *tall) CreateRenderer() fyne.WidgetRenderer { return &tallRenderer{tall: t} }

type tallRenderer struct{ tall *tall }

func (r *tallRenderer) Destroy()                     {}
func (r *tallRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.tall.inner} }
func (r *tallRenderer) Layout(size fyne.Size)        { r.tall.inner.Resize(size) }
func (r *tallRenderer) Refresh()                     { r.Layout(r.tall.Size()) }

func (r *tallRenderer) MinSize() fyne.Size {
	return fyne.NewSize(0, widgets.HeightOf(r.tall.inner, r.tall.Size().Width))
}
