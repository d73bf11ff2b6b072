package ui

import (
	"testing"

	"permanence/ui/story"
)

func TestClosingAsksWhileSomebodyIsOnTheLine(t *testing.T) {
	quit := 0
	o := open(t, story.Calm(), wide, high)
	o.AskToClose(func() { quit++ })
	if quit != 1 {
		t.Fatal("an idle desk did not close at once")
	}
	o.Show(story.Talking())
	o.AskToClose(func() { quit++ })
	if quit != 1 || o.window.Canvas().Overlays().Top() == nil {
		t.Fatal("the desk closed over a call without asking")
	}
}
