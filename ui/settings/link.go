package settings

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"permanence/ui/desk"
	"permanence/ui/sheet"
	"permanence/ui/theme"
	"permanence/ui/widgets"
)

// linkCard is how a desk stands with its office, and the way out of it, which is asked
// about.
type linkCard struct {
	panel   *Panel
	light   *widgets.Dot
	phase   *widgets.Text
	facts   [3]*widgets.Text
	sync    *sheet.Button
	leave   *sheet.Button
	ask     *fyne.Container
	asked   *widgets.Text
	row     *fyne.Container
	content fyne.CanvasObject
}

func newLinkCard(p *Panel) *linkCard {
	c := &linkCard{panel: p, light: widgets.NewDot(theme.Faint)}
	c.phase = widgets.NewText("", widgets.TextStyle{Bold: true, Lines: 2})
	facts := container.New(&widgets.Column{Gap: 5})
	for i, key := range []string{"office.fact.bureau", "office.fact.desk", "office.fact.unsent"} {
		label := widgets.NewText(p.t(key), widgets.TextStyle{Color: theme.Muted, Cut: true})
		c.facts[i] = widgets.NewText("", widgets.TextStyle{Lines: 2})
		facts.Add(container.New(&widgets.Columns{Gap: 12, Shares: []float32{3, 7}}, label, c.facts[i]))
	}
	c.sync = p.sheet.NewButton(p.t("office.sync"), widgets.Secondary, func() { p.cfg.Send(desk.SyncPressed{}) })
	c.leave = p.sheet.NewButton(p.t("office.leave"), widgets.Danger, func() { p.cfg.Send(desk.LeaveAsked{}) })
	c.row = container.New(&widgets.Flow{Gap: 10}, c.sync, c.leave)
	sure := p.sheet.NewButton(p.t("office.leave.sure"), widgets.Danger, func() { p.cfg.Send(desk.LeaveAsked{Anyway: true}) })
	stay := p.sheet.NewButton(p.t("office.stay"), widgets.Secondary, func() { p.cfg.Send(desk.LeaveCancelled{}) })
	c.asked = widgets.NewText("", widgets.TextStyle{Lines: 4})
	c.ask = container.New(&widgets.Column{}, widgets.NewBox(
		widgets.BoxStyle{Fill: theme.BadTint, Stroke: theme.BadEdge, Radius: 6, Pad: widgets.Pad{14, 10, 12, 12}},
		container.New(&widgets.Column{Gap: 10}, c.asked, container.New(&widgets.Flow{Gap: 10}, sure, stay))))
	state := container.New(&widgets.Row{Gap: 8, Grow: c.phase}, c.light, c.phase)
	c.content = sheet.Rows(state, facts, c.row, c.ask)
	return c
}

// live follows the office, and reports whether something moved.
func (c *linkCard) live(s *desk.State) bool {
	o, p := &s.Office, c.panel
	c.light.SetColor(toneOfOffice(o.Phase))
	changed := c.phase.Set(c.phaseWords(s))
	for i, words := range []string{o.Bureau, c.deskName(s), c.unsentWords(s)} {
		changed = c.facts[i].Set(words) || changed
	}
	sure := p.t("office.leave.ask")
	if o.Unsent > 0 {
		sure = p.cfg.Words.N("settings.office.leave.unsent", o.Unsent)
	}
	changed = c.asked.Set(sure) || changed
	changed = widgets.Show(c.ask, o.Leaving) || changed
	return widgets.Show(c.row, !o.Leaving) || changed
}

// phaseWords is how the desk stands with its office, and since when.
func (c *linkCard) phaseWords(s *desk.State) string {
	o, p := &s.Office, c.panel
	since, why := "", ""
	if o.Phase == desk.OfficeCutOff && !o.Since.IsZero() {
		since = p.t("office.since", p.cfg.Words.When(o.Since, s.Now))
	}
	if o.Problem.Code != "" {
		why = p.cfg.Words.Or(nil, "problem."+o.Problem.Code, "notice."+o.Problem.Code, "problem.other")
	}
	return joined(p.t("office.phase."+string(o.Phase)), since, why)
}

// deskName is how the others call this machine.
func (c *linkCard) deskName(s *desk.State) string {
	for _, d := range s.Office.Desks {
		if d.Desk == s.Office.Desk {
			return d.DeskName
		}
	}
	return c.panel.t("office.unknown")
}

func (c *linkCard) unsentWords(s *desk.State) string {
	o, w := &s.Office, c.panel.cfg.Words
	if o.Unsent == 0 {
		return c.panel.t("office.all-sent")
	}
	if o.Oldest.IsZero() {
		return w.N("settings.office.unsent", o.Unsent)
	}
	return joined(w.N("settings.office.unsent", o.Unsent), c.panel.t("office.oldest", w.When(o.Oldest, s.Now)))
}

// toneOfOffice is the light of a phase.
func toneOfOffice(phase desk.OfficePhase) fyne.ThemeColorName {
	switch phase {
	case desk.OfficeInStep:
		return theme.Good
	case desk.OfficeRevoked, desk.OfficeTooOld:
		return theme.Bad
	}
	return theme.Wait
}
