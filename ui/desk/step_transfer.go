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
	c := t.call(firstCall(e.Call, t.HoldTarget(), t.CurrentCall()))
	if c == nil || !c.canPass() || t.State.consultOf(c.ID) != nil {
		return
	}
	t.Transfer = &Transfer{Call: c.ID, Targets: t.targets(c.ID, "")}
	t.bringForward(c.ID)
	if c.Phase == Back {
		c.Phase = Held // it rings no more: she is at it
	}
	HoldAsked{Call: c.ID}.apply(t)
}

// canPass reports whether a call can go to somebody else: put through, or sent on
// while it still rings.
func (c *Call) canPass() bool {
	if c.Phase == Ringing {
		return c.Pending == "" || c.Pending == "answer"
	}
	return c.answered() && !c.Conference && c.Passing == ""
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
	case c.Phase == Ringing && who.Number.Emergency():
		p.Problem = Problem{Code: "dial.bad-number", Detail: e.Number}
	case c.Phase == Ringing && c.Pending == "":
		t.Transfer = nil
		t.sendOn(c, who)
	case c.Phase == Ringing: // about to be answered: it counts as soon as it is
		p.chosen = &e
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

// ask dials a third for a call, on its line if that is up; nil without a line. An
// emergency service is called by whatever line there is, as when it is dialled.
func (t *turn) ask(c *Call, who phone.Identity) *Call {
	emergency := who.Number.Emergency()
	line, forWhom, client := t.dialLine(c.Line, emergency), c.ID, c.Client
	if line == "" {
		return nil
	}
	t.attendTo("")
	w := t.outgoing(phone.CallID(t.ID), line, client, who)
	w.Consults = forWhom
	t.journal(JournalArrived, w.ID, t.At, nil)
	if emergency {
		t.showEmergency(w)
	}
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

// transferAnswered goes on with a transfer that was faster than the answer.
func (t *turn) transferAnswered(call phone.CallID) {
	HoldAsked{Call: call}.apply(t)
	p := t.panel()
	if e := p.chosen; e != nil {
		p.chosen = nil
		e.apply(t)
	}
}
