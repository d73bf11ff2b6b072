package widgets

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"permanence/ui/theme"
)

// lines are the words of a text as it wraps at a width.
func lines(t *Text, width float32) []string {
	var out []string
	for _, line := range t.wrap(width) {
		var b strings.Builder
		for _, s := range line {
			b.WriteString(s.Text)
		}
		out = append(out, b.String())
	}
	return out
}

func TestTextWrapsAtWords(t *testing.T) {
	test.NewTempApp(t)
	text := NewText("Cabinet de Maître Durand, bonjour\u00a0!", TextStyle{Lines: 3})
	wide := text.Natural().Width
	if got := lines(text, wide+1); len(got) != 1 {
		t.Errorf("wraps where there is room: %q", got)
	}
	for _, line := range lines(text, wide/2) {
		if strings.TrimSpace(line) == "!" {
			t.Errorf("the exclamation mark stands alone: %q", line)
		}
	}
	if got := lines(text, wide/2); strings.Join(got, "") != text.String() {
		t.Errorf("wrapping lost words: %q", got)
	}
}

func TestTextIsCutWithAnEllipsis(t *testing.T) {
	test.NewTempApp(t)
	text := NewText("", TextStyle{Cut: true})
	text.SetSpans(Span{Text: "Étude Çelik", Bold: true}, Span{Text: " et associés, huissiers"})
	got := lines(text, text.Natural().Width*0.7)[0]
	if !strings.HasPrefix(got, "Étude Çelik et") || !strings.HasSuffix(got, "…") {
		t.Errorf("cut to %q", got)
	}
	if w := text.measure(text.wrap(80)[0]).Width; w > 80 {
		t.Errorf("cut to 80 it is %.1f wide", w)
	}
}

func TestTextSaysWhetherItChanged(t *testing.T) {
	test.NewTempApp(t)
	text := NewText("a", TextStyle{})
	if text.Set("a") || !text.Set("b") || !text.SetSpans(Span{Text: "b", Bold: true}) {
		t.Error("Set does not tell what is new from what is shown already")
	}
}

// FuzzTextFits wraps anything at any width: it must end, keep to its lines, and
// lose words only behind an ellipsis.
func FuzzTextFits(f *testing.F) {
	f.Add("Cabinet de Maître Durand", float32(80), 2)
	f.Add("", float32(0), 1)
	f.Add("un\u00a0seul\u00a0mot\u00a0très\u00a0long", float32(20), 3)
	app := test.NewApp()
	defer app.Quit()
	f.Fuzz(func(t *testing.T, s string, width float32, n int) {
		if n < 2 || n > 9 || len(s) > 300 || !(width >= 0 && width < 4000) {
			t.Skip()
		}
		text := NewText(s, TextStyle{Lines: n})
		got := lines(text, width)
		if len(got) > n {
			t.Errorf("%d lines where %d are allowed", len(got), n)
		}
		if joined := strings.Join(got, ""); joined != s && !strings.HasSuffix(joined, ellipsis) {
			t.Errorf("%q became %q", s, joined)
		}
	})
}

func TestEntryFillKeepsTheOperatorsWords(t *testing.T) {
	test.NewTempApp(t)
	var typed []string
	e := NewEntry(nil)
	e.OnTyped = func(s string) { typed = append(typed, s) }
	w := test.NewTempWindow(t, e)

	e.Fill("Lefèvre")
	w.Canvas().Focus(e)
	e.Fill("Autre")
	if e.Text != "Lefèvre" {
		t.Errorf("overwritten under the cursor: %q", e.Text)
	}
	e.TypedRune('x')
	w.Canvas().Unfocus()
	e.Fill("Lefèvre")
	if e.Text != "xLefèvre" {
		t.Errorf("overwritten by what is older: %q", e.Text)
	}
	e.Fill("xLefèvre")
	e.Fill("Roux")
	if e.Text != "Roux" || !slices.Equal(typed, []string{"xLefèvre"}) {
		t.Errorf("shows %q, sent %q", e.Text, typed)
	}
	e.Replace("Vidal")
	if e.Text != "Vidal" || len(typed) != 1 {
		t.Errorf("replaced by %q, sent %q", e.Text, typed)
	}
}

// Another draft that is put under the cursor while Shift is held is not selected:
// the next letter would replace all of it.
func TestReplacedTextIsNeverSelected(t *testing.T) {
	test.NewTempApp(t)
	for name, e := range map[string]*Entry{"one line": NewEntry(nil), "several": NewTextEntry(nil, 3)} {
		test.NewTempWindow(t, e).Canvas().Focus(e)
		e.KeyDown(&fyne.KeyEvent{Name: desktop.KeyShiftLeft})
		e.Replace("Rappeler Mme Roy")
		e.TypedRune('.')
		if e.Text != "Rappeler Mme Roy." {
			t.Errorf("%s: then it says %q", name, e.Text)
		}
	}
}

func TestEntryOffersTheWindowItsKeys(t *testing.T) {
	test.NewTempApp(t)
	var keys []fyne.KeyName
	e := NewTextEntry(func(k fyne.KeyName, _ fyne.KeyModifier) bool {
		keys = append(keys, k)
		return k != fyne.KeyF12
	}, 3)
	test.NewTempWindow(t, e).Canvas().Focus(e)
	e.TypedKey(&fyne.KeyEvent{Name: fyne.KeyF2})
	e.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	e.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	e.TypedShortcut(&desktop.CustomShortcut{KeyName: fyne.KeyReturn, Modifier: fyne.KeyModifierControl})
	if want := []fyne.KeyName{fyne.KeyF2, fyne.KeyEscape, fyne.KeyReturn}; !slices.Equal(keys, want) {
		t.Errorf("the window was offered %v, want %v", keys, want)
	}
	if e.Text != "\n" {
		t.Errorf("the text is %q: Enter alone begins a line, with Ctrl it does not", e.Text)
	}
	if e.AcceptsTab() {
		t.Error("Tab does not leave the text")
	}
}

func TestEntryIsFull(t *testing.T) {
	test.NewTempApp(t)
	e := NewEntry(nil)
	e.Max = 4
	test.NewTempWindow(t, e).Canvas().Focus(e)
	for _, r := range "éàü€œ" {
		e.TypedRune(r)
	}
	if e.Text != "éàü€" {
		t.Errorf("typed beyond its bound: %q", e.Text)
	}
	clipboard := fyne.CurrentApp().Clipboard()
	clipboard.SetContent("1234567")
	e.TypedShortcut(&fyne.ShortcutSelectAll{})
	e.TypedShortcut(&fyne.ShortcutPaste{Clipboard: clipboard})
	if e.Text != "1234" {
		t.Errorf("pasted beyond its bound: %q", e.Text)
	}
}

func TestLockedEntryTakesNoKeys(t *testing.T) {
	test.NewTempApp(t)
	e := NewEntry(nil)
	e.Locked = true
	test.NewTempWindow(t, e).Canvas().Focus(e)
	clipboard := fyne.CurrentApp().Clipboard()
	clipboard.SetContent("1")
	e.TypedRune('a')
	e.TypedShortcut(&fyne.ShortcutPaste{Clipboard: clipboard})
	if e.Text != "" {
		t.Errorf("took %q", e.Text)
	}
}

func TestChoices(t *testing.T) {
	test.NewTempApp(t)
	var chosen string
	c := NewChoices(func(key string) { chosen = key })
	four := []Choice{{Key: "a", Label: "Client"}, {Key: "b", Label: "Prospect"}, {Key: "c", Label: "Urgent"}, {Key: "d", Label: "Confrère"}}
	if !c.Set(four, "a") || c.Set(four, "a") || c.Set(four, "b") {
		t.Error("Set does not tell other choices from another one chosen")
	}
	c.chips[2].Tapped(nil)
	if chosen != "c" || c.Chosen() != "b" {
		t.Errorf("chose %q, shows %q: only the state may choose", chosen, c.Chosen())
	}
	if one, many := c.HeightFor(1000), c.HeightFor(120); many < 3*one {
		t.Errorf("four chips in 120 points are %.0f high, one row is %.0f", many, one)
	}
}

func TestKeyButtonIsNoTabStop(t *testing.T) {
	test.NewTempApp(t)
	if _, stop := any(NewKeyButton("Décrocher", "F2", Primary, nil)).(fyne.Focusable); stop {
		t.Error("Tab reaches a button that has its own key")
	}
	pressed := 0
	b := NewButton("Rétablir", Secondary, func() { pressed++ })
	for _, k := range []fyne.KeyName{fyne.KeySpace, fyne.KeyReturn, fyne.KeyA} {
		b.TypedKey(&fyne.KeyEvent{Name: k})
	}
	b.SetEnabled(false)
	b.Tapped(nil)
	if pressed != 2 {
		t.Errorf("pressed %d times, want 2", pressed)
	}
}

func TestColumnGivesTheRest(t *testing.T) {
	test.NewTempApp(t)
	first, last := NewText("a", TextStyle{}), NewText("b", TextStyle{})
	grow := NewText("c", TextStyle{})
	c := container.New(&Column{Gap: 10, Grow: grow}, first, grow, last)
	c.Resize(fyne.NewSize(100, 300))
	if got := last.Position().Y + last.Size().Height; got != 300 {
		t.Errorf("the last ends at %v", got)
	}
	grow.Hide()
	Relayout(c)
	if got := last.Position().Y; got != first.Size().Height+10 {
		t.Errorf("without the hidden one the last stands at %v", got)
	}
}

func TestScrollKnowsTheHeightOfWrappedWords(t *testing.T) {
	test.NewTempApp(t)
	text := NewText(strings.Repeat("mot ", 200), TextStyle{Lines: 100})
	s := NewScroll(text)
	s.Resize(fyne.NewSize(200, 100))
	Relayout(s)
	if got, want := s.Content.Size().Height, text.HeightFor(200); got != want || want < 200 {
		t.Errorf("the content is %v high, the words need %v", got, want)
	}
}

func TestMeter(t *testing.T) {
	test.NewTempApp(t)
	m := NewMeter()
	for level, want := range map[float64]int{-96: 0, -60: 0, -33: 4, -6: meterBars, 3: meterBars} {
		if m.SetLevel(level); m.lit != want {
			t.Errorf("%v dBFS lights %d bars, want %d", level, m.lit, want)
		}
	}
}

func TestColoursFollowTheTheme(t *testing.T) {
	app := test.NewTempApp(t)
	app.Settings().SetTheme(theme.New("light", 1))
	text := NewText("a", TextStyle{})
	r := test.WidgetRenderer(text).(*textRenderer)
	before := r.parts[0].Color
	app.Settings().SetTheme(theme.New("dark", 1))
	text.Refresh()
	if r.parts[0].Color == before {
		t.Error("the ink is that of the other paper")
	}
}
