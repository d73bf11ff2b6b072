package sheet

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"permanence/ui/theme"
	"permanence/ui/widgets"
)

// head is the title of a sheet, with the way out at its right.
type head struct {
	title, beside *widgets.Text
	box           *widgets.Box
	object        fyne.CanvasObject
}

func newHead(s *Sheet) *head {
	h := &head{
		title:  widgets.NewText(s.cfg.Title, widgets.TextStyle{Size: theme.SizeTitle, Bold: true}),
		beside: widgets.NewText("", widgets.TextStyle{Color: theme.Muted, Cut: true}),
	}
	out := CloseButton(s.cfg.Words.T("sheet.close"), s.Leave)
	row := container.New(&widgets.Row{Gap: 14, Grow: h.beside}, h.title, h.beside, out)
	h.box = widgets.NewBox(headStyle, row)
	h.object = h.box
	return h
}

var headStyle = widgets.BoxStyle{Fill: theme.Panel, Stroke: theme.Edge, Radius: 7, Pad: widgets.Pad{24, 13, 14, 13}}

// CloseButton is the way out of an overlay, with its key.
func CloseButton(label string, leave func()) *widgets.KeyButton {
	return widgets.NewKeyButton(label, "Échap", widgets.Secondary, leave).Small()
}

func (h *head) set(title, beside string) {
	if h.title.Set(title) {
		widgets.Relayout(h.box)
	}
	h.beside.Set(beside)
}

func (h *head) color(hex string) {
	if hex == "" {
		h.box.SetGround(nil)
		h.title.SetColor(theme.Ink)
		h.beside.SetColor(theme.Muted)
		return
	}
	shades := theme.Client(hex)
	h.box.SetGround(shades.Bar)
	h.title.Paint(shades.Text)
	h.beside.Paint(shades.Text)
}
