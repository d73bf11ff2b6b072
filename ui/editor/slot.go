package editor

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"permanence/clients"
	"permanence/phone"
	"permanence/ui/desk"
	"permanence/ui/sheet"
	"permanence/ui/theme"
	"permanence/ui/widgets"
)

// slot is the place of one recorded sound on a card: to hear it, to record it with
// one's own voice, to take it from a file, to take it away. One slot of the editor
// records at a time.
type slot struct {
	panel   *Panel
	kind    clients.SoundKind
	title   func() string // what the sound is called in the store
	changed func()

	id      phone.SoundID
	field   *widgets.Field
	player  *widgets.Player
	none    *widgets.Text
	record  *sheet.Button
	file    *sheet.Button
	remove  *sheet.Button
	playing *sheet.Button
	buttons *fyne.Container
}

func newSlot(p *Panel, label string, kind clients.SoundKind, title func() string, changed func()) *slot {
	s := &slot{panel: p, kind: kind, title: title, changed: changed, player: widgets.NewPlayer()}
	s.player.OnPlay = func(from time.Duration) { p.cfg.Send(desk.SoundPlayed{Sound: s.id, From: from}) }
	s.player.OnStop = func() { p.cfg.Send(desk.SoundStopped{}) }
	s.none = sheet.Note(p.t("sound.none"))
	s.playing = p.sheet.NewButton(p.t("sound.listen"), widgets.Quiet, s.player.Toggle)
	s.record = p.sheet.NewButton(p.t("sound.record"), widgets.Secondary, s.recordOrEnd)
	s.file = p.sheet.NewButton(p.t("sound.file"), widgets.Secondary, s.choose)
	s.remove = p.sheet.NewButton(p.t("sound.remove"), widgets.Quiet, func() { s.take("") })
	s.buttons = container.New(&widgets.Flow{Gap: 8}, s.playing, s.record, s.file, s.remove)
	s.field = widgets.NewField(label, container.New(&widgets.Column{Gap: 6}, s.none, s.player.Root, s.buttons))
	p.parts.slots = append(p.parts.slots, s)
	s.show(&p.state)
	return s
}

// take puts another sound in the slot, "" for none.
func (s *slot) take(id phone.SoundID) {
	s.id = id
	s.show(&s.panel.state)
	s.changed()
}

// recordOrEnd begins to record the operator, or ends.
func (s *slot) recordOrEnd() {
	if s.dictates() {
		s.panel.cfg.Send(desk.DictationEnded{})
		return
	}
	s.panel.leaveSound()
	s.panel.active = s
	s.panel.cfg.Send(desk.DictationBegun{Kind: s.kind, Client: s.panel.id, Title: s.title()})
}

// dictates reports whether this slot is being recorded now.
func (s *slot) dictates() bool {
	d := s.panel.state.Dictation
	return s.panel.active == s && d != nil && !d.Ended
}

func (s *slot) choose() {
	if s.panel.cfg.ChooseFile == nil {
		return
	}
	s.panel.cfg.ChooseFile(func(path string) {
		s.panel.leaveSound()
		s.panel.active = s
		s.panel.cfg.Send(desk.SoundFileChosen{Path: path, Kind: s.kind, Client: s.panel.id})
	})
}

// show draws the slot from a state.
func (s *slot) show(st *desk.State) {
	known, there := st.Sounds[s.id]
	at, playing := st.Heard(s.id, known.Length)
	s.player.Show(known.Length, at, playing, joined(s.panel.cfg.Words.Played(at, known.Length, playing), known.Title))
	s.playing.SetLabel(pick(playing, s.panel.t("sound.stop"), s.panel.t("sound.listen")))
	s.record.SetLabel(pick(s.dictates(), s.panel.t("sound.end"), s.panel.t("sound.record")))
	s.none.Set(pick(s.id != "", s.panel.t("sound.missing"), s.panel.t("sound.none")))
	moved := widgets.Show(s.none, !there)
	moved = widgets.Show(s.player.Root, there) || moved
	moved = widgets.Show(s.playing, there) || moved
	moved = widgets.Show(s.remove, s.id != "") || moved
	if moved {
		s.panel.sheet.Relayout()
	}
	if s.panel.active == s {
		words, color := s.standing(st)
		s.field.SetRemark(words, color)
	}
}

// standing says how far recording or reading a file has come.
func (s *slot) standing(st *desk.State) (string, fyne.ThemeColorName) {
	w := s.panel.cfg.Words
	if d := st.Dictation; d != nil {
		switch {
		case d.Problem.Code != "":
			return w.Or(nil, "problem."+d.Problem.Code, "notice."+d.Problem.Code, "problem.other"), theme.Bad
		case d.Ended && d.Silent:
			return s.panel.t("sound.silent"), theme.Bad
		case !d.Ended && d.Since.IsZero():
			return s.panel.t("sound.opening"), theme.Muted
		case !d.Ended:
			return s.panel.t("sound.recording", w.Age(st.Now.Sub(d.Since)), w.Age(d.Most)), theme.Bad
		}
	}
	if i := st.Importing; i != nil {
		if i.Problem.Code != "" {
			return w.Or(nil, "problem."+i.Problem.Code, "notice."+i.Problem.Code, "problem.other"), theme.Bad
		}
		return s.panel.t("sound.reading", int(100*i.Share)), theme.Muted
	}
	return "", theme.Muted
}

// followSound gives the slot that asked for it the sound that has come.
func (p *Panel) followSound(st *desk.State) {
	for _, s := range p.parts.slots {
		s.show(st)
	}
	s := p.active
	if s == nil {
		return
	}
	switch d, i := st.Dictation, st.Importing; {
	case d != nil && d.Kept:
		p.leaveSound()
		s.take(d.As.ID)
	case i != nil && i.Kept:
		p.leaveSound()
		s.take(i.Sound.ID)
	}
}

// leaveSound ends what a slot had begun; nothing of a card is changed by it.
func (p *Panel) leaveSound() {
	if p.active == nil {
		return
	}
	p.active.field.SetRemark("", theme.Muted)
	p.active = nil
	p.cfg.Send(desk.DictationLeft{})
	p.cfg.Send(desk.SoundFileLeft{})
}

func pick(yes bool, one, other string) string {
	if yes {
		return one
	}
	return other
}

// soundPart is a slot that edits one field of a T.
type soundPart[T any] struct {
	*slot
	path  string
	at    func(*T) *phone.SoundID
	shown phone.SoundID
}

// newSoundPart adds a slot to a form.
func newSoundPart[T any](p *Panel, g *sheet.Group[T], path, label string, kind clients.SoundKind, at func(*T) *phone.SoundID) fyne.CanvasObject {
	part := &soundPart[T]{path: path, at: at}
	part.slot = newSlot(p, label, kind, func() string { return joined(p.draft.Name, label) }, g.Changed)
	g.Add(part)
	return part.field
}

// Touched reports whether another sound stands here than is stored.
func (p *soundPart[T]) Touched() bool { return p.id != p.shown }

// Seal has nothing to remember: a sound is stored as it stands.
func (p *soundPart[T]) Seal() {}

// Fill shows the sound of a T.
func (p *soundPart[T]) Fill(v *T, why sheet.Filling) {
	next := *p.at(v)
	switch {
	case why == sheet.Typed:
		p.id = next
	case why == sheet.Afresh, !p.Touched(), p.id == next:
		p.id, p.shown = next, next
	}
	p.show(&p.panel.state)
}

// Read takes the sound.
func (p *soundPart[T]) Read(v *T, _ string, _ sheet.Report) {
	if p.Touched() {
		*p.at(v) = p.id
	}
}

// Mark writes what is wrong with it, unless the slot has something to say itself.
func (p *soundPart[T]) Mark(at string, say sheet.Say) {
	if p.panel.active != p.slot {
		p.field.SetRemark(say(at+p.path), theme.Bad)
	}
}
