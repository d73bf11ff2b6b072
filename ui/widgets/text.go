package widgets

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"permanence/ui/theme"
)

// Span is a part of a text in one style. Zero fields take the text's own.
type Span struct {
	Text  string
	Bold  bool
	Color fyne.ThemeColorName
}

// TextStyle is how a Text looks.
type TextStyle struct {
	Size   fyne.ThemeSizeName  // SizeBody when empty
	Color  fyne.ThemeColorName // Ink when empty
	Bold   bool
	Italic bool
	Align  fyne.TextAlign
	Lines  int  // wraps to so many lines at most, and needs HeightFor; 0 and 1 do not wrap
	Cut    bool // may be made narrower than its words, which then end in an ellipsis
}

// Text is words on a panel. It is cheaper than a Label, wraps at words and cuts
// with an ellipsis where there is no room.
type Text struct {
	widget.BaseWidget
	style TextStyle
	spans []Span
	fixed *fixedColor
}

// NewText makes a text of one span.
func NewText(text string, style TextStyle) *Text {
	t := &Text{style: style, spans: []Span{{Text: text}}}
	t.ExtendBaseWidget(t)
	return t
}

// Heading is a section's title in small capitals: "APPELS".
func Heading(text string) *Text {
	return NewText(strings.ToUpper(text), TextStyle{Size: theme.SizeTiny, Color: theme.Muted, Bold: true, Cut: true})
}

// Set shows other words, and reports whether they were others.
func (t *Text) Set(text string) bool { return t.SetSpans(Span{Text: text}) }

// SetSpans shows words in several styles, and reports whether they were others.
func (t *Text) SetSpans(spans ...Span) bool {
	if equalSpans(t.spans, spans) {
		return false
	}
	t.spans = spans
	t.Refresh()
	return true
}

// SetColor changes the colour of the spans that have none of their own.
func (t *Text) SetColor(c fyne.ThemeColorName) {
	if t.style.Color != c || t.fixed != nil {
		t.style.Color, t.fixed = c, nil
		t.Refresh()
	}
}

// SetSize changes the size of the letters, and reports whether it was another.
func (t *Text) SetSize(s fyne.ThemeSizeName) bool {
	if t.style.Size == s {
		return false
	}
	t.style.Size = s
	t.Refresh()
	return true
}

// SetLines changes over how many lines the words may wrap.
func (t *Text) SetLines(n int) {
	if t.style.Lines != n {
		t.style.Lines = n
		t.Refresh()
	}
}

// String is the words without their styles.
func (t *Text) String() string {
	var b strings.Builder
	for _, s := range t.spans {
		b.WriteString(s.Text)
	}
	return b.String()
}

// MinSize is that of the words on one line; only the height when they may be cut.
func (t *Text) MinSize() fyne.Size {
	size := t.measure(t.spans)
	if t.style.Cut || t.style.Lines > 1 {
		size.Width = min(size.Width, theme.Px(16))
	}
	return size
}

// Natural is the size of all the words on one line.
func (t *Text) Natural() fyne.Size { return t.measure(t.spans) }

// Whole reports whether all the words must be seen: they neither wrap nor are cut.
func (t *Text) Whole() bool { return !t.style.Cut && t.style.Lines <= 1 }

// HeightFor is the height the text needs at a width, at most its Lines.
func (t *Text) HeightFor(width float32) float32 {
	lines := t.wrap(width)
	return t.lineHeight() * float32(max(1, len(lines)))
}

// CreateRenderer is Fyne's way to the drawing of a widget.
func (t *Text) CreateRenderer() fyne.WidgetRenderer {
	r := &textRenderer{text: t}
	r.Refresh()
	return r
}

func (t *Text) size() float32 {
	if t.style.Size == "" {
		return theme.Size(theme.SizeBody)
	}
	return theme.Size(t.style.Size)
}

func (t *Text) face(s Span) fyne.TextStyle {
	return fyne.TextStyle{Bold: t.style.Bold || s.Bold, Italic: t.style.Italic}
}

func (t *Text) lineHeight() float32 {
	return fyne.MeasureText("É", t.size(), fyne.TextStyle{}).Height
}

func (t *Text) measure(spans []Span) fyne.Size {
	size := fyne.NewSize(0, t.lineHeight())
	for _, s := range spans {
		size.Width += t.width(s)
	}
	return size
}

func (t *Text) width(s Span) float32 {
	if s.Text == "" {
		return 0
	}
	return fyne.MeasureText(s.Text, t.size(), t.face(s)).Width
}

func equalSpans(a, b []Span) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

type textRenderer struct {
	text  *Text
	parts []*canvas.Text
	shown []fyne.CanvasObject
}

func (r *textRenderer) Destroy()                     {}
func (r *textRenderer) MinSize() fyne.Size           { return r.text.MinSize() }
func (r *textRenderer) Objects() []fyne.CanvasObject { return r.shown }

func (r *textRenderer) Refresh() {
	r.Layout(r.text.Size())
	for _, p := range r.parts[:len(r.shown)] {
		p.Refresh()
	}
}

// Layout puts each line's spans side by side; lines are centred in the height.
func (r *textRenderer) Layout(size fyne.Size) {
	lines := r.text.wrap(size.Width)
	height := r.text.lineHeight()
	y := (size.Height - height*float32(len(lines))) / 2
	used := 0
	for _, line := range lines {
		x := r.indent(line, size.Width)
		for _, s := range line {
			p := r.part(used)
			r.fill(p, s)
			w := r.text.width(s)
			p.Move(fyne.NewPos(x, y))
			p.Resize(fyne.NewSize(w, height))
			x += w
			used++
		}
		y += height
	}
	r.show(used)
}

func (r *textRenderer) indent(line []Span, width float32) float32 {
	free := width - r.text.measure(line).Width
	switch r.text.style.Align {
	case fyne.TextAlignTrailing:
		return max(free, 0)
	case fyne.TextAlignCenter:
		return max(free/2, 0)
	}
	return 0
}

func (r *textRenderer) part(i int) *canvas.Text {
	if i == len(r.parts) {
		r.parts = append(r.parts, canvas.NewText("", theme.Color(theme.Ink)))
	}
	return r.parts[i]
}

func (r *textRenderer) fill(p *canvas.Text, s Span) {
	p.Text, p.TextSize, p.TextStyle = s.Text, r.text.size(), r.text.face(s)
	p.Color = r.text.color(s)
}

func (r *textRenderer) show(used int) {
	if len(r.shown) == used {
		return
	}
	r.shown = r.shown[:0]
	for _, p := range r.parts[:used] {
		r.shown = append(r.shown, p)
	}
}
