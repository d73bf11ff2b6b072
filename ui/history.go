package ui

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	fynetheme "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"permanence/clients"
	"permanence/phone"
	"permanence/ui/desk"
	"permanence/ui/theme"
	"permanence/ui/widgets"
)

// historyList is the day's calls that are over, newest first, each with what
// became of it. Choosing one prepares calling back.
type historyList struct {
	kit
	root    *fyne.Container
	heading *widgets.Text
	none    *widgets.Text
	list    *widget.List

	shown []desk.Entry
	today []desk.Entry
	day   time.Time
	back  phone.CallID // whom F12 calls back
}

func newHistoryList(k kit, d *Desk) *historyList {
	h := &historyList{kit: k, heading: widgets.Heading(k.words.T("history.heading"))}
	h.none = widgets.NewText(k.words.T("history.none"), widgets.TextStyle{Size: theme.SizeSmall, Color: theme.Faint, Lines: 2})
	h.list = widget.NewList(
		func() int { return len(h.today) },
		func() fyne.CanvasObject { return newHistoryRow(k) },
		func(i int, o fyne.CanvasObject) { o.(*historyRow).show(&h.today[i], h.today[i].Call == h.back) })
	h.list.OnSelected = func(i int) {
		h.list.UnselectAll()
		d.callBack(h.today[i])
	}
	all := newFootKey(k.words.T("key.calls"), k.words.T("history.all"), func() { d.stage.open(stageCalls) })
	head := container.New(&widgets.Row{Grow: h.heading}, h.heading, all)
	h.root = container.New(&widgets.Column{Gap: 5, Grow: h.list}, head, h.none, h.list)
	return h
}

// show fills the list when the history is another one, and reports whether its
// parts moved.
func (h *historyList) show(s *desk.State) bool {
	if sameEntries(h.shown, s.History) && sameDay(h.day, s.Now) {
		return false
	}
	h.shown, h.day = s.History, s.Now
	h.today = h.today[:0]
	for _, e := range s.History {
		if sameDay(e.ArrivedAt.In(s.Now.Location()), s.Now) {
			h.today = append(h.today, e)
		}
	}
	h.back = ""
	if e := newestMissed(s); e != nil && !mayCallBack(s.FrontTicket()) {
		h.back = e.Call
	}
	changed := widgets.Show(h.none, len(h.today) == 0)
	h.list.Refresh()
	return changed
}

// newestMissed is the missed call that F12 calls back, nil when there is none or
// its number has called again, or was called, since.
func newestMissed(s *desk.State) *desk.Entry {
	later := map[phone.Number]bool{}
	for i := range s.History {
		e := &s.History[i]
		if e.Missed && e.Number != "" && !later[e.Number] {
			return e
		}
		later[e.Number] = true
	}
	return nil
}

func (h *historyList) top() { h.list.ScrollToTop() }

// sameEntries compares two histories by their arrays: a state that changed one
// has copied it.
func sameEntries(a, b []desk.Entry) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}

func sameDay(a, b time.Time) bool {
	return a.Year() == b.Year() && a.YearDay() == b.YearDay()
}

// historyRow is the time, who called for whom, and the outcome.
type historyRow struct {
	widget.BaseWidget
	kit
	time, who, outcome *widgets.Text
	tick               *widgets.Icon
	key                *widgets.KeyCap
	content            *fyne.Container
}

func newHistoryRow(k kit) *historyRow {
	r := &historyRow{kit: k}
	r.time = widgets.NewText("00:00", widgets.TextStyle{Size: theme.SizeSmall, Color: theme.Muted})
	r.who = widgets.NewText("", widgets.TextStyle{Size: theme.SizeSmall, Cut: true})
	r.outcome = widgets.NewText("", widgets.TextStyle{Size: theme.SizeSmall, Color: theme.Muted, Align: fyne.TextAlignTrailing})
	r.tick = widgets.NewIcon(fynetheme.IconNameConfirm, theme.Good)
	r.key = widgets.NewKeyCap("F12")
	outcome := container.New(&widgets.Row{Gap: 4}, r.outcome, r.tick, r.key)
	r.content = container.New(widgets.Pad{2, 3, 6, 3}, container.New(&widgets.Row{Gap: 9, Grow: r.who}, r.time, r.who, outcome))
	r.ExtendBaseWidget(r)
	return r
}

// CreateRenderer is Fyne's way to the drawing of a widget.
func (r *historyRow) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(r.content) }

func (r *historyRow) show(e *desk.Entry, back bool) {
	widgets.Show(r.key, back)
	client := e.ClientName
	if client == "" {
		client = r.words.T("client.unknown")
	}
	who := e.Name
	if who == "" {
		who = r.callerNumber(phone.Identity{Number: e.Number, Withheld: e.Number == ""})
	}
	ink := theme.Ink
	if e.Missed {
		ink = theme.Bad
	}
	words, color := r.became(e)
	r.time.Set(r.words.Clock(e.ArrivedAt))
	r.who.SetSpans(widgets.Span{Text: client + " — " + who, Color: ink})
	r.outcome.SetColor(color)
	r.outcome.Set(words)
	widgets.Show(r.tick, color == theme.Good)
	widgets.Relayout(r.content)
}

// became says what came of a call, the most telling thing first.
func (r *historyRow) became(e *desk.Entry) (string, fyne.ThemeColorName) {
	switch {
	case e.Missed:
		return r.words.T("became.missed"), theme.Bad
	case e.Delivery == clients.Failed:
		return r.words.T("became.failed"), theme.Bad
	case e.Delivery == clients.Waiting:
		return r.words.T("became.waiting"), theme.Wait
	case e.Machine && e.Message == "":
		return r.words.T("became.machine"), theme.Wait
	case e.TransferredTo != "":
		return r.words.T("became.transferred"), theme.Muted
	case e.Booked:
		return r.words.T("became.booked"), theme.Good
	case e.Delivery == clients.Sent:
		return r.words.T("became.sent"), theme.Good
	case e.CallType != "" && e.Message == "":
		return r.words.Or(nil, "became.type."+e.CallType, "became.noted"), theme.Muted
	case e.AnsweredAt.IsZero():
		return r.words.Or(nil, "became.cause."+string(e.Cause), "became.not-answered"), theme.Muted
	case e.Direction == phone.Outgoing:
		return r.words.T("became.called"), theme.Muted
	}
	return r.words.T("became.answered"), theme.Muted
}
