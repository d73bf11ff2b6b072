package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"permanence/ui/theme"
	"permanence/ui/widgets"
)

// lowWindow is the height under which the window is low: a notebook's 768 lines, or
// 900 of which the desktop takes its bars. There, distances give way first, then the
// instructions, which can be scrolled, then the greeting's further lines; the call
// types and the message stay whole.
const lowWindow = 880

// snug moves the parts of the window closer together in a low window.
func (d *Desk) snug(height float32) {
	low := height < theme.Px(lowWindow)
	if d.low == low {
		return
	}
	d.low = low
	d.sheet.snug(low)
	d.form.snug(low)
	d.join.snug(low)
	widgets.Relayout(d.middle)
}

// snugPad is a distance around one object that a low window makes smaller.
type snugPad struct {
	*fyne.Container
	wide, low widgets.Pad
}

func newSnugPad(wide, low widgets.Pad, content fyne.CanvasObject) *snugPad {
	return &snugPad{Container: container.New(wide, content), wide: wide, low: low}
}

func (p *snugPad) snug(low bool) {
	p.Layout = p.wide
	if low {
		p.Layout = p.low
	}
}

func pick[T any](low bool, wide, narrow T) T {
	if low {
		return narrow
	}
	return wide
}

// sheetLayout keeps the client's name at the top and the call types at the bottom;
// what stands between has the rest.
type sheetLayout struct{}

// MinSize is nothing: the card has the room that is left.
func (sheetLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.Size{} }

// Layout places head, middle and foot.
func (sheetLayout) Layout(o []fyne.CanvasObject, size fyne.Size) {
	head, foot := widgets.HeightOf(o[0], size.Width), float32(0)
	if o[2].Visible() {
		foot = widgets.HeightOf(o[2], size.Width)
	}
	o[0].Resize(fyne.NewSize(size.Width, head))
	o[1].Move(fyne.NewPos(0, head))
	o[1].Resize(fyne.NewSize(size.Width, max(size.Height-head-foot, 0)))
	o[2].Move(fyne.NewPos(0, max(size.Height-foot, head)))
	o[2].Resize(fyne.NewSize(size.Width, foot))
}

// middleLayout is the column between the client's name and the call types. Where
// the instructions would not be seen, the greeting is cut to a line; where that is
// not enough, who calls is told by the call's own card alone.
type middleLayout struct {
	widgets.Column
	greeting, caller *widgets.Text
}

// The greeting's lines, and what the instructions keep before they take from it and
// from the caller.
const (
	greetingLines = 4
	leastPage     = 52
	leastLine     = 34
)

// MinSize is nothing: what does not fit is clipped.
func (*middleLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.Size{} }

// Layout places the objects from the top.
func (l *middleLayout) Layout(o []fyne.CanvasObject, size fyne.Size) {
	l.greeting.SetLines(greetingLines)
	l.caller.Show()
	if l.spare(o, size) < theme.Px(leastPage) {
		l.greeting.SetLines(1)
	}
	if l.spare(o, size) < theme.Px(leastLine) {
		l.caller.Hide()
	}
	l.Column.Layout(o, size)
	top := l.Grow.Position().Y // it can be lower than it wishes: it scrolls
	l.Grow.Resize(fyne.NewSize(size.Width, min(l.Grow.Size().Height, max(size.Height-top, 0))))
}

// spare is the height that the instructions have.
func (l *middleLayout) spare(o []fyne.CanvasObject, size fyne.Size) float32 {
	return size.Height - l.HeightFor(o, size.Width) + widgets.HeightOf(l.Grow, size.Width)
}
