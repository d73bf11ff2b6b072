package linktest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"permanence/clients"
	"permanence/store/shared"
	"permanence/store/shared/sharedtest"
	"permanence/store/wire"
)

// Office carries out the rules on rows in memory and answers as an office does.
type Office struct {
	Rows        sharedtest.Memory
	Incarnation int // another one when it comes from a backup
	Rights      int // other ones when somebody's rights were changed
	seq         int64
	known       map[clients.ID]shared.Result
}

// NewOffice makes an office without rows.
func NewOffice() *Office {
	return &Office{Rows: sharedtest.Memory{}, known: map[clients.ID]shared.Result{}}
}

// Push carries out what a desk did, each mutation once.
func (o *Office) Push(ctx context.Context, desk clients.ID, list []shared.Mutation) (map[clients.ID]shared.Result, error) {
	results := map[clients.ID]shared.Result{}
	for _, m := range list {
		m.Desk = desk
		r, err := o.one(ctx, m)
		if err != nil {
			return nil, err
		}
		results[m.ID] = r
	}
	return results, nil
}

func (o *Office) one(ctx context.Context, m shared.Mutation) (shared.Result, error) {
	if r, ok := o.known[m.ID]; ok {
		return r, nil
	}
	r, err := shared.Apply(ctx, o.Rows, o.seq+1, m)
	if r.Outcome == shared.Unknown {
		return r, nil
	}
	o.seq++
	if code, refused := shared.Refusal(err); refused {
		err = shared.KeepRefused(ctx, o.Rows, o.seq, m, code)
	}
	o.known[m.ID] = r
	return r, err
}

// Put writes a row under the next number, as the office's own doings do.
func (o *Office) Put(r shared.Row) {
	o.seq++
	r.Seq = o.seq
	o.Rows[sharedtest.Key{Kind: r.Kind, ID: r.ID}] = r
}

// errCursor is a cursor that this office never gave.
var errCursor = errors.New("linktest: not a cursor")

// Pull gives a page of at most limit rows.
func (o *Office) Pull(cursor string, pending []clients.ID, limit int) (wire.PullAnswer, error) {
	incarnation, rights, after := o.Incarnation, o.Rights, int64(0)
	if cursor != "" {
		if _, err := fmt.Sscanf(cursor, "%d/%d/%d", &incarnation, &rights, &after); err != nil {
			return wire.PullAnswer{}, errCursor
		}
	}
	page := wire.PullAnswer{Head: o.seq, Again: incarnation != o.Incarnation}
	if page.Again || rights != o.Rights {
		after, page.Reset = 0, true
	}
	rows := o.after(after)
	n := o.whole(rows, limit)
	page.Rows, page.Left = rows[:n], len(rows)-n
	page.More = page.Left > 0
	if n > 0 {
		after = rows[n-1].Seq
	}
	page.Cursor = fmt.Sprintf("%d/%d/%d", o.Incarnation, o.Rights, after)
	if !page.More {
		page.Acked = slices.DeleteFunc(slices.Clone(pending), func(id clients.ID) bool { _, ok := o.known[id]; return !ok })
	}
	return page, nil
}

// after lists the rows that a desk has not seen, in the order of their numbers.
func (o *Office) after(seq int64) []shared.Row {
	var rows []shared.Row
	for _, r := range o.Rows {
		if r.Seq > seq {
			rows = append(rows, r)
		}
	}
	slices.SortFunc(rows, func(a, b shared.Row) int {
		return cmp.Or(cmp.Compare(a.Seq, b.Seq), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID))
	})
	return rows
}

// whole ends a page between two numbers, since the cursor is one.
func (o *Office) whole(rows []shared.Row, limit int) int {
	if len(rows) <= limit {
		return len(rows)
	}
	n := limit
	for n < len(rows) && rows[n].Seq == rows[n-1].Seq {
		n++
	}
	return n
}

// Restore takes the office back to how it was at a copy of it.
func (o *Office) Restore(backup *Office) {
	next := o.Incarnation + 1
	*o = *backup.Copy()
	o.Incarnation = next
}

// Copy is a backup.
func (o *Office) Copy() *Office {
	c := NewOffice()
	c.seq, c.Incarnation, c.Rights = o.seq, o.Incarnation, o.Rights
	maps.Copy(c.Rows, o.Rows)
	maps.Copy(c.known, o.known)
	return c
}
