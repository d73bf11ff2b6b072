package office

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"time"

	"permanence/clients"
	"permanence/clients/dispatch"
	"permanence/store/shared"
)

// claimFor is how long a delivery belongs to the process that took it up: longer than
// a sender may take (two minutes) and its outcome to be written down.
const claimFor = 5 * time.Minute

// Queue is the outbox as dispatch takes it. Of several processes each delivery is taken
// up by one; when that dies, another has it after a few minutes, under the same
// Message-ID.
type Queue struct{ o *Office }

var _ dispatch.Queue = Queue{}

// Queue gives the outbox to dispatch.
func (o *Office) Queue() Queue { return Queue{o} }

// Due takes up waiting deliveries whose next try is not after now, the longest waiting
// first, at most limit.
func (q Queue) Due(ctx context.Context, now time.Time, limit int) ([]dispatch.Job, error) {
	var jobs []dispatch.Job
	err := q.o.db.write(ctx, func(tx *sql.Tx) (err error) {
		jobs, err = q.take(ctx, tx, now, limit)
		return err
	})
	return jobs, err
}

func (q Queue) take(ctx context.Context, tx *sql.Tx, now time.Time, limit int) ([]dispatch.Job, error) {
	r := q.o.rows(tx)
	list, err := r.query(ctx, `kind = 'delivery' AND ref = 'waiting' AND start <= $2 AND NOT EXISTS (
			SELECT 1 FROM claim WHERE bureau = $1 AND delivery = shared_row.id AND until > $2 AND holder <> $3)
		ORDER BY start, seq, id LIMIT `+strconv.Itoa(limit+q.o.awaited.passed()), micros(now), q.o.holder)
	if err != nil {
		return nil, err
	}
	var jobs []dispatch.Job
	for _, row := range list {
		job, mine, err := q.takeOne(ctx, tx, row, now)
		if err != nil {
			return nil, err
		}
		if mine {
			jobs = append(jobs, job)
		}
		if len(jobs) == limit {
			break
		}
	}
	return jobs, nil
}

// takeOne takes a delivery up, unless it waits for its voice or is another process's.
func (q Queue) takeOne(ctx context.Context, tx *sql.Tx, row shared.Row, now time.Time) (dispatch.Job, bool, error) {
	job, err := q.o.rows(tx).job(ctx, row)
	if err != nil {
		return job, false, err
	}
	if wait, err := q.awaits(ctx, tx, job, now); err != nil || wait {
		return job, false, err
	}
	if mine, err := q.claim(ctx, tx, row.ID, now); err != nil || !mine {
		return job, false, err
	}
	// Another process may have sent it, and let it go, since it was listed.
	is, err := q.o.rows(tx).Row(ctx, row.Kind, row.ID)
	return job, is.Seq == row.Seq, err
}

// claim takes a delivery, unless another process did so at the same moment.
func (q Queue) claim(ctx context.Context, tx *sql.Tx, id clients.ID, now time.Time) (bool, error) {
	result, err := tx.ExecContext(ctx, `INSERT INTO claim (bureau, delivery, holder, until) VALUES ($1, $2, $3, $4)
		ON CONFLICT (bureau, delivery) DO UPDATE SET holder = excluded.holder, until = excluded.until
			WHERE claim.holder = excluded.holder OR claim.until <= $5`,
		q.o.Bureau, id, q.o.holder, micros(now.Add(claimFor)), micros(now))
	if err != nil {
		return false, err
	}
	n, err := result.RowsAffected()
	return n > 0, err
}

// job gathers what a sender needs. What is missing stays zero: the message alone must
// be there, and it is as long as its delivery is.
func (r *rows) job(ctx context.Context, delivery shared.Row) (dispatch.Job, error) {
	var j dispatch.Job
	list, err := decodeAll[clients.Delivery]([]shared.Row{delivery})
	if err != nil {
		return j, err
	}
	j.Delivery = list[0]
	var errs [3]error
	j.Message, _, errs[0] = value[clients.Message](ctx, r, shared.Message, j.Delivery.Message)
	j.Client, _, errs[1] = value[clients.Client](ctx, r, shared.Client, j.Delivery.Client)
	j.Operator, _, errs[2] = value[clients.Operator](ctx, r, shared.Operator, j.Message.TakenBy)
	return j, errors.Join(errs[:]...)
}

// Sent counts an attempt and records that the recipient's server accepted.
func (q Queue) Sent(ctx context.Context, id clients.ID, at time.Time) error {
	return q.report(ctx, id, func(d *clients.Delivery) {
		d.State, d.SentAt, d.NextTry, d.Error = clients.Sent, at, time.Time{}, ""
	})
}

// Retry counts an attempt and keeps the delivery waiting until next.
func (q Queue) Retry(ctx context.Context, id clients.ID, next time.Time, words string) error {
	return q.report(ctx, id, func(d *clients.Delivery) { d.State, d.NextTry, d.Error = clients.Waiting, next, words })
}

// Fail counts an attempt and gives the delivery up until a person retries it.
func (q Queue) Fail(ctx context.Context, id clients.ID, words string) error {
	return q.report(ctx, id, func(d *clients.Delivery) {
		d.State, d.NextTry, d.Error = clients.Failed, time.Time{}, words
	})
}

// report writes down what came of an attempt, as a mutation like any other, and lets
// the delivery go.
func (q Queue) report(ctx context.Context, id clients.ID, change func(*clients.Delivery)) error {
	var d clients.Delivery
	err := q.o.db.read(ctx, func(tx *sql.Tx) (err error) {
		d, _, err = value[clients.Delivery](ctx, q.o.rows(tx), shared.Delivery, id)
		return err
	})
	if err != nil || d.ID == "" {
		return err // it was erased while it was on its way
	}
	change(&d)
	d.Attempts++
	if d.State != clients.Waiting {
		q.o.awaited.over(id)
	}
	m := clients.Mutation{ID: q.o.NewID(), At: q.o.Now(), Change: clients.ReportDelivery{Delivery: d}}
	if _, err := q.o.Apply(ctx, m); err != nil {
		return err
	}
	return q.o.db.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM claim WHERE bureau = $1 AND delivery = $2 AND holder = $3`,
			q.o.Bureau, id, q.o.holder)
		return err
	})
}
