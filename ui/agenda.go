package ui

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	fynetheme "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"permanence/clients"
	"permanence/clients/agenda"
	"permanence/ui/desk"
	"permanence/ui/theme"
	"permanence/ui/widgets"
)

// agendaPanel is the day of the client in front beside the call.
type agendaPanel struct {
	kit
	root *widgets.Box

	client  *widgets.Text
	day     *widgets.Text
	today   *widgets.Button
	nav     *fyne.Container
	list    *widget.List
	note    *widgets.Text
	booking *bookingForm
	opened  *openedBox
	undo    *undoLine
	column  *fyne.Container

	shown desk.Agenda
	state *desk.State
	seen  clients.ID // client and day the list was last brought to
	at    time.Time
	bar   theme.Shades
}

func newAgendaPanel(k kit) *agendaPanel {
	a := &agendaPanel{kit: k}
	heading := widgets.Heading(k.words.T("agenda.heading"))
	a.client = widgets.NewText("", widgets.TextStyle{Size: theme.SizeSmall, Color: theme.Muted, Cut: true, Align: fyne.TextAlignTrailing})
	a.day = widgets.NewText("", widgets.TextStyle{Bold: true, Cut: true, Align: fyne.TextAlignCenter})
	before := widgets.NewIconButton(fynetheme.IconNameNavigateBack, func() { k.send(desk.DayStepped{Days: -1}) })
	after := widgets.NewIconButton(fynetheme.IconNameNavigateNext, func() { k.send(desk.DayStepped{Days: 1}) })
	a.today = widgets.NewButton(k.words.T("agenda.today"), widgets.Secondary, func() { k.send(desk.DayChosen{Day: a.state.Now}) })
	a.today.Small()
	a.nav = container.New(&widgets.Row{Gap: 2, Grow: a.day}, before, a.day, after, a.today)
	a.list = widget.NewList(
		func() int { return len(a.shown.Slots) },
		func() fyne.CanvasObject { return newSlotRow(k) },
		func(i int, o fyne.CanvasObject) { a.fillRow(o.(*slotRow), &a.shown.Slots[i]) })
	a.list.HideSeparators = true
	a.list.OnSelected = func(i int) {
		a.list.UnselectAll()
		a.choose(a.shown.Slots[i])
	}
	a.note = widgets.NewText("", widgets.TextStyle{Size: theme.SizeSmall, Color: theme.Faint, Lines: 4})
	a.booking, a.opened, a.undo = newBookingForm(k), newOpenedBox(k, a.relayout), newUndoLine(k)
	a.column = container.New(&widgets.Column{Gap: 7, Grow: a.list},
		container.New(&widgets.Row{Gap: 8, Grow: a.client}, heading, a.client), a.nav, a.note, a.list, a.undo.root, a.opened.root, a.booking.root)
	style := widgets.Panel
	style.Pad = widgets.Pad{12, 12, 10, 10}
	a.root = widgets.NewBox(style, a.column)
	return a
}

func (a *agendaPanel) show(s *desk.State) {
	c := s.FrontClient()
	a.state = s
	has := c != nil && c.Agenda.Enabled()
	changed := a.client.Set(clientLabel(c))
	changed = a.note.Set(a.noteWords(s, c)) || changed
	a.note.SetColor(noteColor(s))
	changed = widgets.Show(a.note, a.note.String() != "") || changed
	changed = widgets.Show(a.list, has) || changed
	changed = widgets.Show(a.nav, has) || changed
	a.bar = theme.Client(ownColor(c))
	if has {
		changed = a.day.Set(a.words.Day(s.Agenda.Day)) || changed
		changed = widgets.Show(a.today, !sameDay(s.Agenda.Day, s.Now.In(s.Agenda.Day.Location()))) || changed
	}
	a.showSlots(&s.Agenda)
	changed = a.opened.settle(&s.Agenda) || changed
	changed = a.booking.show(&s.Agenda) || changed
	changed = a.undo.show(s) || changed
	if changed {
		a.relayout()
		a.reveal()
	}
}

func (a *agendaPanel) relayout() {
	widgets.Relayout(a.column)
	a.root.Refresh()
}

func noteColor(s *desk.State) fyne.ThemeColorName {
	if noticeOf(s, noticeAgenda) != nil {
		return theme.Wait
	}
	return theme.Faint
}

func clientLabel(c *clients.Client) string {
	if c == nil {
		return ""
	}
	return c.Name
}

// noteWords tells what the agenda had to say last, or why it shows no places.
func (a *agendaPanel) noteWords(s *desk.State, c *clients.Client) string {
	if n := noticeOf(s, noticeAgenda); n != nil {
		return a.sentence(n)
	}
	switch {
	case c == nil:
		return a.words.T("agenda.unknown")
	case !c.Agenda.Enabled():
		return a.words.T("agenda.off")
	case s.Agenda.Error != "":
		return a.problem(s.Agenda.Error)
	case s.Agenda.LoadedTo.IsZero():
		return a.words.T("agenda.loading")
	case len(s.Agenda.Slots) == 0:
		return a.words.T("agenda.closed")
	}
	return ""
}

// showSlots draws the list again when a slot, the next free one or the booking
// is another, and brings the present into view when the day is.
func (a *agendaPanel) showSlots(now *desk.Agenda) {
	if sameSlots(a.shown.Slots, now.Slots) && a.shown.Next == now.Next && sameBooking(a.shown.Booking, now.Booking) && sameLeases(a.shown.Leases, now.Leases) {
		a.shown = *now
		return
	}
	a.shown = *now
	a.list.Refresh()
	if len(now.Slots) > 0 && (a.seen != now.Client || !a.at.Equal(now.Day)) {
		a.seen, a.at = now.Client, now.Day
		a.list.ScrollToTop()
		a.list.ScrollTo(a.present())
	}
	a.reveal()
}

// reveal brings the slot being given into sight.
func (a *agendaPanel) reveal() {
	b := a.shown.Booking
	if b == nil {
		return
	}
	for i := range a.shown.Slots {
		if a.shown.Slots[i].Start.Equal(b.Slot.Start) {
			a.list.ScrollTo(i)
		}
	}
}

// present is the row that must be in sight when a day opens: a few after the
// first that is not past.
func (a *agendaPanel) present() int {
	for i := range a.shown.Slots {
		if a.shown.Slots[i].Kind != agenda.Past && a.shown.Slots[i].End.After(a.state.Now) {
			return min(i+8, len(a.shown.Slots)-1)
		}
	}
	return len(a.shown.Slots) - 1
}

func sameSlots(a, b []agenda.Slot) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}

func sameLeases(a, b []clients.Lease) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}

func sameBooking(a, b *desk.Booking) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Slot.Start.Equal(b.Slot.Start) && a.Moving == b.Moving
}

// choose begins booking a free place, or opens the appointment of a taken one.
func (a *agendaPanel) choose(s agenda.Slot) {
	if s.Kind == agenda.Taken && a.shown.Booking == nil {
		a.opened.open(*s.Appointment)
		return
	}
	a.opened.close()
	if s.Kind != agenda.Taken {
		a.booking.wanted = true
	}
	a.send(desk.SlotChosen{Slot: s})
}

// confirmed reports whether an appointment was given from the ticket in front, and the
// office has said that it is certain.
func (a *agendaPanel) confirmed(id clients.ID) bool {
	t := a.state.FrontTicket()
	return t != nil && t.Booked == id && (t.Promise == desk.PromiseConfirmed || t.Promise == desk.PromiseLeased)
}

func (a *agendaPanel) fillRow(r *slotRow, s *agenda.Slot) {
	b := a.shown.Booking
	r.lent, r.to = a.state.Lending(*s)
	r.confirmed = s.Kind == agenda.Taken && a.confirmed(s.Appointment.ID)
	switch {
	case b != nil && b.Slot.Start.Equal(s.Start) && s.Kind != agenda.Taken:
		r.show(s, slotChosen, a.bar)
	case b == nil && a.shown.Next != nil && a.shown.Next.Start.Equal(s.Start):
		r.show(s, slotNext, a.bar)
	case s.Kind == agenda.Taken && s.End.Before(a.state.Now):
		r.show(s, slotOver, a.bar)
	default:
		r.show(s, slotPlain, a.bar)
	}
}
