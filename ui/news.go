package ui

import (
	"encoding/json"
	"strings"

	"permanence/ui/desk"
)

// newsWords says what changed in a client's card: for the instructions the new
// lines themselves, for the rest which part it is.
func (s *sheet) newsWords(news []desk.ClientChange) string {
	var parts []string
	said := map[string]bool{}
	for _, n := range news {
		words := s.newsOf(n)
		if words != "" && !said[words] {
			said[words] = true
			parts = append(parts, words)
		}
	}
	return strings.Join(parts, " · ")
}

func (s *sheet) newsOf(n desk.ClientChange) string {
	if n.Field == "instructions" {
		if lines := addedLines(n.Before, n.After); len(lines) > 0 {
			return strings.Join(lines, " · ")
		}
	}
	if n.Field == "version" {
		return ""
	}
	return s.words.Or([]any{n.Field}, "news.field."+n.Field, "news.field.other")
}

// addedLines are the lines of a Markdown text, given as JSON, that were not
// there before, without their marks.
func addedLines(before, after string) []string {
	var was, is string
	_ = json.Unmarshal([]byte(before), &was) // what cannot be read counts as empty
	_ = json.Unmarshal([]byte(after), &is)
	old := map[string]bool{}
	for line := range strings.Lines(was) {
		old[plain(line)] = true
	}
	var added []string
	for line := range strings.Lines(is) {
		if p := plain(line); p != "" && !old[p] {
			added = append(added, p)
		}
	}
	return added
}

var markdownMarks = strings.NewReplacer("**", "", "__", "", "`", "")

// plain takes Markdown's marks off a line.
func plain(line string) string {
	line = strings.TrimSpace(markdownMarks.Replace(line))
	line = strings.TrimLeft(line, "#>")
	for _, bullet := range []string{"- ", "* ", "+ "} {
		line = strings.TrimPrefix(line, bullet)
	}
	return strings.TrimSpace(line)
}
