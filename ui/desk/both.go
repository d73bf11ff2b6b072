package desk

import (
	"encoding/json"
	"slices"
	"strings"
)

// prose are the fields of a card in which two texts can stand together, and whether
// they are of several lines.
var prose = map[string]bool{"instructions": true, "address": true, "name": false, "trade": false}

// Prose reports whether a field of a card is such a text.
func Prose(field string) bool {
	_, is := prose[field]
	return is
}

// Both puts two values of a field of a card together, as JSON; false when only one can
// stand there.
func Both(field, earlier, later string) (string, bool) {
	if text, ok := bothTexts(field, earlier, later); ok {
		return text, true
	}
	return bothLists(earlier, later)
}

// bothTexts puts two texts together. One that holds the other says it all.
func bothTexts(field, earlier, later string) (string, bool) {
	lines, ok := prose[field]
	var a, b string
	if !ok || json.Unmarshal([]byte(earlier), &a) != nil || json.Unmarshal([]byte(later), &b) != nil {
		return "", false
	}
	switch {
	case strings.Contains(b, a):
		a = b
	case strings.Contains(a, b):
	case lines:
		a = bothLines(a, b)
	default:
		a += " / " + b
	}
	text, err := json.Marshal(a)
	return string(text), err == nil
}

// bothLines puts each line that only the later text has where it stands there: after
// the line before it that both have. Texts that share none stand under each other.
func bothLines(earlier, later string) string {
	all, at, shared := strings.Split(strings.TrimRight(earlier, "\n"), "\n"), 0, false
	for line := range strings.SplitSeq(strings.TrimRight(later, "\n"), "\n") {
		switch i := slices.Index(all[at:], line); {
		case i >= 0:
			at += i + 1
			shared = shared || line != ""
		case line != "":
			all = slices.Insert(all, at, line)
			at++
		}
	}
	if !shared {
		return strings.TrimRight(earlier, "\n") + "\n\n" + later
	}
	return strings.Join(all, "\n")
}

// bothLists puts two lists into one, without what stands in both.
func bothLists(earlier, later string) (string, bool) {
	var a, b []json.RawMessage
	if json.Unmarshal([]byte(earlier), &a) != nil || json.Unmarshal([]byte(later), &b) != nil {
		return "", false
	}
	for _, v := range b {
		if !slices.ContainsFunc(a, func(x json.RawMessage) bool { return string(x) == string(v) }) {
			a = append(a, v)
		}
	}
	text, err := json.Marshal(a)
	return string(text), err == nil && a != nil
}
