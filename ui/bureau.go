package ui

import (
	"fyne.io/fyne/v2"

	"permanence/clients"
	"permanence/ui/desk"
	"permanence/ui/theme"
	"permanence/ui/widgets"
)

// showOffice says how the desk stands with its office, and how long that is so.
func (t *topBar) showOffice(s *desk.State) bool {
	o := &s.Office
	color, words := theme.Wait, ""
	switch o.Phase {
	case desk.OfficeAlone:
		return t.office.set(theme.Faint, widgets.Span{Text: t.words.T("top.alone")})
	case desk.OfficeInStep:
		color, words = theme.Good, t.words.T("top.office-in-step")
	case desk.OfficeBehind:
		words = t.words.T("top.office-behind")
	case desk.OfficeCopying:
		words = t.words.T("top.office-copying", percent(o.Done, o.Total))
	case desk.OfficeCutOff:
		words = joined(t.cutOff(s), t.officeUnsent(o.Unsent))
	case desk.OfficeLogin:
		words = t.words.T("top.office-login")
	case desk.OfficeRevoked:
		color, words = theme.Bad, t.words.T("top.office-revoked")
	case desk.OfficeTooOld:
		color, words = theme.Bad, t.words.T("top.office-too-old")
	}
	ink := theme.Ink
	if color == theme.Bad {
		ink = theme.Bad
	}
	return t.office.set(color, widgets.Span{Text: t.words.T("top.office") + " "}, widgets.Span{Text: words, Bold: true, Color: ink})
}

// cutOff says since when the office is not reached.
func (t *topBar) cutOff(s *desk.State) string {
	if s.Office.Since.IsZero() {
		return t.words.T("top.office-cut-off")
	}
	since := s.Office.Since.In(s.Now.Location())
	if sameDay(since, s.Now) {
		return t.words.T("top.office-cut-off-since", t.words.Clock(since))
	}
	return t.words.T("top.office-cut-off-day", t.words.ShortDay(since), t.words.Clock(since))
}

func (t *topBar) officeUnsent(n int) string {
	if n == 0 {
		return ""
	}
	return t.words.N("top.office-unsent", n)
}

// percent is how much of a whole is done, 0 of nothing.
func percent(done, total int) int {
	if total <= 0 {
		return 0
	}
	return min(done*100/total, 100)
}

// showTeam says who has this desk, and how many others are at work.
func (t *topBar) showTeam(s *desk.State) bool {
	name, others := s.Operator.Name, 0
	for _, p := range s.Colleagues() {
		others += one(p.Standing == desk.StandingHere || p.Standing == desk.StandingCall)
	}
	shown := s.Office.Linked() && name != ""
	changed := widgets.Show(t.team.box, shown)
	color := theme.Good
	if s.Office.Away != nil {
		color = theme.Wait
	}
	with := ""
	if others > 0 {
		with = " + " + t.words.N("top.colleagues", others)
	}
	return t.team.set(color, widgets.Span{Text: short(name, 16), Bold: true, Color: theme.Ink}, widgets.Span{Text: with}) && shown || changed
}

// showConflicts counts what waits for a person's word.
func (t *topBar) showConflicts(s *desk.State) bool {
	words, n := "", len(s.Unsettled())
	if n > 0 {
		words = t.words.N("top.conflicts", n)
	}
	return t.conflicts.set(words, theme.Wait, theme.WaitTint, theme.WaitEdge)
}

// unsettledOf counts what waits for a person's word about a client.
func unsettledOf(s *desk.State, client clients.ID) int {
	n := 0
	for _, c := range s.Unsettled() {
		n += one(c.Client == client && client != "")
	}
	return n
}

// unsentWords counts what has not left this desk: to the office or to a recipient.
func (t *topBar) unsentWords(s *desk.State, n int) string {
	if s.Office.Linked() {
		return t.words.N("top.untransmitted", n)
	}
	return t.words.N("top.unsent", n)
}

// officeReminders are what the office waits for, as long as it does.
func (b *reminderBar) officeReminders(s *desk.State) []reminder {
	var list []reminder
	if s.Office.Phase == desk.OfficeLogin {
		list = append(list, reminder{
			text: b.words.T("reminder.login"), button: b.words.T("reminder.log-in"), key: b.words.T("key.team"),
			act: func() { b.desk.stage.open(stageTeam) },
		})
	}
	if a := s.Office.Away; a != nil {
		list = append(list, reminder{
			text:   joined(b.words.T("reminder.away", b.words.Clock(a.Since.In(s.Now.Location()))), a.Reason),
			button: b.words.T("team.back"), key: b.words.T("key.away"), event: desk.BackPressed{},
		})
	}
	return list
}

// awayKey is Shift+F10: leaving the desk, and being back. It is nil on a desk without
// an office: there is nobody to tell.
func (d *Desk) awayKey() func() {
	switch {
	case !d.state.Office.Linked():
		return nil
	case d.state.Office.Away != nil:
		return d.sends(desk.BackPressed{})
	}
	return func() { d.stage.open(stageTeam) }
}

// takeOverKey takes over the message of a lost desk, nil when none is offered.
func (d *Desk) takeOverKey() func() {
	if len(d.state.Offers) == 0 {
		return nil
	}
	return d.offer.take
}

// settleLogin lets the operator type her name at once when the office asks for it on a
// desk where nothing is going on. Whoever works is only told.
func (d *Desk) settleLogin(before, now *desk.State) {
	asked := now.Office.Phase == desk.OfficeLogin && before.Office.Phase != desk.OfficeLogin
	idle := len(now.Calls) == 0 && now.FrontTicket() == nil && d.stage.on == stageWork
	if asked && idle && d.cfg.Window.Canvas().Focused() == nil {
		d.stage.open(stageTeam)
	}
}

// promiseWords is how sure the ticket's appointment is, and in which colour; "" when
// there is nothing to say.
func (k kit) promiseWords(p desk.Promise) (string, fyne.ThemeColorName) {
	switch p {
	case desk.PromiseNone:
		return "", theme.Muted
	case desk.PromiseConfirmed, desk.PromiseLeased:
		return k.words.T("promise." + string(p)), theme.Good
	case desk.PromiseContested:
		return k.words.T("promise." + string(p)), theme.Bad
	}
	return k.words.T("promise." + string(p)), theme.Wait
}

// elsewhereWords says who types for a client on another desk, "" when nobody does.
func (k kit) elsewhereWords(s *desk.State, client clients.ID) (lead, rest string) {
	list := s.Elsewhere(client)
	if len(list) == 0 {
		return "", ""
	}
	e := list[0]
	lead = k.words.T("elsewhere.lead", firstOf(e.Name, e.DeskName))
	rest = joined(firstOf(e.Draft.Message.Name, callerName("", e.Draft.Caller)), k.quotedShort(e.Draft.Message.Text))
	if n := len(list) - 1; n > 0 {
		rest = joined(rest, k.words.N("elsewhere.more", n))
	}
	return lead, rest
}

// quotedShort is the beginning of a message, between quotes.
func (k kit) quotedShort(text string) string {
	if text == "" {
		return ""
	}
	return k.quoted(short(text, 60))
}
