// Package sheet is what the window's overlays are made of: a sheet of paper where
// the client's card was, with a title, pages, a line that says where things
// stand, and forms that hold what is typed.
//
// Everything on a sheet is reached by Tab and used by the keyboard; what takes
// the keyboard scrolls into view. Escape leaves, and asks first when something
// would be lost; Ctrl+Enter saves; Ctrl+PageUp and Ctrl+PageDown turn the pages.
//
// A form is a Group of parts, each bound to one field of a value: Fill writes the
// value into the entries, Read takes it out of them, and Mark says beside each
// entry what is wrong there. What is typed is never overwritten under the cursor.
package sheet
