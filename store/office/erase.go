package office

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"permanence/clients"
	"permanence/store/shared"
	"permanence/store/shared/planted"
)

// Belonging lists the rows that go when this one is erased.
func (r *rows) Belonging(ctx context.Context, kind shared.Kind, id clients.ID) ([]shared.Row, error) {
	speaking := "%" + escapeLike(string(id)) + "%"
	list, err := r.query(ctx, `NOT gone AND kind = 'conflict' AND id <> $2 AND body LIKE $3 ESCAPE '\' ORDER BY seq, id`, id, speaking)
	if err != nil {
		return nil, err
	}
	var with []shared.Row
	switch kind {
	case shared.Client:
		with, err = r.query(ctx, `NOT gone AND client = $2 AND kind <> 'change' AND NOT (kind = 'client' AND id = $2)
			ORDER BY seq, kind, id`, id)
		list = slices.DeleteFunc(list, func(c shared.Row) bool { return c.Client == id })
	case shared.Message:
		with, err = r.query(ctx, `NOT gone AND kind = 'delivery' AND body LIKE $2 ESCAPE '\' AND client =
			(SELECT client FROM shared_row WHERE bureau = $1 AND kind = 'message' AND id = $3) ORDER BY seq, id`, speaking, id)
		with = slices.DeleteFunc(with, func(d shared.Row) bool { return !delivers(d, id) })
	}
	return append(list, with...), err
}

func delivers(row shared.Row, message clients.ID) bool {
	var d clients.Delivery
	return json.Unmarshal(row.Body, &d) == nil && d.Message == message
}

// escapeLike makes a pattern that only the text itself fits.
func escapeLike(s string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s)
}

// Scrub takes every trace of a row out of what lies beside the rows, and remembers
// that it was erased: a backup that is put back still has it.
func (r *rows) Scrub(ctx context.Context, kind shared.Kind, id clients.ID) error {
	if err := errors.Join(r.rememberErased(ctx, kind, id), r.db.engine.owe(ctx, r.tx)); err != nil {
		return err
	}
	for _, query := range tracesOf(kind) {
		if planted.Is(planted.ErasureLeaves) {
			continue
		}
		if _, err := r.tx.ExecContext(ctx, query, r.bureau, id); err != nil {
			return err
		}
	}
	if kind == shared.Client {
		if err := r.forgetSounds(ctx, `client = $2`, id); err != nil {
			return err
		}
	}
	return r.buryChanges(ctx, kind, id)
}

func (r *rows) rememberErased(ctx context.Context, kind shared.Kind, id clients.ID) error {
	_, err := r.tx.ExecContext(ctx, `INSERT INTO erased (bureau, kind, id, seq) VALUES ($1, $2, $3, $4)
		ON CONFLICT (bureau, kind, id) DO NOTHING`, r.bureau, kind, id, r.seq)
	return err
}

// wasErased reports whether the row that a mutation speaks of was erased, or the client
// it belongs to: it is then not made again, nor kept as refused or held, whenever it comes.
func (r *rows) wasErased(ctx context.Context, m shared.Mutation) (bool, error) {
	c, err := clients.DecodeChange(m.Name, m.Args)
	if err != nil {
		return false, nil //nolint:nilerr // the rules say what is wrong with it
	}
	client, err := shared.ClientOf(ctx, r, c)
	if err != nil {
		return false, err
	}
	return isErased(ctx, r.tx, r.bureau, subject(c), client)
}

// isErased reports whether a row was erased, or its client with all that is of it.
func isErased(ctx context.Context, tx *sql.Tx, bureau string, row, client clients.ID) (bool, error) {
	return exists(ctx, tx, `SELECT 1 FROM erased WHERE bureau = $1 AND (id = $2 OR kind = 'client' AND id = $3)`,
		bureau, row, client)
}

func tracesOf(kind shared.Kind) []string {
	queries := []string{`UPDATE mutation SET args = '' WHERE bureau = $1 AND ref = $2`}
	switch kind {
	case shared.Message:
		queries = append(queries, `DELETE FROM draft WHERE bureau = $1 AND message = $2`)
	case shared.Client:
		queries = append(queries, `UPDATE mutation SET args = '' WHERE bureau = $1 AND client = $2`,
			`DELETE FROM draft WHERE bureau = $1 AND client = $2`)
	}
	return queries
}

// buryChanges leaves tombstones where the history of a row was, so that desks forget
// it too.
func (r *rows) buryChanges(ctx context.Context, kind shared.Kind, id clients.ID) error {
	_, err := r.tx.ExecContext(ctx, `UPDATE shared_row SET seq = $3, body = '', ref = '', gone = $4
		WHERE bureau = $1 AND kind = 'change' AND ref = $2`, r.bureau, changeOf(kind, id), r.seq, true)
	return err
}

// forgetSounds deletes voices by a condition, in which $1 is the bureau and $2 the ID.
func (r *rows) forgetSounds(ctx context.Context, condition string, id clients.ID) error {
	for _, query := range []string{
		`DELETE FROM sound_part WHERE bureau = $1 AND upload IN (SELECT upload FROM sound WHERE bureau = $1 AND ` + condition + `)`,
		`DELETE FROM sound WHERE bureau = $1 AND ` + condition,
	} {
		if _, err := r.tx.ExecContext(ctx, query, r.bureau, id); err != nil {
			return err
		}
	}
	return nil
}

// scour takes the bytes of what was erased out of the files. While somebody reads them
// that must wait: Tend tries again.
func (o *Office) scour(ctx context.Context) error {
	if !o.dirty.Swap(false) {
		return nil
	}
	err := o.db.engine.scour(ctx, o.db)
	if err != nil {
		o.dirty.Store(true)
	}
	return err
}
