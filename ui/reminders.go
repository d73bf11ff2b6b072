package ui

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"permanence/clients"
	"permanence/clients/agenda"
	"permanence/phone"
	"permanence/ui/desk"
	"permanence/ui/theme"
	"permanence/ui/widgets"
)

// remindersShown bounds the bars; what is more is counted on the last. During a
// call one is enough.
const remindersShown = 3

// reminderBar says, as long as it is so, that calls do not ring here: do not
// disturb, and every forward that applies at this hour; that the office waits for the
// operator's name; that she is away. It cannot be closed,
// only what it says be ended. What was suspended here can be taken back.
type reminderBar struct {
	kit
	desk *Desk
	root *fyne.Container
	rows [remindersShown]*reminderRow

	paused map[forwardOwner]bool // suspended by these bars
}

// forwardOwner is whose forwards are paused together: a line's ("" is every
// line's) or a client's.
type forwardOwner struct {
	line   phone.LineID
	client clients.ID
}

// reminder is what one bar says.
type reminder struct {
	text, button, key string
	quiet             bool // what was suspended, to be taken back
	event             desk.Event
	act               func() // in place of an event
	owner             *forwardOwner
}

type reminderRow struct {
	box    *widgets.Box
	dot    *widgets.Dot
	text   *widgets.Text
	button *widgets.KeyButton
	act    func()
}

func newReminderBar(k kit, d *Desk) *reminderBar {
	b := &reminderBar{kit: k, desk: d, paused: map[forwardOwner]bool{}}
	column := container.New(&widgets.Column{Gap: 5})
	for i := range b.rows {
		b.rows[i] = newReminderRow()
		column.Add(b.rows[i].box)
	}
	b.root = container.New(widgets.Pad{0, 0, 0, gap}, column)
	b.root.Hide()
	return b
}

func newReminderRow() *reminderRow {
	r := &reminderRow{dot: widgets.NewDot(theme.Wait)}
	r.text = widgets.NewText("", widgets.TextStyle{Bold: true, Cut: true})
	r.button = widgets.NewKeyButton("", "", widgets.Secondary, func() { r.act() }).Small()
	r.box = widgets.NewBox(widgets.BoxStyle{}, container.New(&widgets.Row{Gap: 10, Grow: r.text}, r.dot, r.text, r.button))
	return r
}

// show fills the bars, and reports whether their room changed.
func (b *reminderBar) show(s *desk.State) bool {
	all := b.reminders(s)
	changed := widgets.Show(b.root, len(all) > 0)
	shown := min(len(all), remindersShown)
	if len(s.Calls) > 0 {
		shown = min(shown, 1)
	}
	for i, r := range b.rows {
		changed = widgets.Show(r.box, i < shown) || changed
		if i >= shown {
			continue
		}
		m := all[i]
		if i == shown-1 && len(all) > shown {
			m.text += " " + b.words.N("notice.others", len(all)-shown)
		}
		r.act = func() { b.press(m) }
		changed = r.show(m) || changed
	}
	return changed
}

func (b *reminderBar) press(m reminder) {
	if m.owner != nil {
		b.paused[*m.owner] = !m.quiet
	}
	if m.act != nil {
		m.act()
		return
	}
	b.send(m.event)
}

func (r *reminderRow) show(m reminder) bool {
	style := widgets.BoxStyle{Fill: theme.WaitTint, Stroke: theme.Wait, Width: 1.5, Radius: 6, Pad: widgets.Pad{14, 4, 8, 4}}
	ink := theme.Wait
	if m.quiet {
		style.Fill, style.Stroke, style.Width, ink = theme.Panel, theme.Edge, 1, theme.Muted
	}
	r.box.SetStyle(style)
	r.dot.SetColor(ink)
	r.text.SetColor(ink)
	changed := r.text.Set(m.text)
	return setButton(r.button, action{label: m.button, key: m.key}, true) || changed
}

// reminders lists what keeps calls from ringing here and what the office waits for,
// then what was suspended.
func (b *reminderBar) reminders(s *desk.State) []reminder {
	var on, off []reminder
	if s.Settings.DoNotDisturb {
		on = append(on, reminder{
			text: b.words.T("reminder.dnd"), button: b.words.T("reminder.dnd-end"), key: "F10", event: desk.DoNotDisturbSet{},
		})
	}
	on = append(on, b.officeReminders(s)...)
	take := func(list []clients.Forward, who string, o forwardOwner, now time.Time) {
		switch f, any := firstOn(list, now); {
		case any:
			on = append(on, b.forward(f, who, o))
		case b.paused[o] && allOff(list):
			off = append(off, b.suspended(who, o))
		}
	}
	take(s.Settings.Forwards[""], b.words.T("reminder.all-lines"), forwardOwner{}, s.Now)
	for _, l := range s.Settings.Lines {
		take(s.Settings.Forwards[l.ID], firstOf(l.Label, l.User), forwardOwner{line: l.ID}, s.Now)
	}
	for _, c := range s.Directory.List() {
		take(c.Forwards, c.Name, forwardOwner{client: c.ID}, clientNow(c, s.Now))
	}
	return append(on, off...)
}

// clientNow is the time of day where a client is.
func clientNow(c *clients.Client, now time.Time) time.Time {
	if c.Agenda.Zone == "" {
		return now
	}
	return now.In(agenda.Zone(c.Agenda))
}

func (b *reminderBar) forward(f clients.Forward, who string, o forwardOwner) reminder {
	to := asRead(f.To)
	if f.Name != "" {
		to = f.Name + " (" + to + ")"
	}
	return reminder{
		text:   b.words.T("reminder.forward", who, to, b.forwardWhen(f)),
		button: b.words.T("reminder.pause"), owner: &o, event: desk.ForwardsPaused{Line: o.line, Client: o.client, Off: true},
	}
}

func (b *reminderBar) forwardWhen(f clients.Forward) string {
	if f.When == clients.ForwardNoAnswer {
		return b.words.N("forward.no-answer-after", f.After)
	}
	return b.words.T("forward.when." + string(f.When))
}

func (b *reminderBar) suspended(who string, o forwardOwner) reminder {
	return reminder{
		text: b.words.T("reminder.suspended", who), button: b.words.T("reminder.resume"), quiet: true,
		owner: &o, event: desk.ForwardsPaused{Line: o.line, Client: o.client},
	}
}

// firstOn is the first forward that applies at a time.
func firstOn(list []clients.Forward, now time.Time) (clients.Forward, bool) {
	for _, f := range list {
		if f.Applies(now, f.When) {
			return f, true
		}
	}
	return clients.Forward{}, false
}

func allOff(list []clients.Forward) bool {
	for _, f := range list {
		if !f.Off {
			return false
		}
	}
	return len(list) > 0
}
