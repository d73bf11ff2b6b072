package desk

import (
	"slices"
	"testing"
	"time"

	"permanence/clients"
	"permanence/phone"
)

// roc is whose callers hear recorded sounds.
const (
	roc    = clients.ID("roc")
	rocDID = phone.Number("+33536490003")
)

func library() []clients.Sound {
	var list []clients.Sound
	for _, id := range []phone.SoundID{"hello", "name", "music", "wait", "machine", "notice"} {
		list = append(list, clients.Sound{ID: id, Kind: clients.SoundGreeting, Length: 3 * time.Second})
	}
	return list
}

// spoken is a client with every recorded sound, in the place of another.
func spoken(like func() clients.Client) clients.Client {
	c := like()
	c.ID, c.Name, c.DIDs = roc, "SARL Roc", []string{string(rocDID)}
	c.Greetings = []clients.Greeting{{Text: "SARL Roc, bonjour !"}}
	c.Voice = clients.Voice{
		Greetings: []clients.SpokenGreeting{{Operator: "op", Text: "SARL Roc, bonjour !", Sound: "hello"}},
		Name:      "name", Music: "music",
		Wait:      clients.Wait{Sound: "wait", After: 20},
		Machines:  []clients.Machine{{When: clients.ForwardNoAnswer, After: 30, Greeting: "machine", Seconds: 60}},
		Recording: clients.Recording{On: true, Reason: "preuve des commandes", Announcement: "notice", Days: 30},
	}
	return c
}

// soundDesk is a desk with that client, changed by f.
func soundDesk(t *testing.T, f func(*clients.Client)) *scene {
	t.Helper()
	sc := openDesk(t)
	c := spoken(petit)
	if f != nil {
		f(&c)
	}
	sc.play(Loaded{Snapshot: Snapshot{
		Operator: clients.Operator{ID: "op", Name: "Sophie"},
		Clients:  []clients.Client{durand(), petit(), c}, Sounds: library(),
		Settings: Settings{Lines: []phone.Line{{ID: "l1"}}},
	}})
	sc.play(PhoneReported{phone.LineChanged{Line: "l1", State: phone.LineRegistered, At: sc.now}})
	sc.effects = nil
	return sc
}

func unrecorded(c *clients.Client) { c.Voice.Recording.On = false }

func TestGreetingPlaysAndSheCutsIn(t *testing.T) {
	sc := soundDesk(t, unrecorded)
	sc.rings("a", rocDID)
	sc.take()
	sc.play(AnswerPressed{})
	done := sc.take()
	if a := did[Answer](done); len(a) != 1 || !slices.Equal(a[0].How.Announcements, []phone.SoundID{"hello"}) || a[0].How.Aside {
		t.Fatalf("answered with %+v", a)
	}
	check(t, "whispered", len(did[Whisper](done)), 1)
	check(t, "music", did[PlayMusic](done)[0].Sound, phone.SoundID("music"))
	sc.play(PhoneReported{phone.CallAnswered{Call: "a", At: sc.now}})
	a := sc.s.Call("a").Announcing
	if a == nil || a.Since != sc.now || a.Length != 3*time.Second || a.Kind != clients.SoundGreeting {
		t.Fatalf("announcing %+v", a)
	}
	sc.take()
	sc.play(AnswerPressed{})
	if cut := did[Announce](sc.take()); len(cut) != 1 || len(cut[0].Sounds) != 0 {
		t.Fatalf("cutting in did %+v", cut)
	}
	sc.play(PhoneReported{phone.AnnouncementEnded{Call: "a", Sound: "hello", At: sc.now}})
	check(t, "over", sc.s.Call("a").Announcing == nil, true)
}

func TestGreetingIsHerOwnAndOfThisText(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*clients.Client)
		want   int
		kind   clients.SoundKind
	}{
		"as recorded":              {unrecorded, 1, clients.SoundGreeting},
		"the text has changed":     {func(c *clients.Client) { unrecorded(c); c.Greetings[0].Text = "Bonjour" }, 0, ""},
		"somebody else's voice":    {func(c *clients.Client) { unrecorded(c); c.Voice.Greetings[0].Operator = "other" }, 0, ""},
		"not on this desk":         {func(c *clients.Client) { unrecorded(c); c.Voice.Greetings[0].Sound = "lost" }, 0, ""},
		"and that it is recorded":  {nil, 2, clients.SoundGreeting},
		"only that it is recorded": {func(c *clients.Client) { c.Voice.Greetings = nil }, 1, clients.SoundNotice},
		"never in health":          {func(c *clients.Client) { c.Health = true }, 1, clients.SoundGreeting},
	} {
		t.Run(name, func(t *testing.T) {
			sc := soundDesk(t, c.change)
			sc.rings("a", rocDID)
			sc.take()
			sc.play(AnswerPressed{})
			if a := did[Answer](sc.take()); len(a) != 1 || len(a[0].How.Announcements) != c.want {
				t.Errorf("announced %+v, want %d sounds", a, c.want)
			}
			kind := clients.SoundKind("")
			if a := sc.s.Call("a").Announcing; a != nil {
				kind = a.Kind
			}
			check(t, "what the screen says", kind, c.kind)
		})
	}
}

func TestWaitAnnouncement(t *testing.T) {
	sc := soundDesk(t, unrecorded)
	sc.rings("a", "+33536490002")
	sc.talks("a")
	sc.rings("b", rocDID)
	sc.take()
	sc.play(WaitPressed{})
	a := did[Answer](sc.take())
	if len(a) != 1 || a[0].Call != "b" || !a[0].How.Aside || !slices.Equal(a[0].How.Announcements, []phone.SoundID{"wait"}) {
		t.Fatalf("answered %+v", a)
	}
	sc.play(PhoneReported{phone.CallAnswered{Call: "b", At: sc.now}})
	check(t, "b", sc.phase("b"), Held)
	check(t, "a", sc.phase("a"), Talking)
	check(t, "nobody is put on hold", len(did[Hold](sc.take())), 0)
	sc.play(PhoneReported{phone.AnnouncementEnded{Call: "b", Sound: "wait", Whole: true, At: sc.now}})

	// F3 on the one who waits: a waits now, and she is in b.
	sc.play(HoldPressed{Call: "b"})
	done := sc.take()
	check(t, "a is held", did[Hold](done)[0].Call, phone.CallID("a"))
	check(t, "she joins b", did[Attend](done)[0], Attend{Call: "b", Present: true})
	sc.play(PhoneReported{phone.AttendanceChanged{Call: "b", Present: true, At: sc.now}})
	check(t, "b", sc.phase("b"), Talking)
}

func TestWaitByRuleAndGivingUp(t *testing.T) {
	sc := soundDesk(t, nil)
	sc.rings("b", rocDID)
	sc.later(21 * time.Second)
	check(t, "she is free: nothing is announced", len(did[Answer](sc.take())), 0)
	sc.rings("a", "+33536490002")
	sc.talks("a")
	sc.later(time.Second)
	if a := did[Answer](sc.take()); len(a) != 1 || a[0].Call != "b" || !a[0].How.Aside {
		t.Fatalf("answered %+v", a)
	}
	sc.play(PhoneReported{phone.CallAnswered{Call: "b", At: sc.now}})
	sc.ends("b", phone.HungUpThere)
	if e := sc.s.History[0]; e.Call != "b" || !e.Missed {
		t.Errorf("who gave up waiting is %+v", e)
	}
	check(t, "no message to write", sc.s.TicketOf("b") == nil && len(sc.s.Tickets) == 1, true)
}

func TestWaitNeedsItsAnnouncement(t *testing.T) {
	sc := soundDesk(t, nil)
	sc.rings("a", "+33536490002")
	sc.take()
	sc.play(WaitPressed{})
	check(t, "not answered", len(did[Answer](sc.take())), 0)
	check(t, "said why", sc.notice("wait.no-announcement"), true)
}

func TestRefusedAnswerLeavesItRinging(t *testing.T) {
	sc := soundDesk(t, nil)
	sc.rings("a", rocDID)
	sc.play(WaitPressed{})
	sc.play(CommandRefused{Call: "a", Command: "answer", Code: "phone.too-late"})
	c := sc.s.Call("a")
	check(t, "as before", c.Phase == Ringing && !c.Aside && c.Announcing == nil && c.Recording == nil, true)
}

func TestHeadset(t *testing.T) {
	sc := soundDesk(t, unrecorded)
	sc.rings("a", rocDID)
	check(t, "rings", did[ShowHeadset](sc.take())[0].State, HeadsetState{Ringing: true})
	sc.play(HeadsetPressed{Button: HookButton})
	check(t, "answered", len(did[Answer](sc.effects)), 1)
	sc.play(PhoneReported{phone.CallAnswered{Call: "a", At: sc.now}})
	sc.play(HeadsetPressed{Button: MuteButton})
	shown := did[ShowHeadset](sc.take())
	check(t, "off hook and muted", shown[len(shown)-1].State, HeadsetState{OffHook: true, Muted: true})
	sc.play(HeadsetPressed{Button: HookButton})
	check(t, "hung up", len(did[Hangup](sc.take())), 1)
}
