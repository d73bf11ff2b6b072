package ui

import (
	"fyne.io/fyne/v2/container"

	"permanence/clients"
	"permanence/ui/desk"
	"permanence/ui/theme"
	"permanence/ui/widgets"
)

// announceBar stands under the greeting while the caller hears it, or another
// recorded sound: how far it has come, and the key to speak at once.
type announceBar struct {
	kit
	box      *widgets.Box
	text     *widgets.Text
	progress *widgets.Progress
	button   *widgets.KeyButton
	event    desk.Event
}

func newAnnounceBar(k kit) *announceBar {
	a := &announceBar{kit: k, progress: widgets.NewProgress()}
	a.text = widgets.NewText("", widgets.TextStyle{Size: theme.SizeSmall, Bold: true, Color: theme.Good, Cut: true})
	a.button = widgets.NewKeyButton("", "F2", widgets.Primary, func() { k.send(a.event) }).Small()
	line := container.New(&widgets.Row{Gap: 12, Grow: a.text}, a.text, a.button)
	style := widgets.BoxStyle{Fill: theme.GoodTint, Radius: 5, Pad: widgets.Pad{12, 6, 8, 6}}
	a.box = widgets.NewBox(style, container.New(&widgets.Column{Gap: 3}, line, a.progress))
	a.box.Hide()
	return a
}

// show tells what the caller in front hears, and reports whether the bar came or
// went.
func (a *announceBar) show(s *desk.State) bool {
	c := s.FrontCall()
	if c == nil || c.Announcing == nil && c.Phase != desk.Machine {
		return widgets.Show(a.box, false)
	}
	words, share := a.words.T("announce.recording"), 1.0
	if r := c.Recording; r != nil && !r.Since.IsZero() {
		words = a.words.T("announce.recording-since", a.words.Age(s.Now.Sub(r.Since)))
	}
	if an := c.Announcing; an != nil {
		words, share = a.words.T("announce."+string(an.Kind)), played(s, an)
	}
	changed := a.text.Set(words)
	a.progress.Set(share)
	label := ""
	switch c.Phase {
	case desk.Talking:
		label, a.event = a.words.T("announce.speak"), desk.CutInPressed{Call: c.ID}
	case desk.Machine:
		label, a.event = a.words.T("announce.take"), desk.AnswerPressed{Call: c.ID}
	}
	changed = widgets.Show(a.button, label != "") || changed
	changed = a.button.SetLabel(label) || changed
	return widgets.Show(a.box, true) || changed
}

// played is the share of an announcement that was heard so far.
func played(s *desk.State, a *desk.Announcing) float64 {
	if a.Since.IsZero() || a.Length <= 0 {
		return 0
	}
	return float64(s.Now.Sub(a.Since)) / float64(a.Length)
}

// announceKinds are the sounds that a caller hears in place of the operator.
var announceKinds = []clients.SoundKind{clients.SoundGreeting, clients.SoundWait, clients.SoundMachine, clients.SoundNotice}
