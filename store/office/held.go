package office

import (
	"context"
	"database/sql"
	"slices"

	"permanence/clients"
	"permanence/store/shared"
)

// Held is a change that a revoked desk brought up, with the names of what it is about.
type Held struct {
	clients.Conflict
	Operator   string
	Desk       string
	ClientName string
}

// Held lists what is kept "à vérifier" and has not been judged, the oldest first.
func (o *Office) Held(ctx context.Context) (list []Held, err error) {
	err = o.db.read(ctx, func(tx *sql.Tx) error {
		r := o.rows(tx)
		rows, err := r.query(ctx, `kind = 'conflict' AND ref = 'open' AND NOT gone ORDER BY seq, id`)
		if err != nil {
			return err
		}
		open, err := decodeAll[clients.Conflict](rows)
		if err != nil {
			return err
		}
		for _, c := range slices.DeleteFunc(open, func(c clients.Conflict) bool { return !c.Held() }) {
			h, err := r.named(ctx, c)
			if err != nil {
				return err
			}
			list = append(list, h)
		}
		return nil
	})
	return list, err
}

// named finds the names of who brought a change up and of the client that it is about.
func (r *rows) named(ctx context.Context, c clients.Conflict) (Held, error) {
	by, _, err := value[clients.Operator](ctx, r, shared.Operator, c.Later.By)
	if err != nil {
		return Held{}, err
	}
	desk, _, err := value[DeskCard](ctx, r, shared.Desk, c.Later.Desk)
	if err != nil {
		return Held{}, err
	}
	client, _, err := value[clients.Client](ctx, r, shared.Client, c.Client)
	return Held{Conflict: c, Operator: by.Name, Desk: desk.Name, ClientName: client.Name}, err
}

// Conflict reads a conflict; one that is not there is zero.
func (o *Office) Conflict(ctx context.Context, id clients.ID) (c clients.Conflict, err error) {
	err = o.db.read(ctx, func(tx *sql.Tx) error {
		c, _, err = value[clients.Conflict](ctx, o.rows(tx), shared.Conflict, id)
		return err
	})
	return c, err
}
