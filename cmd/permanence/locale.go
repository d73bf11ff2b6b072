//go:build !office

package main

import (
	"os"
	"strings"
)

// useUTF8 makes sure that é, ç and œ can be typed. X11 gives a program in the
// "C" locale, or in one that this machine has not generated, keys without
// accents; C.UTF-8 is built into the system's library. Fyne's own few words
// (Copier, Coller) are French where the system names no language.
func useUTF8() {
	if named := firstNonEmpty(os.Getenv("LC_ALL"), os.Getenv("LC_MESSAGES"), os.Getenv("LANG")); plain(named) {
		set("LANG", "fr_FR.UTF-8")
	} else {
		set("LANG", named)
	}
	_ = os.Unsetenv("LC_ALL") // it would hide LC_CTYPE
	set("LC_CTYPE", "C.UTF-8")
}

// plain reports whether a locale's name names no language.
func plain(locale string) bool {
	return locale == "" || locale == "POSIX" || locale == "C" || strings.HasPrefix(locale, "C.")
}

// set cannot fail with the names and values of this file.
func set(name, value string) { _ = os.Setenv(name, value) }
