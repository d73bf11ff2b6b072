package office

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"permanence/clients"
	"permanence/store/shared"
	"permanence/store/wire"
)

// What the office itself gave, as an access record says it. What operators opened on
// their desks is there as clients.NoteReading says it.
const (
	ReadPage  = "page"  // a page of rows, by pulling
	ReadDraft = "draft" // a message half typed on another desk
	ReadTaken = "taken" // the same, taken over
	ReadSound = "voice" // fetched
)

// Access is one line of the access record: who read what.
type Access struct {
	At       time.Time  `json:"at"`
	Desk     clients.ID `json:"desk"`
	Operator clients.ID `json:"operator"`
	What     string     `json:"what"`
	ID       clients.ID `json:"id,omitempty"` // of what was opened
	// Clients are those whose card, message or call it was, as far as is known.
	Clients []clients.ID `json:"clients,omitempty"`
	// Detail is what more is known of what the office gave; JSON.
	Detail json.RawMessage `json:"detail,omitempty"`
}

// AccessFilter narrows the access record: to a time, and unless they are empty to a
// client and to an operator.
type AccessFilter struct {
	From, To         time.Time
	Client, Operator clients.ID
	Limit            int // lines, the newest
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

// accessQuery is what the office gave and what was opened on desks, the newest first.
// What was opened stands in the log of mutations, with its desk's time.
const accessQuery = `SELECT at, desk, operator, what, '' AS id, '' AS client, detail FROM access
		WHERE bureau = $1 AND at >= $2 AND at < $3 AND ($4 = '' OR operator = $4)
	UNION ALL SELECT at, desk, actor, args, ref, client, '' FROM mutation
		WHERE bureau = $1 AND name = $5 AND ref <> '' AND at >= $2 AND at < $3 AND ($4 = '' OR actor = $4)
	ORDER BY at DESC`

// Accesses lists the access record, the newest first.
func (o *Office) Accesses(ctx context.Context, f AccessFilter) (list []Access, err error) {
	err = o.db.read(ctx, func(tx *sql.Tx) error {
		found, err := tx.QueryContext(ctx, accessQuery, o.Bureau, micros(f.From), micros(f.To), f.Operator,
			(clients.NoteReading{}).MutationName())
		if err != nil {
			return err
		}
		defer found.Close()
		for found.Next() && len(list) < f.Limit {
			a, err := scanAccess(found)
			if err != nil {
				return err
			}
			if f.Client == "" || slices.Contains(a.Clients, f.Client) {
				list = append(list, a)
			}
		}
		return found.Err()
	})
	return list, err
}

func scanAccess(r *sql.Rows) (Access, error) {
	var a Access
	var at int64
	var what, detail string
	var client clients.ID
	if err := r.Scan(&at, &a.Desk, &a.Operator, &what, &a.ID, &client, &detail); err != nil {
		return a, err
	}
	a.At, a.What = timeOf(at), what
	if detail == "" {
		return a.opened(what, client), nil
	}
	a.Detail = json.RawMessage(detail)
	var of struct {
		Clients []clients.ID `json:"clients"`
		Client  clients.ID   `json:"client"`
	}
	err := json.Unmarshal(a.Detail, &of)
	a.Clients = of.Clients
	if of.Client != "" {
		a.Clients = append(a.Clients, of.Client)
	}
	return a, err
}

// opened is what was opened on a desk. Of what was erased since, the arguments are
// empty, and only that it was opened is left.
func (a Access) opened(args string, client clients.ID) Access {
	var c clients.NoteReading
	_ = json.Unmarshal([]byte(args), &c) // empty, or as the rules took it
	a.What = c.Kind
	if client != "" {
		a.Clients = []clients.ID{client}
	}
	return a
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
		if len(leases) > 0 {
			if err := o.rows(tx).alone(ctx); err != nil {
				return err
			}
		}
		if contact {
			if err := o.noteContact(ctx, tx, v.Desk, now, seenBefore(q, a)); err != nil {
				return err
			}
		}
		if err := o.noteSent(ctx, tx, leases, now); err != nil || !private {
			return err
		}
		return o.reached(ctx, tx, v, ReadPage, p)
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

// noteContact: when it asked, this desk had nothing unsent, and had read up to a number.
// That stays true, however late the question came.
func (o *Office) noteContact(ctx context.Context, tx *sql.Tx, desk clients.ID, now time.Time, seen int64) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO contact (bureau, desk, clear, seen) VALUES ($1, $2, $3, $4)
		ON CONFLICT (bureau, desk) DO UPDATE SET clear = excluded.clear,
			seen = CASE WHEN excluded.seen > contact.seen THEN excluded.seen ELSE contact.seen END`, o.Bureau, desk, micros(now), seen)
	return err
}

// seenBefore is up to which number the desk had read everything before it asked; 0 when
// it had read of other data than these.
func seenBefore(q wire.PullRequest, a wire.PullAnswer) int64 {
	had := parseCursor(q.Cursor)
	if a.Again || had.Incarnation != parseCursor(a.Cursor).Incarnation {
		return 0
	}
	return max(0, had.Seq-1)
}

// lentTo lists the leases among rows that are this desk's to use. One that was called
// back is not.
func lentTo(desk clients.ID, list []shared.Row) []clients.ID {
	var ids []clients.ID
	for _, row := range list {
		var l clients.Lease
		if row.Kind == shared.Lease && !row.Gone && json.Unmarshal(row.Body, &l) == nil && l.Desk == desk && l.For > 0 {
			ids = append(ids, row.ID)
		}
	}
	return ids
}

// noteSent notes from when on a desk may have leases. One that was taken or called back
// since the page was read makes the page void. What other machines know of it is over.
func (o *Office) noteSent(ctx context.Context, tx *sql.Tx, leases []clients.ID, now time.Time) error {
	for _, id := range leases {
		result, err := tx.ExecContext(ctx, `UPDATE lent SET sent = $3 WHERE bureau = $1 AND id = $2 AND recalled = 0`, o.Bureau, id, micros(now))
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, errTakenBack)
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM witness WHERE bureau = $1 AND lease = $2`, o.Bureau, id); err != nil {
			return err
		}
		if err := o.rows(tx).watch(ctx, id, o.Boot.Now()); err != nil {
			return err
		}
	}
	return nil
}
