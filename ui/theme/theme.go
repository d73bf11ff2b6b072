// Package theme is how the window looks: its colours by purpose, its text sizes,
// its face, and what becomes of a client's own colour on light and dark paper.
//
// Colours keep the contrast of WCAG 2.1 AA: 4.5 for text, 3 for the borders of
// what can be used; a test computes it for both palettes and for any client's
// colour. Widgets ask for colours when they draw, through Color, so switching
// between light and dark is one Refresh of the window.
package theme

import (
	"image/color"
	"math"

	"fyne.io/fyne/v2"
	fynetheme "fyne.io/fyne/v2/theme"

	"permanence/assets"
)

// Text sizes, in the window's points at scale 1.
const (
	SizeAlarm    fyne.ThemeSizeName = "alarm"    // the number of an emergency call, 46
	SizeGreeting fyne.ThemeSizeName = "greeting" // what is said first, 27
	SizeTitle    fyne.ThemeSizeName = "title"    // a client's name, a screen's title, 19
	SizeBody     fyne.ThemeSizeName = "body"     // 15
	SizeSmall    fyne.ThemeSizeName = "small"    // 13.5
	SizeTiny     fyne.ThemeSizeName = "tiny"     // section headings and key-caps, 12
)

var sizes = map[fyne.ThemeSizeName]float32{
	SizeAlarm: 46, SizeGreeting: 27, SizeTitle: 19, SizeBody: 15, SizeSmall: 13.5, SizeTiny: 12,

	fynetheme.SizeNameText:            15,
	fynetheme.SizeNameCaptionText:     12,
	fynetheme.SizeNameHeadingText:     19,
	fynetheme.SizeNameSubHeadingText:  16,
	fynetheme.SizeNamePadding:         4,
	fynetheme.SizeNameInnerPadding:    7,
	fynetheme.SizeNameLineSpacing:     4,
	fynetheme.SizeNameInputBorder:     1,
	fynetheme.SizeNameInputRadius:     5,
	fynetheme.SizeNameSelectionRadius: 4,
	fynetheme.SizeNameScrollBar:       10,
	fynetheme.SizeNameScrollBarSmall:  4,
	fynetheme.SizeNameButtonRadius:    5,
}

// Theme is a fyne.Theme with a fixed or the system's variant and a scale.
type Theme struct {
	mode  string
	scale float32
}

// New makes the theme for desk.Settings.Theme ("light", "dark", or "" to follow
// the system) and Settings.Scale (0 is 1; kept between 0.8 and 2).
func New(mode string, scale float32) *Theme {
	if scale == 0 {
		scale = 1
	}
	return &Theme{mode: mode, scale: min(max(scale, 0.8), 2)}
}

// Color finds one of our colours, or the one of ours that stands for Fyne's.
func (t *Theme) Color(name fyne.ThemeColorName, variant fyne.ThemeVariant) color.Color {
	p := t.palette(variant)
	if own, ok := fyneNames[name]; ok {
		name = own
	}
	if c, ok := p[name]; ok {
		return c
	}
	return fynetheme.DefaultTheme().Color(name, t.variant(variant))
}

// Font gives Open Sans; what it has no glyph for comes from Fyne's own faces.
func (t *Theme) Font(s fyne.TextStyle) fyne.Resource {
	switch {
	case s.Monospace, s.Symbol:
		return fynetheme.DefaultTheme().Font(s)
	case s.Bold && s.Italic:
		return boldItalic
	case s.Bold:
		return bold
	case s.Italic:
		return italic
	}
	return regular
}

// Icon leaves the icons to Fyne.
func (t *Theme) Icon(name fyne.ThemeIconName) fyne.Resource {
	return fynetheme.DefaultTheme().Icon(name)
}

// Size gives a size times the scale.
func (t *Theme) Size(name fyne.ThemeSizeName) float32 {
	if s, ok := sizes[name]; ok {
		return s * t.scale
	}
	return fynetheme.DefaultTheme().Size(name) * t.scale
}

// Same reports whether New with these arguments would give this theme again.
func (t *Theme) Same(mode string, scale float32) bool { return *t == *New(mode, scale) }

func (t *Theme) variant(system fyne.ThemeVariant) fyne.ThemeVariant {
	switch t.mode {
	case "light":
		return fynetheme.VariantLight
	case "dark":
		return fynetheme.VariantDark
	}
	return system
}

func (t *Theme) palette(system fyne.ThemeVariant) palette {
	if t.variant(system) == fynetheme.VariantDark {
		return dark
	}
	return light
}

var (
	regular    = fyne.NewStaticResource("OpenSans-Regular.ttf", assets.FontRegular)
	bold       = fyne.NewStaticResource("OpenSans-Semibold.ttf", assets.FontBold)
	italic     = fyne.NewStaticResource("OpenSans-Italic.ttf", assets.FontItalic)
	boldItalic = fyne.NewStaticResource("OpenSans-SemiboldItalic.ttf", assets.FontBoldItalic)

	fallback = New("light", 1)
)

// Current is the theme in use; the light one where the program set none.
func Current() *Theme {
	if t, ok := fyne.CurrentApp().Settings().Theme().(*Theme); ok {
		return t
	}
	return fallback
}

// Color is a colour of the theme in use.
func Color(name fyne.ThemeColorName) color.Color {
	return Current().Color(name, systemVariant())
}

// Size is a text size of the theme in use.
func Size(name fyne.ThemeSizeName) float32 { return Current().Size(name) }

// Px scales a distance of the layout as the text is scaled, to whole points so
// that edges stay sharp.
func Px(v float32) float32 {
	s := Current().scale
	if s == 1 {
		return v
	}
	return float32(math.Round(float64(v * s)))
}

// Dark reports whether the dark palette is in use.
func Dark() bool { return Current().variant(systemVariant()) == fynetheme.VariantDark }

func systemVariant() fyne.ThemeVariant { return fyne.CurrentApp().Settings().ThemeVariant() }
