package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"permanence/clients"
	"permanence/store/boot"
	"permanence/store/shared"
)

// codeLeaseOver refuses a certain booking under a lease that no longer holds.
const codeLeaseOver = "agenda.lease-over"

// receive writes down when a lease came: as long ago as the pull that brought it was
// begun, since the office counts from its answer. A lease that the office sends again
// under a new number is lent anew; the same number may come again, and counts once.
func (r *rows) receive(ctx context.Context, lease shared.Row) error {
	at := r.store.asked.Load()
	if at == nil {
		now := r.store.boot.Now()
		at = &now
	}
	return r.exec(ctx, `INSERT INTO receipt (lease, seq, boot, up) VALUES (?, ?, ?, ?)
		ON CONFLICT (lease) DO UPDATE SET seq = excluded.seq, boot = excluded.boot, up = excluded.up WHERE excluded.seq > receipt.seq`,
		lease.ID, lease.Seq, at.Run, int64(at.Up))
}

// Leases lists the leases on a client's agenda that have a moment in [from, to): those
// of this desk that it may still promise for certain, and those of others.
func (s *Store) Leases(ctx context.Context, client clients.ID, from, to time.Time) ([]clients.Lease, error) {
	var list []clients.Lease
	now := s.boot.Now()
	err := s.read(ctx, "reading the leases", func(tx *sql.Tx) error {
		office, err := loadMembership(ctx, tx)
		if err != nil {
			return err
		}
		rows, err := tx.QueryContext(ctx, `SELECT lease.body, coalesce(receipt.boot, ''), coalesce(receipt.up, 0)
			FROM lease LEFT JOIN receipt ON receipt.lease = lease.id
			WHERE lease.client = ? AND start < ? AND stop > ? ORDER BY start, lease.id`, client, micros(to), micros(from))
		all, err := collect(rows, err, scanReceived)
		for _, l := range all {
			if l.Desk != office.Desk || now.Within(l.For, l.at) {
				list = append(list, l.Lease)
			}
		}
		return err
	})
	return list, err
}

// received is a lease and when it came.
type received struct {
	clients.Lease
	at boot.Moment
}

func scanReceived(r *sql.Rows) (received, error) {
	var l received
	var body []byte
	var up int64
	if err := r.Scan(&body, &l.at.Run, &up); err != nil {
		return l, err
	}
	l.at.Up = time.Duration(up)
	return l, json.Unmarshal(body, &l.Lease)
}

// mustHold refuses a booking as certain under a lease that this desk does not hold any
// more. Promised as unconfirmed it needs none.
func (r *rows) mustHold(ctx context.Context, c clients.Change) error {
	book, ok := c.(clients.BookAppointment)
	if !ok || book.Lease == "" || book.Appointment.Unconfirmed {
		return nil
	}
	rows, err := r.query(ctx, `SELECT lease.body, receipt.boot, receipt.up FROM lease JOIN receipt ON receipt.lease = lease.id
		WHERE lease.id = ?`, book.Lease)
	list, err := collect(rows, err, scanReceived)
	if err != nil {
		return err
	}
	a := book.Appointment
	for _, l := range list {
		if l.Desk == r.office.Desk && l.Client == a.Client && !a.Start.Before(l.Start) && !a.End.After(l.End) &&
			r.store.boot.Now().Within(l.For, l.at) {
			return nil
		}
	}
	return shared.Refuse(codeLeaseOver, "lease %q does not hold for %s", book.Lease, a.Start.Format(time.RFC3339))
}

// Conflicts lists what nobody has settled yet, the oldest first. The versions of an
// overlap bring their appointments as they stand now: they may be of any client and day.
func (s *Store) Conflicts(ctx context.Context) ([]clients.Conflict, error) {
	rows, err := s.reader.QueryContext(ctx, `SELECT seq, CASE json_extract(CAST(body AS TEXT), '$.kind') WHEN 'overlap' THEN json_set(CAST(body AS TEXT),
			'$.earlier.value', (SELECT CAST(a.body AS TEXT) FROM appointment a WHERE a.id = json_extract(CAST(conflict.body AS TEXT), '$.earlier.ref')),
			'$.later.value', (SELECT CAST(a.body AS TEXT) FROM appointment a WHERE a.id = json_extract(CAST(conflict.body AS TEXT), '$.later.ref')))
			ELSE body END
		FROM conflict WHERE open = 1 ORDER BY seq = 0, seq, rowid`)
	list, err := collect(rows, err, scanConflict)
	return list, failed("reading the conflicts", err)
}
