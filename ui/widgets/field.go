package widgets

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"permanence/ui/theme"
)

// Field is an entry, or another control, with its label above and room for a
// remark at the right of the label.
type Field struct {
	widget.BaseWidget
	label  *Text
	remark *Text
	input  fyne.CanvasObject
	ring   *canvas.Rectangle // around the input that has the keyboard
}

// NewField labels an input.
func NewField(label string, input fyne.CanvasObject) *Field {
	f := &Field{
		label:  NewText(label, TextStyle{Size: theme.SizeSmall, Color: theme.Muted, Cut: true}),
		remark: NewText("", TextStyle{Size: theme.SizeSmall, Color: theme.Faint, Align: fyne.TextAlignTrailing, Cut: true}),
		input:  input,
		ring:   canvas.NewRectangle(color.Transparent),
	}
	if e, ok := input.(*Entry); ok {
		e.ring = f.light
	}
	f.ring.Hide()
	f.ExtendBaseWidget(f)
	return f
}

// SetLabel changes the label.
func (f *Field) SetLabel(s string) {
	if f.label.Set(s) {
		f.Refresh()
	}
}

// Label is what stands above the input.
func (f *Field) Label() string { return f.label.String() }

// SetRemark writes beside the label in a colour: what is missing, how many
// characters are left. Empty writes nothing.
func (f *Field) SetRemark(s string, c fyne.ThemeColorName) {
	f.remark.SetColor(c)
	if f.remark.Set(s) {
		f.Refresh()
	}
}

// Remark is what stands beside the label.
func (f *Field) Remark() string { return f.remark.String() }

// light shows that the keyboard is in the input: a thin border alone is not seen
// at arm's length.
func (f *Field) light(on bool) {
	f.ring.Hidden = !on
	f.Refresh()
}

// CreateRenderer is Fyne's way to the drawing of a widget.
func (f *Field) CreateRenderer() fyne.WidgetRenderer {
	return &fieldRenderer{field: f, objects: []fyne.CanvasObject{f.label, f.remark, f.input, f.ring}}
}

type fieldRenderer struct {
	field   *Field
	objects []fyne.CanvasObject
}

const labelGap = 3

func (r *fieldRenderer) Destroy()                     {}
func (r *fieldRenderer) Objects() []fyne.CanvasObject { return r.objects }

func (r *fieldRenderer) MinSize() fyne.Size {
	in, l := r.field.input.MinSize(), r.field.label.MinSize()
	return fyne.NewSize(max(in.Width, theme.Px(60)), l.Height+theme.Px(labelGap)+in.Height)
}

func (r *fieldRenderer) Layout(size fyne.Size) {
	h := r.field.label.MinSize().Height
	remark := min(r.field.remark.Natural().Width, size.Width)
	label := min(r.field.label.Natural().Width, max(0, size.Width-remark-theme.Px(6)))
	r.field.label.Resize(fyne.NewSize(label, h))
	r.field.remark.Move(fyne.NewPos(size.Width-remark, 0))
	r.field.remark.Resize(fyne.NewSize(remark, h))
	top := h + theme.Px(labelGap)
	r.field.input.Move(fyne.NewPos(0, top))
	r.field.input.Resize(fyne.NewSize(size.Width, size.Height-top))
	r.field.ring.Move(fyne.NewPos(0, top))
	r.field.ring.Resize(fyne.NewSize(size.Width, size.Height-top))
}

func (r *fieldRenderer) Refresh() {
	r.Layout(r.field.Size())
	ring := r.field.ring
	ring.StrokeColor, ring.StrokeWidth, ring.CornerRadius = theme.Color(theme.FocusRing), 2, theme.Px(5)
	ring.Refresh()
	r.field.label.Refresh()
	r.field.remark.Refresh()
}
