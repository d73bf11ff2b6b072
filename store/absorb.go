package store

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"

	"permanence/store/link"
	"permanence/store/shared"
	"permanence/store/shared/planted"
	"permanence/store/wire"
)

// Absorb takes a page of the office's rows in. What is pending lies on top of them again
// when the last page is in; until then the rows under it are only kept.
func (s *Store) Absorb(ctx context.Context, page wire.PullAnswer) (link.Changed, error) {
	var a absorption
	if planted.Is(planted.CursorFirst) {
		if _, err := s.writer.ExecContext(ctx, `UPDATE membership SET cursor = ?`, page.Cursor); err != nil {
			return a.changed, err
		}
	}
	err := s.change(ctx, "taking in what the office has", func(r *rows) error {
		if !r.linked() {
			return shared.Refuse(shared.CodeBadChange, "rows for a desk that belongs to no office")
		}
		a = absorption{rows: r, seen: map[key]bool{}}
		return a.take(ctx, page)
	})
	return a.changed, err
}

// absorption is one page on its way in.
type absorption struct {
	*rows
	covered bool // base holds something
	behind  bool // what is pending must be carried out again
	anew    bool // everything is being taken anew
	changed link.Changed
	seen    map[key]bool
}

func (a *absorption) take(ctx context.Context, page wire.PullAnswer) error {
	if err := a.begin(ctx, page); err != nil {
		return err
	}
	for _, row := range page.Rows {
		if err := a.takeRow(ctx, row); err != nil {
			return err
		}
	}
	if err := a.acknowledge(ctx, page); err != nil {
		return err
	}
	a.behind = a.behind || len(page.Rows) > 0 || len(page.Acked) > 0
	if !page.More {
		if err := a.end(ctx, page.Head); err != nil {
			return err
		}
	}
	return a.exec(ctx, `UPDATE membership SET cursor = ?, behind = ?, anew = ?`, page.Cursor, a.behind, a.anew)
}

func (a *absorption) begin(ctx context.Context, page wire.PullAnswer) error {
	err := a.row(ctx, `SELECT behind, anew FROM membership`).Scan(&a.behind, &a.anew)
	if err == nil && page.Reset {
		a.behind, a.anew, a.changed.Reset = true, true, true
		err = a.forget(ctx)
	}
	if err == nil && page.Again && !planted.Is(planted.AgainIgnored) {
		a.behind = true
		err = errors.Join(a.exec(ctx, `UPDATE pending SET told = 0, acked = 0`), a.forgetGiven(ctx))
	}
	if err != nil {
		return err
	}
	a.covered, err = a.found(ctx, `SELECT 1 FROM base LIMIT 1`)
	return err
}

// takeRow takes one row in, or under what lies on it.
func (a *absorption) takeRow(ctx context.Context, row shared.Row) error {
	if row.Gone && planted.Is(planted.TombstoneLost) {
		return nil
	}
	// A lease that ends is not erased: the booking under it, which names it, must be there
	// to be brought again.
	if row.Gone && row.Kind != shared.Lease {
		if err := a.Scrub(ctx, row.Kind, row.ID); err != nil {
			return err
		}
	}
	if row.Kind == shared.Lease && !row.Gone {
		if err := a.receive(ctx, row); err != nil {
			return err
		}
	}
	if under, err := a.takeUnder(ctx, row); under || err != nil {
		return err
	}
	now, err := a.Row(ctx, row.Kind, row.ID)
	if err == nil && now.Seq >= row.Seq {
		return nil
	}
	if err != nil && !errors.Is(err, shared.ErrNoRow) {
		return err
	}
	a.show(row)
	return a.Put(ctx, row)
}

// takeUnder keeps a row under one that this desk has changed, if there is such a one.
// What was erased is gone at once: nothing lies over it.
func (a *absorption) takeUnder(ctx context.Context, row shared.Row) (bool, error) {
	if !a.covered {
		return false, nil
	}
	list, err := a.query(ctx, `SELECT kind, id, row FROM base WHERE kind = ? AND id = ?`, row.Kind, row.ID)
	images, err := collect(list, err, scanImage)
	if err != nil || len(images) == 0 {
		return false, err
	}
	if was := images[0].row; was != nil && was.Seq >= row.Seq {
		return true, nil
	}
	if row.Gone {
		a.show(row)
		if err := a.Put(ctx, row); err != nil {
			return true, err
		}
	}
	if planted.Is(planted.BaseStale) {
		return true, nil
	}
	if settled, err := a.settle(ctx, row); settled || err != nil {
		return true, err
	}
	return true, a.putBase(ctx, row)
}

// settle puts the office's row in its place at once when it shows what this desk made of
// it: nothing lies over it, though what is pending may again. After a joining that is
// true of nearly all rows, which then need not all be put back with the last page.
func (a *absorption) settle(ctx context.Context, row shared.Row) (bool, error) {
	now, err := a.Row(ctx, row.Kind, row.ID)
	if errors.Is(err, shared.ErrNoRow) {
		return false, nil
	}
	table, ok := tableOf[row.Kind]
	// What one mutation tells of a field, none that came later lies over.
	told := row.Kind == shared.Change && !row.Gone && !now.Gone
	if err != nil || !ok || !told && !alike(row, now) {
		return false, err
	}
	a.show(row) // its number is another
	if told {
		err = a.Put(ctx, row)
	} else {
		err = a.exec(ctx, `UPDATE `+table+` SET seq = ?, body = ? WHERE id = ?`, row.Seq, string(row.Body), row.ID)
	}
	return true, errors.Join(err, a.exec(ctx, `DELETE FROM base WHERE kind = ? AND id = ?`, row.Kind, row.ID))
}

// alike reports whether two rows say the same, be it in another order: deliveries that a
// desk alone sent are written so.
func alike(a, b shared.Row) bool {
	if a.Gone || b.Gone || a.Client != b.Client || a.Desk != b.Desk {
		return false
	}
	return bytes.Equal(a.Body, b.Body) || len(a.Body) == len(b.Body) && maps.EqualFunc(fields(a), fields(b),
		func(x, y json.RawMessage) bool { return bytes.Equal(x, y) })
}

func fields(r shared.Row) (f map[string]json.RawMessage) {
	if json.Unmarshal(r.Body, &f) != nil {
		return map[string]json.RawMessage{"": r.Body} // no object: itself alone
	}
	return f
}

// acknowledge keeps what the office has apart, and lets go of it after a while.
func (a *absorption) acknowledge(ctx context.Context, page wire.PullAnswer) error {
	now := a.store.now()
	for _, id := range page.Acked {
		if err := a.exec(ctx, `UPDATE pending SET acked = ? WHERE uuid = ? AND acked = 0`, micros(now), id); err != nil {
			return err
		}
	}
	if err := a.dropErased(ctx, page); err != nil {
		return err
	}
	return a.exec(ctx, `DELETE FROM pending WHERE acked <> 0 AND acked < ?`, micros(now.Add(-keepAcked)))
}

// dropErased forgets what was kept only until the office had it, and speaks of something
// that was erased meanwhile. Its words may have been moved since the erasure.
func (a *absorption) dropErased(ctx context.Context, page wire.PullAnswer) error {
	for _, id := range page.Acked {
		n, err := a.count(ctx, `DELETE FROM pending WHERE uuid = ? AND `+ofErased, id)
		if err != nil {
			return err
		}
		a.scrubbed = a.scrubbed || n > 0
	}
	return nil
}

// end has what is still pending lie over all that came, and sets the clock of the
// shared data to the office's.
func (a *absorption) end(ctx context.Context, head int64) error {
	if err := a.owes(ctx); err != nil {
		return err
	}
	if a.behind && !planted.Is(planted.OverlayStale) {
		if err := a.rebuild(ctx, a.show); err != nil {
			return err
		}
	}
	if err := a.exec(ctx, `UPDATE head SET seq = ?`, head); err != nil {
		return err
	}
	if a.anew {
		// Calls that were answered before are older than all that comes.
		err := a.exec(ctx, `UPDATE call SET answered_head = ?1 WHERE answered_head > ?1`, head)
		if err != nil {
			return err
		}
	}
	a.behind, a.anew = false, false
	return a.exec(ctx, `UPDATE membership SET stepped = ?`, micros(a.store.now()))
}

// owes has the files cleaned once more when an earlier page erased something: what this
// desk had made of that goes only now.
func (a *absorption) owes(ctx context.Context) error {
	var owes bool
	err := a.row(ctx, `PRAGMA user_version`).Scan(&owes)
	a.scrubbed = a.scrubbed || owes
	return err
}

// show tells the window of a row.
func (a *absorption) show(row shared.Row) {
	k := key{row.Kind, row.ID}
	if a.seen[k] {
		return
	}
	a.seen[k] = true
	c := &a.changed
	switch row.Kind {
	case shared.Client:
		c.Clients = append(c.Clients, row.ID)
	case shared.Appointment, shared.Lease:
		if !slices.Contains(c.Agendas, row.Client) {
			c.Agendas = append(c.Agendas, row.Client)
		}
	case shared.Message:
		c.Messages = append(c.Messages, row.ID)
	case shared.Operator:
		c.Operators = true
	case shared.Delivery:
		c.Outbox = true
	case shared.Conflict:
		c.Conflicts = true
	case shared.Desk:
		c.Desks = true
	}
}
