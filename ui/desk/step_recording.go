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
func (t *turn) recordCall(c *Call, announced bool) {
	if !announced {
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
	if cl == nil || !cl.Records() || c.Recording != nil || t.unfit(cl.Voice.Recording.Announcement) {
		return
	}
	c.Recording = &Recording{Kind: clients.SoundCall}
	sounds := []phone.SoundID{cl.Voice.Recording.Announcement}
	t.announcing(c, clients.SoundNotice, sounds)
	t.do(Announce{Call: c.ID, Sounds: sounds})
}

func (t *turn) recordingChanged(p phone.RecordingChanged) {
	c := t.call(p.Call)
	if c == nil || c.Recording == nil || c.Recording.Sound != p.Sound {
		return
	}
	r := *c.Recording
	if r.Since.IsZero() {
		r.Since = p.At
	}
	r.Paused = p.Paused
	c.Recording = &r
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
		t.do(DropSound{Sound: p.Sound})
		return
	}
	kind := c.Recording.Kind
	if p.Fault != "" {
		t.notify(Notice{ID: "recording", Code: "recording.failed", Args: []string{shown(c.Caller)}, Detail: p.Fault, Level: Warning, Until: t.At.Add(10 * time.Second)})
	}
	if kind == clients.SoundMessage {
		t.messageLeft(c, p)
	} else {
		t.conversationKept(c, p)
	}
	t.call(p.Call).Recording = nil
}

// conversationKept lists a recorded conversation, with the day on which it goes. A
// client that was locked meanwhile leaves nothing behind.
func (t *turn) conversationKept(c *Call, p phone.RecordingEnded) {
	cl := t.Directory.Client(c.Client)
	if cl == nil || !cl.Records() || p.Length == 0 {
		t.do(DropSound{Sound: p.Sound})
		return
	}
	t.keepRecording(c, p, cl.Voice.Recording.Days, cl.Voice.Recording.Reason)
}

func (t *turn) keepRecording(c *Call, p phone.RecordingEnded, days int, reason string) {
	c.kept = append(c.kept[:len(c.kept):len(c.kept)], p.Sound)
	t.do(KeepSound{Sound: clients.Sound{
		ID: p.Sound, Kind: c.Recording.Kind, Client: c.Client, Operator: t.Operator.ID, Call: c.ID,
		Title: shown(c.Caller), Reason: reason, Length: p.Length,
		Made: c.Recording.Since, DeleteOn: p.At.AddDate(0, 0, days),
	}})
}

// stopInCompany ends a recording that a third party would be in.
func (t *turn) stopInCompany(c *Call) {
	if c.Recording != nil && c.Recording.Kind == clients.SoundCall && c.Recording.Sound != "" {
		t.do(StopRecording{Call: c.ID})
	}
}
