package ui

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"permanence/clients"
	"permanence/ui/desk"
	"permanence/ui/story"
)

// A greeting is read aloud: whatever its length, none of it may be cut off on
// the smallest screen.
func TestLongGreetingIsShownWhole(t *testing.T) {
	s := story.Talking()
	c := *s.FrontClient()
	c.Greetings = []clients.Greeting{{
		Text: strings.Repeat("Cabinet de Maître Durand, bonjour, je prends votre message. ", 3) + "Au zénith",
	}}
	s.Directory = desk.NewDirectory([]clients.Client{c})
	o := open(t, s, 1280, 720)
	var drawn string
	for _, part := range test.WidgetRenderer(o.sheet.greeting).Objects() {
		drawn += part.(*canvas.Text).Text
	}
	if !strings.Contains(drawn, "zénith") {
		t.Errorf("the greeting is drawn as %q", drawn)
	}
}
