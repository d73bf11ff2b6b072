// Package sheettest opens a sheet in a window in memory, uses it as an operator
// would — by its labels and by the keyboard — and saves pictures of it.
package sheettest

import (
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"permanence/ui/sheet"
	"permanence/ui/theme"
	"permanence/ui/widgets"
)

// StoriesEnv names the folder in which Picture saves; nothing is saved without it.
const StoriesEnv = "PERMANENCE_STORIES"

// Stage is a window in memory with a sheet on it.
type Stage struct {
	t      testing.TB
	window fyne.Window
}

// Theme makes a program in memory with the light or the dark theme. It comes
// before the sheet is built.
func Theme(t testing.TB, mode string) {
	test.NewTempApp(t).Settings().SetTheme(theme.New(mode, 1))
}

// Open shows a sheet where the window shows it when the window is 1440 × 900: at
// the right of the calls.
func Open(t testing.TB, content fyne.CanvasObject) *Stage {
	ground := widgets.NewBox(widgets.BoxStyle{Fill: theme.Desk, Pad: widgets.All(8)}, container.NewStack(content))
	w := test.NewTempWindow(t, ground)
	w.SetPadded(false)
	w.Resize(fyne.NewSize(1130, 806))
	return &Stage{t: t, window: w}
}

// Focus gives something the keyboard.
func (s *Stage) Focus(o fyne.Focusable) { s.window.Canvas().Focus(o) }

// Focused is what has the keyboard.
func (s *Stage) Focused() fyne.Focusable { return s.window.Canvas().Focused() }

// Tab goes to the next stop of the keyboard.
func (s *Stage) Tab() { s.window.Canvas().(interface{ FocusNext() }).FocusNext() }

// Type types characters where the keyboard is.
func (s *Stage) Type(text string) {
	s.t.Helper()
	for _, r := range text {
		if r == '\n' {
			s.Key(fyne.KeyReturn, 0)
			continue
		}
		s.Focused().TypedRune(r)
	}
}

// Key presses a key where the keyboard is.
func (s *Stage) Key(name fyne.KeyName, mods fyne.KeyModifier) {
	s.t.Helper()
	f := s.Focused()
	if f == nil {
		s.t.Fatalf("nothing has the keyboard for %s", name)
	}
	if mods == 0 {
		f.TypedKey(&fyne.KeyEvent{Name: name})
		return
	}
	sc, ok := f.(fyne.Shortcutable)
	if !ok {
		s.t.Fatalf("%T takes no shortcut", f)
	}
	sc.TypedShortcut(&desktop.CustomShortcut{KeyName: name, Modifier: mods})
}

// Entry finds the entry under a label that can be seen.
func (s *Stage) Entry(label string) *widgets.Entry { return s.EntryNo(label, 0) }

// EntryNo finds one of several entries with the same label, from the top.
func (s *Stage) EntryNo(label string, n int) *widgets.Entry {
	s.t.Helper()
	var found *widgets.Entry
	s.walk(func(o fyne.CanvasObject) {
		f, ok := o.(*widgets.Field)
		if !ok || plain(f.Label()) != label {
			return
		}
		if n == 0 {
			visit(f, func(o fyne.CanvasObject) {
				if e, ok := o.(*widgets.Entry); ok {
					found = e
				}
			})
		}
		n--
	})
	if found == nil {
		s.t.Fatalf("no entry %q is shown", label)
	}
	return found
}

// Fill types into the entry of a label, in place of what stands there.
func (s *Stage) Fill(label, text string) {
	s.t.Helper()
	e := s.Entry(label)
	s.Focus(e)
	e.TypedShortcut(&fyne.ShortcutSelectAll{})
	e.TypedKey(&fyne.KeyEvent{Name: fyne.KeyBackspace})
	s.Type(text)
}

// Remark is what stands beside a label.
func (s *Stage) Remark(label string) string {
	s.t.Helper()
	var found *widgets.Field
	s.walk(func(o fyne.CanvasObject) {
		if f, ok := o.(*widgets.Field); ok && plain(f.Label()) == label && found == nil {
			found = f
		}
	})
	if found == nil {
		s.t.Fatalf("no field %q is shown", label)
	}
	return plain(found.Remark())
}

// labelled is a stop of the keyboard with words on it: a button, a tick.
type labelled interface {
	fyne.Focusable
	Label() string
}

// Press gives the keyboard to what bears a label and presses Space.
func (s *Stage) Press(label string) { s.PressNo(label, 0) }

// PressNo presses one of several with the same label, from the top.
func (s *Stage) PressNo(label string, n int) {
	s.t.Helper()
	var found labelled
	s.walk(func(o fyne.CanvasObject) {
		l, ok := o.(labelled)
		if !ok || plain(l.Label()) != label {
			return
		}
		if n == 0 {
			found = l
		}
		n--
	})
	if found == nil {
		s.t.Fatalf("nothing to press is called %q", label)
	}
	s.Focus(found)
	s.Key(fyne.KeySpace, 0)
}

// Shows reports whether a text can be seen whose words are these.
func (s *Stage) Shows(text string) bool {
	found := false
	s.walk(func(o fyne.CanvasObject) {
		if t, ok := o.(*widgets.Text); ok && plain(t.String()) == text {
			found = true
		}
	})
	return found
}

// Texts lists all texts that can be seen, for the message of a failing test.
func (s *Stage) Texts() []string {
	var all []string
	s.walk(func(o fyne.CanvasObject) {
		if t, ok := o.(*widgets.Text); ok && t.String() != "" {
			all = append(all, plain(t.String()))
		}
	})
	return all
}

// Picture saves the window as a PNG when the operator of the test asked for it.
func (s *Stage) Picture(name string) {
	dir := os.Getenv(StoriesEnv)
	if dir == "" {
		return
	}
	s.t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		s.t.Fatal(err)
	}
	f, err := os.Create(filepath.Join(dir, name+".png"))
	if err != nil {
		s.t.Fatal(err)
	}
	if err := png.Encode(f, s.window.Canvas().Capture()); err != nil {
		s.t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		s.t.Fatal(err)
	}
}

// plain writes a text with the spaces and apostrophes that a test types.
func plain(s string) string {
	return strings.NewReplacer("\u00a0", " ", "\u202f", " ", "’", "'").Replace(s)
}

func (s *Stage) walk(do func(fyne.CanvasObject)) {
	visit(s.window.Content(), do)
	for _, o := range s.window.Canvas().Overlays().List() {
		visit(o, do)
	}
}

// visit goes through all that is visible under o.
func visit(o fyne.CanvasObject, do func(fyne.CanvasObject)) {
	if o == nil || !o.Visible() {
		return
	}
	do(o)
	switch o := o.(type) {
	case *fyne.Container:
		for _, child := range o.Objects {
			visit(child, do)
		}
	case fyne.Widget:
		for _, child := range test.WidgetRenderer(o).Objects() {
			visit(child, do)
		}
	}
}

// Entries lists all entries that can be seen or scrolled to.
func (s *Stage) Entries() []*widgets.Entry {
	var all []*widgets.Entry
	s.walk(func(o fyne.CanvasObject) {
		if e, ok := o.(*widgets.Entry); ok {
			all = append(all, e)
		}
	})
	return all
}

// Orders lists the ordered lists that can be seen.
func (s *Stage) Orders() []*sheet.Order {
	var all []*sheet.Order
	s.walk(func(o fyne.CanvasObject) {
		if l, ok := o.(*sheet.Order); ok {
			all = append(all, l)
		}
	})
	return all
}

// InView reports whether something stands between head and foot, not scrolled away.
func (s *Stage) InView(f fyne.Focusable) bool {
	o, ok := f.(fyne.CanvasObject)
	if !ok {
		return false
	}
	top := fyne.CurrentApp().Driver().AbsolutePositionForObject(o).Y
	bottom := top + min(o.Size().Height, 100)
	return top >= 0 && bottom <= s.window.Canvas().Size().Height
}

// SizeTo gives the sheet another size, as a smaller window does.
func (s *Stage) SizeTo(width, height float32) { s.window.Resize(fyne.NewSize(width, height)) }

// Choices is the row of choices under a label that can be seen.
func (s *Stage) Choices(label string) fyne.Focusable {
	s.t.Helper()
	var found *sheet.Choices
	s.walk(func(o fyne.CanvasObject) {
		if f, ok := o.(*widgets.Field); ok && plain(f.Label()) == label && found == nil {
			visit(f, func(o fyne.CanvasObject) {
				if c, ok := o.(*sheet.Choices); ok {
					found = c
				}
			})
		}
	})
	if found == nil {
		s.t.Fatalf("no choices %q are shown", label)
	}
	return found
}
