package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"permanence/ui/desk"
	"permanence/ui/theme"
	"permanence/ui/widgets"
)

// partyTag is one of those who are being put together: who, where they stand
// and for how long. Who can be heard is lit.
type partyTag struct {
	box         *widgets.Box
	dot         *widgets.Dot
	name, state *widgets.Text
	age         *widgets.Text
	words       *fyne.Container
}

type partyFace struct {
	name, state, age string
	lit              bool
}

func newPartyTag() *partyTag {
	p := &partyTag{dot: widgets.NewDot(theme.Faint)}
	p.name = widgets.NewText("", widgets.TextStyle{Bold: true, Cut: true})
	p.state = widgets.NewText("", widgets.TextStyle{Size: theme.SizeSmall, Color: theme.Muted, Cut: true})
	p.age = widgets.NewText("", widgets.TextStyle{Bold: true})
	p.words = container.New(&widgets.Column{}, p.name, p.state)
	p.box = widgets.NewBox(widgets.BoxStyle{}, container.New(&widgets.Row{Gap: 10, Grow: p.words}, p.dot, p.words, p.age))
	return p
}

// snug writes the state beside the name, or under it again.
func (p *partyTag) snug(low bool) {
	p.words.Layout = &widgets.Column{}
	if low {
		p.words.Layout = &widgets.Row{Gap: 10, Grow: p.state}
	}
}

func (p *partyTag) show(f partyFace) bool {
	style := widgets.BoxStyle{Stroke: theme.Edge, Fill: theme.Panel, Radius: 6, Pad: widgets.Pad{12, 5, 12, 6}}
	dot, ink := theme.Held, theme.Muted
	if f.lit {
		style.Stroke, style.Width = theme.Good, 1.5
		dot, ink = theme.Good, theme.Good
	}
	p.box.SetStyle(style)
	p.dot.SetColor(dot)
	p.state.SetColor(ink)
	p.age.SetColor(ink)
	changed := p.name.Set(f.name)
	changed = p.state.Set(f.state) || changed
	return p.age.Set(f.age) || changed
}

// tagOf is one call as a party.
func (b *joinBar) tagOf(s *desk.State, c *desk.Call) partyFace {
	f := partyFace{name: b.party(s, c), age: b.words.Age(c.Age(s.Now)), lit: c.Phase == desk.Talking || c.Conference}
	f.state = b.words.T("phase." + string(c.Phase))
	switch {
	case c.Conference:
		f.state = b.words.T("join.in")
	case c.Phase == desk.Dialing && c.RingsThere:
		f.state = b.words.T("phase.rings-there")
	case c.Phase == desk.Talking:
		f.state = b.words.T("join.talking")
	case c.Phase == desk.Held:
		f.state = b.words.T("join.waiting")
	}
	return f
}

// party is how the other side of a call is named in a sentence: by what she
// wrote down, else by what is known, else by the number.
func (k kit) party(s *desk.State, c *desk.Call) string {
	if t := s.TicketOf(c.ID); t != nil && t.Draft.Message.Name != "" {
		return t.Draft.Message.Name
	}
	return firstOf(callerName(c.KnownAs, c.Caller), k.callerNumber(c.Caller))
}

func firstOf(words ...string) string {
	for _, w := range words {
		if w != "" {
			return w
		}
	}
	return ""
}
