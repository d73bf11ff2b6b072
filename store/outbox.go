package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strconv"
	"time"

	"github.com/google/uuid"

	"permanence/clients"
	"permanence/clients/dispatch"
	"permanence/store/shared"
)

// Outbox lists the deliveries that have not left, waiting and failed, the oldest
// first.
func (s *Store) Outbox(ctx context.Context) ([]clients.Delivery, error) {
	var list []clients.Delivery
	err := s.read(ctx, "reading the outbox", func(tx *sql.Tx) (err error) {
		list, err = loadOutbox(ctx, tx)
		return err
	})
	return list, err
}

func loadOutbox(ctx context.Context, tx *sql.Tx) ([]clients.Delivery, error) {
	rows, err := tx.QueryContext(ctx, `SELECT body FROM delivery WHERE state <> 'sent' ORDER BY rowid`)
	return collect(rows, err, scanDelivery)
}

// Message reads a message and its deliveries.
func (s *Store) Message(ctx context.Context, id clients.ID) (clients.Message, []clients.Delivery, error) {
	m, err := one(ctx, s, "message", id, `SELECT seq, body FROM message WHERE id = ?`, scanMessage)
	if err != nil {
		return m, nil, err
	}
	rows, err := s.reader.QueryContext(ctx, `SELECT body FROM delivery WHERE message = ? ORDER BY rowid`, id)
	list, err := collect(rows, err, scanDelivery)
	return m, list, failed("reading a message", err)
}

// Retry puts a failed delivery back to waiting, due at once, whatever this desk's clock
// says.
func (s *Store) Retry(ctx context.Context, delivery clients.ID, _ time.Time) error {
	return s.deliver(ctx, delivery, func(d *clients.Delivery) {
		d.State, d.NextTry = clients.Waiting, time.Time{}
	})
}

// deliver changes a delivery. One that was sent stays as it is, so that a late
// report cannot send it again. A desk that has an office asks it to: the office sends.
func (s *Store) deliver(ctx context.Context, id clients.ID, change func(*clients.Delivery)) error {
	return s.change(ctx, "writing to the outbox", func(r *rows) error {
		row, err := r.Row(ctx, shared.Delivery, id)
		if errors.Is(err, shared.ErrNoRow) || err == nil && row.Gone {
			return notFound("delivery", id)
		}
		if err != nil {
			return err
		}
		var d clients.Delivery
		if err := json.Unmarshal(row.Body, &d); err != nil || d.State == clients.Sent {
			return err
		}
		change(&d)
		if r.linked() {
			return r.report(ctx, d)
		}
		if row.Body, err = json.Marshal(d); err != nil {
			return err
		}
		return r.Put(ctx, row)
	})
}

// report tells the office of a delivery, in the name of who works at this desk.
func (r *rows) report(ctx context.Context, d clients.Delivery) error {
	settings, err := loadSettings(ctx, r.tx)
	if err != nil {
		return err
	}
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	return r.apply(ctx, clients.Mutation{
		ID: clients.ID(id.String()), At: r.store.now(), Actor: settings.Operator, Change: clients.ReportDelivery{Delivery: d},
	})
}

// Queue is the outbox as dispatch takes it.
type Queue struct{ s *Store }

var _ dispatch.Queue = Queue{}

// Queue gives the outbox to dispatch.
func (s *Store) Queue() Queue { return Queue{s} }

// Due lists waiting deliveries whose next try is not after now, the longest
// waiting first, at most limit. A desk that has an office has none: the office sends.
// Nor does a desk that has left one send what was the office's to send.
func (q Queue) Due(ctx context.Context, now time.Time, limit int) ([]dispatch.Job, error) {
	rows, err := q.s.reader.QueryContext(ctx, `SELECT delivery.body, message.seq, message.body,
			coalesce(client.seq, 0), coalesce(client.body, '{}'), coalesce(operator.body, '{}')
		FROM delivery JOIN message ON message.id = delivery.message
		LEFT JOIN client ON client.id = message.client
		LEFT JOIN operator ON operator.id = message.body ->> 'taken_by'
		WHERE delivery.state = 'waiting' AND delivery.next_try <= ?
			AND EXISTS (SELECT 1 FROM membership WHERE body = '' AND left < delivery.seq)
		ORDER BY delivery.next_try, delivery.rowid LIMIT `+strconv.Itoa(limit), micros(now))
	jobs, err := collect(rows, err, scanJob)
	return jobs, failed("reading the outbox", err)
}

func scanJob(r *sql.Rows) (dispatch.Job, error) {
	var j dispatch.Job
	var delivery, message, client, operator []byte
	err := r.Scan(&delivery, &j.Message.Version, &message, &j.Client.Version, &client, &operator)
	if err != nil {
		return j, err
	}
	return j, errors.Join(json.Unmarshal(delivery, &j.Delivery), json.Unmarshal(message, &j.Message),
		json.Unmarshal(client, &j.Client), json.Unmarshal(operator, &j.Operator))
}

// Sent counts an attempt and records that the recipient's server accepted.
func (q Queue) Sent(ctx context.Context, id clients.ID, at time.Time) error {
	return q.s.deliver(ctx, id, func(d *clients.Delivery) {
		d.State, d.SentAt, d.NextTry, d.Error = clients.Sent, at, time.Time{}, ""
		d.Attempts++
	})
}

// Retry counts an attempt and keeps the delivery waiting until next.
func (q Queue) Retry(ctx context.Context, id clients.ID, next time.Time, words string) error {
	return q.s.deliver(ctx, id, func(d *clients.Delivery) {
		d.State, d.NextTry, d.Error = clients.Waiting, next, words
		d.Attempts++
	})
}

// Fail counts an attempt and gives the delivery up until a person retries it.
func (q Queue) Fail(ctx context.Context, id clients.ID, words string) error {
	return q.s.deliver(ctx, id, func(d *clients.Delivery) {
		d.State, d.NextTry, d.Error = clients.Failed, time.Time{}, words
		d.Attempts++
	})
}
