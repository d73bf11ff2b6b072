package desk

import (
	"strings"
	"time"

	"permanence/clients"
	"permanence/phone"
)

func (e DialPressed) apply(t *turn) { t.dial(e, "") }

// dial calls somebody out, for a ticket in hand or, without one, for a new one.
func (t *turn) dial(e DialPressed, ticket clients.ID) {
	who, ok := dialTarget(e.Target)
	if !ok {
		t.warn("dial", "dial.bad-number", e.Target)
		return
	}
	line := t.dialLine(e.Line, who.Number.Emergency())
	if line == "" {
		t.warn("dial", "dial.no-line")
		return
	}
	out, code := t.outbound(e, who, line)
	if code != "" {
		t.warn("dial", code)
		return
	}
	t.Offered = ""
	t.attendTo("")
	c := t.outgoing(phone.CallID(t.ID), line, e.Client, who)
	c.Shown, c.Private = out.Show, out.Private
	if tk := t.ticket(ticket); tk != nil {
		tk.Call, tk.Journal, tk.Ended = c.ID, c.ID, time.Time{}
		c.KnownAs = tk.Draft.Message.Name
	} else {
		ticket = t.ID
		t.openTicket(Ticket{ID: ticket, Call: c.ID, Journal: c.ID, Client: e.Client, Caller: who, Opened: t.At})
	}
	t.Front, t.Agenda.Booking = ticket, nil
	t.journal(JournalArrived, c.ID, t.At, nil)
	if who.Number.Emergency() {
		t.showEmergency(c)
	}
	t.do(Dial{Call: c.ID, Line: line, To: out})
}

// outgoing adds a call that is about to be dialled to those that are alive.
func (t *turn) outgoing(id phone.CallID, line phone.LineID, client clients.ID, who phone.Identity) *Call {
	own(&t.ownCalls, &t.Calls)
	t.Calls = append(t.Calls, Call{
		ID: id, Line: line, Direction: phone.Outgoing, Phase: Dialing,
		Client: client, Caller: who, ArrivedAt: t.At,
	})
	return &t.Calls[len(t.Calls)-1]
}

// outbound says how a call appears at the other side, or the code of why it may
// not appear so. An emergency service sees the line as it is.
func (t *turn) outbound(e DialPressed, who phone.Identity, line phone.LineID) (out phone.Outbound, code string) {
	out.Target = dialled(who)
	if who.Number.Emergency() {
		return out, ""
	}
	out.Private = e.Private
	if e.AsClient {
		out.Show = t.numberOf(e.Client, line)
		if out.Show == "" {
			code = "dial.no-agreement"
		}
	}
	return out, code
}

// numberOf is the number under which a call may be made in a client's name: one
// of its own that the line owns, or the one of its written agreement.
func (t *turn) numberOf(id clients.ID, line phone.LineID) phone.Number {
	c, l := t.Directory.Client(id), t.line(line)
	if c == nil || l == nil {
		return ""
	}
	for _, did := range c.DIDs {
		for _, owned := range l.Numbers {
			if phone.Number(did) == owned {
				return owned
			}
		}
	}
	if c.CallerID.OnFile(t.At) {
		return phone.Number(c.CallerID.Number)
	}
	return ""
}

// dialLine is the line asked for if it is up, else the first that is. For an
// emergency any line will do that is in use at all.
func (t *turn) dialLine(want phone.LineID, emergency bool) phone.LineID {
	first := phone.LineID("")
	for _, l := range t.Lines {
		switch {
		case !l.State.Ready():
		case l.ID == want:
			return l.ID
		case first == "":
			first = l.ID
		}
	}
	if first != "" || !emergency {
		return first
	}
	for _, l := range t.Lines {
		if !l.Disabled {
			return l.ID
		}
	}
	return ""
}

// dialTarget reads what was typed: a number, a SIP address, or the few digits of
// a colleague's extension.
func dialTarget(s string) (phone.Identity, bool) {
	s = strings.TrimSpace(s)
	for _, scheme := range []string{"sip:", "sips:"} {
		if strings.HasPrefix(strings.ToLower(s), scheme) && len(s) > len(scheme) {
			return phone.Identity{URI: s}, true
		}
	}
	if n := phone.ParseNumber(s); n != "" {
		return phone.Identity{Number: n}, true
	}
	return phone.Identity{URI: s}, phone.IsExtension(s)
}

// dialled is what the telephone is given for a party.
func dialled(who phone.Identity) string { return firstOf(string(who.Number), who.URI) }

func (e CalledBack) apply(t *turn) {
	past, ok := t.pastCall(e.Call)
	if !ok {
		return
	}
	if past.Number == "" {
		t.warn("dial", "dial.number-withheld")
		return
	}
	DialPressed{Line: past.Line, Target: string(past.Number), Client: past.Client}.apply(t)
}

// pastCall finds a call in the lists that are on screen.
func (t *turn) pastCall(id phone.CallID) (Entry, bool) {
	lists := [][]Entry{t.History}
	if t.AllCalls != nil {
		lists = append(lists, t.AllCalls.Entries)
	}
	for _, list := range lists {
		for _, e := range list {
			if e.Call == id {
				return e, true
			}
		}
	}
	return Entry{}, false
}

// showEmergency puts on screen what an emergency service asks first.
func (t *turn) showEmergency(c *Call) {
	card := Emergency{Call: c.ID, Number: c.Caller.Number, Address: t.Settings.Address}
	if cl := t.Directory.Client(c.Client); cl != nil {
		card.Client, card.Place = cl.ID, cl.Address
	}
	t.Calling = &card
}
