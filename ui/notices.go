package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"permanence/ui/desk"
	"permanence/ui/theme"
	"permanence/ui/widgets"
)

// Notices of these IDs are about what is in front, and said beside it: under the
// message and above the agenda.
const (
	noticeMessage = "message"
	noticeAgenda  = "agenda"

	// said where calls are put together, with the way on
	noticeTransfer = "transfer"
	noticeDial     = "dial"
)

// noticeOf finds the notice of an ID, nil when there is none.
func noticeOf(s *desk.State, id string) *desk.Notice {
	for i := range s.Notices {
		if s.Notices[i].ID == id {
			return &s.Notices[i]
		}
	}
	return nil
}

// remarkOf is the newest remark that asks for nothing, nil when there is none.
func remarkOf(s *desk.State) *desk.Notice {
	for i := len(s.Notices) - 1; i >= 0; i-- {
		if s.Notices[i].Level == desk.Info {
			return &s.Notices[i]
		}
	}
	return nil
}

// noticesShown bounds the bars on screen: the gravest first, then the newest.
const noticesShown = 2

// noticeBar tells calmly what the operator must know, above the panels, with the
// technical words on demand and what can be done about it.
type noticeBar struct {
	kit
	root *fyne.Container
	rows [noticesShown]*notice
}

func newNoticeBar(k kit, d *Desk) *noticeBar {
	b := &noticeBar{kit: k}
	column := container.New(&widgets.Column{Gap: 5})
	for i := range b.rows {
		b.rows[i] = newNotice(k, d)
		column.Add(b.rows[i].box)
	}
	b.root = container.New(widgets.Pad{0, 0, 0, gap}, column)
	b.root.Hide()
	return b
}

// show fills the bars, and reports whether their room changed.
func (b *noticeBar) show(s *desk.State) bool {
	all := barred(s)
	chosen := gravest(all)
	changed := widgets.Show(b.root, len(chosen) > 0)
	for i, row := range b.rows {
		changed = widgets.Show(row.box, i < len(chosen)) || changed
		if i < len(chosen) {
			more := 0
			if i == len(chosen)-1 {
				more = len(all) - len(chosen)
			}
			changed = row.show(chosen[i], more) || changed
		}
	}
	return changed
}

// barred are the notices that need a bar: not the remarks, which stand in the top
// bar, nor what is said beside the message or the agenda.
func barred(s *desk.State) []*desk.Notice {
	var all []*desk.Notice
	for i := range s.Notices {
		n := &s.Notices[i]
		beside := s.Front != "" && n.Level < desk.Alarm && (n.ID == noticeMessage || n.ID == noticeAgenda)
		beside = beside || n.ID == noticeTransfer && backIn(s) != nil
		beside = beside || n.ID == noticeDial && s.Transfer != nil && s.Transfer.Problem.Code != ""
		if n.Level > desk.Info && !beside {
			all = append(all, n)
		}
	}
	return all
}

// gravest chooses which notices to show.
func gravest(all []*desk.Notice) []*desk.Notice {
	var chosen []*desk.Notice
	for _, level := range []desk.Level{desk.Alarm, desk.Warning} {
		for i := len(all) - 1; i >= 0; i-- {
			if all[i].Level == level && len(chosen) < noticesShown {
				chosen = append(chosen, all[i])
			}
		}
	}
	return chosen
}

// notice is one bar.
type notice struct {
	kit
	desk   *Desk
	box    *widgets.Box
	dot    *widgets.Dot
	text   *widgets.Text
	detail *widgets.Text
	more   *widgets.KeyButton
	act    *widgets.KeyButton

	shown    desk.Notice
	action   func()
	unfolded bool
}

func newNotice(k kit, d *Desk) *notice {
	n := &notice{kit: k, desk: d, dot: widgets.NewDot(theme.Good)}
	n.text = widgets.NewText("", widgets.TextStyle{Size: theme.SizeSmall, Bold: true, Cut: true})
	n.detail = widgets.NewText("", widgets.TextStyle{Size: theme.SizeSmall, Color: theme.Muted, Lines: 3})
	n.more = widgets.NewKeyButton(k.words.T("notice.more"), "", widgets.Quiet, n.unfold).Small()
	n.act = widgets.NewKeyButton("", "", widgets.Secondary, func() { n.action() }).Small()
	away := widgets.NewIconButton(closeIcon, func() { k.send(desk.NoticeClosed{ID: n.shown.ID}) })
	row := container.New(&widgets.Row{Gap: 9, Grow: n.text}, n.dot, n.text, n.act, n.more, away)
	n.box = widgets.NewBox(widgets.BoxStyle{}, container.New(&widgets.Column{Gap: 2}, row, n.detail))
	return n
}

func (n *notice) show(d *desk.Notice, more int) bool {
	if d.ID != n.shown.ID || d.At != n.shown.At {
		n.unfolded = false
	}
	n.shown = *d
	ink, fill, edge := noticeColors(d.Level)
	n.dot.SetColor(ink)
	n.box.SetStyle(widgets.BoxStyle{Fill: fill, Stroke: edge, Radius: 6, Pad: widgets.Pad{14, 3, 8, 3}})
	words := n.sentence(d)
	if more > 0 {
		words += " " + n.words.N("notice.others", more)
	}
	changed := n.text.Set(words)
	changed = n.detail.Set(d.Detail) || changed
	changed = widgets.Show(n.detail, n.unfolded && d.Detail != "") || changed
	changed = widgets.Show(n.more, d.Detail != "" && !n.unfolded) || changed
	label, action := n.desk.noticeAction(d)
	n.action = action
	changed = n.act.SetLabel(label) || changed
	return widgets.Show(n.act, action != nil) || changed
}

// sentence is what a notice says; an argument that is missing leaves nothing.
func (k kit) sentence(n *desk.Notice) string {
	args := []any{"", "", "", ""}
	for i, a := range n.Args[:min(len(n.Args), len(args))] {
		args[i] = a
	}
	return k.words.Or(args, "notice."+n.Code, "problem."+n.Code, "problem.other")
}

func (n *notice) unfold() {
	n.unfolded = true
	n.detail.Show()
	n.more.Hide()
	widgets.Relayout(n.desk.root)
	n.desk.root.Refresh()
}

func noticeColors(l desk.Level) (ink, fill, edge fyne.ThemeColorName) {
	switch l {
	case desk.Alarm:
		return theme.Bad, theme.BadTint, theme.BadEdge
	}
	return theme.Wait, theme.WaitTint, theme.WaitEdge
}

// noticeAction is what can be done about a notice from here; nil for nothing.
func (d *Desk) noticeAction(n *desk.Notice) (label string, act func()) {
	switch n.Code {
	case "ticket.has-message":
		return d.words.T("notice.put-away-anyway"), func() { d.send(desk.TicketPutAway{Anyway: true}) }
	case "delivery.failed":
		return d.words.T("notice.open-outbox"), func() { d.stage.open(stageOutbox) }
	case "line.refused", "line.failed", "line.unreachable", "dial.no-line", "sound.silent":
		if d.stage.offers(stageSettings) {
			return d.words.T("notice.open-settings"), func() { d.stage.open(stageSettings) }
		}
	case "message.no-recipient":
		if c := d.state.FrontClient(); c != nil && d.stage.offers(stageEditor) {
			return d.words.T("notice.open-client"), func() { d.OpenEditor(c.ID) }
		}
	}
	return "", nil
}
