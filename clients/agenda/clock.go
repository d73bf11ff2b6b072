package agenda

import (
	"time"

	"permanence/clients"
)

// date is a day on a client's wall clock. It is kept as a date and not as its
// midnight, which some zones skip on the day their clocks change.
type date struct {
	year  int
	month time.Month
	day   int
	zone  *time.Location
}

func dateOf(t time.Time, zone *time.Location) date {
	y, m, d := t.In(zone).Date()
	return date{y, m, d, zone}
}

// plus is the date so many days later.
func (d date) plus(days int) date {
	y, m, day := time.Date(d.year, d.month, d.day+days, 12, 0, 0, 0, time.UTC).Date()
	return date{y, m, day, d.zone}
}

func (d date) weekday() time.Weekday {
	return time.Date(d.year, d.month, d.day, 12, 0, 0, 0, time.UTC).Weekday()
}

// at is the moment when the wall clock shows m. When it never does, because the
// clock leaps over m that day, it is the moment of the leap.
func (d date) at(m clients.Minute) time.Time {
	h, mm := int(m)/60, int(m)%60
	t := time.Date(d.year, d.month, d.day, h, mm, 0, 0, d.zone)
	want := time.Date(d.year, d.month, d.day, h, mm, 0, 0, time.UTC)
	switch shown := wall(t); {
	case shown.After(want):
		leap, _ := t.ZoneBounds()
		return leap
	case shown.Before(want):
		_, leap := t.ZoneBounds()
		return leap
	}
	return t
}

// wall is what the clock shows at t, as if it were UTC, so that two readings
// can be compared.
func wall(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, t.Hour(), t.Minute(), 0, 0, time.UTC)
}
