package exchange

import (
	"fmt"
	"strings"
	"time"

	"permanence/clients"
)

// days are the names of the days as they are written, Monday first.
var days = []struct {
	day   time.Weekday
	names []string // the first is the one that Write uses
}{
	{time.Monday, []string{"lun", "lundi", "mon", "monday"}},
	{time.Tuesday, []string{"mar", "mardi", "tue", "tuesday"}},
	{time.Wednesday, []string{"mer", "mercredi", "wed", "wednesday"}},
	{time.Thursday, []string{"jeu", "jeudi", "thu", "thursday"}},
	{time.Friday, []string{"ven", "vendredi", "fri", "friday"}},
	{time.Saturday, []string{"sam", "samedi", "sat", "saturday"}},
	{time.Sunday, []string{"dim", "dimanche", "sun", "sunday"}},
}

// week reads a mapping from days, or spans of days such as "lun-ven", to hours.
func (v value) week() (w clients.Week) {
	var set [7]bool
	for _, pair := range v.pairs() {
		key := keyOf(pair.Key)
		at := value{r: v.r, path: v.path + "." + key, line: lineOf(pair.Key)}
		first, last, ok := daySpan(key)
		if !ok {
			at.problem("import.want-day", key)
			continue
		}
		ranges := at.at(pair.Value, at.path).ranges()
		for i := first; i <= last; i++ {
			day := days[i].day
			if set[day] {
				at.problem("import.day-twice", days[i].names[1])
			}
			set[day], w[day] = true, ranges
			v.r.lines[fmt.Sprintf("%s[%d]", v.path, day)] = at.line
		}
	}
	return w
}

// daySpan reads "lun" or "lun-ven" as places in days.
func daySpan(s string) (first, last int, ok bool) {
	from, to, span := strings.Cut(s, "-")
	first, ok = dayIndex(from)
	if !span || !ok {
		return first, first, ok
	}
	last, ok = dayIndex(to)
	return first, last, ok && first <= last
}

func dayIndex(s string) (int, bool) {
	for i, d := range days {
		for _, name := range d.names {
			if strings.EqualFold(strings.TrimSpace(s), name) {
				return i, true
			}
		}
	}
	return 0, false
}

// ranges reads "09:00-12:30, 14:00-18:00"; a list of such texts does as well.
func (v value) ranges() (list []clients.Range) {
	v.list(func(v value) {
		for part := range strings.SplitSeq(v.text(), ",") {
			if strings.TrimSpace(part) == "" {
				continue
			}
			r, err := parseRange(part)
			if err != nil {
				v.problem("import.want-hours", strings.TrimSpace(part))
				continue
			}
			list = append(list, r)
		}
	})
	return list
}

// span reads one range, which may pass midnight.
func (v value) span() (from, to clients.Minute) {
	if v.empty() {
		return 0, 0
	}
	r, err := parseRange(v.text())
	if err != nil {
		v.problem("import.want-hours", v.text())
	}
	return r.From, r.To
}

func parseRange(s string) (clients.Range, error) {
	from, to, ok := strings.Cut(s, "-")
	if !ok {
		return clients.Range{}, fmt.Errorf("exchange: %q is not a range of hours", s)
	}
	f, err := clients.ParseMinute(from)
	if err != nil {
		return clients.Range{}, err
	}
	t, err := clients.ParseMinute(to)
	return clients.Range{From: f, To: t}, err
}

func formatRange(r clients.Range) string { return r.From.String() + "-" + r.To.String() }

func formatRanges(list []clients.Range) string {
	texts := make([]string, len(list))
	for i, r := range list {
		texts[i] = formatRange(r)
	}
	return strings.Join(texts, ", ")
}
