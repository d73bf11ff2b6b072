package desk

import (
	"time"

	"permanence/phone"
)

func (e AnswerPressed) apply(t *turn) {
	switch c := t.call(firstCall(e.Call, t.AnswerTarget())); {
	case c == nil:
	case c.Phase == Talking:
		CutInPressed{Call: c.ID}.apply(t)
	case c.Phase == Back:
		ResumeAsked{Call: c.ID}.apply(t)
	case c.Phase == Machine:
		t.pickUp(c)
	case c.Phase == Ringing && c.Pending == "":
		t.attendTo(c.ID)
		t.receive(c)
		t.bringForward(c.ID)
	}
}

// AnswerTarget is the call that F2 means: one that hears an announcement before the
// operator may speak, else who rings longest, else what the answering machine has in
// front; "" when there is none.
func (s *State) AnswerTarget() phone.CallID {
	return firstCall(s.Announced(), s.OldestRinging(), s.frontMachine())
}

// frontMachine is the call in front if the answering machine has it.
func (s *State) frontMachine() phone.CallID {
	if c := s.FrontCall(); c != nil && c.Phase == Machine {
		return c.ID
	}
	return ""
}

// OldestRinging is who has waited longest, which may be somebody
// who came back from a transfer that failed; "" when nobody rings.
func (s *State) OldestRinging() phone.CallID {
	for i := range s.Calls {
		if p := s.Calls[i].Phase; (p == Ringing || p == Back) && s.Calls[i].Pending == "" {
			return s.Calls[i].ID
		}
	}
	return ""
}

// attendTo gives a call the operator's voice and ear: what she records or listens to
// ends, and everybody else waits.
func (t *turn) attendTo(call phone.CallID) {
	t.endDictation()
	SoundStopped{}.apply(t)
	t.holdOthers(call)
}

// holdOthers makes every other talking party wait: one voice at a time. A
// conference goes on by itself.
func (t *turn) holdOthers(except phone.CallID) {
	own(&t.ownCalls, &t.Calls)
	stays := t.State.Call(except)
	for i := range t.Calls {
		c := &t.Calls[i]
		switch {
		case c.ID == except || c.Phase != Talking || c.Pending != "" || c.Alone:
		case c.Conference && stays != nil && stays.Conference:
		case c.Conference && len(t.conference()) > 1:
			t.leaveConference()
		default:
			c.Pending = "hold"
			t.do(Hold{Call: c.ID})
		}
	}
}

// bringForward shows the ticket of a call.
func (t *turn) bringForward(call phone.CallID) {
	if tk := t.TicketOf(call); tk != nil && t.Front != tk.ID {
		t.Front = tk.ID
		t.Agenda.Booking = nil
	}
}

func (e RejectPressed) apply(t *turn) {
	if c := t.call(firstCall(e.Call, t.OldestRinging())); c != nil && c.Phase == Ringing && c.Pending == "" {
		c.Pending = "reject"
		t.do(Reject{Call: c.ID})
	}
}

func (e HangupPressed) apply(t *turn) {
	if c := t.call(firstCall(e.Call, t.CurrentCall())); c != nil && c.Pending != "hangup" {
		c.Pending = "hangup"
		t.do(Hangup{Call: c.ID})
	}
}

// CurrentCall is the call that F8 ends: the one in front, else the one
// being talked to. A ringing call in front is not hung up by F8 while another is
// being talked to: the key means the conversation.
func (s *State) CurrentCall() phone.CallID {
	front := s.FrontCall()
	if front != nil && front.Phase != Ringing && front.Phase != Machine && s.consultOf(front.ID) == nil {
		return front.ID
	}
	for i := range s.Calls {
		if s.Calls[i].busy() {
			return s.Calls[i].ID
		}
	}
	if c := front; c != nil {
		return c.ID
	}
	return ""
}

func (e HoldPressed) apply(t *turn) {
	c := t.State.Call(firstCall(e.Call, t.HoldTarget()))
	switch {
	case c == nil:
	case c.Alone:
		ConferenceJoined{}.apply(t)
	case c.Phase == Talking:
		HoldAsked{Call: c.ID}.apply(t)
	case c.Phase == Held || c.Phase == Back:
		ResumeAsked{Call: c.ID}.apply(t)
	}
}

// HoldTarget is the call F3 means: the current one, else the one held longest;
// "" when there is none.
func (s *State) HoldTarget() phone.CallID {
	if c := s.Call(s.CurrentCall()); c != nil && c.answered() {
		return c.ID
	}
	var oldest *Call
	for i := range s.Calls {
		if c := &s.Calls[i]; (c.Phase == Held || c.Phase == Back) && (oldest == nil || c.HeldAt.Before(oldest.HeldAt)) {
			oldest = c
		}
	}
	if oldest == nil {
		return ""
	}
	return oldest.ID
}

func (e HoldAsked) apply(t *turn) {
	if c := t.call(firstCall(e.Call, t.HoldTarget())); c != nil && c.Phase == Talking && c.Pending == "" {
		c.Pending = "hold"
		t.do(Hold{Call: c.ID})
	}
}

func (e ResumeAsked) apply(t *turn) {
	c := t.call(firstCall(e.Call, t.HoldTarget()))
	if c == nil || (c.Phase != Held && c.Phase != Back) || c.Pending != "" {
		return
	}
	t.attendTo(c.ID)
	if c.Aside {
		t.attend(c)
	} else {
		c.Pending = "resume"
		t.do(Resume{Call: c.ID})
	}
	t.bringForward(c.ID)
}

func (e DTMFPressed) apply(t *turn) {
	if c := t.State.Call(firstCall(e.Call, t.CurrentCall())); c != nil && c.Phase == Talking {
		t.do(SendDTMF{Call: c.ID, Digits: e.Digits})
	}
}

func (MutePressed) apply(t *turn) {
	t.Sound.Muted = !t.Sound.Muted
	t.do(SetMute{Muted: t.Sound.Muted})
}

func (e CommandRefused) apply(t *turn) { t.commandFailed(e.Call, e.Command, e.Code, e.Detail) }

// commandFailed takes back what a command had announced, and says so. A call
// that could not even begin is over.
func (t *turn) commandFailed(id phone.CallID, command, code, detail string) {
	if command == "dial" {
		t.callEnded(phone.CallEnded{Call: id, Cause: phone.Failed, Detail: detail, At: t.At})
		return
	}
	t.change(id, func(c *Call) {
		if c.Pending == command {
			c.Pending = ""
		}
	})
	t.commandUndone(id, command)
	t.notify(Notice{
		ID: "command", Code: code, Args: []string{command}, Detail: detail,
		Level: Warning, Until: t.At.Add(10 * time.Second),
	})
}

func (e CallChosen) apply(t *turn) { t.bringForward(e.Call) }

func firstCall(ids ...phone.CallID) phone.CallID {
	for _, id := range ids {
		if id != "" {
			return id
		}
	}
	return ""
}

func (t *turn) lineChanged(p phone.LineChanged) {
	l := t.line(p.Line)
	if l == nil {
		return
	}
	l.State, l.Status, l.Detail, l.Until = p.State, p.Status, p.Detail, p.Until
	id := "line:" + string(p.Line)
	switch p.State {
	case phone.LineRefused, phone.LineUnreachable, phone.LineFailed:
		t.notify(Notice{ID: id, Code: "line." + string(p.State), Args: []string{l.Label}, Detail: p.Detail, Level: Alarm})
	case phone.LineRegistered, phone.LineListening, phone.LineOff:
		t.withdraw(id)
	}
}

// setLines takes the lines of the settings into the state, keeping what is known
// of those that stay.
func (t *turn) setLines(lines []phone.Line) {
	old := t.Lines
	t.Lines, t.ownLines = make([]Line, 0, len(lines)), true
	for _, l := range lines {
		n := Line{Line: l, State: phone.LineOff}
		for _, o := range old {
			if o.ID == l.ID {
				n.State, n.Status, n.Detail, n.Until = o.State, o.Status, o.Detail, o.Until
			}
		}
		t.Lines = append(t.Lines, n)
	}
	for _, o := range old {
		if t.line(o.ID) == nil {
			t.withdraw("line:" + string(o.ID))
		}
	}
}
