package control

import (
	"permanence/clients"
	"permanence/phone"
	"permanence/ui/desk"
)

// Happening is one line of `permanence ctl watch`.
type Happening struct {
	// Event is "status", "call.arrived", "call.answered", "call.held", "call.resumed",
	// "call.back", "call.changed", "call.ended", "line", "unsent", "front", "offered",
	// "office", "presence", "takeover" or "conflicts".
	Event   string    `json:"event"`
	Status  *Status   `json:"status,omitempty"`  // of "status"
	Call    *Call     `json:"call,omitempty"`    // of the live calls' events
	Past    *PastCall `json:"past,omitempty"`    // of "call.ended"
	Line    *Line     `json:"line,omitempty"`    // of "line"
	Offered string    `json:"offered,omitempty"` // of "offered"; "" once it is taken or refused
	Unsent  *Unsent   `json:"unsent,omitempty"`
	Front   *Front    `json:"front,omitempty"`

	Office    *Office `json:"office,omitempty"`    // of "office"; absent when the desk has left it
	Desk      *Desk   `json:"desk,omitempty"`      // of "presence": as one desk is seen now
	Offer     *Offer  `json:"offer,omitempty"`     // of "takeover": a lost desk's draft that may be taken over
	Conflicts *int    `json:"conflicts,omitempty"` // of "conflicts": how many are open now
}

// between lists what happened from one state to a later one. States between
// them may have been missed; nothing that matters to a program is.
func between(a, b *desk.State, stats StatsOf) []Happening {
	var h []Happening
	for _, l := range b.Lines {
		if old := lineBefore(a, l); old == nil || old.State != l.State || old.Voicemail != l.Voicemail {
			line := lineOf(l)
			h = append(h, Happening{Event: "line", Line: &line})
		}
	}
	for _, c := range b.Calls {
		if event := callEvent(a.Call(c.ID), &c); event != "" {
			call := callOf(b, c, stats)
			h = append(h, Happening{Event: event, Call: &call})
		}
	}
	h = append(h, ended(a, b)...)
	if u := unsentOf(b); u != unsentOf(a) {
		h = append(h, Happening{Event: "unsent", Unsent: &u})
	}
	if a.Front != b.Front || bookedChanged(a, b) {
		f := frontOf(b)
		h = append(h, Happening{Event: "front", Front: &f})
	}
	if a.Offered != b.Offered {
		h = append(h, Happening{Event: "offered", Offered: b.Offered})
	}
	return append(h, ofOffice(a, b)...)
}

func lineBefore(s *desk.State, l desk.Line) *desk.Line {
	for i := range s.Lines {
		if s.Lines[i].ID == l.ID {
			return &s.Lines[i]
		}
	}
	return nil
}

// callEvent names what happened to a call, "" for nothing.
func callEvent(was, is *desk.Call) string {
	switch {
	case was == nil:
		return "call.arrived"
	case was.Phase == is.Phase:
		if told(was) != told(is) {
			return "call.changed"
		}
		return ""
	case is.Phase == desk.Held:
		return "call.held"
	case is.Phase == desk.Back:
		return "call.back"
	case was.Phase == desk.Held || was.Phase == desk.Back:
		return "call.resumed"
	}
	return "call.answered"
}

// told is what of a call within one phase is worth a line.
func told(c *desk.Call) any {
	return struct {
		dtmf, codec, knownAs, passingTo string
		client                          clients.ID
		flow                            phone.Flow
		security                        phone.Security
		passing                         phone.TransferStep
		consults                        phone.CallID
		heldThere, conference, alone    bool
	}{
		c.DTMF, c.Codec, c.KnownAs, c.PassingTo, c.Client, c.Flow, c.Security, c.Passing, c.Consults,
		c.HeldThere, c.Conference, c.Alone,
	}
}

// ended lists the calls that joined the history, oldest first.
func ended(a, b *desk.State) []Happening {
	known := map[string]bool{}
	for i := range a.History {
		known[string(a.History[i].Call)] = true
	}
	var h []Happening
	for i := len(b.History) - 1; i >= 0; i-- {
		if e := b.History[i]; !known[string(e.Call)] && a.Ready {
			past := pastOf(e)
			h = append(h, Happening{Event: "call.ended", Past: &past})
		}
	}
	return h
}

func bookedChanged(a, b *desk.State) bool {
	was, is := a.FrontTicket(), b.FrontTicket()
	return was != nil && is != nil && was.Booked != is.Booked
}
