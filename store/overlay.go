package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strconv"

	"permanence/clients"
	"permanence/store/shared"
)

// What this desk did and the office does not have lies over the office's rows: the
// tables hold both, merged, and base holds the office's rows of what was touched.

// applyAhead keeps a mutation for the office and carries it out.
func (r *rows) applyAhead(ctx context.Context, m shared.Mutation, c clients.Change) error {
	if err := r.mustHold(ctx, c); err != nil {
		return err
	}
	if err := r.enqueue(ctx, m); err != nil {
		return err
	}
	return mustBeDone(r.carryOut(ctx, m))
}

func (r *rows) enqueue(ctx context.Context, m shared.Mutation) error {
	body, err := json.Marshal(m)
	if err != nil {
		return shared.Refuse(shared.CodeBadChange, "%s: %v", m.Name, err)
	}
	return r.exec(ctx, `INSERT INTO pending (uuid, body) VALUES (?, ?)`, m.ID, string(body))
}

// carryOut applies a mutation on top of the office's rows, and keeps those.
func (r *rows) carryOut(ctx context.Context, m shared.Mutation) (shared.Result, error) {
	r.ahead = true
	defer func() { r.ahead = false }()
	return shared.ApplyAhead(ctx, r, m)
}

// keepBase keeps the office's row before it is touched for the first time.
func (r *rows) keepBase(ctx context.Context, kind shared.Kind, id clients.ID) error {
	kept, err := r.found(ctx, `SELECT 1 FROM base WHERE kind = ? AND id = ?`, kind, id)
	if kept || err != nil {
		return err
	}
	row, err := r.Row(ctx, kind, id)
	if errors.Is(err, shared.ErrNoRow) {
		return r.exec(ctx, `INSERT INTO base (kind, id, row) VALUES (?, ?, NULL)`, kind, id)
	}
	if err != nil {
		return err
	}
	return r.putBase(ctx, row)
}

func (r *rows) putBase(ctx context.Context, row shared.Row) error {
	body, err := json.Marshal(row)
	if err != nil {
		return err
	}
	return r.exec(ctx, `INSERT OR REPLACE INTO base (kind, id, row) VALUES (?, ?, ?)`, row.Kind, row.ID, string(body))
}

// forget takes all rows to be unknown to the office until it shows them again. They
// stay to be seen and searched meanwhile: a secretary may be on the telephone.
func (r *rows) forget(ctx context.Context) error {
	from := `SELECT kind, id FROM other`
	for _, kind := range kinds() {
		from += ` UNION ALL SELECT '` + string(kind) + `', id FROM ` + tableOf[kind]
	}
	if err := r.exec(ctx, `DELETE FROM base`); err != nil {
		return err
	}
	return r.exec(ctx, `INSERT OR IGNORE INTO base (kind, id, row) SELECT kind, id, NULL FROM (`+from+`)`)
}

// batch is how many rows or mutations are held in memory at a time.
const batch = 500

// rebuild puts the office's rows back in place of what was made of them, and carries
// out again what it still does not have. It shows which rows may look different.
func (r *rows) rebuild(ctx context.Context, show func(shared.Row)) error {
	if err := r.putBack(ctx, show); err != nil {
		return err
	}
	for place := int64(0); ; {
		list, last, err := r.pending(ctx, `acked = 0 AND place > ?`, place, batch)
		if err != nil || len(list) == 0 {
			return err
		}
		for _, m := range list {
			// What is refused wrote nothing. It stays pending: the office decides.
			if _, err := r.carryOut(ctx, m); err != nil {
				if _, refused := shared.Refusal(err); !refused {
					return err
				}
			}
		}
		place = last
	}
}

// putBack puts the office's rows back.
func (r *rows) putBack(ctx context.Context, show func(shared.Row)) error {
	var after key
	for {
		list, err := r.query(ctx, `SELECT kind, id, row FROM base WHERE (kind, id) > (?, ?) ORDER BY kind, id LIMIT ?`,
			after.kind, after.id, batch)
		images, err := collect(list, err, scanImage)
		if err != nil {
			return err
		}
		if len(images) == 0 {
			return r.exec(ctx, `DELETE FROM base`)
		}
		for _, image := range images {
			if err := r.uncover(ctx, image, show); err != nil {
				return err
			}
		}
		after = images[len(images)-1].key
	}
}

// uncover puts one of the office's rows back, and shows what was there and what is now.
func (r *rows) uncover(ctx context.Context, image image, show func(shared.Row)) error {
	now, err := r.Row(ctx, image.kind, image.id)
	if err != nil && !errors.Is(err, shared.ErrNoRow) {
		return err
	}
	if err == nil {
		show(now)
	}
	if image.row != nil {
		show(*image.row)
	}
	return r.restore(ctx, image, now)
}

// restore puts one of the office's rows back. One that this desk made just so only
// gets its number: after a joining that is true of nearly all.
func (r *rows) restore(ctx context.Context, image image, now shared.Row) error {
	if image.row == nil {
		return r.remove(ctx, image.kind, image.id)
	}
	was := *image.row
	if table, ok := tableOf[was.Kind]; ok && same(was, now) {
		return r.exec(ctx, `UPDATE `+table+` SET seq = ? WHERE id = ?`, was.Seq, was.ID)
	}
	if err := r.exec(ctx, `DELETE FROM other WHERE kind = ? AND id = ?`, was.Kind, was.ID); err != nil {
		return err
	}
	return r.Put(ctx, was)
}

func same(a, b shared.Row) bool {
	return !a.Gone && !b.Gone && a.Client == b.Client && a.Desk == b.Desk && bytes.Equal(a.Body, b.Body)
}

// image is a row of base.
type image struct {
	key
	row *shared.Row // nil: the office has none
}

func scanImage(s *sql.Rows) (image, error) {
	var i image
	var body []byte
	if err := s.Scan(&i.kind, &i.id, &body); err != nil || body == nil {
		return i, err
	}
	i.row = new(shared.Row)
	return i, json.Unmarshal(body, i.row)
}

// pending reads the queue, from a condition with one place in it, at most limit; -1 is
// all. The place of the last one is returned.
func (r *rows) pending(ctx context.Context, where string, after int64, limit int) ([]shared.Mutation, int64, error) {
	place := after
	rows, err := r.query(ctx, `SELECT place, body FROM pending WHERE `+where+
		` ORDER BY place LIMIT `+strconv.Itoa(limit), after)
	list, err := collect(rows, err, func(s *sql.Rows) (shared.Mutation, error) {
		m := shared.Mutation{Desk: r.office.Desk}
		var body []byte
		if err := s.Scan(&place, &body); err != nil {
			return m, err
		}
		return m, json.Unmarshal(body, &m)
	})
	return list, place, err
}
