package editor

import (
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"permanence/clients"
	"permanence/ui/sheet"
	"permanence/ui/widgets"
)

func (p *Panel) recipientsPage(g *form) fyne.CanvasObject {
	list := sheet.NewList(g, sheet.ListConfig[client, clients.Recipient]{
		Path: "recipients", At: func(c *client) *[]clients.Recipient { return &c.Recipients },
		Build: p.recipientCard,
		Fresh: func() clients.Recipient { return clients.Recipient{Channel: "mail"} },
		Name:  func(v clients.Recipient) string { return v.Name },
		Add:   p.t("recipient.add"), Empty: p.t("recipient.empty"),
	})
	return sheet.Rows(sheet.Note(p.t("recipients.note")), list.Content())
}

func (p *Panel) recipientCard(g *sheet.Group[clients.Recipient]) fyne.CanvasObject {
	type recipient = clients.Recipient
	name := sheet.Text(g, p.in("name", "recipient.name"), func(v *recipient) *string { return &v.Name })
	address := sheet.Text(g, p.in("address", "recipient.address"), func(v *recipient) *string { return &v.Address })
	r := newRoute(p, g)
	return sheet.Rows(sheet.Beside(nil, name, address), r.content)
}

func (p *Panel) agendaPage(g *form) fyne.CanvasObject {
	duration := sheet.Parsed(g, p.in("agenda.duration", "agenda.duration"),
		func(c *client) string { return formatCount(c.Agenda.Duration) },
		func(c *client, s string) string { return p.setCount(&c.Agenda.Duration, s) })
	notice := sheet.Parsed(g, p.in("agenda.min_notice", "agenda.notice"),
		func(c *client) string { return formatCount(c.Agenda.MinNotice) },
		func(c *client, s string) string { return p.setCount(&c.Agenda.MinNotice, s) })
	zone := sheet.Text(g, p.in("agenda.zone", "agenda.zone"), func(c *client) *string { return &c.Agenda.Zone })
	emergency := sheet.Parsed(g, p.in("agenda.emergency", "agenda.emergency"),
		func(c *client) string { return sheet.FormatRanges(c.Agenda.Emergency) },
		func(c *client, s string) string { return p.setRanges(&c.Agenda.Emergency, s) })
	return sheet.Sections(
		sheet.Under(sheet.Beside(nil, duration, notice, zone), p.t("agenda.note")),
		sheet.Headed(p.t("agenda.hours"), p.t("hours.note"),
			p.week(g, "agenda.hours", func(c *client) *clients.Week { return &c.Agenda.Hours })),
		sheet.Headed(p.t("agenda.urgent"), p.t("agenda.urgent.note"), emergency),
	)
}

// week adds one entry a day, Monday first, and a button that gives Monday's
// hours to the other working days.
func (p *Panel) week(g *form, path string, at func(*client) *clients.Week) fyne.CanvasObject {
	days := make([]fyne.CanvasObject, len(sheet.Weekdays))
	for i, d := range sheet.Weekdays {
		in := sheet.Input{
			Path: indexed(path, int(d)), Hint: p.t("day.closed"),
			Label: p.cfg.Words.T("weekday." + strconv.Itoa(int(d))),
		}
		days[i] = sheet.Parsed(g, in,
			func(c *client) string { return sheet.FormatRanges(at(c)[d]) },
			func(c *client, s string) string { return p.setRanges(&at(c)[d], s) })
	}
	monday := g.EntryAt(indexed(path, int(sheet.Weekdays[0])))
	spread := p.sheet.NewButton(p.t("day.spread"), widgets.Secondary, func() {
		for _, d := range sheet.Weekdays[1:5] {
			g.EntryAt(indexed(path, int(d))).SetText(monday.Text)
		}
	})
	return sheet.Rows(
		sheet.Beside(nil, days[:4]...),
		sheet.Beside(nil, days[4], days[5], days[6], container.New(widgets.Pad{0, 23, 0, 0}, spread)),
	)
}

func (p *Panel) setRanges(at *[]clients.Range, s string) string {
	list, bad := sheet.ParseRanges(s)
	if bad != "" {
		return p.t("problem.range", bad)
	}
	*at = list
	return ""
}

// formatCount writes a number of minutes; none is written as nothing.
func formatCount(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func (p *Panel) setCount(at *int, s string) string {
	if s = strings.TrimSpace(s); s == "" {
		*at = 0
		return ""
	}
	n, err := strconv.Atoi(strings.TrimSpace(strings.TrimSuffix(s, "min")))
	if err != nil {
		return p.t("problem.count", s)
	}
	*at = n
	return ""
}
