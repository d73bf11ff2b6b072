package desk

import (
	"slices"
	"testing"
	"time"

	"permanence/clients"
	"permanence/phone"
)

// onMachine lets a call of roc's ring until the machine has it and records.
func onMachine(t *testing.T) *scene {
	t.Helper()
	sc := soundDesk(t, unrecorded)
	sc.rings("a", rocDID)
	sc.later(31 * time.Second)
	sc.play(PhoneReported{phone.CallAnswered{Call: "a", At: sc.now}})
	return sc
}

func (sc *scene) machineRecords(call phone.CallID) phone.SoundID {
	sc.t.Helper()
	sc.take()
	sc.play(PhoneReported{phone.AnnouncementEnded{Call: call, Sound: phone.Beep, Whole: true, At: sc.now}})
	r := did[Record](sc.take())
	if len(r) != 1 || r[0].What != phone.RecordCaller {
		sc.t.Fatalf("recording %+v", r)
	}
	sc.play(PhoneReported{phone.RecordingChanged{Call: call, Sound: r[0].As, At: sc.now}})
	if k := did[KeepSound](sc.take()); len(k) != 1 || k[0].Sound.Length != 0 || k[0].Sound.ID != r[0].As {
		sc.t.Fatalf("listed when it began: %+v", k)
	}
	return r[0].As
}

func TestMachineTakesAMessage(t *testing.T) {
	sc := onMachine(t)
	a := did[Answer](sc.effects)
	if len(a) != 1 || !a[0].How.Aside || !slices.Equal(a[0].How.Announcements, []phone.SoundID{"machine", phone.Beep}) {
		t.Fatalf("answered %+v", a)
	}
	check(t, "phase", sc.phase("a"), Machine)
	check(t, "it rings no more", sc.s.signal(), Silence)
	id := sc.machineRecords("a")
	sc.play(PhoneReported{phone.RecordingEnded{Call: "a", Sound: id, Length: 42 * time.Second, At: sc.now}})
	kept := did[KeepSound](sc.take())
	if len(kept) != 1 || kept[0].Sound.Kind != clients.SoundMessage || kept[0].Sound.DeleteOn.IsZero() {
		t.Fatalf("kept %+v", kept)
	}
	sc.ends("a", phone.HungUpThere)
	m := sc.s.Tickets[0].Draft.Message
	check(t, "its sound", m.Sound, id)
	check(t, "its length", m.SoundLength, 42*time.Second)
	check(t, "its number", m.Number, "06 39 98 00 01")
	if e := sc.s.History[0]; !e.Machine || e.Missed || !slices.Equal(e.Sounds, []phone.SoundID{id}) {
		t.Errorf("the journal has %+v", e)
	}
	sc.play(TicketPutAway{})
	check(t, "it is not put away unheard", len(sc.s.Tickets), 1)
}

func TestMachineHearsNothing(t *testing.T) {
	sc := onMachine(t)
	id := sc.machineRecords("a")
	sc.play(PhoneReported{phone.RecordingEnded{Call: "a", Sound: id, Length: 3 * time.Second, Silent: true, At: sc.now}})
	check(t, "deleted", did[DropSound](sc.take())[0].Sound, id)
	sc.ends("a", phone.HungUpThere)
	check(t, "no message in hand", len(sc.s.Tickets), 0)
	check(t, "a missed call", sc.s.History[0].Missed && sc.s.History[0].Machine, true)
}

func TestMachineHangsUpOnEndlessMessages(t *testing.T) {
	sc := onMachine(t)
	sc.machineRecords("a")
	sc.later(59 * time.Second)
	check(t, "still listening", len(did[Hangup](sc.take())), 0)
	sc.later(time.Second)
	check(t, "enough", len(did[Hangup](sc.take())), 1)
}

func TestPickingUpFromTheMachine(t *testing.T) {
	sc := onMachine(t)
	id := sc.machineRecords("a")
	sc.play(AnswerPressed{})
	done := sc.take()
	check(t, "joins", did[Attend](done)[0], Attend{Call: "a", Present: true})
	check(t, "stops", len(did[StopRecording](done)), 1)
	sc.play(PhoneReported{phone.RecordingEnded{Call: "a", Sound: id, Length: 4 * time.Second, At: sc.now}})
	sc.play(PhoneReported{phone.AttendanceChanged{Call: "a", Present: true, At: sc.now}})
	check(t, "phase", sc.phase("a"), Talking)
	check(t, "what was said stays", sc.s.TicketOf("a").Draft.Message.Sound, id)
	sc.later(5 * time.Minute)
	check(t, "nobody hangs up on them now", len(did[Hangup](sc.take())), 0)
}

// The message may be complete before the operator is in the call, or after.
func TestWhoIsPickedUpIsToldBeforeRecording(t *testing.T) {
	present := PhoneReported{phone.AttendanceChanged{Call: "a", Present: true, At: noon}}
	for name, order := range map[string]func(phone.SoundID) []Event{
		"complete, then present": func(id phone.SoundID) []Event {
			return []Event{PhoneReported{phone.RecordingEnded{Call: "a", Sound: id, Length: time.Minute, At: noon}}, present}
		},
		"present, then complete": func(id phone.SoundID) []Event {
			return []Event{present, PhoneReported{phone.RecordingEnded{Call: "a", Sound: id, Length: time.Minute, At: noon}}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			sc := soundDesk(t, nil)
			sc.rings("a", rocDID)
			sc.later(31 * time.Second)
			sc.play(PhoneReported{phone.CallAnswered{Call: "a", At: sc.now}})
			id := sc.machineRecords("a")
			sc.play(AnswerPressed{})
			sc.take()
			for _, e := range order(id) {
				sc.play(e)
			}
			told := did[Announce](sc.take())
			if len(told) != 1 || !slices.Equal(told[0].Sounds, []phone.SoundID{"notice"}) {
				t.Fatalf("told %+v", told)
			}
			sc.play(PhoneReported{phone.AnnouncementEnded{Call: "a", Sound: "notice", Whole: true, At: sc.now}})
			check(t, "recorded", len(did[Record](sc.take())), 1)
		})
	}
}

// A disk that never began the message leaves room for the conversation's recording.
func TestWhoIsPickedUpIsToldAfterAMessageThatNeverBegan(t *testing.T) {
	sc := soundDesk(t, nil)
	sc.rings("a", rocDID)
	sc.later(31 * time.Second)
	sc.play(PhoneReported{phone.CallAnswered{Call: "a", At: sc.now}})
	sc.play(PhoneReported{phone.AnnouncementEnded{Call: "a", Sound: phone.Beep, Whole: true, At: sc.now}})
	sc.play(AnswerPressed{})
	sc.play(PhoneReported{phone.AttendanceChanged{Call: "a", Present: true, At: sc.now}})
	sc.take()
	sc.play(PhoneReported{phone.CommandFailed{Call: "a", Command: "record", At: sc.now}})
	check(t, "told", len(did[Announce](sc.take())), 1)
}

func TestMachineRules(t *testing.T) {
	rule := func(r clients.Machine) func(*clients.Client) {
		return func(c *clients.Client) { unrecorded(c); c.Voice.Machines = []clients.Machine{r} }
	}
	for name, c := range map[string]struct {
		change func(*clients.Client)
		busy   bool
		dnd    bool
		want   int
	}{
		"always":                {change: rule(clients.Machine{When: clients.ForwardAlways, Greeting: "machine"}), want: 1},
		"without a greeting":    {change: rule(clients.Machine{When: clients.ForwardAlways}), want: 0},
		"out of use":            {change: rule(clients.Machine{When: clients.ForwardAlways, Greeting: "machine", Off: true}), want: 0},
		"busy, and she is free": {change: rule(clients.Machine{When: clients.ForwardBusy, Greeting: "machine"}), want: 0},
		"busy, and she talks":   {change: rule(clients.Machine{When: clients.ForwardBusy, Greeting: "machine"}), busy: true, want: 1},
		"do not disturb":        {change: rule(clients.Machine{When: clients.ForwardBusy, Greeting: "machine"}), dnd: true, want: 1},
		"a forward comes first": {change: func(c *clients.Client) {
			rule(clients.Machine{When: clients.ForwardAlways, Greeting: "machine"})(c)
			c.Forwards = []clients.Forward{{When: clients.ForwardAlways, To: "0639980009"}}
		}, want: 0},
	} {
		t.Run(name, func(t *testing.T) {
			sc := soundDesk(t, c.change)
			sc.s.Settings.DoNotDisturb = c.dnd
			if c.busy {
				sc.rings("x", "+33536490002")
				sc.talks("x")
			}
			sc.take()
			sc.rings("a", rocDID)
			check(t, "taken", len(did[Answer](sc.take())), c.want)
		})
	}
}
