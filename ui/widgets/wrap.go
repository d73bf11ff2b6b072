package widgets

import (
	"image/color"
	"strings"
	"unicode/utf8"

	"permanence/ui/theme"
)

const ellipsis = "…"

// fixedColor is a colour that is not of the theme: text on a client's own colour.
type fixedColor struct{ color.Color }

// Paint gives the text a colour of its own, until SetColor.
func (t *Text) Paint(c color.Color) {
	if t.fixed == nil || t.fixed.Color != c {
		t.fixed = &fixedColor{c}
		t.Refresh()
	}
}

func (t *Text) color(s Span) color.Color {
	switch {
	case s.Color != "":
		return theme.Color(s.Color)
	case t.fixed != nil:
		return t.fixed.Color
	case t.style.Color != "":
		return theme.Color(t.style.Color)
	}
	return theme.Color(theme.Ink)
}

// wrap breaks the spans into lines that fit the width.
func (t *Text) wrap(width float32) [][]Span {
	if t.style.Lines <= 1 {
		if t.style.Cut {
			return [][]Span{t.cut(t.spans, width)}
		}
		return [][]Span{t.spans}
	}
	lines := [][]Span{nil}
	room := width
	for _, w := range words(t.spans) {
		need := t.width(w)
		last := len(lines) - 1
		if t.width(Span{Text: strings.TrimRight(w.Text, " "), Bold: w.Bold}) > room && len(lines[last]) > 0 && len(lines) < t.style.Lines {
			lines, room = append(lines, nil), width
			last++
		}
		lines[last] = join(lines[last], w)
		room -= need
	}
	last := len(lines) - 1
	lines[last] = t.cut(lines[last], width)
	return lines
}

// words splits spans after their spaces; a no-break space holds words together,
// as French wants it before « : » and inside « guillemets ».
func words(spans []Span) []Span {
	var out []Span
	for _, s := range spans {
		for _, w := range strings.SplitAfter(s.Text, " ") {
			if w != "" {
				out = append(out, Span{Text: w, Bold: s.Bold, Color: s.Color})
			}
		}
	}
	return out
}

// join adds a word to a line, into the last span if that has the same style.
func join(line []Span, w Span) []Span {
	if n := len(line); n > 0 && line[n-1].Bold == w.Bold && line[n-1].Color == w.Color {
		line[n-1].Text += w.Text
		return line
	}
	return append(line, w)
}

// cut shortens a line to the width, with an ellipsis where something is missing.
func (t *Text) cut(line []Span, width float32) []Span {
	room := width
	for i, s := range line {
		w := t.width(s)
		if w <= room+0.5 {
			room -= w
			continue
		}
		kept := append([]Span(nil), line[:i]...)
		s.Text = t.shorten(s, room)
		return append(kept, s)
	}
	return line
}

// shorten finds the most of a span that fits with the ellipsis.
func (t *Text) shorten(s Span, room float32) string {
	runes := []rune(s.Text)
	low, high := 0, len(runes)
	for low < high {
		mid := (low + high + 1) / 2
		try := Span{Text: strings.TrimRight(string(runes[:mid]), " ,·") + ellipsis, Bold: s.Bold}
		if t.width(try) <= room {
			low = mid
		} else {
			high = mid - 1
		}
	}
	return strings.TrimRight(string(runes[:low]), " ,·") + ellipsis
}

// Runes counts the characters a person sees typed in s.
func Runes(s string) int { return utf8.RuneCountInString(s) }
