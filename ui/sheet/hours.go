package sheet

import (
	"strings"
	"time"

	"permanence/clients"
)

// Weekdays is the order of a week on French paper.
var Weekdays = [7]time.Weekday{
	time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday, time.Sunday,
}

// FormatRanges writes the ranges of a day as they are typed: "09:00-12:30, 14:00-18:00".
func FormatRanges(list []clients.Range) string {
	parts := make([]string, len(list))
	for i, r := range list {
		parts[i] = r.From.String() + "-" + r.To.String()
	}
	return strings.Join(parts, ", ")
}

// ParseRanges reads the ranges of a day as people type them: "9h-12h30,
// 14h-18h", "9-12 et 14-18", "09:00–12:30". Nothing gives no range. The second
// result is the part that cannot be read, "" when all can.
func ParseRanges(s string) (list []clients.Range, bad string) {
	s = strings.NewReplacer(" et ", ",", " and ", ",", ";", ",", "–", "-", "—", "-").Replace(s)
	for part := range strings.SplitSeq(s, ",") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		r, ok := parseRange(part)
		if !ok {
			return nil, part
		}
		list = append(list, r)
	}
	return list, ""
}

func parseRange(s string) (clients.Range, bool) {
	from, to, ok := strings.Cut(s, "-")
	if !ok {
		return clients.Range{}, false
	}
	f, okFrom := ParseMinute(from)
	t, okTo := ParseMinute(to)
	return clients.Range{From: f, To: t}, okFrom && okTo && f < t
}

// ParseMinute reads a time of day; nothing is no time.
func ParseMinute(s string) (clients.Minute, bool) {
	s = strings.ToLower(strings.TrimSpace(s))
	if s == "" || strings.ContainsAny(s, "+-") {
		return 0, false
	}
	m, err := clients.ParseMinute(s)
	return m, err == nil
}
