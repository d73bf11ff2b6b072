package editor

import (
	"image/color"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"permanence/ui/sheet"
	"permanence/ui/theme"
)

// swatches are colours that carry white text (contrast of 4.5 at least) and that
// can be told from one another at arm's length.
var swatches = []string{
	"#7a2c39", "#b3261e", "#a2480d", "#7a5a00", "#4f6b15", "#1d7044",
	"#0b6a6f", "#1f5f99", "#3d4db3", "#6a3fa0", "#9c2f7a", "#4a5364",
}

// palette shows the swatches; the arrows choose one.
type palette struct {
	sheet.Stop
	chosen string
	choose func(hex string)
	dots   *swatchRow
}

func newPalette(s *sheet.Sheet, choose func(hex string)) *palette {
	p := &palette{choose: choose}
	p.dots = newSwatchRow(p)
	p.OnKey = p.key
	p.Around(s, p, p.dots, 6)
	return p
}

func (p *palette) key(name fyne.KeyName, mods fyne.KeyModifier) bool {
	at := slices.Index(swatches, p.chosen)
	switch {
	case mods == 0 && name == fyne.KeyRight:
		at++
	case mods == 0 && name == fyne.KeyLeft:
		at--
	default:
		return false
	}
	p.choose(swatches[min(max(at, 0), len(swatches)-1)])
	return true
}

// show marks the swatch of a colour, if it is one of them.
func (p *palette) show(hex string) {
	if hex = strings.ToLower(hex); p.chosen != hex {
		p.chosen = hex
		p.dots.Refresh()
	}
}

// swatchRow draws the swatches side by side.
type swatchRow struct {
	widget.BaseWidget
	owner *palette
}

func newSwatchRow(owner *palette) *swatchRow {
	r := &swatchRow{owner: owner}
	r.ExtendBaseWidget(r)
	return r
}

// Tapped chooses the swatch under the pointer.
func (r *swatchRow) Tapped(e *fyne.PointEvent) {
	if i := int(e.Position.X / swatchStep()); i >= 0 && i < len(swatches) {
		r.owner.choose(swatches[i])
	}
}

// CreateRenderer is Fyne's way to the drawing of a widget.
func (r *swatchRow) CreateRenderer() fyne.WidgetRenderer {
	s := &swatchRenderer{row: r}
	for range swatches {
		c := canvas.NewRectangle(color.Transparent)
		s.tiles = append(s.tiles, c)
		s.objects = append(s.objects, c)
	}
	s.paint()
	return s
}

func swatchStep() float32 { return theme.Px(38) }

type swatchRenderer struct {
	row     *swatchRow
	tiles   []*canvas.Rectangle
	objects []fyne.CanvasObject
}

func (s *swatchRenderer) Destroy()                     {}
func (s *swatchRenderer) Objects() []fyne.CanvasObject { return s.objects }

func (s *swatchRenderer) MinSize() fyne.Size {
	return fyne.NewSize(swatchStep()*float32(len(swatches))-theme.Px(6), theme.Px(32))
}

func (s *swatchRenderer) Layout(fyne.Size) {
	for i, t := range s.tiles {
		t.Move(fyne.NewPos(swatchStep()*float32(i), 0))
		t.Resize(fyne.NewSquareSize(theme.Px(32)))
	}
}

func (s *swatchRenderer) Refresh() {
	s.paint()
	for _, t := range s.tiles {
		t.Refresh()
	}
}

// paint draws a chosen swatch with a ring of the panel's paper inside its edge.
func (s *swatchRenderer) paint() {
	for i, t := range s.tiles {
		c, _ := theme.ParseColor(swatches[i])
		t.FillColor, t.CornerRadius = c, theme.Px(6)
		t.StrokeColor, t.StrokeWidth = theme.Color(theme.Edge), 1
		if swatches[i] == s.row.owner.chosen {
			t.StrokeColor, t.StrokeWidth = theme.Color(theme.Ink), 3
		}
	}
}
