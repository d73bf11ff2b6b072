package sheet

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"permanence/ui/widgets"
)

// Button is a button that Tab reaches; Space and Enter press it.
type Button struct {
	Stop
	face *widgets.KeyButton
}

// NewButton makes a button of the sheet.
func (s *Sheet) NewButton(label string, kind widgets.Kind, tapped func()) *Button {
	b := &Button{face: widgets.NewKeyButton(label, "", kind, tapped)}
	b.OnKey = pressed(b.Press)
	b.Around(s, b, b.face, 5)
	return b
}

// SetKey writes on the button the key that does the same from everywhere.
func (b *Button) SetKey(key string) { b.face.SetKey(key) }

// Press does what the button says.
func (b *Button) Press() { b.face.Tapped(nil) }

// SetLabel changes the words.
func (b *Button) SetLabel(s string) { b.face.SetLabel(s) }

// Label is the words on the button.
func (b *Button) Label() string { return b.face.Label() }

// SetEnabled lets the button be pressed or not.
func (b *Button) SetEnabled(yes bool) { b.face.SetEnabled(yes) }

// pressed takes Space and Enter.
func pressed(do func()) widgets.Keys {
	return func(name fyne.KeyName, mods fyne.KeyModifier) bool {
		if mods != 0 || name != fyne.KeySpace && name != fyne.KeyReturn && name != fyne.KeyEnter {
			return false
		}
		do()
		return true
	}
}

// NewEntry makes an entry of one line.
func (s *Sheet) NewEntry() *widgets.Entry { return s.own(widgets.NewEntry(s.keys)) }

// NewTextEntry makes an entry of several lines.
func (s *Sheet) NewTextEntry(rows int) *widgets.Entry {
	return s.own(widgets.NewTextEntry(s.keys, rows))
}

// NewPasswordEntry makes an entry that shows dots.
func (s *Sheet) NewPasswordEntry() *widgets.Entry { return s.own(widgets.NewPasswordEntry(s.keys)) }

func (s *Sheet) own(e *widgets.Entry) *widgets.Entry {
	e.OnFocus = func(has bool) {
		if has {
			s.Reveal(e)
		}
	}
	return e
}

// Choices is a row of rounded buttons of which one is chosen; Left and Right go
// along it.
type Choices struct {
	Stop
	row     *widgets.Choices
	choices []widgets.Choice
}

// NewChoices makes a row; chosen is told what the operator chose.
func (s *Sheet) NewChoices(chosen func(key string)) *Choices {
	c := &Choices{}
	c.row = widgets.NewChoices(func(key string) {
		c.row.Set(c.choices, key)
		chosen(key)
	})
	c.OnKey = c.key
	c.Around(s, c, c.row, 15)
	return c
}

func (c *Choices) key(name fyne.KeyName, mods fyne.KeyModifier) bool {
	switch {
	case mods == 0 && name == fyne.KeyRight:
		c.step(1)
	case mods == 0 && name == fyne.KeyLeft:
		c.step(-1)
	default:
		return false
	}
	return true
}

func (c *Choices) step(by int) {
	i := slices.IndexFunc(c.choices, func(ch widgets.Choice) bool { return ch.Key == c.row.Chosen() })
	if i += by; i >= 0 && i < len(c.choices) {
		c.row.OnChosen(c.choices[i].Key)
	}
}

// Set shows choices with one of them chosen.
func (c *Choices) Set(choices []widgets.Choice, chosen string) {
	c.choices = choices
	c.row.Set(choices, chosen)
}

// Chosen is the key of the chosen one.
func (c *Choices) Chosen() string { return c.row.Chosen() }

// Select is a list that opens, for choices that are many or come and go.
type Select struct {
	widget.Select
	OnChosen func(option string)
	sheet    *Sheet
}

// NewSelect makes a list that opens; chosen is told what the operator chose.
func (s *Sheet) NewSelect(chosen func(option string)) *Select {
	sel := &Select{sheet: s, OnChosen: chosen}
	sel.PlaceHolder = "—"
	sel.ExtendBaseWidget(sel)
	sel.OnChanged = sel.changed
	return sel
}

func (s *Select) changed(option string) { s.OnChosen(option) }

// Set shows options with one of them chosen, and tells nobody.
func (s *Select) Set(options []string, chosen string) {
	if s.Selected == chosen && slices.Equal(s.Options, options) {
		return
	}
	s.OnChanged = nil
	s.SetOptions(options)
	s.SetSelected(chosen)
	s.OnChanged = s.changed
}

// FocusGained scrolls the list into view.
func (s *Select) FocusGained() {
	s.Select.FocusGained()
	s.sheet.Reveal(s)
}

// TypedKey opens the list or hands the key to the sheet. Enter opens it as well.
func (s *Select) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyReturn, fyne.KeyEnter:
		s.Select.TypedKey(&fyne.KeyEvent{Name: fyne.KeySpace})
	case fyne.KeySpace, fyne.KeyUp, fyne.KeyDown, fyne.KeyLeft, fyne.KeyRight:
		s.Select.TypedKey(e)
	default:
		s.sheet.keys(e.Name, 0)
	}
}

// TypedShortcut hands a key with Ctrl or Alt to the sheet.
func (s *Select) TypedShortcut(sc fyne.Shortcut) {
	if k, ok := sc.(*desktop.CustomShortcut); ok {
		s.sheet.keys(k.KeyName, k.Modifier)
	}
}
