package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"permanence/phone"
	"permanence/ui/desk"
	"permanence/ui/theme"
	"permanence/ui/widgets"
)

// targetRow is somebody to whom a call can be put through: the key, the lamp,
// who it is, the number, and when to call there.
type targetRow struct {
	panel  *transferPanel
	box    *widgets.Box
	key    *widgets.KeyCap
	lamp   *widgets.Dot
	name   *widgets.Text
	number *widgets.Text
	when   *widgets.Text
}

func newTargetRow(p *transferPanel, i int) *targetRow {
	r := &targetRow{panel: p, key: widgets.NewKeyCap(""), lamp: widgets.NewDot(theme.Rim)}
	r.name = widgets.NewText("", widgets.TextStyle{Cut: true})
	r.number = widgets.NewText("", widgets.TextStyle{Size: theme.SizeSmall, Cut: true})
	r.when = widgets.NewText("", widgets.TextStyle{Size: theme.SizeSmall, Color: theme.Muted, Cut: true})
	r.box = widgets.NewBox(targetPlain, container.New(targetLayout{}, r.key, r.lamp, r.name, r.number, r.when))
	r.box.OnTapped = func() {
		if p.at == i {
			p.choose(true)
			return
		}
		p.at = i
		p.fillRows()
	}
	return r
}

var (
	targetPlain  = widgets.BoxStyle{Radius: 5, Pad: widgets.Pad{8, 3, 8, 3}}
	targetChosen = widgets.BoxStyle{Fill: theme.PrimaryTint, Radius: 5, Pad: widgets.Pad{8, 3, 8, 3}}
)

func (r *targetRow) show(t desk.Target, chosen bool) {
	style := targetPlain
	if chosen {
		style = targetChosen
	}
	r.box.SetStyle(style)
	r.key.Set(t.Key)
	r.lamp.SetColor(lampColor(t.Lamp))
	widgets.Show(r.lamp, t.Lamp != "")
	number := asRead(t.Number)
	if t.Name == "" {
		r.name.SetSpans(widgets.Span{Text: r.panel.words.T("transfer.number"), Color: theme.Muted})
	} else {
		r.name.SetSpans(widgets.Span{Text: t.Name, Bold: true}, widgets.Span{Text: prefixed(" — ", t.Role), Color: theme.Muted})
	}
	r.number.Set(number)
	r.when.Set(joined(r.panel.lampWord(t.Lamp), t.When))
}

// lampWord says what a lamp shows, for who cannot tell colours apart.
func (k kit) lampWord(l phone.LampState) string {
	if l == "" {
		return ""
	}
	return k.words.T("lamp." + string(l))
}

// targetLayout sets the rows' parts in columns.
type targetLayout struct{}

// MinSize is a row.
func (targetLayout) MinSize([]fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(theme.Px(200), theme.Px(24))
}

// Layout gives key, lamp and number columns of their own, and shares the rest.
func (targetLayout) Layout(o []fyne.CanvasObject, size fyne.Size) {
	key, lamp, number := theme.Px(30), theme.Px(18), theme.Px(132)
	rest := max(size.Width-key-lamp-number, 0)
	name := rest * 0.5
	x := float32(0)
	for i, w := range []float32{key, lamp, name, number, rest - name} {
		m := o[i].MinSize()
		width := max(w-theme.Px(10), 0)
		if i < 2 {
			width = m.Width
		}
		o[i].Move(fyne.NewPos(x, (size.Height-m.Height)/2))
		o[i].Resize(fyne.NewSize(width, m.Height))
		x += w
	}
}
