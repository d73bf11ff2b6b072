package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"permanence/phone"
	"permanence/ui/desk"
	"permanence/ui/theme"
	"permanence/ui/widgets"
)

// topBar says how the desk is doing: lines, office, sound, what has not left
// yet, what waits for a word, missed calls, who is at work, the time.
type topBar struct {
	kit
	root *fyne.Container

	line, office, sound *light
	team                *light
	meter               *widgets.Meter
	unsent, missed, mic *pill
	voicemail           *pill
	conflicts           *pill
	strangers           *widgets.Text
	clock               *widgets.Text
	remark              *widgets.Text // what just went well
	room                *topLayout
}

// light is a dot with a sentence, which can be pressed for more.
type light struct {
	dot  *widgets.Dot
	text *widgets.Text
	box  *widgets.Box
}

func newLight(tapped func(), more ...fyne.CanvasObject) *light {
	l := &light{dot: widgets.NewDot(theme.Faint), text: widgets.NewText("", widgets.TextStyle{Size: theme.SizeSmall, Color: theme.Muted})}
	objects := append([]fyne.CanvasObject{l.dot, l.text}, more...)
	l.box = widgets.NewBox(widgets.BoxStyle{Radius: 5, Pad: widgets.Pad{6, 5, 6, 5}}, container.New(&widgets.Row{Gap: 7}, objects...))
	l.box.OnTapped = tapped
	return l
}

func (l *light) set(c fyne.ThemeColorName, spans ...widgets.Span) bool {
	l.dot.SetColor(c)
	return l.text.SetSpans(spans...)
}

// pill is a short sentence on a ground of its own, hidden when there is nothing
// to say.
type pill struct {
	text *widgets.Text
	box  *widgets.Box
}

func newPill(tapped func()) *pill {
	p := &pill{text: widgets.NewText("", widgets.TextStyle{Size: theme.SizeSmall})}
	p.box = widgets.NewBox(widgets.BoxStyle{}, p.text)
	p.box.OnTapped = tapped
	p.box.Hide()
	return p
}

func (p *pill) set(text string, ink, fill, edge fyne.ThemeColorName) bool {
	p.text.SetColor(ink)
	p.box.SetStyle(widgets.BoxStyle{Fill: fill, Stroke: edge, Radius: 13, Pad: widgets.Pad{12, 4, 12, 4}})
	changed := p.text.SetSpans(widgets.Span{Text: text, Bold: fill != ""})
	return widgets.Show(p.box, text != "") || changed
}

func newTopBar(k kit, d *Desk) *topBar {
	t := &topBar{kit: k, meter: widgets.NewMeter()}
	t.line = newLight(d.OpenSettings)
	t.office = newLight(d.openOffice)
	t.team = newLight(func() { d.stage.open(stageTeam) })
	t.team.box.Hide()
	t.conflicts = newPill(func() { d.stage.open(stageConflicts) })
	t.sound = newLight(d.OpenSettings, t.meter)
	t.unsent = newPill(func() { d.stage.open(stageOutbox) })
	t.missed = newPill(func() { k.send(desk.MissedSeen{}); d.left.showHistory() })
	t.mic = newPill(func() { k.send(desk.MutePressed{}) })
	t.voicemail = newPill(nil)
	t.strangers = widgets.NewText("", widgets.TextStyle{Size: theme.SizeSmall, Color: theme.Faint})
	t.clock = widgets.NewText("", widgets.TextStyle{Size: theme.SizeSmall, Color: theme.Muted})
	t.remark = widgets.NewText("", widgets.TextStyle{Size: theme.SizeSmall, Color: theme.Good, Bold: true, Cut: true, Align: fyne.TextAlignCenter})
	t.room = &topLayout{Row: widgets.Row{Gap: 12, Grow: t.remark}}
	row := container.New(t.room, t.line.box, t.office.box, t.sound.box,
		t.unsent.box, t.conflicts.box, t.mic.box, t.remark, t.strangers, t.voicemail.box, t.missed.box, t.team.box, t.clock)
	t.root = container.New(widgets.Pad{2, 7, 6, 7}, row)
	return t
}

func (t *topBar) show(s *desk.State) {
	changed := t.showLines(s)
	changed = t.showOffice(s) || changed
	changed = t.showTeam(s) || changed
	changed = t.showConflicts(s) || changed
	changed = t.showSound(s) || changed
	changed = t.showUnsent(s) || changed
	changed = t.showMissed(s) || changed
	changed = t.showServer(s) || changed
	changed = t.showRemark(s) || changed
	changed = t.showClock(s) || changed
	t.room.yields = t.room.yields[:0]
	if s.Sound.Code == "" && !s.Sound.Devices[desk.Earpiece].Lost && !s.Sound.Silent {
		t.room.yields = append(t.room.yields, t.sound.text)
	}
	t.room.yields = append(t.room.yields, t.strangers)
	if changed {
		widgets.Relayout(t.root)
	}
}

// level shows the microphone's level.
func (t *topBar) level(dbfs float64) { t.meter.SetLevel(dbfs) }

// showLines names the line that is in trouble, or the one line, or counts them.
func (t *topBar) showLines(s *desk.State) bool {
	used, trouble := 0, (*desk.Line)(nil)
	var one *desk.Line
	for i := range s.Lines {
		l := &s.Lines[i]
		if l.Disabled {
			continue
		}
		used++
		one = l
		if !l.State.Ready() && (trouble == nil || lineColor(l.State) == theme.Bad) {
			trouble = l
		}
	}
	switch {
	case used == 0:
		return t.line.set(theme.Wait, widgets.Span{Text: t.words.T("top.no-line")})
	case trouble != nil:
		return t.line.set(lineColor(trouble.State), t.lineSpans(trouble)...)
	case used == 1:
		return t.line.set(theme.Good, t.lineSpans(one)...)
	}
	return t.line.set(theme.Good, widgets.Span{Text: t.words.N("top.lines", used)})
}

func (t *topBar) lineSpans(l *desk.Line) []widgets.Span {
	label := l.Label
	if label == "" {
		label = l.User
	}
	ink := theme.Ink
	if c := lineColor(l.State); c == theme.Bad {
		ink = c
	}
	return []widgets.Span{
		{Text: t.words.T("top.line") + " "},
		{Text: label, Bold: true, Color: ink},
		{Text: " " + t.words.T("line.state."+string(l.State))},
	}
}

func lineColor(s phone.LineState) fyne.ThemeColorName {
	switch s {
	case phone.LineRegistered, phone.LineListening:
		return theme.Good
	case phone.LineOff, phone.LineRegistering:
		return theme.Wait
	}
	return theme.Bad
}

func (t *topBar) showSound(s *desk.State) bool {
	d := s.Sound.Devices[desk.Earpiece]
	shown := widgets.Show(t.meter, !s.Sound.Silent)
	t.mic.set(t.muted(s), theme.Panel, theme.Bad, "")
	switch {
	case s.Sound.Silent:
		return t.sound.set(theme.Bad, widgets.Span{Text: t.words.T("top.silent")}) || shown
	case d.Using == "":
		return t.sound.set(theme.Faint, widgets.Span{Text: t.words.T("top.sound-default")}) || shown
	case d.Lost:
		return t.sound.set(theme.Wait, widgets.Span{Text: t.words.T("top.sound-lost", d.Wanted) + " "},
			widgets.Span{Text: d.Using, Bold: true, Color: theme.Ink}) || shown
	}
	return t.sound.set(theme.Good, widgets.Span{Text: t.words.T("top.sound") + " "},
		widgets.Span{Text: short(d.Using, 26), Bold: true, Color: theme.Ink}) || shown
}

func (t *topBar) muted(s *desk.State) string {
	if s.Sound.Muted {
		return t.words.T("top.muted")
	}
	return ""
}

func (t *topBar) showUnsent(s *desk.State) bool {
	n := s.Unsent()
	words := t.unsentWords(s, n)
	switch {
	case failed(s) > 0:
		return t.unsent.set(words, theme.Bad, theme.BadTint, theme.BadEdge)
	case n > 0:
		return t.unsent.set(words, theme.Wait, theme.WaitTint, theme.WaitEdge)
	}
	return t.unsent.set(words, theme.Muted, "", "")
}

func (t *topBar) showMissed(s *desk.State) bool {
	if s.Missed == 0 {
		return t.missed.set("", theme.Bad, "", "")
	}
	return t.missed.set(t.words.N("top.missed", s.Missed), theme.Bad, theme.BadTint, theme.BadEdge)
}

// showServer tells what the lines' servers say beside calls: voice messages that
// wait, and quietly how many strangers were turned away.
func (t *topBar) showServer(s *desk.State) bool {
	waiting, strangers := 0, uint64(0)
	for i := range s.Lines {
		waiting += s.Lines[i].Voicemail[0]
		strangers += s.Lines[i].Strangers
	}
	words := ""
	if waiting > 0 {
		words = t.words.N("top.voicemail", waiting)
	}
	changed := t.voicemail.set(words, theme.Wait, theme.WaitTint, theme.WaitEdge)
	quiet := ""
	if strangers > 0 {
		quiet = t.words.N("top.strangers", int(strangers))
	}
	changed = t.strangers.Set(quiet) || changed
	return widgets.Show(t.strangers, strangers > 0) || changed
}

func (t *topBar) showRemark(s *desk.State) bool {
	words := ""
	if n := remarkOf(s); n != nil {
		words = t.sentence(n)
	}
	return t.remark.Set(words)
}

func (t *topBar) showClock(s *desk.State) bool {
	if s.Now.IsZero() {
		return false
	}
	return t.clock.SetSpans(widgets.Span{Text: t.words.Day(s.Now) + " · "},
		widgets.Span{Text: t.words.Clock(s.Now), Bold: true, Color: theme.Ink})
}

// topLayout is a row whose less needed words give way where all of them have no room:
// the name of a headset that works, then the count of strangers.
type topLayout struct {
	widgets.Row
	yields []*widgets.Text
}

// Layout hides what must give way, and shows it again where there is room.
func (l *topLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, t := range l.yields {
		widgets.Show(t, t.String() != "")
	}
	for _, t := range l.yields {
		if l.MinSize(objects).Width > size.Width {
			widgets.Show(t, false)
		}
	}
	l.Row.Layout(objects, size)
}
