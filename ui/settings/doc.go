// Package settings is the sheet of this desk's own settings: its lines, its sound
// devices, how mail leaves, how the window looks, and who works here.
//
// Nothing is used before it is saved; the test buttons try what is typed without
// keeping it. A password is typed and never shown again: what is not typed stays
// as it is. Settings are said to be saved only once the core says so.
package settings
