package agenda

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"permanence/clients"
)

func TestNextFree(t *testing.T) {
	full := []clients.Appointment{appt("a", "14:00-15:00")}
	tests := []struct {
		name   string
		from   string
		days   int
		urgent bool
		appts  []clients.Appointment
		want   string // "" for none
	}{
		{name: "the place that begins now", from: "2026-11-26 09:20", days: 1, want: "Thu 09:20"},
		{name: "the one after", from: "2026-11-26 09:21", days: 1, want: "Thu 09:40"},
		{name: "past the emergencies", from: "2026-11-26 10:50", days: 1, want: "Thu 11:40"},
		{name: "an emergency", from: "2026-11-26 10:50", days: 1, urgent: true, want: "Thu 11:00"},
		{name: "after lunch", from: "2026-11-26 11:50", days: 1, want: "Thu 14:00"},
		{name: "the afternoon is full", from: "2026-11-26 11:50", days: 2, appts: full, want: "Fri 09:00"},
		{name: "over the week-end", from: "2026-11-27 18:00", days: 4, want: "Mon 09:00"},
		{name: "not within the days asked", from: "2026-11-27 18:00", days: 3},
		{name: "no day at all", from: "2026-11-26 09:00", days: 0},
	}
	for _, tt := range tests {
		slot, ok := NextFree(doctor(), paris, parisTime(tt.from), tt.days, tt.appts, tt.urgent)
		got := ""
		if ok {
			got = slot.Start.Format("Mon 15:04")
		}
		if got != tt.want {
			t.Errorf("%s: %q; want %q", tt.name, got, tt.want)
		}
	}
}

func TestNextFreeWithoutAgenda(t *testing.T) {
	if slot, ok := NextFree(clients.AgendaRules{}, paris, thursday("09:00"), 400, nil, true); ok {
		t.Errorf("a client without agenda offers %v", slot)
	}
}

// Around both changes of the clocks, with rules and appointments that no
// careful person would write: what is offered is always really free.
func TestDayProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rules, zone, day, appts := drawAgenda(t)
		now := day.Add(time.Duration(rapid.IntRange(-30, 30).Draw(t, "hours to now")) * time.Hour)
		slots := Day(rules, zone, day, now, appts)

		if !slices.IsSortedFunc(slots, func(a, b Slot) int { return a.Start.Compare(b.Start) }) {
			t.Fatalf("not in order: %s", write(slots))
		}
		var end time.Time
		for _, s := range slots {
			if s.Kind == Taken {
				continue
			}
			if s.Start.Before(end) {
				t.Fatalf("the place at %s begins before the last one ends: %s", s.Start, write(slots))
			}
			end = s.End
			checkPlace(t, rules, s, appts)
			checkAge(t, s, ordinary(rules, zone, day, s), now, rules.MinNotice)
		}
		checkTaken(t, slots, zone, day, appts)
	})
}

func checkAge(t *rapid.T, s Slot, was Kind, now time.Time, notice int) {
	if was == Free {
		now = now.Add(time.Duration(notice) * time.Minute)
	}
	if gone := s.Start.Before(now); gone != (s.Kind == Past) {
		t.Fatalf("at %s, the place at %s is %s", now, s.Start, s.Kind)
	}
}

// ordinary is the kind the place had when it was far ahead.
func ordinary(rules clients.AgendaRules, zone *time.Location, day time.Time, place Slot) Kind {
	for _, s := range Day(rules, zone, day, place.Start.AddDate(-1, 0, 0), nil) {
		if s.Start.Equal(place.Start) {
			return s.Kind
		}
	}
	return ""
}

func checkPlace(t *rapid.T, rules clients.AgendaRules, s Slot, appts []clients.Appointment) {
	if got := s.End.Sub(s.Start); got != time.Duration(rules.Duration)*time.Minute {
		t.Fatalf("the place at %s lasts %s", s.Start, got)
	}
	for _, a := range appts {
		if !a.Cancelled && a.Start.Before(s.End) && s.Start.Before(a.End) {
			t.Fatalf("%s at %s is offered over %v", s.Kind, s.Start, a)
		}
	}
}

func checkTaken(t *rapid.T, slots []Slot, zone *time.Location, day time.Time, appts []clients.Appointment) {
	shown := map[clients.ID]int{}
	for _, s := range slots {
		if s.Kind == Taken {
			shown[s.Appointment.ID]++
		}
	}
	d := dateOf(day, zone)
	for _, a := range appts {
		want := 0
		if !a.Cancelled && a.Start.Before(d.plus(1).at(0)) && a.End.After(d.at(0)) {
			want = 1
		}
		if shown[a.ID] != want {
			t.Fatalf("%v is shown %d times; want %d", a, shown[a.ID], want)
		}
	}
}

func TestNextFreeIsTheFirstOfItsDay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rules, zone, from, appts := drawAgenda(t)
		urgent := rapid.Bool().Draw(t, "urgent")
		const horizon = 3
		var want []Slot
		for n := range horizon {
			day := dateOf(from, zone).plus(n).at(12 * 60)
			for _, s := range Day(rules, zone, day, from, appts) {
				if s.Kind == Free || urgent && s.Kind == Emergency {
					want = append(want, s)
				}
			}
		}
		got, ok := NextFree(rules, zone, from, horizon, appts, urgent)
		if ok != (len(want) > 0) || ok && got != want[0] {
			t.Fatalf("NextFree() = %v, %v; want the first of %s", got, ok, write(want))
		}
	})
}

// drawAgenda draws rules, a moment near a change of clocks, and appointments
// around it.
func drawAgenda(t *rapid.T) (clients.AgendaRules, *time.Location, time.Time, []clients.Appointment) {
	zones := []string{"Europe/Paris", "America/New_York", "Asia/Beirut", "America/Santiago", "Australia/Lord_Howe"}
	zone := Zone(clients.AgendaRules{Zone: rapid.SampledFrom(zones).Draw(t, "zone")})
	days := []string{"2026-03-29", "2026-10-25", "2026-09-06", "2026-04-05", "2026-11-01", "2026-11-26"}
	noon, err := time.ParseInLocation(time.DateOnly, rapid.SampledFrom(days).Draw(t, "day"), zone)
	if err != nil {
		t.Fatal(err)
	}
	noon = noon.Add(12 * time.Hour)
	rules := clients.AgendaRules{
		Duration:  rapid.IntRange(5, 90).Draw(t, "duration"),
		MinNotice: rapid.IntRange(0, 300).Draw(t, "notice"),
		Emergency: drawRanges(t, 1),
	}
	for d := range rules.Hours {
		rules.Hours[d] = drawRanges(t, 3)
	}
	return rules, zone, noon, drawAppointments(t, noon)
}

func drawRanges(t *rapid.T, most int) []clients.Range {
	var list []clients.Range
	for range rapid.IntRange(0, most).Draw(t, "ranges") {
		from, to := rapid.IntRange(0, 1440).Draw(t, "from"), rapid.IntRange(0, 1440).Draw(t, "to")
		list = append(list, clients.Range{From: clients.Minute(from), To: clients.Minute(to)})
	}
	return list
}

func drawAppointments(t *rapid.T, noon time.Time) []clients.Appointment {
	list := make([]clients.Appointment, rapid.IntRange(0, 8).Draw(t, "appointments"))
	for i := range list {
		start := noon.Add(time.Duration(rapid.IntRange(-24*60, 48*60).Draw(t, "start")) * time.Minute)
		length := time.Duration(rapid.IntRange(1, 300).Draw(t, "length")) * time.Minute
		list[i] = clients.Appointment{
			ID: clients.ID(rune('a' + i)), Start: start, End: start.Add(length),
			Cancelled: rapid.IntRange(0, 4).Draw(t, "cancelled") == 0,
		}
	}
	return list
}

// crowded fills four weeks of the doctor's agenda, all but the last place.
func crowded() []clients.Appointment {
	var list []clients.Appointment
	for n := range 28 {
		day := dateOf(thursday("00:00"), paris).plus(n).at(0)
		for _, s := range Day(doctor(), paris, day, thursday("00:00"), nil) {
			list = append(list, clients.Appointment{ID: clients.ID(s.Start.String()), Start: s.Start, End: s.End})
		}
	}
	return list[:len(list)-1]
}

func BenchmarkDay(b *testing.B) {
	rules, appts, now := doctor(), crowded(), thursday("10:00")
	b.ReportAllocs()
	for b.Loop() {
		Day(rules, paris, now, now, appts)
	}
}

func BenchmarkNextFreeInFourFullWeeks(b *testing.B) {
	rules, appts, from := doctor(), crowded(), thursday("00:00")
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := NextFree(rules, paris, from, 28, appts, true); !ok {
			b.Fatal("the last place was not found")
		}
	}
}
