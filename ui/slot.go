package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"permanence/clients"
	"permanence/clients/agenda"
	"permanence/ui/desk"
	"permanence/ui/theme"
	"permanence/ui/widgets"
)

// slotLook is how a slot stands out from its like.
type slotLook int

const (
	slotPlain  slotLook = iota
	slotNext            // the next free one
	slotChosen          // being booked
	slotOver            // an appointment of earlier today
)

// slotRow is one row of the agenda: the time, and what is there.
type slotRow struct {
	widget.BaseWidget
	kit
	time    *widgets.Text
	words   *widgets.Text
	key     *widgets.KeyCap
	stripes *widgets.Stripes
	block   *widgets.Box
	content *fyne.Container

	lent      desk.Lending
	to        string // the desk that it is lent to
	confirmed bool   // the office has said that the appointment is certain
}

func newSlotRow(k kit) *slotRow {
	r := &slotRow{kit: k, stripes: widgets.NewStripes(), key: widgets.NewKeyCap("F7")}
	r.time = widgets.NewText("00:00", widgets.TextStyle{Size: theme.SizeSmall, Color: theme.Muted})
	r.words = widgets.NewText("", widgets.TextStyle{Size: theme.SizeSmall, Cut: true})
	row := container.New(&widgets.Row{Gap: 6, Grow: r.words}, r.words, r.key)
	r.block = widgets.NewBox(widgets.BoxStyle{}, row)
	stack := container.NewStack(r.stripes, r.block)
	r.content = container.New(&slotLayout{}, r.time, stack)
	r.ExtendBaseWidget(r)
	return r
}

// CreateRenderer is Fyne's way to the drawing of a widget.
func (r *slotRow) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(r.content) }

func (r *slotRow) show(s *agenda.Slot, look slotLook, client theme.Shades) {
	words, ink, style := r.face(s, look)
	style.Radius, style.Pad = 5, widgets.Pad{9, 0, 5, 0}
	r.time.Set(r.clock(s))
	r.time.SetColor(theme.Muted)
	if s.Kind == agenda.Past || look == slotOver {
		r.time.SetColor(theme.Faint)
	}
	r.words.SetColor(ink)
	r.words.SetSpans(words...)
	r.block.SetStyle(style)
	if style.Bar > 0 {
		r.block.SetBar(client.Bar)
	} else {
		r.block.SetBar(nil)
	}
	widgets.Show(r.stripes, s.Kind == agenda.Emergency && look == slotPlain)
	widgets.Show(r.key, look == slotNext)
	widgets.Relayout(r.content)
}

func (r *slotRow) clock(s *agenda.Slot) string { return r.kit.words.Clock(s.Start) }

// face is what a slot says, in which ink, on which ground.
func (r *slotRow) face(s *agenda.Slot, look slotLook) ([]widgets.Span, fyne.ThemeColorName, widgets.BoxStyle) {
	say := func(key string) []widgets.Span { return []widgets.Span{{Text: r.kit.words.T(key)}} }
	bold := func(key string) []widgets.Span { return []widgets.Span{{Text: r.kit.words.T(key), Bold: true}} }
	switch {
	case look == slotChosen:
		return bold("slot.chosen"), theme.OnPrimary, widgets.BoxStyle{Fill: theme.Primary}
	case look == slotNext:
		return bold("slot.next"), theme.Good, widgets.BoxStyle{Fill: theme.GoodTint, Stroke: theme.Good, Width: 1.5}
	case s.Kind == agenda.Taken:
		return r.taken(s.Appointment, look)
	case s.Kind == agenda.Emergency:
		return say("slot.emergency"), theme.Bad, widgets.BoxStyle{}
	case s.Kind == agenda.Past:
		return say("slot.past"), theme.Faint, widgets.BoxStyle{}
	}
	return r.free()
}

// free is a slot that can be given: at once, here for certain though the line be cut,
// or with somebody else's leave.
func (r *slotRow) free() ([]widgets.Span, fyne.ThemeColorName, widgets.BoxStyle) {
	free := widgets.Span{Text: r.kit.words.T("slot.free")}
	switch r.lent {
	case desk.LentHere:
		return []widgets.Span{free, {Text: " · " + r.kit.words.T("slot.lent-here"), Color: theme.Good}}, theme.Muted, widgets.BoxStyle{Stroke: theme.Edge}
	case desk.LentElsewhere:
		return []widgets.Span{{Text: r.kit.words.T("slot.lent", firstOf(r.to, r.kit.words.T("slot.lent-somebody")))}}, theme.Faint, widgets.BoxStyle{Fill: theme.Hover}
	}
	return []widgets.Span{free}, theme.Faint, widgets.BoxStyle{Stroke: theme.Edge}
}

func (r *slotRow) taken(a *clients.Appointment, look slotLook) ([]widgets.Span, fyne.ThemeColorName, widgets.BoxStyle) {
	spans := []widgets.Span{{Text: a.Name}}
	if a.Note != "" {
		spans = append(spans, widgets.Span{Text: " · " + a.Note, Color: theme.Muted})
	}
	style := widgets.BoxStyle{Fill: theme.PrimaryTint, Bar: 4}
	ink := theme.Ink
	switch {
	case a.Contested:
		spans = append([]widgets.Span{{Text: r.kit.words.T("slot.contested") + " ", Bold: true, Color: theme.Wait}}, spans...)
		style.Fill = theme.WaitTint
	case a.Unconfirmed:
		spans = append([]widgets.Span{{Text: r.kit.words.T("slot.unconfirmed") + " ", Bold: true, Color: theme.Wait}}, spans...)
	case r.confirmed:
		spans = append([]widgets.Span{{Text: r.kit.words.T("slot.confirmed") + " ", Bold: true, Color: theme.Good}}, spans...)
	case look == slotOver:
		ink, style.Fill = theme.Muted, theme.Hover
	}
	return spans, ink, style
}

// slotLayout puts the time before the block, one row high.
type slotLayout struct{}

const slotHeight = 27

// MinSize is a row.
func (slotLayout) MinSize([]fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(theme.Px(120), theme.Px(slotHeight))
}

// Layout gives the time a fixed column.
func (slotLayout) Layout(o []fyne.CanvasObject, size fyne.Size) {
	h, w := o[0].MinSize().Height, theme.Px(46)
	o[0].Move(fyne.NewPos(0, (size.Height-h)/2))
	o[0].Resize(fyne.NewSize(w, h))
	o[1].Move(fyne.NewPos(w, 0))
	o[1].Resize(fyne.NewSize(size.Width-w-theme.Px(3), size.Height))
}
