package settings

import (
	"net"
	"net/netip"
	"strconv"
	"strings"

	"permanence/clients"
	"permanence/phone"
	"permanence/ui/theme"
)

// troubles are the sentences of what is wrong, by path, in the order found.
type troubles []trouble

type trouble struct{ path, sentence string }

func (t troubles) at(path string) string {
	for _, x := range t {
		if x.path == path {
			return x.sentence
		}
	}
	return ""
}

// The pages by the beginning of the paths on them.
var pageOf = map[string]int{"lines": 0, "sound": 1, "mail": 2, "appearance": 3, "operator": 4, "forwards": 5, "partners": 6}

// page is the first page on which something is wrong.
func (t troubles) page() int {
	first := len(pageOf)
	for _, x := range t {
		first = min(first, x.page())
	}
	return first
}

func (t trouble) page() int {
	root, _, _ := strings.Cut(t.path, ".")
	root, _, _ = strings.Cut(root, "[")
	return pageOf[root]
}

// review reads what was typed, finds what is wrong with it, and shows both.
func (p *Panel) review() {
	p.wrong = nil
	p.draft = p.base.copy()
	for _, g := range p.pages {
		g.Read(&p.draft, "", p.report)
	}
	for i := range p.draft.lines {
		p.checkLine("lines["+strconv.Itoa(i)+"].", &p.draft.lines[i])
	}
	p.checkMail()
	p.checkAway()
	p.checkOperator()
	p.mark()
}

func (p *Panel) report(path, sentence string) {
	if p.wrong.at(path) == "" {
		p.wrong = append(p.wrong, trouble{path, sentence})
	}
}

func (p *Panel) mark() {
	for i, g := range p.pages {
		g.Mark("", p.wrong.at)
		wrong := false
		for _, x := range p.wrong {
			wrong = wrong || x.page() == i
		}
		p.sheet.Mark(i, wrong)
	}
	for i, l := range p.parts.lines {
		if i < len(p.draft.lines) {
			l.arrange(&p.draft.lines[i])
		}
	}
	for _, c := range p.parts.choices {
		c.offer(p.draft.lines)
	}
	p.tell()
}

func (p *Panel) tell() {
	switch {
	case p.sending != nil:
	case !p.dirty():
		p.sheet.Say("", theme.Muted)
	case len(p.wrong) > 0:
		p.sheet.Say(p.cfg.Words.N("settings.wrong", len(p.wrong)), theme.Bad)
	default:
		p.sheet.Say(p.t("unsaved"), theme.Muted)
	}
}

func (p *Panel) checkLine(at string, l *phone.Line) {
	p.need(at+"label", l.Label)
	p.checkWire(at, l)
	if l.Direct {
		if !validAddress(l.Bind) {
			p.report(at+"bind", p.t("problem.address"))
		}
		return
	}
	p.need(at+"user", l.User)
	p.need(at+"domain", l.Domain)
	if l.Domain != "" && !validHost(l.Domain) {
		p.report(at+"domain", p.t("problem.host"))
	}
	if l.Proxy != "" && !validHost(l.Proxy) {
		p.report(at+"proxy", p.t("problem.host"))
	}
}

// checkMail asks for nothing while no server is given: a desk may send no mail.
func (p *Panel) checkMail() {
	m := p.draft.mail
	if m.Host == "" {
		return
	}
	if !validHost(m.Host) {
		p.report("mail.host", p.t("problem.host"))
	}
	if m.Port < 1 || m.Port > 65535 {
		p.report("mail.port", p.t("problem.port"))
	}
	if !clients.ValidEmail(m.From) {
		p.report("mail.from", p.t("problem.mail"))
	}
}

// checkOperator asks for a name only from who has begun to give one.
func (p *Panel) checkOperator() {
	o := p.draft.operator
	if o.Equal(p.base.operator) {
		return
	}
	p.need("operator.name", o.Name)
	if o.Email != "" && !clients.ValidEmail(o.Email) {
		p.report("operator.email", p.t("problem.mail"))
	}
}

func (p *Panel) need(path, value string) {
	if strings.TrimSpace(value) == "" {
		p.report(path, p.t("problem.missing"))
	}
}

// validHost reports whether s names a machine, with a port or without.
func validHost(s string) bool {
	if host, port, err := net.SplitHostPort(s); err == nil {
		return host != "" && validPort(port) && !strings.ContainsAny(host, " /@")
	}
	return s != "" && !strings.ContainsAny(s, " /@:") || net.ParseIP(s) != nil
}

// validPeer reports whether s names who may call: a host, an address or a network.
func validPeer(s string) bool {
	if _, err := netip.ParsePrefix(s); err == nil {
		return true
	}
	return validHost(s)
}

// validAddress reports whether s is an address to listen on: "192.168.1.10:5060",
// ":5060", ":0".
func validAddress(s string) bool {
	host, port, err := net.SplitHostPort(s)
	return err == nil && validPort(port) && !strings.ContainsAny(host, " /@")
}

func validPort(s string) bool {
	n, err := strconv.Atoi(s)
	return err == nil && n >= 0 && n <= 65535
}
