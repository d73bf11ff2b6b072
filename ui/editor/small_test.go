package editor

import (
	"testing"

	"fyne.io/fyne/v2"

	"permanence/ui/theme"
)

// In the smallest window with the largest text, Tab still brings each entry into
// view, and Escape still leads out.
func TestSmallWindowLargeText(t *testing.T) {
	b := open(t, "light", "durand", durand())
	fyne.CurrentApp().Settings().SetTheme(theme.New("light", 1.5))
	b.SizeTo(816, 580)
	b.Picture("editor-small-light")
	for page := range b.panel.pages {
		b.turn(page)
		b.Focus(b.panel.sheet.First())
		for range 60 {
			b.Tab()
			// the list of pages scrolls by itself to the page that is chosen
			if b.Focused() != b.panel.sheet.First() && !b.InView(b.Focused()) {
				t.Fatalf("page %d: %T has the keyboard out of view", page, b.Focused())
			}
		}
	}
	b.Key(fyne.KeyEscape, 0)
	if b.closed != 1 {
		t.Error("Escape did not lead out")
	}
}

// What one key in an entry costs, with all that is read, checked and shown again.
func BenchmarkKey(b *testing.B) {
	s := open(b, "light", "durand", durand(), petit())
	e := s.Entry(labelTrade)
	s.Focus(e)
	for b.Loop() {
		e.TypedRune('x')
		e.TypedKey(&fyne.KeyEvent{Name: fyne.KeyBackspace})
	}
}
