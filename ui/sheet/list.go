package sheet

import (
	"reflect"
	"slices"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"permanence/ui/theme"
	"permanence/ui/widgets"
)

// ListConfig describes a part that edits a list of T inside a P.
type ListConfig[P, T any] struct {
	Path  string // of the list, by its JSON name
	At    func(*P) *[]T
	Build func(g *Group[T]) fyne.CanvasObject // the entries of one card, made once a card
	Fresh func() T                            // what "add" begins with
	Name  func(T) string                      // what a removed one is called
	Add   string                              // the words on the add button
	Empty string                              // said when there is none
}

// List is a part that shows each entry of a list on a card, where it can be
// edited, moved and removed. What was removed last can be taken back. Cards are
// made once and refilled.
type List[P, T any] struct {
	cfg     ListConfig[P, T]
	sheet   *Sheet
	changed func()
	cards   []*card[T]
	shown   int
	removed *removed[T]
	touched bool // entries came, went or moved
	sealed  []T

	column *fyne.Container
	empty  *widgets.Text
	add    *Button
	undo   *Button
	foot   *fyne.Container
}

type removed[T any] struct {
	value T
	at    int
}

// NewList adds a list to a form.
func NewList[P, T any](g *Group[P], c ListConfig[P, T]) *List[P, T] {
	l := &List[P, T]{cfg: c, sheet: g.sheet, changed: g.changed}
	l.empty = widgets.NewText(c.Empty, widgets.TextStyle{Color: theme.Muted, Lines: 3})
	l.add = g.sheet.NewButton(c.Add, widgets.Secondary, l.addFresh)
	l.undo = g.sheet.NewButton("", widgets.Quiet, l.takeBack)
	l.undo.Hide()
	l.foot = container.New(&widgets.Row{Gap: 8}, l.add, l.undo)
	l.column = container.New(&widgets.Column{Gap: 12}, l.empty, l.foot)
	g.Add(l)
	return l
}

// Content is the cards with the add button under them.
func (l *List[P, T]) Content() fyne.CanvasObject { return l.column }

func (l *List[P, T]) about(field string) bool { return within(l.cfg.Path, field) }

func (l *List[P, T]) behind() bool {
	return slices.ContainsFunc(l.cards[:l.shown], func(c *card[T]) bool { return c.group.Behind("") })
}

// Values is the list as it stands on the cards.
func (l *List[P, T]) Values() []T {
	return l.read("", func(string, string) {})
}

// Put shows another list in place of what is on the cards, as if it was typed.
func (l *List[P, T]) Put(values []T) {
	l.show(values, Afresh)
	l.touched = true
	l.changed()
}

// Touched reports whether anything was typed and not stored.
func (l *List[P, T]) Touched() bool {
	return l.touched || slices.ContainsFunc(l.cards[:l.shown], func(c *card[T]) bool { return c.group.Touched() })
}

// Seal remembers what is being stored now.
func (l *List[P, T]) Seal() {
	l.sealed = l.Values()
	for _, c := range l.cards[:l.shown] {
		c.group.Seal()
	}
}

// Fill shows the list of a P.
func (l *List[P, T]) Fill(v *P, why Filling) {
	list := *l.cfg.At(v)
	switch {
	case why == Typed:
		l.putAside(list)
		return
	case why == Afresh:
		l.forget()
	case why == Confirm && reflect.DeepEqual(l.Values(), l.sealed):
	case l.Touched():
		return
	}
	l.touched = false
	l.show(list, why)
}

// putAside shows a list that was typed before, unless it is what is stored.
func (l *List[P, T]) putAside(list []T) {
	if !reflect.DeepEqual(l.Values(), append([]T{}, list...)) {
		l.show(list, Afresh)
		l.touched = true
	}
}

// Read gives a P the list of the cards.
func (l *List[P, T]) Read(v *P, at string, report Report) {
	if l.Touched() {
		*l.cfg.At(v) = l.read(at, report)
	}
}

func (l *List[P, T]) read(at string, report Report) []T {
	list := make([]T, 0, l.shown)
	for i, c := range l.cards[:l.shown] {
		v := c.value
		c.group.Read(&v, l.path(at, i)+".", report)
		list = append(list, v)
	}
	return list
}

// Mark writes on each card what is wrong there.
func (l *List[P, T]) Mark(at string, say Say) {
	for i, c := range l.cards[:l.shown] {
		path := l.path(at, i)
		c.group.Mark(path+".", say)
		sentence := say(path)
		c.wrong.Set(sentence)
		if widgets.Show(c.wrong, sentence != "") {
			l.sheet.Relayout()
		}
	}
}

func (l *List[P, T]) path(at string, i int) string {
	return at + l.cfg.Path + "[" + strconv.Itoa(i) + "]"
}

func (l *List[P, T]) show(values []T, why Filling) {
	for len(l.cards) < len(values) {
		l.newCard()
	}
	moved := l.shown != len(values)
	l.shown = len(values)
	for i, c := range l.cards {
		widgets.Show(c.object, i < l.shown)
		if i < l.shown {
			c.value = values[i]
			c.group.Fill(&c.value, why)
		}
	}
	widgets.Show(l.empty, l.shown == 0)
	if moved {
		l.sheet.Relayout()
	}
}

// newCard makes one more card and puts it before the foot of the list.
func (l *List[P, T]) newCard() {
	i := len(l.cards)
	c := newCard(l.sheet, l.changed, l.cfg.Build)
	c.up.OnTapped = func() { l.move(i, i-1) }
	c.down.OnTapped = func() { l.move(i, i+1) }
	c.remove.OnTapped = func() { l.drop(i) }
	l.cards = append(l.cards, c)
	l.column.Objects = slices.Insert(l.column.Objects, len(l.column.Objects)-1, fyne.CanvasObject(c.object))
}

func (l *List[P, T]) addFresh() {
	l.forget()
	l.Put(append(l.Values(), l.cfg.Fresh()))
	if c := l.cards[l.shown-1]; c.first != nil {
		l.sheet.Focus(c.first)
	}
}

func (l *List[P, T]) move(from, to int) {
	if to < 0 || to >= l.shown {
		return
	}
	values := l.Values()
	values[from], values[to] = values[to], values[from]
	l.Put(values)
	l.sheet.Focus(l.cards[to].stopFor(from, to))
}

func (l *List[P, T]) drop(i int) {
	values := l.Values()
	l.removed = &removed[T]{value: values[i], at: i}
	name := l.cfg.Name(values[i])
	l.undo.SetLabel(l.sheet.cfg.Words.T("sheet.take-back", name))
	l.undo.Show()
	l.Put(slices.Delete(values, i, i+1))
	l.sheet.Relayout()
	l.sheet.Focus(l.undo)
}

// takeBack puts what was removed last where it stood.
func (l *List[P, T]) takeBack() {
	if l.removed == nil {
		return
	}
	values := l.Values()
	at := min(l.removed.at, len(values))
	values = slices.Insert(values, at, l.removed.value)
	l.forget()
	l.Put(values)
	l.sheet.Focus(l.add)
}

func (l *List[P, T]) forget() {
	l.removed = nil
	l.undo.Hide()
}
