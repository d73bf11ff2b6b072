package search

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// entry is where the query is typed. It keeps the keyboard: the keys that choose
// and open go through it.
type entry struct {
	widget.Entry
	panel *Panel
}

func newEntry(p *Panel) *entry {
	e := &entry{panel: p}
	e.Wrapping = fyne.TextWrap(fyne.TextTruncateClip)
	e.ExtendBaseWidget(e)
	e.SetPlaceHolder(p.t("placeholder"))
	e.OnChanged = p.typed
	return e
}

// TypedKey offers each key to the search and the window first, but for those
// that move in the text.
func (e *entry) TypedKey(k *fyne.KeyEvent) {
	switch k.Name {
	case fyne.KeyLeft, fyne.KeyRight, fyne.KeyHome, fyne.KeyEnd, fyne.KeyBackspace, fyne.KeyDelete:
		e.Entry.TypedKey(k)
		return
	}
	if !e.offer(k.Name, 0) {
		e.Entry.TypedKey(k)
	}
}

// TypedShortcut offers a key with Ctrl or Alt to the window first.
func (e *entry) TypedShortcut(s fyne.Shortcut) {
	if k, ok := s.(*desktop.CustomShortcut); ok && e.offer(k.KeyName, k.Modifier) {
		return
	}
	e.Entry.TypedShortcut(s)
}

func (e *entry) offer(key fyne.KeyName, mods fyne.KeyModifier) bool {
	if keys := e.panel.cfg.Keys; keys != nil {
		return keys(key, mods)
	}
	return e.panel.Key(key, mods)
}
