package editor

import (
	"encoding/json"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"permanence/clients"
	"permanence/ui/desk"
	"permanence/ui/sheet"
	"permanence/ui/theme"
	"permanence/ui/widgets"
)

// history lists what was changed on the card: when, who, what was there before
// and after. Each line can be put back as it was before.
type history struct {
	panel   *Panel
	client  clients.ID
	shown   []desk.ClientChange
	rows    []*change
	empty   *widgets.Text
	column  *fyne.Container
	content fyne.CanvasObject
}

func newHistory(p *Panel) *history {
	h := &history{panel: p, empty: sheet.Note(p.t("history.empty"))}
	h.column = container.New(&widgets.Column{Gap: 10})
	h.content = sheet.Rows(sheet.Note(p.t("history.note")), h.empty, h.column)
	return h
}

// begin turns to another client's history, which is asked for at once: it is
// there when she turns to the page.
func (h *history) begin(client clients.ID) {
	h.client = client
	h.put(nil)
	if client != "" {
		h.panel.cfg.Send(desk.ClientHistoryAsked{Client: client, Saw: h.panel.base.Version})
	}
}

func (h *history) show(s desk.State) {
	if s.Edit == nil || s.Edit.Client != h.client || slices.Equal(s.Edit.Changes, h.shown) {
		return
	}
	h.put(s.Edit.Changes)
	h.panel.sheet.Relayout()
}

func (h *history) put(changes []desk.ClientChange) {
	h.shown = changes
	for len(h.rows) < len(changes) {
		r := newChange(h.panel)
		h.rows = append(h.rows, r)
		h.column.Add(r.box)
	}
	for i, r := range h.rows {
		widgets.Show(r.box, i < len(changes))
		if i < len(changes) {
			r.set(changes[i])
		}
	}
	widgets.Show(h.empty, len(changes) == 0)
}

// change is one line of the history.
type change struct {
	panel  *Panel
	what   desk.ClientChange
	head   *widgets.Text
	before *lineList
	after  *lineList
	undo   *sheet.Button
	box    *widgets.Box
}

func newChange(p *Panel) *change {
	c := &change{panel: p, head: widgets.NewText("", widgets.TextStyle{Cut: true})}
	c.before, c.after = newLineList("−", theme.Bad), newLineList("+", theme.Good)
	c.undo = p.sheet.NewButton(p.t("history.restore"), widgets.Secondary, c.restore)
	texts := container.New(&widgets.Column{Gap: 4}, c.head, c.before.column, c.after.column)
	style := widgets.BoxStyle{Fill: theme.Panel, Stroke: theme.Edge, Radius: 6, Pad: widgets.Pad{14, 8, 8, 8}}
	c.box = widgets.NewBox(style, container.New(&widgets.Aside{Gap: 10}, texts, container.New(&widgets.Column{}, c.undo)))
	return c
}

func (c *change) set(what desk.ClientChange) {
	c.what = what
	w, now := c.panel.cfg.Words, c.panel.state.Now
	at := what.At.In(now.Location())
	c.head.SetSpans(
		widgets.Span{Text: w.Or(nil, "editor.name-of."+what.Field, what.Field), Bold: true},
		widgets.Span{Text: "   " + joined(w.T("editor.history.at", w.Date(at, now), w.Clock(at)), what.By), Color: theme.Muted},
	)
	gone, come := contrast(Describe(w, what.Field, what.Before), Describe(w, what.Field, what.After))
	c.before.set(gone)
	c.after.set(come)
}

// restore stores the card with this field as it was before. What is being typed
// in other fields stays as it is, unsaved.
func (c *change) restore() {
	p := c.panel
	before := json.RawMessage(c.what.Before)
	if len(before) == 0 {
		before = json.RawMessage("null")
	}
	card, err := withFields(p.base, map[string]json.RawMessage{c.what.Field: before})
	if err != nil {
		p.sheet.Say(p.t("history.cannot"), theme.Bad)
		return
	}
	if same(card, p.base) {
		p.sheet.Say(p.t("history.already"), theme.Muted)
		return
	}
	p.send(card, sheet.Follow)
}
