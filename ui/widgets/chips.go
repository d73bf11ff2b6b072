package widgets

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"permanence/ui/theme"
)

// Choice is one of several: its key, its words, and the key-cap beside them.
type Choice struct {
	Key   string
	Label string
	Cap   string // "" shows none
}

// Choices is a row of rounded buttons of which one at most is chosen; it wraps
// onto further rows where it must.
type Choices struct {
	widget.BaseWidget
	OnChosen func(key string)

	choices []Choice
	chosen  string
	chips   []*chip
}

// NewChoices makes an empty row.
func NewChoices(chosen func(key string)) *Choices {
	c := &Choices{OnChosen: chosen}
	c.ExtendBaseWidget(c)
	return c
}

// Set shows other choices with one of them chosen, and reports whether the
// choices themselves changed.
func (c *Choices) Set(choices []Choice, chosen string) bool {
	same := equalChoices(c.choices, choices)
	if same && c.chosen == chosen {
		return false
	}
	c.choices, c.chosen = choices, chosen
	for i, ch := range choices {
		if i == len(c.chips) {
			c.chips = append(c.chips, newChip(c))
		}
		c.chips[i].set(ch, ch.Key == chosen)
	}
	c.Refresh()
	return !same
}

// Chosen is the key of the chosen one, "" when none is.
func (c *Choices) Chosen() string { return c.chosen }

// HeightFor is the height of the rows at a width.
func (c *Choices) HeightFor(width float32) float32 {
	return c.place(width, func(int, fyne.Position, fyne.Size) {})
}

// CreateRenderer is Fyne's way to the drawing of a widget.
func (c *Choices) CreateRenderer() fyne.WidgetRenderer { return &choicesRenderer{choices: c} }

// place gives each chip its position and returns the height of all rows.
func (c *Choices) place(width float32, put func(i int, pos fyne.Position, size fyne.Size)) float32 {
	gap := theme.Px(7)
	var x, y float32
	height := theme.Px(chipHeight)
	for i := range c.choices {
		size := c.chips[i].MinSize()
		if x > 0 && x+size.Width > width {
			x, y = 0, y+height+gap
		}
		put(i, fyne.NewPos(x, y), fyne.NewSize(min(size.Width, width), height))
		x += size.Width + gap
	}
	return y + height
}

func equalChoices(a, b []Choice) bool {
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

type choicesRenderer struct{ choices *Choices }

func (r *choicesRenderer) Destroy() {}

func (r *choicesRenderer) MinSize() fyne.Size {
	w := float32(0)
	for i := range r.choices.choices {
		w = max(w, r.choices.chips[i].MinSize().Width)
	}
	return fyne.NewSize(w, theme.Px(chipHeight))
}

func (r *choicesRenderer) Layout(size fyne.Size) {
	r.choices.place(size.Width, func(i int, pos fyne.Position, s fyne.Size) {
		r.choices.chips[i].Move(pos)
		r.choices.chips[i].Resize(s)
	})
}

func (r *choicesRenderer) Objects() []fyne.CanvasObject {
	objects := make([]fyne.CanvasObject, 0, len(r.choices.choices))
	for i := range r.choices.choices {
		objects = append(objects, r.choices.chips[i])
	}
	return objects
}

func (r *choicesRenderer) Refresh() {
	r.Layout(r.choices.Size())
	for i := range r.choices.choices {
		r.choices.chips[i].Refresh()
	}
}

const chipHeight = 30

// chip is one of the choices.
type chip struct {
	widget.BaseWidget
	owner   *Choices
	choice  Choice
	chosen  bool
	hovered bool
	label   *Text
	cap     *Text
}

func newChip(owner *Choices) *chip {
	c := &chip{
		owner: owner,
		label: NewText("", TextStyle{Size: theme.SizeSmall, Cut: true}),
		cap:   NewText("", TextStyle{Size: theme.SizeTiny}),
	}
	c.ExtendBaseWidget(c)
	return c
}

func (c *chip) set(ch Choice, chosen bool) {
	c.choice, c.chosen = ch, chosen
	c.label.SetSpans(Span{Text: ch.Label, Bold: chosen})
	c.cap.Set(ch.Cap)
}

func (c *chip) Tapped(*fyne.PointEvent) {
	if c.owner.OnChosen != nil {
		c.owner.OnChosen(c.choice.Key)
	}
}

func (c *chip) MouseIn(*desktop.MouseEvent)    { c.hovered = true; c.Refresh() }
func (c *chip) MouseMoved(*desktop.MouseEvent) {}
func (c *chip) MouseOut()                      { c.hovered = false; c.Refresh() }

func (c *chip) CreateRenderer() fyne.WidgetRenderer {
	r := &chipRenderer{chip: c, rect: canvas.NewRectangle(nil)}
	r.paint()
	return r
}

type chipRenderer struct {
	chip *chip
	rect *canvas.Rectangle
}

func (r *chipRenderer) Destroy() {}

func (r *chipRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.rect, r.chip.cap, r.chip.label}
}

func (r *chipRenderer) capWidth() float32 {
	if r.chip.choice.Cap == "" {
		return 0
	}
	return r.chip.cap.Natural().Width + theme.Px(7)
}

// MinSize leaves room for bold words, so that choosing moves nothing.
func (r *chipRenderer) MinSize() fyne.Size {
	words := fyne.MeasureText(r.chip.choice.Label, theme.Size(theme.SizeSmall), fyne.TextStyle{Bold: true}).Width
	return fyne.NewSize(words+r.capWidth()+theme.Px(26), theme.Px(chipHeight))
}

func (r *chipRenderer) Layout(size fyne.Size) {
	r.rect.Resize(size)
	words := min(r.chip.label.Natural().Width, size.Width-r.capWidth())
	x := (size.Width - words - r.capWidth()) / 2
	ch, lh := r.chip.cap.MinSize(), r.chip.label.MinSize()
	r.chip.cap.Move(fyne.NewPos(x, (size.Height-ch.Height)/2))
	r.chip.cap.Resize(ch)
	r.chip.label.Move(fyne.NewPos(x+r.capWidth(), (size.Height-lh.Height)/2))
	r.chip.label.Resize(fyne.NewSize(words, lh.Height))
}

func (r *chipRenderer) Refresh() {
	r.paint()
	r.Layout(r.chip.Size())
	r.rect.Refresh()
}

func (r *chipRenderer) paint() {
	fill, edge, words, small := theme.Panel, theme.Rim, theme.Ink, theme.Faint
	if r.chip.chosen {
		fill, edge, words, small = theme.Primary, theme.Primary, theme.OnPrimary, theme.OnPrimary
	}
	r.rect.FillColor = theme.Color(fill)
	if r.chip.hovered {
		r.rect.FillColor = theme.Mix(theme.Color(fill), theme.Color(theme.Ink), 0.05)
	}
	r.rect.StrokeColor, r.rect.StrokeWidth = theme.Color(edge), 1
	r.rect.CornerRadius = theme.Px(chipHeight / 2)
	r.chip.label.SetColor(words)
	r.chip.cap.SetColor(small)
}
