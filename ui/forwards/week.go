package forwards

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"permanence/clients"
	"permanence/ui/sheet"
	"permanence/ui/words"
)

// FormatWeek writes a week in one line, days with the same hours together. Hours
// of every day stand without days; no hours at all are nothing.
func FormatWeek(w *words.Book, week clients.Week) string {
	var parts []string
	for i := 0; i < len(sheet.Weekdays); {
		j := i + 1
		for j < len(sheet.Weekdays) && slices.Equal(hoursOf(week, j), hoursOf(week, i)) {
			j++
		}
		if ranges := hoursOf(week, i); len(ranges) > 0 {
			parts = append(parts, strings.TrimSpace(days(w, i, j-1)+" "+sheet.FormatRanges(ranges)))
		}
		i = j
	}
	return strings.Join(parts, "; ")
}

func hoursOf(week clients.Week, day int) []clients.Range { return week[sheet.Weekdays[day]] }

// days names the days from the first to the last; the whole week has no name.
func days(w *words.Book, first, last int) string {
	switch {
	case last-first == len(sheet.Weekdays)-1:
		return ""
	case first == last:
		return abbreviated(w, sheet.Weekdays[first])
	}
	return abbreviated(w, sheet.Weekdays[first]) + "-" + abbreviated(w, sheet.Weekdays[last])
}

func abbreviated(w *words.Book, d time.Weekday) string {
	return strings.TrimSuffix(strings.ToLower(w.T("weekday.short."+strconv.Itoa(int(d)))), ".")
}

// ParseWeek reads a week as people write it: parts divided by ";" or line ends,
// each with days before its hours, or without for every day. "18h-9h" goes over
// midnight. The second result is the part that cannot be read, "" when all can.
func ParseWeek(w *words.Book, s string) (week clients.Week, bad string) {
	for part := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == ';' || r == '\n' }) {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		on, hours, ok := parseDays(w, part)
		if !ok || !addHours(&week, on, hours) {
			return clients.Week{}, part
		}
	}
	return week, ""
}

// parseDays takes the days off the front of a part.
func parseDays(w *words.Book, part string) (on []int, hours string, ok bool) {
	i := strings.IndexFunc(part, unicode.IsDigit)
	if i < 0 {
		return nil, "", false
	}
	names, hours := strings.TrimSpace(part[:i]), part[i:]
	if names == "" {
		return []int{0, 1, 2, 3, 4, 5, 6}, hours, true
	}
	for name := range strings.FieldsFuncSeq(names, func(r rune) bool { return r == ',' || r == ' ' }) {
		from, to, span := strings.Cut(name, "-")
		if !span {
			to = from
		}
		a, b := dayNo(w, from), dayNo(w, to)
		if a < 0 || b < 0 {
			return nil, "", false
		}
		for d := a; ; d = (d + 1) % len(sheet.Weekdays) {
			on = append(on, d)
			if d == b {
				break
			}
		}
	}
	return on, hours, true
}

// dayNo finds a day by the beginning of its name, at least two letters of it;
// counted from Monday, -1 for none.
func dayNo(w *words.Book, s string) int {
	s = strings.TrimSuffix(strings.ToLower(strings.TrimSpace(s)), ".")
	if len(s) < 2 {
		return -1
	}
	for i, d := range sheet.Weekdays {
		if strings.HasPrefix(strings.ToLower(w.T("weekday."+strconv.Itoa(int(d)))), s) {
			return i
		}
	}
	return -1
}

// midnight is the end of a day.
const midnight = clients.Minute(24 * 60)

// addHours gives days their hours; those over midnight go on the day after.
func addHours(week *clients.Week, on []int, hours string) bool {
	for piece := range strings.SplitSeq(hours, ",") {
		if night, ok := overMidnight(piece); ok {
			for _, d := range on {
				add(week, d, clients.Range{From: night.From, To: midnight})
				if night.To > 0 {
					add(week, (d+1)%len(sheet.Weekdays), clients.Range{To: night.To})
				}
			}
			continue
		}
		ranges, bad := sheet.ParseRanges(piece)
		if bad != "" || len(ranges) == 0 {
			return false
		}
		for _, d := range on {
			for _, r := range ranges {
				add(week, d, r)
			}
		}
	}
	return true
}

func add(week *clients.Week, day int, r clients.Range) {
	at := sheet.Weekdays[day]
	if !slices.Contains(week[at], r) {
		week[at] = append(week[at], r)
		slices.SortFunc(week[at], func(a, b clients.Range) int { return int(a.From - b.From) })
	}
}

// overMidnight reads a range whose end is before its beginning.
func overMidnight(s string) (clients.Range, bool) {
	from, to, ok := strings.Cut(strings.NewReplacer("–", "-", "—", "-").Replace(s), "-")
	if !ok {
		return clients.Range{}, false
	}
	f, okFrom := sheet.ParseMinute(from)
	t, okTo := sheet.ParseMinute(to)
	return clients.Range{From: f, To: t}, okFrom && okTo && t <= f && f < midnight
}
