package search

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"permanence/clients"
	"permanence/ui/desk"
	"permanence/ui/theme"
	"permanence/ui/widgets"
)

// list draws the lines. They are made once and refilled.
type list struct {
	panel  *Panel
	lines  []*line
	column *fyne.Container
	scroll *container.Scroll
}

func newList(p *Panel) *list {
	l := &list{panel: p, column: container.New(&widgets.Column{Gap: 2})}
	l.scroll = container.NewVScroll(container.New(widgets.Pad{24, 0, 12, 8}, l.column))
	return l
}

func (l *list) fill(rows []row) {
	for len(l.lines) < len(rows) {
		n := newLine(l.panel, len(l.lines))
		l.lines = append(l.lines, n)
		l.column.Add(n.object)
	}
	for i, n := range l.lines {
		widgets.Show(n.object, i < len(rows))
		if i < len(rows) {
			n.set(rows[i])
		}
	}
	widgets.Relayout(l.column)
	l.scroll.Refresh()
}

// mark lights the line that is chosen and scrolls it into view.
func (l *list) mark(at int) {
	for i, n := range l.lines {
		n.light(i == at)
	}
	if at < 0 || at >= len(l.lines) {
		l.scroll.ScrollToTop()
		return
	}
	o := l.lines[at].object
	top, bottom := o.Position().Y, o.Position().Y+o.Size().Height
	switch offset, height := l.scroll.Offset.Y, l.scroll.Size().Height; {
	case at <= 1:
		l.scroll.ScrollToTop()
	case top < offset:
		l.scroll.ScrollToOffset(fyne.NewPos(0, top))
	case bottom > offset+height:
		l.scroll.ScrollToOffset(fyne.NewPos(0, bottom-height+theme.Px(8)))
	}
}

// line draws one row: a heading, or a title with its details and date on the
// client's colour.
type line struct {
	panel   *Panel
	heading *widgets.Text
	title   *widgets.Text
	detail  *widgets.Text
	at      *widgets.Text
	box     *widgets.Box
	object  fyne.CanvasObject
}

var (
	plainStyle  = widgets.BoxStyle{Radius: 5, Bar: 4, Pad: widgets.Pad{12, 6, 12, 7}}
	chosenStyle = widgets.BoxStyle{Fill: theme.PrimaryTint, Radius: 5, Bar: 4, Pad: widgets.Pad{12, 6, 12, 7}}
)

func newLine(p *Panel, i int) *line {
	n := &line{panel: p, heading: widgets.Heading("")}
	n.title = widgets.NewText("", widgets.TextStyle{Bold: true, Cut: true})
	n.detail = widgets.NewText("", widgets.TextStyle{Size: theme.SizeSmall, Color: theme.Muted, Cut: true})
	n.at = widgets.NewText("", widgets.TextStyle{Size: theme.SizeSmall, Color: theme.Muted})
	top := container.New(&widgets.Row{Gap: 10, Grow: n.title}, n.title, n.at)
	n.box = widgets.NewBox(plainStyle, container.New(&widgets.Column{Gap: 1}, top, n.detail))
	n.box.OnTapped = func() { p.tapped(i) }
	head := container.New(widgets.Pad{1, 14, 0, 5}, n.heading)
	n.object = container.New(&widgets.Column{}, head, n.box)
	return n
}

// tapped chooses a line by the mouse; a second press opens it.
func (p *Panel) tapped(i int) {
	if i == p.at {
		p.enter()
		return
	}
	p.choose(i)
}

func (n *line) set(r row) {
	head := n.object.(*fyne.Container).Objects[0]
	widgets.Show(head, r.heading != "")
	widgets.Show(n.box, r.heading == "")
	p := n.panel
	switch {
	case r.heading != "":
		n.heading.Set(upper(p.t("kind." + string(r.heading))))
	case r.dial != "":
		n.words(p.t("deed.call", r.dial.Display()), p.t("dial.detail"), "")
		n.box.SetBar(theme.Color(theme.Good))
	default:
		n.words(r.hit.Title, p.detail(r.hit), p.when(r.hit))
		n.box.SetBar(p.color(r.hit))
	}
	widgets.Relayout(n.object)
}

func (n *line) words(title, detail, at string) {
	n.title.Set(title)
	n.detail.Set(detail)
	n.at.Set(at)
}

func (n *line) light(chosen bool) {
	if chosen {
		n.box.SetStyle(chosenStyle)
	} else {
		n.box.SetStyle(plainStyle)
	}
}

// clientOf is the client that something found belongs to, nil when to none.
func (p *Panel) clientOf(h desk.Hit) *clients.Client {
	id := h.Client
	if h.Kind == desk.HitClient {
		id = clients.ID(h.ID)
	}
	return p.state.Directory.Client(id)
}
