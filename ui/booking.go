package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"permanence/clients"
	"permanence/ui/desk"
	"permanence/ui/theme"
	"permanence/ui/widgets"
)

// bookingForm gives a slot to somebody. Enter inside it books.
type bookingForm struct {
	kit
	root   *widgets.Box
	title  *widgets.Text
	name   *widgets.Entry
	number *widgets.Entry
	note   *widgets.Entry
	fields *fyne.Container
	ask    *fyne.Container
	asked  *widgets.Text
	waits  *widgets.Text // for the office's word
	book   *widgets.KeyButton
	leave  *widgets.KeyButton
	row    *fyne.Container

	open   bool
	wanted bool // the operator asked for it: the keyboard may come here
}

func newBookingForm(k kit) *bookingForm {
	b := &bookingForm{kit: k}
	b.title = widgets.NewText("", widgets.TextStyle{Size: theme.SizeSmall, Bold: true, Lines: 3})
	b.name, b.number, b.note = b.entry("name"), b.entry("number"), b.entry("note")
	b.fields = container.New(&widgets.Column{Gap: 5},
		container.New(&widgets.Columns{Gap: 8, Shares: []float32{0.48, 0.52}},
			widgets.NewField(k.words.T("form.name"), b.name), widgets.NewField(k.words.T("form.number"), b.number)),
		widgets.NewField(k.words.T("booking.note"), b.note))
	b.book = widgets.NewKeyButton(k.words.T("booking.book"), k.words.T("key.enter"), widgets.Primary, b.confirm).Small()
	b.leave = widgets.NewKeyButton(k.words.T("act.leave"), k.words.T("key.escape"), widgets.Quiet, b.giveUp).Small()
	b.row = container.New(&widgets.Row{Gap: 4}, b.book, b.leave)
	b.asked = widgets.NewText("", widgets.TextStyle{Size: theme.SizeSmall, Lines: 6})
	b.waits = widgets.NewText("", widgets.TextStyle{Size: theme.SizeSmall, Bold: true, Color: theme.Wait, Cut: true})
	anyway := widgets.NewButton(k.words.T("booking.anyway"), widgets.Secondary, func() { k.send(desk.BookingConfirmed{Anyway: true}) })
	anyway.Small()
	b.ask = container.New(&widgets.Column{Gap: 7}, b.asked, container.New(&widgets.Row{}, anyway))
	b.root = widgets.NewBox(
		widgets.BoxStyle{Fill: theme.PrimaryTint, Radius: 6, Pad: widgets.All(10)},
		container.New(&widgets.Column{Gap: 7}, b.title, b.fields, b.waits, b.ask, b.row))
	b.root.Hide()
	return b
}

func (b *bookingForm) entry(field string) *widgets.Entry {
	e := widgets.NewEntry(b.keys)
	e.OnTyped = func(s string) { b.send(desk.BookingTyped{Field: field, Value: s}) }
	e.OnEnter = b.confirm
	e.OnEscape = b.giveUp
	return e
}

func (b *bookingForm) confirm() { b.send(desk.BookingConfirmed{}) }
func (b *bookingForm) giveUp()  { b.send(desk.BookingLeft{}) }

// show fills the form, and reports whether its shape changed.
func (b *bookingForm) show(a *desk.Agenda) bool {
	k := a.Booking
	if k == nil {
		b.open = false
		return widgets.Show(b.root, false)
	}
	put := (*widgets.Entry).Fill
	if !b.open {
		b.open, put = true, (*widgets.Entry).Replace
	}
	put(b.name, k.Name)
	put(b.number, k.Number)
	put(b.note, k.Note)
	changed := b.title.Set(b.titleWords(k))
	changed = b.asked.Set(b.question(k)) || changed
	asks := len(k.Overlap) > 0 || k.Lent != nil
	changed = b.waits.Set(b.waitWords(k)) || changed
	changed = widgets.Show(b.waits, b.waits.String() != "") || changed
	changed = widgets.Show(b.ask, asks) || changed
	changed = widgets.Show(b.fields, k.Moving == "") || changed
	changed = widgets.Show(b.book, k.Moving == "") || changed
	b.book.SetEnabled(!k.Pending)
	kind := widgets.Primary
	if asks {
		kind = widgets.Secondary
	}
	b.book.SetKind(kind)
	return widgets.Show(b.root, true) || changed
}

func (b *bookingForm) titleWords(k *desk.Booking) string {
	if k.Moving != "" {
		return b.words.T("booking.move", k.Name, b.words.Clock(k.Slot.Start))
	}
	return b.words.T("booking.title", b.words.Day(k.Slot.Start), b.words.Clock(k.Slot.Start))
}

// hasFocus reports whether the keyboard is in the form.
func (b *bookingForm) hasFocus() bool {
	return b.name.Focused() || b.number.Focused() || b.note.Focused()
}

// waitWords says that the office is being asked.
func (b *bookingForm) waitWords(k *desk.Booking) string {
	if k.Promise != desk.PromiseAsked {
		return ""
	}
	words, _ := b.promiseWords(k.Promise)
	return words
}

// question asks about the appointments that this one would overlap.
func (b *bookingForm) question(k *desk.Booking) string {
	if k.Lent != nil && len(k.Overlap) == 0 {
		return b.words.T("booking.lent", firstOf(k.LentTo, b.words.T("slot.lent-somebody")))
	}
	if len(k.Overlap) == 0 {
		return ""
	}
	var with []string
	for _, a := range k.Overlap {
		with = append(with, b.words.T("booking.with", b.words.Clock(a.Start), a.Name))
	}
	return b.words.T("booking.overlap", b.words.List(with))
}

// openedBox shows an appointment that was chosen, with what can be done to it.
type openedBox struct {
	kit
	root          *widgets.Box
	title, detail *widgets.Text
	appointment   clients.Appointment
	moved         func() // the box came or went
}

func newOpenedBox(k kit, moved func()) *openedBox {
	o := &openedBox{kit: k, moved: moved}
	o.title = widgets.NewText("", widgets.TextStyle{Size: theme.SizeSmall, Bold: true, Lines: 2})
	o.detail = widgets.NewText("", widgets.TextStyle{Size: theme.SizeSmall, Color: theme.Muted, Lines: 3})
	move := widgets.NewButton(k.words.T("booking.lift"), widgets.Secondary, func() {
		o.close()
		k.send(desk.AppointmentLifted{Appointment: o.appointment.ID})
	})
	cancel := widgets.NewButton(k.words.T("booking.cancel"), widgets.Danger, func() {
		o.close()
		k.send(desk.AppointmentCancelled{Appointment: o.appointment.ID})
	})
	move.Small()
	cancel.Small()
	away := widgets.NewIconButton(closeIcon, o.close)
	o.root = widgets.NewBox(
		widgets.BoxStyle{Fill: theme.PrimaryTint, Radius: 6, Pad: widgets.Pad{10, 8, 6, 10}},
		container.New(&widgets.Column{Gap: 4},
			container.New(&widgets.Row{Grow: o.title}, o.title, away), o.detail,
			container.New(&widgets.Row{Gap: 6}, move, cancel)))
	o.root.Hide()
	return o
}

func (o *openedBox) open(a clients.Appointment) {
	o.appointment = a
	o.title.Set(o.words.T("booking.opened", o.words.Clock(a.Start), o.words.Clock(a.End), a.Name))
	o.detail.Set(joined(nb(a.Number), a.Note))
	widgets.Show(o.detail, a.Number+a.Note != "")
	o.root.Show()
	o.moved()
}

func (o *openedBox) close() {
	if widgets.Show(o.root, false) {
		o.moved()
	}
}

// settle closes the box when its appointment is not on screen any more.
func (o *openedBox) settle(a *desk.Agenda) bool {
	if !o.root.Visible() {
		return false
	}
	for i := range a.Appointments {
		if p := &a.Appointments[i]; p.ID == o.appointment.ID && !p.Cancelled && a.Booking == nil && p.Start.Equal(o.appointment.Start) {
			return false
		}
	}
	o.close()
	return true
}

// undoLine says what was last done in the agenda and takes it back.
type undoLine struct {
	kit
	root *widgets.Box
	text *widgets.Text
}

func newUndoLine(k kit) *undoLine {
	u := &undoLine{kit: k}
	u.text = widgets.NewText("", widgets.TextStyle{Size: theme.SizeSmall, Lines: 2})
	button := widgets.NewButton(k.words.T("undo.button"), widgets.Secondary, func() { k.send(desk.AgendaUndone{}) })
	button.Small()
	u.root = widgets.NewBox(widgets.BoxStyle{Fill: theme.Hover, Radius: 5, Pad: widgets.Pad{10, 6, 6, 6}},
		container.New(&undoLayout{}, u.text, button))
	u.root.Hide()
	return u
}

func (u *undoLine) show(s *desk.State) bool {
	a, words := &s.Agenda, ""
	if c := a.LastChange; c != nil && a.Booking == nil {
		words = u.words.Or([]any{c.Appointment.Name, u.words.Clock(c.Appointment.Start)}, "undo."+c.Code, "undo.other")
	}
	promise, color := u.promiseOf(s)
	changed := u.text.SetSpans(widgets.Span{Text: words}, widgets.Span{Text: prefixed(" · ", promise), Bold: true, Color: color})
	return widgets.Show(u.root, words != "") || changed
}

// promiseOf is how sure what was just booked is.
func (u *undoLine) promiseOf(s *desk.State) (string, fyne.ThemeColorName) {
	t, c := s.FrontTicket(), s.Agenda.LastChange
	if t == nil || c == nil || t.Booked != c.Appointment.ID {
		return "", theme.Muted
	}
	return u.promiseWords(t.Promise)
}

// undoLayout puts the button at the right of words that may take two lines.
type undoLayout struct{}

// MinSize is the button's.
func (undoLayout) MinSize(o []fyne.CanvasObject) fyne.Size { return o[1].MinSize() }

// HeightFor is the taller of both.
func (undoLayout) HeightFor(o []fyne.CanvasObject, width float32) float32 {
	b := o[1].MinSize()
	return max(b.Height, widgets.HeightOf(o[0], width-b.Width-theme.Px(8)))
}

// Layout places words and button.
func (undoLayout) Layout(o []fyne.CanvasObject, size fyne.Size) {
	b := o[1].MinSize()
	o[0].Resize(fyne.NewSize(size.Width-b.Width-theme.Px(8), size.Height))
	o[1].Move(fyne.NewPos(size.Width-b.Width, (size.Height-b.Height)/2))
	o[1].Resize(b)
}
