package fake

import (
	"context"
	"slices"
	"testing"
	"time"

	"permanence/phone"
)

func TestQuality(t *testing.T) {
	now := time.Date(2026, 11, 26, 14, 32, 0, 0, time.UTC)
	var told []phone.Quality
	a := NewExchange(func() time.Time { return now }).NewAgent("desk", func(e phone.Event) {
		switch e := e.(type) {
		case phone.QualityChanged:
			told = append(told, e.Quality)
		case phone.CallEnded:
			told = append(told, e.Quality)
		}
	})
	if err := a.SetLines([]phone.Line{{ID: "one"}}); err != nil {
		t.Fatal(err)
	}
	id := a.OutsideCalls(phone.Invite{})
	good, better := phone.Quality{Heard: 4.2}, phone.Quality{Heard: 4.4, Sent: 4.3}
	bad := phone.Quality{Heard: 2, Sent: 4, Side: phone.SideThere}
	a.OutsideSounds(id, bad) // it rings: nothing is heard
	if err := a.Answer(id, phone.Reception{}); err != nil {
		t.Fatal(err)
	}
	for _, q := range []phone.Quality{good, better, bad} {
		a.OutsideSounds(id, q)
	}
	if s, ok := a.Stats(id); !ok || s.Quality != bad {
		t.Errorf("the counters have %+v", s.Quality)
	}
	a.OutsideEnds(id, phone.HungUpThere, 0)
	if err := a.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	if want := []phone.Quality{good, bad, bad}; !slices.Equal(told, want) {
		t.Errorf("told %+v, want %+v", told, want)
	}
}
