package office

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"permanence/clients"
	"permanence/store/wire"
)

// Status is how an office stands, for who looks after it.
type Status struct {
	Head      int64        `json:"head"` // the number of the last change
	Desks     []DeskStatus `json:"desks"`
	Waiting   int          `json:"waiting"`         // deliveries
	Oldest    time.Time    `json:"oldest,omitzero"` // when the first of them is due
	Failed    int          `json:"failed"`          // deliveries given up
	Conflicts int          `json:"conflicts"`       // open
}

// DeskStatus is how a desk stands.
type DeskStatus struct {
	DeskCard

	Operator string        `json:"operator,omitempty"` // the name of who was there last
	Standing wire.Standing `json:"standing,omitempty"`
	Heard    time.Time     `json:"heard,omitzero"`   // when it last told of itself
	InStep   time.Time     `json:"in_step,omitzero"` // when it last had everything, and nothing unsent
}

// Status looks how the office stands.
func (o *Office) Status(ctx context.Context) (s Status, err error) {
	err = o.db.read(ctx, func(tx *sql.Tx) error {
		h, err := o.rows(tx).head(ctx)
		if err != nil {
			return err
		}
		s.Head = h.seq
		if err := o.countQueue(ctx, tx, &s); err != nil {
			return err
		}
		s.Desks, err = o.deskStatus(ctx, tx)
		return err
	})
	return s, err
}

func (o *Office) countQueue(ctx context.Context, tx *sql.Tx, s *Status) error {
	var oldest int64
	err := tx.QueryRowContext(ctx, `SELECT
			count(CASE WHEN kind = 'delivery' AND ref = 'waiting' THEN 1 END),
			count(CASE WHEN kind = 'delivery' AND ref = 'failed' THEN 1 END),
			count(CASE WHEN kind = 'conflict' AND ref = 'open' THEN 1 END),
			coalesce(min(CASE WHEN kind = 'delivery' AND ref = 'waiting' THEN start END), 0)
		FROM shared_row WHERE bureau = $1 AND kind IN ('delivery', 'conflict')`, o.Bureau).
		Scan(&s.Waiting, &s.Failed, &s.Conflicts, &oldest)
	s.Oldest = timeOf(oldest)
	return err
}

func (o *Office) deskStatus(ctx context.Context, tx *sql.Tx) ([]DeskStatus, error) {
	found, err := tx.QueryContext(ctx, `SELECT r.body, coalesce(p.body, '{}'), coalesce(p.heard, 0), coalesce(p.doubted, 0), coalesce(c.clear, 0)
		FROM shared_row r
		LEFT JOIN presence p ON p.bureau = r.bureau AND p.desk = r.id
		LEFT JOIN contact c ON c.bureau = r.bureau AND c.desk = r.id
		WHERE r.bureau = $1 AND r.kind = 'desk' AND NOT r.gone ORDER BY r.id`, o.Bureau)
	return collect(found, err, o.scanDesk)
}

func (o *Office) scanDesk(r *sql.Rows) (DeskStatus, error) {
	var d DeskStatus
	var card, told string
	var heard, doubted, clear int64
	if err := r.Scan(&card, &told, &heard, &doubted, &clear); err != nil {
		return d, err
	}
	var p wire.Presence
	if err := errors.Join(json.Unmarshal([]byte(card), &d.DeskCard), json.Unmarshal([]byte(told), &p)); err != nil {
		return d, err
	}
	d.Operator, d.Standing, d.Heard, d.InStep = p.Name, p.Standing, timeOf(heard), timeOf(clear)
	if d.Standing != "" && d.Standing != wire.Off && o.silent(d.Heard, doubted) {
		d.Standing = wire.Lost
	}
	return d, nil
}

// Clients lists the bureau's clients by name.
func (o *Office) Clients(ctx context.Context) (list []clients.Client, err error) {
	err = o.db.read(ctx, func(tx *sql.Tx) error {
		rows, err := o.rows(tx).query(ctx, `kind = 'client' AND NOT gone ORDER BY id`)
		if err == nil {
			list, err = decodeAll[clients.Client](rows)
		}
		return err
	})
	return list, err
}
