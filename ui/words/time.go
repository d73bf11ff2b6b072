package words

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Clock is the time of day: "14:32".
func (b *Book) Clock(t time.Time) string { return t.Format("15:04") }

// Seconds is the time of day to the second: "14:32:07".
func (b *Book) Seconds(t time.Time) string { return t.Format("15:04:05") }

// Day is a date in full, without the year: "jeudi 26 novembre".
func (b *Book) Day(t time.Time) string {
	return b.T("date.day", b.weekday(t), b.dayOfMonth(t), b.month(t))
}

// ShortDay is a date for narrow places: "jeu. 26 nov.".
func (b *Book) ShortDay(t time.Time) string {
	return b.T("date.short", b.T("weekday.short."+strconv.Itoa(int(t.Weekday()))), t.Day(),
		b.T("month.short."+strconv.Itoa(int(t.Month()))))
}

// Date is a date without its weekday, with the year when it is not now's:
// "12 novembre", "3 février 2025".
func (b *Book) Date(t, now time.Time) string {
	s := b.T("date.date", b.dayOfMonth(t), b.month(t))
	if t.Year() != now.Year() {
		s += " " + strconv.Itoa(t.Year())
	}
	return s
}

// When is a moment as one says it in a conversation: "à 14:32" today, "hier à
// 14:32", otherwise "le 12 novembre".
func (b *Book) When(t, now time.Time) string {
	t = t.In(now.Location())
	switch days(now) - days(t) {
	case 0:
		return b.T("when.today", b.Clock(t))
	case 1:
		return b.T("when.yesterday", b.Clock(t))
	}
	return b.T("when.date", b.Date(t, now))
}

func days(t time.Time) int {
	return int(time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// Age is a duration as a call's clock shows it: "00:42", "1:02:09".
func (b *Book) Age(d time.Duration) string {
	s := int(max(d, 0) / time.Second)
	if s >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
	}
	return fmt.Sprintf("%02d:%02d", s/60, s%60)
}

// List joins words as one says them: "nom, dossier et objet".
func (b *Book) List(items []string) string {
	if len(items) < 2 {
		return strings.Join(items, "")
	}
	last := len(items) - 1
	return strings.Join(items[:last], ", ") + b.T("list.and") + items[last]
}

func (b *Book) weekday(t time.Time) string { return b.T("weekday." + strconv.Itoa(int(t.Weekday()))) }

func (b *Book) month(t time.Time) string { return b.T("month." + strconv.Itoa(int(t.Month()))) }

// dayOfMonth writes the first of a month as its language does ("1er").
func (b *Book) dayOfMonth(t time.Time) string {
	if t.Day() == 1 {
		return b.T("date.first")
	}
	return strconv.Itoa(t.Day())
}
