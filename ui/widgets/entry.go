package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// Keys handles the window's own keys and reports whether a key was one of them.
type Keys func(key fyne.KeyName, mods fyne.KeyModifier) bool

// Entry is a text entry that owns what is typed in it: Fill never overwrites
// words under the cursor, nor words the desk has not yet confirmed. The window's
// keys work while it has the keyboard, and Tab leaves it, several lines or not.
type Entry struct {
	widget.Entry
	OnTyped  func(text string) // by the operator, never by Fill
	OnEnter  func()            // Enter in an entry of one line
	OnEscape func()            // nil leaves Escape to the window
	OnFocus  func(has bool)
	OnKey    func(fyne.KeyName) bool // offered first: the arrows of a list under the entry
	OnRune   func(rune) bool         // offered before it is typed
	Max      int                     // characters; 0 has no bound
	Locked   bool                    // takes no keys for the moment

	keys     Keys
	focused  bool
	ring     func(on bool) // of the Field it stands in
	awaiting bool          // typed, and not yet seen in the state
}

// NewEntry makes an entry of one line. Keys may be nil.
func NewEntry(keys Keys) *Entry {
	e := &Entry{keys: keys}
	e.Wrapping = fyne.TextWrap(fyne.TextTruncateClip)
	e.ready()
	return e
}

// NewTextEntry makes an entry of several lines that wraps at words.
func NewTextEntry(keys Keys, rows int) *Entry {
	e := &Entry{keys: keys}
	e.MultiLine = true
	e.Wrapping = fyne.TextWrapWord
	e.ready()
	e.SetMinRowsVisible(rows)
	return e
}

// NewPasswordEntry makes an entry that shows dots.
func NewPasswordEntry(keys Keys) *Entry {
	e := &Entry{keys: keys}
	e.Password = true
	e.Wrapping = fyne.TextWrap(fyne.TextTruncateClip)
	e.ready()
	return e
}

func (e *Entry) ready() {
	e.ExtendBaseWidget(e)
	e.OnChanged = e.typed
	e.OnSubmitted = func(string) {
		if e.OnEnter != nil && !e.MultiLine {
			e.OnEnter()
		}
	}
}

func (e *Entry) typed(text string) {
	e.awaiting = true
	if e.OnTyped != nil {
		e.OnTyped(text)
	}
}

// Fill shows what the state says, unless the operator is typing here or what she
// typed is still on its way to the state.
func (e *Entry) Fill(text string) {
	if e.Text == text {
		e.awaiting = false
		return
	}
	if !e.focused && !e.awaiting {
		e.put(text)
	}
}

// Replace shows another draft, whoever has the keyboard: the ticket in front
// changed, and what was typed belongs to the other one.
func (e *Entry) Replace(text string) {
	e.awaiting = false
	if e.Text != text {
		e.put(text)
	}
}

func (e *Entry) put(text string) {
	e.OnChanged = nil
	e.SetText(text)
	e.OnChanged = e.typed
	e.CursorRow, e.CursorColumn = 0, 0
	if e.focused {
		// A French digit is typed with Shift. While that is held, what is put here
		// would be selected, and the next digit would replace it.
		e.KeyUp(&fyne.KeyEvent{Name: desktop.KeyShiftLeft})
		e.Entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyPageDown})
	}
}

// GoOn puts the cursor behind a text that came here while the keyboard was elsewhere, so
// that what is typed goes on from it. Where somebody has put the cursor it stays.
func (e *Entry) GoOn() {
	if e.CursorRow == 0 && e.CursorColumn == 0 {
		e.Entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyPageDown})
	}
}

// Focused reports whether the keyboard is in this entry.
func (e *Entry) Focused() bool { return e.focused }

// AcceptsTab lets Tab go to the next entry, out of a text of several lines too.
func (e *Entry) AcceptsTab() bool { return false }

// FocusGained tells who wants to know.
func (e *Entry) FocusGained() {
	e.focused = true
	e.Entry.FocusGained()
	e.lightRing(true)
	if e.OnFocus != nil {
		e.OnFocus(true)
	}
}

// FocusLost tells who wants to know.
func (e *Entry) FocusLost() {
	e.focused = false
	e.Entry.FocusLost()
	e.lightRing(false)
	if e.OnFocus != nil {
		e.OnFocus(false)
	}
}

func (e *Entry) lightRing(on bool) {
	if e.ring != nil {
		e.ring(on)
	}
}

// TypedKey offers Escape and the F-keys to the window, and types the rest.
func (e *Entry) TypedKey(k *fyne.KeyEvent) {
	if e.OnKey != nil && e.OnKey(k.Name) {
		return
	}
	if k.Name == fyne.KeyEscape && e.OnEscape != nil {
		e.OnEscape()
		return
	}
	if windowKey(k.Name) && e.keys != nil && e.keys(k.Name, 0) {
		return
	}
	if !e.Locked {
		e.Entry.TypedKey(k)
	}
}

// windowKey tells the keys that mean nothing to a text.
func windowKey(k fyne.KeyName) bool {
	return k == fyne.KeyEscape || len(k) >= 2 && k[0] == 'F' && k[1] >= '1' && k[1] <= '9'
}

// TypedRune types a character unless the entry is full or locked.
func (e *Entry) TypedRune(r rune) {
	if e.Locked || e.Max > 0 && Runes(e.Text) >= e.Max && e.SelectedText() == "" {
		return
	}
	if e.OnRune != nil && e.OnRune(r) {
		return
	}
	e.Entry.TypedRune(r)
}

// TypedShortcut offers a key with Ctrl or Alt to the window before the entry has
// it. What a paste adds beyond Max is dropped.
func (e *Entry) TypedShortcut(s fyne.Shortcut) {
	if k, ok := s.(*desktop.CustomShortcut); ok && e.keys != nil && e.keys(k.KeyName, k.Modifier) {
		return
	}
	if e.Locked {
		return
	}
	e.Entry.TypedShortcut(s)
	if e.Max > 0 && Runes(e.Text) > e.Max {
		kept := string([]rune(e.Text)[:e.Max])
		e.put(kept)
		e.typed(kept)
	}
}
