// Package ui is the main window. It draws a desk.State and sends desk.Events; it
// decides nothing and does no I/O.
//
// The screen is built once and refilled: Show compares and touches only what
// changed. Three rules keep it calm for somebody who types while the telephone
// rings: an incoming call never moves the keyboard; Enter answers nothing; an
// entry owns its draft (widgets.Entry), so that a state that is a moment older
// than the last key never overwrites it.
//
// The package does not import Fyne's app or its window driver, so that it runs in
// tests without a display; F-keys, which Fyne does not pass on, come through
// Desk.Key from the program.
package ui
