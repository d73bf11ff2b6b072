package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"permanence/ui/desk"
	"permanence/ui/widgets"
)

// AskToClose closes the window at once when nothing would be cut short by it.
// While somebody is on the line it asks first: a window closed by a slip of the
// mouse must not hang up on a caller.
func (d *Desk) AskToClose(quit func()) {
	if len(d.state.Calls) == 0 {
		quit()
		return
	}
	canvas := d.cfg.Window.Canvas()
	var question *widget.PopUp
	stay := widgets.NewButton(d.words.T("close.stay"), widgets.Secondary, func() { question.Hide() })
	leave := widgets.NewButton(d.words.T("close.hang-up"), widgets.Danger, func() {
		d.send(desk.CloseAsked{})
		quit()
	})
	question = widget.NewModalPopUp(container.New(widgets.Pad{24, 20, 24, 20}, container.New(&widgets.Column{Gap: 12},
		widgets.NewText(d.words.T("close.title"), widgets.TextStyle{Bold: true}),
		widgets.NewText(d.words.T("close.calls"), widgets.TextStyle{}),
		container.NewHBox(layout.NewSpacer(), stay, leave),
	)), canvas)
	question.Resize(fyne.NewSize(460, question.MinSize().Height))
	question.Show()
	canvas.Focus(stay)
}
