package desk

import (
	"slices"

	"permanence/phone"
)

// What a call waits for while a transfer is being asked.
const (
	pendingTransfer = "transfer"
	pendingConnect  = "connect"
)

// panel gives the transfer panel to be changed, nil while it is closed.
func (t *turn) panel() *Transfer {
	if t.Transfer == nil {
		return nil
	}
	p := *t.Transfer
	t.Transfer = &p
	return &p
}

// consultOf finds the call by which a third is asked for a waiting one.
func (s *State) consultOf(waiting phone.CallID) *Call {
	for i := range s.Calls {
		if s.Calls[i].Consults == waiting && waiting != "" {
			return &s.Calls[i]
		}
	}
	return nil
}

func (e TransferOpened) apply(t *turn) {
	c := t.call(firstCall(e.Call, t.HoldTarget()))
	if c == nil || !c.answered() || c.Conference || c.Passing != "" || t.State.consultOf(c.ID) != nil {
		return
	}
	t.Transfer = &Transfer{Call: c.ID, Targets: t.targets(c.ID, "")}
	t.bringForward(c.ID)
	if c.Phase == Back {
		c.Phase = Held // it rings no more: she is at it
	}
	HoldAsked{Call: c.ID}.apply(t)
}

func (e TransferTyped) apply(t *turn) {
	if p := t.panel(); p != nil {
		p.Typed, p.Problem = e.Text, Problem{}
		p.Targets = t.targets(p.Call, e.Text)
	}
}

func (e TransferChosen) apply(t *turn) {
	if t.Transfer == nil {
		TransferOpened{}.apply(t)
	}
	p := t.panel()
	if p == nil || p.With != "" {
		return
	}
	who, ok := dialTarget(e.Number)
	who.Name = e.Name
	switch c := t.call(p.Call); {
	case !ok:
		p.Problem = Problem{Code: "dial.bad-number", Detail: e.Number}
	case e.Announced:
		t.consult(p, c, who)
	default:
		t.Transfer = nil
		t.passOn(c, who)
	}
}

// consult calls a third while the caller waits.
func (t *turn) consult(p *Transfer, c *Call, who phone.Identity) {
	w := t.ask(c, who)
	if w == nil {
		p.Problem = Problem{Code: "dial.no-line"}
		return
	}
	p.With, p.Problem = w.ID, Problem{}
}

// ask dials a third for a call, on its line if that is up; nil without a line.
func (t *turn) ask(c *Call, who phone.Identity) *Call {
	line, forWhom, client := t.dialLine(c.Line, false), c.ID, c.Client
	if line == "" {
		return nil
	}
	t.holdOthers("")
	w := t.outgoing(phone.CallID(t.ID), line, client, who)
	w.Consults = forWhom
	t.journal(JournalArrived, w.ID, t.At, nil)
	t.do(Dial{Call: w.ID, Line: line, To: phone.Outbound{Target: dialled(who)}})
	return w
}

// passOn asks the caller's side to call somebody else.
func (t *turn) passOn(c *Call, who phone.Identity) {
	c.waitFor(pendingTransfer)
	c.Passing = ""
	c.PassingTo, c.passTarget = namedOrShown(who), dialled(who)
	t.do(BlindTransfer{Call: c.ID, Target: c.passTarget})
}

// waitFor notes what is asked of a call, unless it is on its way to hold: that must
// be told first.
func (c *Call) waitFor(what string) {
	if c.Pending == "" {
		c.Pending = what
	}
}

func namedOrShown(who phone.Identity) string { return firstOf(who.Name, shown(who)) }

func (TransferSwapped) apply(t *turn) {
	if t.Transfer == nil {
		return
	}
	next := t.Transfer.Call
	if w := t.State.Call(t.Transfer.With); w != nil && w.Phase == Held {
		next = w.ID
	}
	ResumeAsked{Call: next}.apply(t)
}

func (TransferCompleted) apply(t *turn) {
	if t.Transfer == nil {
		return
	}
	c, w := t.call(t.Transfer.Call), t.call(t.Transfer.With)
	switch {
	case c == nil || w == nil || w.Pending == "hangup":
	case w.answered():
		c.waitFor(pendingConnect)
		w.waitFor(pendingConnect)
		c.PassingTo, c.passTarget = namedOrShown(w.Caller), dialled(w.Caller)
		t.do(Connect{Call: c.ID, With: w.ID})
	default: // nobody has answered there yet: the caller will hear it ring
		t.Transfer = nil
		HangupPressed{Call: w.ID}.apply(t)
		t.passOn(c, w.Caller)
	}
}

func (TransferCancelled) apply(t *turn) {
	id := t.passing()
	if t.Transfer != nil {
		id = t.Transfer.Call
	}
	t.Transfer = nil
	if w := t.State.consultOf(id); w != nil {
		HangupPressed{Call: w.ID}.apply(t)
	}
	if c := t.call(id); c != nil {
		t.back(c)
	}
}

// passing is the call whose transfer is under way or came to nothing, the one in
// front first.
func (t *turn) passing() phone.CallID {
	is := func(c Call) bool {
		return c.Phase == Back || c.passTarget != ""
	}
	if c := t.FrontCall(); c != nil && is(*c) {
		return c.ID
	}
	if i := slices.IndexFunc(t.Calls, is); i >= 0 {
		return t.Calls[i].ID
	}
	return ""
}

// back returns to a caller who waits, or who is about to.
func (t *turn) back(c *Call) {
	c.Passing, c.PassingTo, c.passTarget = "", "", ""
	if c.Pending == pendingTransfer || c.Pending == pendingConnect {
		c.Pending = ""
	}
	c.takeBack = c.Pending == "hold"
	ResumeAsked{Call: c.ID}.apply(t)
}

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
	c.Passing, c.Pending, w.Pending = phone.TransferDone, pendingConference, pendingConference
	c.PassingTo = firstOf(c.PassingTo, namedOrShown(w.Caller))
	t.Transfer = nil
	t.journal(JournalPassed, c.ID, t.At, nil)
	t.do(Confer{Calls: []phone.CallID{c.ID, w.ID}})
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

// callReferred follows the other side's wish that we call somebody else.
func (t *turn) callReferred(p phone.CallReferred) {
	if old := t.State.Call(p.Call); old != nil {
		c := t.outgoing(p.New, p.Line, old.Client, p.Target)
		c.Instead = p.Call
		t.journal(JournalArrived, p.New, p.At, nil)
	}
}

// callReplaced meets the party to whom the other side of a call was put through.
func (t *turn) callReplaced(p phone.CallReplaced) {
	old := t.State.Call(p.Call)
	if old == nil {
		t.callArrived(phone.CallArrived{Call: p.New, Line: p.Line, Invite: p.Invite, At: p.At})
		return
	}
	client, found := old.Client, old.Found
	c := t.incoming(p.New, p.Line, p.Invite, p.At)
	c.Client, c.Found = client, found
	c.Instead, c.Pending = p.Call, "answer" // by itself: it must not ring
	t.journal(JournalArrived, p.New, p.At, p.Invite.Raw)
	t.remark("replaced", "call.replaced", shown(c.Caller))
}

// takesPlace gives a call the ticket of the one that it replaces, with what was
// typed there.
func (t *turn) takesPlace(c *Call) {
	old := t.call(c.Instead)
	c = t.call(c.ID)
	c.Instead = ""
	if old == nil {
		return
	}
	old.Pending = "hangup" // the other side ends it
	if tk := t.TicketOf(old.ID); tk != nil {
		tk = t.ticket(tk.ID)
		tk.Call, tk.Journal, tk.Caller = c.ID, c.ID, c.Caller
	}
}

// commandUndone takes back what a refused command had changed beyond its call.
func (t *turn) commandUndone(id phone.CallID, command string) {
	c := t.call(id)
	switch command {
	case pendingConference:
		t.conferenceRefused()
	case "redirect", "reject":
		if c != nil && c.Phase == Ringing && t.TicketOf(id) == nil {
			c.PassingTo, c.Silenced = "", false
			t.welcome(c) // so it rings after all
		}
	case pendingTransfer, pendingConnect:
		if c != nil {
			t.transferFailed(c, phone.Failed, "")
		}
	}
}
