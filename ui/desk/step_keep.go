package desk

import (
	"slices"

	"permanence/clients"
	"permanence/phone"
)

// That recordings are listed, whatever the disk or a crash does: what is not listed
// is deleted after a day, and nobody finds it until then.

// mostUnlisted bounds the recordings that wait for a disk that refuses to list them.
const mostUnlisted = 100

// keepSound lists a sound, in place of anything that still waits to be told of it.
func (t *turn) keepSound(s clients.Sound) {
	t.waitsNoMore(s.ID)
	t.do(KeepSound{Sound: s})
}

// dropSound deletes a sound, listed or not.
func (t *turn) dropSound(id phone.SoundID) {
	t.waitsNoMore(id)
	t.do(DropSound{Sound: id})
}

// waitsNoMore forgets a sound that waited.
func (t *turn) waitsNoMore(id phone.SoundID) {
	if len(t.unlisted) == 0 {
		return
	}
	t.unlisted = slices.DeleteFunc(slices.Clone(t.unlisted), func(s clients.Sound) bool { return s.ID == id })
	if len(t.unlisted) == 0 {
		t.withdraw("sound-kept")
	}
}

// listLater keeps what the disk refused for the next tick, and reports whether that
// may help. The beginning of a recording that has ended meanwhile is old news.
func (t *turn) listLater(e SoundNotKept) bool {
	s := e.Row
	ofCaller := s.Kind == clients.SoundMessage || s.Kind == clients.SoundCall
	if !ofCaller || !e.Problem.passes() || s.Length == 0 && !t.isRecorded(s.ID) {
		return false
	}
	waits := slices.ContainsFunc(t.unlisted, func(u clients.Sound) bool { return u.ID == s.ID })
	if !waits && len(t.unlisted) < mostUnlisted {
		t.unlisted = append(slices.Clone(t.unlisted), s)
	}
	return true
}

// passes reports whether a problem of the store's is one of the disk, which may have
// room again, and not of what was to be written.
func (p Problem) passes() bool {
	return p.Code != "store.bad-change" && p.Code != "sound.missing"
}

func (t *turn) isRecorded(id phone.SoundID) bool {
	return slices.ContainsFunc(t.Calls, func(c Call) bool { return c.Recording != nil && c.Recording.Sound == id })
}

// listAgain tries the oldest of what the disk refused; when it takes that, the next
// follow with the next ticks.
func (t *turn) listAgain() {
	if len(t.unlisted) > 0 {
		t.do(KeepSound{Sound: t.unlisted[0]})
	}
}

// salvage takes up a recording that the last stop of the program cut off. What a
// caller left is a message in hand. It is listed with its length last: until then
// each start finds it again.
func (t *turn) salvage(r CutOff) {
	if !t.mayKeep(r.Sound.Kind, r.Sound.Client) {
		t.dropSound(r.Sound.ID)
		return
	}
	if r.Sound.Kind == clients.SoundMessage && !t.inHand(r.Sound.ID) {
		t.attach(t.ticketOfCutOff(r), r.Sound.ID, r.Sound.Length)
	}
	t.keepSound(r.Sound)
}

func (t *turn) inHand(id phone.SoundID) bool {
	return slices.ContainsFunc(t.Tickets, func(tk Ticket) bool { return tk.Draft.Message.Sound == id })
}

// ticketOfCutOff is the ticket of a recording's call: what was typed of it when the
// program stopped, or one as the call's end would have left it.
func (t *turn) ticketOfCutOff(r CutOff) *Ticket {
	for _, tk := range t.Tickets {
		if tk.Journal == r.Sound.Call && tk.Draft.Message.Sound == "" {
			return t.ticket(tk.ID)
		}
	}
	id := clients.ID(r.Sound.ID) // the one name that is its own
	t.openTicket(Ticket{
		ID: id, Journal: r.Sound.Call, Client: r.Sound.Client, Called: r.Entry.Called,
		Caller: phone.Identity{Number: r.Entry.Number, Name: r.Entry.Name},
		Opened: r.Sound.Made, Ended: r.Sound.Made.Add(r.Sound.Length),
	})
	return t.ticket(id)
}
