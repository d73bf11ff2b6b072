package control

import (
	"errors"
	"slices"
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

	Since  *time.Time `json:"since,omitempty"`    // when the desk was last heard
	Call   string     `json:"call,omitempty"`     // where it stood: "talking", "held"; absent when it was over
	Talked float64    `json:"talked_s,omitempty"` // for how long by then
	Called string     `json:"called,omitempty"`   // the number that was called
	Text   string     `json:"text,omitempty"`     // as far as it was typed
}

func officeOf(s *desk.State) *Office {
	o := &s.Office
	if !o.Linked() && o.Pairing == nil {
		return nil
	}
	out := &Office{
		Phase: string(o.Phase), Bureau: o.Bureau, Since: moment(o.Since), Problem: o.Problem.Code,
		Unsent: o.Unsent, Done: o.Done, Total: o.Total, Conflicts: len(s.Unsettled()), Desks: []Desk{}, Offers: []Offer{},
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
		out.Desks = append(out.Desks, deskOf(s, p))
	}
	for _, f := range s.Offers {
		out.Offers = append(out.Offers, offerOf(s, f))
	}
	return out
}

func deskOf(s *desk.State, p desk.Presence) Desk {
	return Desk{
		ID: string(p.Desk), Name: p.DeskName, Operator: p.Name, Standing: string(p.Standing),
		Reason: p.Reason, Client: clientName(s, p.Client),
	}
}

func offerOf(s *desk.State, f desk.Offer) Offer {
	d := f.Draft
	return Offer{
		Desk: string(f.Desk), Ticket: string(d.Ticket), From: or(f.Name, f.DeskName), Client: clientName(s, d.Message.Client),
		Caller: Party{Name: or(d.Message.Name, d.Caller.Name), Number: string(d.Caller.Number), Withheld: d.Caller.Withheld},
		Since:  moment(f.Since), Call: whereItStood(d), Talked: f.Talked().Seconds(), Called: string(d.Called), Text: d.Message.Text,
	}
}

func whereItStood(d desk.RemoteDraft) string {
	switch {
	case !d.Talking:
		return ""
	case d.Held:
		return string(desk.Held)
	}
	return string(desk.Talking)
}

// ofOffice lists what happened in the bureau: how this desk stands with the office,
// what the others do, what may be taken over, what a person has to settle.
func ofOffice(a, b *desk.State) []Happening {
	var h []Happening
	if standing(a) != standing(b) {
		h = append(h, Happening{Event: "office", Office: officeOf(b)})
	}
	for _, p := range b.Office.Desks {
		if d := deskOf(b, p); !slices.ContainsFunc(a.Office.Desks, func(old desk.Presence) bool { return deskOf(a, old) == d }) {
			h = append(h, Happening{Event: "presence", Desk: &d})
		}
	}
	for _, f := range b.Offers {
		o := offerOf(b, f)
		known := func(old desk.Offer) bool { return old.Desk == f.Desk && old.Draft.Ticket == f.Draft.Ticket }
		if !slices.ContainsFunc(a.Offers, known) {
			h = append(h, Happening{Event: "takeover", Offer: &o})
		}
	}
	if n := len(b.Unsettled()); n != len(a.Unsettled()) {
		h = append(h, Happening{Event: "conflicts", Conflicts: &n})
	}
	return h
}

// standing is what of the way to the office is worth a line. What is unsent has its
// own, and the rows of a first copy are read in the status.
func standing(s *desk.State) any {
	o := officeOf(s)
	if o == nil {
		return nil
	}
	return [...]string{o.Phase, o.Problem, o.Pairing, o.Away}
}

// callTakenBack calls the caller of the message in front, which was taken over.
func callTakenBack(s *desk.State) (desk.Event, error) {
	t := s.FrontTicket()
	if t == nil || t.From == (desk.Origin{}) {
		return nil, errors.New("callback needs a call, or a message in front that was taken over")
	}
	return desk.TicketCalledBack{Ticket: t.ID}, nil
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
