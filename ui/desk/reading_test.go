package desk

import (
	"testing"

	"permanence/clients"
)

// TestReadingsAreWrittenDown: each way to open what is a client's leaves a line of the
// access record, and only that.
func TestReadingsAreWrittenDown(t *testing.T) {
	for _, c := range []struct {
		name string
		play []Event
		want clients.NoteReading
	}{
		{"a card", []Event{ClientOpened{Client: "durand"}}, clients.NoteReading{Kind: clients.ReadingClient, ID: "durand"}},
		{"its editor", []Event{ClientHistoryAsked{Client: "durand"}}, clients.NoteReading{Kind: clients.ReadingClient, ID: "durand"}},
		{"a message", []Event{MessageOpened{Message: "m"}}, clients.NoteReading{Kind: clients.ReadingMessage, ID: "m"}},
		{"a past call", []Event{CallListOpened{}, CallOpened{Call: "c"}}, clients.NoteReading{Kind: clients.ReadingCall, ID: "c"}},
		{"a caller's voice", []Event{SoundPlayed{Sound: "voice"}}, clients.NoteReading{Kind: clients.ReadingSound, ID: "voice"}},
	} {
		sc := openDesk(t)
		sc.take()
		for _, e := range c.play {
			sc.play(e)
		}
		m := did[Mutate](sc.take())
		if len(m) != 1 || m[0].Mutation.Change != c.want || m[0].Mutation.Actor != sc.s.Operator.ID {
			t.Errorf("%s: %+v, want %+v", c.name, m, c.want)
			continue
		}
		notices := len(sc.s.Notices)
		sc.play(Applied(m[0]))
		check(t, c.name+": nothing is said of it", len(sc.s.Notices), notices)
	}
}

// What could not be written down is said, and hinders nobody.
func TestReadingThatCannotBeWrittenDown(t *testing.T) {
	sc := openDesk(t)
	sc.take()
	sc.play(MessageOpened{Message: "m"})
	e := sc.take()
	check(t, "read all the same", len(did[LoadMessage](e)), 1)
	sc.play(ApplyFailed{Mutation: did[Mutate](e)[0].Mutation, Problem: Problem{Code: "store.disk-full"}})
	check(t, "said", sc.s.Notices[len(sc.s.Notices)-1].Code, "store.disk-full")
}
