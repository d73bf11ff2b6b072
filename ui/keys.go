package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"permanence/clients"
	"permanence/ui/desk"
	"permanence/ui/widgets"
)

// Key handles one of the window's keys and reports whether it was one. The
// program calls it for F1 to F12, which Fyne does not pass on; entries and the
// canvas call it for the rest. Control makes
// another key of it, Alt turns the agenda's days; Shift counts with F2 alone.
func (d *Desk) Key(key fyne.KeyName, mods fyne.KeyModifier) bool {
	if o := d.stage.current(); o != nil && o.Key(key, mods) {
		return true
	}
	if meansNow(key) {
		d.cfg.CatchUp()
	}
	act := d.bareKey(key)
	switch {
	case mods == fyne.KeyModifierShift && d.shiftKey(key) != nil:
		act = d.shiftKey(key)
	case mods == fyne.KeyModifierControl|fyne.KeyModifierShift && d.controlShiftKey(key) != nil:
		act = d.controlShiftKey(key)
	case mods&fyne.KeyModifierControl != 0:
		act = d.controlKey(key)
	case mods == fyne.KeyModifierAlt:
		act = d.dayKey(key)
	case mods&^fyne.KeyModifierShift != 0:
		return false
	}
	if act == nil {
		return false
	}
	act()
	return true
}

// meansNow reports whether a key is about the calls and the ticket as they are,
// which the window of a busy machine shows some hundred milliseconds later: F4
// right after F2 is about the call that was answered. The other keys are about
// what is in view, like the missed call that F12 calls back, or are decided by
// the core.
func meansNow(key fyne.KeyName) bool {
	switch key {
	case fyne.KeyF3, fyne.KeyF4, fyne.KeyF6, fyne.KeyF7, fyne.KeyF11, fyne.KeyEscape:
		return true
	}
	return false
}

// bareKey is what a key alone does, nil for nothing.
func (d *Desk) bareKey(key fyne.KeyName) func() {
	switch key {
	case fyne.KeyF1:
		return func() { d.stage.open(stageHelp) }
	case fyne.KeyF2:
		return d.sends(desk.AnswerPressed{})
	case fyne.KeyF3:
		return d.holdKey()
	case fyne.KeyF4:
		return d.transferKey()
	case fyne.KeyF5:
		return d.sends(desk.MutePressed{})
	case fyne.KeyF6:
		return d.toMessage
	case fyne.KeyF7:
		return d.toAgenda
	case fyne.KeyF8:
		return d.sends(desk.HangupPressed{})
	case fyne.KeyF9:
		return d.nextTicket
	case fyne.KeyF10:
		return d.sends(desk.DoNotDisturbSet{On: !d.state.Settings.DoNotDisturb})
	case fyne.KeyF11:
		return d.conferKey()
	case fyne.KeyF12:
		return d.callMissedBack()
	case fyne.KeyEscape:
		return d.escape()
	}
	return nil
}

// controlKey is what a key does with Control.
func (d *Desk) controlKey(key fyne.KeyName) func() {
	switch key {
	case fyne.KeyReturn, fyne.KeyEnter:
		return d.sendMessage
	case fyne.KeyK:
		return func() { d.stage.open(stageSearch) }
	case fyne.KeyComma:
		return func() { d.stage.open(stageSettings) }
	case fyne.KeyN:
		return d.openDial
	case fyne.KeyT:
		return d.openTones
	case fyne.KeyB:
		return func() { d.stage.open(stageOutbox) }
	case fyne.KeyH:
		return func() { d.stage.open(stageCalls) }
	case fyne.KeyO:
		return func() { d.stage.open(stageTeam) }
	case fyne.KeyD:
		return func() { d.stage.open(stageConflicts) }
	case fyne.KeyR:
		return d.takeOverKey()
	case fyne.KeyP:
		return d.sends(desk.RecordingPaused{})
	case fyne.KeyL:
		return d.listen
	case fyne.KeyE:
		return d.editFront
	case fyne.KeyU:
		return d.turnUrgent
	case fyne.KeyW:
		return d.sends(desk.TicketPutAway{})
	case fyne.KeyTab:
		return d.nextTab
	case fyne.KeyF11:
		return d.partKey()
	}
	if i := widgets.Digit(key); i >= 0 {
		return func() { d.chooseType(i) }
	}
	return nil
}

// shiftKey is what a key does with Shift, where that is another thing than alone.
func (d *Desk) shiftKey(key fyne.KeyName) func() {
	switch key {
	case fyne.KeyF2:
		return d.sends(desk.WaitPressed{})
	case fyne.KeyF10:
		return d.awayKey()
	}
	return nil
}

// controlShiftKey is what a key does with Control and Shift: Control alone deletes a
// word of the text.
func (d *Desk) controlShiftKey(key fyne.KeyName) func() {
	if key == fyne.KeyDelete {
		return d.deleteSound
	}
	return nil
}

// dayKey is what a key does with Alt: it turns the agenda's days.
func (d *Desk) dayKey(key fyne.KeyName) func() {
	switch {
	case d.stage.on != stageWork || d.state.Agenda.Client == "":
	case key == fyne.KeyLeft:
		return d.sends(desk.DayStepped{Days: -1})
	case key == fyne.KeyRight:
		return d.sends(desk.DayStepped{Days: 1})
	case key == fyne.KeyUp:
		return d.sends(desk.DayChosen{Day: d.state.Now})
	}
	return nil
}

func (d *Desk) sends(e desk.Event) func() { return func() { d.send(e) } }

// chooseType qualifies the ticket in front by the number on the chip.
func (d *Desk) chooseType(i int) {
	t, c := d.state.FrontTicket(), d.state.FrontClient()
	if t != nil && c != nil && i < len(c.CallTypes) {
		d.send(desk.CallTypeChosen{Ticket: t.ID, Key: c.CallTypes[i].Key})
	}
}

func (d *Desk) sendMessage() {
	if d.transfer.inView() {
		d.transfer.choose(false)
		return
	}
	if t := d.state.FrontTicket(); t != nil && d.stage.on == stageWork {
		d.send(desk.SendPressed{Ticket: t.ID})
	}
}

func (d *Desk) turnUrgent() {
	if d.state.FrontTicket() != nil && d.stage.on == stageWork {
		d.form.turnUrgent()
	}
}

// toMessage brings the keyboard to the message's text.
func (d *Desk) toMessage() {
	if d.state.FrontTicket() != nil && !d.transfer.inView() {
		d.stage.close()
		if !d.form.text.Focused() {
			d.form.text.GoOn()
		}
		d.focus(d.form.text)
	}
}

// toAgenda begins booking the next free slot; pressed again, the one after.
func (d *Desk) toAgenda() {
	if d.state.FrontTicket() == nil {
		return
	}
	d.stage.close()
	d.agenda.booking.wanted = true
	d.send(desk.NextFreePressed{})
}

// nextTicket brings the ticket after the one in front, counted round.
func (d *Desk) nextTicket() {
	tickets := d.state.Tickets
	for i := range tickets {
		if tickets[i].ID == d.state.Front {
			d.send(desk.TicketChosen{Ticket: tickets[(i+1)%len(tickets)].ID})
			return
		}
	}
	if len(tickets) > 0 {
		d.send(desk.TicketChosen{Ticket: tickets[0].ID})
	}
}

// openDial opens the bar for a number, or takes the keyboard to one offered there.
func (d *Desk) openDial() {
	number := ""
	if d.state.Offered != "" && d.left.dial.root.Visible() {
		number = d.left.dial.entry.Text
	}
	d.left.dial.open(number, d.state.FrontClient())
}

func (d *Desk) openTones() {
	if len(d.state.Calls) > 0 {
		d.left.dial.openTones()
	}
}

func (d *Desk) editFront() {
	if c := d.state.FrontClient(); c != nil {
		d.OpenEditor(c.ID)
	} else if d.state.Front == "" {
		d.OpenEditor(clients.ID(""))
	}
}

func (d *Desk) nextTab() { d.sheet.tabs.set(d.sheet.tabs.chosen + 1) }

// escape leaves the nearest thing that can be left, nil when there is none.
func (d *Desk) escape() func() {
	switch {
	case d.stage.on != stageWork:
		return d.stage.close
	case d.state.FrontTicket() != nil && d.form.sound.asks():
		return d.form.sound.keep
	case d.left.dial.root.Visible():
		return d.left.dial.close
	case d.state.Agenda.Booking != nil:
		return d.sends(desk.BookingLeft{})
	case d.agenda.opened.root.Visible():
		return d.agenda.opened.close
	case d.state.Transfer != nil || passingIn(&d.state) != nil || backIn(&d.state) != nil || d.transfer.inView():
		return d.transfer.leave
	}
	return nil
}

// catchKeys receives the keys that no entry has: Fyne gives shortcuts to the
// canvas only when nothing that takes them has the keyboard.
func (d *Desk) catchKeys() {
	c := d.cfg.Window.Canvas()
	keys := []fyne.KeyName{
		fyne.KeyReturn, fyne.KeyEnter, fyne.KeyK, fyne.KeyComma, fyne.KeyN, fyne.KeyT, fyne.KeyB, fyne.KeyU,
		fyne.KeyE, fyne.KeyH, fyne.KeyI, fyne.KeyW, fyne.KeyTab, fyne.KeyP, fyne.KeyL, fyne.KeyO, fyne.KeyD, fyne.KeyR, fyne.KeyQ,
	}
	for _, digit := range "123456789&é\"'(-è_ç" {
		keys = append(keys, fyne.KeyName(upper(string(digit))))
	}
	for _, key := range keys {
		c.AddShortcut(&desktop.CustomShortcut{KeyName: key, Modifier: fyne.KeyModifierControl}, func(fyne.Shortcut) {
			d.Key(key, fyne.KeyModifierControl)
		})
	}
	c.AddShortcut(&desktop.CustomShortcut{KeyName: fyne.KeyDelete, Modifier: fyne.KeyModifierControl | fyne.KeyModifierShift}, func(fyne.Shortcut) {
		d.Key(fyne.KeyDelete, fyne.KeyModifierControl|fyne.KeyModifierShift)
	})
	for _, key := range []fyne.KeyName{fyne.KeyLeft, fyne.KeyRight, fyne.KeyUp} {
		c.AddShortcut(&desktop.CustomShortcut{KeyName: key, Modifier: fyne.KeyModifierAlt}, func(fyne.Shortcut) {
			d.Key(key, fyne.KeyModifierAlt)
		})
	}
	c.SetOnTypedKey(func(e *fyne.KeyEvent) { d.Key(e.Name, 0) })
}
