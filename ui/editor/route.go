package editor

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"permanence/clients"
	"permanence/ui/sheet"
	"permanence/ui/theme"
	"permanence/ui/widgets"
)

// route says for which calls somebody receives the messages: a box for each call
// type. No box ticked means all calls. It is the part of a recipient's form whose
// choices change with another list of the same card.
type route struct {
	panel   *Panel
	changed func()
	checks  []*sheet.Check
	keys    []string // of the checks shown
	chosen  []string
	shown   []string
	row     *fyne.Container
	label   *widgets.Text
	content fyne.CanvasObject
}

func newRoute(p *Panel, g *sheet.Group[clients.Recipient]) *route {
	r := &route{panel: p, changed: g.Changed, row: container.New(&widgets.Flow{Gap: 10})}
	r.label = widgets.NewText("", widgets.TextStyle{Size: theme.SizeSmall, Color: theme.Muted, Cut: true})
	r.content = container.New(&widgets.Column{Gap: 3}, r.label, r.row)
	p.parts.routes = append(p.parts.routes, r)
	g.Add(r)
	return r
}

// offer shows a box for each call type, and for those chosen that exist no more:
// who was to get the urgent messages only does not silently get all of them.
func (r *route) offer(types []clients.CallType) {
	r.keys = r.keys[:0]
	labels := []string{}
	for _, t := range types {
		r.keys, labels = append(r.keys, t.Key), append(labels, t.Label)
	}
	for _, k := range append(slices.Clone(r.shown), r.chosen...) {
		if !slices.Contains(r.keys, k) {
			r.keys, labels = append(r.keys, k), append(labels, r.panel.t("recipient.type-gone", k))
		}
	}
	for len(r.checks) < len(labels) {
		r.addCheck()
	}
	for i, c := range r.checks {
		widgets.Show(c, i < len(labels))
		if i < len(labels) {
			c.SetLabel(labels[i])
			c.Set(slices.Contains(r.chosen, r.keys[i]))
		}
	}
	widgets.Relayout(r.row)
}

func (r *route) addCheck() {
	i := len(r.checks)
	c := r.panel.sheet.NewCheck("", func(on bool) { r.turn(i, on) })
	r.checks = append(r.checks, c)
	r.row.Add(c)
}

// turn chooses a call type or not. A new one gets its key for good now, since
// this recipient refers to it.
func (r *route) turn(i int, on bool) {
	key := r.keys[i]
	r.panel.freezeTypes()
	r.chosen = slices.DeleteFunc(r.chosen, func(k string) bool { return k == key })
	if on {
		r.chosen = append(r.chosen, key)
	}
	r.changed()
}

// freezeTypes gives the call types on their cards the keys that the draft gave them.
func (p *Panel) freezeTypes() {
	types := p.parts.types.Values()
	if !slices.ContainsFunc(types, func(t clients.CallType) bool { return t.Key == "" }) {
		return
	}
	c := clients.Client{CallTypes: types}
	giveKeys(&c)
	p.parts.types.Put(c.CallTypes)
}

// Fill shows for which calls a recipient is.
func (r *route) Fill(v *clients.Recipient, why sheet.Filling) {
	switch {
	case why == sheet.Typed:
		r.chosen = slices.Clone(v.CallTypes)
	case why == sheet.Afresh, !r.Touched(), slices.Equal(r.chosen, v.CallTypes):
		r.chosen, r.shown = slices.Clone(v.CallTypes), v.CallTypes
	}
}

// Read takes the choice, in the order of the call types.
func (r *route) Read(v *clients.Recipient, _ string, _ sheet.Report) {
	if r.Touched() {
		v.CallTypes = slices.Clone(r.chosen)
	}
}

// Mark says what is wrong, and otherwise when the messages of all calls come here.
func (r *route) Mark(at string, say sheet.Say) {
	remark := widgets.Span{Text: say(at + "call_types"), Color: theme.Bad}
	if remark.Text == "" && len(r.chosen) == 0 {
		remark = widgets.Span{Text: r.panel.t("recipient.all"), Color: theme.Ink}
	}
	r.label.SetSpans(widgets.Span{Text: r.panel.t("recipient.types") + "   "}, remark)
}

// Touched reports whether the choice was changed.
func (r *route) Touched() bool { return !slices.Equal(r.chosen, r.shown) }

// Seal has nothing to remember: a choice is stored as it stands.
func (r *route) Seal() {}
