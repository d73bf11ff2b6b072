package desk

import (
	"slices"
	"time"

	"permanence/phone"
)

// pendingConference is what a call waits for that is about to join or leave one.
const pendingConference = "conference"

func (ConferencePressed) apply(t *turn) {
	members := t.conferees()
	if len(members) < 2 {
		t.warn("conference", "conference.too-few")
		return
	}
	t.confer(members, true)
	if t.Transfer != nil {
		if w := t.call(t.Transfer.With); w != nil {
			w.Consults = ""
		}
		t.Transfer = nil
	}
}

// conferees are who would be in a conference now: the two of the transfer panel,
// else everybody who is there.
func (t *turn) conferees() []phone.CallID {
	var members []phone.CallID
	for i := range t.Calls {
		c := &t.Calls[i]
		wanted := t.Transfer == nil || c.Conference || c.ID == t.Transfer.Call || c.ID == t.Transfer.With
		if wanted && c.answered() && c.Passing == "" && c.Pending != "hangup" {
			members = append(members, c.ID)
		}
	}
	return members
}

// conference lists who is in it now.
func (s *State) conference() []phone.CallID {
	var members []phone.CallID
	for i := range s.Calls {
		if s.Calls[i].Conference && s.Calls[i].Pending != "hangup" {
			members = append(members, s.Calls[i].ID)
		}
	}
	return members
}

func (t *turn) confer(members []phone.CallID, here bool) {
	for _, id := range members {
		c := t.call(id)
		c.Pending = pendingConference
		t.stopInCompany(c)
	}
	t.do(Confer{Calls: members, Here: here})
}

func (ConferenceLeft) apply(t *turn) { t.leaveConference() }

// leaveConference lets the others go on without the operator.
func (t *turn) leaveConference() {
	if members := t.conference(); len(members) > 1 {
		t.confer(members, false)
	}
}

func (ConferenceJoined) apply(t *turn) {
	members := t.conference()
	if len(members) < 2 {
		return
	}
	t.confer(members, true)
	t.holdOthers(members[0])
}

func (ConferenceEnded) apply(t *turn) {
	members := t.conference()
	if len(members) == 0 {
		return
	}
	for _, id := range members {
		t.call(id).Pending = pendingConference
	}
	t.do(Confer{})
}

// conferenceChanged follows the telephone: who is in, and whether she is.
func (t *turn) conferenceChanged(p phone.ConferenceChanged) {
	own(&t.ownCalls, &t.Calls)
	var parted []phone.CallID
	for i := range t.Calls {
		c := &t.Calls[i]
		switch asked := c.Pending == pendingConference; {
		case slices.Contains(p.Calls, c.ID):
			c.joins(p.Here)
			t.stopInCompany(c)
			if c.handedOver {
				t.handOver(c, p.At)
			}
		case c.Alone && !asked:
			HangupPressed{Call: c.ID}.apply(t) // its other party is gone, and she was never there
		case c.Conference || asked:
			if c.leaves() {
				parted = append(parted, c.ID)
			}
		}
	}
	t.oneVoice(parted, p)
}

// joins makes the call one of those who hear each other.
func (c *Call) joins(here bool) {
	c.Conference, c.Alone, c.Aside = true, !here, false
	if c.Phase != Talking {
		c.Phase, c.HeldAt, c.BackAt = Talking, time.Time{}, time.Time{}
	}
	if c.Pending == pendingConference {
		c.Pending = ""
	}
}

// leaves makes the call one of its own, and reports whether it talks with the
// operator now: not if she was not there, for then the telephone holds it.
func (c *Call) leaves() bool {
	unheard := c.Alone
	c.Conference, c.Alone = false, false
	if c.Pending == pendingConference {
		c.Pending = ""
	}
	if unheard && c.Phase == Talking {
		c.Pending = "hold"
	}
	return !unheard
}

// oneVoice makes those wait who are not in the conversation: after it began the
// calls outside it, after it was parted all but the one in front.
func (t *turn) oneVoice(parted []phone.CallID, p phone.ConferenceChanged) {
	switch {
	case len(p.Calls) > 0 && p.Here:
		t.holdOthers(p.Calls[0])
	case len(p.Calls) == 0 && len(parted) > 0:
		stays := parted[0]
		if c := t.FrontCall(); c != nil && slices.Contains(parted, c.ID) {
			stays = c.ID
		}
		t.holdOthers(stays)
	}
}

// conferenceRefused leaves everybody as they were, one of them talking.
func (t *turn) conferenceRefused() {
	own(&t.ownCalls, &t.Calls)
	var asked []phone.CallID
	for i := range t.Calls {
		if c := &t.Calls[i]; c.Pending == pendingConference {
			c.Pending = ""
			asked = append(asked, c.ID)
			if c.handedOver {
				c.handedOver = false
				t.transferFailed(c, phone.Failed, "")
			}
		}
	}
	if len(t.conference()) == 0 {
		t.oneVoice(asked, phone.ConferenceChanged{})
	}
}

// tooFewLeft gives a conference up that was asked for and cannot come about any
// more: the telephone tells nothing of one that never was.
func (t *turn) tooFewLeft() {
	waiting := 0
	for i := range t.Calls {
		if t.Calls[i].Pending == pendingConference {
			waiting++
		}
	}
	if waiting == 1 {
		t.conferenceRefused()
	}
}

// lastOne looks after who is left of a conference: an ordinary call, or when the
// operator was not in it, one with nobody to talk to.
func (t *turn) lastOne() {
	left := t.conference()
	if len(left) != 1 {
		return
	}
	if c := t.call(left[0]); c.Alone {
		HangupPressed{Call: c.ID}.apply(t)
	} else {
		c.Conference = false
	}
}
