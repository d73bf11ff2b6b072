package help

import (
	"testing"

	"fyne.io/fyne/v2"

	"permanence/ui/sheet/sheettest"
	"permanence/ui/words"
)

func TestStories(t *testing.T) {
	for _, mode := range []string{"light", "dark"} {
		sheettest.Theme(t, mode)
		p := New(Config{Words: words.New(words.French), Close: func() {}})
		sheettest.Open(t, p.Content()).Picture("help-" + mode)
	}
}

func TestEveryKeyIsSaidInBothLanguages(t *testing.T) {
	for _, language := range []string{words.French, words.English} {
		w := words.New(language)
		for _, g := range append([]Group{{"help.first", Steps}}, Keys...) {
			if !w.Has(g.Name) {
				t.Errorf("%s: no heading %q", language, g.Name)
			}
			for _, k := range g.Keys {
				if !w.Has(k.Does) {
					t.Errorf("%s: no sentence %q for %s", language, k.Does, k.Cap)
				}
			}
		}
	}
}

func TestNoKeyTwiceInAGroup(t *testing.T) {
	for _, g := range Keys {
		seen := map[string]bool{}
		for _, k := range g.Keys {
			if seen[k.Cap] {
				t.Errorf("%s: %s stands twice", g.Name, k.Cap)
			}
			seen[k.Cap] = true
		}
	}
}

func TestEscapeCloses(t *testing.T) {
	sheettest.Theme(t, "light")
	closed := 0
	p := New(Config{Words: words.New(words.French), Close: func() { closed++ }})
	sheettest.Open(t, p.Content())
	if !p.Key(fyne.KeyEscape, 0) || closed != 1 {
		t.Errorf("Escape closed %d times", closed)
	}
	if p.Key(fyne.KeyF2, 0) {
		t.Error("F2 is the window's")
	}
}
