package control

import (
	"errors"

	"permanence/clients"
	"permanence/ui/desk"
)

// messageEvent finds the event of a command about the message in hand: "open" brings a
// client's card to the front, "type" writes the message's text whole, "send" sends it.
func messageEvent(s *desk.State, r Request) (e desk.Event, known bool, err error) {
	switch r.Do {
	case "open":
		if s.Directory.Client(clients.ID(r.Client)) == nil {
			return nil, true, errors.New("no such client")
		}
		return desk.ClientOpened{Client: clients.ID(r.Client)}, true, nil
	case "type":
		return desk.DraftTyped{Ticket: s.Front, Field: "text", Value: r.Text}, true, needed(r.Do, "a card in front", string(s.Front))
	case "send":
		return desk.SendPressed{Ticket: s.Front}, true, needed(r.Do, "a card in front", string(s.Front))
	}
	return nil, false, nil
}

// joiningEvent finds the event of a command by which a machine without a window becomes
// a desk, and an operator logs in on it.
func joiningEvent(r Request) (e desk.Event, known bool, err error) {
	switch r.Do {
	case "pair":
		return desk.PairAsked{Address: r.Address, Code: r.Code, DeskName: r.Name}, true,
			errors.Join(needed("pair", "an address", r.Address), needed("pair", "a code", r.Code))
	case "login":
		return desk.LoginAsked{Name: r.Name, Password: r.Password}, true, needed("login", "a name", r.Name)
	}
	return nil, false, nil
}

// bookNext gives the next free slot of the client in front to a caller.
func bookNext(name string) []desk.Event {
	return []desk.Event{desk.NextFreePressed{}, desk.BookingTyped{Field: "name", Value: name}, desk.BookingConfirmed{}}
}
