package desk

import (
	"slices"
	"testing"
	"time"

	"permanence/clients"
	"permanence/phone"
)

// recorded lets a call of roc's be talked and recorded.
func recorded(t *testing.T) (*scene, phone.SoundID) {
	t.Helper()
	sc := soundDesk(t, nil)
	sc.rings("a", rocDID)
	sc.talks("a")
	sc.take()
	sc.play(PhoneReported{phone.AnnouncementEnded{Call: "a", Sound: "notice", Whole: true, At: sc.now}})
	r := did[Record](sc.take())
	if len(r) != 1 || r[0].What != phone.RecordBoth {
		t.Fatalf("recording %+v", r)
	}
	sc.play(PhoneReported{phone.RecordingChanged{Call: "a", Sound: r[0].As, At: sc.now}})
	return sc, r[0].As
}

func TestRecordingIsKeptUntilItsDay(t *testing.T) {
	sc, id := recorded(t)
	sc.play(RecordingPaused{})
	check(t, "paused", did[PauseRecording](sc.take())[0], PauseRecording{Call: "a", Paused: true})
	sc.play(PhoneReported{phone.RecordingChanged{Call: "a", Sound: id, Paused: true, At: sc.now}})
	sc.play(RecordingPaused{})
	check(t, "goes on", did[PauseRecording](sc.take())[0], PauseRecording{Call: "a"})
	sc.play(PhoneReported{phone.RecordingEnded{Call: "a", Sound: id, Length: time.Minute, At: sc.now}})
	k := did[KeepSound](sc.take())[0].Sound
	check(t, "goes in thirty days", k.DeleteOn, sc.now.AddDate(0, 0, 30))
	check(t, "for its reason", k.Reason, "preuve des commandes")
	sc.ends("a", phone.HungUpThere)
	check(t, "journal", sc.s.History[0].Sounds[0], id)
}

func TestNothingIsRecordedUnannounced(t *testing.T) {
	for name, over := range map[string]phone.AnnouncementEnded{
		"cut short":           {Sound: "notice"},
		"cut in the greeting": {Sound: "hello"},
		"not playable":        {Sound: "notice", Whole: true, Fault: "it cannot be read"},
		"of another sound":    {Sound: "wait", Whole: true},
	} {
		t.Run(name, func(t *testing.T) {
			sc := soundDesk(t, nil)
			sc.rings("a", rocDID)
			sc.talks("a")
			sc.take()
			over.Call, over.At = "a", sc.now
			sc.play(PhoneReported{over})
			check(t, "recording", len(did[Record](sc.take())), 0)
			check(t, "she knows", sc.notice("recording.not-announced"), true)
			sc.play(RecordingPaused{})
			check(t, "nothing to pause", len(did[PauseRecording](sc.take())), 0)
		})
	}
}

// waited lets a call of roc's hear the wait announcement and then its music.
func waited(t *testing.T) *scene {
	t.Helper()
	sc := soundDesk(t, nil)
	sc.rings("a", rocDID)
	sc.play(WaitPressed{})
	sc.play(PhoneReported{phone.CallAnswered{Call: "a", At: sc.now}})
	sc.play(PhoneReported{phone.AnnouncementEnded{Call: "a", Sound: "wait", Whole: true, At: sc.now}})
	return sc
}

func TestWhoWaitedIsToldBeforeRecording(t *testing.T) {
	sc := waited(t)
	check(t, "not recorded yet", len(did[Record](sc.take())), 0)
	sc.play(AnswerPressed{Call: "a"})
	sc.play(ResumeAsked{Call: "a"})
	sc.play(PhoneReported{phone.AttendanceChanged{Call: "a", Present: true, At: sc.now}})
	check(t, "told", did[Announce](sc.take())[0].Sounds[0], phone.SoundID("notice"))
	sc.play(PhoneReported{phone.AnnouncementEnded{Call: "a", Sound: "notice", Whole: true, At: sc.now}})
	check(t, "recorded", len(did[Record](sc.take())), 1)
}

func TestRecordingEndsInCompany(t *testing.T) {
	sc, _ := recorded(t)
	sc.rings("b", "+33536490002")
	sc.talks("b")
	sc.take()
	sc.play(ConferencePressed{})
	done := sc.take()
	check(t, "stopped before anybody joins", slices.Index(done, Effect(StopRecording{Call: "a"})) < slices.IndexFunc(done, isConfer), true)
	check(t, "stopped", did[StopRecording](done)[0].Call, phone.CallID("a"))
	sc.play(PhoneReported{phone.ConferenceChanged{Calls: []phone.CallID{"a", "b"}, Here: true, At: sc.now}})
	check(t, "once", len(did[StopRecording](sc.take())), 0)
}

func isConfer(e Effect) bool { _, ok := e.(Confer); return ok }

// A third party has heard no announcement: nothing begins in a conference, whatever
// was under way when it was asked for.
func TestNothingIsRecordedInAConference(t *testing.T) {
	heard := PhoneReported{phone.AnnouncementEnded{Call: "a", Sound: "notice", Whole: true, At: noon}}
	present := PhoneReported{phone.AttendanceChanged{Call: "a", Present: true, At: noon}}
	joined := PhoneReported{phone.ConferenceChanged{Calls: []phone.CallID{"a", "b"}, Here: true, At: noon}}
	taken := func(t *testing.T) *scene { sc := soundDesk(t, nil); sc.rings("a", rocDID); sc.talks("a"); return sc }
	for name, c := range map[string]struct {
		begin func(*testing.T) *scene
		then  []Event
	}{
		"told while it is asked for":  {taken, []Event{ConferencePressed{}, heard, joined}},
		"told when it has begun":      {taken, []Event{ConferencePressed{}, joined, heard}},
		"told after it was refused":   {taken, []Event{ConferencePressed{}, CommandRefused{Command: "conference"}, heard}},
		"who waited":                  {waited, []Event{ConferencePressed{}, present, heard, joined}},
		"who waited, and is in it":    {waited, []Event{ConferencePressed{}, joined, present, heard}},
		"who was about to be told it": {waited, []Event{ResumeAsked{Call: "a"}, ConferencePressed{}, present, joined, heard}},
	} {
		t.Run(name, func(t *testing.T) {
			sc := c.begin(t)
			sc.rings("b", "+33536490002")
			sc.talks("b")
			sc.take()
			for _, e := range c.then {
				sc.play(e)
			}
			done := sc.take()
			check(t, "recordings", len(did[Record](done)), 0)
			check(t, "announcements of one", len(did[Announce](done)), 0)
			check(t, "what is shown", sc.s.Call("a").Recording == nil, true)
			check(t, "refusals", len(did[StopRecording](done)), 0)
		})
	}
}

func TestHealthLocksARecordingUnderWay(t *testing.T) {
	sc, id := recorded(t)
	c := spoken(petit)
	c.Health = true
	sc.play(ClientLoaded{Client: c})
	sc.take()
	sc.play(PhoneReported{phone.RecordingEnded{Call: "a", Sound: id, Length: time.Minute, At: sc.now}})
	done := sc.take()
	check(t, "kept", len(did[KeepSound](done)), 0)
	check(t, "deleted", did[DropSound](done)[0].Sound, id)
}

func TestExpiry(t *testing.T) {
	sc := soundDesk(t, nil)
	sc.later(59 * time.Minute)
	check(t, "not yet", len(did[ExpireSounds](sc.take())), 0)
	sc.later(time.Minute)
	check(t, "each hour", len(did[ExpireSounds](sc.take())), 1)
}

func TestDictation(t *testing.T) {
	sc := soundDesk(t, nil)
	sc.play(DictationBegun{Kind: clients.SoundName, Client: roc, Title: "SARL Roc"})
	d := did[Dictate](sc.take())
	check(t, "begun", len(d) == 1 && d[0].Most == longestName, true)
	check(t, "not yet heard", sc.s.Dictation.Since.IsZero(), true)
	sc.play(DictationHeard{Sound: d[0].As})
	check(t, "heard", sc.s.Dictation.Since, sc.now)
	sc.rings("a", rocDID)
	sc.play(AnswerPressed{})
	check(t, "a call comes first", did[Dictate](sc.take())[0], Dictate{})
	sc.play(Dictated{Sound: d[0].As, Length: 2 * time.Second})
	k := did[KeepSound](sc.take())
	check(t, "kept", len(k) == 1 && k[0].Sound.ID == d[0].As && k[0].Sound.Length == 2*time.Second, true)
	sc.play(SoundKept(k[0]))
	check(t, "may be used", sc.s.Dictation.Kept && sc.s.Sounds[d[0].As].Title == "SARL Roc", true)
	sc.play(DictationLeft{})
	sc.play(DictationBegun{Kind: clients.SoundName})
	check(t, "not while she talks", sc.s.Dictation == nil && sc.notice("dictation.in-call"), true)
}

func TestListening(t *testing.T) {
	sc := soundDesk(t, nil)
	sc.play(SoundPlayed{Sound: "hello", From: time.Second})
	sc.later(time.Second)
	at, playing := sc.s.Heard("hello", 3*time.Second)
	check(t, "heard", at, 2*time.Second)
	check(t, "plays", playing, true)
	sc.later(time.Minute)
	at, _ = sc.s.Heard("hello", 3*time.Second)
	check(t, "no further than its end", at, 3*time.Second)
	sc.play(ListeningEnded{Sound: "other"})
	check(t, "still", sc.s.Listening != nil, true)
	sc.play(SoundDeleted{Sound: "hello"})
	check(t, "stopped", did[Listen](sc.take())[1], Listen{})
	sc.play(SoundsDropped{Sounds: []phone.SoundID{"hello"}})
	_, there := sc.s.Sounds["hello"]
	check(t, "gone", there, false)
}

func TestACallEndsListening(t *testing.T) {
	for name, act := range map[string]Event{
		"one that rings":     AnswerPressed{Call: "a"},
		"one that waits":     HoldPressed{Call: "b"},
		"one that she dials": DialPressed{Target: "0639980002"},
	} {
		t.Run(name, func(t *testing.T) {
			sc := soundDesk(t, nil)
			sc.rings("b", "+33536490002")
			sc.talks("b")
			sc.play(HoldPressed{})
			sc.play(PhoneReported{phone.HoldChanged{Call: "b", Here: true, At: sc.now}})
			sc.rings("a", rocDID)
			sc.play(SoundPlayed{Sound: "hello"})
			sc.take()
			sc.play(act)
			check(t, "stopped", sc.s.Listening == nil, true)
			check(t, "in her ear too", slices.Contains(sc.take(), Effect(Listen{})), true)
		})
	}
}

func TestImporting(t *testing.T) {
	sc := soundDesk(t, nil)
	sc.play(SoundFileChosen{Path: `C:\sons\valse.mp3`, Kind: clients.SoundMusic, Client: roc})
	as := did[ImportSound](sc.take())[0].As
	check(t, "title", as.Title, "valse.mp3")
	sc.play(SoundTaken{Sound: as.ID, Share: 0.5})
	check(t, "half", sc.s.Importing.Share, 0.5)
	sc.play(SoundNotKept{Sound: as.ID, Problem: Problem{Code: "sound.too-long"}})
	check(t, "why", sc.s.Importing.Problem.Code, "sound.too-long")
	check(t, "no notice beside it", len(sc.s.Notices), 0)
}
