// Package assets carries the files that are built into the program: fonts,
// translations, the icon, sounds and the demonstration's clients. It holds no
// logic; whoever needs a file reads it from here.
package assets

import "embed"

// Translations holds the sentences of each language in JSON files named by its
// code, in parts where that is handier: fr.json, fr.settings.json. French is the
// reference, the others give the same keys.
//
//go:embed translations/*.json
var Translations embed.FS

// The text faces of the window: Open Sans, see fonts/README.
var (
	//go:embed fonts/OpenSans-Regular.ttf
	FontRegular []byte
	//go:embed fonts/OpenSans-Semibold.ttf
	FontBold []byte
	//go:embed fonts/OpenSans-Italic.ttf
	FontItalic []byte
	//go:embed fonts/OpenSans-SemiboldItalic.ttf
	FontBoldItalic []byte
)

// Icon is the program's icon, 256×256, for the window and the packages.
//
//go:embed icon.png
var Icon []byte

// DesktopEntry makes the program the one that opens telephone links
// (freedesktop.org Desktop Entry Specification 1.5). Its Exec line names the
// program as if it were on the PATH; who installs it writes where it is.
//
//go:embed permanence.desktop
var DesktopEntry string
