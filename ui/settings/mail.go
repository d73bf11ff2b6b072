package settings

import (
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"permanence/clients"
	"permanence/ui/desk"
	"permanence/ui/sheet"
	"permanence/ui/theme"
	"permanence/ui/widgets"
)

// The words for the security of the connection, as the settings keep them.
const (
	startTLS = "starttls"
	fullTLS  = "tls"
	noTLS    = "none"
)

func (p *Panel) mailPage(g *form) fyne.CanvasObject {
	host := sheet.Text(g, p.in("mail.host", "mail.host"), func(d *draft) *string { return &d.mail.Host })
	port := sheet.Parsed(g, p.in("mail.port", "mail.port"),
		func(d *draft) string { return formatPort(d.mail.Port) },
		func(d *draft, s string) string { return p.setPort(&d.mail.Port, s) })
	security := sheet.Pick(g, p.in("mail.security", "mail.security"),
		p.choices("mail.security", startTLS, fullTLS, noTLS), func(d *draft) *string { return &d.mail.Security })
	user := sheet.Text(g, p.in("mail.user", "mail.user"), func(d *draft) *string { return &d.mail.User })
	password := newSecret(p, g, func(*draft) string { return desk.SecretOfMail },
		func(string) bool { return p.base.mail.User != "" })
	from := sheet.Text(g, p.in("mail.from", "mail.from"), func(d *draft) *string { return &d.mail.From })
	name := sheet.Text(g, p.in("mail.name", "mail.name"), func(d *draft) *string { return &d.mail.FromName })
	ca := sheet.Text(g, p.in("mail.ca", "mail.ca"), func(d *draft) *string { return &d.mail.CA })
	p.parts.mail = newMailTest(p)
	return sheet.Sections(
		sheet.Headed(p.t("mail.server"), p.t("mail.server.note"),
			sheet.Beside([]float32{3, 1}, host, port), security, sheet.Beside(nil, user, password), ca),
		sheet.Headed(p.t("mail.sender"), p.t("mail.sender.note"), sheet.Beside(nil, from, name)),
		p.parts.mail.content,
	)
}

func formatPort(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func (p *Panel) setPort(at *int, s string) string {
	n, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil && strings.TrimSpace(s) != "" {
		return p.t("problem.port")
	}
	*at = n
	return ""
}

// mailTest sends a test mail with the settings as they are typed.
type mailTest struct {
	panel   *Panel
	to      *widgets.Entry
	field   *widgets.Field
	result  *widgets.Text
	content fyne.CanvasObject
}

func newMailTest(p *Panel) *mailTest {
	t := &mailTest{panel: p, to: p.sheet.NewEntry()}
	t.to.PlaceHolder = p.t("mail.to.hint")
	t.to.OnEnter = t.send
	t.field = widgets.NewField(p.t("mail.to"), t.to)
	t.result = widgets.NewText("", widgets.TextStyle{Size: theme.SizeSmall, Lines: 4})
	button := p.sheet.NewButton(p.t("mail.test"), widgets.Secondary, t.send)
	under := container.New(widgets.Pad{0, 26, 0, 0}, container.New(&widgets.Flow{}, button))
	row := sheet.Beside([]float32{3, 2}, t.field, under)
	t.content = sheet.Headed(p.t("mail.try"), p.t("mail.try.note"), row, t.result)
	return t
}

func (t *mailTest) send() {
	to := strings.TrimSpace(t.to.Text)
	if !clients.ValidEmail(to) {
		t.field.SetRemark(t.panel.t("problem.mail"), theme.Bad)
		return
	}
	t.field.SetRemark("", theme.Bad)
	t.panel.cfg.Send(desk.MailTested{
		Mail: t.panel.draft.mail, Password: t.panel.secrets[desk.SecretOfMail], To: to,
	})
}

func (t *mailTest) live(s *desk.State) {
	t.panel.showCheck(t.result, s.Checks[desk.SecretOfMail], "mail")
}
