package ui

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	fynetheme "fyne.io/fyne/v2/theme"

	"permanence/clients"
	"permanence/phone"
	"permanence/ui/desk"
	"permanence/ui/theme"
	"permanence/ui/widgets"
)

// soundRow is what a caller left on the answering machine, above the message: to
// be listened to, and deleted, which is asked about.
type soundRow struct {
	kit
	root   *fyne.Container
	label  *widgets.Text
	key    *widgets.KeyCap
	player *widgets.Player
	delete *widgets.IconButton
	sure   *widgets.KeyButton // in place of delete, while that is asked about

	sound phone.SoundID
	now   time.Time
	twice widgets.Twice
}

func newSoundRow(k kit) *soundRow {
	r := &soundRow{kit: k, player: widgets.NewPlayer()}
	r.label = widgets.NewText(k.words.T("sound.left"), widgets.TextStyle{Size: theme.SizeSmall, Bold: true})
	r.key = widgets.NewKeyCap(k.words.T("key.listen"))
	r.player.OnPlay = func(from time.Duration) { k.send(desk.SoundPlayed{Sound: r.sound, From: from}) }
	r.player.OnStop = func() { k.send(desk.SoundStopped{}) }
	r.delete = widgets.NewIconButton(fynetheme.IconNameDelete, r.drop)
	r.sure = widgets.NewKeyButton(k.words.T("sound.delete.sure"), k.words.T("key.delete"), widgets.Danger, r.drop).Small()
	r.sure.Hide()
	r.root = container.New(&widgets.Row{Gap: 10, Grow: r.player.Root}, r.label, r.key, r.player.Root, r.delete, r.sure)
	r.root.Hide()
	return r
}

// show fills the row from a message, and reports whether it came or went.
func (r *soundRow) show(s *desk.State, m *clients.Message) bool {
	r.sound, r.now = m.Sound, s.Now
	r.ask()
	if m.Sound != "" {
		at, playing := s.Heard(m.Sound, m.SoundLength)
		r.player.Show(m.SoundLength, at, playing, r.words.Played(at, m.SoundLength, playing))
	}
	return widgets.Show(r.root, m.Sound != "")
}

// drop deletes the sound when it is pressed for the second time.
func (r *soundRow) drop() {
	if r.twice.Press(string(r.sound), r.now) {
		r.send(desk.SoundDeleted{Sound: r.sound})
	}
	r.ask()
}

// ask shows whether deleting is being asked about.
func (r *soundRow) ask() {
	asked := r.asks()
	moved := widgets.Show(r.sure, asked)
	if widgets.Show(r.delete, !asked) || moved {
		widgets.Relayout(r.root)
	}
}

func (r *soundRow) asks() bool { return r.twice.Asks(string(r.sound), r.now) }

// keep takes the question back.
func (r *soundRow) keep() {
	r.twice.Forget()
	r.ask()
}

// deleteSound deletes what the caller in front left, when it is pressed twice.
func (d *Desk) deleteSound() {
	if t := d.state.FrontTicket(); t != nil && t.Draft.Message.Sound != "" && d.stage.on == stageWork {
		d.form.sound.drop()
	}
}

// inFront reports whether a sound is what the caller in front left.
func (d *Desk) inFront(sound phone.SoundID) bool {
	t := d.state.FrontTicket()
	return t != nil && t.Draft.Message.Sound == sound
}

// listen plays what the caller in front left, or stops it.
func (d *Desk) listen() {
	if t := d.state.FrontTicket(); t != nil && t.Draft.Message.Sound != "" && d.stage.on == stageWork {
		d.form.sound.player.Toggle()
	}
}
