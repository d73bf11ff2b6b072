package office

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"permanence/ui/desk"
	"permanence/ui/sheet"
	"permanence/ui/theme"
	"permanence/ui/widgets"
)

// login asks for a name and a password. The password goes to the core and stays
// nowhere.
type login struct {
	panel          *Team
	name, password *widgets.Entry
	wrong          *widgets.Text
	enter          *widgets.KeyButton
	content        *fyne.Container
	running        bool
}

func newLogin(p *Team) *login {
	l := &login{panel: p}
	l.name, l.password = widgets.NewEntry(p.cfg.Keys), widgets.NewPasswordEntry(p.cfg.Keys)
	l.name.OnEnter, l.password.OnEnter = l.send, l.send
	l.wrong = widgets.NewText("", widgets.TextStyle{Size: theme.SizeSmall, Color: theme.Bad, Lines: 4})
	l.enter = widgets.NewKeyButton(p.t("login.enter"), p.cfg.Words.T("key.enter"), widgets.Primary, l.send)
	l.content = container.New(&widgets.Column{Gap: 12}, widgets.Heading(p.t("login")), sheet.Note(p.t("login.note")),
		widgets.NewField(p.t("login.name"), l.name), widgets.NewField(p.t("login.password"), l.password),
		l.wrong, container.New(&widgets.Flow{}, l.enter))
	return l
}

// first is what is to be typed first.
func (l *login) first() fyne.Focusable {
	if l.name.Text != "" {
		return l.password
	}
	return l.name
}

func (l *login) show(s *desk.State) {
	now := s.Office.Login
	if l.name.Text == "" && !l.name.Focused() {
		l.name.Replace(s.Operator.Name)
	}
	l.running = now != nil && now.Running
	l.enter.SetEnabled(!l.running)
	words, color := "", theme.Bad
	switch {
	case l.running:
		words, color = l.panel.t("login.running"), theme.Muted
	case now != nil && now.Problem.Code != "":
		words = l.panel.cfg.Words.Or(nil, "problem."+now.Problem.Code, "notice."+now.Problem.Code, "problem.other")
	}
	l.wrong.SetColor(color)
	l.wrong.Set(words)
	widgets.Show(l.wrong, words != "")
}

// send asks the office to let her in. A name without a password goes on to that.
func (l *login) send() {
	name := strings.TrimSpace(l.name.Text)
	if name == "" || l.running {
		return
	}
	if l.password.Text == "" {
		if c := fyne.CurrentApp().Driver().CanvasForObject(l.content); c != nil {
			c.Focus(l.password)
		}
		return
	}
	l.panel.cfg.Send(desk.LoginAsked{Name: name, Password: l.password.Text})
	l.password.Replace("")
}
