package ui

import (
	"flag"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

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
			size := fyne.NewSize(s.Width, s.Height)
			if got := o.window.Canvas().Size(); got != size {
				t.Errorf("the window became %v", got)
			}
			window := area{size: size}
			each(o.root, func(c fyne.CanvasObject, at fyne.Position, clip area) {
				if clip.size.Width < 1e6 {
					clip.size.Height, clip.at.Y = 1e6, -1e5 // lists go on below
					window := clip
					checkInside(t, c, at, window)
					return
				}
				checkInside(t, c, at, window)
			})
			if *pictures != "" {
				save(t, o, s.Name)
			}
		})
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
