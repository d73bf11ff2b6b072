package ui

import (
	"flag"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"permanence/ui/desk"
	"permanence/ui/story"
	"permanence/ui/widgets"
)

var pictures = flag.String("pictures", "", "save the stories as PNG in this folder")

// Every story fits its window: the window does not grow, nothing sticks out of
// it, and no words are cut that may not be.
func TestStoriesFit(t *testing.T) {
	for _, s := range story.All() {
		t.Run(s.Name, func(t *testing.T) {
			o := open(t, s.State, s.Width, s.Height)
			checkFit(t, o, s.Name, fyne.NewSize(s.Width, s.Height))
		})
	}
}

// scenes are what stands on the screen after something the operator did.
var scenes = map[string]struct {
	state func() desk.State
	act   func(o *shown)
}{
	"scene-outbox":        {story.OfflineOutbox, func(o *shown) { o.stage.open(stageOutbox) }},
	"scene-dial":          {story.Talking, func(o *shown) { o.openDial() }},
	"scene-tones":         {story.ThreeCalls, func(o *shown) { o.openTones() }},
	"scene-contacts":      {story.Talking, func(o *shown) { o.sheet.tabs.set(pageContacts) }},
	"scene-questions":     {story.Talking, func(o *shown) { o.sheet.tabs.set(pageQuestions) }},
	"scene-answers":       {story.Talking, func(o *shown) { o.sheet.tabs.set(pageAnswers) }},
	"scene-opened":        {story.Talking, func(o *shown) { o.agenda.choose(o.agenda.shown.Slots[10]) }},
	"scene-typing":        {story.Talking, func(o *shown) { o.window.Canvas().Focus(o.form.text) }},
	"scene-details":       {story.OfflineOutbox, func(o *shown) { o.notices.rows[0].unfold() }},
	"scene-transfer":      {story.Choosing, func(o *shown) { o.Key(fyne.KeyF4, 0) }},
	"scene-transfer-dark": {func() desk.State { s := story.Choosing(); s.Settings.Theme = "dark"; return s }, func(o *shown) { o.Key(fyne.KeyF4, 0) }},
	"scene-transfer-none": {func() desk.State { s := story.Choosing(); s.Transfer.Targets = nil; return s }, func(o *shown) { o.Key(fyne.KeyF4, 0) }},
	"scene-transfer-number": {story.Choosing, func(o *shown) {
		o.Key(fyne.KeyF4, 0)
		o.typeIn(o.transfer.entry, "0612345678")
	}},
	"scene-dial-agreed": {story.Agreed, func(o *shown) { o.openDial() }},
	"scene-undo": {story.Booking, func(o *shown) {
		s := o.state
		s.Agenda.Booking = nil
		o.Show(s)
	}},
	"scene-missing": {story.Talking, func(o *shown) {
		s := draft(o.state, func(d *desk.Draft) { d.Missing, d.Message.Fields = []string{"Dossier"}, nil })
		s.Notices = []desk.Notice{{ID: "message", Code: "message.missing", Args: []string{"Dossier"}, Level: desk.Warning}}
		o.Show(s)
	}},
	"scene-delete-sure":      {story.VoiceMessage, func(o *shown) { o.Key(fyne.KeyDelete, fyne.KeyModifierControl|fyne.KeyModifierShift) }},
	"scene-team":             {story.InStep, func(o *shown) { o.Key(fyne.KeyO, fyne.KeyModifierControl) }},
	"scene-team-dark":        {inDark(story.InStep), func(o *shown) { o.Key(fyne.KeyO, fyne.KeyModifierControl) }},
	"scene-team-away":        {story.Absent, func(o *shown) { o.Key(fyne.KeyO, fyne.KeyModifierControl) }},
	"scene-team-lost":        {story.TakeOver, func(o *shown) { o.Key(fyne.KeyO, fyne.KeyModifierControl) }},
	"scene-team-alone":       {story.Calm, func(o *shown) { o.Key(fyne.KeyO, fyne.KeyModifierControl) }},
	"scene-login":            {story.AskedToLogInCalling, func(o *shown) { o.Key(fyne.KeyO, fyne.KeyModifierControl) }},
	"scene-login-wrong":      {wrongPassword, func(*shown) {}},
	"scene-conflicts":        {story.Disputed, func(o *shown) { o.Key(fyne.KeyD, fyne.KeyModifierControl) }},
	"scene-conflicts-dark":   {inDark(story.Disputed), func(o *shown) { o.Key(fyne.KeyD, fyne.KeyModifierControl) }},
	"scene-conflicts-none":   {story.InStep, func(o *shown) { o.Key(fyne.KeyD, fyne.KeyModifierControl) }},
	"scene-conflict-overlap": {story.Disputed, conflict(1)},
	"scene-conflict-refused": {story.Disputed, conflict(2)},
	"scene-conflict-list":    {story.Disputed, conflict(3)},
	"scene-settling":         {story.Settling, conflict(0)},
	"scene-outbox-office":    {story.CutOff, func(o *shown) { o.stage.open(stageOutbox) }},
	"scene-ringing": {story.ThreeCalls, func(o *shown) {
		for range 12 {
			o.beat()
		}
	}},
}

func inDark(state func() desk.State) func() desk.State {
	return func() desk.State {
		s := state()
		s.Settings.Theme = "dark"
		return s
	}
}

// wrongPassword is a login that the office refused.
func wrongPassword() desk.State {
	s := story.AskedToLogIn()
	s.Office.Login = &desk.Login{Name: "Sophie", Problem: desk.Problem{Code: "office.wrong-password"}}
	return s
}

// conflict opens the list and goes down to the i-th.
func conflict(i int) func(o *shown) {
	return func(o *shown) {
		o.Key(fyne.KeyD, fyne.KeyModifierControl)
		for range i {
			o.Key(fyne.KeyDown, 0)
		}
	}
}

func TestScenesFit(t *testing.T) {
	for name, scene := range scenes {
		t.Run(name, func(t *testing.T) {
			o := open(t, scene.state(), 1280, 720)
			scene.act(o)
			checkFit(t, o, name, fyne.NewSize(1280, 720))
		})
	}
}

func checkFit(t *testing.T, o *shown, name string, size fyne.Size) {
	t.Helper()
	if got := o.window.Canvas().Size(); got != size {
		t.Errorf("the window became %v", got)
	}
	each(o.root, func(c fyne.CanvasObject, at fyne.Position, clip area) {
		window := area{size: size}
		if clip.size.Width < 1e6 {
			window = area{fyne.NewPos(clip.at.X, -1e5), fyne.NewSize(clip.size.Width, 1e6)} // lists go on below
		}
		checkInside(t, c, at, window)
	})
	if *pictures != "" {
		save(t, o, name)
	}
}

// checkInside looks at words and buttons: they must be inside what shows them,
// and whole unless they are made to be cut.
func checkInside(t *testing.T, c fyne.CanvasObject, at fyne.Position, window area) {
	t.Helper()
	switch w := c.(type) {
	case *widgets.Text:
		if w.String() != "" && !window.holds(at, w.Size()) {
			t.Errorf("%q sticks out: at %v, %v", w, at, w.Size())
		}
		if w.Whole() && w.Size().Width+1 < w.Natural().Width {
			t.Errorf("%q has %.0f, needs %.0f", w, w.Size().Width, w.Natural().Width)
		}
	case *widgets.KeyButton:
		if !window.holds(at, w.Size()) || w.Size().Width+0.5 < w.MinSize().Width {
			t.Errorf("button %q at %v has %v, needs %v", w.Label(), at, w.Size(), w.MinSize())
		}
	case *widgets.Entry, *container.Scroll:
		if !window.holds(at, c.Size()) {
			t.Errorf("%T sticks out: at %v, %v", c, at, c.Size())
		}
	}
}

func save(t *testing.T, o *shown, name string) {
	t.Helper()
	if err := os.MkdirAll(*pictures, 0o755); err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(filepath.Join(*pictures, name+".png"))
	if err != nil {
		t.Fatal(err)
	}
	if err := png.Encode(f, o.window.Canvas().Capture()); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}
