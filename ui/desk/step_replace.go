package desk

import (
	"permanence/phone"
)

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
