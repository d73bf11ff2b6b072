package office

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"permanence/ui/desk"
	"permanence/ui/theme"
	"permanence/ui/widgets"
)

// reasons are why operators leave their desks, in the order of their keys.
var reasons = []string{"pause", "lunch", "meeting", "training", "errand"}

// self is the operator's own standing: here, or away and why; and the way to hand the
// desk to somebody else.
type self struct {
	panel       *Team
	name, doing *widgets.Text
	chips       *widgets.Choices
	reason      *widgets.Entry
	leaving     *fyne.Container
	back        *widgets.KeyButton
	content     *fyne.Container
}

func newSelf(p *Team) *self {
	s := &self{panel: p}
	s.name = widgets.NewText("", widgets.TextStyle{Size: theme.SizeTitle, Bold: true, Cut: true})
	s.doing = widgets.NewText("", widgets.TextStyle{Color: theme.Muted, Lines: 3})
	s.chips = widgets.NewChoices(func(key string) { s.leave(p.t("reason." + key)) })
	s.reason = widgets.NewEntry(p.cfg.Keys)
	s.reason.Max = 60
	s.reason.SetPlaceHolder(p.t("reason.hint"))
	s.reason.OnEnter = func() { s.leave(strings.TrimSpace(s.reason.Text)) }
	away := widgets.NewKeyButton(p.t("go"), p.cfg.Words.T("key.enter"), widgets.Secondary, s.reason.OnEnter)
	ask := container.New(&widgets.Row{Gap: 7}, widgets.NewText(p.t("leave"), widgets.TextStyle{Size: theme.SizeSmall, Color: theme.Muted}), widgets.NewKeyCap(p.cfg.Words.T("callbook.ctrl")))
	s.leaving = container.New(&widgets.Column{Gap: 9}, ask, s.chips,
		container.New(&widgets.Row{Gap: 8, Grow: s.reason}, s.reason, away))
	s.back = widgets.NewKeyButton(p.t("back"), p.cfg.Words.T("key.away"), widgets.Primary, func() { p.cfg.Send(desk.BackPressed{}) })
	hand := widgets.NewKeyButton(p.t("logout"), p.cfg.Words.T("key.logout"), widgets.Secondary, func() { p.cfg.Send(desk.LogoutPressed{}) })
	handed := container.New(&widgets.Column{Gap: 8}, widgets.NewRule(),
		widgets.NewText(p.t("logout-note"), widgets.TextStyle{Size: theme.SizeSmall, Color: theme.Muted, Lines: 4}),
		container.New(&widgets.Flow{}, hand))
	head := container.New(&widgets.Column{Gap: 2}, s.name, s.doing)
	s.content = container.New(&widgets.Column{Gap: 16}, widgets.Heading(p.t("you")), head, s.leaving, container.New(&widgets.Flow{}, s.back), handed)
	return s
}

func (s *self) show(st *desk.State) {
	p, away := s.panel, st.Office.Away
	s.name.Set(st.Operator.Name)
	widgets.Show(s.name, st.Operator.Name != "")
	words := p.t("here")
	if away != nil {
		words = joined(p.t("away-for", away.Reason), p.t("since", p.cfg.Words.Clock(away.Since.In(st.Now.Location()))))
		if away.Reason == "" {
			words = joined(p.t("standing.away"), p.t("since", p.cfg.Words.Clock(away.Since.In(st.Now.Location()))))
		}
	}
	s.doing.Set(words)
	choices := make([]widgets.Choice, len(reasons))
	for i, r := range reasons {
		choices[i] = widgets.Choice{Key: r, Label: p.t("reason." + r), Cap: digit(i)}
	}
	s.chips.Set(choices, "")
	widgets.Show(s.leaving, away == nil)
	widgets.Show(s.back, away != nil)
}

// choose leaves for the i-th reason.
func (s *self) choose(i int) bool {
	if i < 0 || i >= len(reasons) || !s.leaving.Visible() {
		return false
	}
	s.leave(s.panel.t("reason." + reasons[i]))
	return true
}

// leave says why she leaves, and goes.
func (s *self) leave(reason string) {
	s.reason.Replace("")
	s.panel.cfg.Send(desk.AwayPressed{Reason: reason})
	s.panel.cfg.Close()
}
