package ui

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"permanence/clients"
	"permanence/ui/desk"
	"permanence/ui/theme"
	"permanence/ui/widgets"
)

// clientPicker says for which client an unknown called number is. The message can
// be written meanwhile.
type clientPicker struct {
	kit
	root    *fyne.Container
	entry   *widgets.Entry
	none    *widgets.Text
	buttons []*widgets.Button
	found   []*clients.Client

	ticket clients.ID
	all    []*clients.Client
	query  string
}

// pickable is how many clients are offered at once.
const pickable = 6

func newClientPicker(k kit) *clientPicker {
	p := &clientPicker{kit: k, entry: widgets.NewEntry(k.keys)}
	p.entry.OnTyped = func(q string) {
		p.query = q
		p.offer()
	}
	p.entry.OnEnter = func() {
		if p.query != "" {
			p.pick(0)
		}
	}
	p.entry.SetPlaceHolder(k.words.T("picker.placeholder"))
	p.none = widgets.NewText(k.words.T("picker.nothing"), widgets.TextStyle{Size: theme.SizeSmall, Color: theme.Faint})
	list := container.New(&widgets.Column{Gap: 6})
	for i := range pickable {
		b := widgets.NewButton("", widgets.Secondary, func() { p.pick(i) })
		b.Small()
		p.buttons = append(p.buttons, b)
	}
	for i := 0; i < pickable; i += 3 {
		list.Add(container.New(&widgets.Row{Gap: 6}, p.buttons[i], p.buttons[i+1], p.buttons[i+2]))
	}
	explain := widgets.NewText(k.words.T("picker.explain"), widgets.TextStyle{Color: theme.Ink, Lines: 2})
	field := widgets.NewField(k.words.T("picker.label"), p.entry)
	p.root = container.New(widgets.Pad{18, 14, 18, 12}, container.New(&widgets.Column{Gap: 10}, explain, field, p.none, list))
	p.root.Hide()
	return p
}

func (p *clientPicker) show(s *desk.State, ticket clients.ID) bool {
	if p.ticket == ticket && sameClients(p.all, s.Directory.List()) {
		return false
	}
	if p.ticket != ticket {
		p.query = ""
		p.entry.Replace("")
	}
	p.ticket, p.all = ticket, s.Directory.List()
	p.offer()
	return true
}

func sameClients(a, b []*clients.Client) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}

// offer puts the clients that match on the buttons.
func (p *clientPicker) offer() {
	p.found = p.found[:0]
	query := folded(p.query)
	for _, c := range p.all {
		if len(p.found) < pickable && strings.Contains(folded(c.Name+" "+c.Trade), query) {
			p.found = append(p.found, c)
		}
	}
	for i, b := range p.buttons {
		if widgets.Show(b, i < len(p.found)); i < len(p.found) {
			b.SetLabel(short(p.found[i].Name, 28))
		}
	}
	widgets.Show(p.none, len(p.found) == 0)
	widgets.Relayout(p.root)
}

func (p *clientPicker) pick(i int) {
	if i < len(p.found) {
		p.send(desk.ClientAssigned{Ticket: p.ticket, Client: p.found[i].ID})
	}
}

var accents = strings.NewReplacer(
	"à", "a", "â", "a", "ä", "a", "ç", "c", "é", "e", "è", "e", "ê", "e", "ë", "e", "î", "i", "ï", "i",
	"ô", "o", "ö", "o", "ù", "u", "û", "u", "ü", "u", "ÿ", "y", "œ", "oe", "æ", "ae", "’", "'")

// folded is a name as one types it in haste: no accents, no capitals.
func folded(s string) string { return accents.Replace(strings.ToLower(strings.TrimSpace(s))) }
