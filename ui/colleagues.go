package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"permanence/ui/desk"
	"permanence/ui/theme"
	"permanence/ui/widgets"
)

// colleagues are the partners whose telephones can be seen: a lamp each, and
// pressing one prepares calling there.
type colleagues struct {
	kit
	root    *fyne.Container
	heading *widgets.Text
	flow    *fyne.Container
	chips   []*colleague
	call    func(number string)
}

// colleague is one lamp with its name.
type colleague struct {
	lamp   *widgets.Dot
	text   *widgets.Text
	box    *widgets.Box
	number string
}

func newColleagues(k kit, call func(number string)) *colleagues {
	c := &colleagues{kit: k, call: call, heading: widgets.Heading(k.words.T("colleagues.heading"))}
	c.flow = container.New(&widgets.Flow{Gap: 4})
	c.root = container.New(&widgets.Column{Gap: 3}, c.heading, c.flow)
	c.root.Hide()
	return c
}

// show fills a lamp per partner who is watched, and reports whether they moved.
func (c *colleagues) show(s *desk.State) bool {
	changed, n := false, 0
	for _, p := range s.Settings.Partners {
		if p.Watch == "" {
			continue
		}
		if n == len(c.chips) {
			c.chips = append(c.chips, c.newChip())
			c.flow.Add(c.chips[n].box)
			changed = true
		}
		chip, lamp := c.chips[n], s.Lamps[p.Watch]
		chip.number = firstOf(p.Number, p.Watch)
		chip.lamp.SetColor(lampColor(lamp))
		changed = chip.text.SetSpans(widgets.Span{Text: short(p.Name, 20)},
			widgets.Span{Text: prefixed(" ", c.lampWord(lamp)), Color: theme.Muted}) || changed
		n++
	}
	for i, chip := range c.chips {
		changed = widgets.Show(chip.box, i < n) || changed
	}
	return widgets.Show(c.root, n > 0) || changed
}

func (c *colleagues) newChip() *colleague {
	chip := &colleague{lamp: widgets.NewDot(theme.Rim), text: widgets.NewText("", widgets.TextStyle{Size: theme.SizeSmall})}
	chip.box = widgets.NewBox(widgets.BoxStyle{Radius: 5, Pad: widgets.Pad{6, 2, 6, 3}}, container.New(&widgets.Row{Gap: 7}, chip.lamp, chip.text))
	chip.box.OnTapped = func() { c.call(chip.number) }
	return chip
}
