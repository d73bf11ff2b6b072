package editor

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"permanence/clients"
	"permanence/phone"
	"permanence/ui/sheet"
	"permanence/ui/widgets"
)

func (p *Panel) callsPage(g *form) fyne.CanvasObject {
	p.parts.types = sheet.NewList(g, sheet.ListConfig[client, clients.CallType]{
		Path: "call_types", At: func(c *client) *[]clients.CallType { return &c.CallTypes },
		Build: p.callTypeCard,
		Fresh: func() clients.CallType { return clients.CallType{} },
		Name:  func(v clients.CallType) string { return v.Label },
		Add:   p.t("type.add"), Empty: p.t("type.empty"),
	})
	fields := sheet.NewList(g, sheet.ListConfig[client, clients.Field]{
		Path: "fields", At: func(c *client) *[]clients.Field { return &c.Fields },
		Build: p.fieldCard,
		Fresh: func() clients.Field { return clients.Field{} },
		Name:  func(v clients.Field) string { return v.Label },
		Add:   p.t("field.add"), Empty: p.t("field.empty"),
	})
	return sheet.Sections(
		sheet.Headed(p.t("types"), p.t("types.note"), p.parts.types.Content()),
		sheet.Headed(p.t("fields"), p.t("fields.note"), fields.Content()),
	)
}

func (p *Panel) callTypeCard(g *sheet.Group[clients.CallType]) fyne.CanvasObject {
	type callType = clients.CallType
	label := sheet.Text(g, p.in("key", "type.label"), func(v *callType) *string { return &v.Label })
	urgent := sheet.Tick(g, p.t("type.urgent"), func(v *callType) *bool { return &v.Urgent })
	unwanted := sheet.Tick(g, p.t("type.unwanted"), func(v *callType) *bool { return &v.Unwanted })
	questions := sheet.Parsed(g, tall(p.in("questions", "type.questions"), 3),
		func(v *callType) string { return strings.Join(v.Questions, "\n") },
		func(v *callType, s string) string { v.Questions = lines(s); return "" })
	left := sheet.Rows(label, container.New(&widgets.Flow{Gap: 18}, urgent, unwanted))
	return sheet.Beside([]float32{2, 3}, left, questions)
}

func (p *Panel) fieldCard(g *sheet.Group[clients.Field]) fyne.CanvasObject {
	label := sheet.Text(g, p.in("key", "field.label"), func(v *clients.Field) *string { return &v.Label })
	required := sheet.Tick(g, p.t("field.required"), func(v *clients.Field) *bool { return &v.Required })
	return sheet.Beside([]float32{2, 3}, label, container.New(widgets.Pad{0, 26, 0, 0}, required))
}

// lines are the lines of a text that say something.
func lines(s string) []string {
	var list []string
	for line := range strings.Lines(s) {
		if line = strings.TrimSpace(line); line != "" {
			list = append(list, line)
		}
	}
	return list
}

func (p *Panel) contactsPage(g *form) fyne.CanvasObject {
	list := sheet.NewList(g, sheet.ListConfig[client, clients.Contact]{
		Path: "contacts", At: func(c *client) *[]clients.Contact { return &c.Contacts },
		Build: p.contactCard,
		Fresh: func() clients.Contact { return clients.Contact{} },
		Name:  func(v clients.Contact) string { return v.Name },
		Add:   p.t("contact.add"), Empty: p.t("contact.empty"),
	})
	return sheet.Rows(sheet.Note(p.t("contacts.note")), list.Content())
}

func (p *Panel) contactCard(g *sheet.Group[clients.Contact]) fyne.CanvasObject {
	type contact = clients.Contact
	name := sheet.Text(g, p.in("name", "contact.name"), func(v *contact) *string { return &v.Name })
	role := sheet.Text(g, p.in("role", "contact.role"), func(v *contact) *string { return &v.Role })
	number := sheet.Parsed(g, p.in("number", "contact.number"),
		func(v *contact) string { return formatNumber(v.Number) },
		func(v *contact, s string) string { return p.setNumber(&v.Number, s) })
	email := sheet.Text(g, p.in("email", "contact.email"), func(v *contact) *string { return &v.Email })
	when := sheet.Text(g, p.in("when", "contact.when"), func(v *contact) *string { return &v.When })
	key := sheet.Text(g, p.in("key", "contact.key"), func(v *contact) *string { return &v.Key })
	return sheet.Rows(
		sheet.Beside(nil, name, role),
		sheet.Beside(nil, number, email),
		sheet.Beside([]float32{3, 1}, when, key),
	)
}

// setNumber reads a telephone number; nothing is none.
func (p *Panel) setNumber(at *string, s string) string {
	n := phone.ParseNumber(s)
	if n == "" && strings.TrimSpace(s) != "" {
		return p.t("problem.number", s)
	}
	*at = string(n)
	return ""
}
