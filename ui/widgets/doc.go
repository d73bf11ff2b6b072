// Package widgets are the small parts the window is made of: text that may be cut
// with an ellipsis, panels, key-caps, buttons that show their key, chips, entries
// that own what is typed in them, meters and stripes.
//
// They take words already translated and know nothing of the desk. Each asks the
// theme for its colours when it refreshes, so that a change of theme needs no
// rebuilding. Setters compare first: setting what is already shown costs nothing,
// which lets a screen be refilled from each new state.
//
// A widget whose wanted size changes cannot tell its parent; Changed results and
// HeightFor are there for the layouts of the screens that hold them.
package widgets
