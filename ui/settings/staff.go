package settings

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"permanence/clients"
	"permanence/ui/desk"
	"permanence/ui/sheet"
	"permanence/ui/theme"
	"permanence/ui/widgets"
)

// staff is the people of the bureau as a supervisor sees them: who works here, what
// each may do and for which clients, and who has left.
type staff struct {
	panel   *Panel
	rows    []*staffRow
	column  *fyne.Container
	name    *widgets.Entry
	field   *widgets.Field
	card    *staffCard
	content *fyne.Container
}

func newStaff(p *Panel) *staff {
	f := &staff{panel: p, column: container.New(&widgets.Column{Gap: 6}), name: p.sheet.NewEntry()}
	f.name.OnEnter = f.add
	f.field = widgets.NewField(p.t("office.people.name"), f.name)
	add := p.sheet.NewButton(p.t("office.people.add"), widgets.Secondary, f.add)
	f.card = newStaffCard(p)
	f.content = sheet.Rows(f.column, f.card.box, sheet.Beside([]float32{3, 2}, f.field, container.New(widgets.Pad{0, 20, 0, 0}, container.New(&widgets.Flow{}, add))))
	return f
}

// add takes a person on as a secretary for all clients. She can log in once she has a
// password.
func (f *staff) add() {
	name := strings.Join(strings.Fields(f.name.Text), " ")
	wrong := ""
	switch {
	case name == "":
		wrong = f.panel.t("problem.missing")
	case slices.ContainsFunc(f.people(&f.panel.state), func(o clients.Operator) bool { return !o.Left && strings.EqualFold(o.Name, name) }):
		wrong = f.panel.t("office.people.taken")
	}
	f.field.SetRemark(wrong, theme.Bad)
	if wrong == "" {
		f.name.Replace("")
		f.panel.cfg.Send(desk.OperatorSaved{Operator: clients.Operator{Name: name, Role: clients.Secretary}})
	}
}

// people are everybody by name, those who have left at the end.
func (f *staff) people(s *desk.State) []clients.Operator {
	return slices.SortedFunc(maps.Values(s.Office.Operators), func(a, b clients.Operator) int {
		if a.Left != b.Left {
			return map[bool]int{true: 1, false: -1}[a.Left]
		}
		return cmp.Or(strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), strings.Compare(string(a.ID), string(b.ID)))
	})
}

func (f *staff) live(s *desk.State) bool {
	list := f.people(s)
	for len(f.rows) < len(list) {
		r := newStaffRow(f)
		f.rows = append(f.rows, r)
		f.column.Add(r.object)
	}
	moved := false
	for i, r := range f.rows {
		moved = widgets.Show(r.object, i < len(list)) || moved
		if i < len(list) {
			r.show(list[i], s.Operator.ID)
		}
	}
	return f.card.live(s) || moved
}

// staffRow is one person of the list.
type staffRow struct {
	who    clients.Operator
	name   *widgets.Text
	rights *widgets.Text
	change *sheet.Button
	object *fyne.Container
	staff  *staff
}

func newStaffRow(f *staff) *staffRow {
	r := &staffRow{staff: f, name: widgets.NewText("", widgets.TextStyle{Bold: true, Cut: true})}
	r.rights = widgets.NewText("", widgets.TextStyle{Size: theme.SizeSmall, Color: theme.Muted, Cut: true})
	r.change = f.panel.sheet.NewButton(f.panel.t("office.people.change"), widgets.Secondary, func() { f.card.open(r.who) })
	r.object = container.New(&widgets.Row{Gap: 12, Grow: r.rights}, r.name, r.rights, r.change)
	return r
}

func (r *staffRow) show(o clients.Operator, own clients.ID) {
	r.who = o
	moved := r.name.Set(o.Name)
	r.rights.Set(r.staff.rightsOf(o, o.ID == own))
	if widgets.Show(r.change, o.ID != own) || moved {
		widgets.Relayout(r.object)
	}
}

// rightsOf says what somebody may do, and for whom.
func (f *staff) rightsOf(o clients.Operator, own bool) string {
	p := f.panel
	if o.Left {
		return p.t("office.people.left")
	}
	what, whom, you := "office.people.secretary", p.t("office.people.all"), ""
	if o.Role == clients.Supervisor {
		what = "office.people.supervisor"
	} else if len(o.Clients) > 0 {
		whom = p.cfg.Words.N("settings.office.people.some", len(o.Clients))
	}
	if own {
		you = p.t("office.people.you")
	}
	return joined(p.t(what), whom, you)
}
