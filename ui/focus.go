package ui

import (
	"slices"

	"fyne.io/fyne/v2"

	"permanence/ui/desk"
	"permanence/ui/widgets"
)

// focus gives the keyboard to an entry because the operator asked for it; nil
// takes it from what is out of view.
func (d *Desk) focus(f fyne.Focusable) {
	d.rememberFocus()
	if f == nil {
		d.cfg.Window.Canvas().Unfocus()
		return
	}
	d.cfg.Window.Canvas().Focus(f)
}

// rememberFocus notes where the keyboard is, if that is in the message.
func (d *Desk) rememberFocus() {
	focused := d.cfg.Window.Canvas().Focused()
	for _, e := range d.form.entries() {
		if focused == fyne.Focusable(e) {
			d.resume = e
		}
	}
}

// returnFocus brings the keyboard back to where it was in the message.
func (d *Desk) returnFocus() {
	if d.resume != nil && d.resume.Visible() && d.state.FrontTicket() != nil && d.stage.on == stageWork {
		d.cfg.Window.Canvas().Focus(d.resume)
		return
	}
	d.cfg.Window.Canvas().Unfocus()
}

// typesElsewhere reports whether the keyboard is in an entry that is not of the
// message.
func (d *Desk) typesElsewhere() bool {
	e, entry := d.cfg.Window.Canvas().Focused().(*widgets.Entry)
	return entry && !slices.Contains(d.form.entries(), e)
}

// settleFocus moves the keyboard only for what the operator did: into a booking
// she began, and back when it is over; off a message that is no longer there.
func (d *Desk) settleFocus(before, now *desk.State) {
	b := now.Agenda.Booking
	switch {
	case b != nil && before.Agenda.Booking == nil && d.agenda.booking.wanted && b.Moving == "" && d.stage.on == stageWork:
		d.focus(d.agenda.booking.name)
	case b == nil && before.Agenda.Booking != nil && d.agenda.booking.hasFocus():
		d.returnFocus()
	case d.transfer.entry.Focused() && !d.transfer.inView():
		d.returnFocus()
	case d.form.focused() && d.transfer.inView():
		d.focus(d.transfer.entry) // the message is out of view
	case now.Front == "" && before.Front != "" && d.stage.on == stageWork && !d.left.dial.root.Visible():
		d.cfg.Window.Canvas().Unfocus()
	}
	if b != nil || before.Agenda.Booking != nil {
		d.agenda.booking.wanted = false
	}
}
