package phonetest

import (
	"errors"
	"testing"
	"time"

	"permanence/phone"
)

// Sounds are the recorded sounds that every agent of a Network has, and how long
// each lasts. It has no other.
var Sounds = map[phone.SoundID]time.Duration{
	greeting:   200 * time.Millisecond,
	notice:     100 * time.Millisecond,
	story:      time.Minute,
	tune:       time.Second,
	phone.Beep: 100 * time.Millisecond,
}

const (
	greeting phone.SoundID = "greeting"
	notice   phone.SoundID = "notice"
	story    phone.SoundID = "story"
	tune     phone.SoundID = "tune"
	missing  phone.SoundID = "missing"
)

// sounds are the scenarios in which somebody hears what was recorded, or is.
var sounds = []scenario{
	{"greeted with recorded sounds", greeted},
	{"cut in on a greeting", cutIn},
	{"a sound that is not there", soundMissing},
	{"answered without the operator", answeredAside},
	{"one announcement after another", announcements},
	{"hang up during a greeting", hangUpWhileGreeted},
	{"music that is not there", musicMissing},
	{"a conference with one who was aside", conferenceFromAside},
	{"the place of one who was aside", placeAside},
	{"nobody refers one who is aside", referAside},
	{"sounds out of place", soundsOutOfPlace},
	{"recorded", recorded},
	{"a recording ends with its call", recordingEndsWithCall},
	{"a message is left", messageLeft},
}

// received has A call B, which takes the call in some way.
func received(a, b *desk, how phone.Reception) (here, there phone.CallID) {
	a.t.Helper()
	here = a.dial(b.Address)
	there = expect[phone.CallArrived](b, nil).Call
	b.must(b.UA.Answer(there, how))
	of[phone.CallAnswered](a, here)
	of[phone.CallAnswered](b, there)
	return here, there
}

// partings hangs up, and waits until both sides know.
func partings(a, b *desk, here, there phone.CallID) {
	a.t.Helper()
	a.must(a.UA.Hangup(here))
	of[phone.CallEnded](a, here)
	of[phone.CallEnded](b, there)
}

func greeted(t *testing.T, n Network) {
	a, b := newDesk(t, n, "A"), newDesk(t, n, "B")
	here, there := received(a, b, phone.Reception{Announcements: []phone.SoundID{greeting, notice}})
	e := of[phone.AnnouncementEnded](b, there)
	if e.Sound != notice || !e.Whole || e.Fault != "" || e.At.IsZero() {
		t.Errorf("told %+v", e)
	}
	partings(a, b, here, there)
	if n := count[phone.AnnouncementEnded](b); n != 1 {
		t.Errorf("it ended %d times", n)
	}
	if n := count[phone.AttendanceChanged](b); n != 0 {
		t.Errorf("she came or went %d times", n)
	}
}

func cutIn(t *testing.T, n Network) {
	a, b := newDesk(t, n, "A"), newDesk(t, n, "B")
	here, there := received(a, b, phone.Reception{Announcements: []phone.SoundID{story, greeting}})
	b.must(b.UA.Announce(there))
	if e := of[phone.AnnouncementEnded](b, there); e.Sound == greeting || e.Whole || e.Fault != "" {
		t.Errorf("told %+v", e)
	}
	b.must(b.UA.Announce(there)) // there is nothing to end any more
	partings(a, b, here, there)
	if n := count[phone.AnnouncementEnded](b); n != 1 {
		t.Errorf("it ended %d times", n)
	}
}

func soundMissing(t *testing.T, n Network) {
	a, b := newDesk(t, n, "A"), newDesk(t, n, "B")
	here, there := received(a, b, phone.Reception{Announcements: []phone.SoundID{missing, notice}})
	if e := of[phone.AnnouncementEnded](b, there); e.Sound != notice || e.Whole || e.Fault == "" {
		t.Errorf("told %+v", e)
	}
	b.must(b.UA.Announce(there, missing))
	if e := of[phone.AnnouncementEnded](b, there); e.Sound != "" || e.Whole || e.Fault == "" {
		t.Errorf("told %+v", e)
	}
	partings(a, b, here, there)
}

func answeredAside(t *testing.T, n Network) {
	a, b := newDesk(t, n, "A"), newDesk(t, n, "B")
	here, there := received(a, b, phone.Reception{Announcements: []phone.SoundID{story}, Aside: true})
	if err := b.UA.Attend(there, false); !errors.Is(err, phone.ErrWrongState) {
		t.Errorf("she left a call that she was not in: %v", err)
	}
	b.must(b.UA.Attend(there, true))
	if e := of[phone.AnnouncementEnded](b, there); e.Whole {
		t.Errorf("told %+v", e)
	}
	if e := of[phone.AttendanceChanged](b, there); !e.Present {
		t.Errorf("told %+v", e)
	}
	if err := b.UA.Attend(there, true); !errors.Is(err, phone.ErrWrongState) {
		t.Errorf("she came into a call that she was in: %v", err)
	}
	b.must(b.UA.Attend(there, false))
	if e := of[phone.AttendanceChanged](b, there); e.Present {
		t.Errorf("told %+v", e)
	}
	b.must(b.UA.SendDTMF(there, "5")) // a call like any other
	of[phone.DTMFReceived](a, here)
	partings(a, b, here, there)
	if n := count[phone.AttendanceChanged](b); n != 2 {
		t.Errorf("she came or went %d times, want 2", n)
	}
}

// announcements are played one in place of the other, also to one who waits.
func announcements(t *testing.T, n Network) {
	a, b := newDesk(t, n, "A"), newDesk(t, n, "B")
	here, there := talk(a, b)
	b.must(b.UA.Announce(there, story))
	b.must(b.UA.Announce(there, notice))
	if e := of[phone.AnnouncementEnded](b, there); e.Whole || e.Sound == notice {
		t.Errorf("told %+v", e)
	}
	if e := of[phone.AnnouncementEnded](b, there); !e.Whole || e.Sound != notice {
		t.Errorf("told %+v", e)
	}
	b.must(b.UA.Music(there, tune))
	b.must(b.UA.Hold(there))
	expect(a, func(e phone.HoldChanged) bool { return e.There })
	b.must(b.UA.Announce(there, greeting, phone.Beep))
	if e := of[phone.AnnouncementEnded](b, there); !e.Whole || e.Sound != phone.Beep {
		t.Errorf("told %+v", e)
	}
	b.must(b.UA.Resume(there))
	expect(a, func(e phone.HoldChanged) bool { return !e.There })
	partings(a, b, here, there)
}

func hangUpWhileGreeted(t *testing.T, n Network) {
	a, b := newDesk(t, n, "A"), newDesk(t, n, "B")
	here, there := received(a, b, phone.Reception{Announcements: []phone.SoundID{story}})
	a.must(a.UA.Hangup(here))
	if e := of[phone.AnnouncementEnded](b, there); e.Whole || e.Fault != "" {
		t.Errorf("told %+v", e)
	}
	wantCause(t, of[phone.CallEnded](b, there), phone.HungUpThere)
}

func musicMissing(t *testing.T, n Network) {
	a, b := newDesk(t, n, "A"), newDesk(t, n, "B")
	here := a.dial(b.Address)
	there := expect[phone.CallArrived](b, nil).Call
	b.must(b.UA.Music(there, missing)) // nobody looks for it yet
	b.must(b.UA.Answer(there, phone.Reception{}))
	of[phone.CallAnswered](a, here)
	of[phone.MediaChanged](b, there)
	b.must(b.UA.Hold(there))
	if e := of[phone.CommandFailed](b, there); e.Command != "music" || e.Detail == "" {
		t.Errorf("told %+v", e)
	}
	b.must(b.UA.Music(there, tune))
	b.must(b.UA.Music(there, ""))
	partings(a, b, here, there)
	if n := count[phone.CommandFailed](b); n != 1 {
		t.Errorf("%d commands failed, want 1", n)
	}
}

func conferenceFromAside(t *testing.T, n Network) {
	a, b, c := newDesk(t, n, "A"), newDesk(t, n, "B"), newDesk(t, n, "C")
	_, first := received(a, b, phone.Reception{Aside: true})
	_, second := talk(c, b)
	b.must(b.UA.Confer([]phone.CallID{first, second}, true))
	if e := of[phone.AttendanceChanged](b, first); !e.Present {
		t.Errorf("told %+v", e)
	}
	nowConfer(b, true, first, second)
	b.must(b.UA.Attend(first, false)) // which leaves one
	for range 2 {                     // in either order
		expect(b, func(e phone.Event) bool {
			gone, left := e.(phone.AttendanceChanged)
			over, ended := e.(phone.ConferenceChanged)
			return left && !gone.Present || ended && len(over.Calls) == 0
		})
	}
	for _, id := range []phone.CallID{first, second} {
		b.must(b.UA.Hangup(id))
		of[phone.CallEnded](b, id)
	}
}

// placeAside puts A through to C, which takes the call of B without its operator.
func placeAside(t *testing.T, n Network) {
	a, b, c := newDesk(t, n, "A"), newDesk(t, n, "B"), newDesk(t, n, "C")
	caller, id := talk(a, b)
	b.must(b.UA.Hold(id))
	expect(a, func(e phone.HoldChanged) bool { return e.There })
	with, atC := received(b, c, phone.Reception{Aside: true})
	b.must(b.UA.Connect(id, with))
	at := of[phone.CallReferred](a, caller).New
	r := of[phone.CallReplaced](c, atC)
	if e := of[phone.AttendanceChanged](c, r.New); e.Present {
		t.Errorf("told %+v", e)
	}
	of[phone.CallAnswered](a, at)
	c.must(c.UA.Attend(r.New, true))
	of[phone.AttendanceChanged](c, r.New)
	partings(a, c, at, r.New)
}

func referAside(t *testing.T, n Network) {
	a, b, c := newDesk(t, n, "A"), newDesk(t, n, "B"), newDesk(t, n, "C")
	here, there := received(a, b, phone.Reception{Aside: true})
	a.must(a.UA.Transfer(here, c.Address))
	if e := passed(a, here, phone.TransferFailed); e.Status != 603 {
		t.Errorf("told %+v", e)
	}
	partings(a, b, here, there)
	if n := count[phone.CallArrived](c); n != 0 {
		t.Errorf("%d calls came of it", n)
	}
}

func soundsOutOfPlace(t *testing.T, n Network) {
	a, b := newDesk(t, n, "A"), newDesk(t, n, "B")
	here := a.dial(b.Address)
	there := expect[phone.CallArrived](b, nil).Call
	for what, c := range map[string]struct{ got, want error }{
		"attend no call":           {b.UA.Attend("none", true), phone.ErrUnknownCall},
		"announce to nobody":       {b.UA.Announce("none", greeting), phone.ErrUnknownCall},
		"music for nobody":         {b.UA.Music("none", tune), phone.ErrUnknownCall},
		"attend while it rings":    {b.UA.Attend(there, true), phone.ErrWrongState},
		"announce while it rings":  {b.UA.Announce(there, greeting), phone.ErrWrongState},
		"record while it rings":    {b.UA.Record(there, "new", phone.RecordBoth), phone.ErrWrongState},
		"stop what does not run":   {b.UA.StopRecording(there), phone.ErrWrongState},
		"pause what does not run":  {b.UA.PauseRecording(there, true), phone.ErrWrongState},
		"record no call":           {b.UA.Record("none", "new", phone.RecordBoth), phone.ErrUnknownCall},
		"stop recording no call":   {b.UA.StopRecording("none"), phone.ErrUnknownCall},
		"pause recording no call":  {b.UA.PauseRecording("none", true), phone.ErrUnknownCall},
		"announce before answered": {a.UA.Announce(here, greeting), phone.ErrWrongState},
	} {
		if !errors.Is(c.got, c.want) {
			t.Errorf("%s: %v, want %v", what, c.got, c.want)
		}
	}
	partings(a, b, here, there)
}

func recorded(t *testing.T, n Network) {
	a, b := newDesk(t, n, "A"), newDesk(t, n, "B")
	here, there := talk(a, b)
	b.must(b.UA.Record(there, "first", phone.RecordBoth))
	if e := of[phone.RecordingChanged](b, there); e.Sound != "first" || e.Paused || e.At.IsZero() {
		t.Errorf("told %+v", e)
	}
	if err := b.UA.Record(there, "second", phone.RecordBoth); !errors.Is(err, phone.ErrWrongState) {
		t.Errorf("two recordings at a time: %v", err)
	}
	b.must(b.UA.PauseRecording(there, true))
	b.must(b.UA.PauseRecording(there, true)) // nothing new
	if e := of[phone.RecordingChanged](b, there); !e.Paused {
		t.Errorf("told %+v", e)
	}
	b.must(b.UA.PauseRecording(there, false))
	if e := of[phone.RecordingChanged](b, there); e.Paused {
		t.Errorf("told %+v", e)
	}
	b.must(b.UA.Announce(there, greeting))
	of[phone.AnnouncementEnded](b, there)
	b.must(b.UA.StopRecording(there))
	e := of[phone.RecordingEnded](b, there)
	if e.Sound != "first" || e.Length < Sounds[greeting]/2 || e.Fault != "" {
		t.Errorf("told %+v", e)
	}
	if err := b.UA.StopRecording(there); !errors.Is(err, phone.ErrWrongState) {
		t.Errorf("a recording was stopped twice: %v", err)
	}
	b.must(b.UA.Record(there, "second", phone.RecordCaller))
	of[phone.RecordingChanged](b, there)
	b.must(b.UA.StopRecording(there))
	of[phone.RecordingEnded](b, there)
	partings(a, b, here, there)
	if n := count[phone.RecordingChanged](b); n != 4 {
		t.Errorf("%d changes were told, want 4", n)
	}
}

func recordingEndsWithCall(t *testing.T, n Network) {
	a, b := newDesk(t, n, "A"), newDesk(t, n, "B")
	here, there := talk(a, b)
	b.must(b.UA.Record(there, "call", phone.RecordBoth))
	of[phone.RecordingChanged](b, there)
	b.must(b.UA.Announce(there, greeting))
	of[phone.AnnouncementEnded](b, there)
	b.must(b.UA.Announce(there, story))
	a.must(a.UA.Hangup(here))
	of[phone.AnnouncementEnded](b, there)
	if e := of[phone.RecordingEnded](b, there); e.Length == 0 || e.Fault != "" {
		t.Errorf("told %+v", e)
	}
	wantCause(t, of[phone.CallEnded](b, there), phone.HungUpThere)
}

// messageLeft is an answering machine: a greeting, the tone, and what the caller says.
func messageLeft(t *testing.T, n Network) {
	a, b := newDesk(t, n, "A"), newDesk(t, n, "B")
	here, there := received(a, b, phone.Reception{Announcements: []phone.SoundID{greeting, phone.Beep}, Aside: true})
	if e := of[phone.AnnouncementEnded](b, there); !e.Whole || e.Sound != phone.Beep {
		t.Errorf("told %+v", e)
	}
	b.must(b.UA.Record(there, "message", phone.RecordCaller))
	of[phone.RecordingChanged](b, there)
	b.must(b.UA.Announce(there, greeting)) // while it runs
	of[phone.AnnouncementEnded](b, there)
	a.must(a.UA.Hangup(here))
	if e := of[phone.RecordingEnded](b, there); e.Length < Sounds[greeting]/2 || e.Fault != "" {
		t.Errorf("told %+v", e)
	}
	of[phone.CallEnded](b, there)
}
