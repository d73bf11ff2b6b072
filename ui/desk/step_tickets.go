package desk

import (
	"maps"
	"slices"
	"strings"
	"time"

	"permanence/clients"
)

// MaxText bounds a message's text, in characters: what stays readable on the
// client's telephone, and what the entry can redraw at each key.
const MaxText = 2000

// openTicket adds a ticket with a message prefilled from the caller, and asks
// the store what is known.
func (t *turn) openTicket(tk Ticket) {
	tk.Draft.Message = t.freshMessage(&tk, tk.ID)
	own(&t.ownTickets, &t.Tickets)
	t.Tickets = append(t.Tickets, tk)
	t.askAbout(&tk)
}

// askAbout loads what the card shows beyond the client itself.
func (t *turn) askAbout(tk *Ticket) {
	if tk.Caller.Number != "" {
		t.do(LoadEarlier{Ticket: tk.ID, Client: tk.Client, Number: tk.Caller.Number})
	}
	if tk.Client != "" {
		t.do(LoadNews{Ticket: tk.ID, Client: tk.Client, Operator: t.Operator.ID})
	}
}

func (t *turn) freshMessage(tk *Ticket, id clients.ID) clients.Message {
	return clients.Message{
		ID: id, Client: tk.Client, Call: string(tk.Journal), Called: string(tk.Called),
		Name: firstOf(tk.Earlier.Name, tk.Caller.Name), Number: tk.Caller.Number.Display(),
		TakenBy: t.Operator.ID,
	}
}

func (e EarlierLoaded) apply(t *turn) {
	tk := t.ticket(e.Ticket)
	if tk == nil {
		return
	}
	tk.Earlier = e.Earlier
	if c := t.call(tk.Call); c != nil {
		c.KnownAs = e.Earlier.Name
	}
	if tk.Draft.Strokes == 0 && e.Earlier.Name != "" {
		tk.Draft.Message.Name = e.Earlier.Name
	}
}

func (e NewsLoaded) apply(t *turn) {
	if tk := t.ticket(e.Ticket); tk != nil {
		tk.News = e.Changes
	}
}

func (e TicketChosen) apply(t *turn) {
	if t.State.Ticket(e.Ticket) != nil && t.Front != e.Ticket {
		t.Front = e.Ticket
		t.Agenda.Booking = nil
	}
}

func (e ClientOpened) apply(t *turn) {
	if t.Directory.Client(e.Client) == nil {
		return
	}
	for _, tk := range t.Tickets {
		if tk.Client == e.Client && tk.Journal == "" && tk.Draft.Strokes == 0 {
			TicketChosen{Ticket: tk.ID}.apply(t)
			return
		}
	}
	t.noteReading(clients.ReadingClient, e.Client)
	t.openTicket(Ticket{ID: t.ID, Client: e.Client, Opened: t.At})
	TicketChosen{Ticket: t.ID}.apply(t)
}

func (e ClientAssigned) apply(t *turn) {
	tk := t.ticket(e.Ticket)
	if tk == nil || t.Directory.Client(e.Client) == nil {
		return
	}
	t.noteReading(clients.ReadingClient, e.Client)
	tk.Client, tk.Draft.Message.Client = e.Client, e.Client
	tk.Found.Code = "found.by-hand"
	t.change(tk.Call, func(c *Call) { c.Client, c.Found.Code = e.Client, tk.Found.Code })
	if c := t.call(tk.Call); c != nil && c.answered() {
		t.setMusic(c)
	}
	t.askAbout(tk)
	if tk.Draft.Strokes > 0 {
		t.touched(tk)
	}
	t.noted(tk)
}

func (e CallTypeChosen) apply(t *turn) {
	tk := t.ticket(e.Ticket)
	if tk == nil {
		return
	}
	m := &tk.Draft.Message
	if m.CallType == e.Key {
		e.Key = "" // pressed again: not qualified after all
	}
	m.CallType = e.Key
	if c := t.Directory.Client(tk.Client); c != nil {
		ct, _ := c.CallType(e.Key)
		m.Urgent = ct.Urgent
	}
	t.touched(tk)
	t.noted(tk)
}

func (e DraftTyped) apply(t *turn) {
	tk := t.ticket(e.Ticket)
	if tk == nil || tk.Draft.Sending {
		return
	}
	if setField(&tk.Draft.Message, e.Field, e.Value) {
		tk.Draft.Typed = true
		t.touched(tk)
	}
}

// setField changes one thing in a message and reports whether it was another
// value before.
func setField(m *clients.Message, field, value string) bool {
	before := *m
	switch field {
	case "name":
		m.Name = value
	case "number":
		m.Number = value
	case "text":
		m.Text = cut(value, MaxText)
	case "urgent":
		m.Urgent = value != ""
	default:
		key, ok := strings.CutPrefix(field, "field:")
		if !ok || m.Fields[key] == value {
			return false
		}
		m.Fields = maps.Clone(m.Fields)
		if m.Fields == nil {
			m.Fields = map[string]string{}
		}
		m.Fields[key] = value
		return true
	}
	return before.Name != m.Name || before.Number != m.Number || before.Text != m.Text || before.Urgent != m.Urgent
}

func cut(s string, runes int) string {
	if r := []rune(s); len(r) > runes {
		return string(r[:runes])
	}
	return s
}

// touched marks a draft as changed by hand and has it saved.
func (t *turn) touched(tk *Ticket) {
	tk.Draft.Strokes++
	tk.Draft.Dirty, tk.Draft.Missing = true, nil
	t.keepDraft(tk.ID)
}

// keepDraft saves a draft unless a save is under way: what was typed meanwhile
// is saved when that one comes back, so that at most one waits.
func (t *turn) keepDraft(id clients.ID) {
	tk := t.ticket(id)
	if tk == nil || tk.Draft.Saving || tk.Draft.Sending {
		return
	}
	tk.Draft.Saving = true
	t.do(KeepDraft{Stroke: tk.Draft.Strokes, Draft: SavedDraft{
		Ticket: tk.ID, Call: tk.Journal, Client: tk.Client, Called: tk.Called, Caller: tk.Caller,
		Opened: tk.Opened, Message: tk.Draft.Message, SavedAt: t.At, From: tk.From,
	}})
}

func (e DraftKept) apply(t *turn) {
	tk := t.ticket(e.Ticket)
	if tk == nil {
		// The ticket was sent or put away while its draft was being written.
		t.do(DropDraft{Ticket: e.Ticket})
		return
	}
	d := &tk.Draft
	d.Saving, d.Error = false, ""
	d.SavedAt, d.Dirty = e.At, d.Strokes != e.Stroke
	if d.Dirty {
		t.keepDraft(e.Ticket)
	}
}

func (e DraftNotKept) apply(t *turn) {
	if tk := t.ticket(e.Ticket); tk != nil {
		// The next tick tries again; the screen says that it is not saved.
		tk.Draft.Saving, tk.Draft.Error = false, e.Problem.Code
	}
}

func (e SendPressed) apply(t *turn) {
	tk := t.ticket(firstID(e.Ticket, t.Front))
	if tk == nil || tk.Draft.Sending || !t.maySend(tk) {
		return
	}
	m := tk.Draft.Message
	m.TakenAt, m.TakenBy = t.At, firstID(t.Operator.ID, m.TakenBy)
	tk.Draft.Message, tk.Draft.Sending = m, true
	var to []clients.Recipient
	if c := t.Directory.Client(tk.Client); c != nil {
		to = c.RecipientsFor(m.CallType)
	}
	t.mutate(clients.TakeMessage{Message: m, Recipients: to}, tagMessage+string(tk.ID))
}

// maySend reports whether a message can go; if not it says why. Blank required
// fields stop it once: the caller may have refused to tell.
func (t *turn) maySend(tk *Ticket) bool {
	m := tk.Draft.Message
	if code, name := tk.inTwoHands(); code != "" && !tk.Draft.Warned {
		tk.Draft.Warned = true
		t.warn("message", code, name)
		return false
	}
	if m.Text == "" && len(m.Fields) == 0 && m.CallType == "" && tk.Draft.Strokes == 0 {
		t.warn("message", "message.empty")
		return false
	}
	c := t.Directory.Client(tk.Client)
	if c == nil {
		return true
	}
	if missing := m.Missing(c); len(missing) > 0 && !slices.Equal(missing, tk.Draft.Missing) {
		tk.Draft.Missing = missing
		t.warn("message", "message.missing", strings.Join(missing, ", "))
		return false
	}
	return true
}

// inTwoHands says why sending may make the message twice, and who else has it: somebody
// took it over; or at the desk from which it was taken over somebody speaks with the
// caller, or has sent it.
func (tk *Ticket) inTwoHands() (code, name string) {
	switch {
	case tk.TakenBy != "":
		return "message.taken-over", tk.TakenBy
	case tk.Return == ReturnTalking:
		return "message.talking-there", tk.From.Name
	case tk.Return == ReturnSent:
		return "message.sent-there", tk.From.Name
	}
	return "", ""
}

// Tags say what a mutation was for when its result comes back.
const (
	tagMessage = "message:"
	tagBooked  = "booked"
	tagMoved   = "moved"
	tagCancel  = "cancelled"
	tagUndone  = "undone"
	tagClient  = "client"
)

func (t *turn) mutate(c clients.Change, tag string) {
	t.do(Mutate{Tag: tag, Mutation: clients.Mutation{ID: t.ID, At: t.At, Actor: t.Operator.ID, Change: c}})
}

// messageTaken follows the commit of a message: only now is it said to be saved.
func (t *turn) messageTaken(id clients.ID, m clients.TakeMessage) {
	t.withdraw("message")
	t.do(DropDraft{Ticket: id}, ReadOutbox{}, WakeCourier{})
	if len(m.Recipients) == 0 {
		t.warn("sent", "message.no-recipient")
	} else {
		t.remark("sent", "message.kept", m.Recipients[0].Name)
	}
	tk := t.ticket(id)
	if tk == nil {
		return
	}
	tk.Sent, tk.LastSent = tk.Sent+1, m.Message.ID
	tk.TakenBy, tk.From, tk.Return = "", Origin{}, ReturnNone // the next is this desk's alone
	t.noted(tk)
	if e := t.entry(tk.Journal); e != nil {
		e.Message, e.CallType, e.Name = m.Message.ID, m.Message.CallType, firstOf(m.Message.Name, e.Name)
		if len(m.Recipients) > 0 {
			e.Delivery = clients.Waiting
		}
	}
	if tk.Call == "" {
		t.dropTicket(id)
		return
	}
	tk.Draft = Draft{Message: t.freshMessage(tk, t.ID)}
	tk.Draft.Message.CallType, tk.Draft.Message.Name = m.Message.CallType, m.Message.Name
}

func (e TicketPutAway) apply(t *turn) {
	tk := t.State.Ticket(firstID(e.Ticket, t.Front))
	switch {
	case tk == nil || tk.Draft.Sending:
	case tk.Call != "":
		t.warn("put-away", "ticket.call-alive")
	case written(tk) && !e.Anyway && !tk.inOtherHands():
		t.warn("put-away", "ticket.has-message")
	default:
		t.do(DropDraft{Ticket: tk.ID})
		t.dropTicket(tk.ID)
	}
}

// written reports whether putting the ticket away would lose something typed.
func written(tk *Ticket) bool { return tk.Draft.Typed && !tk.Draft.Message.Empty() }

// inOtherHands reports whether somebody took the message over, or sent it, and nothing
// was added here since this became known.
func (tk *Ticket) inOtherHands() bool {
	return (tk.TakenBy != "" || tk.Return == ReturnSent) && tk.Draft.Strokes == tk.takenAt
}

// dropTicket takes a ticket off the desk and shows what needs her next.
func (t *turn) dropTicket(id clients.ID) {
	own(&t.ownTickets, &t.Tickets)
	t.Tickets = slices.DeleteFunc(t.Tickets, func(tk Ticket) bool { return tk.ID == id })
	if t.Front == id {
		t.Front, t.Agenda.Booking = t.nextFront(), nil
	}
}

// nextFront chooses what to show when the ticket in front is gone: who is being
// talked to, else who rings longest, else who waits longest, else the oldest
// message in hand.
func (s *State) nextFront() clients.ID {
	for _, p := range []Phase{Talking, Dialing, Ringing, Back, Held} {
		for i := range s.Calls {
			if tk := s.TicketOf(s.Calls[i].ID); tk != nil && s.Calls[i].Phase == p {
				return tk.ID
			}
		}
	}
	if len(s.Tickets) > 0 {
		return s.Tickets[0].ID
	}
	return ""
}

// ticketCallEnded leaves the ticket for the message still to be written, unless
// there is nothing to write: nobody was talked to, it is sent, or unwanted.
func (t *turn) ticketCallEnded(id clients.ID, c Call, at time.Time) {
	tk := t.ticket(id)
	tk.Call, tk.Ended = "", at
	unwanted := false
	if cl := t.Directory.Client(tk.Client); cl != nil {
		ct, _ := cl.CallType(tk.Draft.Message.CallType)
		unwanted = ct.Unwanted
	}
	takenOver := tk.From != (Origin{}) // of whom there may be nothing but the number
	nothing := c.unheard() && !takenOver || tk.Sent > 0 || unwanted
	if nothing && !written(tk) && !tk.Draft.Sending {
		t.do(DropDraft{Ticket: id})
		t.dropTicket(id)
	}
}

// noted writes what is now known of a call into the journal, and into the
// history if the call is there already.
func (t *turn) noted(tk *Ticket) {
	var e Entry
	if c := t.State.Call(tk.Call); c != nil {
		e = t.entryOf(*c)
	} else if past := t.entry(tk.Journal); past != nil {
		past.CallType, past.Booked = tk.Draft.Message.CallType, tk.Booked != ""
		past.Message, past.Name = firstID(tk.LastSent, past.Message), firstOf(tk.Draft.Message.Name, past.Name)
		past.Client = tk.Client
		if cl := t.Directory.Client(tk.Client); cl != nil {
			past.ClientName = cl.Name
		}
		e = *past
	} else {
		return
	}
	t.do(AppendJournal{Entry: JournalEntry{At: t.At, Kind: JournalNoted, Entry: e, Actor: t.Operator.ID}})
}

func (MissedSeen) apply(t *turn) { t.Missed = 0 }

func firstID(ids ...clients.ID) clients.ID {
	for _, id := range ids {
		if id != "" {
			return id
		}
	}
	return ""
}
