package clients

import (
	"testing"
	"time"
	_ "time/tzdata"

	"pgregory.net/rapid"
)

var paris = mustZone("Europe/Paris")

func mustZone(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return zone
}

// on is a moment of Wednesday 25 November 2026 in Paris.
func on(hour, minute int) time.Time {
	return time.Date(2026, 11, 25, hour, minute, 0, 0, paris)
}

func TestParseMinute(t *testing.T) {
	good := map[string]Minute{
		"0:00": 0, "00:00": 0, "9:30": 570, "09:30": 570, "9h30": 570, "9h": 540,
		" 9h05 ": 545, "23:59": 1439, "24:00": 1440, "24h": 1440,
	}
	for in, want := range good {
		got, err := ParseMinute(in)
		if err != nil || got != want {
			t.Errorf("ParseMinute(%q) = %d, %v; want %d", in, got, err, want)
		}
	}
	bad := []string{"", "h", ":30", "24:01", "25:00", "9:60", "-1:00", "9:-1", "9:30:00", "midi", "153722867280912931:00"}
	for _, in := range bad {
		if got, err := ParseMinute(in); err == nil {
			t.Errorf("ParseMinute(%q) = %v; want an error", in, got)
		}
	}
}

func TestMinuteIsWrittenAsItIsRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := Minute(rapid.IntRange(0, 24*60).Draw(t, "minute"))
		text, err := want.MarshalText()
		if err != nil {
			t.Fatal(err)
		}
		var got Minute
		if err := got.UnmarshalText(text); err != nil || got != want {
			t.Fatalf("%q read as %d, %v; want %d", text, got, err, want)
		}
	})
}

func FuzzParseMinute(f *testing.F) {
	for _, s := range []string{"9h30", "09:30", "24:00", "", "99999999999999999999h"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		m, err := ParseMinute(s)
		if err != nil {
			return
		}
		if m < 0 || m > 24*60 {
			t.Fatalf("ParseMinute(%q) = %d, outside the day", s, m)
		}
		if again, err := ParseMinute(m.String()); err != nil || again != m {
			t.Fatalf("%q is %v, which is read back as %v, %v", s, m, again, err)
		}
	})
}

func TestMinuteOnADay(t *testing.T) {
	spring := time.Date(2026, 3, 29, 18, 0, 0, 0, paris) // 02:00 became 03:00
	autumn := time.Date(2026, 10, 25, 18, 0, 0, 0, paris)
	tests := []struct {
		name   string
		minute Minute
		day    time.Time
		want   string
	}{
		{"morning", 9 * 60, on(18, 0), "2026-11-25T09:00:00+01:00"},
		{"midnight that begins the day", 0, on(18, 0), "2026-11-25T00:00:00+01:00"},
		{"midnight that ends the day", 24 * 60, on(18, 0), "2026-11-26T00:00:00+01:00"},
		{"after the hour was lost", 9 * 60, spring, "2026-03-29T09:00:00+02:00"},
		{"after the hour came twice", 9 * 60, autumn, "2026-10-25T09:00:00+01:00"},
	}
	for _, tt := range tests {
		if got := tt.minute.On(tt.day).Format(time.RFC3339); got != tt.want {
			t.Errorf("%s: %s; want %s", tt.name, got, tt.want)
		}
	}
}

func TestWeekOpen(t *testing.T) {
	var w Week
	w[time.Wednesday] = []Range{{From: 9 * 60, To: 12 * 60}, {From: 22 * 60, To: 24 * 60}}
	w[time.Sunday] = []Range{{From: 0, To: 4 * 60}}
	tests := []struct {
		name string
		at   time.Time
		want bool
	}{
		{"before opening", on(8, 59), false},
		{"as it opens", on(9, 0), true},
		{"the last minute", on(11, 59).Add(59 * time.Second), true},
		{"as it closes", on(12, 0), false},
		{"the last minute of the day", on(23, 59), true},
		{"midnight is the next day", on(24, 0), false},
		{"another day", on(33, 0), false},
		{"the clock, not the instant, decides", on(9, 0).UTC(), false},
		{"before the lost hour", time.Date(2026, 3, 29, 1, 59, 0, 0, paris), true},
		{"after the lost hour", time.Date(2026, 3, 29, 3, 0, 0, 0, paris), true},
		{"the hour's second coming", time.Date(2026, 10, 25, 2, 30, 0, 0, paris).Add(time.Hour), true},
	}
	for _, tt := range tests {
		if got := w.Open(tt.at); got != tt.want {
			t.Errorf("%s: Open(%s) = %v; want %v", tt.name, tt.at, got, tt.want)
		}
	}
}

func TestWeekWithoutHoursIsEmptyAndNeverOpen(t *testing.T) {
	var none Week
	if !none.Empty() || none.Open(on(12, 0)) {
		t.Errorf("Empty() = %v, Open() = %v; want true, false", none.Empty(), none.Open(on(12, 0)))
	}
	none[time.Monday] = []Range{{From: 0, To: 60}}
	if none.Empty() {
		t.Error("a week with one range is not empty")
	}
}
