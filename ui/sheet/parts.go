package sheet

import (
	"permanence/ui/theme"
	"permanence/ui/widgets"
)

// Input describes one labelled entry of a form.
type Input struct {
	Path  string // of the field, by its JSON name
	Label string
	Hint  string // shown in the empty entry
	Rows  int    // more than 1: a text of several lines
	Max   int    // characters; 0 has no bound
}

// Text adds an entry for a string.
func Text[T any](g *Group[T], in Input, at func(*T) *string) *widgets.Field {
	return Parsed(g, in, func(v *T) string { return *at(v) }, func(v *T, s string) string {
		*at(v) = s
		return ""
	})
}

// Parsed adds an entry for a field that is written in words of its own. Parse
// sets the field, or returns the sentence that says why it cannot.
func Parsed[T any](g *Group[T], in Input, format func(*T) string, parse func(v *T, text string) string) *widgets.Field {
	p := &textPart[T]{path: in.Path, format: format, parse: parse, entry: g.sheet.entry(in)}
	p.entry.OnTyped = func(string) { g.changed() }
	p.field = widgets.NewField(in.Label, p.entry)
	g.Add(p)
	return p.field
}

func (s *Sheet) entry(in Input) *widgets.Entry {
	e := s.NewEntry()
	if in.Rows > 1 {
		e = s.NewTextEntry(in.Rows)
	}
	e.PlaceHolder, e.Max = in.Hint, in.Max
	return e
}

type textPart[T any] struct {
	path   string
	format func(*T) string
	parse  func(v *T, text string) string
	entry  *widgets.Entry
	field  *widgets.Field
	shown  string // what stands for the stored value
	sealed string
}

func (p *textPart[T]) Touched() bool { return p.entry.Text != p.shown }
func (p *textPart[T]) Seal()         { p.sealed = p.entry.Text }

func (p *textPart[T]) Fill(v *T, why Filling) {
	text := p.format(v)
	kept := why == Confirm && p.entry.Text == p.sealed
	switch {
	case p.entry.Text == text:
	case why == Afresh, !p.entry.Focused() && (kept || !p.Touched()):
		p.entry.Replace(text)
	case kept:
		text = p.entry.Text // the same in her own spelling: the cursor stands in it
	default:
		return
	}
	p.shown = text
}

func (p *textPart[T]) Read(v *T, at string, report Report) {
	if !p.Touched() {
		return
	}
	if sentence := p.parse(v, p.entry.Text); sentence != "" {
		report(at+p.path, sentence)
	}
}

func (p *textPart[T]) Mark(at string, say Say) { p.field.SetRemark(say(at+p.path), theme.Bad) }

// Tick adds a box that is ticked or not.
func Tick[T any](g *Group[T], label string, at func(*T) *bool) *Check {
	c := g.sheet.NewCheck(label, func(bool) { g.changed() })
	g.Add(&valuePart[T, bool]{at: at, get: c.On, set: c.Set, mark: func(string, Say) {}})
	return c
}

// Pick adds a row of choices, one of which is the field's value.
func Pick[T any](g *Group[T], in Input, choices []widgets.Choice, at func(*T) *string) *widgets.Field {
	row := g.sheet.NewChoices(func(string) { g.changed() })
	field := widgets.NewField(in.Label, row)
	g.Add(&valuePart[T, string]{
		at: at, get: row.Chosen, set: func(key string) { row.Set(choices, key) },
		mark: func(at string, say Say) { field.SetRemark(say(at+in.Path), theme.Bad) },
	})
	return field
}

// valuePart is a control that always holds a legal value.
type valuePart[T any, V comparable] struct {
	at    func(*T) *V
	get   func() V
	set   func(V)
	mark  func(at string, say Say)
	shown V
}

func (p *valuePart[T, V]) Touched() bool           { return p.get() != p.shown }
func (p *valuePart[T, V]) Seal()                   {}
func (p *valuePart[T, V]) Mark(at string, say Say) { p.mark(at, say) }

func (p *valuePart[T, V]) Fill(v *T, why Filling) {
	if next := *p.at(v); why == Afresh || !p.Touched() || p.get() == next {
		p.set(next)
		p.shown = next
	}
}

func (p *valuePart[T, V]) Read(v *T, _ string, _ Report) {
	if p.Touched() {
		*p.at(v) = p.get()
	}
}
