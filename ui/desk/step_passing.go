package desk

import (
	"time"

	"permanence/phone"
)

// cannotTransfer tells the answers of a network that knows no transfer from those
// of the third party.
func cannotTransfer(status int) bool {
	switch status {
	case 400, 403, 405, 420, 489, 501, 603:
		return true
	}
	return false
}

func (t *turn) transferProgressed(p phone.TransferProgressed) {
	c := t.call(p.Call)
	if c == nil {
		return
	}
	if c.passTarget == "" && p.Step != phone.TransferDone {
		return // she has gone back to the caller meanwhile
	}
	early := c.Passing == ""
	if c.Pending == pendingTransfer || c.Pending == pendingConnect {
		c.Pending = ""
	}
	switch {
	case p.Step == phone.TransferFailed && early && cannotTransfer(p.Status):
		t.joinHere(c)
	case p.Step == phone.TransferFailed:
		t.transferFailed(c, causeOf(p.Status), p.Detail)
	default:
		c.Passing = p.Step
	}
	if p.Step == phone.TransferDone {
		t.journal(JournalPassed, c.ID, p.At, nil)
	}
}

// joinHere puts two parties through on this desk, because the network cannot:
// both calls stay here, and the operator is in neither.
func (t *turn) joinHere(c *Call) {
	if w := t.call(withOf(t.Transfer, c.ID)); w != nil && w.answered() {
		t.bridge(w)
		return
	}
	who, _ := dialTarget(c.passTarget)
	who.Name = c.PassingTo
	id := c.ID
	w := t.ask(c, who)
	if w == nil {
		t.transferFailed(t.call(id), phone.Failed, "")
		return
	}
	w.Bridges = true
	t.call(id).Passing = phone.TransferAsked
}

// withOf is the consultation of the panel if that is about a call.
func withOf(p *Transfer, call phone.CallID) phone.CallID {
	if p == nil || p.Call != call {
		return ""
	}
	return p.With
}

// bridge joins a consultation with the caller it was for, and leaves both alone.
func (t *turn) bridge(w *Call) {
	c := t.call(w.Consults)
	if c == nil || !c.answered() {
		HangupPressed{Call: w.ID}.apply(t)
		return
	}
	w.Consults, w.Bridges = "", false
	c.handedOver, c.Pending, w.Pending = true, pendingConference, pendingConference
	c.PassingTo = firstOf(c.PassingTo, namedOrShown(w.Caller))
	t.Transfer = nil
	t.stopInCompany(c)
	t.do(Confer{Calls: []phone.CallID{c.ID, w.ID}})
}

// handOver says that a call was put through, now that the telephone has joined it
// with the third.
func (t *turn) handOver(c *Call, at time.Time) {
	c.handedOver, c.Passing = false, phone.TransferDone
	t.journal(JournalPassed, c.ID, at, nil)
}

// transferFailed brings the caller back: ringing, or in the panel if she is
// speaking with the third about it.
func (t *turn) transferFailed(c *Call, why phone.EndCause, detail string) {
	to := c.PassingTo
	c.Passing, c.PassingTo, c.passTarget = "", "", ""
	if p := t.panel(); p != nil && p.Call == c.ID {
		p.Problem = Problem{Code: "transfer." + string(why), Detail: detail}
		for i := range t.Calls {
			if w := &t.Calls[i]; w.ID == p.With && w.Pending == pendingConnect {
				w.Pending = ""
			}
		}
		return
	}
	if c.Phase == Held {
		c.Phase, c.BackAt = Back, t.At
	}
	t.notify(Notice{
		ID: "transfer", Code: "transfer." + string(why), Args: []string{to, shown(c.Caller)},
		Detail: detail, Level: Warning, Until: t.At.Add(remarkFor * 2),
	})
}

// causeOf sorts what a third party answered.
func causeOf(status int) phone.EndCause {
	switch status {
	case 486, 600:
		return phone.Busy
	case 603, 403:
		return phone.Declined
	case 408, 480, 487:
		return phone.NoAnswer
	case 404, 410, 484, 604:
		return phone.UnknownNumber
	}
	return phone.Failed
}

// partyGone looks after those to whom a call that is over meant something.
func (t *turn) partyGone(over Call, p phone.CallEnded) {
	if t.Calling != nil && t.Calling.Call == over.ID {
		t.Calling = nil
	}
	if over.Conference {
		t.lastOne()
	}
	if over.Pending == pendingConference {
		t.tooFewLeft()
	}
	t.callerGone(over, p.Cause)
	t.consultedGone(over, p)
}

// callerGone frees the consultation of a caller who did not wait, or was put
// through.
func (t *turn) callerGone(over Call, why phone.EndCause) {
	if t.Transfer != nil && t.Transfer.Call == over.ID {
		t.Transfer = nil
	}
	w := t.State.consultOf(over.ID)
	if w == nil {
		return
	}
	w = t.call(w.ID)
	w.Consults = ""
	switch {
	case why == phone.Transferred:
	case w.Bridges:
		HangupPressed{Call: w.ID}.apply(t)
	case why != phone.HungUpHere:
		t.warn("transfer", "transfer.caller-left", shown(over.Caller))
	}
}

// consultedGone goes back to a caller whose consultation is over.
func (t *turn) consultedGone(over Call, p phone.CallEnded) {
	c := t.call(over.Consults)
	if c == nil || p.Cause == phone.Transferred {
		return
	}
	panel := t.panel()
	switch {
	case over.Bridges && over.Pending != "hangup":
		t.transferFailed(c, p.Cause, p.Detail)
	case panel == nil || panel.With != over.ID:
	case p.Cause == phone.HungUpHere:
		t.Transfer = nil
		t.back(c)
	default:
		panel.With, panel.Problem = "", Problem{Code: "transfer." + string(p.Cause), Detail: p.Detail}
	}
}

// commandUndone takes back what a refused command had changed beyond its call.
func (t *turn) commandUndone(id phone.CallID, command string) {
	c := t.call(id)
	switch command {
	case pendingConference:
		t.conferenceRefused()
	case "answer":
		if c != nil {
			c.notReceived()
		}
	case "record":
		if c != nil && c.Recording != nil && c.Recording.Since.IsZero() {
			t.recordingOver(c) // one that runs ends by itself, whatever else was refused
		}
	case "redirect", "reject":
		if c != nil && c.Phase == Ringing {
			c.PassingTo, c.Silenced = "", false
			if t.TicketOf(id) == nil {
				t.welcome(c) // so it rings after all
			}
		}
	case pendingTransfer, pendingConnect:
		if c != nil {
			t.transferFailed(c, phone.Failed, "")
		}
	}
}
