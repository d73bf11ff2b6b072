// Package locale settles in which language and which characters the program works,
// before any other part of it looks. Importing it is all that there is to do.
//
// It must come first: Fyne reads the locale while its packages are initialised, long
// before main, and prints an error at the beginning of every command when that names
// no language ("C.UTF-8", as in most containers and services). Go initialises of all
// packages whose imports are ready the first by import path (Go specification, program
// initialization). This one imports nothing but os and strings, and stands before
// text/template, which Fyne's languages import: so it is always earlier than they are.
package locale

import (
	"os"
	"strings"
)

func init() { settle() }

// settle makes sure that é, ç and œ can be typed. X11 gives a program in the
// "C" locale, or in one that this machine has not generated, keys without
// accents; C.UTF-8 is built into the system's library. Fyne's own few words
// (Copier, Coller) are French where the system names no language.
func settle() {
	if named := first("LC_ALL", "LC_MESSAGES", "LANG"); plain(named) {
		set("LANG", "fr_FR.UTF-8")
		_ = os.Unsetenv("LC_MESSAGES")
	} else {
		set("LANG", named)
	}
	_ = os.Unsetenv("LC_ALL") // it would hide LC_CTYPE
	set("LC_CTYPE", "C.UTF-8")
}

// first is the first of some variables that says something.
func first(names ...string) string {
	for _, name := range names {
		if value := os.Getenv(name); value != "" {
			return value
		}
	}
	return ""
}

// plain reports whether a locale's name names no language.
func plain(locale string) bool {
	return locale == "" || locale == "POSIX" || locale == "C" || strings.HasPrefix(locale, "C.")
}

// set cannot fail with the names and values of this file.
func set(name, value string) { _ = os.Setenv(name, value) }
