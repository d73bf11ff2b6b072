package store

import (
	"context"
	"encoding/json"

	"permanence/clients"
	"permanence/phone"
	"permanence/store/shared"
	"permanence/ui/desk"
)

// Put writes a row in place of what was there, in its table and in the search.
func (r *rows) Put(ctx context.Context, row shared.Row) error {
	if r.ahead {
		if err := r.keepBase(ctx, row.Kind, row.ID); err != nil {
			return err
		}
	}
	if row.Gone {
		return r.putTombstone(ctx, row)
	}
	switch row.Kind {
	case shared.Operator:
		return putAs(ctx, r, row, r.putOperator)
	case shared.Client:
		return putAs(ctx, r, row, r.putClient)
	case shared.Message:
		return putAs(ctx, r, row, r.putMessage)
	case shared.Appointment:
		return putAs(ctx, r, row, r.putAppointment)
	case shared.Delivery:
		return putAs(ctx, r, row, r.putDelivery)
	case shared.Change:
		return putAs(ctx, r, row, r.putChange)
	case shared.Conflict:
		return putAs(ctx, r, row, r.putConflict)
	case shared.Lease:
		return putAs(ctx, r, row, r.putLease)
	}
	return r.putOther(ctx, row)
}

// putAs reads a row's body for the one who files it. A body that does not read is of a
// newer program: it is kept among the others and shown to nobody.
func putAs[T any](ctx context.Context, r *rows, row shared.Row, put func(context.Context, shared.Row, T) error) error {
	var v T
	if err := json.Unmarshal(row.Body, &v); err == nil {
		return put(ctx, row, v)
	}
	if err := r.remove(ctx, row.Kind, row.ID); err != nil {
		return err
	}
	return r.putOther(ctx, row)
}

func (r *rows) putOperator(ctx context.Context, row shared.Row, o clients.Operator) error {
	return r.exec(ctx, `INSERT INTO operator (id, seq, name, body) VALUES (?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, name = excluded.name, body = excluded.body`,
		row.ID, row.Seq, o.Name, string(row.Body))
}

func (r *rows) putClient(ctx context.Context, row shared.Row, c clients.Client) error {
	err := r.exec(ctx, `INSERT INTO client (id, seq, archived, sort, words, body) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, archived = excluded.archived, sort = excluded.sort,
			words = excluded.words, body = excluded.body`,
		row.ID, row.Seq, c.Archived, fold(c.Name), clientWords(&c), string(row.Body))
	if err == nil {
		err = r.exec(ctx, `DELETE FROM did WHERE client = ?`, row.ID)
	}
	if c.Archived {
		return err
	}
	// A number that the office has given from one client to another may come with the
	// new one before it leaves the old one.
	for _, did := range c.DIDs {
		if err == nil {
			err = r.exec(ctx, `INSERT OR REPLACE INTO did (number, client) VALUES (?, ?)`, did, row.ID)
		}
	}
	return err
}

// putMessage files a message. The draft it was typed in goes in the same transaction,
// so that after a crash it is never both.
func (r *rows) putMessage(ctx context.Context, row shared.Row, m clients.Message) error {
	number := phone.ParseNumber(m.Number)
	err := r.exec(ctx, `INSERT INTO message (id, seq, client, call, number, at, body) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, client = excluded.client, call = excluded.call,
			number = excluded.number, at = excluded.at, body = excluded.body`,
		row.ID, row.Seq, row.Client, m.Call, number, micros(m.TakenAt), string(row.Body))
	if err != nil {
		return err
	}
	if err := r.exec(ctx, `DELETE FROM draft WHERE message = ?`, row.ID); err != nil {
		return err
	}
	if err := r.listSpoken(ctx, m); err != nil {
		return err
	}
	return r.findMessage(ctx, m, number)
}

// listSpoken lists what the caller left, if that could not be done when it was
// left: the disk was full, perhaps. Else the file would be deleted as nobody's.
func (r *rows) listSpoken(ctx context.Context, m clients.Message) error {
	if m.TakenAt.IsZero() || !isSoundID(m.Sound) || r.store.hasSound(m.Sound) != nil {
		return nil
	}
	return putSound(ctx, r.tx, spokenIn(m), `ON CONFLICT (id) DO UPDATE SET body = excluded.body, made = excluded.made,
		delete_on = excluded.delete_on WHERE `+unended)
}

// spokenIn is what the caller left with a message.
func spokenIn(m clients.Message) clients.Sound {
	return clients.Sound{
		ID: m.Sound, Kind: clients.SoundMessage, Client: m.Client, Call: phone.CallID(m.Call), Title: m.Number,
		Length: m.SoundLength, Made: m.TakenAt, DeleteOn: m.TakenAt.AddDate(0, 0, clients.MaxRecordingDays),
	}
}

// findMessage makes the message and its caller findable.
func (r *rows) findMessage(ctx context.Context, m clients.Message, number phone.Number) error {
	x := indexer{ctx: ctx, db: r}
	words := []string{m.Name, m.Text, m.Number}
	for _, v := range m.Fields {
		words = append(words, v)
	}
	err := x.put(found{
		kind: desk.HitMessage, ref: string(m.ID), client: m.Client, number: number, at: micros(m.TakenAt),
		title: m.Name, detail: beginning(m.Text), words: indexWords(words...),
	})
	if err != nil || number == "" {
		return err
	}
	return x.caller(number, m.Name, m.Client, micros(m.TakenAt))
}

func (r *rows) putAppointment(ctx context.Context, row shared.Row, a clients.Appointment) error {
	err := r.exec(ctx, `INSERT INTO appointment (id, seq, client, start, stop, cancelled, body) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, client = excluded.client, start = excluded.start,
			stop = excluded.stop, cancelled = excluded.cancelled, body = excluded.body`,
		row.ID, row.Seq, row.Client, micros(a.Start), micros(a.End), a.Cancelled, string(row.Body))
	if err != nil {
		return err
	}
	x := indexer{ctx: ctx, db: r}
	if a.Cancelled {
		return x.remove(desk.HitAppointment, string(row.ID))
	}
	return x.put(found{
		kind: desk.HitAppointment, ref: string(row.ID), client: row.Client, number: phone.ParseNumber(a.Number),
		at: micros(a.Start), title: a.Name, detail: beginning(a.Note),
		words: indexWords(a.Name, a.Note, a.Number),
	})
}

func (r *rows) putDelivery(ctx context.Context, row shared.Row, d clients.Delivery) error {
	return r.exec(ctx, `INSERT INTO delivery (id, seq, message, state, next_try, body) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, message = excluded.message, state = excluded.state,
			next_try = excluded.next_try, body = excluded.body`,
		row.ID, row.Seq, d.Message, d.State, micros(d.NextTry), string(row.Body))
}

func (r *rows) putChange(ctx context.Context, row shared.Row, c shared.FieldChange) error {
	return r.exec(ctx, `INSERT INTO change (id, seq, client, kind, row, field, actor, desk, at, body)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, client = excluded.client,
			kind = excluded.kind, row = excluded.row, field = excluded.field, actor = excluded.actor,
			desk = excluded.desk, at = excluded.at, body = excluded.body`,
		row.ID, row.Seq, row.Client, c.Kind, c.Row, c.Field, c.Actor, c.Desk, micros(c.At), string(row.Body))
}

func (r *rows) putConflict(ctx context.Context, row shared.Row, c clients.Conflict) error {
	return r.exec(ctx, `INSERT INTO conflict (id, seq, client, open, body) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, client = excluded.client, open = excluded.open, body = excluded.body`,
		row.ID, row.Seq, row.Client, c.Settled == nil, string(row.Body))
}

func (r *rows) putLease(ctx context.Context, row shared.Row, l clients.Lease) error {
	return r.exec(ctx, `INSERT INTO lease (id, seq, client, desk, start, stop, body) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, client = excluded.client, desk = excluded.desk,
			start = excluded.start, stop = excluded.stop, body = excluded.body`,
		row.ID, row.Seq, row.Client, row.Desk, micros(l.Start), micros(l.End), string(row.Body))
}

func (r *rows) putOther(ctx context.Context, row shared.Row) error {
	return r.exec(ctx, `INSERT OR REPLACE INTO other (kind, id, seq, client, desk, gone, body) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		row.Kind, row.ID, row.Seq, row.Client, row.Desk, row.Gone, string(row.Body))
}

// putTombstone leaves nothing of a row but that it was there.
func (r *rows) putTombstone(ctx context.Context, row shared.Row) error {
	if !r.ahead {
		if err := r.trace(ctx, row.Kind, row.ID); err != nil {
			return err
		}
	}
	if err := r.remove(ctx, row.Kind, row.ID); err != nil {
		return err
	}
	row.Body = nil
	return r.putOther(ctx, row)
}
