package control

import (
	"errors"
	"fmt"

	"permanence/clients"
	"permanence/phone"
	"permanence/ui/desk"
)

// eventsFor finds the events of a command and the call it goes to.
func eventsFor(s *desk.State, r Request) ([]desk.Event, phone.CallID, error) {
	if e, known, err := deskEvent(s, r); known {
		return []desk.Event{e}, "", err
	}
	if r.Do == "book" {
		return bookNext(r.Name), "", needed("book", "a name", r.Name)
	}
	if _, known := suits[r.Do]; !known {
		return nil, "", fmt.Errorf("unknown command %q", r.Do)
	}
	c := pick(s, phone.CallID(r.Call), r.Do)
	if c == nil {
		return nil, "", errors.New("no call to " + r.Do)
	}
	switch r.Do {
	case "transfer", "consult":
		return putThrough(s, c, r)
	}
	return []desk.Event{callCommand(r, c.ID)}, c.ID, nil
}

// deskEvent finds the event of a command that goes to no single call.
func deskEvent(s *desk.State, r Request) (e desk.Event, known bool, err error) {
	switch r.Do {
	case "dial":
		return desk.DialPressed{Line: phone.LineID(r.Line), Target: r.Number}, true, needed("dial", "a number", r.Number)
	case "offer":
		link, err := phone.ParseLink(r.Number)
		return desk.DialOffered{Target: link.Target}, true, err
	case "callback":
		if r.Call == "" {
			e, err := callTakenBack(s)
			return e, true, err
		}
		return desk.CalledBack{Call: phone.CallID(r.Call)}, true, nil
	case "away":
		return desk.AwayPressed{Reason: r.Reason}, true, nil
	case "back":
		return desk.BackPressed{}, true, nil
	case "takeover":
		e, err := takeOver(s, clients.ID(r.Ticket))
		return e, true, err
	case "dnd", "forward":
		e, err := switched(r)
		return e, true, err
	}
	if e, known := panelEvents[r.Do]; known {
		return e.event, true, e.fits(s)
	}
	if e, known, err := joiningEvent(r); known {
		return e, true, err
	}
	return messageEvent(s, r)
}

// switched is do-not-disturb, or all forwards of a line or a client, on or off.
func switched(r Request) (desk.Event, error) {
	if r.On == nil {
		return nil, errors.New(r.Do + ` needs "on": true or false`)
	}
	if r.Do == "dnd" {
		return desk.DoNotDisturbSet{On: *r.On}, nil
	}
	return desk.ForwardsPaused{Line: phone.LineID(r.Line), Client: clients.ID(r.Client), Off: !*r.On}, nil
}

func needed(do, what, value string) error {
	if value == "" {
		return errors.New(do + " needs " + what)
	}
	return nil
}

// panelEvent is a step of a transfer or a conference, and whether it makes sense.
type panelEvent struct {
	event desk.Event
	fits  func(*desk.State) error
}

var panelEvents = map[string]panelEvent{
	"complete":         {desk.TransferCompleted{}, consulting},
	"swap":             {desk.TransferSwapped{}, consulting},
	"cancel":           {desk.TransferCancelled{}, transferring},
	"conference":       {desk.ConferencePressed{}, twoAnswered},
	"conference-leave": {desk.ConferenceLeft{}, conferring},
	"conference-join":  {desk.ConferenceJoined{}, conferring},
	"conference-end":   {desk.ConferenceEnded{}, conferring},
}

func consulting(s *desk.State) error {
	if s.Transfer == nil || s.Transfer.With == "" {
		return errors.New("nobody is being consulted")
	}
	return nil
}

func transferring(s *desk.State) error {
	if s.Transfer != nil || anyCall(s, func(c *desk.Call) bool { return c.Passing != "" || c.PassingTo != "" || c.Phase == desk.Back }) {
		return nil
	}
	return errors.New("nobody is being put through")
}

func twoAnswered(s *desk.State) error {
	n := 0
	for i := range s.Calls {
		if !s.Calls[i].AnsweredAt.IsZero() {
			n++
		}
	}
	if n < 2 {
		return errors.New("a conference needs two answered calls")
	}
	return nil
}

func conferring(s *desk.State) error {
	if anyCall(s, func(c *desk.Call) bool { return c.Conference }) {
		return nil
	}
	return errors.New("there is no conference")
}

func anyCall(s *desk.State, is func(*desk.Call) bool) bool {
	for i := range s.Calls {
		if is(&s.Calls[i]) {
			return true
		}
	}
	return false
}

// putThrough opens the transfer panel as F4 does, and chooses.
func putThrough(s *desk.State, c *desk.Call, r Request) ([]desk.Event, phone.CallID, error) {
	if err := needed(r.Do, "a number", r.Number); err != nil {
		return nil, "", err
	}
	if consulting(s) == nil {
		return nil, "", errors.New("somebody is being consulted already")
	}
	return []desk.Event{
		desk.TransferOpened{Call: c.ID},
		desk.TransferChosen{Number: r.Number, Announced: r.Do == "consult"},
	}, c.ID, nil
}

func callCommand(r Request, id phone.CallID) desk.Event {
	switch r.Do {
	case "answer":
		return desk.AnswerPressed{Call: id}
	case "reject":
		return desk.RejectPressed{Call: id}
	case "hangup":
		return desk.HangupPressed{Call: id}
	case "hold":
		return desk.HoldAsked{Call: id}
	case "resume":
		return desk.ResumeAsked{Call: id}
	case "wait":
		return desk.WaitPressed{Call: id}
	case "speak":
		return desk.CutInPressed{Call: id}
	case "recording":
		return desk.RecordingPaused{Call: id}
	}
	return desk.DTMFPressed{Call: id, Digits: r.Digits}
}

// suits says in which phases a command makes sense.
var suits = map[string][]desk.Phase{
	"answer":    {desk.Ringing, desk.Machine},
	"reject":    {desk.Ringing},
	"hangup":    {desk.Talking, desk.Back, desk.Held, desk.Dialing, desk.Ringing, desk.Machine},
	"hold":      {desk.Talking},
	"resume":    {desk.Back, desk.Held},
	"dtmf":      {desk.Talking},
	"wait":      {desk.Ringing},
	"speak":     {desk.Talking},
	"recording": {desk.Talking, desk.Held},
	"transfer":  {desk.Talking, desk.Back, desk.Held},
	"consult":   {desk.Talking, desk.Back, desk.Held},
}

// pick finds the call a command means: the named one, or the first that suits,
// in the order of the phases above.
func pick(s *desk.State, id phone.CallID, do string) *desk.Call {
	for _, phase := range suits[do] {
		for i := range s.Calls {
			if c := &s.Calls[i]; c.Phase == phase && (id == "" || c.ID == id) {
				return c
			}
		}
	}
	return nil
}
