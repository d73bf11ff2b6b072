package service

import (
	"context"
	"strings"
	"time"

	"permanence/clients"
	"permanence/store/office"
	"permanence/store/office/door"
)

// AccessQuery asks who read what.
type AccessQuery struct {
	From     time.Time `json:"from"`
	To       time.Time `json:"to"`
	Client   string    `json:"client,omitempty"`   // its ID or name; "" is all
	Operator string    `json:"operator,omitempty"` // her ID or name; "" is all
}

// Reading is a line of the access record, with the names that people know. What has no
// name any more is its ID.
type Reading struct {
	At       time.Time `json:"at"`
	Operator string    `json:"operator"`
	Desk     string    `json:"desk"`
	What     string    `json:"what"`
	ID       string    `json:"id,omitempty"`
	Clients  []string  `json:"clients,omitempty"`
}

// mostReadings bounds an answer.
const mostReadings = 10000

// access lists who read what, the newest first.
func (s *Service) access(ctx context.Context, in *opened, q *AccessQuery) ([]Reading, error) {
	if q == nil {
		q = &AccessQuery{}
	}
	n, err := namesOf(ctx, in)
	if err != nil {
		return nil, err
	}
	f := office.AccessFilter{From: q.From, To: q.To, Limit: mostReadings}
	if q.Client != "" {
		if f.Client, err = find(n.cards, q.Client); err != nil {
			return nil, err
		}
	}
	if q.Operator != "" {
		if f.Operator, err = n.operator(q.Operator); err != nil {
			return nil, err
		}
	}
	found, err := in.office.Accesses(ctx, f)
	list := make([]Reading, 0, len(found))
	for _, a := range found {
		list = append(list, n.reading(a))
	}
	return list, err
}

// names are what people call the desks, operators and clients of a bureau.
type names struct {
	cards     []clients.Client
	operators []clients.Operator
	of        map[clients.ID]string
}

func namesOf(ctx context.Context, in *opened) (n names, err error) {
	if n.cards, err = in.office.Clients(ctx); err != nil {
		return n, err
	}
	if n.operators, err = in.door.Operators(ctx); err != nil {
		return n, err
	}
	st, err := in.office.Status(ctx)
	n.of = map[clients.ID]string{}
	for _, c := range n.cards {
		n.of[c.ID] = c.Name
	}
	for _, o := range n.operators {
		n.of[o.ID] = o.Name
	}
	for _, d := range st.Desks {
		n.of[d.ID] = d.Name
	}
	return n, err
}

func (n names) operator(said string) (clients.ID, error) {
	for _, o := range n.operators {
		if string(o.ID) == said || strings.EqualFold(o.Name, said) {
			return o.ID, nil
		}
	}
	return "", door.ErrNoOperator
}

func (n names) name(id clients.ID) string {
	if name := n.of[id]; name != "" {
		return name
	}
	return string(id)
}

func (n names) reading(a office.Access) Reading {
	r := Reading{At: a.At, Operator: n.name(a.Operator), Desk: n.name(a.Desk), What: a.What, ID: string(a.ID)}
	for _, c := range a.Clients {
		r.Clients = append(r.Clients, n.name(c))
	}
	return r
}
