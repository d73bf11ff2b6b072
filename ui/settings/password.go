package settings

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"permanence/clients"
	"permanence/ui/desk"
	"permanence/ui/sheet"
	"permanence/ui/theme"
	"permanence/ui/widgets"
)

// leastPassword is how many signs a password has at least; the office has the last word.
const leastPassword = 12

// passwordPart asks for a new password and tells what became of it. What is typed is
// used once and stays nowhere.
type passwordPart struct {
	panel  *Panel
	fields []*widgets.Field
	words  []*widgets.Entry // what is typed: the new password last, and once before it
	whose  func() clients.ID
	send   func(words []string)
	button *sheet.Button
	said   *widgets.Text
	sent   bool
}

func newPasswordPart(p *Panel, whose func() clients.ID, labels ...string) *passwordPart {
	part := &passwordPart{panel: p, whose: whose}
	for _, key := range labels {
		e := p.sheet.NewPasswordEntry()
		e.OnEnter = part.ask
		e.OnTyped = func(string) { part.leave() }
		part.words = append(part.words, e)
		part.fields = append(part.fields, widgets.NewField(p.t(key), e))
	}
	part.said = widgets.NewText("", widgets.TextStyle{Size: theme.SizeSmall, Lines: 3})
	part.said.Hide()
	return part
}

// objects are the fields, for a row.
func (p *passwordPart) objects() []fyne.CanvasObject {
	list := make([]fyne.CanvasObject, len(p.fields))
	for i, f := range p.fields {
		list[i] = f
	}
	return list
}

// ask looks at what was typed, and sends it.
func (p *passwordPart) ask() {
	words, right := make([]string, len(p.words)), true
	last := len(words) - 1
	for i, e := range p.words {
		words[i] = e.Text
	}
	for i, f := range p.fields {
		wrong := ""
		switch {
		case words[i] == "":
			wrong = p.panel.t("problem.missing")
		case i == last && words[i] != words[i-1]:
			wrong = p.panel.t("office.password.differ")
		case i == last-1 && widgets.Runes(words[i]) < leastPassword:
			wrong = p.panel.t("office.password.short", leastPassword)
		}
		f.SetRemark(wrong, theme.Bad)
		right = right && wrong == ""
	}
	if right {
		p.sent = true
		p.send(words)
	}
}

// leave takes what was said of the last one away, once she types anew.
func (p *passwordPart) leave() {
	if p.said.Visible() && p.sent {
		p.sent = false
		p.panel.cfg.Send(desk.PasswordLeft{})
	}
}

// live tells how far the password has come, and reports whether something moved.
func (p *passwordPart) live(s *desk.State) bool {
	now := s.Office.Password
	words, color := "", theme.Muted
	if now != nil && p.sent && now.Operator == p.whose() {
		switch {
		case now.Running:
			words = p.panel.t("office.password.running")
		case now.Problem.Code != "":
			words, color = p.panel.cfg.Words.Or(nil, "problem."+now.Problem.Code, "notice."+now.Problem.Code, "problem.other"), theme.Bad
		default:
			words, color = p.panel.t("office.password.kept"), theme.Good
			p.empty()
		}
	}
	p.button.SetEnabled(now == nil || !now.Running)
	p.said.SetColor(color)
	moved := p.said.Set(words)
	return widgets.Show(p.said, words != "") || moved
}

// forget takes away what was typed, and what was said of it.
func (p *passwordPart) forget() {
	p.empty()
	p.leave()
}

func (p *passwordPart) empty() {
	for _, e := range p.words {
		e.Replace("")
	}
}

// ownPassword is the operator's own: the old one, and the new one twice.
type ownPassword struct {
	*passwordPart
	content *fyne.Container
}

func newOwnPassword(p *Panel) *ownPassword {
	part := newPasswordPart(p, func() clients.ID { return p.state.Operator.ID }, "office.password.old", "office.password.new", "office.password.again")
	part.send = func(words []string) { p.cfg.Send(desk.PasswordAsked{Old: words[0], New: words[1]}) }
	part.button = p.sheet.NewButton(p.t("office.password.change"), widgets.Secondary, part.ask)
	return &ownPassword{part, sheet.Rows(
		sheet.Beside(nil, part.objects()...), part.said, container.New(&widgets.Flow{}, part.button))}
}
