package office

import (
	"encoding/json"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"permanence/clients"
	"permanence/ui/desk"
	"permanence/ui/theme"
	"permanence/ui/widgets"
)

// ask is what is typed before a choice is made: both texts as they shall stand
// together, or why something is discarded.
type ask struct {
	panel   *Conflicts
	open    bool
	choice  clients.Choice
	entry   *widgets.Entry
	field   *widgets.Field
	wrong   *widgets.Text
	send    *widgets.KeyButton
	content *fyne.Container
}

func newAsk(p *Conflicts) *ask {
	a := &ask{panel: p, entry: widgets.NewTextEntry(p.cfg.Keys, 6)}
	a.field = widgets.NewField("", a.entry)
	a.entry.OnTyped = func(string) { a.wrong.Hide() }
	a.wrong = widgets.NewText(p.t("ask.empty"), widgets.TextStyle{Size: theme.SizeSmall, Color: theme.Bad})
	a.send = widgets.NewKeyButton("", p.cfg.Words.T("key.send"), widgets.Primary, a.keep)
	back := widgets.NewKeyButton(p.t("ask.back"), p.cfg.Words.T("key.escape"), widgets.Secondary, a.close)
	a.content = container.New(&widgets.Column{Gap: 10}, a.field, a.wrong, container.New(&widgets.Flow{Gap: 8}, a.send, back))
	a.content.Hide()
	return a
}

// needs reports whether a choice is not made before something was typed.
func needs(c *clients.Conflict, choice clients.Choice) bool {
	return c.Held() && choice == clients.KeepEarlier ||
		c.Kind == clients.ConflictField && choice == clients.KeepBoth && desk.Prose(c.Field)
}

// begin opens it for a choice.
func (a *ask) begin(c *clients.Conflict, choice clients.Choice) {
	a.open, a.choice = true, choice
	key, text := "ask.both", ""
	if c.Held() {
		key = "ask.reason"
	} else if both, ok := desk.Both(c.Field, c.Earlier.Value, c.Later.Value); ok {
		_ = json.Unmarshal([]byte(both), &text) // Both wrote it
	}
	a.field.SetLabel(a.panel.t(key))
	a.send.SetLabel(a.panel.t(key + ".send"))
	a.entry.Replace(text)
	a.wrong.Hide()
	a.panel.Show(a.panel.state)
	a.focus(a.entry)
}

func (a *ask) focus(f fyne.Focusable) {
	c := fyne.CurrentApp().Driver().CanvasForObject(a.content)
	switch {
	case c == nil:
	case f == nil:
		c.Unfocus()
	default:
		c.Focus(f)
	}
}

func (a *ask) keep() {
	c, text := a.panel.chosen(), strings.TrimSpace(a.entry.Text)
	if c == nil || !a.open {
		return
	}
	if text == "" {
		a.wrong.Show()
		widgets.Relayout(a.panel.body)
		return
	}
	a.close()
	a.panel.cfg.Send(desk.ConflictSettled{Conflict: c.ID, Choice: a.choice, Text: text})
}

func (a *ask) close() {
	a.open = false
	a.focus(nil)
	a.panel.Show(a.panel.state)
}

// key handles a key while it is open.
func (a *ask) key(key fyne.KeyName, mods fyne.KeyModifier) bool {
	switch {
	case key == fyne.KeyEscape && mods == 0:
		a.close()
	case (key == fyne.KeyReturn || key == fyne.KeyEnter) && mods == fyne.KeyModifierControl:
		a.keep()
	default:
		return false
	}
	return true
}
