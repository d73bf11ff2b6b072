package service

import (
	"context"

	"permanence/clients"
	"permanence/store/shared"
)

// erase takes a client, a message or an appointment out of the whole bureau, and writes
// that down where no back-up undoes it.
func (s *Service) erase(ctx context.Context, in *opened, q Request) error {
	what := q.Erase
	if shared.Kind(what.Kind) == shared.Client {
		known, err := in.office.Clients(ctx)
		if err != nil {
			return err
		}
		if what.ID, err = find(known, string(what.ID)); err != nil {
			return err
		}
	}
	result, err := in.office.Apply(ctx, clients.Mutation{ID: newID(), At: s.o.Now(), Change: what})
	if err != nil {
		return err
	}
	if result.Outcome != shared.OK {
		return &Refused{"office.no-such", "service: " + result.Code + ": " + result.Detail}
	}
	return in.ledger.keep(ctx, in)
}
