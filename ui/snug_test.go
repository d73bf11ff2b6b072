package ui

import (
	"testing"

	"fyne.io/fyne/v2"

	"permanence/ui/story"
	"permanence/ui/theme"
	"permanence/ui/widgets"
)

// place is where an object stands in the window.
func (o *shown) place(of fyne.CanvasObject) (found area) {
	each(o.root, func(c fyne.CanvasObject, at fyne.Position, _ area) {
		if c == of {
			found = area{at, c.Size()}
		}
	})
	return found
}

// In a low window with all that wants room, the card still has its call types in
// whole rows, some instructions, and the message two lines.
func TestLowWindowIsUsable(t *testing.T) {
	for _, s := range story.All() {
		o := open(t, s.State, s.Width, s.Height)
		if !o.sheet.root.Visible() || o.state.FrontTicket() == nil || o.stage.on != stageWork {
			continue
		}
		card := o.place(o.sheet.root)
		for name, part := range map[string]fyne.CanvasObject{"types": o.sheet.typesRow, "tabs": o.sheet.tabs.root, "head": o.sheet.head} {
			if p := o.place(part); part.Visible() && !card.holds(p.at, p.size) {
				t.Errorf("%s: the %s stand at %v, %v; the card at %v, %v", s.Name, name, p.at, p.size, card.at, card.size)
			}
		}
		if o.sheet.typesRow.Visible() {
			if have, needs := o.sheet.types.Size().Height, widgets.HeightOf(o.sheet.types, o.sheet.types.Size().Width); have+1 < needs {
				t.Errorf("%s: the call types have %.0f of %.0f", s.Name, have, needs)
			}
			page := o.place(o.sheet.pages.root)
			end := o.place(o.sheet.typesRow).at.Y
			if o.sheet.pages.root.Visible() && (page.size.Height < theme.Px(24) || page.at.Y+page.size.Height > end+1) {
				t.Errorf("%s: the instructions have %.0f, down to %.0f of %.0f", s.Name, page.size.Height, page.at.Y+page.size.Height, end)
			}
		}
		if h := o.form.text.Size().Height; o.form.root.Visible() && h < 2*theme.Size(theme.SizeBody) {
			t.Errorf("%s: the message has %.0f", s.Name, h)
		}
	}
}

// The window comes back to its distances when it is made tall.
func TestTallWindowIsWide(t *testing.T) {
	o := open(t, story.Consulting(), wide, high)
	before := o.form.root.MinSize()
	o.window.Resize(fyne.NewSize(wide, 700))
	low := o.form.root.MinSize()
	o.window.Resize(fyne.NewSize(wide, high))
	if after := o.form.root.MinSize(); low.Height >= before.Height || after != before {
		t.Errorf("the message needs %v, in a low window %v, then %v", before, low, after)
	}
}
