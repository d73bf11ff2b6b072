package editor

import (
	"strings"

	"permanence/phone"
)

// formatNumbers writes one number a line, as they are read in France.
func formatNumbers(dids []string) string {
	lines := make([]string, len(dids))
	for i, d := range dids {
		lines[i] = phone.Number(d).Display()
	}
	return strings.Join(lines, "\n")
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
