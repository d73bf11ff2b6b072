package sheet

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"permanence/ui/theme"
	"permanence/ui/widgets"
)

// Say finds the sentence of what is wrong at a path ("agenda.hours[3]"), "" when
// nothing is.
type Say func(path string) string

// Report takes what cannot be read from an entry: the path and a sentence.
type Report func(path, sentence string)

// Filling says why a form is filled.
type Filling int

// The reasons. A part that is Touched holds something typed since it was
// last filled.
const (
	Follow  Filling = iota // the stored value may have changed: touched parts stay
	Afresh                 // another value is edited now: all parts change
	Confirm                // what stood here at Seal is stored: that is no longer touched
	Typed                  // as if it had been typed: what was put aside comes back
)

// Part is a control of a form that shows one field of a T.
type Part[T any] interface {
	Fill(v *T, why Filling)
	// Read sets the field, if it was touched, to what was typed. At is the path of v.
	Read(v *T, at string, report Report)
	// Mark writes beside the control what is wrong there.
	Mark(at string, say Say)
	// Touched reports whether something was typed and not stored.
	Touched() bool
	// Seal remembers what is being stored now.
	Seal()
}

// placed is a part that knows the field it is about.
type placed interface {
	about(field string) bool
	behind() bool // it shows less than what is stored, because the cursor stands in it
}

// Group is a form: the parts that show one value together.
type Group[T any] struct {
	sheet   *Sheet
	changed func()
	parts   []Part[T]
}

// NewGroup makes a form without parts; changed is told of everything typed.
func NewGroup[T any](s *Sheet, changed func()) *Group[T] {
	return &Group[T]{sheet: s, changed: changed}
}

// Add takes a part that was made elsewhere.
func (g *Group[T]) Add(p Part[T]) { g.parts = append(g.parts, p) }

// Changed tells the form's owner that something was typed.
func (g *Group[T]) Changed() { g.changed() }

// Sheet is the sheet that the form stands on.
func (g *Group[T]) Sheet() *Sheet { return g.sheet }

// Fill shows a value in all parts.
func (g *Group[T]) Fill(v *T, why Filling) {
	for _, p := range g.parts {
		p.Fill(v, why)
	}
}

// Read sets the fields of v to what was typed; at is the path of v, "" or with
// its dot: "greetings[0].".
func (g *Group[T]) Read(v *T, at string, report Report) {
	for _, p := range g.parts {
		p.Read(v, at, report)
	}
}

// Mark writes beside each part what is wrong there.
func (g *Group[T]) Mark(at string, say Say) {
	for _, p := range g.parts {
		p.Mark(at, say)
	}
}

// Touched reports whether anything was typed and not stored.
func (g *Group[T]) Touched() bool {
	for _, p := range g.parts {
		if p.Touched() {
			return true
		}
	}
	return false
}

// Seal remembers what is being stored now.
func (g *Group[T]) Seal() {
	for _, p := range g.parts {
		p.Seal()
	}
}

// first is the first entry of a form.
func (g *Group[T]) first() fyne.Focusable {
	for _, p := range g.parts {
		if t, ok := p.(*textPart[T]); ok {
			return t.entry
		}
	}
	return nil
}

// Rows stacks what a form is made of, with the distance that forms keep.
func Rows(objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(&widgets.Column{Gap: 14}, objects...)
}

// Headed stacks a heading, what is said under it, and a part of a form.
func Headed(heading, note string, objects ...fyne.CanvasObject) *fyne.Container {
	top := container.New(&widgets.Column{Gap: 5}, widgets.Heading(heading), Note(note))
	return Rows(append([]fyne.CanvasObject{top}, objects...)...)
}

// Note is a remark under a heading or beside a part of a form.
func Note(text string) *widgets.Text {
	return widgets.NewText(text, widgets.TextStyle{Size: theme.SizeSmall, Color: theme.Muted, Lines: 4})
}

// Sections stacks parts of a page with the distance that divides them.
func Sections(objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(&widgets.Column{Gap: 28}, objects...)
}

// Under puts a note close under the part that it is about.
func Under(part fyne.CanvasObject, note string) *fyne.Container {
	return container.New(&widgets.Column{Gap: 5}, part, Note(note))
}

// Beside puts parts of a form side by side; shares of the width, equal when none.
// On a narrow page they stand under one another.
func Beside(shares []float32, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(&widgets.Columns{Gap: 16, Shares: shares, Least: 96}, objects...)
}

// EntryAt is the entry of a field, by its path; nil when the form has none.
func (g *Group[T]) EntryAt(path string) *widgets.Entry {
	for _, p := range g.parts {
		if t, ok := p.(*textPart[T]); ok && t.path == path {
			return t.entry
		}
	}
	return nil
}

// Behind reports whether an entry of a field, "" for any, still shows what was stored
// before: the cursor stands in it, and nothing was typed.
func (g *Group[T]) Behind(field string) bool {
	for _, p := range g.parts {
		if at, ok := p.(placed); ok && at.about(field) && at.behind() {
			return true
		}
	}
	return false
}

// Retype shows another value of one field, as if it had been typed.
func (g *Group[T]) Retype(v *T, field string) {
	for _, p := range g.parts {
		if at, ok := p.(placed); ok && !at.about(field) {
			continue
		}
		p.Fill(v, Typed)
	}
}

// within reports whether a path is a field, or leads into it; every path is in "".
func within(path, field string) bool {
	rest, found := strings.CutPrefix(path, field)
	return found && (field == "" || rest == "" || rest[0] == '.' || rest[0] == '[')
}
