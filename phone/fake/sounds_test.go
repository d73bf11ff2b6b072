package fake

import (
	"context"
	"slices"
	"testing"
	"time"

	"permanence/phone"
)

// TestScriptedSounds plays an answering machine on a clock that stands where the
// test puts it, then one whose disk fails.
func TestScriptedSounds(t *testing.T) {
	now := time.Date(2026, 11, 26, 14, 32, 0, 0, time.UTC)
	var told []phone.Event
	a := NewExchange(func() time.Time { return now }).NewAgent("desk", func(e phone.Event) {
		switch e.(type) {
		case phone.AnnouncementEnded, phone.RecordingChanged, phone.RecordingEnded, phone.CallEnded, phone.CommandFailed:
			told = append(told, e)
		}
	})
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(a.SetLines([]phone.Line{{ID: "l"}}))
	a.SoundLasts("greeting", time.Hour)
	a.SoundLasts(phone.Beep, time.Minute)
	id := a.OutsideCalls(phone.Invite{})
	must(a.Answer(id, phone.Reception{Announcements: []phone.SoundID{"greeting", phone.Beep}, Aside: true}))
	a.OutsideHeardAll(id)
	must(a.Record(id, "message", phone.RecordCaller))
	began := now
	now = now.Add(7 * time.Second)
	must(a.Hold(id)) // of which nothing is kept
	now = now.Add(time.Second)
	must(a.Announce(id, "greeting", phone.Beep))
	now = now.Add(time.Hour)
	a.DiskFails("no space left")
	a.OutsideEnds(id, phone.HungUpThere, 0)
	id2 := a.OutsideCalls(phone.Invite{})
	must(a.Answer(id2, phone.Reception{}))
	must(a.Record(id2, "call", phone.RecordBoth))
	must(a.Close(context.Background()))
	want := []phone.Event{
		phone.AnnouncementEnded{Call: id, Sound: phone.Beep, Whole: true, At: began},
		phone.RecordingChanged{Call: id, Sound: "message", At: began},
		phone.AnnouncementEnded{Call: id, Sound: phone.Beep, At: now},
		phone.RecordingEnded{Call: id, Sound: "message", Length: 7 * time.Second, Fault: "no space left", At: now},
		phone.CallEnded{Call: id, Cause: phone.HungUpThere, At: now},
		phone.CommandFailed{Call: id2, Command: "record", Detail: "no space left", At: now},
		phone.CallEnded{Call: id2, Cause: phone.Shutdown, At: now},
	}
	if !slices.Equal(told, want) {
		t.Errorf("told\n%+v\nwant\n%+v", told, want)
	}
}
