package settings

import (
	"maps"
	"reflect"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"permanence/clients"
	"permanence/phone"
	"permanence/ui/desk"
	"permanence/ui/forwards"
	"permanence/ui/sheet"
	"permanence/ui/widgets"
)

// lineForward is a forward with the line whose calls it sends elsewhere; "" is
// every line.
type lineForward struct {
	Line    phone.LineID
	Forward clients.Forward
}

// flatten lists the forwards of all lines: those for every line, then line by
// line, each in its order.
func flatten(byLine map[phone.LineID][]clients.Forward) []lineForward {
	var list []lineForward
	for _, line := range slices.Sorted(maps.Keys(byLine)) {
		for _, f := range byLine[line] {
			list = append(list, lineForward{Line: line, Forward: f})
		}
	}
	return list
}

// byLine is the other way round.
func byLine(list []lineForward) map[phone.LineID][]clients.Forward {
	if len(list) == 0 {
		return nil
	}
	all := map[phone.LineID][]clients.Forward{}
	for _, f := range list {
		all[f.Line] = append(all[f.Line], f.Forward)
	}
	return all
}

func (p *Panel) awayPage(g *form) fyne.CanvasObject {
	disturb := sheet.Tick(g, p.t("disturb"), func(d *draft) *bool { return &d.disturb })
	list := sheet.NewList(g, sheet.ListConfig[draft, lineForward]{
		Path: "forwards", At: func(d *draft) *[]lineForward { return &d.forwards },
		Build: p.forwardCard,
		Fresh: func() lineForward { return lineForward{Forward: forwards.Fresh()} },
		Name:  func(f lineForward) string { return phone.Number(f.Forward.To).Display() },
		Add:   p.cfg.Words.T("forward.add"), Empty: p.cfg.Words.T("forward.empty"),
	})
	return sheet.Sections(
		sheet.Rows(container.New(&widgets.Flow{}, disturb), sheet.Note(p.t("disturb.note"))),
		sheet.Headed(p.t("forwards"), p.t("forwards.note"), list.Content()),
	)
}

func (p *Panel) forwardCard(g *sheet.Group[lineForward]) fyne.CanvasObject {
	line := newLineChoice(p, g)
	card := forwards.Card(g, p.cfg.Words, "", func(f *lineForward) *clients.Forward { return &f.Forward })
	return sheet.Rows(sheet.Beside([]float32{2, 3}, line.field, sheet.Note("")), card)
}

// lineChoice chooses the line of a forward among those on the page of lines.
type lineChoice struct {
	panel  *Panel
	sel    *sheet.Select
	field  *widgets.Field
	chosen phone.LineID
	shown  phone.LineID
	lines  map[string]phone.LineID // of the options
}

func newLineChoice(p *Panel, g *sheet.Group[lineForward]) *lineChoice {
	c := &lineChoice{panel: p}
	c.sel = p.sheet.NewSelect(func(option string) {
		c.chosen = c.lines[option]
		p.review()
	})
	c.field = widgets.NewField(p.t("forwards.line"), widgets.NewBox(selectFrame, c.sel))
	p.parts.choices = append(p.parts.choices, c)
	g.Add(c)
	return c
}

// offer lists the lines as they are called now; one that is gone stays as it is
// until another is chosen.
func (c *lineChoice) offer(lines []phone.Line) {
	options := []string{c.panel.t("forwards.all-lines")}
	c.lines = map[string]phone.LineID{options[0]: ""}
	selected := options[0]
	add := func(option string, id phone.LineID) {
		options, c.lines[option] = append(options, option), id
		if id == c.chosen {
			selected = option
		}
	}
	known := c.chosen == ""
	for _, l := range lines {
		add(l.Label, l.ID)
		known = known || l.ID == c.chosen
	}
	if !known {
		add(c.panel.t("forwards.line-gone", string(c.chosen)), c.chosen)
	}
	c.sel.Set(options, selected)
}

// Fill shows the line of the forward.
func (c *lineChoice) Fill(f *lineForward, why sheet.Filling) {
	switch {
	case why == sheet.Typed:
		c.chosen = f.Line
	case why == sheet.Afresh, !c.Touched(), c.chosen == f.Line:
		c.chosen, c.shown = f.Line, f.Line
	}
	c.offer(c.panel.draft.lines)
}

// Read takes the choice.
func (c *lineChoice) Read(f *lineForward, _ string, _ sheet.Report) {
	if c.Touched() {
		f.Line = c.chosen
	}
}

// Mark has nothing to say: every choice is a legal one.
func (c *lineChoice) Mark(string, sheet.Say) {}

// Touched reports whether another line was chosen.
func (c *lineChoice) Touched() bool { return c.chosen != c.shown }

// Seal has nothing to remember: a choice is stored as it stands.
func (c *lineChoice) Seal() {}

func (p *Panel) partnersPage(g *form) fyne.CanvasObject {
	list := sheet.NewList(g, sheet.ListConfig[draft, desk.Partner]{
		Path: "partners", At: func(d *draft) *[]desk.Partner { return &d.partners },
		Build: p.partnerCard,
		Fresh: func() desk.Partner { return desk.Partner{} },
		Name:  func(v desk.Partner) string { return v.Name },
		Add:   p.t("partner.add"), Empty: p.t("partner.empty"),
	})
	return sheet.Rows(sheet.Note(p.t("partners.note")), list.Content())
}

func (p *Panel) partnerCard(g *sheet.Group[desk.Partner]) fyne.CanvasObject {
	type partner = desk.Partner
	name := sheet.Text(g, p.in("name", "partner.name"), func(v *partner) *string { return &v.Name })
	number := sheet.Parsed(g, p.in("number", "partner.number"),
		func(v *partner) string { return forwards.Shown(v.Number) },
		func(v *partner, s string) string { v.Number = forwards.Target(s); return "" })
	key := sheet.Text(g, p.in("key", "partner.key"), func(v *partner) *string { return &v.Key })
	watch := sheet.Text(g, p.in("watch", "partner.watch"), func(v *partner) *string { return &v.Watch })
	return sheet.Rows(sheet.Beside(nil, name, number), sheet.Beside([]float32{1, 3}, key, watch))
}

// checkAway finds what is wrong with forwards and colleagues.
func (p *Panel) checkAway() {
	list := make([]clients.Forward, len(p.draft.forwards))
	for i, f := range p.draft.forwards {
		list[i] = f.Forward
	}
	for _, x := range clients.ForwardProblems("forwards", list) {
		args := make([]any, len(x.Args))
		for i, a := range x.Args {
			args[i] = a
		}
		p.report(x.Path, p.cfg.Words.Or(args, "editor.problem."+x.Code, x.Code))
	}
	seen := map[string]bool{}
	for i, partner := range p.draft.partners {
		p.checkPartner(indexed("partners", i)+".", partner, seen)
	}
}

func (p *Panel) checkPartner(at string, partner desk.Partner, seen map[string]bool) {
	p.need(at+"name", partner.Name)
	p.need(at+"number", partner.Number)
	if partner.Number != "" && !clients.ValidTarget(partner.Number) {
		p.report(at+"number", p.cfg.Words.T("editor.problem.client.forward-to-bad", partner.Number))
	}
	switch k := partner.Key; {
	case k == "":
	case len(k) != 1 || k[0] < '0' || k[0] > '9':
		p.report(at+"key", p.cfg.Words.T("editor.problem.client.digit-bad"))
	case seen[k]:
		p.report(at+"key", p.cfg.Words.T("editor.problem.client.key-twice", k))
	}
	seen[partner.Key] = true
}

func sameForward(a, b lineForward) bool { return reflect.DeepEqual(a, b) }
