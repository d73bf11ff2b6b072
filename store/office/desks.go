package office

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"permanence/clients"
	"permanence/store/shared"
)

// DeskCard is the body of a desk's row: a paired machine, as all desks see it.
type DeskCard struct {
	ID      clients.ID `json:"id"`
	Name    string     `json:"name"`
	Paired  time.Time  `json:"paired"`
	Revoked time.Time  `json:"revoked,omitzero"` // zero as long as it is one
}

// SaveDesk writes a desk's row. also writes what belongs to it beside the rows, in the
// same transaction; an error of it takes everything back.
func (o *Office) SaveDesk(ctx context.Context, card DeskCard, also func(*sql.Tx) error) error {
	body, err := json.Marshal(card)
	if err != nil {
		return err
	}
	return o.change(ctx, func(t *turn) error {
		if err := t.Put(ctx, shared.Row{Kind: shared.Desk, ID: card.ID, Seq: t.seq, Body: body}); err != nil {
			return err
		}
		return also(t.tx)
	})
}

// Desk reads a desk's row; false when the bureau has none of this ID.
func (o *Office) Desk(ctx context.Context, id clients.ID) (card DeskCard, found bool, err error) {
	err = o.db.read(ctx, func(tx *sql.Tx) error {
		card, found, err = value[DeskCard](ctx, o.rows(tx), shared.Desk, id)
		return err
	})
	return card, found, err
}

// Write runs f in one transaction on the database, and again when another one got in
// its way. It is for what stands beside the office in the same database: its door.
func (d *Database) Write(ctx context.Context, f func(*sql.Tx) error) error { return d.write(ctx, f) }

// Read runs f in one transaction that sees one moment and writes nothing.
func (d *Database) Read(ctx context.Context, f func(*sql.Tx) error) error { return d.read(ctx, f) }
