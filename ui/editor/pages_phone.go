package editor

import (
	"fyne.io/fyne/v2"

	"permanence/clients"
	"permanence/ui/forwards"
	"permanence/ui/sheet"
	"permanence/ui/words"
)

// phonePage is what the telephone does for this client: where it is, what its
// calls do by themselves, whose number is shown.
func (p *Panel) phonePage(g *form) fyne.CanvasObject {
	address := sheet.Text(g, tall(p.in("address", "address"), 2), func(c *client) *string { return &c.Address })
	auto := sheet.Tick(g, p.t("auto"), func(c *client) *bool { return &c.AutoAnswer })
	list := sheet.NewList(g, sheet.ListConfig[client, clients.Forward]{
		Path: "forwards", At: func(c *client) *[]clients.Forward { return &c.Forwards },
		Build: func(g *sheet.Group[clients.Forward]) fyne.CanvasObject {
			return forwards.Card(g, p.cfg.Words, "", func(f *clients.Forward) *clients.Forward { return f })
		},
		Fresh: forwards.Fresh,
		Name:  func(f clients.Forward) string { return formatNumber(f.To) },
		Add:   p.cfg.Words.T("forward.add"), Empty: p.cfg.Words.T("forward.empty"),
	})
	return sheet.Sections(
		sheet.Headed(p.t("forwards"), p.t("forwards.note"), list.Content()),
		sheet.Headed(p.t("caller-id"), p.t("caller-id.note"), p.agreement(g)),
		sheet.Headed(p.t("place"), p.t("place.note"), address, auto),
	)
}

// agreement is the written one by which the client's number may be shown.
func (p *Panel) agreement(g *form) fyne.CanvasObject {
	number := sheet.Parsed(g, p.in("caller_id.number", "caller-id.number"),
		func(c *client) string { return formatNumber(c.CallerID.Number) },
		func(c *client, s string) string { return p.setNumber(&c.CallerID.Number, s) })
	date := sheet.Text(g, p.in("caller_id.agreed_on", "caller-id.agreed-on"), func(c *client) *string { return &c.CallerID.AgreedOn })
	by := sheet.Text(g, p.in("caller_id.by", "caller-id.by"), func(c *client) *string { return &c.CallerID.By })
	document := sheet.Text(g, p.in("caller_id.document", "caller-id.document"), func(c *client) *string { return &c.CallerID.Document })
	return sheet.Rows(sheet.Beside(nil, number, date), sheet.Beside(nil, by, document))
}

// forwardLine writes a forward in the history of a card.
func forwardLine(w *words.Book, f clients.Forward) string {
	situation := w.T("forward.when." + string(f.When))
	if f.When == clients.ForwardNoAnswer {
		situation = w.N("forward.no-answer-after", f.After)
	}
	return joined(formatNumber(f.To), f.Name, situation, forwards.FormatWeek(w, f.Hours), when(f.Off, w.T("forward.off")))
}

func agreementLine(_ *words.Book, c *clients.Client) []string {
	a := c.CallerID
	return single(joined(formatNumber(a.Number), a.AgreedOn, a.By, a.Document))
}
