package ui

import (
	"fyne.io/fyne/v2/container"

	"permanence/ui/desk"
	"permanence/ui/theme"
	"permanence/ui/widgets"
)

// emergencyCard stands in the place of the client's card during a call to the
// fire brigade or an ambulance: what must be said, in large letters, before
// anything else.
type emergencyCard struct {
	kit
	root   *widgets.Box
	number *widgets.Text
	title  *widgets.Text
	here   *place
	there  *place
	say    []*widgets.Text
}

// place is an address with whose it is.
type place struct {
	box           *widgets.Box
	heading, text *widgets.Text
}

func newPlace() *place {
	p := &place{heading: widgets.Heading("")}
	p.text = widgets.NewText("", widgets.TextStyle{Size: theme.SizeTitle, Bold: true, Lines: 6})
	p.box = widgets.NewBox(widgets.BoxStyle{Fill: theme.Panel, Stroke: theme.BadEdge, Radius: 7, Pad: widgets.Pad{16, 12, 16, 14}},
		container.New(&widgets.Column{Gap: 4}, p.heading, p.text))
	return p
}

// emergencySteps is how many sentences of what to say there are.
const emergencySteps = 4

func newEmergencyCard(k kit) *emergencyCard {
	c := &emergencyCard{kit: k}
	c.number = widgets.NewText("", widgets.TextStyle{Size: theme.SizeAlarm, Bold: true, Color: theme.Bad})
	c.title = widgets.NewText("", widgets.TextStyle{Size: theme.SizeTitle, Bold: true, Color: theme.Bad, Lines: 2})
	c.here, c.there = newPlace(), newPlace()
	steps := container.New(&widgets.Column{Gap: 6})
	for range emergencySteps {
		t := widgets.NewText("", widgets.TextStyle{Lines: 2})
		c.say = append(c.say, t)
		steps.Add(t)
	}
	head := container.New(&widgets.Row{Gap: 20, Grow: c.title}, c.number, c.title)
	both := container.New(&widgets.Columns{Gap: 12, Least: 220, Fill: true}, c.there.box, c.here.box)
	lead := widgets.Heading(k.words.T("emergency.say"))
	c.root = widgets.NewBox(
		widgets.BoxStyle{Fill: theme.BadTint, Stroke: theme.Bad, Width: 2, Radius: 7, Pad: widgets.Pad{24, 14, 24, 14}},
		widgets.NewScroll(container.New(&widgets.Column{Gap: 14}, head, both, container.New(&widgets.Column{Gap: 6}, lead, steps))))
	c.root.Hide()
	return c
}

// show fills the card, and reports whether there is an emergency call.
func (c *emergencyCard) show(s *desk.State) bool {
	e := s.Calling
	if e == nil {
		return false
	}
	changed := c.number.Set(e.Number.Display())
	changed = c.title.Set(c.words.Or(nil, "emergency.title."+string(e.Number), "emergency.title.other", "")) || changed
	client := s.Directory.Client(e.Client)
	there := client != nil
	changed = c.there.show(c.words.T("emergency.there", c.clientName(client)), firstOf(e.Place, c.words.T("emergency.no-place"))) || changed
	changed = widgets.Show(c.there.box, there) || changed
	changed = c.here.show(c.words.T("emergency.here"), firstOf(e.Address, c.words.T("emergency.no-address"))) || changed
	for i, t := range c.say {
		changed = t.SetSpans(c.sentenceNo(i, there)...) || changed
	}
	if changed {
		widgets.Relayout(c.root.Content)
		c.root.Refresh()
	}
	return true
}

// sentenceNo is the i-th thing to say. Where help must come to is not where the
// call comes from: a call centre must say so first.
func (c *emergencyCard) sentenceNo(i int, there bool) []widgets.Span {
	keys := [emergencySteps]string{"emergency.say.who", "emergency.say.where", "emergency.say.what", "emergency.say.stay"}
	if !there {
		keys[1] = "emergency.say.where-here"
	}
	return []widgets.Span{{Text: string(rune('1'+i)) + ".  ", Bold: true, Color: theme.Bad}, {Text: c.words.T(keys[i])}}
}

func (p *place) show(heading, text string) bool {
	changed := p.heading.Set(upper(heading))
	return p.text.Set(text) || changed
}
