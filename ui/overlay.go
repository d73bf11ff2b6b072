package ui

import (
	"fyne.io/fyne/v2"

	"permanence/clients"
	"permanence/ui/desk"
	"permanence/ui/widgets"
)

// Overlay is a screen that takes the place of the client's card and the agenda
// for a while: search, help, settings, a client's card being edited. The calls
// stay in view beside it, and their keys go on working.
type Overlay interface {
	// Content is what is drawn; it is built once.
	Content() fyne.CanvasObject
	// Show refills it from a new state. It is called before it is seen and then at
	// each change while it is open.
	Show(s desk.State)
	// First takes the keyboard when the overlay opens; nil for none.
	First() fyne.Focusable
	// Key handles a key before the window does, and reports whether it did.
	Key(key fyne.KeyName, mods fyne.KeyModifier) bool
}

// Lively is an overlay that wants to know when it comes into view and goes.
type Lively interface {
	Opened()
	Closed()
}

// Paged is an overlay of several pages, one of which may be asked for by its name.
type Paged interface{ Turn(page string) }

// Host is what an overlay may ask of the window.
type Host struct {
	Close func()           // leave the overlay; the keyboard returns to where it was
	Keys  widgets.Keys     // for the overlay's entries
	Edit  func(clients.ID) // opens a client's card to be changed, in place of the overlay
}

// Overlays make the screens of the other packages, each when it is first opened.
// A nil one is not offered.
type Overlays struct {
	Search   func(Host) Overlay
	Help     func(Host) Overlay
	Settings func(Host) Overlay
	Calls    func(Host) Overlay
	// Team is who is at work, and Conflicts what two desks wrote without knowing of each
	// other.
	Team, Conflicts func(Host) Overlay
	// Editor edits a client; Edit is called each time, with "" for a new one.
	Editor func(Host) Editor
}

// Editor is the overlay that edits a client's card.
type Editor interface {
	Overlay
	// Edit begins with a client; "" begins a new one.
	Edit(s desk.State, client clients.ID)
}
