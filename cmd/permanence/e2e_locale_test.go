//go:build !office

package main_test

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"
)

// TestE2ELocale: a command prints what was asked for and nothing else, whatever the
// system's language is called, and though the same program has a window.
func TestE2ELocale(t *testing.T) {
	w := &workstation{t: t, binary: needProgram(t)}
	w.env = slices.DeleteFunc(os.Environ(), func(v string) bool {
		return strings.HasPrefix(v, "LC_") || strings.HasPrefix(v, "LANG")
	})
	for _, locale := range []string{"", "LANG=C", "LANG=C.UTF-8", "LANG=POSIX", "LC_ALL=C.UTF-8", "LC_MESSAGES=C.UTF-8", "LANG=fr_FR.UTF-8"} {
		cmd := w.command("version")
		cmd.Env = append(cmd.Env, locale)
		var remarks bytes.Buffer
		cmd.Stderr = &remarks
		out, err := cmd.Output()
		if err != nil || remarks.Len() > 0 || !strings.HasPrefix(string(out), "permanence ") {
			t.Errorf("%q: %v, %q, %q", locale, err, out, remarks.String())
		}
	}
}
