package ui

import (
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"permanence/phone"
	"permanence/ui/desk"
	"permanence/ui/theme"
	"permanence/ui/widgets"
)

// transferPanel is F4: to whom the caller is put through. It takes the message's
// place under the client's card, which says who may be disturbed and when; the
// draft waits. It opens at the key, before the core has answered, so that a digit
// typed right after never lands in the message.
type transferPanel struct {
	kit
	desk   *Desk
	root   *widgets.Box
	title  *widgets.Text
	entry  *widgets.Entry
	field  *widgets.Field
	wrong  *widgets.Text
	none   *widgets.Text
	rows   []*targetRow
	list   *fyne.Container
	scroll *container.Scroll

	announce, blind, cancel *widgets.KeyButton

	open    bool         // the operator asked for it
	asked   time.Time    // when, until the core has answered
	wanting bool         // the keyboard, once the panel is in view
	waits   phone.CallID // who waits, as F4 meant it
	with    phone.CallID // who was asked, as the state last said
	strokes int          // of the message, when she asked
	targets []desk.Target
	at      int
}

func newTransferPanel(k kit, d *Desk) *transferPanel {
	p := &transferPanel{kit: k, desk: d}
	p.title = widgets.NewText("", widgets.TextStyle{Bold: true, Cut: true})
	p.cancel = widgets.NewKeyButton("", k.words.T("key.escape"), widgets.Secondary, p.leave).Small()
	p.entry = widgets.NewEntry(p.Key)
	p.entry.OnKey = func(key fyne.KeyName) bool { return p.step(key) }
	p.entry.OnRune = p.digit
	p.entry.OnEnter = func() { p.choose(true) }
	p.entry.OnEscape = p.leave
	p.entry.OnTyped = p.typed
	p.entry.SetPlaceHolder(k.words.T("transfer.placeholder"))
	p.field = widgets.NewField(k.words.T("transfer.hint"), p.entry)
	p.wrong = widgets.NewText("", widgets.TextStyle{Size: theme.SizeSmall, Color: theme.Bad, Lines: 2})
	p.none = widgets.NewText(k.words.T("transfer.none"), widgets.TextStyle{Size: theme.SizeSmall, Color: theme.Muted, Lines: 2})
	p.list = container.New(&widgets.Column{Gap: 1})
	p.scroll = widgets.NewScroll(p.list)
	p.announce = widgets.NewKeyButton("", k.words.T("key.enter"), widgets.Primary, func() { p.choose(true) })
	p.blind = widgets.NewKeyButton(k.words.T("transfer.blind"), k.words.T("key.send"), widgets.Secondary, func() { p.choose(false) })
	style := widgets.Panel
	style.Pad = widgets.Pad{18, 12, 18, 12}
	p.root = widgets.NewBox(style, container.New(&widgets.Column{Gap: 8, Grow: p.scroll},
		container.New(&widgets.Row{Gap: 10, Grow: p.title}, p.title, p.cancel),
		p.field, p.wrong, p.none, p.scroll,
		container.New(&widgets.Flow{Gap: 8}, p.announce, p.blind)))
	p.root.Hide()
	return p
}

// ask opens the panel and begins: the caller waits from now on.
func (p *transferPanel) ask(call phone.CallID) {
	p.open, p.asked, p.targets, p.waits = true, p.desk.state.Now, nil, firstCall(call, p.desk.state.HoldTarget())
	p.entry.Replace("")
	p.desk.stage.close()
	p.desk.showJoined(&p.desk.state)
	if p.inView() {
		p.desk.focus(p.entry)
	}
	p.send(desk.TransferOpened{Call: call})
}

// take brings the panel of a transfer that was begun into view.
func (p *transferPanel) take() {
	s := &p.desk.state
	if c := s.FrontCall(); c == nil || c.ID != s.Transfer.Call {
		p.send(desk.CallChosen{Call: s.Transfer.Call})
	}
	p.open = true
	p.desk.stage.close()
	p.desk.showJoined(s)
	if p.inView() {
		p.desk.focus(p.entry)
	}
}

// leave goes back to the caller.
func (p *transferPanel) leave() {
	p.close()
	p.send(desk.TransferCancelled{})
	p.desk.arrangeCentre()
	p.desk.returnFocus()
}

func (p *transferPanel) close() { p.open, p.asked = false, time.Time{} }

// inView reports whether the panel stands where the operator sees it.
func (p *transferPanel) inView() bool {
	return p.open && p.desk.stage.on == stageWork && p.fits(&p.desk.state)
}

// answerWithin is how long the panel waits for the core to say that the transfer
// began.
const answerWithin = 3 * time.Second

// fits reports whether a state lets the operator choose for the call in front.
func (p *transferPanel) fits(s *desk.State) bool {
	if s.Transfer == nil {
		return s.FrontTicket() != nil && !p.asked.IsZero() && s.Now.Sub(p.asked) < answerWithin
	}
	front := s.FrontCall()
	return choosing(s) && front != nil && front.ID == s.Transfer.Call
}

// choosing reports whether a transfer waits to be told to whom.
func choosing(s *desk.State) bool {
	if s.Transfer == nil || s.Transfer.With != "" {
		return false
	}
	c := s.Call(s.Transfer.Call)
	return c != nil && c.Phase != desk.Back && !underway(c)
}

// transferable reports whether F4 has somebody to put through, or a call in front
// that rings and can be sent on. That may have been answered since it was drawn.
func transferable(s *desk.State) bool {
	if c := s.Call(s.HoldTarget()); c != nil {
		return !c.AnsweredAt.IsZero() && !c.Conference && !underway(c)
	}
	return rings(s.FrontCall())
}

// rings reports whether a call waits to be answered.
func rings(c *desk.Call) bool {
	return c != nil && c.Phase == desk.Ringing && (c.Pending == "" || c.Pending == "answer")
}

// show follows a state. What was typed before the core had answered is done now.
func (p *transferPanel) show(s *desk.State) {
	if s.Transfer != nil {
		early := !p.asked.IsZero()
		p.asked = time.Time{}
		p.setTargets(s.Transfer.Targets)
		p.entry.Fill(s.Transfer.Typed)
		if early && p.open {
			p.late()
		}
		p.wanting = early
	}
	p.follow(s)
	if p.open && s.Transfer == nil && s.Now.Sub(p.asked) >= answerWithin || s.Transfer != nil && !choosing(s) {
		p.close()
	}
	p.fill(s)
}

// follow brings the panel back when whom she asked did not answer, so that she
// asks another. It does not take the message away from under her hands: then the
// bar says what happened, and F4 brings the panel.
func (p *transferPanel) follow(s *desk.State) {
	asked := p.with
	p.with = ""
	if s.Transfer != nil {
		p.with = s.Transfer.With
	}
	if asked == "" && p.with != "" {
		p.strokes = p.desk.form.strokes
	}
	failed := asked != "" && p.with == "" && s.Transfer != nil && s.Transfer.Problem.Code != ""
	if failed && p.fits(s) && p.desk.stage.on == stageWork && !p.desk.form.busy(p.strokes, s.Now) {
		p.open, p.wanting = true, !p.desk.typesElsewhere()
	}
}

// late does what a single digit means that was typed before its targets came.
func (p *transferPanel) late() {
	if r := []rune(p.entry.Text); len(r) == 1 {
		p.entry.Replace("")
		if !p.digit(r[0]) {
			p.entry.Replace(string(r))
		}
	}
}

// arrive takes the keyboard if F4 was pressed where there was no room for the panel.
func (p *transferPanel) arrive() {
	if p.wanting && p.inView() && !p.entry.Focused() {
		p.desk.focus(p.entry)
	}
	p.wanting = false
}

func (p *transferPanel) setTargets(list []desk.Target) {
	if len(list) != len(p.targets) || len(list) > 0 && &list[0] != &p.targets[0] {
		p.at = 0
	}
	p.targets = list
}

func (p *transferPanel) fill(s *desk.State) {
	who := ""
	if c := p.waiting(s); c != nil {
		who = p.party(s, c)
	}
	p.title.SetSpans(widgets.Span{Text: p.words.T("transfer.title") + " "}, widgets.Span{Text: who, Color: theme.Primary})
	p.cancel.SetLabel(p.words.T("join.cancel", short(who, 24)))
	wrong := p.transferProblem(s, p.words.T("join.somebody"), who)
	p.wrong.Set(wrong)
	widgets.Show(p.wrong, wrong != "")
	p.fillRows()
}

// waiting is the call that is put through.
func (p *transferPanel) waiting(s *desk.State) *desk.Call {
	if s.Transfer != nil {
		return s.Call(s.Transfer.Call)
	}
	return s.Call(p.waits)
}

func (p *transferPanel) fillRows() {
	list := p.choices()
	p.at = min(max(p.at, 0), max(len(list)-1, 0))
	for len(p.rows) < len(list) {
		r := newTargetRow(p, len(p.rows))
		p.rows = append(p.rows, r)
		p.list.Add(r.box)
	}
	for i, r := range p.rows {
		if widgets.Show(r.box, i < len(list)); i < len(list) {
			r.show(list[i], i == p.at)
		}
	}
	widgets.Show(p.none, len(list) == 0 && p.asked.IsZero())
	label := p.words.T("transfer.announce")
	if len(list) > 0 {
		label = p.words.T("transfer.announce-to", short(nameOf(list[p.at]), 26))
	}
	if rings(p.waiting(&p.desk.state)) {
		label = p.words.T("transfer.send-on")
	}
	widgets.Show(p.blind, !rings(p.waiting(&p.desk.state)))
	p.announce.SetEnabled(len(list) > 0)
	p.blind.SetEnabled(len(list) > 0)
	p.announce.SetLabel(label)
	widgets.Relayout(p.root.Content)
	p.root.Refresh()
}

// choices are the people who fit what was typed, and the number itself.
func (p *transferPanel) choices() []desk.Target {
	list := p.targets
	if typed := strings.TrimSpace(p.entry.Text); dialable(typed) {
		list = append(list[:len(list):len(list)], desk.Target{Number: typed})
	}
	return list
}

// dialable reports whether something typed is a number, an extension or an
// address rather than the beginning of a name.
func dialable(s string) bool {
	if strings.HasPrefix(s, "sip:") || strings.HasPrefix(s, "sips:") {
		return len(s) > len("sip:x")
	}
	return len(s) >= 2 && strings.Trim(s, "0123456789+*# .-()") == "" && strings.ContainsAny(s, "0123456789")
}

// nameOf is how a target is called.
func nameOf(t desk.Target) string { return firstOf(t.Name, asRead(t.Number)) }

// choose puts through to whom the row says: announced, or at once.
func (p *transferPanel) choose(announced bool) {
	list := p.choices()
	if p.at < len(list) {
		p.to(list[p.at], announced)
	}
}

func (p *transferPanel) to(t desk.Target, announced bool) {
	p.send(desk.TransferChosen{Number: t.Number, Name: t.Name, Announced: announced})
}

func (p *transferPanel) typed(text string) {
	p.at = 0
	p.send(desk.TransferTyped{Text: text})
	p.fillRows()
}

func firstCall(ids ...phone.CallID) phone.CallID {
	for _, id := range ids {
		if id != "" {
			return id
		}
	}
	return ""
}
