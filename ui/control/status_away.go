package control

import (
	"maps"
	"slices"

	"permanence/clients"
	"permanence/ui/desk"
)

// Passing says how far the other side of a call is with being put through.
type Passing struct {
	To   string `json:"to"`
	Step string `json:"step"` // "asked", "ringing", "done"; "" before the other side took the wish
}

// Transfer is the panel of F4.
type Transfer struct {
	Call    string `json:"call"`              // who is put through
	With    string `json:"with,omitempty"`    // the call to who is consulted
	Problem string `json:"problem,omitempty"` // code of why the last try failed
}

// Emergency is what the window shows while an emergency service is called.
type Emergency struct {
	Call    string `json:"call"`
	Number  string `json:"number"`
	Address string `json:"address"`
	Client  string `json:"client,omitempty"`
	Place   string `json:"place,omitempty"` // the client's address
}

// Forward is a rule that is in use.
type Forward struct {
	Line   string `json:"line,omitempty"`   // "" is every line, or a client's rule
	Client string `json:"client,omitempty"` // the client's name
	When   string `json:"when"`
	After  int    `json:"after_s,omitempty"`
	To     string `json:"to"`
	Name   string `json:"name,omitempty"`
	Hours  bool   `json:"hours,omitempty"` // only at certain hours
}

func passingOf(c desk.Call) *Passing {
	if c.PassingTo == "" && c.Passing == "" {
		return nil
	}
	return &Passing{To: c.PassingTo, Step: string(c.Passing)}
}

func transferOf(s *desk.State) *Transfer {
	if s.Transfer == nil {
		return nil
	}
	t := s.Transfer
	return &Transfer{Call: string(t.Call), With: string(t.With), Problem: t.Problem.Code}
}

func emergencyOf(s *desk.State) *Emergency {
	if s.Calling == nil {
		return nil
	}
	e := s.Calling
	return &Emergency{
		Call: string(e.Call), Number: string(e.Number), Address: e.Address,
		Client: clientName(s, e.Client), Place: e.Place,
	}
}

// forwardsOf lists the rules in use, those of lines before those of clients.
func forwardsOf(s *desk.State) []Forward {
	list := []Forward{}
	for _, line := range slices.Sorted(maps.Keys(s.Settings.Forwards)) {
		for _, f := range s.Settings.Forwards[line] {
			list = addForward(list, f, string(line), "")
		}
	}
	for _, c := range s.Directory.List() {
		for _, f := range c.Forwards {
			list = addForward(list, f, "", c.Name)
		}
	}
	return list
}

func addForward(list []Forward, f clients.Forward, line, client string) []Forward {
	if f.Off {
		return list
	}
	return append(list, Forward{
		Line: line, Client: client, When: string(f.When), After: f.After, To: f.To, Name: f.Name, Hours: !f.Hours.Empty(),
	})
}

func lampsOf(s *desk.State) map[string]string {
	lamps := map[string]string{}
	for name, state := range s.Lamps {
		lamps[name] = string(state)
	}
	return lamps
}

func clientName(s *desk.State, id clients.ID) string {
	if c := s.Directory.Client(id); c != nil {
		return c.Name
	}
	return ""
}
