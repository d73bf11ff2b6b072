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

type (
	client = clients.Client
	form   = sheet.Group[client]
)

// pageFields says on which page each field of a card is edited, by its JSON name.
var pageFields = [][]string{
	{"name", "trade", "color", "language", "dids", "archived"},
	{"greetings", "hours"},
	{"instructions"},
	{"call_types", "fields"},
	{"faq"},
	{"contacts"},
	{"recipients"},
	{"agenda"},
	{"forwards", "caller_id", "address", "auto_answer"},
	{"voice", "health"},
}

// pageOf finds the page of a path; what is nowhere counts for the first.
func pageOf(path string) int {
	field, _, _ := strings.Cut(path, ".")
	field, _, _ = strings.Cut(field, "[")
	for i, fields := range pageFields {
		for _, f := range fields {
			if f == field {
				return i
			}
		}
	}
	return 0
}

func indexed(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }

func (p *Panel) addPages() {
	for _, page := range []struct {
		key   string
		build func(g *form) fyne.CanvasObject
	}{
		{"card", p.cardPage},
		{"welcome", p.welcomePage},
		{"instructions", p.instructionsPage},
		{"calls", p.callsPage},
		{"faq", p.faqPage},
		{"contacts", p.contactsPage},
		{"recipients", p.recipientsPage},
		{"agenda", p.agendaPage},
		{"phone", p.phonePage},
		{"voice", p.voicePage},
	} {
		g := sheet.NewGroup[client](p.sheet, p.review)
		p.pages = append(p.pages, g)
		clashes, form := newClashList(p), page.build(g)
		p.parts.clashes = append(p.parts.clashes, clashes)
		p.sheet.AddPage(p.t("page."+page.key), container.New(&widgets.Column{Gap: 16, Grow: form}, clashes.column, form))
	}
	p.parts.history = newHistory(p)
	p.sheet.AddPage(p.t("page.history"), p.parts.history.content)
}

// t says a sentence of the editor.
func (p *Panel) t(key string, args ...any) string { return p.cfg.Words.T("editor."+key, args...) }

// in describes an entry whose label and hint stand in the translation.
func (p *Panel) in(path, key string) sheet.Input {
	in := sheet.Input{Path: path, Label: p.t(key)}
	if hint := "editor." + key + ".hint"; p.cfg.Words.Has(hint) {
		in.Hint = p.cfg.Words.T(hint)
	}
	return in
}

func tall(in sheet.Input, rows int) sheet.Input {
	in.Rows = rows
	return in
}

func (p *Panel) cardPage(g *form) fyne.CanvasObject {
	name := sheet.Text(g, p.in("name", "name"), func(c *client) *string { return &c.Name })
	p.parts.first = g.EntryAt("name")
	trade := sheet.Text(g, p.in("trade", "trade"), func(c *client) *string { return &c.Trade })
	dids := sheet.Parsed(g, tall(p.in("dids", "dids"), 4),
		func(c *client) string { return formatNumbers(c.DIDs) },
		func(c *client, s string) string { c.DIDs = parseNumbers(s); return "" })
	language := sheet.Text(g, p.in("language", "language"), func(c *client) *string { return &c.Language })
	return sheet.Rows(
		sheet.Beside([]float32{3, 2}, name, trade),
		sheet.Under(dids, p.t("dids.note")),
		p.colorRow(g),
		sheet.Beside([]float32{1, 3}, language, sheet.Note("")),
		sheet.Tick(g, p.t("archived"), func(c *client) *bool { return &c.Archived }),
	)
}

func (p *Panel) colorRow(g *form) fyne.CanvasObject {
	hex := sheet.Text(g, p.in("color", "color"), func(c *client) *string { return &c.Color })
	entry := g.EntryAt("color")
	p.parts.palette = newPalette(p.sheet, func(c string) { entry.SetText(c) })
	return sheet.Beside([]float32{3, 1}, widgets.NewField(p.t("palette"), p.parts.palette), hex)
}

func (p *Panel) welcomePage(g *form) fyne.CanvasObject {
	list := sheet.NewList(g, sheet.ListConfig[client, clients.Greeting]{
		Path: "greetings", At: func(c *client) *[]clients.Greeting { return &c.Greetings },
		Build: p.greetingCard,
		Fresh: func() clients.Greeting { return clients.Greeting{} },
		Name:  func(v clients.Greeting) string { return v.Text },
		Add:   p.t("greeting.add"), Empty: p.t("greeting.empty"),
	})
	return sheet.Sections(
		sheet.Headed(p.t("greetings"), p.t("greetings.note"), list.Content()),
		sheet.Headed(p.t("hours"), p.t("hours.note"),
			p.week(g, "hours", func(c *client) *clients.Week { return &c.Hours })),
	)
}

func (p *Panel) greetingCard(g *sheet.Group[clients.Greeting]) fyne.CanvasObject {
	type greeting = clients.Greeting
	text := sheet.Text(g, p.in("text", "greeting.text"), func(v *greeting) *string { return &v.Text })
	from := sheet.Parsed(g, p.in("from", "greeting.from"),
		func(v *greeting) string { return formatEnd(v.From, v) },
		func(v *greeting, s string) string { return p.setMinute(&v.From, s) })
	to := sheet.Parsed(g, p.in("to", "greeting.to"),
		func(v *greeting) string { return formatEnd(v.To, v) },
		func(v *greeting, s string) string { return p.setMinute(&v.To, s) })
	language := sheet.Text(g, p.in("language", "greeting.language"), func(v *greeting) *string { return &v.Language })
	closed := sheet.Tick(g, p.t("greeting.closed"), func(v *greeting) *bool { return &v.Closed })
	return sheet.Rows(text, sheet.Beside([]float32{1, 1, 1}, from, to, language), closed)
}

// formatEnd writes an end of a greeting's time; all day is written as nothing.
func formatEnd(m clients.Minute, v *clients.Greeting) string {
	if v.From == v.To {
		return ""
	}
	return m.String()
}

// setMinute reads a time of day; nothing is midnight.
func (p *Panel) setMinute(at *clients.Minute, s string) string {
	if strings.TrimSpace(s) == "" {
		*at = 0
		return ""
	}
	m, ok := sheet.ParseMinute(s)
	if !ok {
		return p.t("problem.time", s)
	}
	*at = m
	return ""
}

func (p *Panel) instructionsPage(g *form) fyne.CanvasObject {
	text := sheet.Text(g, tall(p.in("instructions", "instructions"), 12), func(c *client) *string { return &c.Instructions })
	p.parts.preview = newPreview()
	both := container.New(&widgets.Columns{Gap: 16, Fill: true, Least: 190}, text, widgets.NewField(p.t("preview"), p.parts.preview.content))
	return container.New(&widgets.Column{Gap: 8, Grow: both}, both, sheet.Note(p.t("instructions.note")))
}

func (p *Panel) faqPage(g *form) fyne.CanvasObject {
	list := sheet.NewList(g, sheet.ListConfig[client, clients.FAQ]{
		Path: "faq", At: func(c *client) *[]clients.FAQ { return &c.FAQ },
		Build: func(g *sheet.Group[clients.FAQ]) fyne.CanvasObject {
			return sheet.Rows(
				sheet.Text(g, p.in("question", "faq.question"), func(v *clients.FAQ) *string { return &v.Question }),
				sheet.Text(g, tall(p.in("answer", "faq.answer"), 2), func(v *clients.FAQ) *string { return &v.Answer }))
		},
		Fresh: func() clients.FAQ { return clients.FAQ{} },
		Name:  func(v clients.FAQ) string { return v.Question },
		Add:   p.t("faq.add"), Empty: p.t("faq.empty"),
	})
	return sheet.Rows(sheet.Note(p.t("faq.note")), list.Content())
}
