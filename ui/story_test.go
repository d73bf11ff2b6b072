package ui_test

import (
	"flag"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"permanence/ui"
	"permanence/ui/desk"
	"permanence/ui/story"
	"permanence/ui/theme"
	"permanence/ui/words"
)

var pictures = flag.String("pictures", "", "save the stories as PNG in this folder")

// shown is a window in memory with what it sent.
type shown struct {
	*ui.Desk
	window fyne.Window
	sent   []desk.Event
}

// open shows a state in a window of a size, in its language and theme.
func open(t testing.TB, s desk.State, width, height float32) *shown {
	t.Helper()
	test.NewTempApp(t)
	fyne.CurrentApp().Settings().SetTheme(theme.New(s.Settings.Theme, s.Settings.Scale))
	w := test.NewTempWindow(t, nil)
	w.Resize(fyne.NewSize(width, height))
	o := &shown{window: w}
	o.Desk = ui.NewDesk(ui.Config{
		Window: w, Do: func(f func()) { f() }, Words: words.New(s.Settings.Language),
		Send:   func(e desk.Event) { o.sent = append(o.sent, e) },
		Meters: func() ui.Levels { return ui.Levels{Microphone: -24, Earpiece: -18} },
	})
	w.Resize(fyne.NewSize(width, height))
	o.Show(s)
	return o
}

// Every story can be drawn, at its size, twice alike.
func TestStories(t *testing.T) {
	for _, s := range story.All() {
		t.Run(s.Name, func(t *testing.T) {
			o := open(t, s.State, s.Width, s.Height)
			o.Show(s.State)
			if got := o.window.Canvas().Size(); got != fyne.NewSize(s.Width, s.Height) {
				t.Errorf("the window became %v", got)
			}
			if *pictures != "" {
				save(t, o, s.Name)
			}
		})
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
