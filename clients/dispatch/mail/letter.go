package mail

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"permanence/clients"
	"permanence/clients/agenda"
	"permanence/clients/dispatch"
	"permanence/phone"
)

// letter is what the mail says, ready to be written: every string is one line
// without control characters, except Text.
type letter struct {
	Urgent    bool
	Caller    string // "Mme Lefèvre", "" when unknown
	Number    string // "06 12 34 56 78", as typed when it is none
	Dial      string // "+33612345678" for a tel: link, "" when it is none
	CallType  string // by its label
	Fields    []line
	Text      string // of several paragraphs
	Voicemail string // what stands for the sound, "" when nothing was spoken
	Taken     string // "jeudi 26 novembre 2026 à 14 h 32", in the client's zone
	Client    string
	Called    string // "05 36 49 12 34"
	Operator  string
	Color     string // "#7a2c39"
}

// line is one field of the client's message form.
type line struct{ Label, Value string }

func newLetter(job dispatch.Job) letter {
	m, c := job.Message, &job.Client
	number := phone.ParseNumber(m.Number)
	l := letter{
		Urgent:   m.Urgent,
		Caller:   oneLine(m.Name),
		Number:   oneLine(m.Number),
		Dial:     string(number),
		CallType: oneLine(m.CallType),
		Fields:   fields(c, m.Fields),
		Text:     paragraphs(m.Text),
		Client:   oneLine(c.Name),
		Called:   readable(m.Called),
		Operator: oneLine(job.Operator.Name),
		Color:    color(c.Color),
	}
	if number != "" {
		l.Number = number.Display()
	}
	if t, ok := c.CallType(m.CallType); ok && t.Label != "" {
		l.CallType = oneLine(t.Label)
	}
	if !m.TakenAt.IsZero() {
		l.Taken = moment(m.TakenAt.In(agenda.Zone(c.Agenda)))
	}
	return l
}

// fields lists what was filled in, in the order of the client's form and under
// its labels; then what the form no longer asks for, under its key.
func fields(c *clients.Client, values map[string]string) []line {
	var lines []line
	left := maps.Clone(values)
	for _, f := range c.Fields {
		if v := oneLine(left[f.Key]); v != "" {
			lines = append(lines, line{oneLine(f.Label), v})
		}
		delete(left, f.Key)
	}
	for _, key := range slices.Sorted(maps.Keys(left)) {
		if v := oneLine(left[key]); v != "" {
			lines = append(lines, line{oneLine(key), v})
		}
	}
	return lines
}

func readable(number string) string {
	if n := phone.ParseNumber(number); n != "" {
		return n.Display()
	}
	return oneLine(number)
}

// defaultColor stands for a client that has none.
const defaultColor = "#3b4a5a"

var hexColor = regexp.MustCompile(`^#[0-9a-fA-F]{6}$`)

func color(s string) string {
	if hexColor.MatchString(s) {
		return s
	}
	return defaultColor
}

// longestLine bounds what may stand in a subject or beside a label.
const longestLine = 300

// oneLine makes s fit for a header and for a label: spaces for everything that
// breaks a line or cannot be seen, and no more than longestLine characters.
func oneLine(s string) string {
	s = strings.Join(strings.FieldsFunc(strings.ToValidUTF8(s, "\ufffd"), invisible), " ")
	if r := []rune(s); len(r) > longestLine {
		s = string(r[:longestLine-1]) + "…"
	}
	return s
}

// paragraphs keeps the line breaks of s and nothing else that cannot be seen.
func paragraphs(s string) string {
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(strings.ToValidUTF8(s, "\ufffd"))
	s = strings.Map(func(r rune) rune {
		if r != '\n' && invisible(r) {
			return ' '
		}
		return r
	}, s)
	return strings.TrimSpace(s)
}

// invisible recognises control characters, spaces, line separators, and the
// marks that turn the direction of writing, by which a name could be disguised.
func invisible(r rune) bool {
	switch {
	case r <= ' ', r >= 0x7f && r <= 0xa0, r == '\u2028', r == '\u2029', r == '\ufeff':
		return true
	case r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069', r == '\u200e', r == '\u200f':
		return true
	}
	return false
}
