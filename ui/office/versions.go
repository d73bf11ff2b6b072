package office

import (
	"encoding/json"
	"slices"
	"strings"

	"permanence/clients"
	"permanence/phone"
	"permanence/ui/editor"
)

// face is what one version of a conflict says: whose it is, since when, and its lines.
type face struct {
	who, at string
	lines   []line
}

// line is one line of a version; own when the other does not have it.
type line struct {
	text string
	own  bool
}

// faces are both versions, the earlier first.
func (p *Conflicts) faces(c *clients.Conflict) [2]face {
	f := [2]face{p.face(&c.Earlier), p.face(&c.Later)}
	earlier, later := p.linesOf(c, &c.Earlier), p.linesOf(c, &c.Later)
	f[0].lines, f[1].lines = contrasted(earlier, later), contrasted(later, earlier)
	if c.Kind == clients.ConflictRefused {
		f[0].who, f[0].at = p.t("office"), ""
	}
	return f
}

func (p *Conflicts) face(v *clients.Version) face {
	f := face{who: p.author(v)}
	if !v.At.IsZero() {
		f.at = p.cfg.Words.When(v.At, p.state.Now)
	}
	if name := p.state.DeskNamed(v.Desk); name != f.who {
		f.at = joined(f.at, name)
	}
	return f
}

// author is who wrote a version, by the best name there is.
func (p *Conflicts) author(v *clients.Version) string {
	for _, name := range []string{p.state.OperatorName(v.By), p.state.DeskNamed(v.Desk)} {
		if name != "" {
			return name
		}
	}
	return p.t("somebody")
}

// authors are both, as the list tells them.
func (p *Conflicts) authors(c *clients.Conflict) string {
	if c.Kind == clients.ConflictRefused {
		return p.author(&c.Later)
	}
	a, b := p.author(&c.Earlier), p.author(&c.Later)
	if a == b {
		return a
	}
	return p.cfg.Words.List([]string{a, b})
}

// contrasted marks the lines that the other version does not have.
func contrasted(lines, other []string) []line {
	list := make([]line, len(lines))
	for i, l := range lines {
		list[i] = line{text: l, own: !slices.Contains(other, l)}
	}
	return list
}

// linesOf is what a version says, line by line.
func (p *Conflicts) linesOf(c *clients.Conflict, v *clients.Version) []string {
	switch {
	case c.Kind == clients.ConflictOverlap:
		return p.appointmentLines(p.appointment(v))
	case c.Kind == clients.ConflictField:
		if lines := editor.Describe(p.cfg.Words, c.Field, v.Value); len(lines) > 0 {
			return lines
		}
		return []string{p.t("blank")}
	case v == &c.Later:
		return p.refusedLines(v)
	}
	if c.Held() {
		return []string{p.t("held.why")}
	}
	why := p.cfg.Words.Or([]any{"", "", ""}, "problem."+c.Code, "notice."+c.Code, "problem.other")
	return []string{strings.TrimRight(why, " :\u00a0")} // what it was about stands beside it
}

// appointment is what a version of an overlap speaks of: as it stands in the agenda in
// view, or as the version brings it.
func (p *Conflicts) appointment(v *clients.Version) clients.Appointment {
	for _, a := range p.state.Agenda.Appointments {
		if a.ID == v.Ref {
			return a
		}
	}
	var a clients.Appointment
	_ = json.Unmarshal([]byte(v.Value), &a) // what cannot be read shows nothing
	return a
}

func (p *Conflicts) appointmentLines(a clients.Appointment) []string {
	if a.Start.IsZero() {
		return []string{p.t("unread")}
	}
	w, at := p.cfg.Words, p.local(a)
	lines := []string{w.Day(at.Start), p.t("from-to", w.Clock(at.Start), w.Clock(at.End)), a.Name}
	number := phone.ParseNumber(a.Number)
	for _, s := range []string{nb(number.Display()), a.Note} {
		if s != "" {
			lines = append(lines, s)
		}
	}
	return lines
}

// local is an appointment in the time of its client.
func (p *Conflicts) local(a clients.Appointment) clients.Appointment {
	zone := p.state.Now.Location()
	if a.Client == p.state.Agenda.Client && !p.state.Agenda.Day.IsZero() {
		zone = p.state.Agenda.Day.Location()
	}
	a.Start, a.End = a.Start.In(zone), a.End.In(zone)
	return a
}

// refusedLines are what a refused change wanted, as far as it can be told.
func (p *Conflicts) refusedLines(v *clients.Version) []string {
	change, err := clients.DecodeChange(v.Name, []byte(v.Value))
	if err != nil {
		return []string{p.t("untold")}
	}
	switch c := change.(type) {
	case clients.BookAppointment:
		return p.appointmentLines(c.Appointment)
	case clients.MoveAppointment:
		return p.appointmentLines(clients.Appointment{Start: c.Start, End: c.End})
	case clients.TakeMessage:
		return nonEmpty(c.Message.Name, c.Message.Number, c.Message.Text)
	case clients.CreateClient:
		return nonEmpty(c.Client.Name, c.Client.Trade)
	case clients.PatchClient:
		return p.patchLines(c)
	case clients.CancelAppointment:
		return p.appointmentLines(p.appointment(&clients.Version{Ref: c.Appointment}))
	case clients.SaveOperator:
		return p.operatorLines(c.Operator)
	case clients.Erase:
		return nonEmpty(p.t("erase."+c.Kind), c.Reason)
	}
	return []string{p.t("untold")}
}

func (p *Conflicts) operatorLines(o clients.Operator) []string {
	lines := nonEmpty(o.Name, o.Email)
	if o.Left {
		return append(lines, p.t("operator.left"))
	}
	if o.Role == clients.Supervisor {
		lines = append(lines, p.t("operator.supervisor"))
	}
	if len(o.Clients) == 0 {
		return append(lines, p.t("operator.everybody"))
	}
	return append(lines, p.cfg.Words.N("conflict.operator.clients", len(o.Clients)))
}

func (p *Conflicts) patchLines(c clients.PatchClient) []string {
	var lines []string
	for field, value := range c.Fields {
		for _, l := range editor.Describe(p.cfg.Words, field, string(value)) {
			lines = append(lines, p.cfg.Words.T("conflict.named", p.fieldName(field), l))
		}
	}
	slices.Sort(lines)
	return lines
}

func nonEmpty(list ...string) []string {
	return slices.DeleteFunc(list, func(s string) bool { return s == "" })
}

func (p *Conflicts) fieldName(field string) string {
	return p.cfg.Words.Or(nil, "editor.name-of."+field, field)
}

// clientName is whom a conflict is about. A client that the office refused is in no
// list: its name stands in what was asked for.
func (p *Conflicts) clientName(c *clients.Conflict) string {
	if found := p.state.Directory.Client(c.Client); found != nil {
		return found.Name
	}
	change, err := clients.DecodeChange(c.Later.Name, []byte(c.Later.Value))
	if created, ok := change.(clients.CreateClient); err == nil && ok {
		return created.Client.Name
	}
	return ""
}

// titleOf is what is in question.
func (p *Conflicts) titleOf(c *clients.Conflict) string {
	switch c.Kind {
	case clients.ConflictField:
		return p.fieldName(c.Field)
	case clients.ConflictOverlap:
		return p.t("overlap")
	}
	kind := kindOf(c)
	return p.cfg.Words.Or(nil, "conflict."+kind+"."+c.Later.Name, "conflict."+kind)
}

// kindOf is the word under which the sentences of a conflict stand.
func kindOf(c *clients.Conflict) string {
	if c.Held() {
		return "held"
	}
	return string(c.Kind)
}

func (p *Conflicts) leadOf(c *clients.Conflict) string { return p.t("lead." + kindOf(c)) }

// wayOf is what a choice does to a conflict.
func (p *Conflicts) wayOf(c *clients.Conflict, choice clients.Choice) string {
	return p.t("way." + kindOf(c) + "." + string(choice))
}
