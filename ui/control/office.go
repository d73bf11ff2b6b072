package control

import (
	"errors"
	"time"

	"permanence/clients"
	"permanence/ui/desk"
)

// Office says how the desk stands with its office; absent on a desk that has none
// and is not being paired.
type Office struct {
	Phase     string     `json:"phase"` // "in-step", "behind", "cut-off", "login", "copying", "revoked", "too-old"
	Bureau    string     `json:"bureau"`
	Since     *time.Time `json:"since,omitempty"`   // when it was last in step
	Problem   string     `json:"problem,omitempty"` // a code
	Unsent    int        `json:"unsent"`            // changes that the office does not have
	Done      int        `json:"done,omitempty"`    // rows of the first copy
	Total     int        `json:"total,omitempty"`
	Pairing   string     `json:"pairing,omitempty"` // "asked", "proved", "done", "failed"
	Conflicts int        `json:"conflicts"`         // open ones
	Away      string     `json:"away,omitempty"`
	Desks     []Desk     `json:"desks"`
	Offers    []Offer    `json:"offers"`
}

// Desk is what is seen of a desk of the bureau.
type Desk struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Operator string `json:"operator"`
	Standing string `json:"standing"` // "here", "call", "away", "lost", "off"
	Reason   string `json:"reason,omitempty"`
	Client   string `json:"client,omitempty"` // name, of "call"
}

// Offer is a lost desk's draft, which "takeover" takes over.
type Offer struct {
	Desk   string `json:"desk"`
	Ticket string `json:"ticket"`
	From   string `json:"from"` // who was typing
	Client string `json:"client"`
	Caller Party  `json:"caller"`
}

func officeOf(s *desk.State) *Office {
	o := &s.Office
	if !o.Linked() && o.Pairing == nil {
		return nil
	}
	out := &Office{
		Phase: string(o.Phase), Bureau: o.Bureau, Since: moment(o.Since), Problem: o.Problem.Code,
		Unsent: o.Unsent, Done: o.Done, Total: o.Total, Conflicts: len(o.Conflicts), Desks: []Desk{}, Offers: []Offer{},
	}
	if o.Away != nil {
		out.Away = or(o.Away.Reason, "away")
	}
	if o.Pairing != nil {
		out.Pairing, out.Problem = string(o.Pairing.Step), or(o.Pairing.Problem.Code, out.Problem)
	}
	if o.Login != nil {
		out.Problem = or(o.Login.Problem.Code, out.Problem)
	}
	for _, p := range o.Desks {
		out.Desks = append(out.Desks, Desk{
			ID: string(p.Desk), Name: p.DeskName, Operator: p.Name, Standing: string(p.Standing),
			Reason: p.Reason, Client: clientName(s, p.Client),
		})
	}
	for _, f := range s.Offers {
		out.Offers = append(out.Offers, Offer{
			Desk: string(f.Desk), Ticket: string(f.Draft.Ticket), From: or(f.Name, f.DeskName),
			Client: clientName(s, f.Draft.Message.Client),
			Caller: Party{Name: f.Draft.Caller.Name, Number: string(f.Draft.Caller.Number), Withheld: f.Draft.Caller.Withheld},
		})
	}
	return out
}

// takeOver takes the named draft over, or the one that has waited longest.
func takeOver(s *desk.State, ticket clients.ID) (desk.Event, error) {
	for _, o := range s.Offers {
		if ticket == "" || o.Draft.Ticket == ticket {
			return desk.TakeOverPressed{Desk: o.Desk, Ticket: o.Draft.Ticket}, nil
		}
	}
	return nil, errors.New("no lost desk's message to take over")
}
