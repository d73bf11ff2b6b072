package sheet

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"permanence/ui/theme"
	"permanence/ui/widgets"
)

// card shows one entry of a list, with what moves and removes it at its right.
type card[T any] struct {
	value            T // as it was filled; Read changes what was typed over
	group            *Group[T]
	up, down, remove *iconStop
	wrong            *widgets.Text
	first            fyne.Focusable
	object           *widgets.Box
}

var cardStyle = widgets.BoxStyle{Fill: theme.Panel, Stroke: theme.Edge, Radius: 6, Pad: widgets.Pad{14, 10, 8, 14}}

func newCard[T any](s *Sheet, changed func(), build func(*Group[T]) fyne.CanvasObject) *card[T] {
	c := &card[T]{group: NewGroup[T](s, changed)}
	w := s.cfg.Words
	content := build(c.group)
	c.first = c.group.first()
	c.up = newIconStop(s, iconUp, w.T("sheet.up"))
	c.down = newIconStop(s, iconDown, w.T("sheet.down"))
	c.remove = newIconStop(s, iconRemove, w.T("sheet.remove"))
	c.wrong = widgets.NewText("", widgets.TextStyle{Size: theme.SizeSmall, Color: theme.Bad, Lines: 3})
	c.wrong.Hide()
	tools := container.New(&widgets.Row{}, c.up, c.down, c.remove)
	row := container.New(&widgets.Aside{Gap: 8}, content, tools)
	c.object = widgets.NewBox(cardStyle, container.New(&widgets.Column{Gap: 6}, row, c.wrong))
	return c
}

// stopFor keeps the keyboard on the arrow that was pressed, on the card's new place.
func (c *card[T]) stopFor(from, to int) fyne.Focusable {
	if to < from {
		return c.up
	}
	return c.down
}
