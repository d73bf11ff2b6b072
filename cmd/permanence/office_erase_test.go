package main

import (
	"strings"
	"testing"
	"time"

	"permanence/store/office"
	"permanence/store/shared"
)

// TestFoundIsListed: each line names what would go, and how much goes with a client.
func TestFoundIsListed(t *testing.T) {
	var b strings.Builder
	at := time.Date(2026, 11, 24, 9, 30, 0, 0, time.Local)
	list := []office.Erasable{
		{Erasure: office.Erasure{Kind: shared.Client, ID: "c1"}, Name: "Durand", Messages: 12},
		{Erasure: office.Erasure{Kind: shared.Message, ID: "m1"}, Name: "Mme Lefèvre", At: at, Unmade: true},
	}
	if err := writeFound(&b, list); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"client", "c1", "Durand", "messages : 12", "24/11/2026 09:30, refusé ou à vérifier"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, &b)
		}
	}
}

// TestWantedIsADayOrAText: a day is read as people write it here.
func TestWantedIsADayOrAText(t *testing.T) {
	day := time.Date(2026, 11, 4, 0, 0, 0, 0, time.Local)
	for text, want := range map[string]office.Wanted{
		"04/11/2026": {Day: day}, " 4/11/2026 ": {Day: day}, "06 12 34 56 78": {Text: "06 12 34 56 78"}, "Durand": {Text: "Durand"},
	} {
		if got := wanted(text); !got.Day.Equal(want.Day) || got.Text != want.Text {
			t.Errorf("%q: %+v", text, got)
		}
	}
}

// TestClientsGoLast: else what is only held of a client would be looked for in vain.
func TestClientsGoLast(t *testing.T) {
	got := erasures([]office.Erasable{
		{Erasure: office.Erasure{Kind: shared.Client, ID: "c1"}}, {Erasure: office.Erasure{Kind: shared.Message, ID: "m1"}, Unmade: true},
	})
	if len(got) != 2 || got[0].ID != "m1" || got[1].ID != "c1" {
		t.Errorf("%+v", got)
	}
}
