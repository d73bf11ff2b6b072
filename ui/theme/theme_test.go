package theme

import (
	"image/color"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// pairs are the texts and borders of the window with the ground they stand on.
var pairs = []struct {
	front, ground fyne.ThemeColorName
	least         float64
}{
	{Ink, Panel, 7},
	{Ink, Desk, 7},
	{Ink, Field, 7},
	{Ink, PrimaryTint, 7},
	{Ink, WaitTint, 7},
	{Ink, BadTint, 7},
	{Ink, Hover, 7},
	{Ink, Selection, 4.5},
	{Ink, Cap, 7},
	{Muted, Panel, 4.5},
	{Muted, Desk, 4.5},
	{Muted, PrimaryTint, 4.5},
	{Muted, Hover, 4.5},
	{Muted, Cap, 4.5},
	{Faint, Panel, 4.5},
	{Faint, Field, 4.5},
	{Primary, Panel, 4.5},
	{Primary, PrimaryTint, 4.5},
	{OnPrimary, Primary, 4.5},
	{Good, Panel, 4.5},
	{Good, Desk, 4.5},
	{Good, GoodTint, 4.5},
	{Wait, Panel, 4.5},
	{Wait, Desk, 4.5},
	{Wait, WaitTint, 4.5},
	{Held, Panel, 4.5},
	{Bad, Panel, 4.5},
	{Bad, Desk, 4.5},
	{Bad, BadTint, 4.5},
	{Bad, BadStripe, 4.5},
	{Control, Panel, 3},
	{Control, Field, 3},
	{FocusRing, Panel, 3},
}

func TestContrastOfBothPalettes(t *testing.T) {
	for name, p := range map[string]palette{"light": light, "dark": dark} {
		for _, c := range pairs {
			if got := contrast(p[c.front], p[c.ground]); got < c.least {
				t.Errorf("%s: %s on %s has contrast %.2f, needs %.1f", name, c.front, c.ground, got, c.least)
			}
		}
	}
}

func TestPalettesHoldTheSameNames(t *testing.T) {
	for name := range light {
		if _, ok := dark[name]; !ok {
			t.Errorf("dark has no %s", name)
		}
	}
	if len(light) != len(dark) {
		t.Errorf("light has %d colours, dark %d", len(light), len(dark))
	}
	for fyneName, own := range fyneNames {
		if _, ok := light[own]; !ok {
			t.Errorf("%s stands for %s, which is nowhere", own, fyneName)
		}
	}
}

func TestClientShadesCarryText(t *testing.T) {
	for _, p := range []palette{light, dark} {
		for v := uint32(0); v < 1<<24; v += 0x0f0d0b {
			bar, text := header(rgb(v), p)
			if got := contrast(bar, text); got < 4.5 {
				t.Errorf("#%06x: text on the bar has contrast %.2f", v, got)
			}
			if got := contrast(p[Ink], mix(p[Panel], bar, tintShare(p))); got < 7 {
				t.Errorf("#%06x: ink on the tint has contrast %.2f", v, got)
			}
		}
	}
}

func TestClientKeepsADeepColour(t *testing.T) {
	test.NewTempApp(t)
	if got := Client("#7a2c39").Bar; got != rgb(0x7a2c39) {
		t.Errorf("the bar is %v, want the client's own colour", got)
	}
	if got := Client("pink-ish").Bar; got != light[NoClient] {
		t.Errorf("an unreadable colour gives %v, want the quiet grey", got)
	}
}

func TestParseColor(t *testing.T) {
	for in, want := range map[string]color.NRGBA{"#fff": rgb(0xffffff), "0b6a6f": rgb(0x0b6a6f), " #7A2C39 ": rgb(0x7a2c39)} {
		if got, ok := ParseColor(in); !ok || got != want {
			t.Errorf("ParseColor(%q) = %v, %v", in, got, ok)
		}
	}
	for _, in := range []string{"", "#", "#12345", "#gggggg", "#1234567"} {
		if _, ok := ParseColor(in); ok {
			t.Errorf("ParseColor(%q) accepted", in)
		}
	}
}

func TestScaleIsBounded(t *testing.T) {
	for in, want := range map[float32]float32{0: 15, 1: 15, 2: 30, 9: 30, 0.1: 12} {
		if got := New("", in).Size(SizeBody); got != want {
			t.Errorf("scale %v: body text of %v, want %v", in, got, want)
		}
	}
}

func TestModeFixesThePalette(t *testing.T) {
	test.NewTempApp(t)
	fyne.CurrentApp().Settings().SetTheme(New("dark", 1))
	if !Dark() || Color(Panel) != color.Color(dark[Panel]) {
		t.Error("dark is asked for, light is shown")
	}
}

// FuzzParseColor reads what a client's card may hold; what it accepts it must be
// able to show.
func FuzzParseColor(f *testing.F) {
	for _, s := range []string{"#7a2c39", "fff", "", "#ééé", "+12345"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, ok := ParseColor(s)
		if !ok {
			return
		}
		if bar, text := header(c, light); contrast(bar, text) < 4.5 {
			t.Errorf("%q carries text with contrast %.2f", s, contrast(bar, text))
		}
	})
}
