package calls

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// legible writes a request from the network so that it can be read and copied
// whole and can do nothing on the way: line ends stay, every other control,
// format or private character, and every byte that is no text, is written as its
// code.
func legible(raw []byte) string {
	var b strings.Builder
	text := strings.ReplaceAll(string(raw), "\r\n", "\n")
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case r == '\n':
			b.WriteByte('\n')
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, text[i])
		case r == '\t':
			b.WriteString("    ")
		case !unicode.IsPrint(r):
			fmt.Fprintf(&b, `\u{%x}`, r)
		default:
			b.WriteRune(r)
		}
		i += size
	}
	return b.String()
}
