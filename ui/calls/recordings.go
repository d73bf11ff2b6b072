package calls

import (
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"permanence/clients"
	"permanence/ui/desk"
	"permanence/ui/theme"
	"permanence/ui/widgets"
)

// recordings are the sounds kept of a call: each can be heard, and deleted before
// its day, which is shown. Deleting is asked about.
type recordings struct {
	panel  *Panel
	column *fyne.Container
	rows   []*recording
	twice  widgets.Twice
}

type recording struct {
	box    *fyne.Container
	player *widgets.Player
	until  *widgets.Text
	remove *widgets.KeyButton
	sound  clients.Sound
}

func newRecordings(p *Panel) *recordings {
	return &recordings{panel: p, column: container.New(&widgets.Column{Gap: 10})}
}

func (r *recordings) add() {
	p, row := r.panel, &recording{player: widgets.NewPlayer()}
	row.player.OnPlay = func(from time.Duration) { p.cfg.Send(desk.SoundPlayed{Sound: row.sound.ID, From: from}) }
	row.player.OnStop = func() { p.cfg.Send(desk.SoundStopped{}) }
	row.until = widgets.NewText("", widgets.TextStyle{Size: theme.SizeSmall, Color: theme.Muted, Lines: 4})
	row.remove = widgets.NewKeyButton("", "", widgets.Quiet, func() { r.press(row) }).Small()
	player := container.New(&widgets.Row{Gap: 8, Grow: row.player.Root}, row.player.Root)
	if len(r.rows) == 0 { // the keys are the first one's: there is hardly ever a second
		row.remove.SetKey(p.cfg.Words.T("key.delete"))
		player.Add(widgets.NewKeyCap(p.cfg.Words.T("key.listen")))
	}
	row.box = container.New(&widgets.Column{Gap: 4}, player, row.until, container.New(&widgets.Flow{}, row.remove))
	r.rows = append(r.rows, row)
	r.column.Add(row.box)
}

// toggle plays the first recording, or stops it.
func (r *recordings) toggle() bool {
	return r.first(func(row *recording) { row.player.Toggle() })
}

// drop deletes the first recording when it is pressed for the second time.
func (r *recordings) drop() bool { return r.first(r.press) }

// press asks about a recording, or deletes it.
func (r *recordings) press(row *recording) {
	if r.twice.Press(string(row.sound.ID), r.panel.state.Now) {
		r.panel.cfg.Send(desk.SoundDeleted{Sound: row.sound.ID})
	}
	r.ask()
}

// ask shows which recording is being asked about.
func (r *recordings) ask() {
	for _, row := range r.rows {
		row.ask(r.panel, r.asks(row))
	}
}

func (r *recordings) asks(row *recording) bool {
	return r.twice.Asks(string(row.sound.ID), r.panel.state.Now)
}

// keep takes the question back, and reports whether there was one.
func (r *recordings) keep() bool {
	asked := slices.ContainsFunc(r.rows, r.asks)
	r.twice.Forget()
	r.ask()
	return asked
}

func (row *recording) ask(p *Panel, asked bool) {
	label, kind := p.t("sound.delete"), widgets.Quiet
	if asked {
		label, kind = p.cfg.Words.T("sound.delete.sure"), widgets.Danger
	}
	row.remove.SetKind(kind)
	if row.remove.SetLabel(label) {
		widgets.Relayout(row.box)
	}
}

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
	r.ask()
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
