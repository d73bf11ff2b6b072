package theme

import (
	"image/color"
	"math"
	"strconv"
	"strings"
)

// Shades are what a client's own colour becomes on screen.
type Shades struct {
	Bar  color.NRGBA // the header's ground and a card's edge
	Text color.NRGBA // on Bar
	Tint color.NRGBA // a wash of it on the panel, under ordinary ink
}

// Client derives the shades of a client's colour ("#7a2c39") for the palette in
// use. A colour that cannot be read, or none, gives a quiet grey.
func Client(hex string) Shades {
	p := Current().palette(systemVariant())
	c, ok := ParseColor(hex)
	if !ok {
		c = p[NoClient]
	}
	bar, text := header(c, p)
	return Shades{Bar: bar, Text: text, Tint: mix(p[Panel], bar, tintShare(p))}
}

// header keeps the client's colour as near as contrast allows: the bar must be
// told from the panel and carry text in white or ink (4.5:1). On dark paper a
// deep colour may stay deep, where its words tell it.
func header(c color.NRGBA, p palette) (bar, text color.NRGBA) {
	ink, apart := p[Ink], 3.0
	if luminance(p[Panel]) < 0.5 {
		apart = 1.7
	}
	for i := 0; i < 20 && contrast(c, p[Panel]) < apart; i++ {
		c = mix(c, ink, 0.08)
	}
	white, black := rgb(0xffffff), rgb(0x10151d)
	for range 20 {
		if contrast(white, c) >= 4.5 {
			return c, white
		}
		if contrast(black, c) >= 7 {
			return c, black
		}
		c = nudge(c, p)
	}
	return c, black
}

// nudge makes a middling colour decided: darker under white text on light
// paper, lighter under black text on dark paper.
func nudge(c color.NRGBA, p palette) color.NRGBA {
	if luminance(p[Panel]) > 0.5 {
		return mix(c, rgb(0), 0.08)
	}
	return mix(c, rgb(0xffffff), 0.08)
}

func tintShare(p palette) float64 {
	if luminance(p[Panel]) > 0.5 {
		return 0.08
	}
	return 0.16
}

// ParseColor reads "#rrggbb" or "#rgb", with or without the sign.
func ParseColor(hex string) (color.NRGBA, bool) {
	h := strings.TrimPrefix(strings.TrimSpace(hex), "#")
	if len(h) == 3 {
		h = string([]byte{h[0], h[0], h[1], h[1], h[2], h[2]})
	}
	v, err := strconv.ParseUint(h, 16, 32)
	if err != nil || len(h) != 6 {
		return color.NRGBA{}, false
	}
	return rgb(uint32(v)), true
}

// Mix is the colour on the way from a to b; share 0 is a, 1 is b.
func Mix(a, b color.Color, share float64) color.NRGBA {
	return mix(nrgba(a), nrgba(b), share)
}

func nrgba(c color.Color) color.NRGBA {
	return color.NRGBAModel.Convert(c).(color.NRGBA)
}

func mix(a, b color.NRGBA, share float64) color.NRGBA {
	part := func(x, y uint8) uint8 { return uint8(math.Round(float64(x)*(1-share) + float64(y)*share)) }
	return color.NRGBA{R: part(a.R, b.R), G: part(a.G, b.G), B: part(a.B, b.B), A: part(a.A, b.A)}
}

// contrast is the contrast ratio of WCAG 2.1, 1 to 21, of two opaque colours.
func contrast(a, b color.NRGBA) float64 {
	la, lb := luminance(a), luminance(b)
	if la < lb {
		la, lb = lb, la
	}
	return (la + 0.05) / (lb + 0.05)
}

func luminance(c color.NRGBA) float64 {
	return 0.2126*linear(c.R) + 0.7152*linear(c.G) + 0.0722*linear(c.B)
}

func linear(v uint8) float64 {
	s := float64(v) / 255
	if s <= 0.04045 {
		return s / 12.92
	}
	return math.Pow((s+0.055)/1.055, 2.4)
}
