package office

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"permanence/clients"
	"permanence/ui/desk"
	"permanence/ui/sheet"
	"permanence/ui/theme"
	"permanence/ui/widgets"
)

// Team is who is at work in the bureau, and beside it the operator's own standing; or,
// while the office asks for it, her name and password.
type Team struct {
	cfg     Config
	people  []*person
	list    *fyne.Container
	note    *widgets.Text
	self    *self
	login   *login
	body    *fyne.Container
	content fyne.CanvasObject

	state desk.State
	asked bool // the office asked who is here when this was last shown
}

// NewTeam builds the screen.
func NewTeam(c Config) *Team {
	p := &Team{cfg: c}
	p.list = container.New(&widgets.Column{Gap: 6})
	p.note = widgets.NewText("", widgets.TextStyle{Color: theme.Muted, Lines: 5})
	p.self, p.login = newSelf(p), newLogin(p)
	people := container.New(widgets.Pad{24, 18, 12, 12}, container.New(&widgets.Column{Gap: 10}, widgets.Heading(p.t("people")), p.note, p.list))
	you := container.New(widgets.Pad{12, 18, 24, 12}, container.New(&widgets.Column{}, p.self.content, p.login.content))
	p.body = container.New(&widgets.Columns{Shares: []float32{11, 10}, Fill: true}, widgets.NewScroll(people), widgets.NewScroll(you))
	p.content = sheet.Paper(c.Words, p.t("title"), c.Close, p.body)
	return p
}

// Content is what is drawn; it is built once.
func (p *Team) Content() fyne.CanvasObject { return p.content }

// First is where the operator types: her password, or why she leaves.
func (p *Team) First() fyne.Focusable {
	switch {
	case p.asks():
		return p.login.first()
	case p.state.Office.Linked() && p.state.Office.Away == nil:
		return p.self.reason
	}
	return nil
}

// asks reports whether the office wants to know who is here.
func (p *Team) asks() bool { return p.state.Office.Phase == desk.OfficeLogin }

// Key handles a key before the window does, and reports whether it did.
func (p *Team) Key(key fyne.KeyName, mods fyne.KeyModifier) bool {
	switch {
	case mods == 0 && key == fyne.KeyEscape:
		p.cfg.Close()
	case mods == fyne.KeyModifierControl && key == fyne.KeyQ && p.self.content.Visible():
		p.cfg.Send(desk.LogoutPressed{})
	case mods == fyne.KeyModifierControl && p.self.content.Visible():
		return p.self.choose(widgets.Digit(key))
	default:
		return false
	}
	return true
}

// Show follows a new state. Once the operator is let in, the screen has done its work.
func (p *Team) Show(s desk.State) {
	p.state = s
	linked := s.Office.Linked()
	p.showPeople(s.Colleagues())
	p.note.Set(p.noteWords())
	widgets.Show(p.note, p.note.String() != "")
	widgets.Show(p.self.content, linked && !p.asks())
	widgets.Show(p.login.content, p.asks())
	p.self.show(&s)
	p.login.show(&s)
	widgets.Relayout(p.body)
	p.content.Refresh()
	was := p.asked
	if p.asked = p.asks(); was && !p.asked {
		p.cfg.Close()
	}
}

func (p *Team) noteWords() string {
	switch {
	case !p.state.Office.Linked():
		return p.t("alone")
	case p.asks() && len(p.state.Colleagues()) == 0:
		return p.t("unseen")
	case len(p.state.Colleagues()) == 0:
		return p.t("nobody")
	}
	return ""
}

func (p *Team) showPeople(list []desk.Presence) {
	for len(p.people) < len(list) {
		one := newPerson(p)
		p.people = append(p.people, one)
		p.list.Add(one.box)
	}
	for i, one := range p.people {
		if widgets.Show(one.box, i < len(list)); i < len(list) {
			one.show(&list[i])
		}
	}
}

func (p *Team) clientName(id clients.ID) string {
	if c := p.state.Directory.Client(id); c != nil {
		return c.Name
	}
	return ""
}

// t says a sentence of the screen.
func (p *Team) t(key string, args ...any) string { return p.cfg.Words.T("team."+key, args...) }

// person is one desk of the bureau with who sits there.
type person struct {
	panel       *Team
	box         *widgets.Box
	dot         *widgets.Dot
	name, doing *widgets.Text
	writes      *widgets.Text
}

func newPerson(p *Team) *person {
	r := &person{panel: p, dot: widgets.NewDot(theme.Faint)}
	r.name = widgets.NewText("", widgets.TextStyle{Cut: true})
	r.doing = widgets.NewText("", widgets.TextStyle{Size: theme.SizeSmall, Color: theme.Muted, Lines: 2})
	r.writes = widgets.NewText("", widgets.TextStyle{Size: theme.SizeSmall, Color: theme.Muted, Cut: true})
	words := container.New(&widgets.Column{Gap: 1}, r.name, r.doing, r.writes)
	r.box = widgets.NewBox(widgets.BoxStyle{Stroke: theme.Edge, Radius: 6, Pad: widgets.Pad{12, 7, 10, 8}},
		container.New(&widgets.Row{Gap: 12, Grow: words}, r.dot, words))
	return r
}

func (r *person) show(d *desk.Presence) {
	p := r.panel
	name, place := d.Name, d.DeskName
	if name == "" {
		name, place = place, ""
	}
	r.dot.SetColor(StandingColor(d.Standing))
	r.name.SetSpans(widgets.Span{Text: name, Bold: true}, widgets.Span{Text: after("  ", place), Color: theme.Muted})
	r.doing.Set(p.doing(d))
	n := 0
	for _, draft := range d.Drafts {
		if draft.Taken == "" {
			n++
		}
	}
	r.writes.Set(p.cfg.Words.N("team.drafts", n))
	widgets.Show(r.writes, n > 0)
}

// doing is what somebody does, for whom, and since when.
func (p *Team) doing(d *desk.Presence) string {
	words := p.t("standing." + string(d.Standing))
	switch client := p.clientName(d.Client); {
	case d.Standing == desk.StandingCall && client != "":
		words = p.t("on-call-for", client)
	case d.Standing == desk.StandingAway && d.Reason != "":
		words = p.t("away-for", d.Reason)
	}
	if d.Since.IsZero() || d.Standing == desk.StandingHere {
		return words
	}
	return joined(words, p.t("since", p.since(d)))
}

// since is since when somebody does what she does: a call by its age.
func (p *Team) since(d *desk.Presence) string {
	if d.Standing == desk.StandingCall {
		return p.cfg.Words.Age(p.state.Now.Sub(d.Since))
	}
	return p.cfg.Words.Clock(d.Since.In(p.state.Now.Location()))
}

func after(lead, s string) string {
	if s == "" {
		return ""
	}
	return lead + s
}

// StandingColor is the light of a standing.
func StandingColor(s desk.Standing) fyne.ThemeColorName {
	switch s {
	case desk.StandingHere:
		return theme.Good
	case desk.StandingCall:
		return theme.Held
	case desk.StandingAway:
		return theme.Wait
	case desk.StandingLost:
		return theme.Bad
	}
	return theme.Faint
}
