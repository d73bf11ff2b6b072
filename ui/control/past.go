package control

import (
	"context"
	"time"

	"permanence/clients"
	"permanence/phone"
	"permanence/ui/desk"
)

// Past is where calls are that are over; desk.Store is one. A program reads it
// there, so that what the window shows stays as the operator left it.
type Past interface {
	Calls(ctx context.Context, f desk.CallFilter, before time.Time, limit int) ([]desk.Entry, error)
	Call(ctx context.Context, id phone.CallID) (desk.CallRecord, error)
}

// The pages of the list of calls that a program may ask for.
const (
	pageUsual = 100
	pageMost  = 1000
)

// past answers a request for the list of calls or for one of them.
func (s *Server) past(ctx context.Context, r Request) Reply {
	if r.Do == "call" {
		record, err := s.c.Past.Call(ctx, phone.CallID(r.Call))
		if err != nil {
			return Reply{Error: err.Error()}
		}
		return Reply{OK: true, Record: recordOf(record)}
	}
	page, err := s.page(ctx, r)
	if err != nil {
		return Reply{Error: err.Error()}
	}
	return Reply{OK: true, Calls: page}
}

// page reads one call more than asked for, to know whether there are more.
func (s *Server) page(ctx context.Context, r Request) (*Calls, error) {
	limit := pageUsual
	if r.Limit > 0 {
		limit = min(r.Limit, pageMost)
	}
	f := desk.CallFilter{Kind: desk.CallKind(r.Kind), Client: clients.ID(r.Client), Query: r.Query}
	list, err := s.c.Past.Calls(ctx, f, r.Before, limit+1)
	if err != nil {
		return nil, err
	}
	page := &Calls{Calls: []PastCall{}, More: len(list) > limit}
	for _, e := range list[:min(limit, len(list))] {
		page.Calls = append(page.Calls, pastOf(e))
	}
	return page, nil
}

// Calls is a page of the list of all calls, newest first.
type Calls struct {
	Calls []PastCall `json:"calls"`
	More  bool       `json:"more"` // ask again, with before set to the last one's arrived_at
}

// PastCall is a call that is over.
type PastCall struct {
	ID            string      `json:"id"`
	Line          string      `json:"line"`
	Direction     string      `json:"direction"`
	Client        string      `json:"client"`
	ClientID      string      `json:"client_id,omitempty"`
	Caller        Party       `json:"caller"`
	Called        string      `json:"called,omitempty"` // the number that was dialled to reach us
	Diversions    []Diversion `json:"diversions,omitempty"`
	Shown         string      `json:"shown,omitempty"` // the number that an outgoing call showed
	ArrivedAt     time.Time   `json:"arrived_at"`
	Talked        float64     `json:"talked_s"`
	Cause         string      `json:"cause"`
	Missed        bool        `json:"missed"`
	TransferredTo string      `json:"transferred_to,omitempty"`
	Message       string      `json:"message,omitempty"`
	Delivery      string      `json:"delivery,omitempty"`
	Appointment   string      `json:"appointment,omitempty"`
}

// Diversion is one forwarding that a call went through, the last one first.
type Diversion struct {
	Source string `json:"source"`
	From   Party  `json:"from"`
	Reason string `json:"reason,omitempty"`
}

// Record is all that is known of one past call.
type Record struct {
	PastCall
	Steps []Step `json:"steps"`
	Raw   []byte `json:"raw,omitempty"` // the first request, in base64: it may hold anything
}

// Step is one line of a call's journal.
type Step struct {
	At    time.Time `json:"at"`
	Kind  string    `json:"kind"` // "arrived", "answered", "held", "resumed", "transferred", "noted", "ended"
	Actor string    `json:"actor,omitempty"`
}

func recordOf(r desk.CallRecord) *Record {
	out := &Record{PastCall: pastOf(r.Entry), Steps: []Step{}, Raw: r.Raw}
	for _, s := range r.Steps {
		out.Steps = append(out.Steps, Step{At: s.At, Kind: string(s.Kind), Actor: string(s.Actor)})
	}
	return out
}

func pastOf(e desk.Entry) PastCall {
	p := PastCall{
		ID: string(e.Call), Line: string(e.Line), Direction: e.Direction.String(), Client: e.ClientName, ClientID: string(e.Client),
		Caller: Party{Name: e.Name, Number: string(e.Number)}, Called: string(e.Called), Diversions: diversionsOf(e.Diversions),
		Shown: string(e.Shown), ArrivedAt: e.ArrivedAt, Cause: string(e.Cause), Missed: e.Missed, TransferredTo: e.TransferredTo,
		Message: string(e.Message), Delivery: string(e.Delivery), Appointment: string(e.Appointment),
	}
	if !e.AnsweredAt.IsZero() && e.EndedAt.After(e.AnsweredAt) {
		p.Talked = e.EndedAt.Sub(e.AnsweredAt).Seconds()
	}
	return p
}

func diversionsOf(list []phone.Diversion) []Diversion {
	var out []Diversion
	for _, d := range list {
		from := Party{Name: d.From.Name, Number: or(string(d.From.Number), d.From.URI), Withheld: d.From.Withheld}
		out = append(out, Diversion{Source: string(d.Source), From: from, Reason: d.Reason})
	}
	return out
}
