package ui

import (
	"slices"
	"strings"
	"testing"

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
	last := func(text string) bool { return strings.Contains(text, "zénith") }
	if drawn := o.texts(); !slices.ContainsFunc(drawn, last) {
		t.Errorf("the greeting's last word is nowhere in %q", drawn)
	}
}
