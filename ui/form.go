package ui

import (
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"permanence/clients"
	"permanence/ui/desk"
	"permanence/ui/theme"
	"permanence/ui/widgets"
)

// countFrom is from how many characters on the counter is shown.
const countFrom = desk.MaxText - 200

// form is the message being typed for the ticket in front.
type form struct {
	kit
	root *widgets.Box

	sound        *soundRow
	name, number formField
	fields       []formField // the client's own, kept and filled anew
	grid         *fyne.Container
	text         *widgets.Entry
	textField    *widgets.Field
	standing     *widgets.Text
	urgent       *widgets.Choices
	button       *widgets.KeyButton
	bottom       *fyne.Container
	column       *widgets.Column

	ticket  clients.ID
	message clients.ID // whose draft the entries hold
	sending bool
	now     time.Time
	typedAt time.Time
	strokes int // typed in all
}

// formField is an entry of one line with its label, and its name in DraftTyped.
type formField struct {
	field *widgets.Field
	entry *widgets.Entry
	key   string
}

func newForm(k kit) *form {
	f := &form{kit: k}
	f.name, f.number = f.newField("name"), f.newField("number")
	f.name.field.SetLabel(k.words.T("form.name"))
	f.number.field.SetLabel(k.words.T("form.number"))
	f.grid = container.New(&gridLayout{}, f.name.field, f.number.field)
	f.sound = newSoundRow(k)
	f.text = widgets.NewTextEntry(k.keys, 3)
	f.text.Max = desk.MaxText
	f.text.OnTyped = func(s string) { f.typed("text", s) }
	f.textField = widgets.NewField(k.words.T("form.text"), f.text)
	f.standing = widgets.NewText("", widgets.TextStyle{Size: theme.SizeSmall, Color: theme.Muted, Lines: 2})
	f.button = widgets.NewKeyButton("", k.words.T("key.send"), widgets.Primary, func() { k.send(desk.SendPressed{Ticket: f.ticket}) })
	f.urgent = widgets.NewChoices(func(string) { f.turnUrgent() })
	f.bottom = container.New(&widgets.Row{Gap: 8, Grow: f.standing}, f.standing, f.urgent, f.button)
	f.column = &widgets.Column{Grow: f.textField}
	f.root = widgets.NewBox(widgets.Panel, container.New(f.column, f.sound.root, f.grid, f.textField, f.bottom))
	f.snug(false)
	return f
}

// snug moves the parts closer together, or apart again.
func (f *form) snug(low bool) {
	style := widgets.Panel
	style.Pad = pick(low, widgets.Pad{18, 12, 18, 12}, widgets.Pad{18, 7, 18, 8})
	f.root.SetStyle(style)
	f.column.Gap = pick[float32](low, 7, 4)
	f.text.SetMinRowsVisible(pick(low, 3, 2))
}

func (f *form) newField(key string) formField {
	e := widgets.NewEntry(f.keys)
	ff := formField{field: widgets.NewField("", e), entry: e, key: key}
	e.OnTyped = func(s string) { f.typed(key, s) }
	return ff
}

func (f *form) typed(field, value string) {
	f.typedAt = f.now
	f.strokes++
	f.send(desk.DraftTyped{Ticket: f.ticket, Field: field, Value: value})
}

// urgentKey is the value of the draft's field "urgent" that says it is.
const urgentKey = "1"

// turnUrgent marks the message urgent, or takes the mark off.
func (f *form) turnUrgent() {
	value := urgentKey
	if f.urgent.Chosen() == urgentKey {
		value = ""
	}
	f.typed("urgent", value)
}

// show fills the form, and reports whether its height may have changed.
func (f *form) show(s *desk.State) bool {
	f.now = s.Now
	t, c := s.FrontTicket(), s.FrontClient()
	m := &t.Draft.Message
	put := (*widgets.Entry).Fill
	if f.ticket != t.ID || f.message != m.ID {
		f.ticket, f.message = t.ID, m.ID
		put = (*widgets.Entry).Replace
	}
	changed := f.sound.show(s, m)
	changed = f.showFields(c) || changed
	put(f.name.entry, m.Name)
	put(f.number.entry, m.Number)
	put(f.text, m.Text)
	for i := range f.shown(c) {
		put(f.fields[i].entry, m.Fields[c.Fields[i].Key])
	}
	f.lock(t.Draft.Sending)
	f.remark(t, c)
	changed = f.showBottom(s, t, c) || changed
	if changed {
		widgets.Relayout(f.root.Content)
		f.root.Refresh()
	}
	return changed
}

// shown are the client's own fields that are on screen.
func (f *form) shown(c *clients.Client) []formField {
	if c == nil {
		return nil
	}
	return f.fields[:len(c.Fields)]
}

// showFields has an entry for each field of the client, and reports whether the
// form changed its shape.
func (f *form) showFields(c *clients.Client) bool {
	var want []clients.Field
	if c != nil {
		want = c.Fields
	}
	changed := false
	for i, w := range want {
		if i == len(f.fields) {
			f.fields = append(f.fields, f.newField(""))
			f.grid.Add(f.fields[i].field)
			changed = true
		}
		ff := &f.fields[i]
		if ff.key != "field:"+w.Key {
			ff.key = "field:" + w.Key
			key := ff.key
			ff.entry.OnTyped = func(s string) { f.typed(key, s) }
		}
		ff.field.SetLabel(w.Label)
	}
	for i := range f.fields {
		changed = widgets.Show(f.fields[i].field, i < len(want)) || changed
	}
	return changed
}

// remark writes beside a label what is still missing, and how much room is left.
func (f *form) remark(t *desk.Ticket, c *clients.Client) {
	for i, ff := range f.shown(c) {
		words, color := "", theme.Faint
		if c.Fields[i].Required && strings.TrimSpace(t.Draft.Message.Fields[c.Fields[i].Key]) == "" {
			words = f.words.T("form.required")
			if len(t.Draft.Missing) > 0 {
				color = theme.Wait
			}
		}
		ff.field.SetRemark(words, color)
	}
	words, color := "", theme.Faint
	if n := widgets.Runes(f.text.Text); n >= countFrom {
		words = f.words.T("form.count", n, desk.MaxText)
		if n >= desk.MaxText {
			color = theme.Wait
		}
	}
	f.textField.SetRemark(words, color)
}

func (f *form) showBottom(s *desk.State, t *desk.Ticket, c *clients.Client) bool {
	words, color := f.standingWords(s, t)
	f.standing.SetColor(color)
	f.standing.Set(words)
	label := f.sendWords(t, c)
	if t.Draft.Sending {
		label = f.words.T("draft.sending")
	}
	f.button.SetEnabled(!t.Draft.Sending)
	f.button.SetKind(widgets.Primary)
	if elsewhere(t) {
		f.button.SetKind(widgets.Secondary) // to leave it there is the way
	}
	chosen := ""
	if t.Draft.Message.Urgent {
		chosen = urgentKey
	}
	changed := f.urgent.Set([]widgets.Choice{{Key: urgentKey, Label: f.words.T("form.urgent"), Cap: f.words.T("key.urgent")}}, chosen)
	return f.button.SetLabel(label) || changed
}

// standingWords says where the draft is. It is called saved only when the store
// said so and nothing was typed since. A remark about the message comes first.
func (f *form) standingWords(s *desk.State, t *desk.Ticket) (string, fyne.ThemeColorName) {
	d := &t.Draft
	if n := noticeOf(s, noticeMessage); n != nil && d.Error == "" {
		return f.sentence(n), theme.Wait
	}
	switch {
	case d.Error != "":
		return f.words.T("draft.not-saved", f.problem(d.Error)), theme.Bad
	case d.Sending:
		return "", theme.Muted
	case d.Dirty || d.Saving:
		return f.words.T("draft.saving"), theme.Muted
	case !d.SavedAt.IsZero():
		return f.words.T("draft.saved", f.words.Seconds(d.SavedAt)), theme.Muted
	case t.Sent > 0:
		return f.words.N("draft.taken", t.Sent), theme.Muted
	}
	return "", theme.Muted
}

// sendWords says to whom the message goes, and by what.
func (f *form) sendWords(t *desk.Ticket, c *clients.Client) string {
	if elsewhere(t) {
		return f.words.T("send.anyway")
	}
	if c == nil {
		return f.words.T("send.keep")
	}
	to := c.RecipientsFor(t.Draft.Message.CallType)
	if len(to) == 0 {
		return f.words.T("send.nobody")
	}
	channel := f.words.Or(nil, "channel."+to[0].Channel, "channel.other")
	if len(to) == 1 {
		return f.words.T("send.one", short(to[0].Name, 30), channel)
	}
	return f.words.N("send.many", len(to)-1, short(to[0].Name, 24), channel)
}

// lock keeps keys out while the message is on its way to the store: they would
// belong to no message.
func (f *form) lock(sending bool) {
	f.sending = sending
	for _, e := range f.entries() {
		e.Locked = sending
	}
}

// entries lists the form's entries in the order of Tab.
func (f *form) entries() []*widgets.Entry {
	all := []*widgets.Entry{f.name.entry, f.number.entry}
	for _, ff := range f.fields {
		all = append(all, ff.entry)
	}
	return append(all, f.text)
}

// thinks is how long somebody who types may pause.
const thinks = 10 * time.Second

// busy reports whether the operator is typing the message: a moment ago, and after
// so many strokes.
func (f *form) busy(before int, now time.Time) bool {
	return f.focused() && f.strokes != before && now.Sub(f.typedAt) < thinks
}

// focused reports whether the keyboard is in the message.
func (f *form) focused() bool {
	return slices.ContainsFunc(f.entries(), (*widgets.Entry).Focused)
}

// leave forgets whose draft the entries hold, when nothing is in front.
func (f *form) leave() { f.ticket, f.message = "", "" }

// gridLayout puts fields side by side in as many columns as there is room for,
// and stretches a last row that is not full.
type gridLayout struct{}

const fieldWidth = 170

// MinSize is that of one row.
func (gridLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(theme.Px(fieldWidth), objects[0].MinSize().Height)
}

// HeightFor is the height of all rows.
func (l gridLayout) HeightFor(objects []fyne.CanvasObject, width float32) float32 {
	n := l.count(objects)
	rows := (n + l.columns(n, width) - 1) / l.columns(n, width)
	return float32(rows)*objects[0].MinSize().Height + float32(rows-1)*theme.Px(7)
}

// Layout places the rows.
func (l gridLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	n := l.count(objects)
	columns := l.columns(n, size.Width)
	space, height := theme.Px(12), objects[0].MinSize().Height
	i := 0
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		row, col := i/columns, i%columns
		in := min(columns, n-row*columns)
		w := (size.Width - space*float32(in-1)) / float32(in)
		o.Move(fyne.NewPos(float32(col)*(w+space), float32(row)*(height+theme.Px(7))))
		o.Resize(fyne.NewSize(w, height))
		i++
	}
}

func (gridLayout) count(objects []fyne.CanvasObject) int {
	n := 0
	for _, o := range objects {
		if o.Visible() {
			n++
		}
	}
	return n
}

// columns shares the fields evenly over as few rows as the width allows.
func (gridLayout) columns(n int, width float32) int {
	most := max(2, int((width+theme.Px(12))/(theme.Px(fieldWidth)+theme.Px(12))))
	rows := (n + most - 1) / most
	return (n + rows - 1) / rows
}
