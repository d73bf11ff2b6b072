package office

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"permanence/clients"
	"permanence/store/shared"
	"permanence/store/wire"
)

// What an access record says was read.
const (
	readPage  = "page"  // a page of rows, by pulling
	readDraft = "draft" // a message half typed on another desk
	readTaken = "taken" // the same, taken over
	readSound = "sound" // a voice
)

// Access is one line of the access record: who read what.
type Access struct {
	At       time.Time
	Desk     clients.ID
	Operator clients.ID
	What     string
	Detail   json.RawMessage
}

// pageRead is what is kept of a page that was given.
type pageRead struct {
	Counts  map[shared.Kind]int `json:"counts"`
	Clients []clients.ID        `json:"clients"`
}

// private are the kinds that tell something of a client or its callers.
var private = map[shared.Kind]bool{
	shared.Client: true, shared.Message: true, shared.Appointment: true, shared.Delivery: true,
	shared.Change: true, shared.Conflict: true, shared.Sound: true,
}

// summary tells what of a page is private; false when nothing is.
func summary(list []shared.Row) (pageRead, bool) {
	p := pageRead{Counts: map[shared.Kind]int{}, Clients: []clients.ID{}}
	seen := map[clients.ID]bool{}
	for _, row := range list {
		if !private[row.Kind] || row.Gone {
			continue
		}
		p.Counts[row.Kind]++
		if row.Client != "" && !seen[row.Client] {
			seen[row.Client] = true
			p.Clients = append(p.Clients, row.Client)
		}
	}
	return p, len(p.Counts) > 0
}

// reached writes down that somebody read something.
func (o *Office) reached(ctx context.Context, tx *sql.Tx, v viewer, what string, detail any) error {
	b, err := json.Marshal(detail)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO access (bureau, id, at, desk, operator, what, detail)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`, o.Bureau, o.NewID(), micros(o.Now()), v.Desk, v.Operator, what, string(b))
	return err
}

// Accesses lists the access record of [from, to), the oldest first, at most limit lines.
func (o *Office) Accesses(ctx context.Context, from, to time.Time, limit int) (list []Access, err error) {
	err = o.db.read(ctx, func(tx *sql.Tx) error {
		found, err := tx.QueryContext(ctx, `SELECT at, desk, operator, what, detail FROM access
			WHERE bureau = $1 AND at >= $2 AND at < $3 ORDER BY at, id LIMIT $4`, o.Bureau, micros(from), micros(to), limit)
		list, err = collect(found, err, scanAccess)
		return err
	})
	return list, err
}

func scanAccess(r *sql.Rows) (Access, error) {
	var a Access
	var at int64
	var detail string
	err := r.Scan(&at, &a.Desk, &a.Operator, &a.What, &detail)
	a.At, a.Detail = timeOf(at), json.RawMessage(detail)
	return a, err
}

// errTakenBack says that a page holds a lease that is one no more.
var errTakenBack = errors.New("office: a slot was taken back meanwhile")

// contactKept is how old the note of a desk's last pull may be before it is renewed.
const contactKept = time.Minute

// given writes down, before a page leaves, what must be known of it: who read what,
// until when the desk may use the slots in it, and that the desk is there.
func (o *Office) given(ctx context.Context, v viewer, q wire.PullRequest, a wire.PullAnswer) error {
	p, private := summary(a.Rows)
	leases := lentTo(v.Desk, a.Rows)
	contact := !a.More && q.Clear && o.contactDue(v.Desk)
	if !private && len(leases) == 0 && !contact {
		return nil
	}
	now := o.Now()
	err := o.db.write(ctx, func(tx *sql.Tx) error {
		if contact {
			if err := o.noteContact(ctx, tx, v.Desk, now); err != nil {
				return err
			}
		}
		if err := o.noteSent(ctx, tx, leases, now); err != nil || !private {
			return err
		}
		return o.reached(ctx, tx, v, readPage, p)
	})
	if err == nil && contact {
		o.mu.Lock()
		o.told[v.Desk] = now
		o.mu.Unlock()
	}
	return err
}

func (o *Office) contactDue(desk clients.ID) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	last, ok := o.told[desk]
	since := o.Now().Sub(last)
	return !ok || since >= contactKept || since < 0
}

// noteContact: when it asked, this desk had nothing unsent.
func (o *Office) noteContact(ctx context.Context, tx *sql.Tx, desk clients.ID, now time.Time) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO contact (bureau, desk, clear) VALUES ($1, $2, $3)
		ON CONFLICT (bureau, desk) DO UPDATE SET clear = excluded.clear`, o.Bureau, desk, micros(now))
	return err
}

// lentTo lists the leases among rows that are this desk's to use.
func lentTo(desk clients.ID, list []shared.Row) []clients.ID {
	var ids []clients.ID
	for _, row := range list {
		var l clients.Lease
		if row.Kind == shared.Lease && !row.Gone && json.Unmarshal(row.Body, &l) == nil && l.Desk == desk {
			ids = append(ids, row.ID)
		}
	}
	return ids
}

// noteSent notes from when on a desk may have leases. One that was taken back since
// the page was read makes the page void.
func (o *Office) noteSent(ctx context.Context, tx *sql.Tx, leases []clients.ID, now time.Time) error {
	for _, id := range leases {
		result, err := tx.ExecContext(ctx, `UPDATE lent SET sent = $3 WHERE bureau = $1 AND id = $2`, o.Bureau, id, micros(now))
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, errTakenBack)
		}
	}
	return nil
}
