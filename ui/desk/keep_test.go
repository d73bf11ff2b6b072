package desk

import (
	"errors"
	"testing"
	"time"

	"permanence/clients"
	"permanence/phone"
)

// cutOffMessage is what a crash left of a message for roc.
func cutOffMessage() CutOff {
	return CutOff{
		Sound: clients.Sound{
			ID: "cut", Kind: clients.SoundMessage, Client: roc, Call: "a", Length: 7 * time.Second,
			Made: noon, DeleteOn: noon.AddDate(0, 0, 180),
		},
		Entry: Entry{Call: "a", Client: roc, Number: "+33639980001", Name: "LEFEVRE", Called: rocDID},
	}
}

func loadedWith(t *testing.T, s Snapshot) *scene {
	t.Helper()
	sc := &scene{t: t, now: noon, s: State{Now: noon, Directory: NewDirectory(nil)}}
	s.Clients = []clients.Client{spoken(petit), petit()}
	sc.play(Loaded{Snapshot: s})
	return sc
}

func TestAMessageThatACrashCutOff(t *testing.T) {
	sc := loadedWith(t, Snapshot{CutOff: []CutOff{cutOffMessage()}})
	if len(sc.s.Tickets) != 1 || sc.s.Front != sc.s.Tickets[0].ID {
		t.Fatalf("tickets %+v", sc.s.Tickets)
	}
	m := sc.s.Tickets[0].Draft.Message
	check(t, "its sound", m.Sound, phone.SoundID("cut"))
	check(t, "its length", m.SoundLength, 7*time.Second)
	check(t, "its number", m.Number, "06 39 98 00 01")
	check(t, "its call", m.Call, "a")
	var order []string
	for _, e := range sc.take() {
		switch e := e.(type) {
		case KeepDraft:
			order = append(order, "draft "+string(e.Draft.Message.Sound))
		case KeepSound:
			order = append(order, "row "+e.Sound.Length.String())
		}
	}
	if len(order) != 2 || order[0] != "draft cut" || order[1] != "row 7s" {
		t.Errorf("kept %v; the length comes last, or a second crash loses it", order)
	}
	sc.play(TicketPutAway{})
	check(t, "it is not put away unheard", len(sc.s.Tickets), 1)
}

// A second crash, after the draft and before the row, makes no second message.
func TestACutOffMessageThatIsInHand(t *testing.T) {
	r := cutOffMessage()
	sc := loadedWith(t, Snapshot{
		CutOff: []CutOff{r},
		Drafts: []SavedDraft{{Ticket: "t", Call: "a", Client: roc, Message: clients.Message{ID: "t", Sound: r.Sound.ID}}},
	})
	check(t, "one message", len(sc.s.Tickets), 1)
	check(t, "its row", len(did[KeepSound](sc.take())), 1)
}

func TestACutOffMessageJoinsWhatWasTyped(t *testing.T) {
	sc := loadedWith(t, Snapshot{
		CutOff: []CutOff{cutOffMessage()},
		Drafts: []SavedDraft{{Ticket: "t", Call: "a", Client: roc, Message: clients.Message{ID: "t", Text: "rappeler"}}},
	})
	check(t, "one ticket", len(sc.s.Tickets), 1)
	m := sc.s.Tickets[0].Draft.Message
	check(t, "both", m.Text == "rappeler" && m.Sound == "cut", true)
}

func TestAConversationThatACrashCutOff(t *testing.T) {
	r := cutOffMessage()
	r.Sound.Kind, r.Sound.DeleteOn = clients.SoundCall, noon.AddDate(0, 0, 30)
	sc := loadedWith(t, Snapshot{CutOff: []CutOff{r}})
	check(t, "no message", len(sc.s.Tickets), 0)
	check(t, "listed with its day", did[KeepSound](sc.take())[0].Sound, r.Sound)
	r.Sound.Client = "petit" // who records nothing
	sc = loadedWith(t, Snapshot{CutOff: []CutOff{r}})
	check(t, "deleted", did[DropSound](sc.take())[0].Sound, r.Sound.ID)
}

func TestAConversationIsListedWhenItBegins(t *testing.T) {
	sc, id := recorded(t)
	k := did[KeepSound](sc.take())
	if len(k) != 1 || k[0].Sound.ID != id || k[0].Sound.Length != 0 || k[0].Sound.DeleteOn != sc.now.AddDate(0, 0, 30) {
		t.Errorf("listed %+v", k)
	}
}

// A command that comes too late for a call takes nothing from what is recorded of it.
func TestARefusedCommandLosesNoMessage(t *testing.T) {
	sc := onMachine(t)
	id := sc.machineRecords("a")
	sc.play(AnswerPressed{})
	sc.play(CommandRefused{Call: "a", Command: "record", Code: "phone.too-late"})
	sc.take()
	sc.play(PhoneReported{phone.RecordingEnded{Call: "a", Sound: id, Length: 9 * time.Second, At: sc.now}})
	done := sc.take()
	check(t, "deleted", len(did[DropSound](done)), 0)
	check(t, "kept", len(did[KeepSound](done)), 1)
}

// A disk that did not answer in time may have all of it.
func TestARecordingOfUnknownLengthIsNotDeleted(t *testing.T) {
	sc := onMachine(t)
	id := sc.machineRecords("a")
	sc.play(PhoneReported{phone.RecordingEnded{Call: "a", Sound: id, Fault: "the disk does not answer", At: sc.now}})
	done := sc.take()
	check(t, "deleted", len(did[DropSound](done)), 0)
	check(t, "its row stays as it is", len(did[KeepSound](done)), 0)
	check(t, "she knows", sc.notice("recording.failed"), true)
}

func refused(k KeepSound, code string) Event {
	return SoundNotKept{Sound: k.Sound.ID, Row: k.Sound, Problem: Problem{Code: code}}
}

// TestListingIsTriedAgain: a full disk costs no recording.
func TestListingIsTriedAgain(t *testing.T) {
	sc := onMachine(t)
	id := sc.machineRecords("a")
	sc.play(PhoneReported{phone.RecordingEnded{Call: "a", Sound: id, Length: 9 * time.Second, At: sc.now}})
	k := did[KeepSound](sc.take())[0]
	for range 20 {
		sc.play(refused(k, "store.disk-full"))
		sc.later(time.Second)
		check(t, "tried again", did[KeepSound](sc.take())[0], k)
		check(t, "and told", sc.notice("store.disk-full"), true)
	}
	sc.play(SoundKept(k))
	check(t, "told no more", sc.notice("store.disk-full"), false)
	sc.later(time.Second)
	check(t, "nor tried", len(did[KeepSound](sc.take())), 0)
}

func TestWhatIsNotTriedAgain(t *testing.T) {
	for name, play := range map[string]func(sc *scene, id phone.SoundID){
		"what the law forbids": func(sc *scene, id phone.SoundID) {
			sc.play(PhoneReported{phone.RecordingEnded{Call: "a", Sound: id, Length: 9 * time.Second, At: sc.now}})
			sc.play(refused(did[KeepSound](sc.take())[0], "store.bad-change"))
		},
		"what is deleted": func(sc *scene, id phone.SoundID) {
			sc.play(refused(KeepSound{clients.Sound{ID: id, Kind: clients.SoundMessage}}, "store.disk-full"))
			sc.play(PhoneReported{phone.RecordingEnded{Call: "a", Sound: id, Silent: true, At: sc.now}})
		},
		"a beginning, told after the end": func(sc *scene, id phone.SoundID) {
			sc.play(PhoneReported{phone.RecordingEnded{Call: "a", Sound: id, Length: 9 * time.Second, At: sc.now}})
			sc.play(refused(KeepSound{clients.Sound{ID: id, Kind: clients.SoundMessage}}, "store.disk-full"))
		},
		"a greeting, which she can record again": func(sc *scene, _ phone.SoundID) {
			sc.play(refused(KeepSound{clients.Sound{ID: "g", Kind: clients.SoundGreeting, Length: time.Second}}, "store.disk-full"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			sc := onMachine(t)
			play(sc, sc.machineRecords("a"))
			sc.take()
			sc.later(time.Second)
			check(t, "tried", len(did[KeepSound](sc.take())), 0)
		})
	}
}

func TestWaitingRecordingsAreBounded(t *testing.T) {
	sc := soundDesk(t, nil)
	for i := range 3 * mostUnlisted {
		sc.play(refused(KeepSound{clients.Sound{
			ID: phone.SoundID(rune('0' + i)), Kind: clients.SoundCall, Length: time.Second,
		}}, "store.disk-full"))
	}
	check(t, "waiting", len(sc.s.unlisted), mostUnlisted)
}

// TestRunListsWhenTheDiskHasRoomAgain goes through the core's own goroutines.
func TestRunListsWhenTheDiskHasRoomAgain(t *testing.T) {
	r := run(t)
	r.store.setFull(true)
	s := clients.Sound{ID: "cut", Kind: clients.SoundMessage, Call: "a", Length: time.Second}
	r.Send(SoundNotKept{Sound: s.ID, Row: s, Problem: problem(diskFull{errors.New("no space left")}, "")})
	r.tick <- noon
	r.until(t, "alarm", func(s State) bool { return len(s.unlisted) == 1 })
	r.store.setFull(false)
	r.tick <- noon
	r.until(t, "listed", func(s State) bool { return len(s.unlisted) == 0 && len(s.Notices) == 0 })
}
