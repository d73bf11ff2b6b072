package calls

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"permanence/clients"
	"permanence/ui/desk"
	"permanence/ui/theme"
	"permanence/ui/widgets"
)

// recordings are the sounds kept of a call: each can be heard, and deleted before
// its day, which is shown.
type recordings struct {
	panel  *Panel
	column *fyne.Container
	rows   []*recording
}

type recording struct {
	box    *fyne.Container
	player *widgets.Player
	until  *widgets.Text
	sound  clients.Sound
	drop   func()
}

func newRecordings(p *Panel) *recordings {
	return &recordings{panel: p, column: container.New(&widgets.Column{Gap: 10})}
}

func (r *recordings) add() {
	p, row := r.panel, &recording{player: widgets.NewPlayer()}
	row.player.OnPlay = func(from time.Duration) { p.cfg.Send(desk.SoundPlayed{Sound: row.sound.ID, From: from}) }
	row.player.OnStop = func() { p.cfg.Send(desk.SoundStopped{}) }
	row.until = widgets.NewText("", widgets.TextStyle{Size: theme.SizeSmall, Color: theme.Muted, Lines: 4})
	remove := widgets.NewKeyButton(p.t("sound.delete"), "", widgets.Quiet, func() { row.drop() }).Small()
	row.drop = func() { p.cfg.Send(desk.SoundDeleted{Sound: row.sound.ID}) }
	if len(r.rows) == 0 {
		remove.SetKey(p.t("key.delete")) // the keys are the first one's: there is hardly ever a second
	}
	line := container.New(&widgets.Row{Gap: 8, Grow: row.until}, row.until, remove)
	row.box = container.New(&widgets.Column{Gap: 2}, row.player.Root, line)
	r.rows = append(r.rows, row)
	r.column.Add(row.box)
}

// toggle plays the first recording, or stops it.
func (r *recordings) toggle() bool {
	return r.first(func(row *recording) { row.player.Toggle() })
}

// drop deletes the first recording.
func (r *recordings) drop() bool { return r.first(func(row *recording) { row.drop() }) }

// first does something with the first recording, and reports whether there is one.
func (r *recordings) first(do func(*recording)) bool {
	if len(r.rows) == 0 || !r.rows[0].box.Visible() {
		return false
	}
	do(r.rows[0])
	return true
}

// show fills the rows, and reports whether their number changed.
func (r *recordings) show(c *desk.CallRecord) bool {
	moved := false
	for len(r.rows) < len(c.Sounds) {
		r.add()
		moved = true
	}
	for i, row := range r.rows {
		moved = widgets.Show(row.box, i < len(c.Sounds)) || moved
		if i < len(c.Sounds) {
			row.show(r.panel, c.Sounds[i])
		}
	}
	return moved
}

func (row *recording) show(p *Panel, s clients.Sound) {
	row.sound = s
	at, playing := p.state.Heard(s.ID, s.Length)
	row.player.Show(s.Length, at, playing, p.cfg.Words.Played(at, s.Length, playing))
	words := p.t("sound." + string(s.Kind))
	if !s.DeleteOn.IsZero() {
		words = joined(words, p.t("sound.until", p.cfg.Words.Date(s.DeleteOn.In(p.state.Now.Location()), p.state.Now)), s.Reason)
	}
	row.until.Set(words)
}
