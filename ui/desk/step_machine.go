package desk

import (
	"time"

	"permanence/clients"
	"permanence/clients/agenda"
	"permanence/phone"
)

// The answering machine: a greeting, a tone, and what the caller says becomes a
// message in hand like any other.

// shortest is below what nobody has said anything.
const shortest = time.Second

// machineOf finds the rule by which the machine takes a call in a situation. A
// greeting that is not on this desk is no rule: callers must know whom they reach.
func (t *turn) machineOf(c *Call, when clients.ForwardWhen) (clients.Machine, bool) {
	cl := t.Directory.Client(c.Client)
	if cl == nil {
		return clients.Machine{}, false
	}
	m, ok := cl.Machine(when, t.At.In(agenda.Zone(cl.Agenda)))
	return m, ok && !t.unfit(m.Greeting)
}

// machineTakes lets the machine take a call when a rule says so, and reports
// whether it does.
func (t *turn) machineTakes(c *Call, when clients.ForwardWhen) bool {
	m, ok := t.machineOf(c, when)
	if !ok || when == clients.ForwardNoAnswer && t.At.Sub(c.ArrivedAt) < time.Duration(m.After)*time.Second {
		return false
	}
	c.Pending, c.Aside, c.machine = "answer", true, &m
	how := phone.Reception{Announcements: []phone.SoundID{m.Greeting, phone.Beep}, Aside: true}
	t.announcing(c, clients.SoundMachine, how.Announcements)
	t.do(Answer{Call: c.ID, How: how})
	return true
}

// recordMessage follows the tone.
func (t *turn) recordMessage(c *Call) {
	if c.Pending != "" || c.Recording != nil {
		return
	}
	c.Recording = &Recording{Sound: phone.SoundID(t.ID), Kind: clients.SoundMessage}
	t.do(Record{Call: c.ID, As: c.Recording.Sound, What: phone.RecordCaller})
}

// endLongMessages hangs up on those who have spoken as long as they may.
func (t *turn) endLongMessages() {
	for i := range t.Calls {
		c := &t.Calls[i]
		if c.Phase != Machine || c.Pending != "" || c.machine == nil || c.Recording == nil || c.Recording.Since.IsZero() {
			continue
		}
		if t.At.Sub(c.Recording.Since) >= c.machine.Longest() {
			HangupPressed{Call: c.ID}.apply(t)
		}
	}
}

// pickUp takes a call from the machine. What was said so far stays.
func (t *turn) pickUp(c *Call) {
	if c.Pending != "" {
		return
	}
	t.attendTo(c.ID)
	if c.Recording != nil {
		t.do(StopRecording{Call: c.ID})
	}
	t.setMusic(c)
	t.attend(c)
	if t.TicketOf(c.ID) == nil {
		t.welcome(c)
	}
	t.bringForward(c.ID)
}

// attach makes what a caller said part of a message.
func (t *turn) attach(tk *Ticket, sound phone.SoundID, length time.Duration) {
	tk.Draft.Message.Sound, tk.Draft.Message.SoundLength = sound, length
	tk.Draft.Typed = true
	t.touched(tk)
}

// messageLeft makes what a caller said a message in hand.
func (t *turn) messageLeft(c *Call, p phone.RecordingEnded) {
	if p.Silent || p.Length < shortest {
		t.dropSound(p.Sound)
		return
	}
	if t.TicketOf(c.ID) == nil {
		t.openTicket(t.ticketFor(c))
	}
	tk := t.ticket(t.TicketOf(c.ID).ID)
	t.attach(tk, p.Sound, p.Length)
	t.keepRecording(c, p) // after the draft: until its length is told, a crash gives it back
	if t.Front == "" {
		t.Front = tk.ID
	}
	t.remark("machine", "machine.message", shown(c.Caller))
}
