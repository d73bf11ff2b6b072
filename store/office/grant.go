package office

import (
	"context"
	"database/sql"
	"slices"

	"permanence/clients"
	"permanence/store/shared/planted"
	"permanence/store/wire"
)

// A draft that was given to a desk is on that desk's screen, and maybe nowhere else: the
// gift is a loan until the desk tells the copy among its own drafts, or has sent it.

// grant is a draft that was given, and not confirmed.
type grant struct {
	desk, ticket clients.ID // whose it was
	message      clients.ID
	taken        clients.ID // who was given it
	at           int64
}

// lapse takes back what was given and confirmed by nobody in time, and reports whether
// there was any. What the desk has sent meanwhile, from a disk of which the office has
// not heard, is confirmed by that.
func (o *Office) lapse(ctx context.Context, tx *sql.Tx) (news bool, err error) {
	found, err := tx.QueryContext(ctx, `SELECT desk, ticket, message, taken, granted FROM draft
		WHERE bureau = $1 AND granted <> 0 ORDER BY desk, ticket`, o.Bureau)
	list, err := collect(found, err, func(r *sql.Rows) (g grant, err error) {
		return g, r.Scan(&g.desk, &g.ticket, &g.message, &g.taken, &g.at)
	})
	if err != nil {
		return false, err
	}
	for _, g := range list {
		if age := o.Now().Sub(timeOf(max(g.at, -g.at))); age >= 0 && age <= wire.GrantFor {
			continue // a clock that was set back makes an end of it too
		}
		if err := o.end(ctx, tx, g); err != nil {
			return false, err
		}
		news = true
	}
	return news, nil
}

// end settles who has a draft whose grant is over.
func (o *Office) end(ctx context.Context, tx *sql.Tx, g grant) error {
	sent, err := exists(ctx, tx, `SELECT 1 FROM shared_row WHERE bureau = $1 AND kind = 'message' AND id = $2`,
		o.Bureau, clients.CopyOf(g.message, g.taken))
	if err != nil {
		return err
	}
	if !sent && !planted.Is(planted.GrantForGood) {
		g.taken = ""
	}
	_, err = tx.ExecContext(ctx, `UPDATE draft SET taken = $4, granted = 0 WHERE bureau = $1 AND desk = $2 AND ticket = $3`,
		o.Bureau, g.desk, g.ticket, g.taken)
	return err
}

// letGo begins the end of a grant when a desk is done with its copy while the author is
// back: it has sent the message, which will come, or has left it to her. Such a grant has its time as a negative number: the author is still told who had it.
func (b *beat) letGo(ctx context.Context, still []wire.Draft) error {
	found, err := b.tx.QueryContext(ctx, `SELECT t.desk, t.ticket, t.message, t.taken, c.message FROM draft t
		JOIN draft c ON c.bureau = t.bureau AND c.desk = t.taken AND c.run = $3
		JOIN presence p ON p.bureau = t.bureau AND p.desk = t.desk AND p.heard >= $4
		WHERE t.bureau = $1 AND t.taken = $2 AND t.granted = 0 AND t.orphan = 0`,
		b.bureau, b.p.Desk, b.run, micros(b.now.Add(-wire.LostAfter)))
	list, err := collect(found, err, func(r *sql.Rows) (g struct {
		grant
		copy clients.ID
	}, err error,
	) {
		return g, r.Scan(&g.desk, &g.ticket, &g.message, &g.taken, &g.copy)
	})
	for _, g := range list {
		kept := slices.ContainsFunc(still, func(d wire.Draft) bool { return d.Message.ID == g.copy })
		if kept || g.copy != clients.CopyOf(g.message, b.p.Desk) || err != nil {
			continue
		}
		_, err = b.tx.ExecContext(ctx, `UPDATE draft SET granted = $4 WHERE bureau = $1 AND desk = $2 AND ticket = $3`,
			b.bureau, g.desk, g.ticket, -micros(b.now))
	}
	return err
}

// confirm notes that a desk has on its disk what it took over. It has it also when the
// grant had lapsed or was lost with a backup, unless somebody else has it now.
func (b *beat) confirm(ctx context.Context, d wire.Draft) error {
	if d.Of == "" || d.Message.ID != clients.CopyOf(d.Of, b.p.Desk) {
		return nil
	}
	result, err := b.tx.ExecContext(ctx, `UPDATE draft SET taken = $3, granted = 0
		WHERE bureau = $1 AND message = $2 AND (taken = '' OR taken = $3 AND granted <> 0)`, b.bureau, string(d.Of), b.p.Desk)
	if err != nil {
		return err
	}
	n, err := result.RowsAffected()
	b.news = b.news || n > 0
	return err
}
