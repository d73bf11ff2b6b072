package sheet

import (
	"image/color"
	"slices"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"permanence/ui/theme"
	"permanence/ui/widgets"
)

// Order is a short list whose order matters and whose entries may be left out:
// Up and Down choose one, Alt+Up and Alt+Down move it, Space takes it out or in.
type Order struct {
	Stop
	OnOrdered func(keys []string)

	label map[string]string
	all   []string // those in use first, in their order
	used  int      // how many of all are in use
	at    int
	rows  []*orderRow
	list  *fyne.Container
}

// NewOrder makes a list of these choices; ordered is told of each change by the
// operator, with the keys in use in their order.
func (s *Sheet) NewOrder(choices []widgets.Choice, ordered func(keys []string)) *Order {
	o := &Order{OnOrdered: ordered, label: map[string]string{}, list: container.New(&widgets.Column{Gap: 2})}
	for i, c := range choices {
		o.label[c.Key] = c.Label
		o.all = append(o.all, c.Key)
		row := newOrderRow(o, i)
		o.rows = append(o.rows, row)
		o.list.Add(row)
	}
	o.used = len(o.all)
	o.OnKey = o.key
	o.Around(s, o, o.list, 5)
	o.paint()
	return o
}

// Set shows the keys in use in their order; the others follow, left out.
func (o *Order) Set(keys []string) {
	next := slices.DeleteFunc(slices.Clone(keys), func(k string) bool { return o.label[k] == "" })
	used := len(next)
	for _, k := range o.all {
		if !slices.Contains(next, k) {
			next = append(next, k)
		}
	}
	o.all, o.used = next, used
	o.paint()
}

// Keys are those in use, in their order.
func (o *Order) Keys() []string { return slices.Clone(o.all[:o.used]) }

func (o *Order) key(name fyne.KeyName, mods fyne.KeyModifier) bool {
	switch {
	case name == fyne.KeyUp && mods == 0:
		o.choose(o.at - 1)
	case name == fyne.KeyDown && mods == 0:
		o.choose(o.at + 1)
	case name == fyne.KeyUp && mods == fyne.KeyModifierAlt:
		o.move(o.at, o.at-1)
	case name == fyne.KeyDown && mods == fyne.KeyModifierAlt:
		o.move(o.at, o.at+1)
	case name == fyne.KeySpace && mods == 0:
		o.turn(o.at)
	default:
		return false
	}
	return true
}

// FocusGained shows which row the keys mean.
func (o *Order) FocusGained() {
	o.Stop.FocusGained()
	o.paint()
}

// FocusLost hides it.
func (o *Order) FocusLost() {
	o.Stop.FocusLost()
	o.paint()
}

func (o *Order) choose(i int) {
	o.at = min(max(i, 0), len(o.all)-1)
	o.paint()
}

func (o *Order) move(from, to int) {
	if from >= o.used || to < 0 || to >= o.used {
		return
	}
	o.all[from], o.all[to] = o.all[to], o.all[from]
	o.at = to
	o.tell()
}

// turn takes an entry out of use, or in again as the last of those in use. One
// stays in use: nothing at all would be no order.
func (o *Order) turn(i int) {
	key := o.all[i]
	rest := slices.Delete(slices.Clone(o.all), i, i+1)
	to := o.used - 1 // the first place out of use, once it is left out
	switch {
	case i >= o.used:
		to = o.used
		o.used++
	case o.used == 1:
		return
	default:
		o.used--
	}
	o.all, o.at = slices.Insert(rest, to, key), to
	o.tell()
}

func (o *Order) tell() {
	o.paint()
	o.OnOrdered(o.Keys())
}

func (o *Order) paint() {
	for i, r := range o.rows {
		r.set(o.label[o.all[i]], o.place(i), i < o.used, o.Focused() && i == o.at)
	}
}

func (o *Order) place(i int) string {
	if i >= o.used {
		return "–"
	}
	return strconv.Itoa(i + 1)
}

// orderRow is one entry with its place, and arrows for the mouse.
type orderRow struct {
	widget.BaseWidget
	place, label *widgets.Text
	tools        *fyne.Container
	line         *fyne.Container
	chosen       bool
}

func newOrderRow(o *Order, i int) *orderRow {
	r := &orderRow{
		place: widgets.NewText("", widgets.TextStyle{Size: theme.SizeSmall, Color: theme.Muted, Bold: true}),
		label: widgets.NewText("", widgets.TextStyle{Size: theme.SizeSmall, Cut: true}),
	}
	up := widgets.NewIconButton(iconUp, func() { o.at = i; o.move(i, i-1) })
	down := widgets.NewIconButton(iconDown, func() { o.at = i; o.move(i, i+1) })
	out := widgets.NewIconButton(iconTurn, func() { o.turn(i) })
	r.tools = container.New(&widgets.Row{}, up, down, out)
	r.line = container.New(&widgets.Row{Gap: 10, Grow: r.label}, r.place, r.label, r.tools)
	r.ExtendBaseWidget(r)
	return r
}

func (r *orderRow) set(label, place string, used, chosen bool) {
	ink := theme.Ink
	if !used {
		ink = theme.Faint
	}
	r.label.SetColor(ink)
	r.label.Set(label)
	if r.place.Set(place) {
		widgets.Relayout(r.line)
	}
	if r.chosen != chosen {
		r.chosen = chosen
		r.Refresh()
	}
}

// CreateRenderer is Fyne's way to the drawing of a widget.
func (r *orderRow) CreateRenderer() fyne.WidgetRenderer {
	o := &orderRenderer{row: r, rect: canvas.NewRectangle(color.Transparent)}
	o.paint()
	return o
}

type orderRenderer struct {
	row  *orderRow
	rect *canvas.Rectangle
}

func (o *orderRenderer) Destroy()                     {}
func (o *orderRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{o.rect, o.row.line} }

func (o *orderRenderer) MinSize() fyne.Size {
	return o.row.line.MinSize().AddWidthHeight(theme.Px(16), theme.Px(2))
}

func (o *orderRenderer) Layout(size fyne.Size) {
	o.rect.Resize(size)
	o.row.line.Move(fyne.NewPos(theme.Px(10), theme.Px(1)))
	o.row.line.Resize(size.SubtractWidthHeight(theme.Px(16), theme.Px(2)))
}

func (o *orderRenderer) Refresh() {
	o.paint()
	o.Layout(o.row.Size())
	o.rect.Refresh()
}

func (o *orderRenderer) paint() {
	o.rect.CornerRadius = theme.Px(4)
	o.rect.FillColor = theme.Color(theme.Field)
	if o.row.chosen {
		o.rect.FillColor = theme.Color(theme.PrimaryTint)
	}
}
