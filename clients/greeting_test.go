package clients

import (
	"testing"
	"time"
)

func TestGreet(t *testing.T) {
	day := []Range{{From: 9 * 60, To: 18 * 60}}
	c := Client{
		Greetings: []Greeting{
			{Text: "night", From: 22 * 60, To: 6 * 60},
			{Text: "closed", Closed: true},
			{Text: "lunch", From: 12 * 60, To: 14 * 60},
			{Text: "day"},
		},
		Hours: Week{time.Wednesday: day},
	}
	tests := []struct {
		at   time.Time
		want string
	}{
		{on(0, 0), "night"},
		{on(5, 59), "night"},
		{on(6, 0), "closed"},
		{on(8, 59), "closed"},
		{on(9, 0), "day"},
		{on(11, 59), "day"},
		{on(12, 0), "lunch"},
		{on(13, 59), "lunch"},
		{on(14, 0), "day"},
		{on(18, 0), "closed"},
		{on(21, 59), "closed"},
		{on(22, 0), "night"},
		{on(23, 59), "night"},
		{on(24, 0), "night"},
		{on(36, 0), "closed"}, // Thursday noon
	}
	for _, tt := range tests {
		if got, ok := c.Greet(tt.at); !ok || got.Text != tt.want {
			t.Errorf("at %s: %q, %v; want %q", tt.at.Format("Mon 15:04"), got.Text, ok, tt.want)
		}
	}
}

func TestGreetClosedNeedsHours(t *testing.T) {
	c := Client{Greetings: []Greeting{{Text: "closed", Closed: true}}}
	if g, ok := c.Greet(on(12, 0)); ok {
		t.Errorf("a client without hours is never closed, yet greeted with %q", g.Text)
	}
}

func TestGreetWithoutGreeting(t *testing.T) {
	var c Client
	if g, ok := c.Greet(on(12, 0)); ok || g != (Greeting{}) {
		t.Errorf("Greet() = %v, %v; want nothing", g, ok)
	}
}

func TestGreetAcrossDaylightSaving(t *testing.T) {
	c := Client{Greetings: []Greeting{{Text: "night", From: 22 * 60, To: 3 * 60}, {Text: "morning"}}}
	springs := time.Date(2026, 3, 29, 1, 59, 0, 0, paris)
	falls := time.Date(2026, 10, 25, 1, 59, 0, 0, paris)
	tests := []struct {
		name string
		at   time.Time
		want string
	}{
		{"a minute before the clock leaps", springs, "night"},
		{"a minute later it is three", springs.Add(time.Minute), "morning"},
		{"half past two, the first time", falls.Add(31 * time.Minute), "night"},
		{"half past two, the second time", falls.Add(91 * time.Minute), "night"},
		{"three, two hours and a minute later", falls.Add(121 * time.Minute), "morning"},
	}
	for _, tt := range tests {
		if got, _ := c.Greet(tt.at); got.Text != tt.want {
			t.Errorf("%s (%s): %q; want %q", tt.name, tt.at.Format("15:04 MST"), got.Text, tt.want)
		}
	}
}
