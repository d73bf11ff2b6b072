package fake

import (
	"context"
	"slices"
	"testing"
	"time"

	"permanence/phone"
)

func TestLampsAndMailboxes(t *testing.T) {
	now := time.Date(2026, 11, 26, 14, 32, 0, 0, time.UTC)
	var told []phone.Event
	a := NewExchange(func() time.Time { return now }).NewAgent("desk", func(e phone.Event) {
		if _, ok := e.(phone.LineChanged); !ok {
			told = append(told, e)
		}
	})
	watching := []phone.Line{{ID: "one", Watch: []string{"201", "202"}}, {ID: "two", Watch: []string{"201"}}}
	if err := a.SetLines(watching); err != nil {
		t.Fatal(err)
	}
	a.LampIs("201", phone.LampFree)
	a.LampIs("201", phone.LampFree)
	a.LampIs("203", phone.LampBusy) // nobody watches
	a.MailboxIs("one", 2, 1)
	a.MailboxIs("one", 2, 1)
	a.MailboxIs("three", 9, 9)
	if err := a.SetLines(watching[:1]); err != nil {
		t.Fatal(err)
	}
	a.LampIs("201", phone.LampBusy)
	a.MailboxIs("one", 0, 3)
	if err := a.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	want := []phone.Event{
		phone.LampChanged{Line: "one", Target: "201", State: phone.LampFree, At: now},
		phone.LampChanged{Line: "two", Target: "201", State: phone.LampFree, At: now},
		phone.MailboxChanged{Line: "one", New: 2, Old: 1, At: now},
		phone.LampChanged{Line: "two", Target: "201", State: phone.LampUnknown, At: now},
		phone.LampChanged{Line: "one", Target: "201", State: phone.LampBusy, At: now},
		phone.MailboxChanged{Line: "one", New: 0, Old: 3, At: now},
	}
	if !slices.Equal(told, want) {
		t.Errorf("told\n%+v\nwant\n%+v", told, want)
	}
}
