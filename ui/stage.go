package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"permanence/clients"
	"permanence/ui/desk"
	"permanence/ui/widgets"
)

// The screens that may stand on the stage instead of the work.
type stageScreen int

const (
	stageWork stageScreen = iota
	stageSearch
	stageHelp
	stageSettings
	stageEditor
	stageOutbox
	stageCalls
	stageTeam
	stageConflicts
)

// stage is where the client's card and agenda stand, or the calm page when
// nothing is in front, or an overlay. Screens are kept once they were built.
type stage struct {
	desk *Desk
	root *fyne.Container
	work fyne.CanvasObject
	calm fyne.CanvasObject

	screens map[stageScreen]Overlay
	editor  Editor
	on      stageScreen
}

func newStage(d *Desk) *stage {
	return &stage{desk: d, root: container.NewStack(), screens: map[stageScreen]Overlay{}}
}

func (s *stage) set(work, calm fyne.CanvasObject) {
	s.work, s.calm = work, calm
	work.Hide()
	s.root.Add(work)
	s.root.Add(calm)
}

// show refills the overlay that is open, or puts card or calm page in place.
func (s *stage) show(st *desk.State) {
	if o := s.current(); o != nil {
		o.Show(*st)
	}
	s.arrange(st)
}

func (s *stage) arrange(st *desk.State) {
	front := st.FrontTicket() != nil
	widgets.Show(s.work, s.on == stageWork && front)
	widgets.Show(s.calm, s.on == stageWork && !front)
	for which, o := range s.screens {
		widgets.Show(o.Content(), which == s.on)
	}
}

// current is the open overlay, nil when the work is in view.
func (s *stage) current() Overlay { return s.screens[s.on] }

// offers reports whether the program has such a screen.
func (s *stage) offers(which stageScreen) bool {
	o := s.desk.cfg.Overlays
	switch which {
	case stageSearch:
		return o.Search != nil
	case stageHelp:
		return o.Help != nil
	case stageSettings:
		return o.Settings != nil
	case stageEditor:
		return o.Editor != nil
	case stageCalls:
		return o.Calls != nil
	case stageTeam:
		return o.Team != nil
	case stageConflicts:
		return o.Conflicts != nil
	}
	return true
}

// open brings a screen on the stage, or takes it off when it is there already.
func (s *stage) open(which stageScreen) {
	if s.on == which {
		s.close()
		return
	}
	if !s.offers(which) {
		return
	}
	if s.on == stageWork {
		s.desk.rememberFocus()
	}
	s.closed()
	s.on = which
	o := s.screen(which)
	if lively, ok := o.(Lively); ok {
		lively.Opened()
	}
	o.Show(s.desk.state)
	s.arrange(&s.desk.state)
	s.desk.focus(o.First())
}

// edit opens the editor on a client, "" for a new one.
func (s *stage) edit(client clients.ID) {
	if !s.offers(stageEditor) {
		return
	}
	s.screen(stageEditor)
	s.editor.Edit(s.desk.state, client)
	if s.on != stageEditor {
		s.open(stageEditor)
	}
}

// settings opens the settings on one of their pages.
func (s *stage) settings(page string) {
	if !s.offers(stageSettings) {
		return
	}
	if s.on != stageSettings {
		s.open(stageSettings)
	}
	if paged, ok := s.screen(stageSettings).(Paged); ok {
		paged.Turn(page)
	}
}

func (s *stage) close() {
	if s.on == stageWork {
		return
	}
	s.closed()
	s.on = stageWork
	s.arrange(&s.desk.state)
	s.desk.returnFocus()
}

// closed tells a screen that it goes out of view. What plays in it ends: there would
// be no button to stop it.
func (s *stage) closed() {
	if l := s.desk.state.Listening; l != nil && s.on != stageWork && !s.desk.inFront(l.Sound) {
		s.desk.send(desk.SoundStopped{})
	}
	if lively, ok := s.current().(Lively); ok {
		lively.Closed()
	}
}

// screen builds a screen the first time.
func (s *stage) screen(which stageScreen) Overlay {
	if o := s.screens[which]; o != nil {
		return o
	}
	o := s.build(which, Host{Close: s.close, Keys: s.desk.Key, Edit: s.edit})
	s.screens[which] = o
	s.root.Add(o.Content())
	return o
}

func (s *stage) build(which stageScreen, h Host) Overlay {
	switch which {
	case stageSearch:
		return s.desk.cfg.Overlays.Search(h)
	case stageHelp:
		return s.desk.cfg.Overlays.Help(h)
	case stageSettings:
		return s.desk.cfg.Overlays.Settings(h)
	case stageEditor:
		s.editor = s.desk.cfg.Overlays.Editor(h)
		return s.editor
	case stageCalls:
		return s.desk.cfg.Overlays.Calls(h)
	case stageTeam:
		return s.desk.cfg.Overlays.Team(h)
	case stageConflicts:
		return s.desk.cfg.Overlays.Conflicts(h)
	}
	return newOutbox(s.desk.kit, h)
}
