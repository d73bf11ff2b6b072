package sheet

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"

	"permanence/ui/theme"
	"permanence/ui/widgets"
	"permanence/ui/words"
)

// head is the title of a sheet, with the way out at its right.
type head struct {
	title, beside *widgets.Text
	row           *fyne.Container
	ground        *canvas.Rectangle
	hex           string
	object        fyne.CanvasObject
}

// Paper is a sheet without pages: a title with the way out, and what stands under it.
func Paper(w *words.Book, title string, leave func(), body fyne.CanvasObject) fyne.CanvasObject {
	h := newHead(w, title, leave)
	return widgets.NewBox(widgets.Panel, container.NewBorder(h.object, nil, nil, nil, body))
}

func newHead(w *words.Book, title string, leave func()) *head {
	h := &head{
		title:  widgets.NewText(title, widgets.TextStyle{Size: theme.SizeTitle, Bold: true}),
		beside: widgets.NewText("", widgets.TextStyle{Color: theme.Muted, Cut: true}),
	}
	out := widgets.NewKeyButton(w.T("sheet.close"), w.T("key.escape"), widgets.Secondary, leave).Small()
	h.row = container.New(&widgets.Row{Gap: 14, Grow: h.beside}, h.title, h.beside, out)
	h.ground = canvas.NewRectangle(color.Transparent)
	padded := container.New(widgets.Pad{24, 13, 14, 13}, h.row)
	h.object = container.NewStack(h.ground, container.NewBorder(nil, widgets.NewRule(), nil, nil, padded))
	return h
}

func (h *head) set(title, beside string) {
	if h.title.Set(title) {
		widgets.Relayout(h.row)
	}
	h.beside.Set(beside)
}

func (h *head) color(hex string) {
	h.hex = hex
	h.paint()
}

// paint gives the head the client's colour, in the shade of the theme in use.
func (h *head) paint() {
	h.ground.FillColor = color.Transparent
	h.ground.TopLeftCornerRadius, h.ground.TopRightCornerRadius = theme.Px(7), theme.Px(7)
	if h.hex == "" {
		h.title.SetColor(theme.Ink)
		h.beside.SetColor(theme.Muted)
	} else {
		shades := theme.Client(h.hex)
		h.ground.FillColor = shades.Bar
		h.title.Paint(shades.Text)
		h.beside.Paint(shades.Text)
	}
	h.ground.Refresh()
}
