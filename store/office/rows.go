package office

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"permanence/clients"
	"permanence/store/shared"
)

// rows is the bureau's rows within one transaction.
type rows struct {
	tx     *sql.Tx
	db     *Database
	bureau string
	host   string // of Message-IDs
	seq    int64  // the number of what is being done; 0 when nothing is
}

var _ shared.Rows = (*rows)(nil)

// errRowTooLarge is a row that no desk could read.
var errRowTooLarge = errors.New("office: a row would be too large")

const columns = `kind, id, client, desk, seq, body, gone`

func scanRow(r *sql.Rows) (shared.Row, error) {
	var row shared.Row
	var body string
	err := r.Scan(&row.Kind, &row.ID, &row.Client, &row.Desk, &row.Seq, &body, &row.Gone)
	if body != "" {
		row.Body = json.RawMessage(body)
	}
	return row, err
}

// query lists rows by a condition, in which $1 is the bureau.
func (r *rows) query(ctx context.Context, condition string, args ...any) ([]shared.Row, error) {
	found, err := r.tx.QueryContext(ctx, `SELECT `+columns+` FROM shared_row WHERE bureau = $1 AND `+condition,
		append([]any{r.bureau}, args...)...)
	return collect(found, err, scanRow)
}

// Row reads a row, or shared.ErrNoRow.
func (r *rows) Row(ctx context.Context, kind shared.Kind, id clients.ID) (shared.Row, error) {
	list, err := r.query(ctx, `kind = $2 AND id = $3`, kind, id)
	if err != nil {
		return shared.Row{}, err
	}
	if len(list) == 0 {
		return shared.Row{}, fmt.Errorf("%w: %s %q", shared.ErrNoRow, kind, id)
	}
	return list[0], nil
}

// Put writes a row in place of what was there, with what queries need of its body.
func (r *rows) Put(ctx context.Context, row shared.Row) error {
	if len(row.Body) > maxRow {
		return errRowTooLarge
	}
	ix, err := indexOf(row)
	if err != nil {
		return err
	}
	if err := r.before(ctx, row); err != nil {
		return err
	}
	_, err = r.tx.ExecContext(ctx, `INSERT INTO shared_row (bureau, kind, id, seq, client, desk, ref, start, stop, body, gone)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		ON CONFLICT (bureau, kind, id) DO UPDATE SET seq = excluded.seq, client = excluded.client, desk = excluded.desk,
			ref = excluded.ref, start = excluded.start, stop = excluded.stop, body = excluded.body, gone = excluded.gone`,
		r.bureau, row.Kind, row.ID, row.Seq, row.Client, row.Desk, ix.ref, ix.start, ix.stop, string(row.Body), row.Gone)
	if err != nil {
		return err
	}
	return r.beside(ctx, row, ix)
}

// before lets what a message says by voice go with it, and not come again: a desk may
// still have it to bring.
func (r *rows) before(ctx context.Context, row shared.Row) error {
	if row.Kind != shared.Message || !row.Gone {
		return nil
	}
	_, err := r.tx.ExecContext(ctx, `INSERT INTO erased (bureau, kind, id, seq)
		SELECT bureau, 'sound', ref, $3 FROM shared_row WHERE bureau = $1 AND kind = 'message' AND id = $2 AND ref <> ''
		ON CONFLICT (bureau, kind, id) DO NOTHING`, r.bureau, row.ID, r.seq)
	if err != nil {
		return err
	}
	return r.forgetSounds(ctx, `id = (SELECT ref FROM shared_row WHERE bureau = $1 AND kind = 'message' AND id = $2)`, row.ID)
}

// beside keeps what lies in tables of its own in step with a row.
func (r *rows) beside(ctx context.Context, row shared.Row, ix index) error {
	switch row.Kind {
	case shared.Client:
		return r.giveNumbers(ctx, row.ID, ix.dids)
	case shared.Appointment:
		return r.db.engine.hold(ctx, r.tx, slot{
			bureau: r.bureau, appointment: row.ID, client: row.Client, start: ix.start, stop: ix.stop, confirmed: ix.confirmed,
		})
	case shared.Lease:
		if row.Gone {
			for _, query := range []string{
				`DELETE FROM lent WHERE bureau = $1 AND id = $2`, `DELETE FROM witness WHERE bureau = $1 AND lease = $2`,
			} {
				if _, err := r.tx.ExecContext(ctx, query, r.bureau, row.ID); err != nil {
					return err
				}
			}
		}
	case shared.Operator:
		if ix.ref == refLeft {
			_, err := r.tx.ExecContext(ctx, `DELETE FROM session WHERE bureau = $1 AND operator = $2`, r.bureau, row.ID)
			return err
		}
	case shared.Sound:
		if row.Gone {
			return r.forgetSounds(ctx, `id = $2`, row.ID)
		}
	}
	return nil
}

// giveNumbers makes the client's numbers reach it, and no longer those it gave up.
func (r *rows) giveNumbers(ctx context.Context, client clients.ID, dids []string) error {
	if _, err := r.tx.ExecContext(ctx, `DELETE FROM did WHERE bureau = $1 AND client = $2`, r.bureau, client); err != nil {
		return err
	}
	for _, did := range dids {
		_, err := r.tx.ExecContext(ctx, `INSERT INTO did (bureau, number, client) VALUES ($1, $2, $3)
			ON CONFLICT (bureau, number) DO UPDATE SET client = excluded.client`, r.bureau, did, client)
		if err != nil {
			return err
		}
	}
	return nil
}

// Owner finds the client that a number reaches; archived ones have none.
func (r *rows) Owner(ctx context.Context, did string) (clients.Client, bool, error) {
	var c clients.Client
	var id clients.ID
	err := r.tx.QueryRowContext(ctx, `SELECT client FROM did WHERE bureau = $1 AND number = $2`, r.bureau, did).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return c, false, nil
	}
	if err != nil {
		return c, false, err
	}
	row, err := r.Row(ctx, shared.Client, id)
	if err != nil {
		return c, false, err
	}
	if err := json.Unmarshal(row.Body, &c); err != nil {
		return c, false, err
	}
	c.Version = row.Seq
	return c, true, nil
}

// Overlapping lists the appointments of a client, not cancelled, that have a moment
// in [start, end).
func (r *rows) Overlapping(ctx context.Context, client clients.ID, start, end time.Time) ([]shared.Row, error) {
	return r.query(ctx, `kind = $2 AND client = $3 AND stop > $4 AND start < $5 ORDER BY start, id`,
		shared.Appointment, client, micros(start), micros(end))
}

// Lent lists the leases on a client's agenda that have a moment in [start, end). One
// binds the office until it is withdrawn.
func (r *rows) Lent(ctx context.Context, client clients.ID, start, end time.Time) ([]clients.Lease, error) {
	list, err := r.query(ctx, `kind = $2 AND client = $3 AND stop > $4 AND start < $5 ORDER BY start, id`,
		shared.Lease, client, micros(start), micros(end))
	if err != nil {
		return nil, err
	}
	return decodeAll[clients.Lease](list)
}

// Changed finds the newest change of a field after a number that did not come from
// this desk.
func (r *rows) Changed(ctx context.Context, kind shared.Kind, row clients.ID, field string, after int64, but clients.ID) (
	shared.FieldChange, bool, error,
) {
	var none shared.FieldChange
	list, err := r.query(ctx, `kind = $2 AND ref = $3 AND seq > $4 ORDER BY seq DESC, id`, shared.Change, changeOf(kind, row), after)
	if err != nil {
		return none, false, err
	}
	changes, err := decodeAll[shared.FieldChange](list)
	if err != nil {
		return none, false, err
	}
	for _, c := range changes {
		if c.Field == field && c.Desk != but {
			return c, true, nil
		}
	}
	return none, false, nil
}

// OpenConflicts lists the conflicts of a client's row that are not settled.
func (r *rows) OpenConflicts(ctx context.Context, client clients.ID) ([]clients.Conflict, error) {
	list, err := r.query(ctx, `kind = $2 AND ref = $3 AND client = $4 ORDER BY seq, id`, shared.Conflict, refOpen, client)
	if err != nil {
		return nil, err
	}
	return decodeAll[clients.Conflict](list)
}

// MailHost is the right side of the Message-IDs.
func (r *rows) MailHost(context.Context) (string, error) { return r.host, nil }

// decodeAll reads the bodies of rows.
func decodeAll[T any](list []shared.Row) ([]T, error) {
	out := make([]T, len(list))
	for i, row := range list {
		if err := json.Unmarshal(row.Body, &out[i]); err != nil {
			return nil, fmt.Errorf("%s %q: %w", row.Kind, row.ID, err)
		}
	}
	return out, nil
}
