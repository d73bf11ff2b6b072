package settings

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"permanence/clients"
	"permanence/ui/desk"
	"permanence/ui/sheet"
	"permanence/ui/theme"
	"permanence/ui/widgets"
)

// staffCard is where a supervisor changes somebody's rights, gives her a password, or
// says that she has left.
type staffCard struct {
	panel    *Panel
	who      clients.Operator // as it was opened; "" is closed
	title    *widgets.Text
	chief    *sheet.Check
	all      *sheet.Check
	clients  []*clientCheck
	list     *fyne.Container
	wrong    *widgets.Text
	password *passwordPart
	leave    *sheet.Button
	sure     *fyne.Container
	back     *fyne.Container // of somebody who had left
	works    *fyne.Container // of everybody else
	box      *fyne.Container
}

// clientCheck is a client for whom she works or not.
type clientCheck struct {
	client clients.ID
	check  *sheet.Check
}

func newStaffCard(p *Panel) *staffCard {
	c := &staffCard{panel: p, title: widgets.NewText("", widgets.TextStyle{Bold: true, Cut: true})}
	c.chief = p.sheet.NewCheck(p.t("office.people.is-chief"), func(bool) { c.offer() })
	c.all = p.sheet.NewCheck(p.t("office.people.for-all"), func(bool) { c.offer() })
	c.list = container.New(&widgets.Flow{Gap: 14})
	c.wrong = widgets.NewText(p.t("office.people.none"), widgets.TextStyle{Size: theme.SizeSmall, Color: theme.Bad})
	c.wrong.Hide()
	save := p.sheet.NewButton(p.t("office.people.save"), widgets.Primary, c.save)
	leave := p.sheet.NewButton(p.t("office.people.close"), widgets.Secondary, c.close)

	c.password = newPasswordPart(p, func() clients.ID { return c.who.ID }, "office.password.new", "office.password.again")
	c.password.send = func(words []string) {
		p.cfg.Send(desk.PasswordGiven{Operator: c.who.ID, Password: words[0]})
	}
	c.password.button = p.sheet.NewButton(p.t("office.people.give"), widgets.Secondary, c.password.ask)

	c.leave = p.sheet.NewButton(p.t("office.people.leave"), widgets.Danger, func() { c.confirm(true) })
	yes := p.sheet.NewButton(p.t("office.people.leave.sure"), widgets.Danger, func() { c.mark(true) })
	no := p.sheet.NewButton(p.t("office.people.stay"), widgets.Secondary, func() { c.confirm(false) })
	c.sure = sheet.Rows(widgets.NewText(p.t("office.people.leave.ask"), widgets.TextStyle{Lines: 3}), container.New(&widgets.Flow{Gap: 10}, yes, no))
	c.sure.Hide()
	again := p.sheet.NewButton(p.t("office.people.return"), widgets.Secondary, func() { c.mark(false) })
	c.back = sheet.Rows(sheet.Note(p.t("office.people.return.note")), container.New(&widgets.Flow{Gap: 10}, again))
	c.works = sheet.Rows(
		c.chief, c.all, c.list, c.wrong, container.New(&widgets.Flow{Gap: 10}, save, leave), widgets.NewRule(),
		sheet.Beside(nil, c.password.objects()...), c.password.said,
		container.New(&widgets.Flow{Gap: 10}, c.password.button, c.leave), c.sure)
	style := widgets.BoxStyle{Stroke: theme.Edge, Radius: 6, Pad: widgets.Pad{14, 12, 14, 14}}
	c.box = container.New(&widgets.Column{}, widgets.NewBox(style, sheet.Rows(c.title, c.works, c.back)))
	c.box.Hide()
	return c
}

// open begins with somebody's card.
func (c *staffCard) open(o clients.Operator) {
	c.close()
	c.who = o
	c.title.Set(o.Name)
	c.chief.Set(o.Role == clients.Supervisor)
	c.all.Set(len(o.Clients) == 0)
	c.choices(&c.panel.state)
	for _, k := range c.clients {
		k.check.Set(slices.Contains(o.Clients, k.client))
	}
	widgets.Show(c.works, !o.Left)
	widgets.Show(c.back, o.Left)
	widgets.Show(c.box, true)
	c.offer()
	if !o.Left {
		c.panel.sheet.Focus(c.chief)
	}
}

func (c *staffCard) close() {
	c.who = clients.Operator{}
	c.password.forget()
	widgets.Show(c.wrong, false)
	widgets.Show(c.box, false)
	c.confirm(false)
}

// choices makes a box for each client that is answered for.
func (c *staffCard) choices(s *desk.State) {
	c.clients, c.list.Objects = nil, nil
	for _, k := range s.Directory.List() {
		if k.Archived {
			continue
		}
		check := c.panel.sheet.NewCheck(k.Name, func(bool) { widgets.Show(c.wrong, false) })
		c.clients = append(c.clients, &clientCheck{k.ID, check})
		c.list.Add(check)
	}
}

// offer shows the clients where some are to be chosen: a supervisor has all.
func (c *staffCard) offer() {
	widgets.Show(c.all, !c.chief.On())
	widgets.Show(c.list, !c.chief.On() && !c.all.On())
	c.panel.sheet.Relayout()
}

// chosen are the clients that are ticked, and those that she has and this desk does
// not know.
func (c *staffCard) chosen() []clients.ID {
	if c.chief.On() || c.all.On() {
		return nil
	}
	list := slices.DeleteFunc(slices.Clone(c.who.Clients), func(id clients.ID) bool {
		return slices.ContainsFunc(c.clients, func(k *clientCheck) bool { return k.client == id })
	})
	for _, k := range c.clients {
		if k.check.On() {
			list = append(list, k.client)
		}
	}
	return list
}

// save sends her rights. None at all would mean every client, so some must be ticked.
func (c *staffCard) save() {
	o := c.who
	o.Role, o.Clients = clients.Secretary, c.chosen()
	if c.chief.On() {
		o.Role = clients.Supervisor
	} else if len(o.Clients) == 0 && !c.all.On() {
		widgets.Show(c.wrong, true)
		c.panel.sheet.Relayout()
		return
	}
	c.panel.cfg.Send(desk.OperatorSaved{Operator: o})
	c.close()
}

// confirm asks whether she has left for good, or takes the question back.
func (c *staffCard) confirm(ask bool) {
	widgets.Show(c.sure, ask)
	widgets.Show(c.leave, !ask)
	c.panel.sheet.Relayout()
}

func (c *staffCard) mark(left bool) {
	o := c.who
	o.Left = left
	c.panel.cfg.Send(desk.OperatorSaved{Operator: o})
	c.close()
}

func (c *staffCard) live(s *desk.State) bool {
	if c.who.ID == "" {
		return false
	}
	return c.password.live(s)
}
