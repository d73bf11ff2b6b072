package sheet

import (
	"fyne.io/fyne/v2"
	fynetheme "fyne.io/fyne/v2/theme"

	"permanence/ui/widgets"
)

// The pictures on the small buttons of cards and ordered lists.
const (
	iconUp     = fynetheme.IconNameMoveUp
	iconDown   = fynetheme.IconNameMoveDown
	iconRemove = fynetheme.IconNameDelete
	iconTurn   = fynetheme.IconNameVisibility
)

// iconStop is a picture that the mouse and the keyboard can press.
type iconStop struct {
	Stop
	OnTapped func()
	label    string
}

func newIconStop(s *Sheet, icon fyne.ThemeIconName, label string) *iconStop {
	i := &iconStop{label: label}
	press := func() { i.OnTapped() }
	i.OnKey = pressed(press)
	i.Around(s, i, widgets.NewIconButton(icon, press), 5)
	return i
}

// Label is what the picture does, in words.
func (i *iconStop) Label() string { return i.label }
