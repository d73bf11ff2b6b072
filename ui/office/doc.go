// Package office is the screens of the bureau: what two desks wrote without knowing of
// each other and a person must settle, and who is at work, with the operator's own
// coming and going. They draw the core's state; the core decides.
package office

import (
	"strings"

	"permanence/clients"
	"permanence/ui/desk"
	"permanence/ui/widgets"
	"permanence/ui/words"
)

// Config is what a screen needs from the window.
type Config struct {
	Words *words.Book
	Send  func(desk.Event)
	Close func()           // leaves the screen
	Keys  widgets.Keys     // the window's, which asks the screen's Key first
	Edit  func(clients.ID) // opens a client's card to be changed
}

// joined puts together what there is, with the dot that the window uses.
func joined(parts ...string) string {
	kept := parts[:0]
	for _, s := range parts {
		if s != "" {
			kept = append(kept, s)
		}
	}
	return strings.Join(kept, " · ")
}

// nb keeps a number on one line.
func nb(s string) string { return strings.ReplaceAll(s, " ", "\u00a0") }
