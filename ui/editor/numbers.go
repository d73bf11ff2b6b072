package editor

import (
	"strings"

	"permanence/phone"
)

// formatNumbers writes one number a line, as they are read in France.
func formatNumbers(dids []string) string {
	lines := make([]string, len(dids))
	for i, d := range dids {
		lines[i] = formatNumber(d)
	}
	return strings.Join(lines, "\n")
}

// formatNumber writes one number as it is read; what is none stays as it is.
func formatNumber(s string) string {
	if n := phone.ParseNumber(s); string(n) == s {
		return n.Display()
	}
	return s
}

// parseNumbers reads one number a line. What is no telephone number is kept as
// it was typed, for Validate to name.
func parseNumbers(s string) []string {
	var dids []string
	for line := range strings.Lines(s) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		if n := phone.ParseNumber(line); n != "" {
			line = string(n)
		}
		dids = append(dids, line)
	}
	return dids
}
