package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"permanence/ui/desk"
	"permanence/ui/theme"
	"permanence/ui/widgets"
)

// handsBar stands on the card of a message that two desks have or have had: one that was
// taken over from a lost desk, with the key that calls its caller back, or one that
// somebody took over from here, with the key that leaves it there.
type handsBar struct {
	kit
	box    *widgets.Box
	text   *widgets.Text
	button *widgets.KeyButton
	act    desk.Event
}

// handsFace is what the bar says and does.
type handsFace struct {
	words      string
	tone       fyne.ThemeColorName
	label, key string
	kind       widgets.Kind
	act        desk.Event
}

func newHandsBar(k kit) *handsBar {
	b := &handsBar{kit: k, text: widgets.NewText("", widgets.TextStyle{Bold: true, Lines: 2})}
	b.button = widgets.NewKeyButton("", "", widgets.Primary, func() { k.send(b.act) }).Small()
	b.box = widgets.NewBox(
		widgets.BoxStyle{Fill: theme.WaitTint, Stroke: theme.WaitEdge, Radius: 5, Pad: widgets.Pad{12, 4, 5, 4}},
		container.New(&widgets.Row{Gap: 10, Grow: b.text}, b.text, b.button))
	b.box.Hide()
	return b
}

// show fills the bar, and reports whether its height may have changed.
func (b *handsBar) show(t *desk.Ticket) bool {
	f := b.face(t)
	if f.words == "" {
		return widgets.Show(b.box, false)
	}
	b.act = f.act
	b.text.SetColor(f.tone)
	changed := b.text.Set(f.words)
	changed = setButton(b.button, action{label: f.label, key: f.key, kind: f.kind}, true) || changed
	changed = widgets.Show(b.box, true) || changed
	if changed {
		widgets.Relayout(b.box.Content)
	}
	return changed
}

func (b *handsBar) face(t *desk.Ticket) handsFace {
	switch {
	case t.TakenBy != "":
		return b.toLeave(t, b.words.T("hands.taken", t.TakenBy), b.words.T("hands.leave"))
	case t.Return == desk.ReturnSent:
		return b.toLeave(t, b.words.T("hands.sent", t.From.Name), b.words.T("hands.put-away"))
	case t.From == (desk.Origin{}) || t.Call != "" && t.Return != desk.ReturnTalking:
		return handsFace{}
	}
	return b.toCallBack(t)
}

// toLeave is the bar of a message that somebody else sees to. Its card stays as long as
// the caller is on the telephone.
func (b *handsBar) toLeave(t *desk.Ticket, words, leave string) handsFace {
	f := handsFace{words: words, tone: theme.Wait, kind: widgets.Primary}
	if t.Call == "" {
		f.label, f.key, f.act = leave, b.words.T("key.put-away"), desk.TicketPutAway{Ticket: t.ID}
	}
	return f
}

// toCallBack is the bar of a message that was taken over. Nobody is called in haste whom
// a colleague is talking to.
func (b *handsBar) toCallBack(t *desk.Ticket) handsFace {
	f := handsFace{words: b.words.T("hands.from", t.From.Name), tone: theme.Ink, kind: widgets.Primary}
	switch {
	case t.Return == desk.ReturnTalking:
		f.words, f.tone, f.kind = b.words.T("hands.talking", t.From.Name), theme.Wait, widgets.Secondary
	case t.Return == desk.ReturnBack:
		f.words = b.words.T("hands.back", t.From.Name)
	case t.From.Talking:
		f.words = b.words.T("hands.cut", t.From.Name)
	}
	if mayCallBack(t) {
		f.label, f.key, f.act = b.words.T("hands.call-back"), "F12", desk.TicketCalledBack{Ticket: t.ID}
	}
	return f
}

// mayCallBack reports whether a ticket is a message taken over whose caller may be
// called from it.
func mayCallBack(t *desk.Ticket) bool {
	return t != nil && t.From != (desk.Origin{}) && t.Call == "" && (t.Draft.Message.Number != "" || t.Caller.Number != "" || t.Caller.URI != "")
}

// elsewhere reports whether somebody else sees to the message: has taken it over, or has
// sent what was taken over.
func elsewhere(t *desk.Ticket) bool { return t.TakenBy != "" || t.Return == desk.ReturnSent }
