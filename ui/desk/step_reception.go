package desk

import (
	"time"

	"permanence/clients"
	"permanence/clients/agenda"
	"permanence/phone"
)

// How a call is taken: the greeting in the operator's own voice, the client's name
// in her ear, the music and the announcement for those who wait.

// receive answers a ringing call the way its client's callers are received.
func (t *turn) receive(c *Call) {
	c.Pending = "answer"
	t.whisper(c)
	t.setMusic(c)
	t.do(Answer{Call: c.ID, How: t.reception(c)})
}

// reception is what the caller hears before the operator: her greeting, and that
// the call is recorded.
func (t *turn) reception(c *Call) phone.Reception {
	var how phone.Reception
	cl := t.Directory.Client(c.Client)
	if cl == nil {
		return how
	}
	if s, ok := t.greeting(cl); ok {
		how.Announcements = append(how.Announcements, s)
	}
	if t.announcesRecording(cl) {
		notice := cl.Voice.Recording.Announcement
		c.Recording = &Recording{Kind: clients.SoundCall, notice: notice}
		how.Announcements = append(how.Announcements, notice)
	}
	kind := clients.SoundGreeting
	if c.Recording != nil && len(how.Announcements) == 1 {
		kind = clients.SoundNotice
	}
	t.announcing(c, kind, how.Announcements)
	return how
}

// greeting is the greeting of this hour in the voice of whoever sits here.
func (t *turn) greeting(cl *clients.Client) (phone.SoundID, bool) {
	g, ok := cl.Greet(t.At.In(agenda.Zone(cl.Agenda)))
	if !ok {
		return "", false
	}
	s, ok := cl.Voice.Spoken(t.Operator.ID, g)
	return s, ok && !t.unfit(s)
}

// unfit reports whether a sound is not on this desk.
func (t *turn) unfit(s phone.SoundID) bool {
	_, there := t.Sounds[s]
	return !there
}

// announcing notes what a caller is about to hear.
func (t *turn) announcing(c *Call, kind clients.SoundKind, sounds []phone.SoundID) {
	if len(sounds) == 0 {
		return
	}
	a := Announcing{Kind: kind}
	for _, s := range sounds {
		a.Length += t.Sounds[s].Length
	}
	if c.answered() {
		a.Since = t.At
	}
	c.Announcing = &a
}

// whisper says the client's name in the operator's ear, before the caller is heard.
func (t *turn) whisper(c *Call) {
	cl := t.Directory.Client(c.Client)
	if cl != nil && cl.Voice.Name != "" && !t.Settings.Quiet {
		t.do(Whisper{Sound: cl.Voice.Name})
	}
}

// setMusic gives a call its client's music; without one it waits in silence.
func (t *turn) setMusic(c *Call) {
	if cl := t.Directory.Client(c.Client); cl != nil && cl.Voice.Music != "" {
		t.do(PlayMusic{Call: c.ID, Sound: cl.Voice.Music})
	}
}

// CutInPressed ends the announcement: the operator speaks at once.
func (e CutInPressed) apply(t *turn) {
	if c := t.State.Call(firstCall(e.Call, t.Announced())); c != nil && c.Announcing != nil && c.Phase == Talking {
		t.do(Announce{Call: c.ID})
	}
}

// Announced is the call whose other side hears an announcement while the operator
// waits to speak; "" when there is none.
func (s *State) Announced() phone.CallID {
	for i := range s.Calls {
		if c := &s.Calls[i]; c.Phase == Talking && c.Announcing != nil {
			return c.ID
		}
	}
	return ""
}

func (t *turn) announcementEnded(p phone.AnnouncementEnded) {
	c := t.call(p.Call)
	if c == nil {
		return
	}
	c.Announcing = nil
	if p.Fault != "" {
		t.notify(Notice{ID: "announcement", Code: "announcement.failed", Args: []string{shown(c.Caller)}, Detail: p.Fault, Level: Warning, Until: t.At.Add(10 * time.Second)})
	}
	switch {
	case c.Phase == Machine:
		t.recordMessage(c)
	case c.Recording != nil && c.Recording.Sound == "":
		t.recordCall(c, p)
	}
}

// WaitPressed has a ringing call hear the wait announcement, and then music, while
// the operator goes on with another.
func (e WaitPressed) apply(t *turn) {
	c := t.call(firstCall(e.Call, t.OldestRinging()))
	if c == nil || c.Phase != Ringing || c.Pending != "" || c.Direction != phone.Incoming {
		return
	}
	cl := t.Directory.Client(c.Client)
	if cl == nil || t.unfit(cl.Voice.Wait.Sound) {
		t.warn("wait", "wait.no-announcement", shown(c.Caller))
		return
	}
	t.makeWait(c, cl)
}

// makeWait takes a call without the operator.
func (t *turn) makeWait(c *Call, cl *clients.Client) {
	c.Pending, c.Aside = "answer", true
	how := phone.Reception{Announcements: []phone.SoundID{cl.Voice.Wait.Sound}, Aside: true}
	t.announcing(c, clients.SoundWait, how.Announcements)
	t.setMusic(c)
	t.do(Answer{Call: c.ID, How: how})
}

// waitByRule takes the calls that have rung long enough while the operator is in
// another.
func (t *turn) waitByRule() {
	for i := range t.Calls {
		c := &t.Calls[i]
		if c.Phase != Ringing || c.Pending != "" || c.Direction != phone.Incoming || !t.talks(c.ID) {
			continue
		}
		cl := t.Directory.Client(c.Client)
		if cl == nil || cl.Voice.Wait.After <= 0 || t.unfit(cl.Voice.Wait.Sound) {
			continue
		}
		if t.At.Sub(c.ArrivedAt) >= time.Duration(cl.Voice.Wait.After)*time.Second {
			t.makeWait(t.call(c.ID), cl)
		}
	}
}

// takenAside follows the answer of a call that the operator is not in.
func (t *turn) takenAside(c *Call, at time.Time) {
	c.Phase = Machine
	if c.machine == nil {
		c.Phase, c.HeldAt = Held, at
	}
}

// pendingAttend is what a call waits for that the operator is about to join.
const pendingAttend = "attend"

// attend brings the operator into a call that was taken without her.
func (t *turn) attend(c *Call) {
	c.Pending = pendingAttend
	t.whisper(c)
	t.do(Attend{Call: c.ID, Present: true})
}

// notReceived leaves a call ringing that could not be answered.
func (c *Call) notReceived() {
	if c.Phase == Ringing {
		c.Aside, c.machine, c.Announcing, c.Recording = false, nil, nil, nil
	}
}

// attendanceChanged follows the operator into a call that was taken without her.
func (t *turn) attendanceChanged(p phone.AttendanceChanged) {
	c := t.call(p.Call)
	if c == nil || c.Aside == !p.Present {
		return
	}
	c.Aside = !p.Present
	if c.Pending == pendingAttend {
		c.Pending = ""
	}
	if !p.Present {
		c.Phase, c.HeldAt = Held, p.At
		t.journal(JournalHeld, c.ID, p.At, nil)
		return
	}
	c.Phase, c.HeldAt, c.BackAt, c.machine = Talking, time.Time{}, time.Time{}, nil
	t.journal(JournalResumed, c.ID, p.At, nil)
	t.holdOthers(c.ID)
	t.announceRecording(t.call(p.Call))
}
