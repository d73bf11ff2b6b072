package ui

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"permanence/ui/desk"
	"permanence/ui/office"
	"permanence/ui/theme"
	"permanence/ui/widgets"
	"permanence/ui/words"
)

// shown is a window in memory, with what it sent.
type shown struct {
	*Desk
	window fyne.Window
	sent   []desk.Event
	newest *desk.State // what the core knows and the window does not show yet
}

// open shows a state in a window of a size.
func open(t testing.TB, s desk.State, width, height float32) *shown {
	t.Helper()
	app := test.NewTempApp(t)
	app.Settings().SetTheme(theme.New(s.Settings.Theme, s.Settings.Scale))
	w := test.NewTempWindow(t, nil)
	o := &shown{window: w}
	o.Desk = NewDesk(Config{
		Window: w, Do: func(f func()) { f() }, CatchUp: o.catchUp, Words: words.New(s.Settings.Language),
		Send:   func(e desk.Event) { o.sent = append(o.sent, e) },
		Meters: func() Levels { return Levels{Microphone: -24, Earpiece: -18} },
		Overlays: Overlays{
			Search:    func(h Host) Overlay { return newFakeOverlay(h) },
			Help:      func(h Host) Overlay { return newFakeOverlay(h) },
			Calls:     func(h Host) Overlay { return newFakeOverlay(h) },
			Settings:  func(h Host) Overlay { return newFakeOverlay(h) },
			Team:      func(h Host) Overlay { return office.NewTeam(o.officeConfig(h, s.Settings.Language)) },
			Conflicts: func(h Host) Overlay { return office.NewConflicts(o.officeConfig(h, s.Settings.Language)) },
		},
	})
	w.Resize(fyne.NewSize(width, height))
	o.Show(s)
	o.Show(s) // a second time changes nothing, and finds all at its size
	return o
}

func (o *shown) officeConfig(h Host, language string) office.Config {
	return office.Config{Words: words.New(language), Send: func(e desk.Event) { o.sent = append(o.sent, e) }, Close: h.Close, Keys: h.Keys, Edit: h.Edit}
}

// catchUp shows what the core knows besides.
func (o *shown) catchUp() {
	if o.newest != nil {
		o.Show(*o.newest)
	}
}

func (o *shown) focused() fyne.Focusable { return o.window.Canvas().Focused() }

// typeIn puts the keyboard in an entry and types.
func (o *shown) typeIn(e *widgets.Entry, text string) {
	o.window.Canvas().Focus(e)
	for _, r := range text {
		e.TypedRune(r)
	}
}

// last is the newest event sent.
func (o *shown) last(t *testing.T) desk.Event {
	t.Helper()
	if len(o.sent) == 0 {
		t.Fatal("nothing was sent")
	}
	return o.sent[len(o.sent)-1]
}

// fakeOverlay is a screen with one entry.
type fakeOverlay struct {
	page  string // the one asked for
	box   *widgets.Box
	entry *widgets.Entry
	shows int
	keys  []fyne.KeyName
}

func newFakeOverlay(h Host) *fakeOverlay {
	e := widgets.NewEntry(h.Keys)
	return &fakeOverlay{entry: e, box: widgets.NewBox(widgets.Panel, e)}
}

func (f *fakeOverlay) Content() fyne.CanvasObject { return f.box }
func (f *fakeOverlay) Turn(page string)           { f.page = page }
func (f *fakeOverlay) Show(desk.State)            { f.shows++ }
func (f *fakeOverlay) First() fyne.Focusable      { return f.entry }
func (f *fakeOverlay) Key(k fyne.KeyName, _ fyne.KeyModifier) bool {
	f.keys = append(f.keys, k)
	return false
}

// each walks the visible objects with their places in the window and the part of
// the window they may be seen in.
func each(o fyne.CanvasObject, do func(o fyne.CanvasObject, at fyne.Position, clip area)) {
	walk(o, fyne.Position{}, area{size: fyne.NewSize(1e6, 1e6)}, do)
}

type area struct {
	at   fyne.Position
	size fyne.Size
}

func (a area) holds(at fyne.Position, size fyne.Size) bool {
	const slack = 1.5
	return at.X >= a.at.X-slack && at.Y >= a.at.Y-slack &&
		at.X+size.Width <= a.at.X+a.size.Width+slack && at.Y+size.Height <= a.at.Y+a.size.Height+slack
}

func walk(o fyne.CanvasObject, at fyne.Position, clip area, do func(fyne.CanvasObject, fyne.Position, area)) {
	if !o.Visible() {
		return
	}
	at = at.Add(o.Position())
	do(o, at, clip)
	var inside []fyne.CanvasObject
	switch w := o.(type) {
	case *fyne.Container:
		inside = w.Objects
	case fyne.Widget:
		inside = test.WidgetRenderer(w).Objects()
		if _, scrolls := o.(fyne.Scrollable); scrolls {
			clip = area{at, o.Size()}
		}
	}
	for _, child := range inside {
		walk(child, at, clip, do)
	}
}

// texts are all words in view, by themselves.
func (o *shown) texts() []string {
	var all []string
	each(o.root, func(c fyne.CanvasObject, _ fyne.Position, _ area) {
		if t, ok := c.(*widgets.Text); ok && t.String() != "" {
			all = append(all, t.String())
		}
	})
	return all
}
