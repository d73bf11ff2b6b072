package ui

import (
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"permanence/clients"
	"permanence/ui/desk"
	"permanence/ui/theme"
	"permanence/ui/widgets"
)

// outbox lists what has not left this desk yet, and why.
type outbox struct {
	kit
	root  *widgets.Box
	lead  *widgets.Text
	rows  []*outboxRow
	box   *fyne.Container
	close func()
}

func newOutbox(k kit, h Host) *outbox {
	o := &outbox{kit: k, close: h.Close}
	title := widgets.NewText(k.words.T("outbox.title"), widgets.TextStyle{Size: theme.SizeTitle, Bold: true, Cut: true})
	leave := widgets.NewKeyButton(k.words.T("act.close"), k.words.T("key.escape"), widgets.Secondary, h.Close)
	o.lead = widgets.NewText("", widgets.TextStyle{Color: theme.Muted, Lines: 4})
	o.box = container.New(&widgets.Column{Gap: 8})
	scroll := widgets.NewScroll(container.New(widgets.Pad{0, 0, 3, 3}, o.box))
	style := widgets.Panel
	style.Pad = widgets.All(20)
	o.root = widgets.NewBox(style, container.New(&widgets.Column{Gap: 14, Grow: scroll},
		container.New(&widgets.Row{Grow: title}, title, leave), o.lead, scroll))
	return o
}

// Content is the whole screen.
func (o *outbox) Content() fyne.CanvasObject { return o.root }

// First is nothing: there is nothing to type here.
func (o *outbox) First() fyne.Focusable { return nil }

// Key leaves with Escape.
func (o *outbox) Key(key fyne.KeyName, _ fyne.KeyModifier) bool {
	if key == fyne.KeyEscape {
		o.close()
		return true
	}
	return false
}

// Show fills a row per delivery.
func (o *outbox) Show(s desk.State) {
	o.lead.Set(o.leadWords(&s))
	for len(o.rows) < len(s.Outbox) {
		r := newOutboxRow(o.kit)
		o.rows = append(o.rows, r)
		o.box.Add(r.box)
	}
	for i, r := range o.rows {
		if widgets.Show(r.box, i < len(s.Outbox)); i < len(s.Outbox) {
			r.show(&s, &s.Outbox[i])
		}
	}
	widgets.Relayout(o.root.Content)
	o.root.Refresh()
}

// leadWords says what waits for whom: the disk, the office, the recipients.
func (o *outbox) leadWords(s *desk.State) string {
	var parts []string
	if n := s.Office.Unsent; n > 0 {
		words := o.words.N("outbox.office", n)
		if !s.Office.Oldest.IsZero() {
			words = o.words.N("outbox.office-since", n, o.words.When(s.Office.Oldest, s.Now))
		}
		parts = append(parts, words)
	}
	if n := s.Unsent() - len(s.Outbox) - s.Office.Unsent; n > 0 {
		parts = append(parts, o.words.N("outbox.drafts", n))
	}
	if len(s.Outbox) > 0 {
		parts = append(parts, o.words.T("outbox.lead"))
	}
	if len(parts) == 0 {
		return o.words.T("outbox.empty")
	}
	return strings.Join(parts, " ")
}

type outboxRow struct {
	kit
	box      *widgets.Box
	title    *widgets.Text
	detail   *widgets.Text
	retry    *widgets.Button
	delivery clients.ID
}

func newOutboxRow(k kit) *outboxRow {
	r := &outboxRow{kit: k}
	r.title = widgets.NewText("", widgets.TextStyle{Cut: true})
	r.detail = widgets.NewText("", widgets.TextStyle{Size: theme.SizeSmall, Color: theme.Muted, Lines: 3})
	r.retry = widgets.NewButton(k.words.T("outbox.retry"), widgets.Secondary, func() { k.send(desk.DeliveryRetried{Delivery: r.delivery}) })
	r.retry.Small()
	first := container.New(&widgets.Row{Gap: 10, Grow: r.title}, r.title, r.retry)
	r.box = widgets.NewBox(widgets.BoxStyle{Stroke: theme.Edge, Radius: 6, Bar: 4, Pad: widgets.Pad{12, 8, 10, 9}},
		container.New(&widgets.Column{Gap: 3}, first, r.detail))
	return r
}

func (r *outboxRow) show(s *desk.State, d *clients.Delivery) {
	r.delivery = d.ID
	c := s.Directory.Client(d.Client)
	r.box.SetBar(theme.Client(ownColor(c)).Bar)
	r.title.SetSpans(widgets.Span{Text: d.Recipient.Name, Bold: true},
		widgets.Span{Text: " · " + d.Recipient.Address, Color: theme.Muted})
	color := theme.Wait
	if d.State == clients.Failed {
		color = theme.Bad
	}
	r.detail.SetSpans(widgets.Span{Text: r.standing(d, s.Now), Bold: true, Color: color},
		widgets.Span{Text: prefixed(" — ", d.Error)})
	widgets.Show(r.retry, d.State == clients.Failed)
}

func (r *outboxRow) standing(d *clients.Delivery, now time.Time) string {
	switch {
	case d.State == clients.Failed:
		return r.words.N("outbox.failed", d.Attempts)
	case d.Attempts == 0:
		return r.words.T("outbox.waiting")
	}
	return r.words.N("outbox.retrying", d.Attempts, r.words.When(d.NextTry, now))
}
