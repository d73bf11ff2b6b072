//go:build linux || windows

package headset

import (
	"strings"
	"unicode"
)

// printable is a name that a device gives itself, short and on one line.
func printable(name string) string {
	const most = 64
	var b strings.Builder
	for _, r := range name {
		if unicode.IsPrint(r) && b.Len() < most {
			b.WriteRune(r)
		}
	}
	return strings.TrimSpace(b.String())
}
