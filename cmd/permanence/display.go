//go:build !office

package main

import (
	"errors"
	"os"
	"runtime"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"
)

// errNoDisplay is told before Fyne is asked, which would end the program.
var errNoDisplay = errors.New("aucun écran (ni DISPLAY ni WAYLAND_DISPLAY) ; « permanence --headless » ouvre le poste sans fenêtre")

// needDisplay reports whether a window can be shown.
func needDisplay() error {
	if runtime.GOOS == "linux" && os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "" {
		return errNoDisplay
	}
	return nil
}

// showFailure says in a window why the desk did not open: most users start it
// from an icon and see no terminal.
func showFailure(text string) {
	a := newApp()
	w := a.NewWindow("Permanence")
	words := widget.NewLabel(text)
	words.Wrapping = fyne.TextWrapWord
	leave := widget.NewButton("Fermer", w.Close)
	leave.Importance = widget.HighImportance
	w.SetContent(container.NewPadded(container.NewBorder(
		widget.NewLabelWithStyle("Le poste ne s'est pas ouvert", fyne.TextAlignLeading, fyne.TextStyle{Bold: true}),
		container.NewHBox(layout.NewSpacer(), leave), nil, nil, words,
	)))
	w.Resize(fyne.NewSize(520, 220))
	w.CenterOnScreen()
	w.Canvas().Focus(leave)
	w.ShowAndRun()
}
