package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"permanence/ui/desk"
	"permanence/ui/theme"
	"permanence/ui/widgets"
)

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
	chosen := gravest(s.Notices)
	changed := widgets.Show(b.root, len(chosen) > 0)
	for i, row := range b.rows {
		changed = widgets.Show(row.box, i < len(chosen)) || changed
		if i < len(chosen) {
			changed = row.show(chosen[i], len(s.Notices)-len(chosen)) || changed
		}
	}
	return changed
}

// gravest chooses which notices to show.
func gravest(all []desk.Notice) []*desk.Notice {
	var chosen []*desk.Notice
	for level := desk.Alarm; level >= desk.Info; level-- {
		for i := len(all) - 1; i >= 0; i-- {
			if all[i].Level == level && len(chosen) < noticesShown {
				chosen = append(chosen, &all[i])
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
	changed := n.text.Set(n.sentence(d, more))
	changed = n.detail.Set(d.Detail) || changed
	changed = widgets.Show(n.detail, n.unfolded && d.Detail != "") || changed
	changed = widgets.Show(n.more, d.Detail != "" && !n.unfolded) || changed
	label, action := n.desk.noticeAction(d)
	n.action = action
	changed = n.act.SetLabel(label) || changed
	return widgets.Show(n.act, action != nil) || changed
}

func (n *notice) sentence(d *desk.Notice, more int) string {
	args := make([]any, 4)
	for i := range args {
		args[i] = ""
		if i < len(d.Args) {
			args[i] = d.Args[i]
		}
	}
	words := n.words.Or(args, "notice."+d.Code, "problem."+d.Code, "problem.other")
	if more > 0 {
		words += " " + n.words.N("notice.others", more)
	}
	return words
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
	case desk.Info:
		return theme.Good, theme.GoodTint, ""
	case desk.Warning:
		return theme.Wait, theme.WaitTint, theme.WaitEdge
	}
	return theme.Bad, theme.BadTint, theme.BadEdge
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
