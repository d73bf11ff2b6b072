//go:build !office

package main

import (
	"fyne.io/fyne/v2"
	"github.com/go-gl/glfw/v3.4/glfw"
)

// Fyne passes neither F-keys nor plain shortcuts on while an entry has the
// keyboard, and an operator's keys must work at all times. So the window's own
// key callback is chained here: the keys that the desk knows go to it, all others
// to Fyne.

// functionKeys are the keys that are taken before Fyne sees them.
var functionKeys = map[glfw.Key]fyne.KeyName{
	glfw.KeyF1: fyne.KeyF1, glfw.KeyF2: fyne.KeyF2, glfw.KeyF3: fyne.KeyF3, glfw.KeyF4: fyne.KeyF4,
	glfw.KeyF5: fyne.KeyF5, glfw.KeyF6: fyne.KeyF6, glfw.KeyF7: fyne.KeyF7, glfw.KeyF8: fyne.KeyF8,
	glfw.KeyF9: fyne.KeyF9, glfw.KeyF10: fyne.KeyF10, glfw.KeyF11: fyne.KeyF11, glfw.KeyF12: fyne.KeyF12,
}

// attention flags a window as wanting to be looked at, without giving it the
// keyboard.
type attention func()

// chainKeys puts press before Fyne's own keys and gives the window's way of
// asking for attention. It must run on Fyne's goroutine after the window is
// shown. A window that is not glfw's has neither.
func chainKeys(w fyne.Window, press func(fyne.KeyName, fyne.KeyModifier) bool) attention {
	native, ok := w.(interface{ RunWithContext(func()) })
	if !ok {
		return func() {}
	}
	var win *glfw.Window
	native.RunWithContext(func() { win = glfw.GetCurrentContext() })
	if win == nil {
		return func() {}
	}
	var before glfw.KeyCallback
	before = win.SetKeyCallback(func(w *glfw.Window, key glfw.Key, code int, action glfw.Action, mods glfw.ModifierKey) {
		name, ours := functionKeys[key]
		if ours && action == glfw.Press && press(name, modifiers(mods)) {
			return
		}
		if before != nil {
			before(w, key, code, action, mods)
		}
	})
	return func() { win.RequestAttention() }
}

// fitScreen makes a window no larger than the screen leaves it, title bar and
// all. It must run on Fyne's goroutine after the window is shown.
func fitScreen(w fyne.Window) {
	monitor := glfw.GetPrimaryMonitor()
	if monitor == nil {
		return
	}
	const titleBar = 40
	_, _, wide, high := monitor.GetWorkarea()
	scale := w.Canvas().Scale()
	room := fyne.NewSize(float32(wide)/scale, (float32(high)-titleBar)/scale)
	if now := w.Canvas().Size(); now.Width > room.Width || now.Height > room.Height {
		w.Resize(now.Min(room))
	}
}

func modifiers(m glfw.ModifierKey) (out fyne.KeyModifier) {
	for from, to := range map[glfw.ModifierKey]fyne.KeyModifier{
		glfw.ModShift: fyne.KeyModifierShift, glfw.ModControl: fyne.KeyModifierControl,
		glfw.ModAlt: fyne.KeyModifierAlt, glfw.ModSuper: fyne.KeyModifierSuper,
	} {
		if m&from != 0 {
			out |= to
		}
	}
	return out
}
