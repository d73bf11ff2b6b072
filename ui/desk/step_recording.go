package desk

import (
	"time"

	"permanence/clients"
	"permanence/phone"
)

// Recorded conversations: only of clients that have a reason for it, only after the
// caller has heard the announcement to its end, and never in a conference, whose
// others have heard nothing.

// recordCall begins to record once the announcement is over. Without it nothing is
// recorded, whatever cut it short.
func (t *turn) recordCall(c *Call, over phone.AnnouncementEnded) {
	if c.inCompany() {
		c.Recording = nil
		return
	}
	if !over.Whole || over.Fault != "" || over.Sound != c.Recording.notice {
		c.Recording = nil
		t.warn("recording", "recording.not-announced", shown(c.Caller))
		return
	}
	c.Recording = &Recording{Sound: phone.SoundID(t.ID), Kind: clients.SoundCall}
	t.do(Record{Call: c.ID, As: c.Recording.Sound, What: phone.RecordBoth})
}

// announceRecording tells a caller who was taken without the operator.
func (t *turn) announceRecording(c *Call) {
	cl := t.Directory.Client(c.Client)
	if cl == nil || !t.announcesRecording(cl) || c.Recording != nil || c.inCompany() {
		return
	}
	notice := cl.Voice.Recording.Announcement
	c.Recording = &Recording{Kind: clients.SoundCall, notice: notice}
	sounds := []phone.SoundID{notice}
	t.announcing(c, clients.SoundNotice, sounds)
	t.do(Announce{Call: c.ID, Sounds: sounds})
}

// announcesRecording reports whether a client's calls are recorded, and this desk can
// say so.
func (t *turn) announcesRecording(cl *clients.Client) bool {
	return cl.Records() && !t.unfit(cl.Voice.Recording.Announcement)
}

func (t *turn) recordingChanged(p phone.RecordingChanged) {
	c := t.call(p.Call)
	if c == nil || c.Recording == nil || c.Recording.Sound != p.Sound {
		return
	}
	r := *c.Recording
	begins := r.Since.IsZero()
	if begins {
		r.Since = p.At
	}
	r.Paused = p.Paused
	c.Recording = &r
	if begins {
		t.listRecording(c, 0, p.At) // a crash from now on costs a second
	}
}

func (e RecordingPaused) apply(t *turn) {
	c := t.State.Call(firstCall(e.Call, t.CurrentCall()))
	if c != nil && c.Recording != nil && !c.Recording.Since.IsZero() {
		t.do(PauseRecording{Call: c.ID, Paused: !c.Recording.Paused})
	}
}

func (t *turn) recordingEnded(p phone.RecordingEnded) {
	c := t.call(p.Call)
	if c == nil || c.Recording == nil {
		t.dropSound(p.Sound)
		return
	}
	kind := c.Recording.Kind
	if p.Fault != "" {
		t.notify(Notice{ID: "recording", Code: "recording.failed", Args: []string{shown(c.Caller)}, Detail: p.Fault, Level: Warning, Until: t.At.Add(10 * time.Second)})
	}
	switch {
	case p.Fault != "" && p.Length == 0: // nobody knows what the disk has: the next start looks
	case kind == clients.SoundMessage:
		t.messageLeft(c, p)
	default:
		t.conversationKept(c, p)
	}
	t.recordingOver(t.call(p.Call))
}

// recordingOver forgets a recording. What a caller left on the machine makes room for
// that of the conversation, if the operator has taken the call meanwhile.
func (t *turn) recordingOver(c *Call) {
	left := c.Recording.Kind == clients.SoundMessage
	c.Recording = nil
	if left && c.Phase == Talking {
		t.announceRecording(c)
	}
}

// conversationKept lists a recorded conversation. A client that was locked meanwhile
// leaves nothing behind.
func (t *turn) conversationKept(c *Call, p phone.RecordingEnded) {
	if !t.mayKeep(clients.SoundCall, c.Client) || p.Length == 0 {
		t.dropSound(p.Sound)
		return
	}
	t.keepRecording(c, p)
}

// mayKeep reports whether a recording of a client may be kept: what was left for it
// always, a conversation while it records them.
func (t *turn) mayKeep(kind clients.SoundKind, client clients.ID) bool {
	cl := t.Directory.Client(client)
	return kind == clients.SoundMessage || cl != nil && cl.Records()
}

func (t *turn) keepRecording(c *Call, p phone.RecordingEnded) {
	c.kept = append(c.kept[:len(c.kept):len(c.kept)], p.Sound)
	t.listRecording(c, p.Length, p.At)
}

// listRecording lists what is recorded of a call, with the day on which it goes: when
// it begins without a length, so that the next start finds what a crash cut off, and
// again when it has ended.
func (t *turn) listRecording(c *Call, length time.Duration, at time.Time) {
	days, reason := clients.MaxRecordingDays, ""
	if c.Recording.Kind == clients.SoundCall {
		if !t.mayKeep(clients.SoundCall, c.Client) {
			return
		}
		of := t.Directory.Client(c.Client).Voice.Recording
		days, reason = of.Days, of.Reason
	}
	t.keepSound(clients.Sound{
		ID: c.Recording.Sound, Kind: c.Recording.Kind, Client: c.Client, Operator: t.Operator.ID, Call: c.ID,
		Title: shown(c.Caller), Reason: reason, Length: length,
		Made: c.Recording.Since, DeleteOn: at.AddDate(0, 0, days),
	})
}

// stopInCompany ends a recording that a third party would be in, and one that has
// not begun yet.
func (t *turn) stopInCompany(c *Call) {
	switch r := c.Recording; {
	case r == nil || r.Kind != clients.SoundCall || r.ending:
	case r.Sound == "":
		c.Recording = nil
	default:
		ending := *r
		ending.ending = true
		c.Recording = &ending
		t.do(StopRecording{Call: c.ID})
	}
}

// inCompany reports whether a third party is in a call, or about to be.
func (c *Call) inCompany() bool { return c.Conference || c.Pending == pendingConference }
