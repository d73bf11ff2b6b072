package sheet

import (
	"slices"

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
	stored string // how the stored value would be shown now
	sealed string
}

func (p *textPart[T]) about(field string) bool { return within(p.path, field) }
func (p *textPart[T]) behind() bool            { return !p.Touched() && p.entry.Text != p.stored }

func (p *textPart[T]) Touched() bool { return p.entry.Text != p.shown }
func (p *textPart[T]) Seal()         { p.sealed = p.entry.Text }

func (p *textPart[T]) Fill(v *T, why Filling) {
	text := p.format(v)
	if why == Typed {
		p.entry.Replace(text)
		return
	}
	p.stored = text
	kept := why == Confirm && p.entry.Text == p.sealed
	switch {
	case p.entry.Text == text:
	case why == Afresh, !p.entry.Focused() && (kept || !p.Touched()):
		p.entry.Replace(text)
	case kept:
		text = p.entry.Text // the same in her own spelling: the cursor stands in it
		p.stored = text
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
func Pick[T any, S ~string](g *Group[T], in Input, choices []widgets.Choice, at func(*T) *S) *widgets.Field {
	row := g.sheet.NewChoices(func(string) { g.changed() })
	field := widgets.NewField(in.Label, row)
	g.Add(&valuePart[T, S]{
		at: at, get: func() S { return S(row.Chosen()) }, set: func(key S) { row.Set(choices, string(key)) },
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
	next := *p.at(v)
	switch {
	case why == Typed:
		p.set(next)
	case why == Afresh, !p.Touched(), p.get() == next:
		p.set(next)
		p.shown = next
	}
}

func (p *valuePart[T, V]) Read(v *T, _ string, _ Report) {
	if p.Touched() {
		*p.at(v) = p.get()
	}
}

// Sort adds a list whose order matters. A field that is nil shows the order that
// stands for it, and stays nil until it is changed.
func Sort[T any, S ~string](g *Group[T], in Input, choices []widgets.Choice, usual []S, at func(*T) *[]S) *widgets.Field {
	p := &orderPart[T, S]{at: at, usual: usual}
	p.order = g.sheet.NewOrder(choices, func([]string) { g.changed() })
	g.Add(p)
	return widgets.NewField(in.Label, p.order)
}

type orderPart[T any, S ~string] struct {
	at    func(*T) *[]S
	usual []S
	order *Order
	shown []string
}

func (p *orderPart[T, S]) Touched() bool    { return !slices.Equal(p.order.Keys(), p.shown) }
func (p *orderPart[T, S]) Seal()            {}
func (p *orderPart[T, S]) Mark(string, Say) {}

func (p *orderPart[T, S]) Fill(v *T, why Filling) {
	list := *p.at(v)
	if list == nil {
		list = p.usual
	}
	next := make([]string, len(list))
	for i, s := range list {
		next[i] = string(s)
	}
	switch {
	case why == Typed:
		p.order.Set(next)
	case why == Afresh, !p.Touched(), slices.Equal(p.order.Keys(), next):
		p.order.Set(next)
		p.shown = p.order.Keys()
	}
}

func (p *orderPart[T, S]) Read(v *T, _ string, _ Report) {
	if !p.Touched() {
		return
	}
	list := []S{}
	for _, k := range p.order.Keys() {
		list = append(list, S(k))
	}
	*p.at(v) = list
}
