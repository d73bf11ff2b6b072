package clients

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Minute is a minute of the day, 0 to 1440 (24:00). It is written "09:30".
type Minute int

// ParseMinute reads "9:30", "09:30", "9h30" or "9h".
func ParseMinute(s string) (Minute, error) {
	s = strings.ReplaceAll(strings.TrimSpace(s), "h", ":")
	h, m, _ := strings.Cut(s, ":")
	if m == "" {
		m = "0"
	}
	hh, err1 := strconv.Atoi(h)
	mm, err2 := strconv.Atoi(m)
	if errors.Join(err1, err2) != nil || hh < 0 || hh > 24 || mm < 0 || mm > 59 || hh*60+mm > 24*60 {
		return 0, fmt.Errorf("clients: %q is not a time of day", s)
	}
	return Minute(hh*60 + mm), nil
}

// String writes the minute as "09:30".
func (m Minute) String() string { return fmt.Sprintf("%02d:%02d", int(m)/60, int(m)%60) }

// MarshalText and UnmarshalText give the minute its readable form in JSON and YAML.
func (m Minute) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (m *Minute) UnmarshalText(b []byte) error {
	v, err := ParseMinute(string(b))
	*m = v
	return err
}

// MinuteOf is the minute of t's day, on t's own clock.
func MinuteOf(t time.Time) Minute { return Minute(t.Hour()*60 + t.Minute()) }

// On is this minute on t's day. Across a daylight-saving change it is the wall
// clock that counts, as in an agenda on paper.
func (m Minute) On(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), int(m)/60, int(m)%60, 0, 0, t.Location())
}

// Range is a part of a day, [From, To).
type Range struct {
	From Minute `json:"from"`
	To   Minute `json:"to"`
}

// Contains reports whether m is in the range.
func (r Range) Contains(m Minute) bool { return m >= r.From && m < r.To }

// Week gives the ranges of each day, time.Sunday first as time.Weekday counts.
type Week [7][]Range

// Open reports whether t falls in the week's ranges. A week without any range
// at all means "no hours given" and is never open.
func (w Week) Open(t time.Time) bool {
	for _, r := range w[t.Weekday()] {
		if r.Contains(MinuteOf(t)) {
			return true
		}
	}
	return false
}

// Empty reports whether no hours were given.
func (w Week) Empty() bool {
	for _, d := range w {
		if len(d) > 0 {
			return false
		}
	}
	return true
}
