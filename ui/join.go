package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"permanence/phone"
	"permanence/ui/desk"
	"permanence/ui/theme"
	"permanence/ui/widgets"
)

// joinBar stands above the stage while calls are being put together: whom the
// operator talks to, who waits, how far it has come, and the keys that go on or
// back from here. It is in view whatever else is open.
type joinBar struct {
	kit
	desk    *Desk
	box     *widgets.Box
	title   *widgets.Text
	detail  *widgets.Text
	parties []*partyTag
	tags    *fyne.Container
	buttons []*widgets.KeyButton
	row     *fyne.Container
	acts    []func()
	low     bool
}

// joinFace is what the bar says at one moment. A title in its place says what
// goes on; parties say who is in it.
type joinFace struct {
	title, detail string
	tone          fyne.ThemeColorName // of the title
	fill, edge    fyne.ThemeColorName
	parties       []partyFace
	actions       []joinAction
}

// joinAction is a button of the bar; a nil do cannot be pressed now.
type joinAction struct {
	label, key string
	kind       widgets.Kind
	do         func()
}

func newJoinBar(k kit, d *Desk) *joinBar {
	b := &joinBar{kit: k, desk: d}
	b.title = widgets.NewText("", widgets.TextStyle{Bold: true, Lines: 2})
	b.detail = widgets.NewText("", widgets.TextStyle{Size: theme.SizeSmall, Color: theme.Muted, Lines: 2})
	b.tags = container.New(&widgets.Columns{Gap: 8, Least: 150})
	b.row = container.New(&widgets.Flow{Gap: 8})
	b.box = widgets.NewBox(widgets.BoxStyle{}, container.New(&joinLayout{}, container.New(&widgets.Column{Gap: 1}, b.title, b.detail), b.tags, b.row))
	b.box.Hide()
	return b
}

// show fills the bar, and reports whether its height may have changed.
func (b *joinBar) show(s *desk.State) bool {
	f, there := b.face(s)
	changed := widgets.Show(b.box, there)
	if !there {
		return changed
	}
	b.box.SetStyle(widgets.BoxStyle{Fill: f.fill, Stroke: f.edge, Radius: 7, Pad: pick(b.low, widgets.Pad{16, 9, 12, 10}, widgets.Pad{12, 6, 10, 7})})
	b.title.SetColor(f.tone)
	changed = b.title.Set(f.title) || changed
	changed = b.detail.Set(f.detail) || changed
	changed = widgets.Show(b.title, f.title != "") || changed
	changed = widgets.Show(b.detail, f.detail != "") || changed
	changed = b.showParties(f.parties) || changed
	changed = b.showActions(f.actions) || changed
	if changed {
		widgets.Relayout(b.box.Content)
	}
	return changed
}

// snug writes what each does beside the name, or under it again.
func (b *joinBar) snug(low bool) {
	b.low = low
	for _, p := range b.parties {
		p.snug(low)
	}
}

func (b *joinBar) showParties(faces []partyFace) bool {
	changed := widgets.Show(b.tags, len(faces) > 0)
	for len(b.parties) < len(faces) {
		p := newPartyTag()
		p.snug(b.low)
		b.parties = append(b.parties, p)
		b.tags.Add(p.box)
		changed = true
	}
	for i, p := range b.parties {
		changed = widgets.Show(p.box, i < len(faces)) || changed
		if i < len(faces) {
			changed = p.show(faces[i]) || changed
		}
	}
	return changed
}

func (b *joinBar) showActions(actions []joinAction) bool {
	changed := widgets.Show(b.row, len(actions) > 0)
	for len(b.buttons) < len(actions) {
		i := len(b.buttons)
		n := widgets.NewKeyButton("", "", widgets.Secondary, func() { b.acts[i]() })
		b.buttons = append(b.buttons, n)
		b.acts = append(b.acts, nil)
		b.row.Add(n)
		changed = true
	}
	for i, n := range b.buttons {
		changed = widgets.Show(n, i < len(actions)) || changed
		if i < len(actions) {
			a := actions[i]
			b.acts[i] = a.do
			changed = setButton(n, action{label: a.label, key: a.key, kind: a.kind}, a.do != nil) || changed
		}
	}
	return changed
}

// face is what the bar says of a state, the most pressing first; false when
// nothing is being put together.
func (b *joinBar) face(s *desk.State) (joinFace, bool) {
	if c := backIn(s); c != nil {
		return b.back(s, c), true
	}
	if c := passingIn(s); c != nil {
		return b.passing(s, c), true
	}
	if inConference(s) {
		return b.conference(s), true
	}
	t := s.Transfer
	if t == nil {
		return joinFace{}, false
	}
	waiting, asked := s.Call(t.Call), s.Call(t.With)
	switch {
	case waiting == nil:
		return joinFace{}, false
	case asked != nil:
		return b.consulting(s, waiting, asked), true
	case !b.desk.transfer.inView():
		return b.choosing(s, waiting), true
	}
	return joinFace{}, false
}

// back is a caller who is here again because nobody took the call.
func (b *joinBar) back(s *desk.State, c *desk.Call) joinFace {
	who := b.party(s, c)
	title := b.words.T("join.back", who)
	if n := noticeOf(s, noticeTransfer); n != nil {
		title = b.sentence(n)
	}
	return joinFace{
		title: title, tone: theme.Bad, fill: theme.BadTint, edge: theme.BadEdge,
		actions: []joinAction{
			{b.words.T("join.take-back", short(who, 24)), "F2", widgets.Primary, b.desk.sends(desk.AnswerPressed{Call: c.ID})},
			{b.words.T("join.elsewhere"), "F4", widgets.Secondary, func() { b.desk.transfer.ask(c.ID) }},
		},
	}
}

// passing is a caller whom the other side's telephone is putting through.
func (b *joinBar) passing(s *desk.State, c *desk.Call) joinFace {
	who := b.party(s, c)
	return joinFace{
		title:  b.words.T("join.passing", who, firstOf(c.PassingTo, b.words.T("join.somebody"))),
		detail: b.words.T(passingKey(c), firstOf(c.PassingTo, b.words.T("join.somebody"))),
		tone:   theme.Ink, fill: theme.WaitTint, edge: theme.WaitEdge,
		actions: []joinAction{b.cancel(who)},
	}
}

// consulting is the operator asking a third while the caller waits.
func (b *joinBar) consulting(s *desk.State, waiting, asked *desk.Call) joinFace {
	who, third := b.party(s, waiting), b.party(s, asked)
	next := third
	if asked.Phase == desk.Talking {
		next = who
	}
	complete := b.words.T("join.complete", short(who, 20), short(third, 20))
	if asked.AnsweredAt.IsZero() {
		complete = b.words.T("join.no-wait")
	}
	f := joinFace{
		title: b.transferProblem(s, third, who), tone: theme.Bad, fill: theme.PrimaryTint, edge: theme.Primary,
		parties: []partyFace{b.tagOf(s, waiting), b.tagOf(s, asked)},
		actions: []joinAction{
			{complete, "F4", widgets.Primary, b.desk.sends(desk.TransferCompleted{})},
			{b.words.T("join.swap", short(next, 20)), "F3", widgets.Secondary, nil},
			{b.words.T("join.confer"), "F11", widgets.Secondary, nil},
			{b.words.T("join.give-up"), b.words.T("key.escape"), widgets.Secondary, b.desk.sends(desk.TransferCancelled{})},
		},
	}
	if !asked.AnsweredAt.IsZero() {
		f.actions[1].do = b.desk.sends(desk.TransferSwapped{})
		f.actions[2].do = b.desk.sends(desk.ConferencePressed{})
	}
	return f
}

// choosing says that a transfer was begun which is out of view.
func (b *joinBar) choosing(s *desk.State, waiting *desk.Call) joinFace {
	who := b.party(s, waiting)
	return joinFace{
		title: b.words.T("join.choosing", who), detail: b.transferProblem(s, b.words.T("join.somebody"), who), tone: theme.Ink, fill: theme.PrimaryTint, edge: theme.Primary,
		actions: []joinAction{
			{b.words.T("join.choose"), "F4", widgets.Primary, b.desk.transfer.take}, b.cancel(who),
		},
	}
}

// conference is who hears whom.
func (b *joinBar) conference(s *desk.State) joinFace {
	f := joinFace{tone: theme.Ink, fill: theme.PrimaryTint, edge: theme.Primary}
	alone := operatorOut(s)
	you := partyFace{name: b.words.T("join.you"), state: b.words.T("join.in"), lit: !alone}
	leave := joinAction{b.words.T("join.leave"), "F11", widgets.Primary, b.desk.sends(desk.ConferenceLeft{})}
	if alone {
		you.state = b.words.T("join.out")
		leave = joinAction{b.words.T("join.rejoin"), "F11", widgets.Primary, b.desk.sends(desk.ConferenceJoined{})}
	}
	f.parties = append(f.parties, you)
	for i := range s.Calls {
		if c := &s.Calls[i]; c.Conference {
			f.parties = append(f.parties, b.tagOf(s, c))
		}
	}
	part := joinAction{b.words.T("join.part"), b.words.T("key.part"), widgets.Secondary, b.desk.sends(desk.ConferenceEnded{})}
	f.actions = []joinAction{leave, part}
	return f
}

// transferProblem is why the last try came to nothing, "" when none did.
func (k kit) transferProblem(s *desk.State, to, who string) string {
	if s.Transfer == nil || s.Transfer.Problem.Code == "" {
		return ""
	}
	words := k.problem(s.Transfer.Problem.Code, to, who)
	if words == k.words.T("problem.other") {
		words = joined(words, s.Transfer.Problem.Detail)
	}
	return words
}

func (b *joinBar) cancel(who string) joinAction {
	return joinAction{b.words.T("join.cancel", short(who, 24)), b.words.T("key.escape"), widgets.Secondary, b.desk.sends(desk.TransferCancelled{})}
}

// backIn is a call that is here again after a transfer failed, nil for none.
func backIn(s *desk.State) *desk.Call {
	return callWhere(s, func(c *desk.Call) bool { return c.Phase == desk.Back })
}

// passingIn is a call that is being put through, nil for none.
func passingIn(s *desk.State) *desk.Call { return callWhere(s, underway) }

func inConference(s *desk.State) bool {
	return callWhere(s, func(c *desk.Call) bool { return c.Conference }) != nil
}

// operatorOut reports whether the others of the conference talk without her.
func operatorOut(s *desk.State) bool {
	return callWhere(s, func(c *desk.Call) bool { return c.Conference && c.Alone }) != nil
}

func callWhere(s *desk.State, is func(*desk.Call) bool) *desk.Call {
	for i := range s.Calls {
		if is(&s.Calls[i]) {
			return &s.Calls[i]
		}
	}
	return nil
}

// underway reports whether a call is being put through: asked for already, or
// about to be. One that was joined on this desk is in a conference instead.
func underway(c *desk.Call) bool {
	return !c.Conference && c.Phase != desk.Back && (c.PassingTo != "" || c.Passing != "")
}

// passingKey is the sentence of how far it has come.
func passingKey(c *desk.Call) string {
	if c.Passing == "" {
		return "passing." + string(phone.TransferAsked)
	}
	return "passing." + string(c.Passing)
}
