package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"permanence/clients"
	"permanence/ui/desk"
	"permanence/ui/theme"
	"permanence/ui/widgets"
)

// leftColumn is what there is to do: calls, then work in hand, then the day's
// history.
type leftColumn struct {
	kit
	root  *widgets.Box
	stack *fyne.Container
	lay   *leftLayout

	heading *widgets.Text
	count   *widgets.Text
	dial    *dialBar
	cards   []*callCard
	cardBox *fyne.Container
	quiet   *widgets.Text

	workHeading *widgets.Text
	work        []*workRow
	workBox     *fyne.Container

	colleagues *colleagues
	history    *historyList
}

func newLeftColumn(k kit, d *Desk) *leftColumn {
	l := &leftColumn{kit: k, lay: &leftLayout{}}
	l.heading = widgets.Heading(k.words.T("calls.heading"))
	l.count = widgets.NewText("", widgets.TextStyle{Size: theme.SizeTiny, Color: theme.Faint, Align: fyne.TextAlignTrailing})
	l.dial = newDialBar(k, d)
	l.quiet = widgets.NewText(k.words.T("calls.none"), widgets.TextStyle{Size: theme.SizeSmall, Color: theme.Faint, Lines: 2})
	l.cardBox = container.New(&widgets.Column{Gap: 8})
	l.workHeading = widgets.Heading(k.words.T("work.heading"))
	l.workBox = container.New(&widgets.Column{Gap: 4})
	l.colleagues = newColleagues(k, func(number string) { l.dial.open(number, nil) })
	l.history = newHistoryList(k, d)

	calls := widgets.NewScroll(container.New(widgets.Pad{0, 0, 3, 3}, l.cardBox))
	work := widgets.NewScroll(container.New(widgets.Pad{0, 0, 3, 3}, l.workBox))
	top := container.New(&widgets.Row{Grow: l.heading}, l.heading, l.count)
	l.lay.calls, l.lay.work, l.lay.history = calls, work, l.history.root
	l.stack = container.New(l.lay, top, l.dial.root, l.quiet, calls, l.workHeading, work, l.colleagues.root, l.history.root)
	style := widgets.Panel
	style.Pad = widgets.Pad{11, 12, 8, 8}
	l.root = widgets.NewBox(style, l.stack)
	return l
}

func (l *leftColumn) show(s *desk.State) {
	changed := l.showCalls(s)
	changed = l.showWork(s) || changed
	changed = l.colleagues.show(s) || changed
	changed = l.history.show(s) || changed
	changed = l.dial.show(s) || changed
	if changed {
		widgets.Relayout(l.stack)
		l.stack.Refresh()
	}
}

// showCalls fills a card per call, from cards that are kept.
func (l *leftColumn) showCalls(s *desk.State) bool {
	changed := l.count.Set(l.callCount(s))
	changed = widgets.Show(l.quiet, len(s.Calls) == 0) || changed
	for len(l.cards) < len(s.Calls) {
		c := newCallCard(l.kit)
		l.cards = append(l.cards, c)
		l.cardBox.Add(c.slot)
		changed = true
	}
	keys, order := keysOf(s), inFamilies(s)
	for i, c := range l.cards {
		shown := i < len(s.Calls)
		changed = widgets.Show(c.slot, shown) || changed
		if shown {
			changed = c.show(s, order[i], keys) || changed
		}
	}
	return changed
}

// inFamilies lists the calls in their order, but a consultation right below the
// caller who waits for it.
func inFamilies(s *desk.State) []*desk.Call {
	list := make([]*desk.Call, 0, len(s.Calls))
	child := func(c *desk.Call) bool {
		parent := s.Call(c.Consults)
		return parent != nil && s.Call(parent.Consults) == nil
	}
	for i := range s.Calls {
		c := &s.Calls[i]
		if child(c) {
			continue
		}
		list = append(list, c)
		for j := range s.Calls {
			if o := &s.Calls[j]; o.Consults == c.ID && child(o) {
				list = append(list, o)
			}
		}
	}
	return list
}

func (l *leftColumn) callCount(s *desk.State) string {
	if len(s.Calls) < 2 {
		return ""
	}
	return l.words.N("calls.count", len(s.Calls))
}

// showWork fills a row per ticket without a live call.
func (l *leftColumn) showWork(s *desk.State) bool {
	changed, n := false, 0
	for i := range s.Tickets {
		t := &s.Tickets[i]
		if t.Call != "" {
			continue
		}
		if n == len(l.work) {
			row := newWorkRow(l.kit)
			l.work = append(l.work, row)
			l.workBox.Add(row.box)
			changed = true
		}
		changed = l.work[n].show(s, t) || changed
		n++
	}
	for i, row := range l.work {
		changed = widgets.Show(row.box, i < n) || changed
	}
	changed = widgets.Show(l.workHeading, n > 0) || changed
	return widgets.Show(l.lay.work, n > 0) || changed
}

// pulse moves the ringing cards by one step.
func (l *leftColumn) pulse(step int) {
	for _, c := range l.cards {
		c.pulse(step)
	}
}

// level shows what is heard on the card that is talked to.
func (l *leftColumn) level(dbfs float64) {
	for _, c := range l.cards {
		c.level(dbfs)
	}
}

func (l *leftColumn) showHistory() { l.history.top() }

// leftLayout gives calls what they need, up to a bound, then work, then history.
type leftLayout struct {
	calls, work, history fyne.CanvasObject
}

// leastHistory is below which height the history is not worth its place: a
// heading and a row.
const leastHistory = 56

// MinSize is nothing: the frame's counts.
func (l *leftLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.Size{} }

// Layout stacks the parts; those that scroll are given a height of their own.
func (l *leftLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	space := theme.Px(9)
	y := float32(0)
	for _, o := range objects {
		if o == l.history {
			widgets.Show(o, size.Height-y >= theme.Px(leastHistory))
		}
		if !o.Visible() {
			continue
		}
		h := l.height(o, size, size.Height-y)
		o.Move(fyne.NewPos(0, y))
		o.Resize(fyne.NewSize(size.Width, h))
		y += h + space
	}
}

func (l *leftLayout) height(o fyne.CanvasObject, size fyne.Size, left float32) float32 {
	switch o {
	case l.calls:
		return min(l.inside(o, size.Width), size.Height*0.64)
	case l.work:
		return min(l.inside(o, size.Width), max(left*0.5, theme.Px(56)))
	case l.history:
		return max(left, 0)
	}
	return widgets.HeightOf(o, size.Width)
}

func (l *leftLayout) inside(o fyne.CanvasObject, width float32) float32 {
	return widgets.HeightOf(o.(*container.Scroll).Content, width)
}

// workRow is a ticket whose call is over, or that never had one.
type workRow struct {
	kit
	box    *widgets.Box
	title  *widgets.Text
	detail *widgets.Text
	ticket clients.ID
	style  widgets.BoxStyle
}

func newWorkRow(k kit) *workRow {
	r := &workRow{kit: k}
	r.title = widgets.NewText("", widgets.TextStyle{Size: theme.SizeSmall, Bold: true, Cut: true})
	r.detail = widgets.NewText("", widgets.TextStyle{Size: theme.SizeTiny, Color: theme.Muted, Cut: true})
	words := container.New(&widgets.Column{Gap: 1}, r.title, r.detail)
	away := widgets.NewIconButton(closeIcon, func() { k.send(desk.TicketPutAway{Ticket: r.ticket}) })
	r.style = widgets.BoxStyle{Fill: theme.Panel, Stroke: theme.Edge, Radius: 6, Bar: 4, Pad: widgets.Pad{9, 5, 4, 6}}
	r.box = widgets.NewBox(r.style, container.New(&widgets.Row{Gap: 2, Grow: words}, words, away))
	r.box.OnTapped = func() { k.send(desk.TicketChosen{Ticket: r.ticket}) }
	return r
}

func (r *workRow) show(s *desk.State, t *desk.Ticket) bool {
	r.ticket = t.ID
	c := s.Directory.Client(t.Client)
	shades := theme.Client(ownColor(c))
	r.box.SetBar(shades.Bar)
	if s.Front == t.ID {
		r.box.SetGround(shades.Tint)
	} else {
		r.box.SetGround(nil)
	}
	changed := r.title.SetSpans(widgets.Span{Text: r.clientName(c)})
	return r.detail.Set(joined(r.from(t), r.spoken(t), r.who(t), r.promise(t), r.standing(s, t))) || changed
}

func (r *workRow) who(t *desk.Ticket) string {
	if n := t.Draft.Message.Name; n != "" {
		return n
	}
	if t.Journal == "" {
		return ""
	}
	return r.caller(t.Earlier.Name, t.Caller)
}

// from says from whose desk the work was taken over, or who took it over from here.
func (r *workRow) from(t *desk.Ticket) string {
	switch {
	case t.TakenBy != "":
		return r.words.T("work.taken-by", t.TakenBy)
	case t.From.Name != "":
		return r.words.T("work.from", t.From.Name)
	}
	return ""
}

// promise is how sure its appointment is, unless that is plain.
func (r *workRow) promise(t *desk.Ticket) string {
	if t.Promise != desk.PromiseOpen && t.Promise != desk.PromiseContested {
		return ""
	}
	return r.words.T("work.promise." + string(t.Promise))
}

// spoken says that a caller has left a message on the answering machine, and how long.
func (r *workRow) spoken(t *desk.Ticket) string {
	m := &t.Draft.Message
	if m.Sound == "" {
		return ""
	}
	return r.words.T("work.spoken", r.words.Age(m.SoundLength))
}

// standing says where the work stands and how long it waits.
func (r *workRow) standing(s *desk.State, t *desk.Ticket) string {
	since := t.Ended
	if since.IsZero() {
		since = t.Opened
	}
	if t.Draft.Sending {
		return r.words.T("draft.sending")
	}
	minutes := int(s.Now.Sub(since).Minutes())
	if minutes < 1 {
		return r.words.T("work.just-now")
	}
	return r.words.N("work.since", minutes)
}
