package ui

import (
	"fyne.io/fyne/v2/container"

	"permanence/phone"
	"permanence/ui/desk"
	"permanence/ui/theme"
	"permanence/ui/widgets"
)

// offerBar stands above the stage when a colleague's desk has fallen silent in
// mid-message: whose caller it was, and the key that takes the message over. It calms
// rather than alarms: what was typed is not lost.
type offerBar struct {
	kit
	box          *widgets.Box
	text, detail *widgets.Text
	button       *widgets.KeyButton
	offer        desk.Offer
}

func newOfferBar(k kit) *offerBar {
	b := &offerBar{kit: k}
	b.text = widgets.NewText("", widgets.TextStyle{Bold: true, Cut: true})
	b.detail = widgets.NewText("", widgets.TextStyle{Size: theme.SizeSmall, Color: theme.Muted, Cut: true})
	b.button = widgets.NewKeyButton("", k.words.T("key.take-over"), widgets.Primary, b.take).Small()
	leave := widgets.NewIconButton(closeIcon, func() { k.send(desk.OfferLeft{Desk: b.offer.Desk, Ticket: b.offer.Draft.Ticket}) })
	words := container.New(&widgets.Column{Gap: 1}, b.text, b.detail)
	row := container.New(&widgets.Row{Gap: 10, Grow: words}, words, b.button, leave)
	b.box = widgets.NewBox(widgets.BoxStyle{Fill: theme.WaitTint, Stroke: theme.WaitEdge, Radius: 7, Pad: widgets.Pad{16, 6, 8, 7}}, row)
	b.box.Hide()
	return b
}

// take asks the office for the message in view.
func (b *offerBar) take() {
	b.send(desk.TakeOverPressed{Desk: b.offer.Desk, Ticket: b.offer.Draft.Ticket})
}

// show offers the message that waits longest, and reports whether the bar came, went
// or says something else.
func (b *offerBar) show(s *desk.State) bool {
	if len(s.Offers) == 0 {
		return widgets.Show(b.box, false)
	}
	b.offer = s.Offers[0]
	o := &b.offer
	title := "offer.lost"
	if o.Draft.Orphan {
		title = "offer.orphan"
	}
	changed := b.text.SetSpans(widgets.Span{Text: b.words.T(title, firstOf(o.Name, o.DeskName))},
		widgets.Span{Text: prefixed(" · ", b.callerOf(s, o))})
	changed = b.detail.Set(b.detailOf(s, o)) || changed
	changed = widgets.Show(b.detail, b.detail.String() != "") || changed
	label := b.words.T("offer.take")
	if o.Asked {
		label = b.words.T("offer.asked")
	}
	b.button.SetEnabled(!o.Asked)
	changed = b.button.SetLabel(label) || changed
	return widgets.Show(b.box, true) || changed
}

// callerOf is who was on the telephone there, by name and number, and for whom.
func (b *offerBar) callerOf(s *desk.State, o *desk.Offer) string {
	m, number := &o.Draft.Message, nb(o.Draft.Message.Number)
	if (o.Draft.Caller != phone.Identity{}) {
		number = b.callerNumber(o.Draft.Caller)
	}
	who := firstOf(m.Name, callerName("", o.Draft.Caller), number)
	if who != number {
		who += prefixed(", ", number)
	}
	if c := s.Directory.Client(o.Draft.Message.Client); c != nil {
		return b.words.T("offer.for", who, c.Name)
	}
	return who
}

// detailOf is the rest that helps to decide: since when, where the call stood and how
// long it had lasted, how many more there are, and the beginning of the message, which
// may be cut.
func (b *offerBar) detailOf(s *desk.State, o *desk.Offer) string {
	since, more := "", ""
	if !o.Since.IsZero() {
		since = b.words.T("offer.since", b.words.Clock(o.Since.In(s.Now.Location())))
	}
	if n := len(s.Offers) - 1; n > 0 {
		more = b.words.N("offer.more", n)
	}
	return joined(since, b.callWords(o), more, b.quotedShort(o.Draft.Message.Text))
}

// callWords says where the call stood when the desk was lost; "" when there was none.
func (b *offerBar) callWords(o *desk.Offer) string {
	key := "offer.talking"
	switch {
	case !o.Draft.Talking && (o.Draft.Caller == phone.Identity{}):
		return ""
	case !o.Draft.Talking:
		return b.words.T("offer.over")
	case o.Draft.Held:
		key = "offer.held"
	}
	if talked := o.Talked(); talked > 0 {
		return b.words.T(key+"-for", b.words.Age(talked))
	}
	return b.words.T(key)
}
