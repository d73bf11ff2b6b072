package calls

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	fynetheme "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"permanence/phone"
	"permanence/ui/desk"
	"permanence/ui/theme"
	"permanence/ui/widgets"
)

// list draws the calls that were read. Rows are reused as it scrolls; the next
// page is asked for when the last row comes into view.
type list struct {
	panel   *Panel
	list    *widget.List
	entries []desk.Entry
	more    bool
	asked   int // entries there were when the next page was asked for
}

func newList(p *Panel) *list {
	l := &list{panel: p, asked: -1}
	l.list = widget.NewList(
		func() int { return len(l.entries) },
		func() fyne.CanvasObject { return newRow(p) },
		func(i int, o fyne.CanvasObject) {
			o.(*row).show(&l.entries[i], l.entries[i].Call == p.at)
			l.further(i)
		})
	l.list.HideSeparators = true
	l.list.OnSelected = func(i int) {
		l.list.UnselectAll()
		l.tapped(i)
	}
	return l
}

func (l *list) show(c *desk.CallList) {
	if c == nil {
		l.entries, l.more, l.asked = nil, false, -1
		l.list.Refresh()
		return
	}
	if !same(l.entries, c.Entries) {
		l.asked = -1
	}
	l.entries, l.more = c.Entries, c.More && !c.Pending
	l.list.Refresh()
}

// same compares two lists by their arrays: a state that changed one has copied it.
func same(a, b []desk.Entry) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}

// further asks for older calls once the last one is in view.
func (l *list) further(i int) {
	if i == len(l.entries)-1 && l.more && l.asked != len(l.entries) {
		l.asked = len(l.entries)
		l.panel.cfg.Send(desk.CallListFurther{})
	}
}

func (l *list) index(call phone.CallID) int {
	return slices.IndexFunc(l.entries, func(e desk.Entry) bool { return e.Call == call })
}

// entry is a call on the list, nil when it is not there.
func (l *list) entry(call phone.CallID) *desk.Entry {
	if i := l.index(call); i >= 0 && call != "" {
		return &l.entries[i]
	}
	return nil
}

// step chooses further down or up.
func (l *list) step(by int) {
	if len(l.entries) == 0 {
		return
	}
	at := 0
	if i := l.index(l.panel.at); i >= 0 && l.panel.at != "" {
		at = min(max(i+by, 0), len(l.entries)-1)
	}
	l.choose(at)
}

func (l *list) choose(i int) {
	l.panel.chose(l.entries[i].Call)
	l.list.ScrollTo(i)
	l.list.Refresh()
}

// tapped chooses by the mouse; a second press shows all of the call.
func (l *list) tapped(i int) {
	if l.entries[i].Call == l.panel.at {
		l.panel.open(l.panel.at)
		return
	}
	l.choose(i)
}

// row is one call: when, which way, for whom, with whom, how long, what came of it.
type row struct {
	widget.BaseWidget
	panel    *Panel
	box      *widgets.Box
	in, out  *widgets.Icon
	time     *widgets.Text
	client   *widgets.Text
	who      *widgets.Text
	duration *widgets.Text
	outcome  *widgets.Text
}

func newRow(p *Panel) *row {
	r := &row{panel: p}
	small := func(c fyne.ThemeColorName, align fyne.TextAlign) *widgets.Text {
		return widgets.NewText("", widgets.TextStyle{Size: theme.SizeSmall, Color: c, Cut: true, Align: align})
	}
	r.in = widgets.NewIcon(fynetheme.IconNameMoveDown, theme.Good)
	r.out = widgets.NewIcon(fynetheme.IconNameMoveUp, theme.Muted)
	r.time, r.client, r.who = small(theme.Muted, 0), small(theme.Ink, 0), small(theme.Ink, 0)
	r.duration, r.outcome = small(theme.Muted, fyne.TextAlignTrailing), small(theme.Muted, fyne.TextAlignTrailing)
	way := container.NewCenter(r.in, r.out)
	r.box = widgets.NewBox(rowPlain, container.New(rowLayout{}, r.time, way, r.client, r.who, r.duration, r.outcome))
	r.ExtendBaseWidget(r)
	return r
}

var (
	rowPlain  = widgets.BoxStyle{Radius: 5, Pad: widgets.Pad{8, 3, 8, 3}}
	rowChosen = widgets.BoxStyle{Fill: theme.PrimaryTint, Radius: 5, Pad: widgets.Pad{8, 3, 8, 3}}
)

// CreateRenderer is Fyne's way to the drawing of a widget.
func (r *row) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(r.box) }

func (r *row) show(e *desk.Entry, chosen bool) {
	style := rowPlain
	if chosen {
		style = rowChosen
	}
	r.box.SetStyle(style)
	ink := theme.Ink
	if e.Missed {
		ink = theme.Bad
		r.in.SetColor(theme.Bad)
	} else {
		r.in.SetColor(theme.Good)
	}
	widgets.Show(r.in, e.Direction == phone.Incoming)
	widgets.Show(r.out, e.Direction == phone.Outgoing)
	p := r.panel
	r.time.Set(p.day(e.ArrivedAt))
	r.client.SetSpans(widgets.Span{Text: p.client(e), Bold: true, Color: ink})
	r.who.SetSpans(widgets.Span{Text: p.who(e), Color: ink})
	r.duration.Set(p.lasted(e))
	words, color := p.became(e)
	r.outcome.SetColor(color)
	r.outcome.Set(words)
}

// rowLayout sets the parts of the rows in columns.
type rowLayout struct{}

// MinSize is a row.
func (rowLayout) MinSize([]fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(theme.Px(300), theme.Px(22))
}

// Layout gives time, direction and duration columns of their own and shares the
// rest: the outcome may be long, so it has as much as the caller.
func (rowLayout) Layout(o []fyne.CanvasObject, size fyne.Size) {
	fixed := [6]float32{theme.Px(92), theme.Px(24), 0, 0, theme.Px(56), 0}
	rest := max(size.Width-fixed[0]-fixed[1]-fixed[4], 0)
	share := [6]float32{0, 0, 0.28, 0.4, 0, 0.32}
	x := float32(0)
	for i, c := range o {
		w := fixed[i] + rest*share[i]
		h := c.MinSize().Height
		c.Move(fyne.NewPos(x, (size.Height-h)/2))
		c.Resize(fyne.NewSize(max(w-theme.Px(8), 0), h))
		x += w
	}
}
