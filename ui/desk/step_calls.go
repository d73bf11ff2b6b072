package desk

import (
	"slices"
	"time"

	"permanence/clients"
	"permanence/phone"
)

// busyToneFor is how long a refused outgoing call sounds busy.
const busyToneFor = 3 * time.Second

func (e PhoneReported) apply(t *turn) {
	switch p := e.Event.(type) {
	case phone.LineChanged:
		t.lineChanged(p)
	case phone.CallArrived:
		t.callArrived(p)
	case phone.CallRinging:
		t.change(p.Call, func(c *Call) { c.RingsThere, c.EarlyMedia = true, p.Early })
	case phone.CallAnswered:
		t.callAnswered(p)
	case phone.MediaChanged:
		t.change(p.Call, func(c *Call) { c.Codec, c.Flow, c.Security = p.Codec, p.Flow, p.Security })
	case phone.HoldChanged:
		t.holdChanged(p)
	case phone.QualityChanged:
		t.change(p.Call, func(c *Call) { c.Quality = p.Quality })
	case phone.DTMFReceived:
		t.change(p.Call, func(c *Call) { c.DTMF += string(p.Digit) })
	case phone.CallEnded:
		t.callEnded(p)
	case phone.CommandFailed:
		t.commandFailed(p.Call, p.Command, "phone.command-failed", p.Detail)
	default:
		t.beyondOneCall(p)
	}
}

// beyondOneCall takes what concerns several calls, or none.
func (t *turn) beyondOneCall(e phone.Event) {
	switch p := e.(type) {
	case phone.TransferProgressed:
		t.transferProgressed(p)
	case phone.CallReferred:
		t.callReferred(p)
	case phone.CallReplaced:
		t.callReplaced(p)
	case phone.ConferenceChanged:
		t.conferenceChanged(p)
	case phone.AnnouncementEnded:
		t.announcementEnded(p)
	case phone.AttendanceChanged:
		t.attendanceChanged(p)
	case phone.RecordingChanged:
		t.recordingChanged(p)
	case phone.RecordingEnded:
		t.recordingEnded(p)
	case phone.LampChanged:
		t.lampChanged(p)
	case phone.MailboxChanged:
		if l := t.line(p.Line); l != nil {
			l.Voicemail = [2]int{p.New, p.Old}
		}
	case phone.StrangersTurnedAway:
		if l := t.line(p.Line); l != nil {
			l.Strangers = p.Total
		}
	}
}

// change alters a live call; an event for a call already over is ignored.
func (t *turn) change(id phone.CallID, f func(c *Call)) {
	if c := t.call(id); c != nil {
		f(c)
	}
}

func (t *turn) callArrived(p phone.CallArrived) {
	c := t.incoming(p.Call, p.Line, p.Invite, p.At)
	away, free := t.turnAway(c), t.isFree()
	if !away {
		t.welcome(c)
	}
	t.journal(JournalArrived, c.ID, p.At, p.Invite.Raw)
	if !away && free && t.answersItself(c, p.Invite) {
		t.answerItself(c)
	}
}

// incoming adds a call to those that are alive.
func (t *turn) incoming(id phone.CallID, line phone.LineID, invite phone.Invite, at time.Time) *Call {
	client, found := find(t.Directory, invite.Called)
	own(&t.ownCalls, &t.Calls)
	t.Calls = append(t.Calls, Call{
		ID: id, Line: line, Direction: phone.Incoming, Phase: Ringing,
		Client: client, Caller: invite.Caller, Found: found,
		ArrivedAt: at, Raw: invite.Raw, Diversions: invite.Diversions,
	})
	return &t.Calls[len(t.Calls)-1]
}

// welcome opens the ticket of a call that rings.
func (t *turn) welcome(c *Call) {
	t.openTicket(t.ticketFor(c))
	if !t.frontIsBusy() {
		t.Front = t.ID
	}
}

func (t *turn) ticketFor(c *Call) Ticket {
	return Ticket{
		ID: t.ID, Call: c.ID, Journal: c.ID, Client: c.Client, Called: c.Found.Number,
		Caller: c.Caller, Found: c.Found, Opened: c.ArrivedAt,
	}
}

// frontIsBusy reports whether the ticket on screen is being worked on: a live
// call, or a message of which something was typed. A new call does not cover it.
func (t *turn) frontIsBusy() bool {
	f := t.FrontTicket()
	return f != nil && (f.Call != "" || f.Draft.Strokes > 0 || t.Agenda.Booking != nil)
}

func (t *turn) callAnswered(p phone.CallAnswered) {
	c := t.call(p.Call)
	if c == nil || !c.AnsweredAt.IsZero() {
		return
	}
	c.Phase, c.AnsweredAt, c.Pending = Talking, p.At, ""
	if a := c.Announcing; a != nil {
		c.Announcing = &Announcing{Kind: a.Kind, Since: p.At, Length: a.Length}
	}
	if c.Aside {
		t.takenAside(c, p.At)
		t.journal(JournalAnswered, c.ID, p.At, nil)
		return
	}
	if c.Instead != "" {
		t.takesPlace(c)
	}
	t.journal(JournalAnswered, c.ID, p.At, nil)
	if c.Bridges {
		t.bridge(c)
		return
	}
	t.noteReading(clients.ReadingClient, c.Client)
	t.holdOthers(c.ID)
	if t.Transfer != nil && t.Transfer.Call == p.Call {
		t.transferAnswered(p.Call)
	}
}

func (t *turn) holdChanged(p phone.HoldChanged) {
	c := t.call(p.Call)
	if c == nil {
		return
	}
	c.HeldThere = p.There
	was := c.Phase
	switch {
	case p.Here && was == Talking:
		c.Phase, c.HeldAt = Held, p.At
		t.journal(JournalHeld, c.ID, p.At, nil)
	case !p.Here && (was == Held || was == Back) && !c.Aside:
		c.Phase, c.HeldAt, c.BackAt = Talking, time.Time{}, time.Time{}
		t.journal(JournalResumed, c.ID, p.At, nil)
		if c.Pending != pendingConference {
			t.holdOthers(c.ID)
		}
	}
	if c.Pending == "hold" && p.Here || c.Pending == "resume" && !p.Here {
		c.Pending = ""
	}
	if c.takeBack && p.Here {
		t.back(c)
	}
}

func (t *turn) callEnded(p phone.CallEnded) {
	c := t.State.Call(p.Call)
	if c == nil {
		return
	}
	over := *c
	t.recordEnd(over, p)
	own(&t.ownCalls, &t.Calls)
	t.Calls = slices.DeleteFunc(t.Calls, func(c Call) bool { return c.ID == p.Call })
	if over.Direction == phone.Outgoing && over.AnsweredAt.IsZero() {
		t.dialFailed(over, p)
	}
	t.partyGone(over, p)
	if tk := t.TicketOf(p.Call); tk != nil {
		t.ticketCallEnded(tk.ID, over, p.At)
	}
}

// recordEnd adds the call to the history and closes it in the journal.
func (t *turn) recordEnd(c Call, p phone.CallEnded) {
	e := t.entryOf(c)
	e.EndedAt, e.Cause, e.Quality = p.At, p.Cause, p.Quality
	e.Missed = c.Direction == phone.Incoming && c.unheard() && (p.Cause.Missed() || c.Silenced)
	if p.Cause == phone.Transferred || p.Cause == phone.Forwarded {
		e.TransferredTo = c.PassingTo
	}
	if e.Missed {
		t.Missed++
	}
	t.History, t.ownHistory = inOrder(t.History[:min(len(t.History), HistoryLimit-1)], e), true
	t.do(AppendJournal{Entry: JournalEntry{At: p.At, Kind: JournalEnded, Entry: e, Actor: t.Operator.ID}})
	t.listed(e)
}

// unheard reports whether nobody has listened to the caller: not answered, given up
// while waiting, or nothing said to the machine.
func (c *Call) unheard() bool { return c.AnsweredAt.IsZero() || c.Aside && len(c.kept) == 0 }

// inOrder puts a call into a list by when it arrived, the newest first: of calls at
// once the one that lasted longest ends last.
func inOrder(list []Entry, e Entry) []Entry {
	i := 0
	for i < len(list) && list[i].ArrivedAt.After(e.ArrivedAt) {
		i++
	}
	return slices.Insert(slices.Clone(list), i, e)
}

// dialFailed tells why an outgoing call did not come about.
func (t *turn) dialFailed(c Call, p phone.CallEnded) {
	if p.Cause == phone.HungUpHere || p.Cause == phone.Shutdown || p.Cause == phone.Transferred {
		return
	}
	t.BusyUntil = t.At.Add(busyToneFor)
	t.notify(Notice{
		ID: "dial", Code: "dial." + string(p.Cause), Args: []string{shown(c.Caller)},
		Detail: p.Detail, Level: Warning, Until: t.At.Add(10 * time.Second),
	})
}

// journal appends a step of a live call.
func (t *turn) journal(kind JournalKind, id phone.CallID, at time.Time, raw []byte) {
	if c := t.State.Call(id); c != nil {
		t.do(AppendJournal{Entry: JournalEntry{At: at, Kind: kind, Entry: t.entryOf(*c), Actor: t.Operator.ID, Raw: raw}})
	}
}

// entryOf is the journal's view of a live call, with what its ticket knows.
func (t *turn) entryOf(c Call) Entry {
	e := Entry{
		Call: c.ID, Line: c.Line, Direction: c.Direction, Client: c.Client,
		Number: c.Caller.Number, Name: firstOf(c.KnownAs, c.Caller.Name),
		ArrivedAt: c.ArrivedAt, AnsweredAt: c.AnsweredAt,
		Called: c.Found.Number, Diversions: c.Diversions, Shown: c.Shown,
		Quality: c.Quality, Machine: c.machine != nil, Sounds: c.kept,
	}
	if c.Passing == phone.TransferDone {
		e.TransferredTo = c.PassingTo
	}
	if cl := t.Directory.Client(c.Client); cl != nil {
		e.ClientName = cl.Name
	}
	if tk := t.TicketOf(c.ID); tk != nil {
		e.CallType = tk.Draft.Message.CallType
		e.Name = firstOf(tk.Draft.Message.Name, e.Name)
		e.Booked, e.Appointment = tk.Booked != "", tk.Booked
		e.Message = tk.LastSent
		if tk.LastSent != "" {
			e.Delivery = clients.Waiting
		}
	}
	return e
}

func firstOf(words ...string) string {
	for _, w := range words {
		if w != "" {
			return w
		}
	}
	return ""
}

// shown is how a party is named in a sentence.
func shown(i phone.Identity) string {
	return firstOf(i.Number.Display(), i.Name, i.URI)
}
