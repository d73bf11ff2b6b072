package exchange

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// object is a YAML mapping in the order in which it is written. Values are
// string, int, bool, []string (written on one line), object or []object. Keys
// whose value is empty are left out.
type object []pair

type pair struct {
	key   string
	value any
}

// emitter writes YAML that people like to read and every reader understands:
// plain words plain, all else in double quotes, texts of several lines as blocks.
type emitter struct{ strings.Builder }

func (e *emitter) object(o object, indent string) {
	for _, p := range o {
		if !isEmpty(p.value) {
			e.WriteString(indent + p.key + ":")
			e.value(p.value, indent)
		}
	}
}

func (e *emitter) value(value any, indent string) {
	switch v := value.(type) {
	case string:
		e.WriteString(" " + scalar(v, indent+"  ") + "\n")
	case []string:
		quoted := make([]string, len(v))
		for i, s := range v {
			quoted[i] = flow(s)
		}
		e.WriteString(" [" + strings.Join(quoted, ", ") + "]\n")
	case object:
		e.WriteString("\n")
		e.object(v, indent+"  ")
	case []object:
		e.WriteString("\n")
		for _, o := range v {
			e.item(o, indent+"  ")
		}
	default:
		fmt.Fprintf(e, " %v\n", v)
	}
}

// item writes an entry of a list: its first key stands behind the dash.
func (e *emitter) item(o object, indent string) {
	o = slices.DeleteFunc(slices.Clone(o), func(p pair) bool { return isEmpty(p.value) })
	if len(o) == 0 {
		e.WriteString(indent + "- {}\n")
		return
	}
	e.WriteString(indent + "- " + o[0].key + ":")
	e.value(o[0].value, indent+"  ")
	e.object(o[1:], indent+"  ")
}

func isEmpty(value any) bool {
	switch v := value.(type) {
	case string:
		return v == ""
	case int:
		return v == 0
	case bool:
		return !v
	case []string:
		return len(v) == 0
	case []object:
		return len(v) == 0
	case object:
		return !slices.ContainsFunc(v, func(p pair) bool { return !isEmpty(p.value) })
	}
	return value == nil
}

// plain is what may stand without quotes: it begins with a letter, and has no
// sign that means something to YAML.
var plain = regexp.MustCompile(`^\pL[\pL\pN .,;@/_’'()·°!?+-]*$`)

// simple is what may stand without quotes inside a list on one line as well.
var simple = regexp.MustCompile(`^\pL[\pL\pN_-]*$`)

// words that some YAML readers take for something else than text.
var reserved = []string{"true", "false", "yes", "no", "on", "off", "null", "y", "n", "oui", "non", "inf", "nan"}

func scalar(s, indent string) string {
	switch {
	case isBlock(s):
		return block(s, indent)
	case plain.MatchString(s) && !strings.HasSuffix(s, " ") && !isReserved(s):
		return s
	}
	return quote(s)
}

// flow writes an entry of a list on one line.
func flow(s string) string {
	if simple.MatchString(s) && !isReserved(s) {
		return s
	}
	return quote(s)
}

func isReserved(s string) bool { return slices.Contains(reserved, strings.ToLower(s)) }

// isBlock reports whether s can be a block without losing anything: lines of
// printable signs without blanks at either end, and none of them empty but inside.
func isBlock(s string) bool {
	body := strings.TrimSuffix(s, "\n")
	lines := strings.Split(body, "\n")
	if len(lines) < 2 || lines[0] == "" || lines[len(lines)-1] == "" {
		return false
	}
	for i, line := range lines {
		if strings.TrimRightFunc(line, unicode.IsSpace) != line || (i == 0 && unicode.IsSpace(rune(line[0]))) ||
			strings.ContainsFunc(line, mustEscape) {
			return false
		}
	}
	return true
}

func block(s, indent string) string {
	head, body := "|", strings.TrimSuffix(s, "\n")
	if body == s {
		head = "|-"
	}
	var b strings.Builder
	b.WriteString(head)
	for line := range strings.SplitSeq(body, "\n") {
		b.WriteString("\n")
		if line != "" {
			b.WriteString(indent + line)
		}
	}
	return b.String()
}

func mustEscape(r rune) bool { return !unicode.IsPrint(r) || r == '\ufeff' }

// quote writes a double-quoted scalar (YAML 1.2 §7.3.1).
func quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case !mustEscape(r):
			b.WriteRune(r)
		case r > 0xffff:
			b.WriteString(`\U` + hex(r, 8))
		default:
			b.WriteString(`\u` + hex(r, 4))
		}
	}
	b.WriteByte('"')
	return b.String()
}

func hex(r rune, width int) string {
	s := strconv.FormatInt(int64(r), 16)
	return strings.Repeat("0", width-len(s)) + s
}
