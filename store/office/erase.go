package office

import (
	"context"
	"strings"

	"permanence/clients"
	"permanence/store/shared"
)

// Belonging lists the rows that go when this one is erased.
func (r *rows) Belonging(ctx context.Context, kind shared.Kind, id clients.ID) ([]shared.Row, error) {
	if kind == shared.Client {
		return r.query(ctx, `client = $2 AND NOT gone AND kind <> 'change' AND NOT (kind = 'client' AND id = $2)
			ORDER BY seq, kind, id`, id)
	}
	speaking := "%" + escapeLike(string(id)) + "%"
	if kind == shared.Message {
		return r.query(ctx, `kind IN ('conflict', 'delivery') AND client = (
				SELECT client FROM shared_row WHERE bureau = $1 AND kind = $2 AND id = $3)
			AND NOT gone AND body LIKE $4 ESCAPE '\' ORDER BY seq, kind, id`, kind, id, speaking)
	}
	return r.query(ctx, `kind = 'conflict' AND NOT gone AND body LIKE $2 ESCAPE '\' ORDER BY seq, id`, speaking)
}

// escapeLike makes a pattern that only the text itself fits.
func escapeLike(s string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s)
}

// Scrub takes every trace of a row out of what lies beside the rows, and remembers
// that it was erased: a backup that is put back still has it.
func (r *rows) Scrub(ctx context.Context, kind shared.Kind, id clients.ID) error {
	for _, query := range tracesOf(kind) {
		if _, err := r.tx.ExecContext(ctx, query, r.bureau, id); err != nil {
			return err
		}
	}
	if kind == shared.Client {
		if err := r.forgetSounds(ctx, `client = $2`, id); err != nil {
			return err
		}
	}
	return r.buryChanges(ctx, id)
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
func (r *rows) buryChanges(ctx context.Context, id clients.ID) error {
	_, err := r.tx.ExecContext(ctx, `UPDATE shared_row SET seq = $3, body = '', ref = '', gone = $4
		WHERE bureau = $1 AND kind = 'change' AND ref = $2`, r.bureau, id, r.seq, true)
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
