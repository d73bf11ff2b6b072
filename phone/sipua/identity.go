package sipua

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/emiago/sipgo/sip"

	"permanence/phone"
)

const (
	maxName   = 80  // characters of a display name on screen and in the journal
	maxDetail = 400 // characters of what is wrong with a line: several servers, and each its names and dates
)

// callerOf reads who calls: what the network asserts (RFC 3325) before what the
// caller says of himself, and nothing of either if he withheld it (RFC 3323).
func callerOf(req *sip.Request) phone.Identity {
	from := req.From()
	id := phone.Identity{
		Number: numberOf(from.Address), Name: displayName(from.DisplayName), URI: printable(from.Address.Addr()),
	}
	if asserted, ok := assertedBy(req); ok {
		number, name := addressOf(asserted)
		if number != "" {
			id.Number = number
		}
		if name != "" {
			id.Name = name
		}
	}
	if withheld(req) {
		return phone.Identity{Withheld: true}
	}
	return id
}

// assertedBy is the P-Asserted-Identity that has a number, of the two there may be.
func assertedBy(req *sip.Request) (string, bool) {
	first := ""
	for _, h := range req.GetHeaders("p-asserted-identity") {
		for _, entry := range splitList(h.Value()) {
			if n, _ := addressOf(entry); n != "" {
				return entry, true
			}
			if first == "" {
				first = entry
			}
		}
	}
	return first, first != ""
}

func withheld(req *sip.Request) bool {
	for _, h := range req.GetHeaders("privacy") {
		for v := range strings.SplitSeq(h.Value(), ";") {
			switch strings.ToLower(strings.TrimSpace(v)) {
			case "id", "user", "header":
				return true
			}
		}
	}
	u := req.From().Address
	return strings.EqualFold(u.User, "anonymous") || strings.EqualFold(u.Host, "anonymous.invalid")
}

// displayName is a name as it can be shown: one line, no control characters, of
// bounded length, without its quotes.
func displayName(s string) string {
	s = strings.TrimSpace(s)
	if len(s) >= 2 && s[0] == '"' && s[len(s)-1] == '"' {
		s = s[1 : len(s)-1]
	}
	s = printable(unquoted(s))
	if strings.EqualFold(s, "anonymous") {
		return ""
	}
	return s
}

// unquoted resolves the quoted pairs of a quoted string (RFC 3261 §25.1), which
// the library leaves when it takes the quotes away.
func unquoted(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// printable frees a text from the network of what could harm a screen, a log or
// a journal: control characters and invisible direction marks.
func printable(s string) string { return printableUpTo(maxName, s) }

func printableUpTo(most int, s string) string {
	if !utf8.ValidString(s) {
		s = latin1(s)
	}
	var b strings.Builder
	n := 0
	for _, r := range s {
		if n == most {
			break
		}
		if unicode.IsPrint(r) {
			b.WriteRune(r)
			n++
		}
	}
	return strings.TrimSpace(b.String())
}

// latin1 reads a name that is not UTF-8 as what old exchanges send.
func latin1(s string) string {
	r := make([]rune, 0, len(s))
	for i := range len(s) {
		r = append(r, rune(s[i]))
	}
	return string(r)
}

func unescape(s string) string {
	if u, err := url.PathUnescape(s); err == nil {
		return u
	}
	return s
}
