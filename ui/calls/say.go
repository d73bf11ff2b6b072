package calls

import (
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"permanence/clients"
	"permanence/phone"
	"permanence/ui/desk"
	"permanence/ui/theme"
	"permanence/ui/widgets"
)

// day is when a call came: today the time, before that the date as well.
func (p *Panel) day(t time.Time) string {
	w, t := p.cfg.Words, t.In(p.state.Now.Location())
	y, m, d := t.Date()
	if ny, nm, nd := p.state.Now.Date(); y == ny && m == nm && d == nd {
		return w.Clock(t)
	}
	return p.t("day", t.Format("02/01"), w.Clock(t))
}

// client is for whom the call was.
func (p *Panel) client(e *desk.Entry) string {
	switch {
	case e.ClientName != "":
		return e.ClientName
	case e.Direction == phone.Outgoing:
		return "—"
	}
	return p.cfg.Words.T("client.unknown")
}

// who is with whom: the name and the number.
func (p *Panel) who(e *desk.Entry) string {
	number := nb(e.Number.Display())
	if number == "" {
		number = p.cfg.Words.T("caller.withheld")
	}
	return joined(e.Name, number)
}

// lasted is how long they spoke.
func (p *Panel) lasted(e *desk.Entry) string {
	if e.AnsweredAt.IsZero() || e.EndedAt.IsZero() {
		return ""
	}
	return p.cfg.Words.Age(e.EndedAt.Sub(e.AnsweredAt))
}

// became says all that came of a call, the gravest thing giving the colour.
func (p *Panel) became(e *desk.Entry) (string, fyne.ThemeColorName) {
	w, color := p.cfg.Words, theme.Muted
	var parts []string
	add := func(words string, c fyne.ThemeColorName) {
		parts = append(parts, words)
		if color == theme.Muted || c == theme.Bad {
			color = c
		}
	}
	switch {
	case p.state.Call(e.Call) != nil:
		add(p.t("live"), theme.Muted) // it is not over: nothing came of it yet
	case e.Missed:
		add(w.T("became.missed"), theme.Bad)
	case e.AnsweredAt.IsZero():
		add(w.Or(nil, "became.cause."+string(e.Cause), "became.not-answered"), theme.Muted)
	}
	if e.Machine && !e.Missed {
		add(w.T("became.machine"), theme.Wait)
	}
	if e.TransferredTo != "" {
		add(p.t("transferred", short(e.TransferredTo, 24)), theme.Held)
	}
	if e.Booked || e.Appointment != "" {
		add(w.T("became.booked"), theme.Good)
	}
	switch e.Delivery {
	case clients.Failed:
		add(p.t("message-failed"), theme.Bad)
	case clients.Waiting:
		add(p.t("message-waiting"), theme.Wait)
	case clients.Sent:
		add(p.t("message-sent"), theme.Good)
	default:
		if e.Message != "" {
			add(p.t("message-kept"), theme.Muted)
		}
	}
	return joined(parts...), color
}

// joined puts together what there is, with the dot that the window uses.
func joined(parts ...string) string {
	var kept []string
	for _, s := range parts {
		if s != "" {
			kept = append(kept, s)
		}
	}
	return strings.Join(kept, " · ")
}

// nb keeps a number on one line.
func nb(s string) string { return strings.ReplaceAll(s, " ", "\u00a0") }

// short cuts a name that is too long for its place.
func short(s string, runes int) string {
	if widgets.Runes(s) <= runes {
		return s
	}
	return strings.TrimSpace(string([]rune(s)[:runes-1])) + "…"
}
