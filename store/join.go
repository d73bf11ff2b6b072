package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"

	"github.com/google/uuid"

	"permanence/clients"
	"permanence/store/link"
	"permanence/store/shared"
)

// Join makes the desk a member of an office: what it did alone becomes pending, and
// everything is taken from the office anew.
func (s *Store) Join(ctx context.Context, m link.Membership) error {
	if m.Desk == "" {
		return shared.Refuse(shared.CodeBadChange, "a member needs an ID")
	}
	body, err := json.Marshal(m)
	if err != nil {
		return shared.Refuse(shared.CodeBadChange, "membership: %v", err)
	}
	return s.change(ctx, "joining the office", func(r *rows) error {
		if r.linked() {
			return r.rejoin(ctx, body)
		}
		if err := r.enqueueAlone(ctx); err != nil {
			return err
		}
		if err := errors.Join(r.forget(ctx), r.forgetGiven(ctx)); err != nil {
			return err
		}
		return r.exec(ctx, `UPDATE membership SET body = ?, cursor = '', behind = 1, anew = 1, stepped = 0`, string(body))
	})
}

// rejoin keeps another certificate or address of an office that the desk belongs to.
func (r *rows) rejoin(ctx context.Context, body []byte) error {
	return r.exec(ctx, `UPDATE membership SET body = ?`, string(body))
}

// enqueueAlone makes what the desk did alone pending, in its order. What it has sent it
// tells first, so that the office does not send it again.
func (r *rows) enqueueAlone(ctx context.Context) error {
	var left int64
	if err := r.row(ctx, `SELECT left FROM membership`).Scan(&left); err != nil {
		return err
	}
	for seq := left; ; {
		list, last, err := r.alone(ctx, seq)
		if err != nil {
			return err
		}
		if len(list) == 0 {
			return r.exec(ctx, `DELETE FROM mutation`)
		}
		for _, m := range list {
			if err := r.enqueueOne(ctx, m, max(left, 0)); err != nil {
				return err
			}
		}
		seq = last
	}
}

// alone reads a batch of what the desk did alone after a number, and the number of the
// last one. What was erased meanwhile is not told.
func (r *rows) alone(ctx context.Context, after int64) (list []shared.Mutation, last int64, err error) {
	rows, err := r.query(ctx, `SELECT seq, uuid, name, args, actor, at FROM mutation
		WHERE seq > ? AND args <> '{}' ORDER BY seq LIMIT ?`, after, batch)
	list, err = collect(rows, err, func(s *sql.Rows) (m shared.Mutation, err error) {
		var at int64
		err = s.Scan(&last, &m.ID, &m.Name, (*[]byte)(&m.Args), &m.Actor, &at)
		m.At = timeOf(at)
		return m, err
	})
	return list, last, err
}

func (r *rows) enqueueOne(ctx context.Context, m shared.Mutation, left int64) error {
	c, err := clients.DecodeChange(m.Name, m.Args)
	if err != nil {
		return r.enqueue(ctx, m) // the office says what it thinks of it
	}
	switch c := c.(type) {
	case clients.PatchClient:
		// Numbers of the desk's own mean nothing to the office: the author had seen what
		// the office had when they parted, and nothing since.
		c.Saw = min(c.Saw, left)
		if m.Args, err = json.Marshal(c); err != nil {
			return err
		}
	case clients.TakeMessage:
		if err := r.enqueueReports(ctx, m, c.Message.ID); err != nil {
			return err
		}
	}
	return r.enqueue(ctx, m)
}

// enqueueReports tells how far the deliveries of a message have come.
func (r *rows) enqueueReports(ctx context.Context, taken shared.Mutation, message clients.ID) error {
	list, err := r.query(ctx, `SELECT body FROM delivery WHERE message = ? AND state <> 'waiting' ORDER BY rowid`, message)
	deliveries, err := collect(list, err, scanDelivery)
	if err != nil {
		return err
	}
	for _, d := range deliveries {
		m := clients.Mutation{
			ID: clients.ID(uuid.NewSHA1(uuid.NameSpaceOID, []byte(d.ID+"/report")).String()),
			At: taken.At, Actor: taken.Actor, Change: clients.ReportDelivery{Delivery: d},
		}
		report, err := shared.NewMutation(m, "")
		if err == nil {
			err = r.enqueue(ctx, report)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Leave makes the desk stand alone again, with the rows it has. What it has not told
// the office it keeps as its own, and tells it if it joins again.
func (s *Store) Leave(ctx context.Context) error {
	return s.change(ctx, "leaving the office", func(r *rows) error {
		if !r.linked() {
			return nil
		}
		left, err := r.next(ctx)
		if err != nil {
			return err
		}
		if err := r.own(ctx); err != nil {
			return err
		}
		if err := r.takeOver(ctx); err != nil {
			return err
		}
		for _, query := range []string{`DELETE FROM pending`, `DELETE FROM lease`, `DELETE FROM receipt`} {
			if err := r.exec(ctx, query); err != nil {
				return err
			}
		}
		return r.exec(ctx, `UPDATE membership SET body = '', cursor = '', behind = 0, anew = 0, left = ?`, left)
	})
}

// own gives the rows that the office does not have a number of this desk's. The others
// keep the office's, though this desk changed them: their deliveries are the office's
// to send.
func (r *rows) own(ctx context.Context) error {
	list, err := r.query(ctx, `SELECT kind, id FROM base WHERE row IS NULL`)
	keys, err := collect(list, err, scanKey)
	if err != nil {
		return err
	}
	seq, err := r.next(ctx)
	if err != nil {
		return err
	}
	for _, k := range keys {
		row, err := r.Row(ctx, k.kind, k.id)
		if errors.Is(err, shared.ErrNoRow) {
			continue
		}
		row.Seq = seq
		if err == nil {
			err = r.Put(ctx, row)
		}
		if err != nil {
			return err
		}
	}
	return r.exec(ctx, `DELETE FROM base`)
}

// takeOver writes what is pending down among the mutations of this desk, but nothing that
// tells of what was erased.
func (r *rows) takeOver(ctx context.Context) error {
	n, err := r.count(ctx, `DELETE FROM pending WHERE told = 0 AND acked = 0 AND `+ofErased)
	if err != nil {
		return err
	}
	r.scrubbed = r.scrubbed || n > 0
	list, _, err := r.pending(ctx, `told = 0 AND acked = 0 AND place > ?`, 0, -1)
	if err != nil {
		return err
	}
	for _, m := range list {
		seq, err := r.next(ctx)
		if err == nil {
			err = r.exec(ctx, `INSERT INTO mutation (uuid, seq, name, args, actor, at) VALUES (?, ?, ?, ?, ?, ?)`,
				m.ID, seq, m.Name, string(m.Args), m.Actor, micros(m.At))
		}
		if err != nil {
			return err
		}
	}
	return nil
}
