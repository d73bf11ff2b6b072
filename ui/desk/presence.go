package desk

import (
	"reflect"
	"slices"
	"time"

	"permanence/clients"
)

// tellEvery is how often the others see a text grow. Everything else they see at once.
const tellEvery = time.Second

// Presence is what the others see of this desk. It follows from the state alone.
func (s *State) Presence() Presence {
	p := Presence{Desk: s.Office.Desk, Operator: s.Operator.ID, Name: s.Operator.Name, Standing: StandingHere}
	switch c := s.engaged(); {
	case s.Closing:
		p.Standing = StandingOff
	case c != nil:
		p.Standing, p.Client = StandingCall, c.Client
	case s.Office.Away != nil:
		p.Standing, p.Reason = StandingAway, s.Office.Away.Reason
	}
	for i := range s.Tickets {
		if d, shown := s.remoteDraft(&s.Tickets[i]); shown {
			p.Drafts = append(p.Drafts, d)
		}
	}
	return p
}

// engaged is the call that the operator is in: the one being talked to, else one that
// waits for her; nil when there is none.
func (s *State) engaged() *Call {
	var waits *Call
	for i := range s.Calls {
		switch c := &s.Calls[i]; {
		case c.busy():
			return c
		case c.answered() && !c.Aside && !c.Alone && waits == nil:
			waits = c
		}
	}
	return waits
}

// remoteDraft is a ticket as the others see it. There is something to see while its
// caller is on the telephone, or once something was written. What was taken over is told
// once it is on this disk: the office then keeps it for nobody else.
func (s *State) remoteDraft(tk *Ticket) (d RemoteDraft, shown bool) {
	d = RemoteDraft{Ticket: tk.ID, Message: tk.Draft.Message, Caller: tk.Caller, Called: tk.Called, Of: tk.From.Message}
	if d.Of != "" && tk.Draft.SavedAt.IsZero() {
		return d, false
	}
	if c := s.Call(tk.Call); c != nil && c.answered() && !c.Aside {
		d.Talking, d.Held = true, c.Phase != Talking
	}
	return d, d.Talking || written(tk)
}

// tellPresence tells the others what has changed for them.
func (t *turn) tellPresence() {
	if busy := t.engaged(); busy != nil && busy.busy() && !engagedBefore(&t.before) {
		t.Office.Away = nil // who speaks with somebody is back
	}
	if !t.Office.Linked() || !t.Ready {
		return // before the drafts are read, the others would be told that there are none
	}
	p := t.Presence()
	if reflect.DeepEqual(p, t.told) || t.At.Sub(t.toldAt) < tellEvery && reflect.DeepEqual(p.untyped(), t.told.untyped()) {
		return
	}
	t.told, t.toldAt = p, t.At
	t.do(TellPresence{Presence: p})
}

func engagedBefore(s *State) bool {
	c := s.engaged()
	return c != nil && c.busy()
}

// untyped is a presence without what changes at each key.
func (p Presence) untyped() Presence {
	p.Drafts = slices.Clone(p.Drafts)
	for i := range p.Drafts {
		p.Drafts[i].Message = clients.Message{Client: p.Drafts[i].Message.Client}
	}
	return p
}

func (e DesksChanged) apply(t *turn) {
	t.Office.Desks = e.Desks
	t.noteQuicker()
	t.Offers = t.offers()
	t.noteTaken()
	t.noteReturned()
}

// Elsewhere is a message half typed on another desk.
type Elsewhere struct {
	DeskName string
	Name     string // of whoever types
	Lost     bool   // her desk has fallen silent
	Draft    RemoteDraft
}

// Elsewhere lists what is half typed for a client on other desks.
func (s *State) Elsewhere(client clients.ID) []Elsewhere {
	var list []Elsewhere
	for _, p := range s.Office.Desks {
		if p.Desk == s.Office.Desk || client == "" {
			continue
		}
		for _, d := range p.Drafts {
			if d.Message.Client == client && d.Taken == "" {
				list = append(list, Elsewhere{DeskName: p.DeskName, Name: p.Name, Lost: p.Standing == StandingLost, Draft: d})
			}
		}
	}
	return list
}

// DeskNamed is how a desk of the bureau is called on screen: by whoever sits there,
// else by its own name.
func (s *State) DeskNamed(desk clients.ID) string {
	p := s.presenceOf(desk)
	return firstOf(p.Name, p.DeskName)
}

// presenceOf is what is seen of a desk; nothing of one that is not there.
func (s *State) presenceOf(desk clients.ID) Presence {
	for _, p := range s.Office.Desks {
		if p.Desk == desk {
			return p
		}
	}
	return Presence{}
}
