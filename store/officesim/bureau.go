package officesim

import (
	"fmt"

	"permanence/clients"
)

// bureau is one of those that the office serves, with its desks.
type bureau struct {
	name      string
	ledger    *ledger
	stations  []*station
	operators []clients.Operator
	clients   []clients.ID
}

// found makes what a bureau has on its first day, at the office.
func (b *bureau) found(w *world, p *premises) error {
	for i := range 5 {
		c := clients.Client{
			ID: w.id(), Name: fmt.Sprintf("%s cabinet %d", b.name, i), DIDs: []string{fmt.Sprintf("+3315000%d%03d", len(b.name), i)},
			Recipients: []clients.Recipient{{Name: "Cabinet", Channel: "mail", Address: "cabinet@client.invalid"}}, Agenda: hours(),
		}
		b.clients = append(b.clients, c.ID)
		if err := b.first(w, p, clients.CreateClient{Client: c}); err != nil {
			return err
		}
	}
	b.operators = []clients.Operator{
		{ID: w.id(), Name: "Claire", Role: clients.Supervisor},
		{ID: w.id(), Name: "Nadia", Role: clients.Secretary},
		{ID: w.id(), Name: "Zoé", Role: clients.Secretary, Clients: b.clients[:3]},
		{ID: w.id(), Name: "Anaïs", Role: clients.Secretary, Clients: b.clients[2:]},
	}
	for _, o := range b.operators {
		if err := b.first(w, p, clients.SaveOperator{Operator: o}); err != nil {
			return err
		}
	}
	return nil
}

func (b *bureau) first(w *world, p *premises, c clients.Change) error {
	_, err := p.offices[b.name].Apply(p.ctx, clients.Mutation{ID: w.id(), At: w.now, Change: c})
	return err
}
